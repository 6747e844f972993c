package cmd

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/specs/wrong"
)

// onTheWire says which of the known-wrong endpoints a capture of their
// counterexample gives away, and by which rule; of the others, why not.
var onTheWire = map[string]string{
	"fin-before-data": "invisible: the trace is cut before the octet behind the FIN is sent",

	"closing-is-mute":        "invisible: a FIN that is never sent may still be going to be",
	"closing-resends-no-fin": "invisible: what it sends instead of the FIN is an ACK that may have left before it",
	"fin-not-resent":         "invisible: when a timer should have fired is not on the wire",
	"fin-over-gap":           "invisible: the text in front of the FIN was sent, and lost behind the point",
	"fin-wait-2-no-ack":      "invisible: the FIN that it does not answer may have been lost",
	"last-ack-any-ack":       "invisible: CLOSED answers with a RST, as it does after ABORT",
	"last-ack-old-ack":       "invisible: CLOSED answers with a RST, as it does after ABORT",
	"last-ack-wrong-ack":     "invisible: the segment that it does not answer may have been lost",
	"no-simultaneous-open":   "invisible: the SYN that it does not answer may have been lost",
	"rst-gets-ack":           "invisible: the RST may have been lost, or stood beside RCV.NXT (RFC 5961)",
	"syn-dropped":            "invisible: the SYN that it does not answer may have been lost",
	"time-wait-no-ack":       "invisible: the FIN that it does not answer may have been lost",
}

// TestCheckWrong: the capture of each known-wrong endpoint's counterexample.
func TestCheckWrong(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(here, "..", "testdata", "traces", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		capture, ends := captureOf(t, file)
		_, name, bad := strings.Cut(ends[1], "!")
		if !bad {
			if s := call(sim.TCP(), string(capture), "check", "--complete", "-"); s.status != ExitLegal {
				t.Errorf("%s: exit status %d\n%s", filepath.Base(file), s.status, s.out)
			}
			continue
		}
		seen[name] = true
		onWire(t, name, capture)
	}
	files, err = filepath.Glob(filepath.Join(here, "..", "testdata", "captures", "wrong", "*.pcapng.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, file := range files {
		capture, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".pcapng.gz")
		seen[name] = true
		onWire(t, name, capture)
	}
	for _, e := range wrong.All() {
		if !seen[e.Name] {
			t.Logf("%s has no trace", e.Name)
		}
	}
}

// onWire holds what a capture of a known-wrong endpoint shows against the table.
func onWire(t *testing.T, name string, capture []byte) {
	t.Helper()
	want, known := onTheWire[name]
	s := call(sim.TCP(), string(capture), "check", "--complete", "--json", "-")
	got := rulesOf(t, s.out)
	switch {
	case !known:
		t.Logf("%s is not in the table: a capture shows %v", name, got)
	case strings.HasPrefix(want, "invisible"):
		if len(got) > 0 || s.status != ExitLegal {
			t.Errorf("%s (%s) breaks %v on the wire, exit status %d\n%s", name, want, got, s.status, s.errors)
		}
	case !slices.Contains(got, want):
		t.Errorf("%s breaks %v on the wire, exit status %d; want %s", name, got, s.status, want)
	}
}

// rulesOf are the rules that --json says are broken, warnings too.
func rulesOf(t *testing.T, out string) (rules []string) {
	t.Helper()
	for line := range strings.Lines(out) {
		var c struct{ Findings []jsonCheckFinding }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		for _, f := range c.Findings {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

// captureOf makes a capture of what a recorded trace says was sent.
func captureOf(t *testing.T, file string) (capture []byte, ends [2]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := report.ReadJSONL(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	trace := sim.Trace{Scenario: recorded.Scenario}
	for _, line := range recorded.Lines[1:] {
		var e struct {
			T     time.Duration
			End   string
			Emits []struct {
				ID          uint32
				From, Flags string
				Seq, Ack    endpoint.Seq
				Wnd, Up     uint16
				Len         uint32
				Opts        string
				Offset      *int64
			}
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		for _, g := range e.Emits {
			flags, ok := endpoint.ParseFlags(g.Flags)
			options, err := hex.DecodeString(g.Opts)
			if !ok || err != nil {
				t.Fatalf("%s: %q %v", file, g.Flags, err)
			}
			r := sim.SegmentRecord{
				ID: g.ID, At: e.T, Flags: flags, Seq: g.Seq, Ack: g.Ack, Wnd: g.Wnd, Up: g.Up, Len: g.Len,
				NOption: uint8(len(options)), FirstOption: uint32(len(trace.Options)), Offset: -1,
			}
			if e.End == "B" && g.From == "" || g.From == "B" {
				r.End = endpoint.B
			}
			if g.Offset != nil {
				r.Offset = *g.Offset
			}
			trace.Options = append(trace.Options, options...)
			trace.Segments = append(trace.Segments, r)
		}
	}
	var b bytes.Buffer
	if err := pcapng.Write(&b, &trace); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), recorded.Endpoints
}
