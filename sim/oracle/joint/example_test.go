package joint_test

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle/joint"
)

func Example() {
	show := func(a, b endpoint.State) {
		fmt.Printf("%v and %v: %v, rests %v\n", a, b, joint.MinClass(a, b), joint.Resting(a, b))
	}
	show(endpoint.FinWait2, endpoint.CloseWait)
	show(endpoint.SynReceived, endpoint.SynReceived)
	show(endpoint.Closed, endpoint.Established)
	show(endpoint.CloseWait, endpoint.CloseWait)
	fmt.Println(joint.Legal(joint.Lossy, endpoint.Closed, endpoint.Established))
	// Output:
	// FIN-WAIT-2 and CLOSE-WAIT: reliable, rests true
	// SYN-RECEIVED and SYN-RECEIVED: simultaneous open, rests false
	// CLOSED and ESTABLISHED: giving up, rests true
	// CLOSE-WAIT and CLOSE-WAIT: never, rests false
	// false
}
