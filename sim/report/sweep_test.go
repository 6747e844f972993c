package report

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// What holds for every ladder and every record holds for random runs: at every
// length of them, and with a violation anywhere.
func TestSweep(t *testing.T) {
	scenarios := []string{
		"link delay 10ms-30ms loss 20% cap 3 reorder 20% duplicate 20% corrupt 10%\n",
		"A: open active; close\nB: open active; close\nlink loss 20% cap 3\n",
		"A: open active; send 20000; close\nB: open passive; receive all by 300 every 20ms; close\n",
		"crash A when A ESTABLISHED\nrestart A after 100ms\nA: when CLOSED; open active; send 10; close\n" +
			"hold B ACK #1-2 until A FIN-WAIT-1 or 1s\nreorder A DATA #1 behind 1\n",
	}
	for _, text := range scenarios {
		for seed := range 8 {
			s := "seed " + strconv.Itoa(seed) + "\n" + text
			if _, err := scenario.Parse("sweep", s); err != nil {
				t.Fatal(err)
			}
			tr := run(t, s)
			checkFaces(t, tr)
			cut := *tr
			cut.Outcome = sim.Unfinished
			for n := len(tr.Events); n > 0; n = n * 2 / 3 {
				cut.Events = tr.Events[:n]
				e := &cut.Events[n*2/3]
				cut.Violation = sim.Violation{
					Rule: sim.Rule{ID: "I-0", Name: "no-rule", Section: "RFC 9293 section 3"},
					Step: e.N, At: e.At, End: e.End, State: e.After, Got: "this", Want: "that",
				}
				checkFaces(t, &cut)
			}
		}
	}
}

func checkFaces(t *testing.T, tr *sim.Trace) {
	t.Helper()
	checkNumbers(t, tr)
	for _, o := range []LadderOptions{{}, {All: true}} {
		var out bytes.Buffer
		if err := Ladder(&out, tr, o); err != nil {
			t.Fatal(err)
		}
		checkLadder(t, out.String(), tr)
		if n := strings.Count(out.String(), "\n"); !o.All && n > 9+longLadder+headLines {
			t.Errorf("%d lines", n)
		}
	}
	r, err := ReadJSONL(bytes.NewReader(jsonl(t, tr)))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := r.Diff(tr); d != nil || err != nil {
		t.Errorf("%v, %v", d, err)
	}
}

// checkNumbers checks the layout: numbers without gaps, each event and each
// emitted segment on one line, no end's events out of order.
func checkNumbers(t *testing.T, tr *sim.Trace) {
	t.Helper()
	l := newLayout(tr)
	for i := range l.lines {
		if l.lines[i].n != i+1 {
			t.Fatalf("line %d has the number %d", i+1, l.lines[i].n)
		}
	}
	last := [2]int{}
	for i := range tr.Events {
		e := &tr.Events[i]
		n := l.ofEvent[i]
		if n < last[e.End] || n > len(l.lines) || n == 0 {
			t.Errorf("event %d of %v is on line %d, the one before on %d", i+1, e.End, n, last[e.End])
		}
		last[e.End] = n
		for _, s := range tr.EmitsOf(e) {
			n := l.ofSegment[s.ID]
			if n < last[e.End] || l.lines[n-1].segment != s.ID {
				t.Errorf("segment #%d is on line %d", s.ID, n)
			}
			last[e.End] = n
		}
	}
}
