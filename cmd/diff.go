package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

// diff is the subcommand that compares implementations.
type diff struct {
	*command
	a    []string
	b    string
	link linkFlags

	runs, seed, only uint64
	sweep, alone     bool // --runs, --only was given
	jobs             int
	json, allowed    bool
	out              string // where divergences are kept; "" for nowhere
	file             string // "" for the built-in scenario
}

func (c *command) diffCommand() *cobra.Command {
	d := &diff{command: c}
	cc := &cobra.Command{
		Use:   "diff [FILE]",
		Short: "Run scenarios with two implementations, and show where they diverge",
		Long: `diff runs the same scenario with two or more implementations at A, and the same
peer at B. It compares what A shows to the outside: its states, the segments that
it sends, what it answers and sends again, and what its application's calls
answer. Each implementation is compared with the first. What the RFC leaves free
is no divergence; --allowed lists it, with the section for each. Some of these
differences change what happens next, so that the runs part: they are compared
up to there. No run is judged against the RFC: that is what run and fuzz do.

The first divergence is shown as two ladders side by side, in 120 columns.
Without FILE the built-in scenario is run (see 'halfopen run'). With --runs (or
--only) scenarios are drawn as fuzz draws them; divergences are grouped by the
step that differs first, and the lowest-numbered run of each of the first 10
groups is shrunk to the smallest scenario that diverges in the same way. --out
keeps each as a folder, with the scenario and both ladders in it.

A known-wrong endpoint (see 'halfopen wrong') is built in the place of the right
one: no program has both, so they cannot be compared.

Exit status: 0 no divergence, 42 a divergence, 2 bad usage or bad input, 130
Ctrl-C before anything was found.`,
		Example: `  halfopen diff --a tcp --a mine lost-fin.txt
  halfopen diff --a tcp --a mine --runs 20000 --seed 1
  halfopen diff --a tcp --a mine --seed 1 --only 4711     one of those runs
  halfopen diff --a tcp --a mine --runs 20000 --json      for programs
  halfopen diff --a tcp --a mine --runs 20000 --out divergences
  halfopen diff --allowed                                 what is no divergence`,
		Args: cobra.MaximumNArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		d.sweep, d.alone = cc.Flags().Changed("runs"), cc.Flags().Changed("only")
		if len(args) > 0 {
			d.file = args[0]
		}
		return d.run(ctx)
	})
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&d.a, "a", "a", nil, "an implementation at A, by `NAME`; twice or more often")
	flags.StringVarP(&d.b, "b", "b", "", "the peer at B, by `NAME` (default the first of --a)")
	flags.Uint64Var(&d.runs, "runs", 0, "draw so many scenarios")
	flags.Uint64Var(&d.seed, "seed", 1, "what they are drawn from")
	flags.Uint64Var(&d.only, "only", 0, "run number `I` of the seed, and no other")
	flags.IntVar(&d.jobs, "jobs", 0, "how many runs at once (default: as many as cores)")
	flags.StringVar(&d.out, "out", "", "keep each divergence as a folder in `DIR`: scenario and ladders")
	flags.BoolVar(&d.json, "json", false, "print the result as JSON")
	flags.BoolVar(&d.allowed, "allowed", false, "list the allowed differences")
	d.link.flags(cc)
	complete := cobra.FixedCompletions(c.names(), cobra.ShellCompDirectiveNoFileComp)
	_ = cc.RegisterFlagCompletionFunc("a", complete)
	_ = cc.RegisterFlagCompletionFunc("b", complete)
	_ = cc.MarkFlagDirname("out")
	cc.MarkFlagsMutuallyExclusive("runs", "only")
	return cc
}

func (d *diff) run(ctx context.Context) error {
	if d.allowed {
		return d.listAllowed()
	}
	if err := d.check(); err != nil {
		return err
	}
	if d.sweep || d.alone {
		return d.runSweep(ctx)
	}
	return d.runOne()
}

// check looks at what the flags say.
func (d *diff) check() error {
	switch {
	case len(d.a) < 2:
		return usage("--a: name two implementations at least; there are: %v", d.names())
	case (d.sweep || d.alone) && d.file != "":
		return usage("--runs and --only draw scenarios, %s is one", d.file)
	case !d.sweep && !d.alone && d.link.override() != nil:
		return usage("the flags of the link are for the scenarios that --runs draws")
	case d.jobs < 0:
		return usage("--jobs: %d is less than none", d.jobs)
	}
	for i, name := range d.a {
		if err := d.offered(name); err != nil {
			return err
		}
		if slices.Contains(d.a[:i], name) {
			return usage("--a: %s is named twice", name)
		}
	}
	if d.out != "" {
		if err := folderUsable(d.out); err != nil {
			return err
		}
	}
	if d.b == "" {
		if d.sweep || d.alone {
			d.b = d.a[0]
		}
		return nil
	}
	return d.offered(d.b)
}

