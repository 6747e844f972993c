package cmd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// hasty is TCP that waits for 300 ms where it claims to wait for a second, and
// takes its window back: only its segments say so.
type hasty struct{ tcp.TCP }

func (h *hasty) Reset(c endpoint.Config) error {
	c.RTOInitial = 300 * time.Millisecond
	return h.TCP.Reset(c)
}

func (h *hasty) Profile() endpoint.Profile {
	p := h.TCP.Profile()
	p.RTOInitial, p.ByTheBook = endpoint.DefaultRTOInitial, false
	return p
}

func (h *hasty) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := h.TCP.Emit(now, buf)
	var head endpoint.Header
	var s endpoint.Segment
	datagram := append([]byte(nil), buf[:n]...)
	if !ok || endpoint.Decode(datagram, &head, &s) != nil || s.Kind() != endpoint.KindACK {
		return n, ok
	}
	s.Wnd /= 2
	n, err := endpoint.Encode(buf, &head, &s)
	return n, err == nil
}

func hastyOffer() sim.Offer {
	return sim.Offer{{Name: "hasty", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		h := new(hasty)
		return h, h.Reset(c)
	}}}
}

// TestWire: what only the segments say is found with --wire, kept, and judged
// so again by replay and show, without being told.
func TestWire(t *testing.T) {
	t.Chdir(t.TempDir())
	without := call(hastyOffer(), "", "fuzz", "--runs", "300").want(t, ExitLegal)
	s := call(hastyOffer(), "", "fuzz", "--runs", "300", "--wire").want(t, ExitViolation)
	contains(t, s.out, "wire/I-48 wire-rto-kept", "\nwarning (SHOULD) wire/I-37 wire-window-not-shrunk in ", ", first ")
	if strings.Contains(without.out, "warning") {
		t.Errorf("a warning without --wire:\n%s", without.out)
	}
	folders, err := os.ReadDir(defaultFolder)
	if err != nil || len(folders) == 0 || !strings.HasPrefix(folders[0].Name(), "wire-rto-kept-") {
		t.Fatalf("%v %v", folders, err)
	}
	name := folders[0].Name()
	contains(t, call(hastyOffer(), "", "replay", name).want(t, ExitViolation).out, "byte-identical", "verdict broken: wire/I-48")
	trace, err := os.ReadFile(filepath.Join(defaultFolder, name, traceName))
	if err != nil {
		t.Fatal(err)
	}
	if shown := call(hastyOffer(), "", "show", "--as", "jsonl", name).want(t, ExitLegal).out; shown != string(trace) {
		t.Errorf("shown:\n%s\nkept:\n%s", shown, trace)
	}
	v, err := (&command{offer: hastyOffer()}).breaks(t.Context(), filepath.Join(defaultFolder, name, traceName), false)
	if err != nil || v.Rule.ID != "wire/I-48" {
		t.Errorf("a known trace breaks %q, %v", v.Rule.ID, err)
	}
	_, first, _ := strings.Cut(s.out, "shrunk  from run ")
	first, _, _ = strings.Cut(first, ":")
	alone := call(hastyOffer(), "", "fuzz", "--wire", "--only", first, "--known", defaultFolder).want(t, ExitLegal)
	contains(t, alone.out, "\n!!", "known       1 group, 1 run\n") // known or not, it is shown
	scenario := filepath.Join(defaultFolder, name, "scenario.txt")
	contains(t, call(hastyOffer(), "", "run", "--wire", scenario).want(t, ExitViolation).out,
		"verdict broken: wire/I-48", "replay  halfopen run --wire ")
	call(hastyOffer(), "", "run", scenario).want(t, ExitLegal)
	const back = "A: open active; send 1000; receive all\nB: open passive; receive 1000; wait 1s; send 1000; wait 1s; close\n"
	contains(t, call(hastyOffer(), back, "run", "--wire", "-").want(t, ExitLegal).out,
		"\nwarning (SHOULD) wire/I-37 wire-window-not-shrunk: ", "; RFC 9293 section 3.8.6\n")
}

// TestWireJSON: the same octets for any number of jobs, and without --wire no
// word of it.
func TestWireJSON(t *testing.T) {
	args := []string{"fuzz", "--runs", "300", "--json", "--out", t.TempDir(), "--jobs"}
	plain := call(hastyOffer(), "", append(args, "1")...).want(t, ExitLegal).out
	if strings.Contains(plain, `"wire":`) || strings.Contains(plain, "wire/") || strings.Contains(plain, "warnings") {
		t.Errorf("without --wire:\n%s", plain)
	}
	one := call(hastyOffer(), "", append(args, "1", "--wire")...).want(t, ExitViolation).out
	if three := call(hastyOffer(), "", append(args, "3", "--wire")...).want(t, ExitViolation).out; three != one {
		t.Errorf("one job:\n%s\nthree:\n%s", one, three)
	}
	var j jsonResult
	if err := json.Unmarshal([]byte(one), &j); err != nil || !j.Wire || len(j.Warnings) != 2 {
		t.Fatalf("%v %+v", err, j)
	}
	for i, w := range j.Warnings {
		if w.Rule != "wire/I-37" || w.End != endpoint.End(i).String() || w.Runs == 0 || w.Text == "" {
			t.Errorf("%+v", w)
		}
	}
}

// TestInterruptedRun: Ctrl-C ends one run with a message, and no verdict.
func TestInterruptedRun(t *testing.T) {
	trace := call(sim.TCP(), "", "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"run"}, {"replay", "-"}, {"show", "-"}} {
		s := callWith(ctx, sim.TCP(), trace, args...).want(t, ExitInterrupted)
		contains(t, s.errors, "interrupted, so there is no verdict", "after 0 steps")
		if s.out != "" {
			t.Errorf("%v:\n%s", args, s.out)
		}
	}
}
