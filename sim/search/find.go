package search

import (
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
)

// Finding is a counterexample: the lowest-numbered run of a group, written out
// and shrunk.
type Finding struct {
	Group  Group
	Trace  *sim.Trace // of the shrunk scenario, cut at the violation
	Faults int        // lines of the script before it was shrunk
	Tried  int        // candidates that the shrinker ran
	// Random says that the written-out script did not break the same rule:
	// then Trace is of the random run itself.
	Random bool
}

// MaxFindings is how many groups of a sweep are written out and shrunk.
const MaxFindings = 10

// Find writes out and shrinks the groups of a search, MaxFindings at most.
// progress, if not nil, is called before each.
func Find(o Options, groups []Group, progress func(i, n int)) ([]Finding, error) {
	runner := NewRunner(o.Offer)
	runner.Wire = o.Wire
	gen := Generator{Ends: o.Ends, Override: o.Override}
	groups = groups[:min(len(groups), MaxFindings)]
	var found []Finding
	for i, g := range groups {
		if progress != nil {
			progress(i, len(groups))
		}
		var s scenario.Scenario
		if g.Scenario != nil {
			s = g.Scenario.Clone()
		} else {
			gen.Scenario(o.Seed, g.Run, &s)
		}
		f, err := findOne(runner, g, s)
		if err != nil {
			return found, fmt.Errorf("run %d of seed %d: %w", g.Run, o.Seed, err)
		}
		found = append(found, f)
	}
	return found, nil
}

func findOne(r *Runner, g Group, s scenario.Scenario) (Finding, error) {
	f := Finding{Group: g}
	v, err := r.Run(&s)
	if err != nil {
		return f, err
	}
	if !Same(&v, &g.Violation) {
		return f, fmt.Errorf("search: the run gave %q, then %q: it is not deterministic", g.Violation.Text, v.Text)
	}
	explicit, ok := writtenOut(r, &v)
	if !ok {
		calm := s // without sending ahead, which the healed link does not do
		calm.Link[0].Reorder, calm.Link[0].Gap = 0, 0
		calm.Link[1].Reorder, calm.Link[1].Gap = 0, 0
		if c, err := r.Run(&calm); err == nil && Same(&c, &v) {
			explicit, ok = writtenOut(r, &v)
		}
	}
	if !ok {
		f.Random, explicit = true, s.Clone()
	}
	f.Faults = len(explicit.Fault)
	explicit, f.Tried = Shrink(r, explicit, &v)
	if _, err := r.Run(&explicit); err != nil {
		return f, err
	}
	f.Trace = r.World.Trace().Clone()
	return f, nil
}

// writtenOut writes out the run that the runner has just made, and says whether
// the script breaks the rule as well.
func writtenOut(r *Runner, want *sim.Violation) (scenario.Scenario, bool) {
	explicit := WriteOut(r.World.Trace().Clone())
	v, err := r.Run(&explicit)
	return explicit, err == nil && Same(&v, want)
}
