package steer

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/link"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

// Options say what is searched. The zero value, but for Offer, is a search of
// no runs over halfopen's own endpoint.
type Options struct {
	_ struct{} // no positional literals: fields will be added

	Offer sim.Offer // the endpoints to choose from
	Ends  [2]string // which of them are A and B; "" is "tcp"
	Seed  uint64    // what all is drawn from
	Runs  uint64    // how many runs, besides one of each scenario of Corpus
	Jobs  int       // goroutines; 0 is one

	// Wire has the judge that trusts the segments alone look at every run, too:
	// see search.Runner.
	Wire bool

	// Generation is how many runs see the same corpus. 0 is 256.
	Generation int
	// Fresh is how many of 100 runs are drawn afresh. 0 is 20; 100 is a sweep
	// of random runs that keeps what reached something new.
	Fresh int

	// Class keeps every run within a fault class (Within). NoClass is all.
	Class coverage.Class
	// Override, if set, has the last word on the link of every run, a direction
	// at a time. It is called concurrently.
	Override func(*link.Config)

	// Known are violations that nobody has to be told of again: see
	// search.Options.
	Known []sim.Violation

	// Space is what can be covered; nil is one without rows and rules. Those of
	// search.Space are the only ones that are known here.
	Space *coverage.Space
	// Corpus is what the search begins with; nil is nothing.
	Corpus *Corpus

	// Done, if set, is asked after each generation whether the search may end.
	Done func(*Progress) bool
	// Progress, if set, is called after each generation with the number of runs
	// done, and of those that broke a rule.
	Progress func(done, violations uint64)
}

// Progress is what a search knows between two generations. It is valid until
// Done returns.
type Progress struct {
	Runs       uint64
	Violations uint64
	Scenarios  int // of the corpus
	Cells      int // that some run has covered
	// In says by coverage.Cell how many runs have covered it.
	In []uint64
}

// Result is what a search saw. It does not depend on Jobs. Each of its Groups
// has its scenario, and search.Find writes them out and shrinks them as it does
// those of a sweep.
type Result struct {
	search.Result // of all runs, those of the first corpus too
	// Fresh counts the cells of the runs that were drawn afresh, Changed those of
	// the others; Counts has both.
	Fresh, Changed *coverage.Counts
	Corpus         *Corpus // the scenarios that reached something new, each with its cells
}

// mustMerge merges counts of one space.
func mustMerge(to, from *coverage.Counts) {
	if err := to.Merge(from); err != nil {
		panic(err)
	}
}

// Search runs scenarios until there were Runs of them, the context is done, or
// Done says so.
func Search(ctx context.Context, o Options) (*Result, error) {
	s := newSearch(o)
	var first []scenario.Scenario
	if o.Corpus != nil {
		first = o.Corpus.Scenarios()
	}
	stopped := false
	for !stopped && s.runs < uint64(len(first))+o.Runs {
		n := uint64(s.o.Generation)
		kept := first[min(s.runs, uint64(len(first))):]
		if len(kept) > 0 {
			n = min(n, uint64(len(kept)))
		} else {
			n = min(n, uint64(len(first))+o.Runs-s.runs)
		}
		if err := s.generation(ctx, int(n), kept); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(s.runs, s.failed)
		}
		stopped = ctx.Err() != nil || o.Done != nil && o.Done(s.progress())
	}
	return s.result(stopped), nil
}

// steering is a search under way.
type steering struct {
	o       Options
	space   *coverage.Space
	workers []*worker
	slots   []slot // of a generation, by run

	runs   uint64
	corpus *Corpus
	cells  cells
	failed uint64 // violations that are not known
}

// slot is what one run came to.
type slot struct {
	covered   []coverage.Cell
	scenario  scenario.Scenario // if it covered a cell that no earlier generation has
	violation sim.Violation
	err       error
}

func newSearch(o Options) *steering {
	if o.Generation <= 0 {
		o.Generation = 256
	}
	if o.Fresh <= 0 {
		o.Fresh = 20
	}
	s := &steering{o: o, space: o.Space, corpus: NewCorpus()}
	if s.space == nil {
		s.space = &coverage.Space{}
	}
	s.cells = newCells(s.space)
	s.slots = make([]slot, o.Generation)
	for range max(o.Jobs, 1) {
		s.workers = append(s.workers, newWorker(s))
	}
	return s
}

