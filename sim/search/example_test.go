package search_test

import (
	"context"
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

// Five hundred connections over five hundred bad links, each judged.
func Example() {
	result, err := search.Sweep(context.Background(), search.Options{
		Offer: sim.TCP(), Seed: 1, Runs: 500, Observe: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	states, _ := result.Counts.Covered(coverage.StateVisit)
	fmt.Println(result.Runs, "runs,", states, "states,", result.Violations(), "violations")
	// Output: 500 runs, 11 states, 0 violations
}

// One run, judged as it happens.
func ExampleRunner() {
	scenario, err := scenario.Parse("lost FIN", "drop A FIN #1")
	if err != nil {
		fmt.Println(err)
		return
	}
	runner := search.NewRunner(sim.TCP())
	violation, err := runner.Run(&scenario)
	if err != nil {
		fmt.Println(err)
		return
	}
	trace := runner.World.Trace()
	fmt.Println(violation.Found(), trace.Outcome, trace.Final)
	// Output: false quiet [CLOSED CLOSED]
}
