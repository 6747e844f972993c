package report

import (
	"bytes"
	"slices"
	"testing"

	"example.org/halfopen/sim"
)

func TestWhyText(t *testing.T) {
	p := newTape(t, "drop A SYN #1\ndelay A SYN #2 by 5ms\n")
	p.handshake()
	one := []sim.Necessity{{Fault: 2, Without: "legal"}}
	for _, tt := range []struct {
		name string
		why  sim.Why
		want []string
	}{
		{"nothing was tried", sim.Why{}, nil},
		{"no fault", sim.Why{Smallest: true, PointOfNoReturn: 1}, []string{"no fault is needed"}},
		{"one of two", sim.Why{Necessary: one, Smallest: true, PointOfNoReturn: 3, Averted: true}, []string{
			"without fault 2 (delay A SYN #2 by 5ms) the run is legal",
			"the other fault may be left out; fewer than these are not enough",
			"healing the network before line 3 (t=0.010s) averts it, later it does not",
		}},
		{"another rule", sim.Why{Necessary: []sim.Necessity{{Fault: 1, Without: "I-20 rst-cause"}, {Fault: 2, Without: "legal"}}}, []string{
			"without fault 1 (drop A SYN #1) the run breaks I-20 rst-cause instead",
			"without fault 2 (delay A SYN #2 by 5ms) the run is legal",
		}},
		{"not averted", sim.Why{Necessary: one, PointOfNoReturn: 1}, []string{
			"without fault 2 (delay A SYN #2 by 5ms) the run is legal",
			"the other fault may be left out; whether fewer than these are enough was not tried",
			"healing the network averts it at no time",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := WhyText(&p.Trace, &tt.why); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func TestLadderSaysWhy(t *testing.T) {
	why := sim.Why{Necessary: []sim.Necessity{{Fault: 1, Without: "legal"}}, Smallest: true, PointOfNoReturn: 3, Averted: true}
	var b bytes.Buffer
	if err := Ladder(&b, &violationTape(t).Trace, LadderOptions{Why: &why}); err != nil {
		t.Fatal(err)
	}
	golden(t, "why.ladder", b.Bytes())
}
