package page

import (
	_ "embed"
	"io"
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
)

// pictureCSS is how pictures look, in the page and alone.
//
//go:embed assets/picture.css
var pictureCSS string

// SVGFile is what the file is called in the folder of a counterexample.
const SVGFile = "trace.svg"

// WriteSVG writes the run as a ladder diagram for slides and documents: one
// picture with its style in it, in light colours. The slope of an arrow is the
// time that the segment took; idle time is compressed. Delayed segments are
// dashed, further copies dotted, lost ones end in mid-air with a cross, injected
// ones begin there, corrupted ones have a kink. Of more than 500 lines, the first,
// the last and those around the violation are drawn.
func WriteSVG(w io.Writer, t *sim.Trace) error {
	l := newLadder(t)
	parts := l.parts(pictureLines)
	height := l.partsHeight(parts)
	var g svg
	columns := columnsIn(ladderEnd - l.left - 24)
	title := wrapped(l.s.Headline, columns)
	sub := wrapped(l.s.Summary, columns)
	top := lineHeight*(len(title)+len(sub)) + 16
	g.begin("alone", l.left, -top, ladderEnd-l.left, height+top, l.s.Headline)
	g.raw("<style>" + pictureCSS + "</style>\n")
	g.rect(l.left, -top, ladderEnd-l.left, height+top, "paper")
	g.raw("\n")
	y := -top + 20
	for i, line := range append(title, sub...) {
		class := "title"
		if i >= len(title) {
			class = "sub"
		}
		g.text(l.left+12, y, atStart, class, line)
		g.raw("\n")
		y += lineHeight
	}
	l.drawParts(&g, parts)
	g.end()
	_, err := w.Write(g.b)
	return err
}

// cutHeight is the room for the words that stand for lines that are left out.
const cutHeight = 40

// drawParts draws the parts below each other. Each is a picture in the picture,
// so that an arrow that crosses what is left out ends at its border.
func (l *ladder) drawParts(g *svg, parts []part) {
	flights := l.flights()
	if len(parts) == 1 {
		l.draw(g, flights, parts[0].from, parts[0].to)
		return
	}
	y := 0
	for i, p := range parts {
		if s := cut(parts, i); s != "" {
			g.text(lifeA+inset, y+cutHeight/2, atStart, "sub", s)
			y += cutHeight
		}
		y0, y1 := l.extent(p.from, p.to)
		g.rawf("\n<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" viewBox=\"%d 0 %d %d\">\n",
			l.left, y-g.up, ladderEnd-l.left, y1-y0, l.left, ladderEnd-l.left, y1-y0)
		outer := g.up
		g.up = y0
		l.draw(g, flights, p.from, p.to)
		g.up = outer
		g.end()
		y += y1 - y0
	}
}

// partsHeight is the height of what drawParts draws.
func (l *ladder) partsHeight(parts []part) (height int) {
	for i, p := range parts {
		if cut(parts, i) != "" {
			height += cutHeight
		}
		y0, y1 := l.extent(p.from, p.to)
		height += y1 - y0
	}
	return height
}

// draw draws some lines of the ladder: the columns, the arrows that cross them,
// and what is to be read, on top.
func (l *ladder) draw(g *svg, flights []flight, from, to int) {
	y0, y1 := l.extent(from, to)
	if from == 0 {
		l.drawHeads(g)
	}
	breach := l.s.Breach != "" && l.breach[1] > y0 && l.breach[0] < y1
	if breach {
		l.drawBand(g, y0)
	}
	for e := endpoint.A; e <= endpoint.B; e++ {
		l.drawStates(g, e, y0, y1)
	}
	for i := range flights {
		if flights[i].mayShow(y0, y1) {
			flights[i].draw(g)
		}
	}
	for _, t := range l.late {
		if t.y >= y0 && t.y < y1 {
			g.text(timeEnd, t.y, atEnd, "late", t.text)
			g.raw("\n")
		}
	}
	for i := from; i < to; i++ {
		l.drawLine(g, i)
	}
	if breach {
		l.drawBreach(g)
	}
}

// extent is the y from which to which some lines reach.
func (l *ladder) extent(from, to int) (y0, y1 int) {
	if from > 0 {
		y0 = l.rows[from].top
	}
	y1 = l.height
	if to < len(l.rows) {
		y1 = l.rows[to].top
	}
	return y0, y1
}

