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
	strategy := flag.String("strategy", wrong.Swarm.Name, "how to search")
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the sweep")
	flag.Uint64Var(&o.Runs, "runs", 20_000, "how many runs at most")
	flag.StringVar(&o.Rule, "rule", "", "name of the rule that has to be broken; empty: any")
	flag.IntVar(&o.Faults, "faults", -1, "pass over what shrinks to more faults; -1: nothing")
	flag.StringVar(&o.Folder, "folder", "", "where to write the counterexample; empty: nowhere")
	flag.Parse()
	if err := hunt(*strategy, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hunt(strategy string, o wrong.HuntOptions) (err error) {
	if o.Strategy, err = wrong.FindStrategy(strategy); err != nil {
		return err
	}
	hunted, err := wrong.Hunt(context.Background(), o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(hunted)
}
