package cmd_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"example.org/halfopen/cmd"
	"example.org/halfopen/sim"
)

// The command can be called like any function. Here its only endpoint is
// halfopen's own; put a stack of yours into the offer.
func Example() {
	const scenario = `
		drop A SYN #1
		A: open active
		B: open passive
	`
	args := []string{"run", "-"}
	stdin := strings.NewReader(scenario)
	status := cmd.Main(context.Background(), args, stdin, os.Stdout, os.Stderr, sim.TCP())
	fmt.Println("exit status", status)
	// Output:
	// legal: A ESTABLISHED, B ESTABLISHED after 1.03s, 6 steps, 4 segments
	// 1 fault, 4 segments. Seq/Ack relative to ISS A=1990503208 B=3703223006
	//
	//        time  A                                                      B
	//  1.  0.000s  CLOSED           (passive OPEN)                        LISTEN
	//  2.  0.000s  SYN-SENT     --> [SYN] Seq=0                    #1 XXX
	//                               (fault 1: drop)
	//  3.  1.000s  SYN-SENT         (RTO 1s fires)
	//  4.  1.000s  SYN-SENT     --> [SYN] Seq=0                    #2 --> SYN-RECEIVED
	//                               (retransmit of #1)
	//  5.  1.010s  ESTABLISHED  <-- [SYN,ACK] Seq=0 Ack=1          #3 <-- SYN-RECEIVED
	//  6.  1.020s  ESTABLISHED  --> [ACK] Seq=1 Ack=1              #4 --> ESTABLISHED
	//
	// replay  halfopen run -
	// verdict legal
	// exit status 0
}
