package coverage

import (
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
)

// BenchmarkObserver is one lossy handshake a lap, without a judge: bare, and
// observed. The difference is what observing costs.
func BenchmarkObserver(b *testing.B) {
	s, err := scenario.Parse("bench", `
		A tcp mss=1460
		B tcp mss=1460
		link delay 1ms-20ms loss 10%
		A: open active; send 1024; receive 1024; close
		B: open passive; receive 1024; send 1024; receive all; close
	`)
	if err != nil {
		b.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	o := NewObserver(&Space{})
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"bare", func() {
			for ok := true; ok; {
				_, ok = w.Step()
			}
		}},
		{"observed", func() { watch(o, w) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Seed++
				if err := w.Reset(&s); err != nil {
					b.Fatal(err)
				}
				c.run()
			}
		})
	}
}
