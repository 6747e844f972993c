package steer_test

import (
	"context"
	"fmt"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/steer"
)

// Two thousand steered runs take every core edge that there is a way to take,
// and a handful of their scenarios is enough to take them all again.
func Example() {
	r, err := steer.Search(context.Background(), steer.Options{Offer: sim.TCP(), Seed: 1, Runs: 2000, Jobs: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	covered, of := r.Counts.Covered(coverage.EdgeTaken)
	fmt.Printf("%d of %d edges, %d violations\n", covered, of, len(r.Groups))

	runner := search.NewRunner(sim.TCP())
	runner.Observe = coverage.NewObserver(r.Counts.Space())
	least, err := steer.Minimise(runner, r.Corpus)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("fewer scenarios:", least.Len() < r.Corpus.Len())
	fmt.Println("same cells:", len(least.Cells()) == len(r.Corpus.Cells()))
	// Output:
	// 28 of 28 edges, 0 violations
	// fewer scenarios: true
	// same cells: true
}
