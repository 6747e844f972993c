package page

import (
	"slices"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// The size of a time-sequence graph, in pixels, and of what surrounds it.
const (
	graphWidth, graphHeight = 900, 300
	graphLeft, graphTop     = 90, 44
	graphEnd                = graphLeft + graphWidth + 30
	graphDepth              = graphTop + graphHeight + 40
)

// graph is the data of one direction over time: what its sender has sent, and
// what it knows of the receiver. Everything is as the sender sees it.
type graph struct {
	t     *sim.Trace
	from  endpoint.End
	times []time.Duration // distinct, of all that is drawn
	xs    []int           // where each of them stands, in pixels
	most  time.Duration   // a longer pause is cut to this
	top   int64           // the highest sequence number, relative
	data  []stroke
	acks  []corner
	edges []corner // of the window
}

// stroke is a segment with text: when it left, what it holds.
type stroke struct {
	at       time.Duration
	from, to int64
	again    bool
	lost     bool
}

// corner is a step of a line: from at on it has the height y.
type corner struct {
	at time.Duration
	y  int64
}

// newGraph collects the graph of a direction, nil if it has no data.
func newGraph(t *sim.Trace, from endpoint.End) *graph {
	g := &graph{t: t, from: from}
	for i := range t.Segments {
		if s := &t.Segments[i]; s.End == from && !s.Injected && s.Len > 0 && s.ISS != 0 {
			n := int64(uint32(s.Seq - s.ISS))
			g.data = append(g.data, stroke{s.At, n, n + int64(s.Len), s.Of != 0, s.NCopies == 0})
		}
	}
	if len(g.data) == 0 {
		return nil
	}
	g.collect()
	g.scale()
	return g
}

// collect follows what the sender knows: SND.UNA and SND.UNA + SND.WND.
func (g *graph) collect() {
	iss := endpoint.Seq(0)
	for i := range g.t.Events {
		e := &g.t.Events[i]
		if e.End != g.from || !e.After.Synchronized() || e.TCB.ISS == 0 {
			continue
		}
		if e.TCB.ISS != iss { // another incarnation counts anew
			iss = e.TCB.ISS
		}
		una := int64(uint32(e.TCB.UNA - iss))
		g.acks = step(g.acks, e.At, una)
		g.edges = step(g.edges, e.At, una+int64(e.TCB.SNDWND))
	}
	for _, s := range g.data {
		g.top = max(g.top, s.to)
		g.times = append(g.times, s.at)
	}
	// The window may reach far beyond what is ever sent: it is cut off there.
	g.top += g.top/10 + 1
	for _, c := range slices.Concat(g.acks, g.edges) {
		g.times = append(g.times, c.at)
	}
	slices.Sort(g.times)
	g.times = slices.Compact(g.times)
}

// step appends a corner if the line has another height from now on.
func step(list []corner, at time.Duration, y int64) []corner {
	n := len(list)
	switch {
	case n > 0 && list[n-1].y == y:
		return list
	case n > 0 && list[n-1].at == at:
		list[n-1].y = y
		return list
	}
	return append(list, corner{at, y})
}

// scale places the times: in proportion, but no pause takes more than an
// eighth of the width, if there are eight.
func (g *graph) scale() {
	most := time.Duration(0)
	for i := 1; i < len(g.times); i++ {
		most = max(most, g.times[i]-g.times[i-1])
	}
	total := g.capped(most)
	for range 200 {
		if most <= time.Microsecond || most*8 <= total {
			break
		}
		most -= most / 8
		total = g.capped(most)
	}
	if total == 0 {
		total = 1
	}
	g.most = most
	at := time.Duration(0)
	g.xs = make([]int, len(g.times))
	for i := range g.times {
		if i > 0 {
			at += min(most, g.times[i]-g.times[i-1])
		}
		g.xs[i] = graphLeft + int(int64(at)/1000*graphWidth/max(1, int64(total)/1000))
	}
}

// capped is how long everything takes if no pause takes longer than most.
func (g *graph) capped(most time.Duration) (total time.Duration) {
	for i := 1; i < len(g.times); i++ {
		total += min(most, g.times[i]-g.times[i-1])
	}
	return total
}

func (g *graph) x(at time.Duration) int {
	i, _ := slices.BinarySearch(g.times, at)
	return g.xs[min(i, len(g.xs)-1)]
}

func (g *graph) y(n int64) int {
	n = min(n, g.top)
	return graphTop + graphHeight - int(n*graphHeight/g.top)
}

// draw draws the graph as a picture.
func (g *graph) draw(p *svg) {
	to := g.from.Peer().String()
	p.begin("graph", 0, 0, graphEnd, graphDepth, "sequence numbers of the data from "+g.from.String()+" to "+to+" over time")
	p.text(graphLeft, 16, atStart, "head", "data "+g.from.String()+" -> "+to+", as "+g.from.String()+" sees it: Seq over time")
	p.raw("\n")
	g.drawKey(p)
	g.drawAxes(p)
	g.drawSteps(p, "window", g.edges)
	g.drawSteps(p, "acks", g.acks)
	g.drawData(p)
	p.end()
}

// drawKey explains the lines.
func (g *graph) drawKey(p *svg) {
	x := graphLeft
	for _, k := range [...][2]string{
		{"sent", "data"}, {"again", "sent again"}, {"gone", "lost"}, {"acks", "SND.UNA"}, {"window", "SND.UNA+SND.WND"},
	} {
		p.rawf(`<path class="%s" d="M%d 30h16"/>`, k[0], x)
		p.text(x+20, 34, atStart, "sub", k[1])
		x += 40 + textWidth(k[1])
	}
	p.raw("\n")
}

// drawAxes draws a frame, the numbers at the left and the times below. A time
// that there is no room for is left out; where time is cut short the frame is
// broken.
func (g *graph) drawAxes(p *svg) {
	bottom := graphTop + graphHeight
	p.rawf("<path class=\"frame\" d=\"M%d %dV%dH%d\"/>\n", graphLeft, graphTop, bottom, graphLeft+graphWidth)
	tick := niceStep(g.top)
	for n := int64(0); n <= g.top; n += tick {
		y := g.y(n)
		p.rawf(`<path class="grid" d="M%d %dH%d"/>`, graphLeft, y, graphLeft+graphWidth)
		p.text(graphLeft-8, y+4, atEnd, "sub", thousands(uint64(n)))
		p.raw("\n")
	}
	next := 0
	for i, at := range g.times {
		s := report.Clock(at)
		half := textWidth(s)/2 + 6
		if g.xs[i]-half < next || g.xs[i]+half > graphEnd {
			continue
		}
		p.rawf(`<path class="frame" d="M%d %dv5"/>`, g.xs[i], bottom)
		p.text(g.xs[i], bottom+19, atMiddle, "sub", s)
		p.raw("\n")
		next = g.xs[i] + half
	}
	for i := 1; i < len(g.times); i++ {
		if g.times[i]-g.times[i-1] > g.most {
			p.rawf("<path class=\"frame\" d=\"M%d %dl4-8m2 0l-4 8\"/>\n", (g.xs[i-1]+g.xs[i])/2-3, bottom+4)
		}
	}
}

// niceStep is a step of 1, 2 or 5 times a power of ten, at most 8 to the top.
func niceStep(top int64) int64 {
	for unit := int64(1); ; unit *= 10 {
		for _, f := range []int64{1, 2, 5} {
			if top/(unit*f) <= 8 {
				return unit * f
			}
		}
	}
}

// drawSteps draws a line of steps.
func (g *graph) drawSteps(p *svg, class string, list []corner) {
	if len(list) == 0 {
		return
	}
	p.rawf(`<path class="%s" d="M%d %d`, class, g.x(list[0].at), g.y(list[0].y))
	for _, c := range list[1:] {
		p.rawf("H%dV%d", g.x(c.at), g.y(c.y))
	}
	p.rawf("H%d\"/>\n", graphLeft+graphWidth)
}

// drawData draws the segments: one path for each kind, so that it stays small.
func (g *graph) drawData(p *svg) {
	for _, kind := range [...]struct {
		class       string
		again, lost bool
	}{{"sent", false, false}, {"again", true, false}, {"gone", false, true}, {"gone again", true, true}} {
		begun := false
		for _, s := range g.data {
			if s.again != kind.again || s.lost != kind.lost {
				continue
			}
			if !begun {
				p.raw(`<path class="` + kind.class + `" d="`)
				begun = true
			}
			x, y0, y1 := g.x(s.at), g.y(s.from), g.y(s.to)
			p.rawf("M%d %dV%dm-2 0h4M%d %dh4", x, y0, min(y1, y0-1), x-2, y0)
			if s.lost {
				p.cross(x, (y0+y1)/2)
			}
		}
		if begun {
			p.raw("\"/>\n")
		}
	}
}