func (l *ladder) drawHeads(g *svg) {
	for e, x := range [2]int{stateA, stateB + stateWidth} { // both end, or begin, over the lane
		name := l.t.Scenario.Ends[e].Endpoint
		if name == "" {
			name = scenario.DefaultEndpoint
		}
		name = endpoint.End(e).String() + " " + ascii(name)
		name = name[:min(len(name), columnsIn(stateWidth+lane/2))]
		g.text(x, 18, [2]anchor{atStart, atEnd}[e], "head", name)
		g.raw("\n")
	}
}

// nameEvery is how often a state that lasts is named again, in pixels.
const nameEvery = 420

// drawStates draws the column of an end's states, and its lifeline.
func (l *ladder) drawStates(g *svg, e endpoint.End, y0, y1 int) {
	x, life := stateA, lifeA
	if e == endpoint.B {
		x, life = stateB, lifeB
	}
	for _, s := range l.spans[e] {
		if s.from >= y1 || s.to <= y0 {
			continue
		}
		g.rect(x, s.from+1, stateWidth, max(1, s.to-s.from-2), "state s"+strconv.Itoa(int(s.state)))
		for y := s.from + 12; y == s.from+12 || y < s.to-4; y += nameEvery {
			hidden := y > s.from+12 && y > l.breach[0] && y < l.breach[1]+textSize
			if y-12 >= y0 && y < y1+8 && !hidden {
				g.text(x+stateWidth/2, y, atMiddle, "name", s.state.String())
			}
		}
		g.raw("\n")
	}
	g.raw("<path class=\"life\" d=\"")
	g.line(life, max(y0, headHeight-18), life, min(y1, l.height-6))
	g.raw("\"/>\n")
}

// drawLine writes what a line says.
func (l *ladder) drawLine(g *svg, i int) {
	n, r := &l.s.Lines[i], &l.rows[i]
	g.rawf(`<g class="ln%s" id="l%d" role="option">`, l.kindClass(n), n.N)
	g.rect(l.left, r.top, ladderEnd-l.left, r.end-r.top, "hit")
	g.text(timeEnd, r.base, atEnd, "time", strconv.Itoa(n.N)+". "+report.Clock(n.At))
	x, a := lifeA+inset, atStart
	if l.atB(n) {
		x, a = lifeB-inset, atEnd
	}
	if n.Segment == 0 {
		life := lifeA
		if n.End == endpoint.B {
			life = lifeB
		}
		g.dot(life, r.point, "dot")
	}
	for k, s := range r.text {
		class := "say"
		if k > 0 {
			class = "note"
		}
		if k == 0 && n.Segment != 0 {
			g.label(x, r.base, a, s, n.Segment)
			continue
		}
		g.text(x, r.base+k*lineHeight, a, class, s)
	}
	g.raw("</g>\n")
}

// atB reports whether a line is written at the right side of the lane: where
// its step is.
func (l *ladder) atB(n *report.Line) bool { return n.End == endpoint.B }

// label writes what a segment says, and its number.
func (g *svg) label(x, y int, a anchor, s string, id uint32) {
	g.rawf(`<text x="%d" y="%d"%s class="say">`, x, y-g.up, anchorNames[a])
	g.escaped(ascii(s))
	g.rawf(` <tspan class="id">#%d</tspan></text>`, id)
}

// kindClass tells calls and timers, and faults, from segments.
func (l *ladder) kindClass(n *report.Line) string {
	switch {
	case n.Segment != 0:
		return ""
	case l.t.Events[n.Event].Cause.Kind == sim.Fault:
		return " own struck"
	}
	return " own"
}

// drawBand draws the band of the violation, and drawBreach what is in it. In a
// page the band may reach over two pictures: the first has its id.
func (l *ladder) drawBand(g *svg, y0 int) {
	from, to := l.breach[0], l.breach[1]
	if from >= y0 {
		g.raw("<g id=\"violation\">")
	} else {
		g.raw("<g>")
	}
	g.rect(l.left+1, from, ladderEnd-l.left-2, to-from, "band")
	g.raw("</g>\n")
}

func (l *ladder) drawBreach(g *svg) {
	y := l.breach[1] - 7 - lineHeight*(len(l.texts)-1)
	g.rect(l.left+1, y-14, ladderEnd-l.left-2, l.breach[1]-y+14, "stripe")
	g.text(l.left+12, y, atStart, "bad", "!!")
	for i, s := range l.texts {
		g.text(l.left+36, y+i*lineHeight, atStart, "bad", s)
	}
	g.raw("\n")
}
