//go:build unix

package search

import (
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// bulk is 100 MB one way. Nothing heals: the link is the same to the end.
const bulk = `
	A: open active; send 100000000; close
	B: open passive; receive all; close
	heal at 24h
	limit events 100000000
`

// BenchmarkBulk sends 100 MB one way, 10 ms each way, checksums and delayed
// acknowledgments on: with the RFC's defaults, with what deployed stacks have
// on, and with that but for congestion control, by which a link that loses 1 %
// at random takes Mathis' bound of time. It tells how long the process computes
// for a segment, acknowledgments included, whatever else the machine does, and
// how many seconds of virtual time went by until A was in TIME-WAIT.
//
// A segment is to take at most 1,200 ns, judged or not, losing nothing and losing
// 1 %.
func BenchmarkBulk(b *testing.B) {
	const windows = "wscale=7 timestamps sack send-buffer=4194304 receive-buffer=4194304"
	const deployed = windows + " congestion iw10 path-mtu"
	for _, c := range []struct{ name, config, link string }{
		{"plain", "", ""},
		{"deployed", deployed, " rate 100Mbit"},
		{"deployed/lossy", deployed, " rate 100Mbit loss 1% cap 10"},
		{"uncongested", windows, " rate 100Mbit"},
		{"uncongested/lossy", windows, " rate 100Mbit loss 1% cap 10"},
	} {
		s, err := scenario.Parse("bench", "A tcp "+c.config+"\nB tcp "+c.config+"\nlink delay 10ms"+c.link+bulk)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+"/judged", func(b *testing.B) {
			r := NewRunner(sim.TCP())
			benchmarkBulk(b, r.World, func() {
				if v, err := r.Run(&s); err != nil || v.Found() {
					b.Fatal(err, v.Text)
				}
			})
		})
		b.Run(c.name+"/unjudged", func(b *testing.B) {
			w := sim.NewWorld(sim.TCP())
			benchmarkBulk(b, w, func() {
				if err := w.Reset(&s); err != nil {
					b.Fatal(err)
				}
				for ok := true; ok; {
					_, ok = w.Step()
				}
			})
		})
	}
}

func benchmarkBulk(b *testing.B, w *sim.World, run func()) {
	run() // from the second run on nothing is allocated
	segments := 0
	b.ReportAllocs()
	before := processTime()
	for b.Loop() {
		run()
		segments += len(w.Trace().Segments)
	}
	b.ReportMetric(float64(processTime()-before)/float64(segments), "cpu-ns/segment")
	b.ReportMetric(float64(segments)/float64(b.N), "segments/run")
	if w.Outcome() != sim.Quiet {
		b.Fatal(w.Outcome())
	}
	for _, e := range w.Trace().Events {
		if e.After == endpoint.TimeWait {
			b.ReportMetric(e.At.Seconds(), "s")
			break
		}
	}
}

// processTime is how long the process has computed, and the system for it.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
