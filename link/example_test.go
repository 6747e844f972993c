package link_test

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// Half of all datagrams are lost, but the same one at most twice in a row.
func Example() {
	config := link.Config{
		Delay: link.Delay{Model: link.Uniform, Min: time.Millisecond, Max: 20 * time.Millisecond},
		Loss:  500_000,
		Cap:   2,
	}
	var path link.Path
	path.Reset(&config, 1, endpoint.A)
	syn := endpoint.Segment{Seq: 100, Flags: endpoint.SYN}
	for n := range uint64(5) {
		now := time.Duration(n) * time.Second
		var fate link.Fate
		path.Draw(now, n, &syn, 44, &fate)
		path.Settle(&syn, now, &fate)
		switch {
		case fate.N == 0:
			fmt.Printf("SYN at %v: %v\n", now, fate.Cause)
		case fate.Revived:
			fmt.Printf("SYN at %v arrives at %v, the cap sees to it\n", now, fate.Copies[0].At)
		default:
			fmt.Printf("SYN at %v arrives at %v\n", now, fate.Copies[0].At)
		}
	}
	// Output:
	// SYN at 0s arrives at 18.128551ms
	// SYN at 1s: loss
	// SYN at 2s: loss
	// SYN at 3s arrives at 3.012312861s, the cap sees to it
	// SYN at 4s arrives at 4.006437804s
}
