package sim_test

import (
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
)

// The first SYN is lost; a second later the retransmission timer sends it
// again.
func Example() {
	scenario, err := scenario.Parse("example", `
		A: open active; close
		B: open passive; receive all; close
		drop A SYN #1
	`)
	if err != nil {
		fmt.Println(err)
		return
	}
	world := sim.NewWorld(sim.TCP())
	if err := world.Reset(&scenario); err != nil {
		fmt.Println(err)
		return
	}
	for {
		step, ok := world.Step()
		if !ok {
			break
		}
		if step.Before.State != step.After.State {
			fmt.Println(step.At, step.End, step.Before.State, "->", step.After.State)
		}
	}
	// Output:
	// 0s A CLOSED -> SYN-SENT
	// 0s B CLOSED -> LISTEN
	// 1.01s B LISTEN -> SYN-RECEIVED
	// 1.02s A SYN-SENT -> ESTABLISHED
	// 1.02s A ESTABLISHED -> FIN-WAIT-1
	// 1.03s B SYN-RECEIVED -> ESTABLISHED
	// 1.03s B ESTABLISHED -> CLOSE-WAIT
	// 1.03s B CLOSE-WAIT -> LAST-ACK
	// 1.04s A FIN-WAIT-1 -> FIN-WAIT-2
	// 1.04s A FIN-WAIT-2 -> TIME-WAIT
	// 1.05s B LAST-ACK -> CLOSED
	// 4m1.04s A TIME-WAIT -> CLOSED
}
