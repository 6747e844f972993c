package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// DiffOptions say what a sweep of comparisons runs.
type DiffOptions struct {
	_ struct{} // no positional literals: fields will be added

	Offer    sim.Offer          // the endpoints to choose from
	A        []string           // the implementations; each other is compared with the first
	B        string             // the peer of all of them; "" is "tcp"
	Seed     uint64             // run i depends on (Seed, i) alone
	First    uint64             // the number of the first run
	Runs     uint64             // how many runs
	Jobs     int                // goroutines; 0 is one
	Override func(*link.Config) // has the last word on every link; called concurrently

	// Progress, if set, is called now and then with the number of runs done and
	// of divergences; concurrently.
	Progress func(done, divergences uint64)
}

// generator draws the runs of a sweep.
func (o *DiffOptions) generator() Generator {
	return Generator{Ends: [2]string{o.A[0], o.B}, Override: o.Override}
}

// DiffResult is what a sweep of comparisons saw. It does not depend on Jobs,
// unless the sweep was stopped early.
type DiffResult struct {
	Runs    uint64 // scenarios that were run with every implementation
	Pairs   []DiffPair
	Stopped bool // the context ended it early
}

// Divergences counts the runs that diverged, of all pairs.
func (r *DiffResult) Divergences() (n uint64) {
	for i := range r.Pairs {
		for _, g := range r.Pairs[i].Groups {
			n += g.Count
		}
	}
	return n
}

// DiffPair is how two implementations compare.
type DiffPair struct {
	Names  [2]string
	Same   uint64      // runs that showed the same to their ends
	Parted []Parted    // runs that could be compared only up to an allowed difference
	Groups []DiffGroup // divergences, sorted by what differs
}

// Parted counts the runs that parted for one reason.
type Parted struct {
	Why   string // the name of an Allowance, or Inputs
	Count uint64
}

// DiffGroup is the runs that diverged in the same step: of the same kind, in the
// same state, after the same cause.
type DiffGroup struct {
	Divergence Divergence // of the lowest-numbered run
	Run        uint64     // its number
	Count      uint64
}

// DiffSweep compares the implementations in runs First to First+Runs-1 of a
// seed. It ends early, with what it has, when the context is done.
func DiffSweep(ctx context.Context, o DiffOptions) (*DiffResult, error) {
	if len(o.A) < 2 {
		return nil, fmt.Errorf("search: %d implementations, want two at least", len(o.A))
	}
	s := sweep{options: Options{Runs: o.Runs}, ctx: ctx}
	s.failed.Store(math.MaxUint64)
	parts := make([]diffPart, max(o.Jobs, 1))
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() { parts[i].work(&s, &o) })
	}
	wg.Wait()
	if err := firstDiffError(parts); err != nil {
		return nil, err
	}
	r := mergeDiffs(&o, parts)
	r.Stopped = r.Runs < o.Runs
	return r, nil
}

// diffPart is what one goroutine has seen.
type diffPart struct {
	runs   uint64
	pairs  []diffTally
	failed uint64
	err    error
}

type diffTally struct {
	same   uint64
	parted map[string]uint64            // only ever read through sorted
	groups map[divergenceKey]*DiffGroup // likewise
}

func (p *diffPart) work(s *sweep, o *DiffOptions) {
	var differs []*Differ
	for _, name := range o.A[1:] {
		differs = append(differs, NewDiffer(o.Offer, [2]string{o.A[0], name}))
		p.pairs = append(p.pairs, diffTally{parted: map[string]uint64{}, groups: map[divergenceKey]*DiffGroup{}})
	}
	gen := o.generator()
	var scenario scenario.Scenario
	for {
		first := s.next.Add(chunk) - chunk
		last := min(first+chunk, o.Runs)
		for i := first; i < last; i++ {
			if i >= s.failed.Load() || s.ctx.Err() != nil {
				return
			}
			number := o.First + i
			gen.Scenario(o.Seed, number, &scenario)
			for k, d := range differs {
				c, err := d.Diff(&scenario)
				if err != nil {
					p.failed, p.err = i, fmt.Errorf("run %d of seed %d: %w", number, o.Seed, err)
					s.fail(i)
					return
				}
				p.pairs[k].add(number, &c)
				if c.Divergence.Found() {
					s.violations.Add(1)
				}
			}
			p.runs++
		}
		if first >= o.Runs {
			return
		}
		done := s.done.Add(last - first)
		if o.Progress != nil {
			o.Progress(done, s.violations.Load())
		}
	}
}

func (t *diffTally) add(number uint64, c *Comparison) {
	switch {
	case c.Divergence.Found():
		t.addGroup(&DiffGroup{Divergence: c.Divergence, Run: number, Count: 1})
	case c.Parted != "":
		t.parted[c.Parted]++
	default:
		t.same++
	}
}

// addGroup adds to a group, in an order that does not matter: addition and
// minimum.
func (t *diffTally) addGroup(g *DiffGroup) {
	k := g.Divergence.key()
	have := t.groups[k]
	if have == nil {
		t.groups[k] = g
		return
	}
	have.Count += g.Count
	if g.Run < have.Run {
		have.Run, have.Divergence = g.Run, g.Divergence
	}
}

func mergeDiffs(o *DiffOptions, parts []diffPart) *DiffResult {
	r := &DiffResult{}
	for i := range parts {
		r.Runs += parts[i].runs
	}
	for k, name := range o.A[1:] {
		all := diffTally{parted: map[string]uint64{}, groups: map[divergenceKey]*DiffGroup{}}
		for i := range parts {
			t := &parts[i].pairs[k]
			all.same += t.same
			for why, n := range t.parted {
				all.parted[why] += n
			}
			for _, g := range t.groups {
				all.addGroup(g)
			}
		}
		r.Pairs = append(r.Pairs, all.pair([2]string{o.A[0], name}))
	}
	return r
}

func (t *diffTally) pair(names [2]string) DiffPair {
	p := DiffPair{Names: names, Same: t.same}
	for why, n := range t.parted {
		p.Parted = append(p.Parted, Parted{why, n})
	}
	slices.SortFunc(p.Parted, func(a, b Parted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Why, b.Why))
	})
	for _, g := range t.groups {
		p.Groups = append(p.Groups, *g)
	}
	slices.SortFunc(p.Groups, func(a, b DiffGroup) int {
		x, y := &a.Divergence, &b.Divergence
		return cmp.Or(
			cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.State, y.State), cmp.Compare(x.After, y.After),
			cmp.Compare(x.Shown[0].Words, y.Shown[0].Words), cmp.Compare(x.Shown[1].Words, y.Shown[1].Words),
			cmp.Compare(a.Run, b.Run),
		)
	})
	return p
}

// firstDiffError is that of the lowest run.
func firstDiffError(parts []diffPart) (err error) {
	lowest := uint64(math.MaxUint64)
	for i := range parts {
		if p := &parts[i]; p.err != nil && p.failed < lowest {
			lowest, err = p.failed, p.err
		}
	}
	return err
}
