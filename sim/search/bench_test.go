package search

import (
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// lossyHandshake is open, 1 KB each way, close, both ends CLOSED after 2 MSL.
const lossyHandshake = `
	A tcp mss=1460
	B tcp mss=1460
	link delay 1ms-20ms loss 10%
	A: open active; send 1024; receive 1024; close
	B: open passive; receive 1024; send 1024; receive all; close
`

// BenchmarkLossyHandshake is one run a lap, recorded and judged.
func BenchmarkLossyHandshake(b *testing.B) {
	r := NewRunner(sim.TCP())
	benchmarkLossy(b, r.World, func(s *scenario.Scenario) {
		if v, err := r.Run(s); err != nil || v.Found() {
			b.Fatal(err, v.Text)
		}
	})
}

// BenchmarkLossyHandshakeUnjudged is the same without the oracle. With all its
// rules on a run is to take no more than 1.6 times as long.
func BenchmarkLossyHandshakeUnjudged(b *testing.B) {
	w := sim.NewWorld(sim.TCP())
	benchmarkLossy(b, w, func(s *scenario.Scenario) {
		if err := w.Reset(s); err != nil {
			b.Fatal(err)
		}
		for ok := true; ok; {
			_, ok = w.Step()
		}
	})
}

func benchmarkLossy(b *testing.B, w *sim.World, run func(*scenario.Scenario)) {
	s, err := scenario.Parse("bench", lossyHandshake)
	if err != nil {
		b.Fatal(err)
	}
	steps, packets := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		s.Seed++
		run(&s)
		t := w.Trace()
		steps += len(t.Events)
		packets += len(t.Segments)
		if t.Final != [2]endpoint.State{} {
			b.Fatalf("seed %d ended in %v", s.Seed, t.Final)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
	b.ReportMetric(float64(steps)/float64(b.N), "steps/run")
	b.ReportMetric(float64(packets)/float64(b.N), "packets/run")
}

// BenchmarkCopy copies a world in the middle of a handshake.
func BenchmarkCopy(b *testing.B) {
	w, c := sim.NewWorld(sim.TCP()), sim.NewWorld(sim.TCP())
	if err := w.Reset(&scenario.Scenario{}); err != nil {
		b.Fatal(err)
	}
	for range 4 {
		w.Step()
	}
	c.CopyFrom(w)
	b.ReportAllocs()
	for b.Loop() {
		if !c.CopyFrom(w) {
			b.Fatal("not copied")
		}
	}
}
