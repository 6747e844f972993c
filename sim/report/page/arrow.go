package page

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// flight is one way of a segment through the lane: of one of its copies, or of
// none if it is lost.
type flight struct {
	id       uint32
	from     endpoint.End
	leave    int // y
	arrive   int // y; 0 if it does not arrive
	class    string
	injected bool
	corrupt  bool
	deaf     bool // the host was down
	lost     bool // it was dropped, rather than still under way
}

// flights lists the ways of all segments, in order of departure.
func (l *ladder) flights() []flight {
	arrivals := make([][]int, len(l.t.Segments)+1) // by id: indexes of events
	for i := range l.t.Events {
		c := &l.t.Events[i].Cause
		if c.Kind != sim.Arrival && c.Kind != sim.Fault || l.t.Segment(c.Segment) == nil {
			continue
		}
		arrivals[c.Segment] = append(arrivals[c.Segment], i)
	}
	var all []flight
	for i := range l.t.Segments {
		s := &l.t.Segments[i]
		f := flight{id: s.ID, from: s.End, leave: l.depart[s.ID], injected: s.Injected}
		for _, at := range arrivals[s.ID] {
			c := &l.t.Events[at].Cause
			f.arrive, f.corrupt, f.deaf = l.event[at], c.Corrupt, c.Deaf
			if f.injected {
				f.leave = f.arrive
			}
			f.class = class(l.t, s, c)
			all = append(all, f)
		}
		if n := int(s.NCopies); n == 0 || len(arrivals[s.ID]) < n {
			f.arrive, f.corrupt, f.deaf, f.lost = 0, false, false, n == 0
			f.class = "flight"
			if f.lost {
				f.class = "lost"
			}
			all = append(all, f)
		}
	}
	return all
}

// class says how the way of a copy is drawn.
func class(t *sim.Trace, s *sim.SegmentRecord, c *sim.Cause) string {
	switch {
	case c.Deaf:
		return "lost"
	case c.Corrupt:
		return "corrupt"
	case s.Injected:
		return "injected"
	case c.Copy > 0:
		return "copy"
	case delayed(t, s):
		return "delayed"
	}
	return "way"
}

// delayed reports whether the script had a segment arrive later.
func delayed(t *sim.Trace, s *sim.SegmentRecord) bool {
	for _, n := range t.ByOf(s) {
		if n == 0 || int(n) > len(t.Scenario.Fault) {
			continue
		}
		switch t.Scenario.Fault[n-1].Op {
		case faults.Delay, faults.Reorder, faults.Hold:
			return true
		}
	}
	return false
}

// mayShow reports whether a flight touches the rectangle from y0 to y1.
func (f *flight) mayShow(y0, y1 int) bool {
	return f.leave-12 < y1 && max(f.leave+24, f.arrive+12) > y0
}

// draw draws the way of a copy.
func (f *flight) draw(g *svg) {
	x0, x1 := lifeA+3, lifeB-3
	way := 1
	if f.from == endpoint.B {
		x0, x1, way = x1, x0, -1
	}
	g.raw(`<path class="` + f.class + `" data-s="`)
	g.int(int(f.id))
	g.raw(`" d="`)
	switch {
	case f.injected:
		x0 = x1 - way*lane/3
		g.at('M', (x0-4)*10, f.leave*10)
		g.raw("a4 4 0 1 0 8 0a4 4 0 1 0-8 0")
		g.arrow(x0+way*5, f.leave, x1, f.arrive)
	case f.lost:
		x1 = x0 + way*lane*11/20
		g.line(x0, f.leave, x1, f.leave+10)
		g.cross(x1, f.leave+10)
	case f.arrive == 0: // the trace ends before it arrives
		g.line(x0, f.leave, x0+way*lane*2/5, f.leave+7)
	case f.deaf:
		g.line(x0, f.leave, x1-way*8, f.arrive)
		g.cross(x1-way*8, f.arrive)
	case f.corrupt:
		f.zigzag(g, x0, x1)
	default:
		g.arrow(x0, f.leave, x1, f.arrive)
	}
	g.raw("\"/>\n")
}

// zigzag is the way of a copy that arrives with flipped bits.
func (f *flight) zigzag(g *svg, x0, x1 int) {
	dx, dy := x1-x0, f.arrive-f.leave
	at := func(tenths, off int) {
		g.at('L', (x0+dx*tenths/100)*10, (f.leave+dy*tenths/100+off)*10)
	}
	g.at('M', x0*10, f.leave*10)
	at(80, 0)
	at(82, -7)
	at(84, 7)
	at(86, -7)
	at(88, 0)
	g.at('L', x1*10, f.arrive*10)
	g.head(dx, dy, x1, f.arrive)
}
