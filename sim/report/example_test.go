package report_test

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
)

// lossy is a run in which the first SYN is lost, up to the end of the
// handshake.
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

func ExampleLadder() {
	if err := report.Ladder(os.Stdout, lossy(), report.LadderOptions{Absolute: true}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// legal: A ESTABLISHED, B ESTABLISHED after 1.03s, 6 steps, 4 segments
	// 1 fault, 4 segments. Seq/Ack absolute, ISS A=100 B=3703223006
	//
	//        time  A                                                      B
	//  1.  0.000s  CLOSED           (passive OPEN)                        LISTEN
	//  2.  0.000s  SYN-SENT     --> [SYN] Seq=100                  #1 XXX
	//                               (fault 1: drop)
	//  3.  1.000s  SYN-SENT         (RTO 1s fires)
	//  4.  1.000s  SYN-SENT     --> [SYN] Seq=100                  #2 --> SYN-RECEIVED
	//                               (retransmit of #1)
	//  5.  1.010s  ESTABLISHED  <-- [SYN,ACK] Seq=3703223006 Ack=101  <-- SYN-RECEIVED
	//  6.  1.020s  ESTABLISHED  --> [ACK] Seq=101 Ack=3703223007   #4 --> ESTABLISHED
	//
	// replay  halfopen replay legal-7d9b36
}

func ExampleName() {
	fmt.Println(report.Name(lossy()))
	// Output: legal-7d9b36
}

func ExampleReadJSONL() {
	var file bytes.Buffer
	if err := report.WriteJSONL(&file, lossy()); err != nil {
		fmt.Println(err)
	}
	r, err := report.ReadJSONL(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(r.Text)
	fmt.Println(r.Steps, "steps,", r.Segments, "segments, A", r.Final[0])
	// Output:
	// halfopen scenario 1
	// A tcp iss=100
	// link delay 10ms
	// A: open active
	// B: open passive
	// drop A SYN #1
	// heal at 1m0s
	// 6 steps, 4 segments, A ESTABLISHED
}

func ExampleRecorded_Diff() {
	var file bytes.Buffer
	if err := report.WriteJSONL(&file, lossy()); err != nil {
		fmt.Println(err)
	}
	r, err := report.ReadJSONL(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	replay := lossy()
	replay.Events[2].At += time.Millisecond
	d, err := r.Diff(replay)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(d)
	// Output:
	// line 4 (event 3) differs:
	//   t         recorded 1000000000
	//             replayed 1001000000
}

func ExampleSpan() {
	fmt.Println(report.Span(1500*time.Millisecond), report.Clock(1500*time.Millisecond))
	// Output: 1.5s 1.500s
}
