package steer

import (
	"slices"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/search"
)

// firstOnly keeps a scenario in the first incarnation of both ends, as far as a
// scenario can.
func firstOnly(s *scenario.Scenario) {
	onceEach(s)
	s.Fault = slices.DeleteFunc(s.Fault, func(f faults.Fault) bool {
		return f.Op == faults.Crash || f.Op == faults.Inject && !f.Injected.Flags.Has(endpoint.RST)
	})
}

// What coverage calls impossible is never covered in the first incarnation of
// both ends, however hard it is tried: by changed copies of what reached most.
func TestImpossibleIsNot(t *testing.T) {
	n := uint64(60_000)
	if testing.Short() {
		n = 5000
	}
	corpus := searched(t, Options{Seed: 9, Runs: n / 2}).Corpus
	var space coverage.Space
	back := space.Edge(coverage.Edge{From: endpoint.SynReceived, To: endpoint.Listen})
	r := observing(&space)
	var g search.Generator
	var fresh scenario.Scenario
	judged := 0
	for i := range n {
		src := stream.New(10, "impossible").Sequence(i)
		g.Scenario(10, i, &fresh)
		s := Mutate(&src, &corpus.Entries()[src.Below(uint64(corpus.Len()))].Scenario, &fresh)
		firstOnly(&s)
		if _, err := r.Run(&s); err != nil {
			t.Fatal(err)
		}
		covered := r.Observe.Covered()
		if slices.Contains(covered, back) {
			continue
		}
		judged++
		for _, cell := range covered {
			if space.Kind(cell) != coverage.EdgeUnder {
				continue
			}
			if why := coverage.Impossible(space.EdgeFault(cell)); why != "" {
				t.Fatalf("%s was covered, although %s:\n%s", space.Name(cell), why, s.String())
			}
		}
	}
	if judged < int(n)/2 {
		t.Errorf("only %d of %d runs were in their first incarnation", judged, n)
	}
}

// The two lists of core edges say the same.
func TestCoreEdges(t *testing.T) {
	edges := oracle.CoreEdges()
	if len(edges) != coverage.NumCoreEdges {
		t.Fatalf("the oracle has %d core edges, coverage %d", len(edges), coverage.NumCoreEdges)
	}
	for i, e := range edges {
		if got := coverage.CoreEdge(i); got.From != e.From || got.To != e.To {
			t.Errorf("core edge %d is %v, and %v to the oracle", i, got, e)
		}
	}
}
