package oracle_test

import (
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
)

// A run is judged step by step, and once more when it is over.
func Example() {
	s, err := scenario.Parse("lossy", `
link delay 10ms
A: open active; send 1000; close
B: open passive; receive all; close
drop A SYN #1
drop B FIN #1
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		fmt.Println(err)
		return
	}
	var j oracle.Judge
	j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	for {
		step, more := w.Step()
		if !more || !j.Step(step) {
			break
		}
	}
	ok := j.End(oracle.End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair()})
	visited, total := j.Coverage().CoreEdges()
	v := j.Violation()
	fmt.Println(ok, v.Found())
	fmt.Println(j.Coverage().States(), "states,", visited, "of", total, "edges")
	// Output:
	// true false
	// 10 states, 12 of 29 edges
}

// An edge prints as the RFC writes its states.
func ExampleCoreEdges() {
	edges := oracle.CoreEdges()
	fmt.Println(len(edges))
	fmt.Println(edges[0])
	fmt.Println(edges[6])
	// Output:
	// 29
	// CLOSED -> LISTEN
	// SYN-SENT -> ESTABLISHED
}
