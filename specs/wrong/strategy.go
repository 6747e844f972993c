package wrong

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"example.org/halfopen/link"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/steer"
)

// Strategy is a way to search for a run that breaks a rule.
type Strategy struct {
	Name string // a word: "swarm"
	Text string // what it does, in a line

	// Hunt runs scenarios of o.Offer between o.Ends, o.Runs of them at most. It
	// asks q whether it wants a violation, and if so writes the run out, shrinks
	// it and brings it, until q says that the hunt is over. It returns how many
	// scenarios were run.
	Hunt func(ctx context.Context, o search.Options, q *Quarry) (runs uint64, err error)
}

// The strategies.
var (
	// Swarm draws scenarios as search.Generator does.
	Swarm = Strategy{
		"swarm", "random scenarios, in each of which some kinds of faults are switched off", sweep(nil),
	}
	// Random is what Swarm has to be better than.
	Random = Strategy{
		"random", "random scenarios with every kind of fault on the link in each of them", sweep(every),
	}
	// Steered keeps what reached something new, and changes it.
	Steered = Strategy{
		"steered", "changed copies of the scenarios that reached something new, and fresh ones", steered,
	}
)

// Strategies lists them, the simplest first.
func Strategies() []Strategy { return []Strategy{Random, Swarm, Steered, Exhaustive} }

// FindStrategy returns the strategy of a name. The error lists the names.
func FindStrategy(name string) (Strategy, error) {
	all := Strategies()
	i := slices.IndexFunc(all, func(s Strategy) bool { return s.Name == name })
	if i >= 0 {
		return all[i], nil
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	return Strategy{}, fmt.Errorf("wrong: no strategy is called %q; there are: %s", name, strings.Join(names, ", "))
}

// every puts each kind of random fault on a link, at one rate.
func every(c *link.Config) {
	c.Loss, c.Gilbert = 50_000, link.Gilbert{}
	c.Reorder, c.Gap, c.FIFO = 50_000, 0, false
	c.Duplicate, c.Corrupt = 50_000, 50_000
}

// chunk is how many runs are swept before a hunt looks whether it is over.
const chunk = 500

// sweep hunts through the runs of a seed in their order.
func sweep(override func(*link.Config)) func(context.Context, search.Options, *Quarry) (uint64, error) {
	return func(ctx context.Context, o search.Options, q *Quarry) (uint64, error) {
		last := o.Runs
		o.Override = override
		for o.First < last {
			o.Runs = min(chunk, last-o.First)
			swept, err := search.Sweep(ctx, o)
			if err != nil {
				return o.First, err
			}
			if swept.Stopped {
				return o.First, ctx.Err()
			}
			group := lowest(swept.Groups, q)
			if group == nil {
				o.First += o.Runs
				continue
			}
			o.First = group.Run + 1 // if it has to go on
			found, err := search.Find(o, []search.Group{*group}, nil)
			if err != nil {
				return o.First, err
			}
			if over, err := q.Bring(found[0]); over || err != nil {
				return o.First, err
			}
		}
		return last, nil
	}
}

// lowest is the wanted group whose first run has the lowest number.
func lowest(groups []search.Group, q *Quarry) (best *search.Group) {
	for i := range groups {
		g := &groups[i]
		if q.Wants(&g.Violation) && (best == nil || g.Run < best.Run) {
			best = g
		}
	}
	return best
}

// steered hunts with the steered search, which ends at the first violation if
// any will do.
func steered(ctx context.Context, o search.Options, q *Quarry) (uint64, error) {
	options := steer.Options{Offer: o.Offer, Ends: o.Ends, Seed: o.Seed, Runs: o.Runs, Jobs: o.Jobs}
	if q.Any() {
		options.Done = func(p *steer.Progress) bool { return p.Violations > 0 }
	}
	r, err := steer.Search(ctx, options)
	if err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return r.Runs, err
	}
	slices.SortFunc(r.Groups, func(a, b search.Group) int { return cmp.Compare(a.Run, b.Run) })
	for i := range r.Groups {
		if !q.Wants(&r.Groups[i].Violation) {
			continue
		}
		found, err := search.Find(o, r.Groups[i:i+1], nil)
		if err != nil {
			continue // it does not repeat, by what ran before it: see afresh
		}
		if over, err := q.Bring(found[0]); over || err != nil {
			return r.Runs, err
		}
	}
	return r.Runs, nil
}
