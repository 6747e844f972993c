// Hunt is the program that the test of known-wrong endpoints builds with each
// of them: it hunts for a counterexample and prints what came of it as JSON.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"example.org/halfopen/specs/wrong"
)

func main() {
	var o wrong.HuntOptions
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the sweep")
	flag.Uint64Var(&o.Runs, "runs", 20_000, "how many runs at most")
	flag.StringVar(&o.Rule, "rule", "", "name of the rule that has to be broken; empty: any")
	flag.IntVar(&o.Faults, "faults", -1, "pass over what shrinks to more faults; -1: nothing")
	flag.StringVar(&o.Folder, "folder", "", "where to write the counterexample; empty: nowhere")
	flag.Parse()
	hunted, err := wrong.Hunt(context.Background(), o)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(hunted)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
