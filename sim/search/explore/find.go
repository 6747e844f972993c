package explore

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/search"
)

// Find shrinks the witnesses of all models, search.MaxFindings at most: broken
// rules before budgets. Pairs of states that exclude each other are left out:
// a shrinker goes by a judge, and no judge of one run found them. progress, if
// not nil, is called before each.
func Find(o Options, r *Result, progress func(i, n int)) ([]search.Finding, error) {
	if err := o.resolve(); err != nil {
		return nil, err
	}
	var all []*Witness
	for i := range r.Models {
		for k := range r.Models[i].Witnesses {
			if w := &r.Models[i].Witnesses[k]; w.Ending != illegal.String() {
				all = append(all, w)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *Witness) int {
		budget := func(w *Witness) int {
			if search.IsBudget(&w.Group.Violation) {
				return 1
			}
			return 0
		}
		return cmp.Compare(budget(a), budget(b))
	})
	all = all[:min(len(all), search.MaxFindings)]
	runner := search.NewRunner(o.Offer)
	var found []search.Finding
	for i, w := range all {
		if progress != nil {
			progress(i, len(all))
		}
		f := search.Finding{Group: w.Group, Faults: len(w.Scenario.Fault)}
		var small scenario.Scenario
		small, f.Tried = search.Shrink(runner, w.Scenario.Clone(), &w.Group.Violation)
		if _, err := runner.Run(&small); err != nil {
			return found, fmt.Errorf("explore: %w", err)
		}
		f.Trace = runner.World.Trace().Clone()
		found = append(found, f)
	}
	return found, nil
}

// Joint is what all models together say about the pairs of states that the two
// ends were in: the largest class of a model, how many pairs it has, how many
// of them were seen, and which were not, each in one order. A pair counts as seen
// if it was with the ends' names exchanged.
func (r *Result) Joint() (class joint.Class, of, seen int, never []string) {
	var all pairs
	for i := range r.Models {
		all.merge(&r.Models[i].pairs)
		class = max(class, r.Models[i].Class)
	}
	for _, p := range everyPair() {
		if joint.Legal(class, p.a, p.b) {
			of++
			if all.has(p) || all.has(p.mirror()) {
				seen++
			}
		}
	}
	for _, p := range missing(&all, class) {
		never = append(never, p.String())
	}
	return class, of, seen, never
}
