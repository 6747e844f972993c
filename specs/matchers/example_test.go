package matchers_test

import (
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
	. "example.org/halfopen/specs/matchers"
)

// Without Gomega's Expect a matcher can be asked, too.
func Example() {
	runner := search.NewRunner(sim.TCP())
	if _, err := runner.Run(&scenario.Scenario{}); err != nil { // the default conversation
		fmt.Println(err)
		return
	}
	half := Visit(endpoint.FinWait1, endpoint.FinWait2).At(endpoint.A)
	fmt.Println(half.Match(runner.World))
	// Output: true <nil>
}
