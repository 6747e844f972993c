package cmd

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/steer"
)

// defaultFolder is where counterexamples go, and where replay looks for them.
const defaultFolder = "counterexamples"

// fuzz is the subcommand that sweeps seeds.
type fuzz struct {
	*command
	ends ends
	link linkFlags

	runs, seed, only uint64
	alone            bool // --only was given
	jobs             int
	out              string
	json             bool
	junit, jsonl     string // files
	wire             bool
	known            []string // folders
	wrong            string

	steer    bool
	corpus   string // a folder
	holes    int
	stats    bool
	required edges
	summary  string // a file
}

func (c *command) fuzzCommand() *cobra.Command {
	f := &fuzz{command: c}
	cc := &cobra.Command{
		Use:   "fuzz",
		Short: "Judge many random runs, and shrink what breaks a rule",
		Long: `fuzz draws scenarios from a seed: every kind of open and close, data both ways,
over a link that drops, delays, reorders, duplicates and corrupts. Every run is
judged against RFC 9293. It prints how many runs there were, which states and
edges they visited, what was found, and which rules could not be judged because
an endpoint does not tell or claim what they need.

Violations are grouped by rule, end, state, and what they say but for the
figures. The lowest-numbered run of each of the first 10 groups is written out as
a script of faults, shrunk, shown as a ladder diagram, and kept as a folder that
replays it.

With --wire a second judge looks on. It does not believe what an endpoint tells
of itself: from the segments alone it works out in which states each end can be.
One wants it for a stack that tells little, and against one whose segments and
states tell two stories. Its rules begin with wire/. What only a SHOULD forbids
is a warning, and changes no exit status. A sweep takes about a third longer.

--known FOLDER, once or more often, is for what has been reported already. Every
trace (.jsonl) or scenario (.txt) in the folder, or below it, is run; what breaks
the same rule at the same end in the same words is counted as known: no finding.

Run I of seed S depends on S and I alone, not on the number of jobs. The flags of
the link override what every run draws; "off" switches a model off.

What the runs have covered is counted: states, edges, edges under faults, pairs of
the two ends' states against those that are legal, rows of the table of
transitions, rules. --holes says how many of those not covered are named. What so
many clean runs are worth, and how much nobody has seen yet, is estimated; --stats
has it for each rule. With --require-edges, a core edge that was not taken is an
error. --summary FILE keeps all of it for 'halfopen merge'.

With --steer the runs are changed copies of scenarios that reached something new,
but for every fifth, which is drawn afresh: only those are the runs that estimates
are of. --corpus FOLDER keeps the scenarios from one search to the next.

Exit status: 0 legal, or all of it known; 42 a rule was broken, 4 only budgets
were hit, 5 --require-edges misses one, 130 Ctrl-C before anything was found.`,
		Example: `  halfopen fuzz
  halfopen fuzz --runs 1000000 --seed 7 --loss 10% --delay 1ms-20ms
  halfopen fuzz --seed 7 --only 4711        one of those runs
  halfopen fuzz --runs 20000 --json         for programs
  halfopen fuzz --known counterexamples     what has not been found before
  halfopen fuzz --steer --corpus corpus     where coverage grows
  halfopen fuzz --wrong NAME                an endpoint with a known bug`,
		Args: cobra.NoArgs,
	}
	cc.RunE = c.do(func(ctx context.Context, _ []string) error {
		f.alone = cc.Flags().Changed("only")
		return c.orWrong(ctx, f.wrong, f.run)
	})
	f.flags(cc)
	return cc
}

func (f *fuzz) flags(cc *cobra.Command) {
	flags := cc.Flags()
	flags.SortFlags = false
	flags.Uint64Var(&f.runs, "runs", 200_000, "how many runs")
	flags.Uint64Var(&f.seed, "seed", 1, "what the runs are drawn from")
	flags.Uint64Var(&f.only, "only", 0, "run number `I` of the seed, and no other")
	flags.IntVar(&f.jobs, "jobs", 0, "how many runs at once (default: as many as cores)")
	flags.StringVar(&f.out, "out", defaultFolder,
		"where the folders of counterexamples go; made when needed")
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	flags.StringVar(&f.junit, "junit", "", "write the result as JUnit XML to `FILE`, too")
	flags.StringVar(&f.jsonl, "jsonl", "", "write each finding as a line of JSON to `FILE`, too")
	flags.BoolVar(&f.wire, wireFlag, false, wireHelp)
	flags.StringArrayVar(&f.known, "known", nil, "what the traces in `FOLDER` break is no finding; repeatable")
	flags.BoolVar(&f.steer, "steer", false, "change what reached something new: see above")
	flags.StringVar(&f.corpus, "corpus", "", "steer on from the scenarios in `FOLDER`, and keep new ones there")
	coverFlags(cc, &f.holes, &f.stats, &f.required)
	flags.StringVar(&f.summary, "summary", "", "write what was seen to `FILE`, for 'halfopen merge'")
	f.ends.flags(f.command, cc)
	f.link.flags(cc)
	f.wrongFlag(cc, &f.wrong)
	cc.MarkFlagsMutuallyExclusive("runs", "only")
	cc.MarkFlagsMutuallyExclusive("steer", "only")
	_ = cc.MarkFlagDirname("out")
	_ = cc.MarkFlagFilename("junit", "xml")
	_ = cc.MarkFlagFilename("jsonl", "jsonl")
	_ = cc.MarkFlagDirname("known")
	_ = cc.MarkFlagDirname("corpus")
	_ = cc.MarkFlagFilename("summary", "json")
}

