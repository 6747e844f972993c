package steer

import (
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// lossyHandshake is the scenario of search's benchmark of that name.
const lossyHandshake = `
	A tcp mss=1460
	B tcp mss=1460
	link delay 1ms-20ms loss 10%
	A: open active; send 1024; receive 1024; close
	B: open passive; receive 1024; send 1024; receive all; close
`

// BenchmarkLossyHandshake is a run that is judged, and one that is observed,
// too: the difference is what coverage costs a sweep.
func BenchmarkLossyHandshake(b *testing.B) {
	s, err := scenario.Parse("bench", lossyHandshake)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		*search.Runner
	}{{"judged", search.NewRunner(sim.TCP())}, {"observed", observing(search.Space())}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Seed++
				if v, err := c.Run(&s); err != nil || v.Found() {
					b.Fatal(err, v.Text)
				}
			}
		})
	}
}

// TestMeasureCost is the same comparison for a machine that does other things,
// too, and for a sweep's runs: the same batch of runs, judged and observed in
// turn, and the fastest of each.
func TestMeasureCost(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure")
	}
	s, err := scenario.Parse("bench", lossyHandshake)
	if err != nil {
		t.Fatal(err)
	}
	const batch = 50
	var handshakes, swept [batch]scenario.Scenario
	var gen search.Generator
	for i := range handshakes {
		s.Seed = uint64(i)
		handshakes[i] = s.Clone()
		gen.Scenario(1, uint64(i), &swept[i])
		swept[i] = swept[i].Clone()
	}
	judging, watching := search.NewRunner(sim.TCP()), observing(search.Space())
	took := func(r *search.Runner, list *[batch]scenario.Scenario) time.Duration {
		begin := time.Now()
		for i := range list {
			if v, err := r.Run(&list[i]); err != nil || v.Found() {
				t.Fatal(err, v.Text)
			}
		}
		return time.Since(begin)
	}
	for _, c := range []struct {
		name string
		list *[batch]scenario.Scenario
	}{{"lossy handshake", &handshakes}, {"sweep", &swept}} {
		judged, observed := time.Hour, time.Hour
		for range 2000 {
			judged = min(judged, took(judging, c.list))
			observed = min(observed, took(watching, c.list))
		}
		t.Logf("%s: judged %v a run, observed %v: %.1f %% more", c.name, judged/batch, observed/batch,
			100*float64(observed-judged)/float64(judged))
	}
}
