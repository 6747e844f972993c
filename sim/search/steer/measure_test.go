package steer

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

var measure = flag.Bool("measure", false, "measure how many runs a search needs for the joint pairs of each class")

// matrix is the joint pairs by least class; 'h' pairs count as class 1.
var matrix = [endpoint.NumStates][endpoint.NumStates]coverage.Class{
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

// legal reports whether a pair can be reached in a class. Class Reopened has no
// loss and no ABORT, so not what takes these.
func legal(c coverage.Class, a, b int) bool {
	m := matrix[a][b]
	return m > 0 && m <= c && !(c == coverage.Reopened && m == coverage.Ended)
}

// reached counts the legal pairs of a class that runs within it have reached.
func reached(c coverage.Class, in []uint64) (n, of int, missing []string) {
	var s coverage.Space
	from := c
	if c <= coverage.Ended {
		from = coverage.ClientServer
	}
	for a := range matrix {
		for b := range matrix[a] {
			if !legal(c, a, b) {
				continue
			}
			of++
			runs := uint64(0)
			for k := from; k <= c; k++ {
				runs += in[s.Joint(k, endpoint.State(a), endpoint.State(b))]
			}
			if runs > 0 {
				n++
			} else {
				missing = append(missing, fmt.Sprint(endpoint.State(a), "/", endpoint.State(b)))
			}
		}
	}
	return n, of, missing
}

func TestMeasure(t *testing.T) {
	if !*measure {
		t.Skip("run with -measure")
	}
	for c := coverage.ClientServer; c <= coverage.ReopenedLossy; c++ {
		for _, fresh := range []int{100, 0} {
			var needed []uint64
			for seed := range uint64(3) {
				var n, of int
				var missing []string
				o := Options{
					Offer: sim.TCP(), Seed: seed, Runs: 200_000, Jobs: runtime.GOMAXPROCS(0), Generation: 64,
					Class: c, Fresh: fresh,
				}
				last := uint64(0)
				o.Done = func(p *Progress) bool {
					was := n
					n, of, missing = reached(c, p.In)
					if n > was {
						last = p.Runs
					}
					return n == of
				}
				r, err := Search(context.Background(), o)
				if err != nil {
					t.Fatal(err)
				}
				needed = append(needed, last)
				t.Logf("class %d fresh %3d seed %d: %d of %d at %d, %d scenarios, %d violations; missing %v", c, fresh, seed, n, of, last, r.Corpus.Len(), len(r.Groups), missing)
				for _, g := range r.Groups {
					t.Logf("%s %s\n%s", g.Violation.Rule.ID, g.Violation.Text, g.Scenario.String())
				}
			}
			slices.Sort(needed)
		}
	}
}