func (f *fuzz) run(ctx context.Context) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	if err := folderUsable(f.out); err != nil {
		return err
	}
	if len(f.known) > 0 {
		if o.Known, err = f.knownFindings(ctx, f.known, f.wire); err != nil {
			return err
		}
	}
	result, seen, took, err := f.search(ctx, o)
	if err != nil {
		return err
	}
	found, err := f.find(o, result)
	if err != nil {
		return err
	}
	f.status = statusOfSweep(result, seen.required(f.required))
	if f.summary != "" {
		if err := keep.File(f.summary, f.summaryOf(o, result, seen).write); err != nil {
			return err
		}
	}
	if f.junit != "" {
		err := keep.File(f.junit, func(w io.Writer) error { return writeJUnit(w, o, result, found) })
		if err != nil {
			return err
		}
	}
	if f.jsonl != "" {
		err := keep.File(f.jsonl, func(w io.Writer) error { return writeJSONLines(w, o, result, found) })
		if err != nil {
			return err
		}
	}
	if f.json {
		if err := f.writeJSON(o, result, found, seen); err != nil {
			return err
		}
		return f.keepAll(f.stderr, found)
	}
	return f.report(o, result, found, took, seen)
}

// report is what people read: the summary comes last, where they look first.
func (f *fuzz) report(
	o search.Options, result *search.Result, found []search.Finding, took time.Duration, seen *covered,
) error {
	if f.alone && len(found) == 0 && !result.Stopped {
		if err := f.showAlone(o); err != nil {
			return err
		}
	}
	keepErr := f.showFindings(found)
	if f.stats {
		seen.writeStats(f.stdout)
	}
	writeSummary(f.stdout, o, result, found, took, func(w io.Writer) {
		if !f.alone {
			seen.write(w, f.holes)
		}
	})
	writeRequired(f.stderr, seen.required(f.required))
	return keepErr
}

func (f *fuzz) options() (search.Options, error) {
	e, err := f.chosen(f.ends)
	if err != nil {
		return search.Options{}, err
	}
	if f.jobs < 0 {
		return search.Options{}, usage("--jobs: %d is less than none", f.jobs)
	}
	if f.corpus != "" && !f.steer {
		return search.Options{}, usage("--corpus: only a search with --steer has one")
	}
	o := search.Options{
		Offer: f.offer, Ends: e, Seed: f.seed, Runs: f.runs, Jobs: f.jobs,
		Override: f.link.override(), Wire: f.wire,
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	o.Observe = true
	if f.alone {
		o.First, o.Runs, o.Jobs = f.only, 1, 1
	}
	return o, nil
}

// statusOfSweep is the exit status of a sweep: what was found counts for more than
// that it was stopped.
func statusOfSweep(r *search.Result, missing []string) int {
	switch {
	case r.Violations() > 0:
		return ExitViolation
	case r.Budgets() > 0:
		return ExitBudget
	case r.Stopped:
		return ExitInterrupted
	case len(missing) > 0:
		return ExitMissing
	}
	return ExitLegal
}

// search sweeps, or steers.
func (f *fuzz) search(
	ctx context.Context, o search.Options,
) (r *search.Result, seen *covered, took time.Duration, err error) {
	p := newProgress(f.stderr, o.Runs)
	o.Progress = p.update
	if f.steer {
		r, seen, err = f.steered(ctx, o)
	} else if r, err = search.Sweep(ctx, o); err == nil {
		seen = newCovered(r.Counts, r.Counts, nil, r.Groups)
	}
	return r, seen, p.stop(), err
}

// steered searches where coverage grows, and keeps what it learnt. Only some of
// its runs are drawn independently of each other.
func (f *fuzz) steered(ctx context.Context, o search.Options) (*search.Result, *covered, error) {
	so := steer.Options{
		Offer: o.Offer, Ends: o.Ends, Seed: o.Seed, Runs: o.Runs, Jobs: o.Jobs, Wire: o.Wire,
		Override: o.Override, Known: o.Known, Progress: o.Progress, Space: search.Space(),
	}
	if f.corpus != "" {
		var err error
		if so.Corpus, err = steer.Load(f.corpus); err != nil {
			return nil, nil, &failure{ExitUsage, fmt.Errorf("--corpus: %w", err)}
		}
	}
	r, err := steer.Search(ctx, so)
	if err != nil {
		return nil, nil, err
	}
	if f.corpus != "" {
		if err := r.Corpus.Save(f.corpus); err != nil {
			return nil, nil, fmt.Errorf("--corpus: %w", err)
		}
	}
	return &r.Result, newCovered(r.Counts, r.Fresh, r.Changed, r.Groups), nil
}

// find writes out and shrinks the groups: broken rules before budgets.
func (f *fuzz) find(o search.Options, r *search.Result) ([]search.Finding, error) {
	var groups, budgets []search.Group
	for _, g := range r.Groups {
		if search.IsBudget(&g.Violation) {
			budgets = append(budgets, g)
		} else {
			groups = append(groups, g)
		}
	}
	return search.Find(o, append(groups, budgets...), func(i, n int) {
		fmt.Fprintf(f.stderr, "shrinking group %d of %d\n", i+1, n)
	})
}

// showAlone prints the one run that was asked for, as it is.
func (f *fuzz) showAlone(o search.Options) error {
	gen := search.Generator{Ends: o.Ends, Override: o.Override}
	runner := search.NewRunner(o.Offer)
	runner.Wire = o.Wire
	var s scenario.Scenario
	gen.Scenario(o.Seed, o.First, &s)
	if _, err := runner.Run(&s); err != nil {
		return err
	}
	t := runner.World.Trace()
	if err := f.ladder(t, shape{}, ""); err != nil {
		return err
	}
	_, err := io.WriteString(f.stdout, "\n")
	return err
}
