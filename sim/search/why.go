package search

import (
	"fmt"
	"math/bits"
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

const (
	// mostSets is up to how many faults all sets of them are tried.
	mostSets = 10
	// mostInstants is up to how many instants a healing is tried after each of
	// them; of more, those that halving comes to.
	mostInstants = 256
)

// Explain finds out by trying what a run that breaks a rule needs: the smallest
// set of its faults that is enough, and the first event after which healing the
// network does not avert it. The scenario and the violation are those of t. It
// is deterministic, and runs the scenario some hundreds of times.
func Explain(r *Runner, t *sim.Trace) (sim.Why, error) {
	x := explainer{r: r, v: t.Violation, s: t.Scenario.Clone()}
	if ok, _, err := x.fails(x.s); err != nil || !ok {
		return sim.Why{}, errOr(err, "search: the scenario does not break %s again: there is nothing to explain", t.Violation.Rule.ID)
	}
	why, err := x.necessary()
	if err != nil {
		return sim.Why{}, err
	}
	why.PointOfNoReturn, why.Averted, err = x.noReturn(t)
	return why, err
}

func errOr(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

type explainer struct {
	r *Runner
	v sim.Violation
	s scenario.Scenario
}

// fails reports whether a scenario breaks the rule in the same way, and what it
// comes to instead.
func (x *explainer) fails(s scenario.Scenario) (same bool, instead string, err error) {
	v, err := x.r.Run(&s)
	switch {
	case err != nil:
		return false, "", err
	case !v.Found():
		return false, "legal", nil
	}
	return Same(&v, &x.v), v.Rule.ID + " " + v.Rule.Name, nil
}

// necessary finds the set, and what the run comes to without each of it.
func (x *explainer) necessary() (why sim.Why, err error) {
	kept, smallest, err := x.fewest()
	if err != nil {
		return why, err
	}
	why.Smallest = smallest
	for i, n := range kept {
		rest := slices.Delete(slices.Clone(kept), i, i+1)
		_, instead, err := x.fails(x.only(rest))
		if err != nil {
			return why, err
		}
		why.Necessary = append(why.Necessary, sim.Necessity{Fault: n, Without: instead})
	}
	return why, nil
}

// only is the scenario with no faults but these, by number from 1.
func (x *explainer) only(numbers []uint16) scenario.Scenario {
	s := x.s
	s.Fault = make(faults.Script, 0, len(numbers))
	for _, n := range numbers {
		s.Fault = append(s.Fault, x.s.Fault[n-1])
	}
	return s
}

// fewest is the smallest set of faults that is enough, if all sets can be tried;
// else one of which none can be left out.
func (x *explainer) fewest() (kept []uint16, smallest bool, err error) {
	n := len(x.s.Fault)
	if n > mostSets {
		kept, err = x.fewer()
		return kept, false, err
	}
	for size := range n + 1 {
		for set := range uint(1) << n { // the lines that stand first come first
			if bits.OnesCount(set) != size {
				continue
			}
			kept = kept[:0]
			for i := range n {
				if set>>i&1 != 0 {
					kept = append(kept, uint16(i+1))
				}
			}
			if same, _, err := x.fails(x.only(kept)); err != nil || same {
				return kept, true, err
			}
		}
	}
	return kept, true, fmt.Errorf("search: %s is not broken again by its own faults", x.v.Rule.ID)
}

// fewer leaves out one fault after another, until none can be left out.
func (x *explainer) fewer() ([]uint16, error) {
	var kept []uint16
	for i := range x.s.Fault {
		kept = append(kept, uint16(i+1))
	}
	for again := true; again; {
		again = false
		for i := 0; i < len(kept); {
			rest := slices.Delete(slices.Clone(kept), i, i+1)
			same, _, err := x.fails(x.only(rest))
			if err != nil {
				return nil, err
			}
			if !same {
				i++
				continue
			}
			kept, again = rest, true
		}
	}
	return kept, nil
}

// noReturn is the first event after which healing comes too late, and whether
// healing helps before it. Healing can come only between two instants.
func (x *explainer) noReturn(t *sim.Trace) (event uint32, averted bool, err error) {
	ends := instants(t)
	first, err := firstLate(len(ends), func(healthy int) (bool, error) {
		same, _, err := x.fails(x.healed(t, ends, healthy))
		return same, err
	})
	if err != nil || len(ends) == 0 {
		return 0, false, err
	}
	if first == 0 {
		return t.Events[0].N, false, nil
	}
	from := 0
	if first > 1 {
		from = ends[first-2]
	}
	return culprit(t, from, ends[first-1]), true, nil
}

// healed is the scenario with a network that is healed after so many instants.
func (x *explainer) healed(t *sim.Trace, ends []int, n int) scenario.Scenario {
	s := x.s
	if n == 0 { // no heal time comes before what leaves at once
		s.Fault = nil
		for e := range s.Link {
			s.Link[e] = link.Config{Delay: link.Delay{Min: s.Link[e].Smallest()}}
		}
		return s
	}
	last := t.Events[ends[n-1]-1].At + time.Nanosecond
	if s.Heal == 0 {
		s.Heal = scenario.DefaultHeal
	}
	s.Heal = min(s.Heal, last)
	return s
}

// culprit is, of the events of an instant, the first in which a fault struck, or
// edited what was emitted; if none did, the last.
func culprit(t *sim.Trace, from, to int) uint32 {
	for i := from; i < to; i++ {
		e := &t.Events[i]
		struck := e.Cause.Kind == sim.Fault
		for k := range t.EmitsOf(e) {
			struck = struck || len(t.ByOf(&t.EmitsOf(e)[k])) > 0
		}
		if struck {
			return e.N
		}
	}
	return t.Events[to-1].N
}

// instants lists where the events of each instant end.
func instants(t *sim.Trace) []int {
	var ends []int
	for i := range t.Events {
		if i+1 == len(t.Events) || t.Events[i].At != t.Events[i+1].At {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// firstLate is the lowest i from 0 to n from which on late holds. Of few, all
// are tried: being late need not be for ever. n is late, or there is no failure.
func firstLate(n int, late func(i int) (bool, error)) (int, error) {
	if n > mostInstants {
		low, high := 0, n
		for low < high {
			middle := int(uint(low+high) / 2)
			is, err := late(middle)
			if err != nil {
				return 0, err
			}
			if is {
				high = middle
			} else {
				low = middle + 1
			}
		}
		return low, nil
	}
	for i := n; i > 0; i-- {
		if is, err := late(i - 1); err != nil || !is {
			return i, err
		}
	}
	return 0, nil
}
