package steer

import (
	"fmt"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// Group is the runs that broke the same rule in the same way (search.Same).
type Group struct {
	search.Group              // of the first run
	Scenario     sim.Scenario // of that run
}

// Find writes out and shrinks the groups of a search, search.MaxFindings at
// most, as search.Find does those of a sweep. progress, if not nil, is called
// before each.
func Find(o Options, groups []Group, progress func(i, n int)) ([]search.Finding, error) {
	r := search.NewRunner(o.Offer)
	r.Wire = o.Wire
	groups = groups[:min(len(groups), search.MaxFindings)]
	var found []search.Finding
	for i := range groups {
		if progress != nil {
			progress(i, len(groups))
		}
		f, err := find(r, &groups[i])
		if err != nil {
			return found, fmt.Errorf("steer: run %d of seed %d: %w", groups[i].Run, o.Seed, err)
		}
		found = append(found, f)
	}
	return found, nil
}

func find(r *search.Runner, g *Group) (search.Finding, error) {
	f := search.Finding{Group: g.Group}
	want := &g.Violation
	explicit, ok := writtenOut(r, &g.Scenario, want)
	if !ok {
		calm := g.Scenario // without sending ahead, which the healed link does not do
		for e := range calm.Link {
			calm.Link[e].Reorder, calm.Link[e].Gap = 0, 0
		}
		explicit, ok = writtenOut(r, &calm, want)
	}
	if !ok {
		f.Random, explicit = true, g.Scenario.Clone()
	}
	f.Faults = len(explicit.Fault)
	explicit, f.Tried = search.Shrink(r, explicit, want)
	v, err := r.Run(&explicit)
	if err == nil && !search.Same(&v, want) {
		err = fmt.Errorf("it gave %q, then %q: it is not deterministic", want.Text, v.Text)
	}
	if err != nil {
		return f, err
	}
	f.Trace = r.World.Trace().Clone()
	return f, nil
}

// writtenOut runs a scenario, writes it out as an explicit script, and says
// whether both break the rule.
func writtenOut(r *search.Runner, s *sim.Scenario, want *sim.Violation) (sim.Scenario, bool) {
	if v, err := r.Run(s); err != nil || !search.Same(&v, want) {
		return sim.Scenario{}, false
	}
	explicit := search.WriteOut(r.World.Trace().Clone())
	v, err := r.Run(&explicit)
	return explicit, err == nil && search.Same(&v, want)
}
