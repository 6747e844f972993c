package bundle_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// A run becomes a folder; a face of somebody's own is one more file in it.
func ExampleWrite() {
	runner := search.NewRunner(sim.TCP())
	if _, err := runner.Run(&scenario.Scenario{}); err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path, err := bundle.Write(dir, runner.World.Trace(), bundle.Options{Faces: []bundle.Face{{
		Name: "count.txt",
		Write: func(w io.Writer, t *sim.Trace) error {
			_, err := fmt.Fprintln(w, len(t.Segments))
			return err
		},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := filepath.Glob(filepath.Join(path, "*"))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(filepath.Base(path))
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	// Output:
	// legal-9f5644
	// README.md
	// count.txt
	// go.mod
	// kernel.pkt
	// ladder.txt
	// scenario.txt
	// trace.html
	// trace.jsonl
	// trace.mmd
	// trace.svg
	// trace_test.go
}
