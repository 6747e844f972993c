package search

import (
	"context"
	"fmt"
	"strings"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/wireonly"
)

// Runner runs scenarios, one after the other, in one world, each judged as it
// happens. In steady state it allocates nothing.
type Runner struct {
	World *sim.World
	Judge oracle.Judge
	// Wire has a second judge look at every step, after Judge: one that trusts
	// the segments alone (package wireonly). The first violation counts,
	// whoever finds it. What only a SHOULD forbids is in Warning.
	Wire bool
	// Observe, if set, counts what the runs cover: of a space with the rows and
	// rules of Space, or of one without.
	Observe *coverage.Observer

	wire   wireonly.Judge
	before oracle.Judged // what was judged before this run, if somebody observes
	whole  bool          // the observer's space is Space: it has rows and rules
}

// NewRunner returns a runner for the endpoints of an offer.
func NewRunner(offer sim.Offer) *Runner {
	return &Runner{World: sim.NewWorld(offer)}
}

// Run runs a scenario to its end, or to its first violation, which it returns;
// the zero value if there was none. A budget that was hit is a violation of a
// rule of its own (IsBudget), and so is a stack that panics (IsPanic). The trace
// is the World's.
func (r *Runner) Run(s *scenario.Scenario) (sim.Violation, error) {
	return r.RunContext(context.Background(), s)
}

// RunContext is Run, but for a run that somebody waits for: when ctx is done it
// stops between two steps and returns an error that wraps the one of ctx. A call
// of an endpoint that does not return cannot be stopped.
func (r *Runner) RunContext(ctx context.Context, s *scenario.Scenario) (sim.Violation, error) {
	w := r.World
	if err := reset(w, s); err != nil {
		return sim.Violation{}, err
	}
	profiles := [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)}
	r.Judge.Reset(w.Scenario(), profiles)
	if r.Wire {
		r.wire.Reset(w.Scenario(), profiles)
	}
	r.observe()
	v, err := r.steps(ctx)
	r.observed()
	if v.Found() {
		w.Trace().Violation = v
	}
	return v, err
}

// stopEvery is how many steps there are between two looks at a context.
const stopEvery = 1024

func (r *Runner) steps(ctx context.Context) (v sim.Violation, err error) {
	w := r.World
	defer func() {
		if p := recover(); p != nil {
			v = panicked(w, p)
		}
	}()
	for n := 0; ; n++ {
		if n%stopEvery == 0 && ctx.Err() != nil {
			return v, fmt.Errorf("search: the run was stopped after %d steps, at %v of virtual time: %w",
				n, w.Now(), ctx.Err())
		}
		s, ok := w.Step()
		if !ok {
			break
		}
		if r.Observe != nil {
			r.Observe.Step(s)
		}
		legal := r.Judge.Step(s)
		if r.Observe != nil && r.whole {
			r.explained(s.End)
		}
		if !legal {
			return r.Judge.Violation(), nil
		}
		if r.Wire && !r.wire.Step(s) {
			return r.wire.Violation(), nil
		}
	}
	if o := w.Outcome(); o.Budget() {
		return overBudget(w, o), nil
	}
	return r.end(), nil
}

// end has the judges look at how the run ended.
func (r *Runner) end() sim.Violation {
	w := r.World
	status := [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}
	if !r.Judge.End(oracle.End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(), Status: status}) {
		return r.Judge.Violation()
	}
	if r.Wire && !r.wire.End(wireonly.End{At: w.Now(), Status: status}) {
		return r.wire.Violation()
	}
	return sim.Violation{}
}

// Warning is the first breach, in the last run, of what is only a SHOULD; the
// zero value if there was none, or without Wire. It is not held against an end.
func (r *Runner) Warning() sim.Violation {
	if !r.Wire {
		return sim.Violation{}
	}
	return r.wire.Warning()
}

// IsWire reports whether v was found by the judge that trusts the segments
// alone: only a Runner with Wire finds it again.
func IsWire(v *sim.Violation) bool { return strings.HasPrefix(v.Rule.ID, wireonly.Prefix) }

// budgetRule marks a violation that is none: the run was stopped.
const budgetRule = "budget"

func overBudget(w *sim.World, o sim.Outcome) sim.Violation {
	return sim.Violation{
		Rule: sim.Rule{ID: budgetRule, Name: o.String(), Section: "a limit of the harness, not of an RFC"},
		At:   w.Now(), State: w.Status(endpoint.A).State,
		Text: "the run was stopped: " + o.String(),
		Got:  o.String(), Want: "a run that ends by itself",
	}
}

// IsBudget reports whether v says that a budget was hit, rather than that a
// rule of TCP was broken.
func IsBudget(v *sim.Violation) bool { return v.Rule.ID == budgetRule }
