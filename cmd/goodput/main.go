package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"example.org/halfopen/sim"
)

// Where the figures are, and the plot.
const (
	dataFile = "testdata/goodput.csv"
	plotFile = "testdata/goodput.svg"
)

// What is measured, with every pair of loss and delay: the issue asks for 0,
// 0.1, 1 and 5 %, the rest gives the curves a shape.
var (
	losses = []uint32{0, 100, 300, 1_000, 3_000, 10_000, 30_000, 50_000} // ppm
	delays = []time.Duration{10 * time.Millisecond, 100 * time.Millisecond}
)

const (
	octets = 100_000_000
	seed   = 1
)

func main() {
	measured := flag.String("measure", "", "measure this `stack`, tcp or netstack, before drawing")
	as := flag.String("as", "", "put what was measured into the file under this `name`")
	flag.Parse()
	if err := run(*measured, *as); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(stack, name string) error {
	rows, err := readFile(dataFile)
	if err != nil {
		return err
	}
	if stack != "" {
		if name == "" {
			name = stack
		}
		if rows, err = measureAll(rows, stack, name); err != nil {
			return err
		}
		if err := writeFile(dataFile, rows); err != nil {
			return err
		}
	}
	return drawFile(plotFile, rows)
}

// measureAll replaces the rows of a name by new ones.
func measureAll(rows []row, stack, name string) ([]row, error) {
	rows = without(rows, name)
	w := sim.NewWorld(offer())
	for _, delay := range delays {
		for _, loss := range losses {
			t := transfer{stack: stack, loss: loss, delay: delay, octets: octets, seed: seed}
			took, err := t.run(w)
			if err != nil {
				return nil, err
			}
			t.stack = name
			rows = append(rows, row{t, took})
		}
	}
	return rows, nil
}
