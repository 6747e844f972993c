package search

import (
	"fmt"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// DiffFinding is the smallest scenario that was found in which two
// implementations diverge as in a group of a sweep.
type DiffFinding struct {
	Group      DiffGroup
	Divergence Divergence // of the shrunk scenario
	Scenario   scenario.Scenario
	Traces     [2]*sim.Trace
	Faults     int // lines of the script before it was shrunk
	Tried      int // candidates that the shrinker ran
	// Random says that no script made them diverge in the same way: the link of
	// the scenario still has models.
	Random bool
}

// FindDiffs writes out and shrinks the groups of a pair, MaxFindings at most.
// progress, if not nil, is called before each.
func FindDiffs(o DiffOptions, p *DiffPair, progress func(i, n int)) ([]DiffFinding, error) {
	d := NewDiffer(o.Offer, p.Names)
	gen := o.generator()
	groups := p.Groups[:min(len(p.Groups), MaxFindings)]
	var found []DiffFinding
	for i, g := range groups {
		if progress != nil {
			progress(i, len(groups))
		}
		var s scenario.Scenario
		gen.Scenario(o.Seed, g.Run, &s)
		f, err := d.find(g, s.Clone())
		if err != nil {
			return found, fmt.Errorf("run %d of seed %d: %w", g.Run, o.Seed, err)
		}
		found = append(found, f)
	}
	return found, nil
}

// diverges reports whether the implementations diverge in a scenario as they
// are wanted to.
func (d *Differ) diverges(s *scenario.Scenario, want *Divergence) bool {
	c, err := d.Diff(s)
	return err == nil && SameDivergence(&c.Divergence, want)
}

func (d *Differ) find(g DiffGroup, s scenario.Scenario) (DiffFinding, error) {
	f := DiffFinding{Group: g}
	want := &g.Divergence
	if !d.diverges(&s, want) {
		return f, fmt.Errorf("search: the runs do not diverge again: something is not deterministic")
	}
	explicit, ok := d.writtenOut(s, want)
	if !ok {
		f.Random, explicit = true, s
	}
	f.Faults = len(explicit.Fault)
	f.Scenario, f.Tried = shrink(explicit, func(c *scenario.Scenario) (bool, int) {
		ok := d.diverges(c, want)
		return ok, len(d.Trace(0).Events) + len(d.Trace(1).Events)
	})
	c, err := d.Diff(&f.Scenario)
	if err != nil {
		return f, err
	}
	f.Divergence = c.Divergence
	f.Traces = [2]*sim.Trace{d.Trace(0).Clone(), d.Trace(1).Clone()}
	return f, nil
}

// writtenOut turns a random scenario into one with a script: what happened to
// the segments of the first implementation's run, or of the second's, or of one
// over a link without models.
func (d *Differ) writtenOut(s scenario.Scenario, want *Divergence) (scenario.Scenario, bool) {
	calm := s
	for e := range calm.Link {
		calm.Link[e] = link.Config{Delay: link.Delay{Min: max(s.Link[e].Smallest(), link.MinHop)}}
	}
	if d.diverges(&calm, want) {
		return calm, true
	}
	for side := range d.worlds {
		if !d.diverges(&s, want) {
			break
		}
		explicit := WriteOut(d.Trace(side).Clone())
		explicit.Ends = s.Ends
		if d.diverges(&explicit, want) {
			return explicit, true
		}
	}
	return s, false
}
