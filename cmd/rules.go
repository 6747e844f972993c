package cmd

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/vantage"
	"example.org/halfopen/sim/oracle/wireonly"
	"example.org/halfopen/sim/search"
)

// ruleList is the subcommand that lists the oracle's rules.
type ruleList struct {
	*command
	ends ends

	runs, seed uint64
	jobs       int
}

func (c *command) rulesCommand() *cobra.Command {
	r := &ruleList{command: c}
	cc := &cobra.Command{
		Use:   "rules",
		Short: "List the rules, and how often each is judged",
		Long: `rules lists what every run is held against: the rule, the section that it comes
from, what an endpoint has to tell or claim for it to be judged, and how often it
was judged in a sweep of random runs, those of fuzz with the same seed. A rule that
was never judged says why, if it is known: no run of such a sweep may be able to.

Below that are the rules of the judge that trusts the segments alone (fuzz --wire),
those of the judge of captures (check), and the invariants of the list that are no
rule of their own, with who holds them.

What the sweep finds is not shown: that is fuzz's. Exit status: 0, or 130 Ctrl-C.`,
		Example: `  halfopen rules
  halfopen rules --runs 200000 --seed 7
  halfopen rules --runs 0                   the list alone`,
		Args: cobra.NoArgs,
	}
	cc.RunE = c.do(func(ctx context.Context, _ []string) error { return r.run(ctx) })
	flags := cc.Flags()
	flags.SortFlags = false
	flags.Uint64Var(&r.runs, "runs", 20_000, "how many runs")
	flags.Uint64Var(&r.seed, "seed", 1, "what the runs are drawn from")
	flags.IntVar(&r.jobs, "jobs", 0, "how many runs at once (default: as many as cores)")
	r.ends.flags(c, cc)
	return cc
}

func (r *ruleList) run(ctx context.Context) error {
	result := new(search.Result)
	if r.runs > 0 {
		f := fuzz{command: r.command, ends: r.ends, runs: r.runs, seed: r.seed, jobs: r.jobs}
		o, err := f.options()
		if err != nil {
			return err
		}
		p := newProgress(r.stderr, o.Runs)
		o.Progress = p.update
		result, err = search.Sweep(ctx, o)
		p.stop()
		if err != nil {
			return err
		}
	}
	if result.Stopped {
		r.status = ExitInterrupted
	}
	fmt.Fprintf(r.stdout, "%d runs, seed %d\n\n", result.Runs, r.seed)
	w := tabwriter.NewWriter(r.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tNAME\tSECTION\tNEEDS\tJUDGED")
	for i, rule := range oracle.Rules() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", rule.ID, rule.Name, rule.Section, oracle.Needs(i), judgedText(&result.Judged, i, result.Runs))
	}
	for _, rule := range wireonly.Rules() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", rule.ID, rule.Name, rule.Section, "segments", "by fuzz --wire")
	}
	for _, rule := range vantage.Rules() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", rule.ID, rule.Name, rule.Section, "a capture", "by check")
	}
	fmt.Fprintln(w, "\nINVARIANT\tWHAT\tHELD BY\tWHY")
	for _, v := range oracle.Invariants() {
		by := v.HeldBy
		if by == "" {
			by = "nobody"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.ID, v.What, by, v.Why)
	}
	return w.Flush()
}

// judgedText is how often a rule was judged; and if it never was, why.
func judgedText(judged *oracle.Judged, rule int, runs uint64) string {
	n := judged.Times(rule)
	switch why := oracle.ClaimsFirst(rule); {
	case runs == 0:
		return "-"
	case n > 0:
		return fmt.Sprint(n)
	case why != "":
		return "never: it takes " + why
	}
	id := oracle.Rules()[rule].ID
	for e := range endpoint.End(2) {
		for _, u := range judged.Of(e) {
			if u.Rule.ID == id && !u.Part {
				return "never: " + e.String() + " does not tell or claim " + strings.Join(u.Needs, ", ")
			}
		}
	}
	return "never, in these runs"
}
