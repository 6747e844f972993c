package search

import (
	"sync"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/table"
)

// Space is all that a run can cover: what every Space has, each rule of the
// judge by its ID and name, and each row of the table of transitions by its ID.
// It is one and the same each time, and not to be changed.
func Space() *coverage.Space { return space() }

var space = sync.OnceValue(func() *coverage.Space {
	s := &coverage.Space{}
	for _, r := range oracle.Rules() {
		s.Rules = append(s.Rules, r.ID+" "+r.Name)
	}
	for _, r := range table.Rows() {
		s.Rows = append(s.Rows, r.ID)
	}
	return s
})

// observe begins a run for the observer, if there is one.
func (r *Runner) observe() {
	if r.Observe == nil {
		return
	}
	r.Observe.Reset(r.World.Scenario())
	if r.whole = r.Observe.Counts().Space() == Space(); r.whole {
		r.before = *r.Judge.Judged()
	}
}

// observed ends it, however the run ended.
func (r *Runner) observed() {
	o := r.Observe
	if o == nil {
		return
	}
	o.End(o.Class())
	if !r.whole {
		return // its rules are none, or another's
	}
	for i := range Space().Rules {
		o.Judged(i, r.Judge.Judged().Times(i)-r.before.Times(i))
	}
}

// explained tells the observer which rows explain the step that was just judged.
func (r *Runner) explained(e endpoint.End) {
	found := r.Judge.Explained()
	if !found.Explained() {
		return
	}
	r.Observe.Row(e, int(found.Row)-1)
	var rows [9]table.ID // more than any step has: it stays on the stack
	for _, id := range found.Rows(rows[:0])[1:] {
		r.Observe.Beside(int(id) - 1)
	}
}
