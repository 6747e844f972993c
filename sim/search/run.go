package search

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
)

// Runner runs scenarios, one after the other, in one world, each judged as it
// happens. In steady state it allocates nothing.
type Runner struct {
	World *sim.World
	Judge oracle.Judge
}

// NewRunner returns a runner for the endpoints of an offer.
func NewRunner(offer sim.Offer) *Runner {
	return &Runner{World: sim.NewWorld(offer)}
}

// Run runs a scenario to its end, or to its first violation, which it returns;
// the zero value if there was none. A budget that was hit is a violation of a
// rule of its own (IsBudget), and so is a stack that panics (IsPanic). The trace
// is the World's.
func (r *Runner) Run(s *sim.Scenario) (sim.Violation, error) {
	w := r.World
	if err := w.Reset(s); err != nil {
		return sim.Violation{}, err
	}
	r.Judge.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	v := r.steps()
	if v.Found() {
		w.Trace().Violation = v
	}
	return v, nil
}

func (r *Runner) steps() (v sim.Violation) {
	w := r.World
	defer func() {
		if p := recover(); p != nil {
			v = panicked(w, p)
		}
	}()
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		if !r.Judge.Step(s) {
			return r.Judge.Violation()
		}
	}
	if o := w.Outcome(); o.Budget() {
		return overBudget(w, o)
	}
	end := oracle.End{
		At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(),
		Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)},
	}
	if !r.Judge.End(end) {
		return r.Judge.Violation()
	}
	return sim.Violation{}
}

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
