package search

import (
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
)

// Now and then a generator draws what most runs do not have: a client at B, a
// second connection, an MSL shorter than what a datagram may take. What it draws
// any stack takes.
func TestGeneratorDraws(t *testing.T) {
	const runs = 4000
	var g Generator
	var s scenario.Scenario
	var clientB, again, short, outlived, sizes int
	for i := range uint64(runs) {
		g.Scenario(1, i, &s)
		var passive, active [2]int
		for _, a := range s.Apps {
			for _, act := range a.Acts {
				switch {
				case act.Op == scenario.ActOpen && act.Passive:
					passive[a.End]++
				case act.Op == scenario.ActOpen:
					active[a.End]++
				}
			}
		}
		if passive == [2]int{1, 0} && active == [2]int{0, 1} {
			clientB++
		}
		if passive[endpoint.A]+active[endpoint.A] > 1 && passive[endpoint.B]+active[endpoint.B] > 1 {
			again++
		}
		least := time.Hour
		for e := range s.Ends {
			c := &s.Ends[e].Config
			if c.MSL > 0 {
				least = min(least, c.MSL)
			}
			most := uint16(1460)
			if s.IPv6 {
				most = 1440
			}
			if c.MSS != 0 {
				sizes++
				if c.MSS < 88 || c.MSS > most {
					t.Fatalf("run %d: an MSS of %d", i, c.MSS)
				}
			}
		}
		if least < time.Second {
			short++
			if max(s.Link[0].Delay.Max, s.Link[1].Delay.Max) > 2*least {
				outlived++
			}
		}
	}
	t.Logf("of %d runs: %d clients at B, %d with a second connection, %d short MSLs, %d of them outlived", runs, clientB, again, short, outlived)
	for _, n := range []int{clientB, again, short} {
		if n < runs/40 || n > runs/8 {
			t.Errorf("%d of %d runs", n, runs)
		}
	}
	if outlived == 0 || sizes < runs/4 {
		t.Errorf("%d datagrams may outlive 2 MSL, %d ends have an MSS", outlived, sizes)
	}
}
