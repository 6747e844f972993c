package faults_test

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
)

// A script is text, and prints as the same text.
func Example() {
	script, err := faults.Parse(`
drop A SYN #1                 # the first SYN is lost
delay A SYN #2 by 1500ms
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(script)

	var tracker faults.Tracker
	tracker.Reset(script)
	for range 2 {
		// A link of a delay of 10 ms has made this fate of the segment.
		fate := link.Fate{N: 1, Copies: [link.MaxCopies]link.Copy{{At: 10 * time.Millisecond}}}
		n := tracker.Emitted(endpoint.A, endpoint.KindSYN)
		by, _ := tracker.Edit(endpoint.A, endpoint.KindSYN, 0, &fate, nil)
		if fate.N == 0 {
			fmt.Printf("SYN #%d: lost by fault %d\n", n, by[0])
		} else {
			fmt.Printf("SYN #%d: arrives at %v by fault %d\n", n, fate.Copies[0].At, by[0])
		}
	}
	// Output:
	// drop A SYN #1
	// delay A SYN #2 by 1.5s
	// SYN #1: lost by fault 1
	// SYN #2: arrives at 1.51s by fault 2
}

// An error says where the text is wrong, and what would be right.
func ExampleParse() {
	_, err := faults.Parse("drop A SYN\ndrop B SYN,AKC")
	fmt.Println(err)
	// Output:
	// line 2, column 8: found "SYN,AKC", want a kind of segment: ANY, RST, SYN,ACK, SYN, FIN, DATA or ACK
}