// generation runs n scenarios on all goroutines: those that are kept from an
// earlier search, or drawn ones. Then it takes in what they found, in order.
func (s *steering) generation(ctx context.Context, n int, kept []scenario.Scenario) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, w := range s.workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if ctx.Err() != nil {
					s.slots[i].err = ctx.Err()
					continue
				}
				if number := s.runs + uint64(i); len(kept) > 0 {
					w.run(number, kept[i].Clone(), false, &s.slots[i])
				} else {
					w.drawn(number, &s.slots[i])
				}
			}
		})
	}
	wg.Wait()
	for i := range s.slots[:n] {
		if err := s.take(&s.slots[i]); err != nil {
			if ctx.Err() != nil {
				return nil // stopped: what comes after this run is not counted
			}
			return fmt.Errorf("steer: run %d of seed %d: %w", s.runs, s.o.Seed, err)
		}
	}
	s.cells.order()
	return nil
}

// take adds what a run found.
func (s *steering) take(t *slot) error {
	if t.err != nil {
		return t.err
	}
	if s.cells.add(t.covered) {
		s.cells.kept(s.corpus.add(t.scenario, slices.Clone(t.covered)), t.covered)
	}
	if t.violation.Found() && !slices.ContainsFunc(s.o.Known, t.same) {
		s.failed++
	}
	s.runs++
	return nil
}

func (t *slot) same(v sim.Violation) bool { return search.Same(&t.violation, &v) }

func (s *steering) progress() *Progress {
	return &Progress{
		Runs: s.runs, Violations: s.failed, Scenarios: s.corpus.Len(), Cells: s.cells.seen, In: s.cells.in,
	}
}

func (s *steering) result(stopped bool) *Result {
	all := search.NewTally()
	fresh, changed := coverage.NewCounts(s.space), coverage.NewCounts(s.space)
	for _, w := range s.workers {
		w.runner.Observe = nil
		w.tally.AddRunner(w.runner)
		all.Merge(w.tally)
		mustMerge(fresh, w.fresh.Counts())
		mustMerge(changed, w.changed.Counts())
	}
	r := &Result{Result: *all.Result(s.o.Known), Fresh: fresh, Changed: changed, Corpus: s.corpus}
	r.Counts = coverage.NewCounts(s.space)
	mustMerge(r.Counts, fresh)
	mustMerge(r.Counts, changed)
	r.Stopped = stopped
	return r
}

// worker is one goroutine's world, and what it counts.
type worker struct {
	*steering
	runner         *search.Runner
	fresh, changed *coverage.Observer
	tally          *search.Tally
	gen            search.Generator
	scratch        scenario.Scenario
}

func newWorker(s *steering) *worker {
	r := search.NewRunner(s.o.Offer)
	r.Wire = s.o.Wire
	return &worker{
		steering: s, runner: r, tally: search.NewTally(),
		fresh: coverage.NewObserver(s.space), changed: coverage.NewObserver(s.space),
		gen: search.Generator{Ends: s.o.Ends, Override: s.o.Override},
	}
}

// drawn draws a run and runs it. All that it reads stands still during a
// generation.
func (w *worker) drawn(number uint64, t *slot) {
	src := stream.New(w.o.Seed, "steer").Sequence(number)
	w.gen.Scenario(w.o.Seed, number, &w.scratch)
	fresh := w.corpus.Len() == 0 || src.Below(100) < uint64(w.o.Fresh)
	s := w.scratch.Clone()
	if !fresh {
		donor := &w.scratch
		if src.Below(2) == 0 {
			donor = &w.corpus.entries[w.cells.pick(&src)].Scenario
		}
		s = Mutate(&src, &w.corpus.entries[w.cells.pick(&src)].Scenario, donor)
		for e := range s.Link {
			s.Ends[e].Endpoint = w.o.Ends[e]
			if w.o.Override != nil {
				w.o.Override(&s.Link[e])
			}
		}
	}
	Within(w.o.Class, &s)
	w.run(number, s, fresh, t)
}

// run runs a scenario and fills a slot.
func (w *worker) run(number uint64, s scenario.Scenario, fresh bool, t *slot) {
	w.runner.Observe = w.changed
	if fresh {
		w.runner.Observe = w.fresh
	}
	if t.violation, t.err = w.runner.Run(&s); t.err != nil {
		return
	}
	w.tally.Add(number, w.runner, &t.violation, &s)
	t.covered = append(t.covered[:0], w.runner.Observe.Covered()...)
	if w.cells.anyNew(t.covered) {
		t.scenario = s.Clone()
	}
}
