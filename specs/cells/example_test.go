package cells_test

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/specs/cells"
)

// One cell, and what a TCP that follows RFC 5961 does about it.
func ExampleStack_Put() {
	stack := cells.NewStack(tcp.New, endpoint.Profile{RFC5961: true})
	for _, c := range cells.All() {
		if c.Name() == "RST in the window, not exact in ESTABLISHED" {
			r := stack.Put(&c, cells.Places()[0])
			fmt.Println(r.Got)
			fmt.Print(r.Scenario)
		}
	}
	// Output:
	// ESTABLISHED; <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>; <SEQ=SND.UNA><ACK=RCV.NXT><CTL=PSH,ACK> LEN=10 resent
	// A tcp iss=1000000
	// A: open active nowait; wait 2ms; send 10
	// A: wait 1.199s; receive all
	// cut A->B at 0s for 2h
	// heal at 2h
	// inject B->A SYN,ACK seq=5000000 ack=1000001 at 1ms
	// inject B->A RST seq=5000002 at 700ms
}
