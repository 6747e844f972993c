package report

import (
	"bytes"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// runs are scenarios that halfopen's own endpoints run, each with golden files.
var runs = []struct{ name, scenario string }{
	{"run-default", ""},
	{"run-lossy", "drop A SYN #1\ndelay B SYN,ACK #1 by 1.5s\nduplicate A DATA #1 after 20ms\n" +
		"corrupt B DATA #1 bit 113\nreorder A FIN #1 behind 1 or 3s\nA tcp iss=100\nB tcp iss=300\n"},
	{"run-crash", "A tcp iss=100\nB tcp iss=300\nA: open active; send 3000; close\nB: open passive; receive all\n" +
		"cut A->B at 15ms for 20ms\nstall B reads at 1ms for 500ms\ncrash B when B CLOSE-WAIT\nrestart B after 2s\n"},
	{"run-injected", "A tcp iss=4294967290\nB tcp iss=300\nA: open active; wait 1s; send 100\n" +
		"B: open passive; receive all; close\n" +
		"inject B->A RST seq=rcv.nxt+100 when A ESTABLISHED\ninject A->B RST seq=rcv.nxt at 2s\n"},
	{"run-simultaneous", "A tcp iss=100\nB tcp iss=300\nA: open active; close\nB: open active; close\n"},
	{"run-bulk", "ip 6\nA tcp iss=100\nB tcp iss=300\nA: open active; send 40000; close\nB: open passive; receive all; close\n"},
}

// run runs a scenario to its end.
func run(tb testing.TB, text string) *sim.Trace {
	tb.Helper()
	s, err := scenario.Parse("run", text)
	if err != nil {
		tb.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		tb.Fatal(err)
	}
	for {
		if _, ok := w.Step(); !ok {
			return w.Trace().Clone()
		}
	}
}

func TestRuns(t *testing.T) {
	for _, tt := range runs {
		t.Run(tt.name, func(t *testing.T) {
			tr := run(t, tt.scenario)
			var ladder bytes.Buffer
			if err := Ladder(&ladder, tr, LadderOptions{All: true}); err != nil {
				t.Fatal(err)
			}
			checkLadder(t, ladder.String(), tr)
			golden(t, tt.name+".ladder", ladder.Bytes())

			r, err := ReadJSONL(bytes.NewReader(jsonl(t, tr)))
			if err != nil {
				t.Fatal(err)
			}
			again := run(t, r.Text)
			if d, err := r.Diff(again); d != nil || err != nil {
				t.Errorf("the replay differs: %v, %v", d, err)
			}
		})
	}
}
