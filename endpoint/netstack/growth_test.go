package netstack_test

import (
	"flag"
	"runtime"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

var growthRuns = flag.Int("growth-runs", 2000, "after so many runs TestNoGrowth measures")

// growth is what is left of the runs so far, once nobody refers to their worlds.
type growth struct {
	goroutines int
	heap       uint64 // octets that are live
}

func measure() growth {
	for range 5 { // a stack that nobody refers to is closed by a cleanup
		runtime.GC()
		runtime.Gosched()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return growth{runtime.NumGoroutine(), m.HeapAlloc}
}

// TestNoGrowth: runs leave no goroutine and no memory behind, however they end
// and whether in a new world or in one that was used before. It measures after a
// tenth of the runs, and after all:
//
//	go test -run TestNoGrowth -v -growth-runs 100000 .
//
// The runs are those of a sweep. Of each at most so many events are played that
// none takes long: a stack does not leak by the mere passing of time.
func TestNoGrowth(t *testing.T) {
	if version != today {
		t.Skip("after a panic (abort-in-syn-received) a stack keeps its locks, and waits for them when it is closed")
	}
	const events = 2000
	before := measure()
	var tenth growth
	runs := *growthRuns
	var w *sim.World
	g := search.Generator{Ends: [2]string{"netstack", "netstack"}}
	var s scenario.Scenario
	for i := range runs {
		if w == nil || i%10 == 0 {
			w = sim.NewWorld(offer)
		}
		g.Scenario(1, uint64(i), &s)
		s.Limits.Events = events
		playOut(t, w, &s)
		if i == runs/10-1 {
			w = nil
			tenth = measure()
		}
	}
	w = nil
	after := measure()
	t.Logf("before: %d goroutines, %d KiB; after %d runs: %d, %d KiB; after %d: %d, %d KiB",
		before.goroutines, before.heap>>10, runs/10, tenth.goroutines, tenth.heap>>10,
		runs, after.goroutines, after.heap>>10)
	if after.goroutines > tenth.goroutines+8 {
		t.Errorf("%d goroutines, then %d", tenth.goroutines, after.goroutines)
	}
	if after.heap > tenth.heap+1<<20 {
		t.Errorf("%d octets of heap, then %d", tenth.heap, after.heap)
	}
}

// playOut runs a scenario to its end, whatever it breaks.
func playOut(t *testing.T, w *sim.World, s *scenario.Scenario) {
	t.Helper()
	if err := w.Reset(s); err != nil {
		t.Fatal(err)
	}
	for {
		if _, ok := w.Step(); !ok {
			return
		}
	}
}
