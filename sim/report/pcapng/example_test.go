package pcapng_test

import (
	"fmt"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/sim/scenario"
)

// The capture goes into the folder of the counterexample as one more file.
func ExampleWrite() {
	s, err := scenario.Parse("example", "A: open active\nB: open passive\n")
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
	faces := []bundle.Face{{Name: pcapng.FileName, Write: pcapng.Write}}
	files, err := bundle.Files(w.Trace(), bundle.Options{Faces: faces})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := files[len(files)-1]
	fmt.Println(last.Name, last.Data[:4]) // the block type of a section header
	// Output: trace.pcapng [10 13 13 10]
}
