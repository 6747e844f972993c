package search

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
)

// Options say what a sweep runs. The zero value, but for Offer, is a sweep of
// no runs over halfopen's own endpoint.
type Options struct {
	_ struct{} // no positional literals: fields will be added

	Offer    sim.Offer          // the endpoints to choose from
	Ends     [2]string          // which of them are A and B; "" is "tcp"
	Seed     uint64             // run i depends on (Seed, i) alone
	First    uint64             // the number of the first run
	Runs     uint64             // how many runs
	Jobs     int                // goroutines; 0 is one
	Override func(*link.Config) // has the last word on every link; called concurrently
	Wire     bool               // a second judge looks at every step: see Runner.Wire
	Observe  bool               // what the runs cover is counted: see Result.Counts

	// Known are violations that nobody has to be told of again: what is the
	// Same as one of them is no finding. It is counted, in Result.Known.
	Known []sim.Violation

	// Progress, if set, is called now and then with the number of runs done;
	// concurrently.
	Progress func(done, violations uint64)
}

// Result is what a sweep saw. It does not depend on Jobs, unless the sweep was
// stopped early.
type Result struct {
	Runs     uint64        // runs that were judged to their end
	Steps    uint64        // of all runs
	Digest   uint64        // of all runs, whatever their order
	Judged   oracle.Judged // what the ends gave to be judged by
	Groups   []Group       // violations and budget hits, sorted by rule, end and state
	Known    []Group       // those that Options.Known names, and that Groups has not
	Warnings []Group       // what only a SHOULD forbids, by rule and end; only with Options.Wire
	Stopped  bool          // the context ended it early

	// Counts is which cells of Space the runs covered, and how often; nil
	// without Options.Observe.
	Counts *coverage.Counts
}

// Violations counts the runs that broke a rule, Budgets those that hit a
// budget.
func (r *Result) Violations() (n uint64) { return r.count(false) }

// Budgets counts the runs that hit a budget.
func (r *Result) Budgets() (n uint64) { return r.count(true) }

func (r *Result) count(budget bool) (n uint64) {
	for i := range r.Groups {
		if IsBudget(&r.Groups[i].Violation) == budget {
			n += r.Groups[i].Count
		}
	}
	return n
}

// chunk is how many runs a goroutine takes at once.
const chunk = 64

// Sweep runs scenarios First to First+Runs-1 of a seed on Jobs goroutines. It
// ends early, with what it has, when the context is done.
func Sweep(ctx context.Context, o Options) (*Result, error) {
	s := sweep{options: o, ctx: ctx, known: keysOf(o.Known)}
	s.failed.Store(math.MaxUint64)
	jobs := max(o.Jobs, 1)
	parts := make([]part, jobs)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() { s.work(&parts[i]) })
	}
	wg.Wait()
	if err := firstError(parts); err != nil {
		return nil, err
	}
	all := NewTally()
	for i := range parts {
		all.Merge(parts[i].tally)
	}
	r := all.Result(o.Known)
	r.Stopped = r.Runs < o.Runs
	return r, nil
}

type sweep struct {
	options    Options
	ctx        context.Context
	known      map[groupKey]bool // only asked
	next, done atomic.Uint64
	violations atomic.Uint64
	failed     atomic.Uint64 // the lowest run that could not be run, so far
}

// part is what one goroutine has seen.
type part struct {
	tally  *Tally
	failed uint64 // the run that err is about
	err    error
}

func (s *sweep) work(p *part) {
	p.tally = NewTally()
	runner := s.options.Runner()
	gen := Generator{Ends: s.options.Ends, Override: s.options.Override}
	defer p.tally.AddRunner(runner)
	var scenario scenario.Scenario
	for {
		first := s.next.Add(chunk) - chunk
		last := min(first+chunk, s.options.Runs)
		for i := first; i < last; i++ {
			if i >= s.failed.Load() || s.ctx.Err() != nil {
				return
			}
			number := s.options.First + i
			gen.Scenario(s.options.Seed, number, &scenario)
			v, err := runner.Run(&scenario)
			if err != nil {
				p.failed, p.err = i, fmt.Errorf("run %d of seed %d: %w", number, s.options.Seed, err)
				s.fail(i)
				return
			}
			p.tally.Add(number, runner, &v, nil)
			if v.Found() && (len(s.known) == 0 || !s.known[keyOf(&v)]) {
				s.violations.Add(1)
			}
		}
		if first >= s.options.Runs {
			return
		}
		done := s.done.Add(last - first)
		if s.options.Progress != nil {
			s.options.Progress(done, s.violations.Load())
		}
	}
}

// Runner returns a runner as the options want it.
func (o *Options) Runner() *Runner {
	r := NewRunner(o.Offer)
	r.Wire = o.Wire
	if o.Observe {
		r.Observe = coverage.NewObserver(Space())
	}
	return r
}

// fail notes that a run could not be run. Those before it go on, so that the
// error of the sweep is that of the lowest, whoever meets one first.
func (s *sweep) fail(run uint64) {
	for {
		lowest := s.failed.Load()
		if run >= lowest || s.failed.CompareAndSwap(lowest, run) {
			return
		}
	}
}

// firstError is that of the lowest run.
func firstError(parts []part) (err error) {
	lowest := uint64(math.MaxUint64)
	for i := range parts {
		if p := &parts[i]; p.err != nil && p.failed < lowest {
			lowest, err = p.failed, p.err
		}
	}
	return err
}
