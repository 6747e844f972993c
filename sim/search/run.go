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
	v, err := r.steps(ctx, s)
	r.observed()
	if v.Found() {
		w.Trace().Violation = v
	}
	return v, err
}

// steps runs the world and has the judges look. The world goes on for a batch of
// steps before they look at these: each code then stays in the processor's cache
// for longer, which is worth a fifth of the time. Where that shows, in a run that
// breaks a rule or panics, the world goes back: whoever looks sees it at the step
// in question.
func (r *Runner) steps(ctx context.Context, s *scenario.Scenario) (v sim.Violation, err error) {
	w := r.World
	judged := 0
	for {
		if ctx.Err() != nil {
			return v, fmt.Errorf("search: the run was stopped after %d steps, at %v of virtual time: %w",
				judged, w.Now(), ctx.Err())
		}
		batch, ok := r.batch()
		if !ok {
			return r.single(s, judged)
		}
		if len(batch) == 0 {
			break
		}
		for i := range batch {
			judged++
			if v := r.judge(&batch[i]); v.Found() {
				if i < len(batch)-1 || w.Outcome() != sim.Unfinished { // it has gone beyond
					return r.back(s, judged, v)
				}
				return v, nil
			}
		}
	}
	return r.over(), nil
}

// batch has the world go on; false if an endpoint panicked.
func (r *Runner) batch() (steps []sim.Step, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			if !ofEndpoint(p) {
				panic(p)
			}
			r.World.Abandon()
			steps, ok = nil, false
		}
	}()
	return r.World.Steps(), true
}

// back runs the scenario again, up to a step in which something was found. A stack that
// panics now, and did not then, keeps something from one run to another: that is
// what is found then.
func (r *Runner) back(s *scenario.Scenario, steps int, found sim.Violation) (v sim.Violation, err error) {
	defer func() {
		if p := recover(); p != nil {
			v = panicked(r.World, p)
		}
	}()
	if err := reset(r.World, s); err != nil {
		return v, err
	}
	for range steps {
		r.World.Step()
	}
	return found, nil
}

// single goes on from a step that has been judged, one step after the other, to
// the panic that is known to come, or a violation before it.
func (r *Runner) single(s *scenario.Scenario, judged int) (v sim.Violation, err error) {
	if v, err = r.back(s, judged, v); v.Found() || err != nil {
		return v, err
	}
	defer func() {
		if p := recover(); p != nil {
			v = panicked(r.World, p)
		}
	}()
	for {
		step, ok := r.World.Step()
		if !ok {
			return r.over(), nil
		}
		if v := r.judge(step); v.Found() {
			return v, nil
		}
	}
}

// judge has the judges, and who observes, look at a step.
func (r *Runner) judge(s *sim.Step) (v sim.Violation) {
	if r.Observe != nil {
		r.Observe.Step(s)
	}
	legal := r.Judge.Step(s)
	if r.Observe != nil && r.whole {
		r.explained(s.End)
	}
	switch {
	case !legal:
		return r.Judge.Violation()
	case r.Wire && !r.wire.Step(s):
		return r.wire.Violation()
	}
	return v
}

// over has the judges look at a run that is over, by itself or by a budget.
func (r *Runner) over() sim.Violation {
	if o := r.World.Outcome(); o.Budget() {
		return overBudget(r.World, o)
	}
	return r.end()
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
