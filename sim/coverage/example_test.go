package coverage_test

import (
	"fmt"
	"os"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

// A run over a link that loses the first SYN covers a little: two edges were
// taken under the loss, the others clean or not at all.
func Example() {
	s, err := scenario.Parse("example", "B: open passive; receive all; close\n"+
		"A: wait 1ms; open active; send 10; close\n"+
		"drop A SYN #1\n")
	if err != nil {
		fmt.Println(err)
		return
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		fmt.Println(err)
		return
	}
	o := coverage.NewObserver(&coverage.Space{})
	o.Reset(w.Scenario())
	for {
		step, ok := w.Step()
		if !ok {
			break
		}
		o.Step(step)
	}
	o.End(o.Class())

	space := o.Counts().Space()
	for _, cell := range o.Covered() {
		if space.Kind(cell) == coverage.EdgeUnder {
			fmt.Println(space.Name(cell))
		}
	}
	fmt.Println()
	if err := o.Counts().Report(os.Stdout, coverage.ReportOptions{Holes: 1}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("a rule that 1,000,000 runs did not break fails in less than", coverage.FailureBound(1_000_000), "of them")
	// Output:
	// CLOSED -> LISTEN clean
	// CLOSED -> SYN-SENT clean
	// LISTEN -> SYN-RECEIVED under drop SYN
	// SYN-SENT -> ESTABLISHED under drop SYN
	// ESTABLISHED -> FIN-WAIT-1 clean
	// SYN-RECEIVED -> ESTABLISHED clean
	// ESTABLISHED -> CLOSE-WAIT clean
	// CLOSE-WAIT -> LAST-ACK clean
	// FIN-WAIT-1 -> FIN-WAIT-2 clean
	// FIN-WAIT-2 -> TIME-WAIT clean
	// LAST-ACK -> CLOSED clean
	// TIME-WAIT -> CLOSED clean
	//
	// states                   10/11
	//   not: CLOSING
	// edges                    12/28
	//   not: LISTEN -> CLOSED
	//   and 15 more
	// core edges under faults  12/755
	//   not: CLOSED -> LISTEN under drop RST
	//   and 742 more
	// joint pairs              12
	// a rule that 1,000,000 runs did not break fails in less than 3.00e-06 of them
}
