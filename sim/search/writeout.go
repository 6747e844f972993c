package search

import (
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// WriteOut turns a random run into an explicit one: what happened to each
// segment becomes lines of a fault script over a link that only delays, by the
// smallest delay that the models could draw. Faults that strike at a moment
// stay as they are; a cut becomes the drops that it made. Until heal the result
// meets the same fates, and after it too, unless the link sent datagrams ahead
// (Reorder): then the smallest delay is one that the healed link does not have.
// It can be shrunk, printed and replayed.
func WriteOut(t *sim.Trace) scenario.Scenario {
	s := t.Scenario
	var script faults.Script
	for e := range s.Link {
		s.Link[e] = link.Config{Delay: link.Delay{Min: smallest(t, endpoint.End(e))}}
	}
	held := stillAside(t)
	for i := range t.Segments {
		r := &t.Segments[i]
		if r.Injected || r.At >= s.Heal {
			continue
		}
		copies := slices.Clone(t.CopiesOf(r))
		for c := range copies {
			if held[copyOf{r.ID, uint8(c)}] {
				copies[c].At = until(t, r, &copies[c])
			}
		}
		script = appendFate(script, r, copies, s.Link[r.End].Delay.Min)
	}
	for _, f := range t.Scenario.Fault {
		if f.Struck() && f.Op != faults.Cut {
			script = append(script, f)
		}
	}
	s.Fault = script
	return s
}

// smallest is the least time that a datagram of an end could travel, or did:
// netem's reordering sends some ahead of every delay.
func smallest(t *sim.Trace, e endpoint.End) time.Duration {
	least := t.Scenario.Link[e].Smallest()
	for i := range t.Segments {
		r := &t.Segments[i]
		if r.End != e || r.Injected || r.At >= t.Scenario.Heal {
			continue
		}
		for _, c := range t.CopiesOf(r) {
			least = min(least, c.At-r.At)
		}
	}
	return least
}

// copyOf names a copy of a segment.
type copyOf struct {
	segment uint32
	copy    uint8
}

// stillAside is the copies that a fault had set aside and that had not arrived
// when the trace was cut, at a violation or by a budget.
func stillAside(t *sim.Trace) map[copyOf]bool {
	held := map[copyOf]bool{}
	for i := range t.Segments {
		r := &t.Segments[i]
		for c, copy := range t.CopiesOf(r) {
			if copy.Aside != 0 {
				held[copyOf{r.ID, uint8(c)}] = true
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	for i := range t.Events {
		if c := &t.Events[i].Cause; c.Kind == sim.Arrival {
			delete(held, copyOf{c.Segment, c.Copy})
		}
	}
	return held
}

// until is when a copy that is still set aside would arrive at the latest.
func until(t *sim.Trace, r *sim.SegmentRecord, c *link.Copy) time.Duration {
	at := t.Scenario.Heal
	if or := t.Scenario.Fault[c.Aside-1].By; or > 0 {
		at = min(at, r.At+or)
	}
	return max(at, c.At)
}

// appendFate writes the fate of one segment, its copies, as lines that make it
// so.
func appendFate(script faults.Script, r *sim.SegmentRecord, copies []link.Copy, base time.Duration) faults.Script {
	line := faults.Fault{End: r.End, Kind: r.Kind, First: r.Nth, Last: r.Nth}
	if len(copies) == 0 {
		line.Op = faults.Drop
		return append(script, line)
	}
	slices.SortStableFunc(copies, func(a, b link.Copy) int { return int(min(max(a.At-b.At, -1), 1)) })
	first := &copies[0]
	if excess := first.At - r.At - base; excess > 0 {
		delay := line
		delay.Op, delay.By = faults.Delay, excess
		script = append(script, delay)
	}
	for _, bit := range first.Flips[:first.NFlips] {
		corrupt := line
		corrupt.Op, corrupt.Bit, corrupt.Undetected = faults.Corrupt, bit, first.Undetected
		script = append(script, corrupt)
	}
	for i := range copies[1:] {
		duplicate := line
		duplicate.Op, duplicate.By = faults.Duplicate, copies[i+1].At-first.At
		script = append(script, duplicate)
	}
	return script
}
