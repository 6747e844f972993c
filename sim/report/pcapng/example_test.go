package pcapng_test

import (
	"bytes"
	"fmt"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/pcapng"
)

// The capture goes into the folder of the counterexample as one more file.
func ExampleWrite() {
	s, err := sim.Parse("example", "A: open active\nB: open passive\n")
	if err != nil {
		fmt.Println(err)
		return
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		fmt.Println(err)
		return
	}
	for {
		if _, ok := w.Step(); !ok {
			break
		}
	}
	var capture bytes.Buffer
	if err := pcapng.Write(&capture, w.Trace()); err != nil {
		fmt.Println(err)
		return
	}
	f := report.File{Name: pcapng.FileName, Data: capture.Bytes()}
	fmt.Println(f.Name, f.Data[:4]) // the block type of a section header
	// Output: trace.pcapng [10 13 13 10]
}
