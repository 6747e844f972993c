package scenario_test

import (
	"fmt"

	"example.org/halfopen/sim/scenario"
)

// A scenario is a small text; what it leaves out is the default.
func ExampleParse() {
	s, err := scenario.Parse("handshake.txt", `
seed 7
link A->B delay 10ms loss 10% cap 3   # the way back is perfect
drop A SYN #1
A: open active; send 1000; close
B: open passive; receive all; close
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(s.String())

	_, err = scenario.Parse("handshake.txt", "A tcp delayed-ack=1s")
	fmt.Println(err)
	// Output:
	// halfopen scenario 1
	// seed 7
	// link A->B delay 10ms loss 10% cap 3
	// A: open active; send 1000; close
	// B: open passive; receive all; close
	// drop A SYN #1
	// handshake.txt:1:19: found "1s", want a time from 1ns to 499.999999ms, such as 1.5s
}
