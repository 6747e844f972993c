package cmd

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/search"
)

// merging is the subcommand that adds up the summaries of sweeps.
type merging struct {
	*command
	to       string
	holes    int
	stats    bool
	required edges
}

func (c *command) mergeCommand() *cobra.Command {
	m := &merging{command: c}
	cc := &cobra.Command{
		Use:   "merge FILE...",
		Short: "Add up the summaries of several sweeps",
		Long: `merge adds up what 'halfopen fuzz --summary FILE' has written, on however many
machines, and prints the report of all of it: what was covered and what was not,
what was found, and what so many runs are worth. In whatever order, and in however
many steps they are added up, the summary of all (-o) is the same.

All of them have to be of the same endpoints, with the same flags of the link and
the same version of halfopen; and no run may be in two of them.

Exit status: that of a fuzz that had made all the runs.`,
		Example: `  halfopen fuzz --seed 1 --summary one.json
  halfopen fuzz --seed 2 --summary two.json
  halfopen merge one.json two.json -o all.json`,
		Args: cobra.MinimumNArgs(1),
	}
	cc.RunE = c.do(func(_ context.Context, args []string) error { return m.run(args) })
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringVarP(&m.to, "output", "o", "", "write the summary of all to `FILE`")
	coverFlags(cc, &m.holes, &m.stats, &m.required)
	return cc
}

func (m *merging) run(files []string) error {
	var all *sum
	for _, file := range files {
		text, err := m.readInput(file)
		if err != nil {
			return err
		}
		s, err := readSum(inputName(file), text)
		switch {
		case err != nil:
			return err
		case all == nil:
			all = s
			continue
		}
		if err := all.add(s); err != nil {
			return fmt.Errorf("%s: %w", inputName(file), err)
		}
	}
	if m.to != "" {
		if err := keep.File(m.to, all.write); err != nil {
			return err
		}
	}
	return m.report(all)
}

// report is what fuzz prints of one sweep.
func (m *merging) report(s *sum) error {
	seen := s.covered()
	if m.stats {
		seen.writeStats(m.stdout)
	}
	stopped := false
	for _, one := range s.Sweeps {
		stopped = stopped || one.Stopped
	}
	fmt.Fprintf(m.stdout, "runs        %d, %d steps, %s\n", s.Runs, s.Steps, count(uint64(len(s.Sweeps)), "sweep"))
	fmt.Fprintf(m.stdout, "endpoints   A %s, B %s\n", s.Endpoints[endpoint.A], s.Endpoints[endpoint.B])
	writeVisited(m.stdout, seen.all)
	seen.write(m.stdout, m.holes)
	writeUnjudged(m.stdout, s.NotJudged, s.Endpoints)
	found := &search.Result{Stopped: stopped}
	for i := range s.Groups {
		g := &s.Groups[i]
		found.Groups = append(found.Groups, search.Group{Violation: g.violation(), Run: g.First, Count: g.Runs})
	}
	fmt.Fprintf(m.stdout, "violations  %s\n", inRuns(found.Violations()))
	if n := found.Budgets(); n > 0 {
		fmt.Fprintf(m.stdout, "budget hits %s\n", inRuns(n))
	}
	writeFound(m.stdout, s.Groups)
	for i := range s.Warnings {
		v := s.Warnings[i].violation()
		writeWarning(m.stdout, &v, fmt.Sprintf(" in %s", count(s.Warnings[i].Runs, "run")))
	}
	m.status = statusOfSweep(found, seen.required(m.required))
	writeRequired(m.stderr, seen.required(m.required))
	return nil
}

// covered is what all runs have.
func (s *sum) covered() *covered {
	all := coverage.NewCounts(s.Drawn.Space())
	for _, c := range []*coverage.Counts{s.Drawn, s.Changed} {
		if err := all.Merge(c); err != nil {
			panic(err) // readSum has looked
		}
	}
	c := newCovered(all, s.Drawn, s.Changed, nil)
	for i := range s.Groups {
		c.broke[s.Groups[i].Rule] = true
	}
	return c
}

// writeFound is the table of what sweeps found.
func writeFound(w io.Writer, groups []foundGroup) {
	if len(groups) == 0 {
		return
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "  rule\tend\tstate\truns\tseed\tfirst run\twhat")
	for i := range groups {
		g := &groups[i]
		v := g.violation()
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%d\t%d\t%d\t%s\n", ruleOf(&v), g.End, g.State, g.Runs, g.Seed, g.First, g.Text)
	}
	tw.Flush()
}
