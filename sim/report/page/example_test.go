package page_test

import (
	"bytes"
	"fmt"
	"os"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/page"
	"example.org/halfopen/sim/scenario"
)

// lossy is a handshake in which the first SYN is lost.
func lossy() *sim.Trace {
	s, err := scenario.Parse("example", "A tcp iss=100\nA: open active\nB: open passive\ndrop A SYN #1\n")
	if err != nil {
		panic(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		panic(err)
	}
	for {
		if _, ok := w.Step(); !ok {
			return w.Trace()
		}
	}
}

func ExampleWriteMermaid() {
	if err := page.WriteMermaid(os.Stdout, lossy()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// sequenceDiagram
	//     participant A
	//     participant B
	//     Note over B: 1. 0.000s (passive OPEN) LISTEN
	//     A--xB: 2. 0.000s [SYN] Seq=0 segment 1 (fault 1: drop), A SYN-SENT
	//     Note over A: 3. 1.000s (RTO 1s fires) SYN-SENT
	//     A->>B: 4. 1.000s [SYN] Seq=0 segment 2 (retransmit of no. 1), B SYN-RECEIVED
	//     B->>A: 5. 1.010s [SYN,ACK] Seq=0 Ack=1 segment 3, A ESTABLISHED
	//     A->>B: 6. 1.020s [ACK] Seq=1 Ack=1 segment 4, B ESTABLISHED
}

// The trace can be read back from the page.
func ExampleTrace() {
	var html, trace bytes.Buffer
	if err := page.WriteHTML(&html, lossy(), page.HTMLOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	inPage, err := page.Trace(html.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	err = report.WriteJSONL(&trace, lossy())
	fmt.Println(bytes.Equal(inPage, trace.Bytes()), err)
	// Output: true <nil>
}
