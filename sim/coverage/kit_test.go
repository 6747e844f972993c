package coverage

import (
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// observe runs a scenario to its end.
func observe(t testing.TB, o *Observer, text string) {
	t.Helper()
	s, err := scenario.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	watch(o, w)
}

// watch hands a run to an observer.
func watch(o *Observer, w *sim.World) {
	o.Reset(w.Scenario())
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		o.Step(s)
	}
	o.End(o.Class())
}

// under lists the faults under which the run has taken an edge.
func under(o *Observer, from, to endpoint.State) []string {
	names := []string{}
	for f := range Fault(NumFaults) {
		if o.counts.In(o.counts.space.Under(int(coreIndex[from][to]), f)) > 0 {
			names = append(names, f.String())
		}
	}
	return names
}
