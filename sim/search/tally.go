package search

import (
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

// Tally adds up what runs came to. All that it does is additions and minima, so
// the order of the runs does not matter, nor which of several tallies that are
// merged has which of them. Use NewTally.
type Tally struct {
	sum              Result              // without the groups
	groups, warnings map[groupKey]*Group // only ever read through sorted
}

// NewTally returns a tally of no runs.
func NewTally() *Tally {
	return &Tally{groups: map[groupKey]*Group{}, warnings: map[groupKey]*Group{}}
}

// Add adds the run that a runner has just made, by its number. s is nil if the
// number says what was run, as it does for a sweep; otherwise a group keeps a
// copy of its lowest-numbered run's.
func (t *Tally) Add(number uint64, r *Runner, v *sim.Violation, s *scenario.Scenario) {
	t.sum.Runs++
	t.sum.Steps += uint64(len(r.World.Trace().Events))
	t.sum.Digest += stream.Mix(number, r.World.Digest(), uint64(r.World.Outcome()))
	if v.Found() {
		one := Group{Violation: *v, Run: number, Count: 1}
		if s != nil {
			c := s.Clone()
			one.Scenario = &c
		}
		count(t.groups, keyOf(v), one)
	}
	if w := r.Warning(); w.Found() {
		count(t.warnings, warningKey(&w), Group{Violation: w, Run: number, Count: 1})
	}
}

// warningKey is the key of a warning: where it is, and in which words, does not
// matter.
func warningKey(w *sim.Violation) groupKey {
	return groupKey{rule: w.Rule.ID, name: w.Rule.Name, end: w.End}
}

// AddRunner adds what a runner has gathered in all its runs: once each runner.
func (t *Tally) AddRunner(r *Runner) {
	t.sum.Judged.Merge(r.Judge.Judged())
	if r.Observe != nil {
		t.cover(r.Observe.Counts())
	}
}

func (t *Tally) cover(c *coverage.Counts) {
	if t.sum.Counts == nil {
		t.sum.Counts = coverage.NewCounts(c.Space())
	}
	if err := t.sum.Counts.Merge(c); err != nil {
		panic(err) // runners of one search observe one space
	}
}

// Merge adds what another tally has added up.
func (t *Tally) Merge(o *Tally) {
	t.sum.Runs += o.sum.Runs
	t.sum.Steps += o.sum.Steps
	t.sum.Digest += o.sum.Digest
	t.sum.Judged.Merge(&o.sum.Judged)
	if o.sum.Counts != nil {
		t.cover(o.sum.Counts)
	}
	for k, g := range o.groups {
		count(t.groups, k, *g)
	}
	for k, g := range o.warnings {
		count(t.warnings, k, *g)
	}
}

// Result is what the runs came to, the violations in known set aside.
func (t *Tally) Result(known []sim.Violation) *Result {
	r := t.sum
	is := keysOf(known)
	for _, g := range sorted(t.groups) {
		if is[keyOf(&g.Violation)] {
			r.Known = append(r.Known, g)
		} else {
			r.Groups = append(r.Groups, g)
		}
	}
	r.Warnings = sorted(t.warnings)
	return &r
}

// keysOf is a set that is only asked.
func keysOf(list []sim.Violation) map[groupKey]bool {
	keys := map[groupKey]bool{}
	for i := range list {
		keys[keyOf(&list[i])] = true
	}
	return keys
}

// count adds runs to a group.
func count(groups map[groupKey]*Group, k groupKey, runs Group) {
	g := groups[k]
	if g == nil {
		groups[k] = &runs
		return
	}
	g.Count += runs.Count
	if runs.Run < g.Run {
		g.Run, g.Violation, g.Scenario = runs.Run, runs.Violation, runs.Scenario
	}
}

// sorted lists groups as reports do.
func sorted(groups map[groupKey]*Group) (list []Group) {
	for _, g := range groups {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b Group) int { return keyOf(&a.Violation).compare(keyOf(&b.Violation)) })
	return list
}
