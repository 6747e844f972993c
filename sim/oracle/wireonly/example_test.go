package wireonly_test

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/wireonly"
	"example.org/halfopen/sim/scenario"
)

// A run is judged step by step, from what is on the wire. Whenever that leaves
// more than one state possible, the judge says which.
func Example() {
	s, err := scenario.Parse("late", `
link delay 10ms
A: open active; send 1000; close
B: open passive nowait; when SYN-RECEIVED; send 1000; close
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
	var j wireonly.Judge
	j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	seen := wireonly.StateSet(0)
	for {
		step, more := w.Step()
		if !more || !j.Step(step) {
			break
		}
		if set := j.States(endpoint.B); set.Len() > 1 && set != seen {
			fmt.Println(step.At, "B is in", set)
			seen = set
		}
	}
	ok := j.End(wireonly.End{At: w.Now()})
	fmt.Println(ok, j.States(endpoint.A), j.States(endpoint.B))
	// Output:
	// 10ms B is in SYN-RECEIVED or FIN-WAIT-1
	// true CLOSED CLOSED
}
