package explore

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/search"
)

// ModelResult is what was explored of one model.
type ModelResult struct {
	Model Model
	Class joint.Class // what may happen in it, with so many faults

	Runs        uint64 // placements of faults, each of which is a run; math.MaxUint64-2 if more
	States      uint64 // in front of a choice, different from each other
	Transitions uint64 // choices: each was made once
	Ends        uint64 // of these, those that end a run
	Recognised  uint64 // of the others, those that led to a state that was known
	Broken      uint64 // runs that did not end well; see Witnesses
	Digest      string // of the states, and of where each choice leads; hexadecimal

	Pairs     []string  // of states that the two ends were in at the same time: "SYN-SENT/LISTEN"
	Missing   []string  // of the class, in either order, that they were never in
	Witnesses []Witness // of what was broken, sorted by rule, end and state
	pairs     pairs
}

// Witness is the first run, of those with the fewest faults, that ended in a
// way that is not good. Runs are numbered from 0, in the order in which they
// are placed: at each choice first no fault, then each kind.
type Witness struct {
	Ending   string            // "violated", "budget", "panic", "endless", "illegal pair"
	Group    search.Group      // what a Runner says of it, its number, and how many runs ended so
	Scenario scenario.Scenario // the run, written out
}

// result works out what a complete search has seen.
func (s *exploration) result() (*ModelResult, error) {
	g := newGraph(s)
	if err := g.complete(); err != nil {
		return nil, err
	}
	t := g.totals()
	all := g.count(func(*leaf) bool { return true })
	r := &ModelResult{
		Model: *s.model, Class: s.class,
		Runs: all.from(g.first, g.left), States: g.states(), Transitions: t.transitions, Ends: t.ends, Recognised: t.recognised,
		Digest: fmt.Sprintf("%016x%016x", t.digest[0], t.digest[1]), pairs: s.seen,
	}
	for _, p := range s.seen.list() {
		r.Pairs = append(r.Pairs, p.String())
	}
	for _, p := range missing(&s.seen, s.class) {
		r.Missing = append(r.Missing, p.String())
	}
	bad := slices.DeleteFunc(slices.Clone(s.table.leaves.list), func(l leaf) bool { return l.ending == legal })
	if all.loops {
		bad = append(bad, endlessLeaf)
	}
	slices.SortFunc(bad, compareLeaves)
	bad = slices.CompactFunc(bad, func(a, b leaf) bool { return a.group() == b.group() })
	runner := search.NewRunner(s.options.Offer)
	for _, l := range bad {
		w, err := s.witness(g, all, runner, l)
		if err != nil {
			return nil, err
		}
		r.Witnesses = append(r.Witnesses, *w)
		r.Broken = add(r.Broken, w.Group.Count)
	}
	return r, nil
}

// missing lists the pairs of a class, each in one order, that were not seen in
// either.
func missing(seen *pairs, c joint.Class) (list []pair) {
	for _, p := range everyPair() {
		if p.a <= p.b && joint.Legal(c, p.a, p.b) && !seen.has(p) && !seen.has(p.mirror()) {
			list = append(list, p)
		}
	}
	return list
}

// group is what leaves have in common that are reported as one.
func (l leaf) group() leaf {
	if l.ending != illegal {
		l.final = pair{}
	}
	return l
}

func compareLeaves(a, b leaf) int {
	return cmp.Or(
		cmp.Compare(a.ending, b.ending), cmp.Compare(a.rule, b.rule), cmp.Compare(a.name, b.name),
		cmp.Compare(a.end, b.end), cmp.Compare(a.state, b.state),
		cmp.Compare(a.group().final.a, b.group().final.a), cmp.Compare(a.group().final.b, b.group().final.b),
	)
}

