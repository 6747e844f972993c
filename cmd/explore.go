package cmd

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/explore"
)

// exploring is the subcommand that places every combination of faults.
type exploring struct {
	*command
	ends ends

	faults, depth, jobs int
	models              []string
	out, certificate    string
	check               string
	quick, verify, json bool
	wrong               string
}

func (c *command) exploreCommand() *cobra.Command {
	x := &exploring{command: c}
	cc := &cobra.Command{
		Use:   "explore",
		Short: "Judge every run with up to K faults of small models",
		Long: `explore places every combination of up to K faults on the datagrams of small
models: a handshake, an octet each way and a close, of every kind. A datagram is
dropped, duplicated, delayed past a timeout, swapped with the next one, corrupted,
or left alone; every run is judged against RFC 9293. Runs that come to the same
state go on as one: a state is all that decides what the two ends, the link and
the judge will do, recognised by 128 bits of a SHA-256.

It prints, for each model, how many runs that is, how many states and choices were
explored for them, in which pairs of states the two ends were, and which runs broke
a rule. The first run of each group is shrunk, shown as a ladder diagram, and kept
as a folder that replays it, as fuzz does.

--certificate writes all figures to a file. --check reads such a file, explores
the same again and compares; with --quick it only checks that the file was not
changed and that its figures fit each other. The result does not depend on the
number of jobs.

Exit status: 0 legal, 42 a rule was broken, 4 only budgets were hit, 3 not what the
certificate says, 130 Ctrl-C.`,
		Example: `  halfopen explore
  halfopen explore --faults 3 --model client-closes
  halfopen explore --faults 4 --depth 6        on the first six datagrams only
  halfopen explore --certificate two-faults.json
  halfopen explore --check two-faults.json
  halfopen explore --wrong NAME                an endpoint with a known bug`,
		Args: cobra.NoArgs,
	}
	cc.RunE = c.do(func(ctx context.Context, _ []string) error {
		return c.orWrong(ctx, x.wrong, func(ctx context.Context) error { return x.run(ctx, cc) })
	})
	flags := cc.Flags()
	flags.SortFlags = false
	flags.IntVar(&x.faults, "faults", 2, "how many faults a run has at most: `K`")
	flags.IntVar(&x.depth, "depth", 0, "only the first `D` datagrams of a run meet faults; 0 is all of them")
	flags.StringArrayVar(&x.models, "model", nil, "explore the model `NAME`; may be repeated (default: all of them)")
	flags.IntVar(&x.jobs, "jobs", 0, "how many goroutines (default: as many as cores)")
	flags.StringVar(&x.out, "out", defaultFolder,
		"where the folders of counterexamples go; made when needed")
	flags.StringVar(&x.certificate, "certificate", "", "write the certificate to `FILE`")
	flags.StringVar(&x.check, "check", "", "explore what the certificate in `FILE` says again, and compare")
	flags.BoolVar(&x.quick, "quick", false, "with --check: only whether the file fits itself")
	flags.BoolVar(&x.verify, "verify", false, "go on for one choice from each state that is recognised, and compare")
	flags.BoolVar(&x.json, "json", false, "print the result as JSON")
	x.ends.flags(c, cc)
	c.wrongFlag(cc, &x.wrong)
	for _, name := range []string{"faults", "depth", "model", "a", "b"} {
		cc.MarkFlagsMutuallyExclusive("check", name)
	}
	_ = cc.MarkFlagDirname("out")
	var names []string
	for _, m := range explore.Models() {
		names = append(names, m.Name)
	}
	_ = cc.RegisterFlagCompletionFunc("model", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cc
}

func (x *exploring) run(ctx context.Context, cc *cobra.Command) error {
	if x.quick && !cc.Flags().Changed("check") {
		return usage("--quick: there is nothing to check quickly without --check FILE")
	}
	if err := folderUsable(x.out); err != nil {
		return err
	}
	o, certificate, err := x.options()
	if err != nil {
		return err
	}
	if x.quick {
		fmt.Fprintf(x.stdout, "unchanged   %s fits itself: %s\n", inputName(x.check), inBrief(certificate))
		return nil
	}
	p := newExploreProgress(x.stderr)
	o.Progress = p.update
	r, err := explore.Explore(ctx, o)
	took := p.stop()
	if err != nil {
		return err
	}
	if r.Stopped {
		w := x.stderr // nothing that a program could go by
		if !x.json {
			w = x.stdout
		}
		fmt.Fprintf(w, "stopped     after %s, in %.2fs: nothing is claimed\n", count(r.States, "state"), took.Seconds())
		x.status = ExitInterrupted
		return nil
	}
	again, err := explore.Certify(o, r)
	if err != nil {
		return err
	}
	if x.certificate != "" {
		write := func(w io.Writer) error { _, err := w.Write(again.Encode()); return err }
		if err := keep.File(x.certificate, write); err != nil {
			return err
		}
	}
	if err := x.show(o, r, again, took); err != nil {
		return err
	}
	if certificate == nil {
		return nil
	}
	if err := certificate.Compare(again); err != nil {
		return &failure{ExitDiffers, fmt.Errorf("%s: %w", inputName(x.check), err)}
	}
	if !x.json {
		fmt.Fprintf(x.stdout, "same        as %s says\n", inputName(x.check))
	}
	return nil
}

// options are those of the flags, or of a certificate.
func (x *exploring) options() (o explore.Options, c *explore.Certificate, err error) {
	if x.jobs < 0 {
		return o, nil, usage("--jobs: %d is less than none", x.jobs)
	}
	if x.check != "" {
		b, err := x.readInput(x.check)
		if err != nil {
			return o, nil, err
		}
		if c, err = explore.ReadCertificate(b); err == nil {
			o, err = c.Resume()
		}
		if err != nil {
			return o, nil, &failure{ExitUsage, fmt.Errorf("%s: %w", inputName(x.check), err)}
		}
		for _, name := range o.Ends {
			if err := x.offered(name); err != nil && !x.quick {
				return o, nil, err
			}
		}
	} else {
		if o.Ends, err = x.chosen(x.ends); err != nil {
			return o, nil, err
		}
		o.Faults, o.Depth = x.faults, x.depth
		switch {
		case o.Faults < 0 || o.Faults > explore.MaxFaults:
			return o, nil, usage("--faults: %d is not from 0 to %d", o.Faults, explore.MaxFaults)
		case o.Depth < 0 || o.Depth > explore.MaxDepth:
			return o, nil, usage("--depth: %d is not from 0 to %d", o.Depth, explore.MaxDepth)
		}
		for _, name := range x.models {
			m, err := explore.FindModel(name)
			if err != nil {
				return o, nil, &failure{ExitUsage, fmt.Errorf("--model: %w", err)}
			}
			o.Models = append(o.Models, m)
		}
	}
	o.Offer, o.Jobs, o.Verify = x.offer, x.jobs, x.verify
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	return o, c, nil
}

// show shrinks, prints and keeps what was found.
func (x *exploring) show(o explore.Options, r *explore.Result, c *explore.Certificate, took time.Duration) error {
	found, err := explore.Find(o, r, func(i, n int) {
		fmt.Fprintf(x.stderr, "shrinking group %d of %d\n", i+1, n)
	})
	if err != nil {
		return err
	}
	x.status = x.statusOf(r)
	keeper := &fuzz{command: x.command, out: x.out}
	if x.json {
		if err := x.writeJSON(o, r, c, found); err != nil {
			return err
		}
		return keeper.keepAll(x.stderr, found)
	}
	keepErr := keeper.showFindings(found)
	x.writeModels(r)
	x.writeSummary(o, r, took)
	x.writeBroken(r, found)
	return keepErr
}

func (x *exploring) statusOf(r *explore.Result) int {
	status := ExitLegal
	for i := range r.Models {
		for k := range r.Models[i].Witnesses {
			if !search.IsBudget(&r.Models[i].Witnesses[k].Group.Violation) {
				return ExitViolation
			}
			status = ExitBudget
		}
	}
	return status
}

// exploreProgress shows how far a search has come. How far it has to go is not
// known before.
type exploreProgress struct {
	states, violations atomic.Uint64
	started            time.Time
	w                  io.Writer
	quit, done         chan struct{}
}

func newExploreProgress(w io.Writer) *exploreProgress {
	p := &exploreProgress{started: time.Now(), w: w, quit: make(chan struct{}), done: make(chan struct{})}
	go p.show(isTerminal(w))
	return p
}

// update is for explore.Options.Progress: concurrent, and not always in order.
func (p *exploreProgress) update(states, violations uint64) {
	raise(&p.states, states)
	raise(&p.violations, violations)
}

func (p *exploreProgress) show(terminal bool) {
	defer close(p.done)
	every := lineEvery
	if terminal {
		every = barEvery
	}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for shown := false; ; shown = true {
		select {
		case <-p.quit:
			if shown && terminal {
				fmt.Fprint(p.w, "\r\x1b[K")
			}
			return
		case <-ticks.C:
		}
		n := p.states.Load()
		line := fmt.Sprintf("%s (%s), %d found", count(n, "state"), rate(n, time.Since(p.started)), p.violations.Load())
		if terminal {
			fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		} else {
			fmt.Fprintln(p.w, line)
		}
	}
}

// stop ends the showing.
func (p *exploreProgress) stop() time.Duration {
	close(p.quit)
	<-p.done
	return time.Since(p.started)
}
