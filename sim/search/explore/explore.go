package explore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/joint"
)

// Options say what is explored. The zero value, but for Offer, is every model
// without a fault, between two of halfopen's own endpoints.
type Options struct {
	_ struct{} // no positional literals: fields will be added

	Offer  sim.Offer      // the endpoints to choose from; they have to be Copiers and StateAppenders
	Ends   [2]string      // which of them are A and B; "" is "tcp"
	Models []Model        // nil: Models()
	Kinds  []faults.Fault // what a datagram may meet, End, Kind, First and Last left out; nil: Kinds()
	Faults int            // how many faults a run has at most
	Depth  int            // only the first so many datagrams of a run may meet faults; 0: all
	Jobs   int            // goroutines; 0 is one
	Verify bool           // go on for one choice from each state that is recognised, and compare

	// Progress, if set, is called now and then with how many states were found,
	// and how many of the ways in which runs end break a rule; concurrently.
	Progress func(states, violations uint64)

	choices *[maxEmits + 1]*choices // by how many datagrams of a step may meet faults
}

// MaxFaults and MaxDepth bound Options.Faults and Options.Depth.
const (
	MaxFaults = 8
	MaxDepth  = 1<<16 - 1
)

// Result is what was explored. It depends on the Options alone, and of those not
// on Jobs, unless it was stopped.
type Result struct {
	Models   []ModelResult
	Coverage oracle.Coverage // which states and edges; the counts mean nothing
	Judged   oracle.Judged   // what the ends gave to be judged by
	Verified uint64          // states that were recognised and looked at again; depends on Jobs
	Stopped  bool            // the context ended it early: there are no Models
	States   uint64          // found so far, if it was stopped
}

// Explore explores every model. If the context is done it ends early, and tells
// no more than how many states it had found.
func Explore(ctx context.Context, o Options) (*Result, error) {
	if err := o.resolve(); err != nil {
		return nil, err
	}
	r := &Result{}
	var before, found uint64
	for i := range o.Models {
		s, err := newExploration(ctx, &o, &o.Models[i])
		if err != nil {
			return nil, err
		}
		s.earlier, s.earlierFound = before, found
		err = s.run(r)
		before, found = before+s.states.Load(), found+s.found.Load()
		r.States = before
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return &Result{Stopped: true, States: before}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", o.Models[i].Name, err)
		}
		one, err := s.result()
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", o.Models[i].Name, err)
		}
		r.Models = append(r.Models, *one)
	}
	return r, nil
}

// resolve fills in what the options leave out.
func (o *Options) resolve() error {
	if o.Models == nil {
		o.Models = Models()
	}
	if o.Kinds == nil {
		o.Kinds = Kinds()
	}
	o.Jobs = max(o.Jobs, 1)
	for e := range o.Ends {
		if o.Ends[e] == "" {
			o.Ends[e] = scenario.DefaultEndpoint
		}
	}
	switch {
	case o.Faults < 0 || o.Faults > MaxFaults:
		return fmt.Errorf("explore: %d faults; want 0 to %d", o.Faults, MaxFaults)
	case o.Depth < 0 || o.Depth > MaxDepth:
		return fmt.Errorf("explore: depth %d; want 0 to %d", o.Depth, MaxDepth)
	case len(o.Kinds) > 255:
		return fmt.Errorf("explore: %d kinds of fault; want 255 at most", len(o.Kinds))
	}
	o.choices = new([maxEmits + 1]*choices)
	for n := range o.choices {
		o.choices[n] = choicesOf(n, len(o.Kinds), min(o.Faults, n))
	}
	for i := range o.Kinds {
		f := o.Kinds[i]
		f.First, f.Last = 1, 1
		if err := f.Check(); err != nil {
			return fmt.Errorf("explore: kind %d: %w", i+1, err)
		}
		if f.Struck() || f.Op == faults.Hold || f.Hostile() {
			return fmt.Errorf("explore: kind %d, %v: want drop, delay, duplicate, reorder, or a corruption that the checksum catches", i+1, f.Op)
		}
	}
	return nil
}

// exploration is that of one model.
type exploration struct {
	ctx      context.Context
	options  *Options
	model    *Model
	scenario *scenario.Scenario
	class    joint.Class
	choices  *[maxEmits + 1]*choices
	table    *table
	first    target // where the run begins
	seen     pairs  // of all walkers

	states, found         atomic.Uint64
	earlier, earlierFound uint64 // of the models before
}

func newExploration(ctx context.Context, o *Options, m *Model) (*exploration, error) {
	s := &exploration{ctx: ctx, options: o, model: m, class: m.class(o.Faults), choices: o.choices, table: newTable()}
	var err error
	if s.scenario, err = m.scenario(o.Ends); err != nil {
		return nil, err
	}
	return s, nil
}

// run walks along the run without faults, and then explores what else there is
// to explore on all goroutines.
func (s *exploration) run(r *Result) error {
	walkers := make([]*walker, s.options.Jobs)
	for i := range walkers {
		var err error
		if walkers[i], err = newWalker(s); err != nil {
			return err
		}
	}
	tasks, err := walkers[0].root()
	if err != nil {
		return err
	}
	var next atomic.Uint64
	errs := make([]error, len(walkers))
	var wg sync.WaitGroup
	for i, w := range walkers {
		wg.Go(func() {
			for {
				t := next.Add(1) - 1
				if t >= uint64(len(tasks)) || errs[i] != nil {
					return
				}
				if errs[i] = w.explore(&tasks[t]); errs[i] != nil {
					next.Store(uint64(len(tasks)))
				}
			}
		})
	}
	wg.Wait()
	for _, w := range walkers {
		s.seen.merge(&w.seen)
		r.Verified += w.verified
		for _, l := range w.levels {
			r.Coverage.Merge(l.judge.Coverage())
			r.Judged.Merge(l.judge.Judged())
		}
	}
	return errors.Join(errs...)
}
