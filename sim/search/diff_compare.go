package search

import (
	"cmp"
	"slices"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// comparison compares two sights.
type comparison struct {
	sights [2]*sight
	parted string
	// until is the steps up to which what is not in the main list is compared:
	// where the main lists part.
	until  [2]moment
	whole  bool // the main lists agree to their ends
	prefix [2]bool
	found  []candidate
}

// candidate is a difference that no allowance covers.
type candidate struct {
	kind  DivergenceKind
	shown [2]showing
	state endpoint.State
	after string
	words [2]string
	why   string

	numbers [2]string
}

// showing is what one run showed.
type showing struct {
	moment
	nothing bool // that the other's is missing here; the moment is when it was due
}

func (c *candidate) at() time.Duration {
	if c.shown[0].nothing {
		return c.shown[1].at
	}
	return c.shown[0].at
}

// compare returns the first difference; false if there is none.
func (c *comparison) compare() (candidate, bool) {
	never := moment{step: ^uint32(0), at: endpoint.Never}
	c.until, c.parted, c.whole, c.prefix, c.found = [2]moment{never, never}, "", false, [2]bool{}, c.found[:0]
	c.mainLists()
	for side := range 2 {
		c.answers(side)
		c.resends(side)
		c.texts(side)
		c.flaws(side)
	}
	c.answersOfCalls()
	if len(c.found) == 0 {
		return candidate{}, false
	}
	return slices.MinFunc(c.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.at(), b.at()), cmp.Compare(a.kind, b.kind))
	}), true
}

func at(list []item, i int) *item {
	if i < len(list) {
		return &list[i]
	}
	return nil
}

// mainLists walks both main lists up to the first item that differs.
func (c *comparison) mainLists() {
	for i := 0; ; i++ {
		x, y := at(c.sights[0].main, i), at(c.sights[1].main, i)
		switch {
		case x == nil && y == nil:
			c.whole, c.prefix = true, [2]bool{true, true}
			return
		case x != nil && y != nil && x.agrees(y.fact):
			continue
		}
		c.prefix = [2]bool{x == nil, y == nil}
		for side, it := range []*item{x, y} {
			if it != nil {
				c.until[side] = it.moment
			}
		}
		c.differ(i, [2]*item{x, y})
		return
	}
}

// differ decides what it means that item i differs: a divergence, or runs that
// have parted.
func (c *comparison) differ(i int, its [2]*item) {
	for _, it := range its {
		if it != nil && it.what == stopped {
			c.add(DivergedEnd, its, [2]moment{c.sights[0].ended(), c.sights[1].ended()})
			return
		}
	}
	for k := range allowed {
		for _, it := range its {
			if p := allowed[k].parts; p != nil && it != nil && p(c, it) {
				c.parted = allowed[k].Name
				return
			}
		}
	}
	x, y := its[0], its[1]
	if x != nil && y != nil && x.cause == y.cause && x.before == y.before &&
		(x.prompt() && y.prompt() || x.cause.kind == sim.Call) {
		c.add(kindOf(its), its, [2]moment{})
		return
	}
	for side, it := range its {
		if it == nil {
			continue
		}
		if m, ok := c.ignored(i, side, it, its[1-side]); ok {
			one := [2]*item{}
			one[side] = it
			due := [2]moment{}
			due[1-side] = m
			c.add(kindOf(one), one, due)
			return
		}
	}
	c.parted = Inputs
}

// ignored reports whether the other run was in the same place and showed
// nothing: it heard the very segment of the item's cause, or, where no segment
// was the cause, it had heard as much and has come to rest.
func (c *comparison) ignored(i, side int, it, other *item) (moment, bool) {
	o := c.sights[1-side]
	if !it.prompt() {
		waits := it.cause.kind == sim.Call && o.refused // its application did not get so far
		if other != nil || o.outcome != sim.Quiet || !o.last.covers(it.knew) || waits {
			return moment{}, false
		}
		return o.ended(), true
	}
	from, to := uint32(0), ^uint32(0)
	if i > 0 {
		from = o.main[i-1].step
		if mine := &c.sights[side].main[i-1]; mine.step != it.step {
			from++
		}
	}
	if other != nil {
		to = other.step
	}
	for k := range o.heard {
		h := &o.heard[k]
		if h.step >= from && h.step < to && h.before == it.before && h.cause == it.cause && !h.gappy {
			return h.moment, true
		}
	}
	return moment{}, false
}

func (s *sight) ended() moment { return moment{at: s.end} }

func kindOf(its [2]*item) DivergenceKind {
	for _, it := range its {
		if it == nil {
			continue
		}
		switch it.what {
		case sent:
			return DivergedSegment
		case called, answered:
			return DivergedCall
		}
	}
	return DivergedState
}

// add notes that two runs differ in an item. due says when an item that one of
// them lacks could have been there.
func (c *comparison) add(kind DivergenceKind, its [2]*item, due [2]moment) {
	d := candidate{kind: kind}
	for side, it := range its {
		if it == nil {
			d.shown[side] = showing{moment: due[side], nothing: true}
			d.words[side] = "nothing"
			continue
		}
		d.shown[side] = showing{moment: it.moment}
		d.words[side] = it.fact.words()
		if other := its[1-side]; other != nil && other.fact.words() == d.words[side] {
			d.numbers[side] = it.fact.numbers(&other.fact)
		}
		d.state, d.after = it.before, it.cause.words()
		d.why = whyOf(it)
	}
	c.found = append(c.found, d)
}

// answersOfCalls compares what SEND and RECEIVE answered, as far as the runs go
// together.
func (c *comparison) answersOfCalls() {
	if c.sights[0].damaged || c.sights[1].damaged {
		return
	}
	for call := range c.sights[0].calls {
		for i := 0; ; i++ {
			its := [2]*item{at(c.sights[0].calls[call], i), at(c.sights[1].calls[call], i)}
			in := [2]bool{}
			for side, it := range its {
				in[side] = it != nil && it.step < c.until[side].step
			}
			if in[0] && in[1] && its[0].fact == its[1].fact {
				continue
			}
			c.callDiffers(its, in)
			break
		}
	}
}

func (c *comparison) callDiffers(its [2]*item, in [2]bool) {
	switch {
	case in[0] && in[1]:
		if its[0].before == its[1].before { // else it came before something, and there after it
			c.add(DivergedCall, its, [2]moment{})
		}
	case c.whole && (in[0] || in[1]):
		side := 0
		if in[1] {
			side = 1
		}
		its[1-side] = nil
		if its[side].err == endpoint.ErrNotExist { // which lines still wait when it is gone is chance
			return
		}
		if o := c.sights[1-side]; o.outcome == sim.Quiet && o.last.covers(its[side].knew) && !o.refused {
			due := [2]moment{}
			due[1-side] = o.ended()
			c.add(DivergedCall, its, due)
		}
	}
}
