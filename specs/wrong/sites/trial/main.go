// Trial is the program that tries sites. It is built by sites.Build, with the
// changed source; an ordinary build of it says so and ends.
package main

import (
	"flag"
	"fmt"
	"os"

	"example.org/halfopen/specs/wrong/sites"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of the runs")
	runs := flag.Uint64("runs", 20_000, "how many runs at most, for each site")
	flag.Parse()
	if err := sites.Serve(os.Stdin, os.Stdout, *seed, *runs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
