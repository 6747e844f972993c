package page

import (
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// path is the way of both ends through the states: which lines took an edge.
type path struct {
	t     *sim.Trace
	lines [2][endpoint.NumStates][endpoint.NumStates][]int
}

// newPath follows a run.
func newPath(t *sim.Trace, s *report.Story) *path {
	p := &path{t: t}
	lineOf := make([]int, len(t.Events)) // the first line that shows an event
	for i := range s.Lines {
		n := &s.Lines[i]
		for _, e := range [2]int{n.Event, n.Arrival} {
			if e >= 0 && lineOf[e] == 0 {
				lineOf[e] = n.N
			}
		}
	}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Before == e.After {
			continue
		}
		list := &p.lines[e.End][e.Before][e.After]
		*list = append(*list, lineOf[i])
	}
	return p
}

// ends are the classes of the two ends.
var ends = [2]string{"enda", "endb"}

func (p *path) state(s endpoint.State) []mark {
	var all []mark
	for e := endpoint.A; e <= endpoint.B; e++ {
		if p.t.Final[e] == s {
			all = append(all, mark{ends[e], e.String() + " ends"})
		}
	}
	return all
}

// edge names the first line on which each end took an edge; a plus says that it
// did so again.
func (p *path) edge(from, to endpoint.State) []mark {
	var all []mark
	for e := endpoint.A; e <= endpoint.B; e++ {
		list := p.lines[e][from][to]
		if len(list) == 0 {
			continue
		}
		text := e.String() + ":" + strconv.Itoa(list[0])
		if len(list) > 1 {
			text += "+"
		}
		all = append(all, mark{ends[e], text})
	}
	return all
}

func (p *path) classes(from, to endpoint.State) []string {
	all := []string{"edge"}
	for e := range p.lines {
		if len(p.lines[e][from][to]) > 0 {
			all = append(all, "edge "+ends[e])
		}
	}
	return all
}

func (p *path) taken(from, to endpoint.State) bool {
	return len(p.lines[endpoint.A][from][to])+len(p.lines[endpoint.B][from][to]) > 0
}