func (d *diff) listAllowed() error {
	for _, a := range search.Allowed() {
		fmt.Fprintf(d.stdout, "%s\n    %s\n    %s\n", a.Name, a.What, a.Section)
	}
	return nil
}

// runOne compares the implementations in one scenario.
func (d *diff) runOne() error {
	s, err := (&run{command: d.command, file: d.file}).scenario()
	if err != nil {
		return err
	}
	silent := s.Ends[1].Endpoint == "" || s.Ends[1].Endpoint == scenario.DefaultEndpoint
	switch {
	case d.b != "":
		s.Ends[1].Endpoint = d.b
	case silent:
		s.Ends[1].Endpoint = d.a[0]
	}
	s.Ends[0].Endpoint = d.a[0]
	if err := d.offersAll(&s); err != nil {
		return err
	}
	var j jsonDiff
	for _, name := range d.a[1:] {
		names := [2]string{d.a[0], name}
		differ := search.NewDiffer(d.offer, names)
		c, err := differ.Diff(&s)
		if err != nil {
			return err
		}
		again := ""
		if c.Divergence.Found() {
			d.status = ExitViolation
			if again, err = d.keep(names, &s, &c.Divergence, tracesOf(differ)); err != nil {
				return err
			}
		}
		if d.json {
			j.addOne(names, &c)
			d.sayAgain(d.stderr, again)
			continue
		}
		if err := d.showOne(differ, names, &c, again); err != nil {
			return err
		}
	}
	if d.json {
		j.Endpoints, j.B, j.Wanted, j.Runs = d.a, s.Ends[1].Endpoint, 1, 1
		return j.write(d.stdout)
	}
	return nil
}

// tracesOf is the runs that were compared last.
func tracesOf(differ *search.Differ) [2]*sim.Trace {
	return [2]*sim.Trace{differ.Trace(0), differ.Trace(1)}
}

// sayAgain names the command that compares a kept divergence again.
func (d *diff) sayAgain(w io.Writer, again string) {
	if again != "" {
		fmt.Fprintf(w, "again   %s\n", again)
	}
}

func (d *diff) showOne(differ *search.Differ, names [2]string, c *search.Comparison, again string) error {
	if !c.Divergence.Found() {
		_, err := fmt.Fprintf(d.stdout, "%s and %s: %s\n", names[0], names[1], sameness(c.Parted))
		return err
	}
	if err := report.Beside(d.stdout, tracesOf(differ), partingOf(names, &c.Divergence)); err != nil {
		return err
	}
	d.sayAgain(d.stdout, again)
	_, err := fmt.Fprintln(d.stdout)
	return err
}

// sameness says how far two runs that did not diverge were compared.
func sameness(parted string) string {
	switch parted {
	case "":
		return "no divergence"
	case search.Inputs:
		return "no divergence, up to where A hears something else (" + parted + ")"
	}
	return "no divergence, up to an allowed difference (" + parted + ")"
}

// partingOf is a divergence as a report shows it.
func partingOf(names [2]string, v *search.Divergence) report.Parting {
	p := report.Parting{Names: names, State: v.State, After: v.After, Section: v.Section}
	for side := range p.Marks {
		s := &v.Shown[side]
		p.Marks[side] = report.Mark{
			Step: s.Step, Segment: s.Segment, At: s.At, Missing: s.Nothing, Text: s.Words + s.Numbers,
		}
	}
	return p
}

func (d *diff) options() search.DiffOptions {
	o := search.DiffOptions{
		Offer: d.offer, A: d.a, B: d.b, Seed: d.seed, Runs: d.runs, Jobs: d.jobs, Override: d.link.override(),
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if d.alone {
		o.First, o.Runs, o.Jobs = d.only, 1, 1
	}
	return o
}

// runSweep compares the implementations in many drawn scenarios.
func (d *diff) runSweep(ctx context.Context) error {
	o := d.options()
	p := newProgress(d.stderr, o.Runs)
	o.Progress = p.update
	result, err := search.DiffSweep(ctx, o)
	took := p.stop()
	if err != nil {
		return err
	}
	var found [][]search.DiffFinding
	for i := range result.Pairs {
		f, err := search.FindDiffs(o, &result.Pairs[i], func(i, n int) {
			fmt.Fprintf(d.stderr, "shrinking group %d of %d\n", i+1, n)
		})
		if err != nil {
			return err
		}
		found = append(found, f)
	}
	switch {
	case result.Divergences() > 0:
		d.status = ExitViolation
	case result.Stopped:
		d.status = ExitInterrupted
	}
	if d.json {
		j := jsonDiffOf(&o, result, found)
		j.Link = d.link.said()
		return errors.Join(j.write(d.stdout), d.keepAll(result, found))
	}
	keepErr := d.showFound(result, found)
	return errors.Join(writeDiffSummary(d.stdout, &o, result, found, took), keepErr)
}
