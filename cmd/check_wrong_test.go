package cmd

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
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

// Why a known-wrong endpoint is not seen in a capture.
const (
	silent  = "invisible: what it does not answer may have been lost behind the point"
	inside  = "invisible: what it makes of what it has received is not on the wire"
	timers  = "invisible: what a timer does, or does not do, is not on the wire"
	closed  = "invisible: CLOSED answers so, and that the end is CLOSED may come of ABORT"
	cutOff  = "invisible: the trace ends before the segment that shows it"
	refused = "invisible: what it answers may be another segment than the one that was seen"
	earlier = "invisible: an ACK with a lower number may have left before it was due"
	reading = "invisible: when a reader makes room, and how much there is, is not on the wire"
)

// onTheWire says which of the known-wrong endpoints a capture of their
// counterexample gives away, and by which rule; of the others, why not.
var onTheWire = map[string]string{
	"default-mss-forgotten":      "capture/I-34",
	"fin-resent-one-higher":      "capture/I-14",
	"iss-reused":                 "capture/I-48", // the second SYN looks like the first one, sent again too soon
	"no-ack-bit-needed":          "capture/I-16",
	"overlap-not-trimmed":        "capture/I-11",
	"peer-mss-overwritten":       "capture/I-34",
	"repeated-syn-counted-twice": "capture/I-11",
	"rst-of-wrong-length":        "capture/I-20",
	"window-not-looked-at":       "capture/I-35",

	"abort-silent":               inside,
	"ack-from-snd-una":           earlier,
	"ack-of-unsent-silent":       silent,
	"any-ack-establishes":        inside,
	"bad-checksum-taken":         inside,
	"closing-is-mute":            timers,
	"closing-resends-no-fin":     "invisible: what it sends instead of the FIN is an ACK that may have left before it",
	"data-answers-throttled":     silent,
	"empty-probe":                timers,
	"empty-segment-has-an-end":   silent,
	"eof-before-the-rest":        inside,
	"every-ack-delayed":          timers,
	"fin-ack-field-ignored":      inside,
	"fin-before-data":            cutOff,
	"fin-drops-its-text":         inside,
	"fin-not-resent":             timers,
	"fin-of-cut-segment":         inside,
	"fin-over-gap":               "invisible: the text in front of the FIN was sent, and lost behind the point",
	"fin-wait-1-for-ever":        timers,
	"fin-wait-2-no-ack":          silent,
	"gap-ack-ignored":            inside,
	"gap-joined-at-the-wrap":     inside,
	"gap-read-over":              inside,
	"gives-up-early":             timers,
	"karn-forgotten":             timers,
	"kept-tail-forgotten":        inside,
	"last-ack-any-ack":           closed,
	"last-ack-old-ack":           closed,
	"last-ack-wrong-ack":         silent,
	"lost-syn-rto-ignored":       timers,
	"no-back-off":                timers,
	"no-persist-timer":           timers,
	"no-simultaneous-open":       silent,
	"old-ack-drops-text":         inside,
	"old-window-taken":           inside,
	"partial-ack-stops-timer":    timers,
	"partial-overlap-refused":    inside,
	"probe-one-octet-low":        "invisible: it may be a keep-alive, which has that number (MAY-6)",
	"probes-not-spread":          timers,
	"progress-not-noted":         timers,
	"refused-listener-closes":    inside,
	"repeated-syn-reset":         refused,
	"resend-behind-ack":          "invisible: a capture of a trace has the octets that SEND was given",
	"rst-answered-by-closed":     refused,
	"rst-gets-ack":               "invisible: the RST may have been lost, or stood beside RCV.NXT (RFC 5961)",
	"rst-in-window":              inside,
	"rst-of-any-number":          inside,
	"sequence-compared-signed":   inside,
	"sequence-compared-unsigned": inside,
	"shut-window-takes-a-fin":    reading,
	"silly-window":               reading,
	"small-window-deadlock":      timers,
	"syn-ack-not-resent":         timers,
	"syn-dropped":                silent,
	"syn-not-resent":             timers,
	"syn-received-for-ever":      timers,
	"syn-sent-bad-ack-silent":    silent,
	"syn-sent-rst-deaf":          inside,
	"time-wait-no-ack":           silent,
	"time-wait-not-restarted":    timers,
	"time-wait-one-msl":          timers,
	"window-not-kept":            inside,
	"window-one-too-wide":        inside,
	"window-test-does-not-wrap":  inside,
	"window-update-ignored":      inside,
	"window-update-unsent":       reading,
}

// TestCheckWrong: the capture of each known-wrong endpoint's counterexample.
func TestCheckWrong(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(here, "..", "testdata", "traces", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	for _, file := range files {
		capture, ends := captureOf(t, file)
		_, name, bad := strings.Cut(ends[1], "!")
		if !bad {
			if s := call(sim.TCP(), string(capture), "check", "--complete", "-"); s.status != ExitLegal {
				t.Errorf("%s: exit status %d\n%s", filepath.Base(file), s.status, s.out)
			}
			continue
		}
		onWire(t, name, capture)
	}
	for _, e := range wrong.All() {
		capture, err := os.ReadFile(wrongFile(e.Name, ".pcapng.gz"))
		if err != nil {
			t.Errorf("%v\nWrite a scenario that shows it into %s, and record it: -captures", err, wrongFile(e.Name, ".txt"))
			continue
		}
		onWire(t, e.Name, capture)
	}
	for name := range onTheWire {
		if _, err := wrong.Find(name); err != nil {
			t.Error(err)
		}
	}
}

// wrongFile is a file about a known-wrong endpoint among the captures.
func wrongFile(name, ext string) string {
	return filepath.Join(here, "..", "testdata", "captures", "wrong", name+ext)
}

var captures = flag.Bool("captures", false, "record the captures of all known-wrong endpoints again, which takes minutes")

// TestWrongCaptures: the capture of a known-wrong endpoint is what its scenario
// gives today. Each takes a build, so that few are tried unless they are recorded.
func TestWrongCaptures(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	const sampled = 40
	for i, e := range wrong.All() {
		if i%sampled != 0 && !*captures {
			continue
		}
		fresh := filepath.Join(t.TempDir(), "pcapng")
		call(sim.TCP(), "", "show", "--wrong", e.Name, "--as", "pcapng", "-o", fresh, wrongFile(e.Name, ".txt")).want(t, ExitLegal)
		want := read(t, fresh)
		file := wrongFile(e.Name, ".pcapng.gz")
		if *captures {
			if err := os.WriteFile(file, packed(t, want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := gzip.NewReader(strings.NewReader(read(t, file)))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("%s is not what its scenario gives, %v; -captures records them all", file, err)
		}
	}
}

// packed is a text as gzip packs it, without a name or a time.
func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// onWire holds what a capture of a known-wrong endpoint shows against the table.
func onWire(t *testing.T, name string, capture []byte) {
	t.Helper()
	want, known := onTheWire[name]
	s := call(sim.TCP(), string(capture), "check", "--complete", "--json", "-")
	got := rulesOf(t, s.out)
	switch {
	case !known:
		t.Errorf("%s is not in the table: a capture shows %v", name, got)
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
