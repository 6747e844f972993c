package steer

import (
	"context"
	"flag"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

var measure = flag.Bool("measure", false,
	"measure how many runs reach the joint pairs of each fault class, steered and at random (minutes)")

// leastClass is the smallest class in which A can be in the state of the row and
// B in that of the column, by an exhaustive search of RFC 9293 3.10 without
// times; 0 for none.
var leastClass = [endpoint.NumStates][endpoint.NumStates]coverage.Class{
	{1, 1, 1, 1, 4, 1, 4, 4, 1, 1, 1},
	{1, 2, 1, 5, 6, 5, 6, 6, 5, 5, 5},
	{1, 1, 2, 1, 6, 1, 6, 6, 5, 5, 5},
	{1, 5, 1, 2, 1, 1, 8, 7, 6, 7, 8},
	{4, 6, 6, 1, 1, 1, 0, 0, 0, 0, 0},
	{1, 5, 1, 1, 1, 1, 8, 1, 1, 1, 8},
	{4, 6, 6, 8, 0, 8, 0, 1, 1, 1, 0},
	{4, 6, 6, 7, 0, 1, 1, 0, 0, 0, 0},
	{1, 5, 5, 6, 0, 1, 1, 0, 1, 7, 1},
	{1, 5, 5, 7, 0, 1, 1, 0, 7, 0, 1},
	{1, 5, 5, 8, 0, 8, 0, 0, 1, 1, 1},
}

// pair is two states, with their cells in the classes that are part of a class.
type pair struct {
	a, b  endpoint.State
	cells []coverage.Cell
}

// reached reports whether a search has been there.
func (p *pair) reached(in []uint64) bool {
	return slices.ContainsFunc(p.cells, func(cell coverage.Cell) bool { return in[cell] > 0 })
}

// goal lists the pairs of a class. Some take an end that leaves TIME-WAIT, and may
// open again, while its ACK is still under way to the other, which is in CLOSING or
// LAST-ACK: without loss that takes a delay of 2 MSL, which no run has.
func goal(c coverage.Class) (pairs []pair) {
	var s coverage.Space
	parts := []coverage.Class{coverage.ClientServer, coverage.AnyOpen}
	switch {
	case c <= coverage.Ended:
		parts = []coverage.Class{1, 2, 3, 4}[:c]
	case c == coverage.Reopened:
		parts = append(parts, c)
	default:
		parts = []coverage.Class{1, 2, 3, 4, 5, 6, 7}[:c]
	}
	late := func(a, b int) bool {
		over := a == int(endpoint.Closed) || c == coverage.Reopened && a <= int(endpoint.SynSent)
		return over && (b == int(endpoint.Closing) || b == int(endpoint.LastAck))
	}
	for a := range leastClass {
		for b, least := range leastClass[a] {
			if least == 0 || least > c || c == coverage.Reopened && least == coverage.Ended ||
				(c <= coverage.AnyOpen || c == coverage.Reopened) && (late(a, b) || late(b, a)) {
				continue
			}
			var cells []coverage.Cell
			for _, part := range parts {
				cells = append(cells, s.Joint(part, endpoint.State(a), endpoint.State(b)))
			}
			pairs = append(pairs, pair{endpoint.State(a), endpoint.State(b), cells})
		}
	}
	return pairs
}

// reach runs a search, and says after how many runs the k-th pair of the goal
// was reached, for each k; to within a generation. Pairs that it did not reach are
// left in missed.
func reach(t *testing.T, c coverage.Class, seed uint64, fresh int, runs uint64) (at []uint64, missed []string) {
	pairs := goal(c)
	at = []uint64{0}
	r, err := Search(context.Background(), Options{
		Offer: sim.TCP(), Seed: seed, Runs: runs, Jobs: runtime.GOMAXPROCS(0), Generation: 64,
		Class: c, Fresh: fresh,
		Done: func(p *Progress) bool {
			n := 0
			missed = missed[:0]
			for i := range pairs {
				if pairs[i].reached(p.In) {
					n++
				} else {
					missed = append(missed, fmt.Sprint(pairs[i].a, " and ", pairs[i].b))
				}
			}
			for len(at) <= n {
				at = append(at, p.Runs)
			}
			return n == len(pairs)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range r.Groups {
		t.Errorf("class %d, seed %d: %s: %s\n%s", c, seed, g.Violation.Rule.ID, g.Violation.Text, g.Scenario.String())
	}
	return at, missed
}

// after is the median over some searches of the runs that reached so many pairs;
// of searches that never did, MaxUint64.
func after(searches [][]uint64, pairs int) uint64 {
	var runs []uint64
	for _, at := range searches {
		if pairs < len(at) {
			runs = append(runs, at[pairs])
		} else {
			runs = append(runs, math.MaxUint64)
		}
	}
	slices.Sort(runs)
	return runs[len(runs)/2]
}

// TestMeasure measures what steering is worth: the runs until all joint pairs of
// a class are reached, at most a third of what random runs need. Random runs are
// those of search.Generator, kept within the class in the same way.
func TestMeasure(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure")
	}
	const seeds, most = 3, 50_000
	for c := coverage.ClientServer; c <= coverage.ReopenedLossy; c++ {
		var random, steered [][]uint64
		all := len(goal(c))
		for seed := range uint64(seeds) {
			at, missed := reach(t, c, seed, 0, most)
			steered = append(steered, at)
			if len(missed) > 0 {
				t.Logf("class %d, seed %d: looked for in %d runs, and not reached: %s", c, seed, most, strings.Join(missed, ", "))
			}
			at, _ = reach(t, c, seed, 100, most)
			random = append(random, at)
		}
		best := func(searches [][]uint64) (pairs int) {
			for after(searches, pairs+1) < math.MaxUint64 {
				pairs++
			}
			return pairs
		}
		s, r := best(steered), best(random)
		t.Logf("class %d, %d pairs: steered %d after %d runs; random %d after %d, for which steered took %d (medians of %d, %d runs each)",
			c, all, s, after(steered, s), r, after(random, r), after(steered, r), seeds, most)
		if s < r || after(steered, r) > after(random, r)/3 {
			t.Errorf("class %d: steering needs more than a third of the runs", c)
		}
	}
}

// TestMeasureEdges measures how many runs cover every core edge under every
// fault that it can be taken under.
func TestMeasureEdges(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure")
	}
	const most = 1_000_000
	for _, fresh := range []int{0, 100} {
		for seed := range uint64(3) {
			var space coverage.Space
			all := coverage.NewCounts(&space).Holes(coverage.EdgeUnder)
			left, last := len(all), uint64(0)
			r, err := Search(context.Background(), Options{
				Offer: sim.TCP(), Seed: seed, Runs: most, Jobs: runtime.GOMAXPROCS(0), Fresh: fresh,
				Done: func(p *Progress) bool {
					n := 0
					for _, cell := range all {
						if p.In[cell] == 0 {
							n++
						}
					}
					if n < left {
						left, last = n, p.Runs
					}
					return n == 0
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("fresh %d, seed %d: %d of %d cells, the last one after %d runs; %d scenarios, %d groups",
				fresh, seed, len(all)-left, len(all), last, r.Corpus.Len(), len(r.Groups))
		}
	}
}