// witness finds the first run that ends in a way, counts the others, and runs
// it again from its beginning, as a scenario.
func (s *exploration) witness(g *graph, all *count, runner *search.Runner, l leaf) (*Witness, error) {
	same := func(o *leaf) bool { return o.group() == l.group() }
	ones := g.count(same)
	w := &Witness{Ending: l.ending.String()}
	w.Group.Count = ones.from(g.first, g.left)
	path, number := g.nearest(all, same)
	w.Group.Run = number
	script, err := s.scriptOf(path)
	if err != nil {
		return nil, err
	}
	w.Scenario = s.scenario.Clone()
	w.Scenario.Fault = script
	v, err := runner.Run(&w.Scenario)
	if err != nil {
		return nil, err
	}
	w.Group.Violation = v
	if l.ending == illegal && !v.Found() {
		w.Group.Violation = illegalPair(l.final, s.class)
	} else if got := violation(l.final, &v); !v.Found() || l.ending == violated && got.group() != l.group() {
		return nil, fmt.Errorf("explore: a run that was copied on its way ended in %v (%s), and from its beginning in %q:\n%s",
			l.ending, l.rule, v.Text, w.Scenario.String())
	}
	return w, nil
}

// illegalPair is a violation that no judge of single steps finds: I-58 of the
// list of invariants.
func illegalPair(p pair, c joint.Class) sim.Violation {
	return sim.Violation{
		Rule:  sim.Rule{ID: "I-58", Name: "joint-states", Section: "RFC 9293 section 3.3.2"},
		State: p.a, Text: "A is in " + p.a.String() + " while B is in " + p.b.String(),
		Got: p.String(), Want: "a pair of the class " + c.String(),
	}
}

// nearest is a path to a leaf: with the fewest faults, and of those the first.
// number is how many runs come before it.
func (g *graph) nearest(all *count, is func(*leaf) bool) (path []uint32, number uint64) {
	d := &distance{graph: g, is: is, memo: make([]uint8, g.states())}
	left := g.left
	on := map[target]bool{} // the path so far
	for t := g.first; !t.leaf(); {
		if on[t] { // it has come back: this is the end of an endless run
			break
		}
		on[t] = true
		combos := g.combos(g.node(t.id()))
		best, choice := math.MaxInt, 0
		for i, to := range g.edges(t.id()) {
			if combos[i].cost > left {
				break
			}
			if far := combos[i].cost + d.from(to); far < best {
				best, choice = far, i
			}
		}
		for i, to := range g.edges(t.id())[:choice] {
			number = add(number, all.from(to, left-combos[i].cost))
		}
		path = append(path, uint32(choice))
		left -= combos[choice].cost
		t = g.edges(t.id())[choice]
	}
	return path, number
}

// distance says how many faults lead from a state to a leaf.
type distance struct {
	*graph
	is   func(*leaf) bool
	memo []uint8 // by row: faults plus two; 0 not known, 1 being asked
}

// never is a distance that no faults come up to.
const never = MaxFaults + 1

func (d *distance) from(t target) int {
	switch {
	case t.leaf() && d.is(d.leaf(t)):
		return 0
	case t.leaf():
		return never
	}
	row := d.row(t.id())
	switch had := d.memo[row]; had {
	case 0:
	case 1:
		if d.is(&endlessLeaf) {
			return 0
		}
		return never
	default:
		return int(had) - 2
	}
	d.memo[row] = 1
	best := never
	combos := d.combos(d.node(t.id()))
	for i, to := range d.edges(t.id()) {
		best = min(best, combos[i].cost+d.from(to))
	}
	d.memo[row] = uint8(best + 2)
	return best
}

// scriptOf makes the choices of a path again, and writes down the lines that
// they are.
func (s *exploration) scriptOf(path []uint32) (faults.Script, error) {
	w, err := newWalker(s)
	if err != nil {
		return nil, err
	}
	l := w.levels[0]
	var script faults.Script
	for len(path) > 0 {
		l.before.world.CopyFrom(l.world)
		sent := l.sent
		if more, _ := w.step(l); !more {
			if l.world.Outcome().Budget() { // budgets are no part of a state: other runs got farther
				return script, nil
			}
			return nil, fmt.Errorf("explore: a path has %d choices more than its run: a bug of the search", len(path))
		}
		if len(l.emits) == 0 {
			continue
		}
		combo := &w.choices[w.faultable(l, sent)].combos[path[0]]
		path = path[1:]
		if combo.cost == 0 {
			continue
		}
		script = combo.lines(script, w.options.Kinds, l.emits)
		l.world.CopyFrom(l.before.world)
		if err := l.world.SetScript(script); err != nil {
			return nil, err
		}
		l.sent = sent
		w.step(l)
	}
	return script, nil
}
