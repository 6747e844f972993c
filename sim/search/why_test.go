package search

import (
	"math/bits"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// explained are runs of a TCP that sends every FIN once, and what their failures
// need.
var explained = []struct {
	name, scenario string
	altered
	needs   []uint16
	without string
	event   uint32
	averted bool
}{
	{"one of three", "A: open active; close\nB: open passive; receive all; close\n" +
		"delay A SYN #1 by 5ms\ndrop A FIN #1\ndrop B FIN #1-2\n",
		altered{emit: oneFIN}, []uint16{2}, "legal", 5, true},
	{"either is enough", "A: open active; close\nB: open passive; receive all; close\n" +
		"drop A FIN #1\ndrop A FIN #1-3\n",
		altered{emit: oneFIN}, []uint16{1}, "legal", 5, true},
	{"none", "A: open active; close\nB: open passive; receive all; close\ndelay A SYN #1 by 5ms\n",
		altered{emit: panics}, nil, "", 1, false},
}

func TestExplain(t *testing.T) {
	for _, tt := range explained {
		t.Run(tt.name, func(t *testing.T) {
			r, trace := broken(t, tt.scenario, tt.altered)
			why, err := Explain(r, trace)
			if err != nil {
				t.Fatal(err)
			}
			if len(why.Necessary) != len(tt.needs) || !why.Smallest {
				t.Fatalf("%+v, want the faults %v", why, tt.needs)
			}
			for i, n := range why.Necessary {
				if n.Fault != tt.needs[i] || n.Without != tt.without {
					t.Errorf("%+v, want fault %d and %q without it", n, tt.needs[i], tt.without)
				}
			}
			if why.PointOfNoReturn != tt.event || why.Averted != tt.averted {
				t.Errorf("no return from event %d (averted before: %v), want %d (%v)",
					why.PointOfNoReturn, why.Averted, tt.event, tt.averted)
			}
		})
	}
}

// TestExplainBySets: no set of fewer faults breaks the rule, and that set does.
// All sets are tried, by another way than Explain's.
func TestExplainBySets(t *testing.T) {
	r, trace := broken(t, "A: open active; send 10; close\nB: open passive; receive all; close\n"+
		"drop A DATA #1\nduplicate A FIN #1 after 5ms\ndrop A FIN #1-2\ndelay B ACK #1 by 30ms\ndrop A SYN #1\n", altered{emit: oneFIN})
	why, err := Explain(r, trace)
	if err != nil {
		t.Fatal(err)
	}
	var want uint
	for _, n := range why.Necessary {
		want |= 1 << (n.Fault - 1)
	}
	for set := range uint(1) << len(trace.Scenario.Fault) {
		s := trace.Scenario.Clone()
		s.Fault = faults.Script{}
		for i, f := range trace.Scenario.Fault {
			if set>>i&1 != 0 {
				s.Fault = append(s.Fault, f)
			}
		}
		v, err := r.Run(&s)
		if err != nil {
			t.Fatal(err)
		}
		fails := Same(&v, &trace.Violation)
		if set == want && !fails || fails && bits.OnesCount(set) < len(why.Necessary) {
			t.Errorf("faults %b: fails %v; Explain says %b", set, fails, want)
		}
	}
}

// TestExplainMany: of a script too long for all its sets none of those that are
// left can be left out.
func TestExplainMany(t *testing.T) {
	text := "A: open active; close\nB: open passive; receive all; close\ndrop A FIN #1\n"
	for range mostSets {
		text += "delay B SYN,ACK #1 by 1ms\n"
	}
	r, trace := broken(t, text, altered{emit: oneFIN})
	why, err := Explain(r, trace)
	if err != nil || why.Smallest || len(why.Necessary) != 1 || why.Necessary[0].Fault != 1 {
		t.Errorf("%v %+v", err, why)
	}
}

func TestExplainWhatIsLegal(t *testing.T) {
	r := NewRunner(sim.TCP())
	if _, err := r.Run(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	if why, err := Explain(r, r.World.Trace().Clone()); err == nil {
		t.Errorf("%+v", why)
	}
}

func TestFirstLate(t *testing.T) {
	for _, n := range []int{0, 1, 7, mostInstants, mostInstants + 1, 5000} {
		for _, want := range []int{0, 1, n / 2, n} {
			if want > n {
				continue
			}
			got, err := firstLate(n, func(i int) (bool, error) { return i >= want, nil })
			if err != nil || got != want {
				t.Errorf("of %d: %d, %v, want %d", n, got, err, want)
			}
		}
	}
}

// broken runs a scenario with another endpoint at A, and returns its trace.
func broken(t *testing.T, text string, what altered) (*Runner, *sim.Trace) {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	s.Ends[0].Endpoint = "other"
	r := NewRunner(offerOf(what))
	v, err := r.Run(&s)
	if err != nil || !v.Found() {
		t.Fatalf("no violation: %v", err)
	}
	return r, r.World.Trace().Clone()
}
