package cmd

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"example.org/halfopen/specs/wrong"
)

// mutants is the subcommand that has every strategy hunt known-wrong endpoints.
type mutants struct {
	*command
	strategies []string
	runs, seed uint64
	jobs       int
}

func (c *command) mutantsCommand() *cobra.Command {
	m := &mutants{command: c}
	var names, texts []string
	for _, s := range wrong.Strategies() {
		names = append(names, s.Name)
		texts = append(texts, fmt.Sprintf("  %-9s %s", s.Name, s.Text))
	}
	cc := &cobra.Command{
		Use:   "mutants [NAME...]",
		Short: "Compare how fast each strategy finds known-wrong endpoints",
		Long: `mutants builds each known-wrong endpoint, or those that are named, and has every
strategy hunt it for a run that breaks any rule:

` + strings.Join(texts, "\n") + `

It prints whether and by which rule each was found, after how many runs, in how
much time (by the clock on the wall, shrinking left out; all else is the same each
time), and how many faults were left after shrinking; and below that what each
strategy found of all. explore ends when there is nothing left to place, whatever
--runs says, and its runs are those that were ruled out before.

It has to run inside a checkout of halfopen. Exit status: 0, whatever is found.`,
		Example: `  halfopen mutants last-ack-any-ack
  halfopen mutants --strategy swarm,steered --runs 5000
  halfopen mutants --strategy explore time-wait-no-ack syn-not-resent`,
		ValidArgsFunction: completeWrong,
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error { return m.run(ctx, args) })
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringSliceVar(&m.strategies, "strategy", names, "which `NAMES`, with commas between them")
	flags.Uint64Var(&m.runs, "runs", 20_000, "how many runs each strategy has for each endpoint")
	flags.Uint64Var(&m.seed, "seed", 1, "what the runs are drawn from")
	flags.IntVar(&m.jobs, "jobs", 0, "how many endpoints at once (default: as many as cores)")
	return cc
}

func (m *mutants) run(ctx context.Context, names []string) error {
	if m.jobs < 0 {
		return usage("--jobs: %d is less than none", m.jobs)
	}
	for _, name := range names {
		if _, err := wrong.Find(name); err != nil {
			return &failure{ExitUsage, err}
		}
	}
	for _, name := range m.strategies {
		if _, err := wrong.FindStrategy(name); err != nil {
			return &failure{ExitUsage, fmt.Errorf("--strategy: %w", err)}
		}
	}
	root, err := wrong.Root()
	if err != nil {
		return &failure{ExitUsage, err}
	}
	o := wrong.TableOptions{
		Root: root, Strategies: m.strategies, Seed: m.seed, Runs: m.runs, Jobs: m.jobs,
		Progress: func(done, all int) { fmt.Fprintf(m.stderr, "%d of %d endpoints\n", done, all) },
	}
	if len(names) > 0 {
		o.Endpoints = names
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	err = wrong.Table(ctx, m.stdout, o)
	if errors.Is(err, context.Canceled) {
		return interrupted(err)
	}
	return err
}
