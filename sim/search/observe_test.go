package search

import (
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

// What is observed agrees with what the judge has counted, and every run is
// begun and ended, however it ended: legal, violated, over its budget, panicked.
func TestObserved(t *testing.T) {
	panics := sim.Offer{{Name: "tcp", New: func(endpoint.Config) (endpoint.Endpoint, error) { return new(quitter), nil }}}
	for _, o := range []Options{
		{Offer: sim.TCP()}, {Offer: offerOf(altered{emit: wrongText}), Ends: [2]string{"other", "tcp"}}, {Offer: panics},
	} {
		o.Seed, o.Runs, o.Jobs, o.Observe = 1, 500, 3, true
		r := sweepOf(t, o)
		c := r.Counts
		space := c.Space()
		if c.Runs() != 500 || r.Runs != 500 {
			t.Errorf("%d runs, %d observed", r.Runs, c.Runs())
		}
		var ended uint64
		for k := range coverage.Class(coverage.NumClasses) {
			ended += c.In(space.Joint(k, endpoint.Closed, endpoint.Closed))
		}
		if ended != 500 {
			t.Errorf("%d runs have a class", ended)
		}
		for i, name := range space.Rules {
			if got, want := c.Hits(space.Rule(i)), r.Judged.Times(i); got != want {
				t.Errorf("%s was judged %d times, and %d were observed", name, want, got)
			}
		}
		var rows, pairs uint64
		first, end := space.Cells(coverage.RowTaken)
		for cell := first; cell < end; cell++ {
			rows += c.Hits(cell)
		}
		first, end = space.Cells(coverage.RowPair)
		for cell := first; cell < end; cell++ {
			pairs += c.Hits(cell)
		}
		// Of each end's rows all but the first follow one; those besides follow none.
		if rows < r.Steps/2 || pairs < r.Steps/2-2*r.Runs || pairs > rows-r.Runs || rows > 2*r.Steps {
			t.Errorf("%d steps, %d rows, %d pairs of rows", r.Steps, rows, pairs)
		}
	}
	if o := (&Options{Offer: sim.TCP()}); o.Runner().Observe != nil || sweepOf(t, Options{Offer: sim.TCP(), Runs: 3}).Counts != nil {
		t.Error("observed without having been asked")
	}
}

// quitter is a TCP that panics in LAST-ACK.
type quitter struct{ tcp.TCP }

func (q *quitter) Status(s *endpoint.Status) {
	if q.TCP.Status(s); s.State == endpoint.LastAck {
		panic("in LAST-ACK")
	}
}

// Observing allocates nothing, in steady state, as the rest of a run does not.
func TestObservingAllocatesNothing(t *testing.T) {
	s, err := scenario.Parse("test", lossyHandshake)
	if err != nil {
		t.Fatal(err)
	}
	r := (&Options{Offer: sim.TCP(), Observe: true}).Runner()
	run := func() {
		s.Seed = (s.Seed + 1) % 50
		if v, err := r.Run(&s); err != nil || v.Found() {
			t.Fatal(err, v.Text)
		}
	}
	for range 200 {
		run()
	}
	if n := testing.AllocsPerRun(200, run); n > 0 {
		t.Errorf("%v allocations a run", n)
	}
}
