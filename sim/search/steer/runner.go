package steer

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/search"
)

// Runner runs scenarios one after the other, each judged and observed as it
// happens. In steady state it allocates nothing. Use NewRunner.
type Runner struct {
	*search.Runner
	Observer *coverage.Observer
}

// NewRunner returns a runner for the endpoints of an offer that counts the
// cells of a space.
func NewRunner(offer sim.Offer, space *coverage.Space) *Runner {
	return &Runner{search.NewRunner(offer), coverage.NewObserver(space)}
}

// Run runs a scenario to its end, or to its first violation, which it returns:
// what search.Runner.Run returns of it. With Wire that takes two runs.
func (r *Runner) Run(s *sim.Scenario) (sim.Violation, error) {
	if r.clean(s) && !r.Wire {
		return sim.Violation{}, nil
	}
	return r.Runner.Run(s) // once more, to have it judged and written down as everywhere else
}

// clean reports whether there was nothing to write down: no violation, budget,
// panic or error.
func (r *Runner) clean(s *sim.Scenario) (clean bool) {
	w := r.World
	defer func() {
		if p := recover(); p != nil { // it comes again in the run that is written down
			w.Abandon()
			clean = false
		}
	}()
	if err := w.Reset(s); err != nil {
		return false
	}
	r.Judge.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	r.Observer.Reset(w.Scenario())
	defer func() { r.Observer.End(r.Observer.Class()) }()
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		r.Observer.Step(s)
		if !r.Judge.Step(s) {
			return false
		}
	}
	return !w.Outcome().Budget() && r.Judge.End(oracle.End{
		At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(),
		Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)},
	})
}
