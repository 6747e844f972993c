package page

import (
	"io"
	"math/bits"
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// marks is what a diagram says about a state or an edge, on top of its name.
type marks interface {
	state(s endpoint.State) []mark
	edge(from, to endpoint.State) []mark
	taken(from, to endpoint.State) bool
	// classes are those of an edge: one way is drawn for each.
	classes(from, to endpoint.State) []string
}

// mark is a word of a diagram.
type mark struct{ class, text string }

// WriteDiagram draws the state diagram of RFC 9293 figure 5 as SVG, with how
// often each state was entered and each edge taken. An edge that was not taken
// is red. Below it stand the edges outside of the diagram that were taken: an
// option of the RFC, or what no TCP may do.
func WriteDiagram(w io.Writer, title string, c *oracle.Coverage) error {
	m := counts{c}
	others := otherEdges(m)
	columns := columnsIn(diagramEnd - 40)
	head := wrapped(title, columns)
	top := lineHeight*len(head) + 16
	depth := diagramDepth + lineHeight*len(others)
	var g svg
	g.begin("alone", 0, -top, diagramEnd, depth+top, title)
	g.raw("<style>" + pictureCSS + "</style>\n")
	g.rect(0, -top, diagramEnd, depth+top, "paper")
	g.raw("\n")
	for i, s := range head {
		g.text(20, -top+20+lineHeight*i, atStart, "title", s)
		g.raw("\n")
	}
	drawDiagram(&g, m)
	drawOthers(&g, others)
	g.end()
	_, err := w.Write(g.b)
	return err
}

// drawDiagram draws states and edges.
func drawDiagram(g *svg, m marks) {
	for i := range edges5 {
		e := &edges5[i]
		for _, class := range m.classes(e.from, e.to) {
			if e.text {
				class += " texts"
			}
			e.draw(g, class)
		}
	}
	for _, n := range nodes5 {
		g.rawf(`<rect x="%d" y="%d" width="%d" height="%d" rx="6" class="node s%d"/>`,
			n.x-nodeHalf, n.y-nodeUp-g.up, 2*nodeHalf, 2*nodeUp, n.state)
		if all := m.state(n.state); len(all) > 0 && (n.state != endpoint.Closed || n.x == middle5) {
			g.text(n.x, n.y-2, atMiddle, "head", n.state.String())
			g.marks(n.x, n.y+14, atMiddle, all)
		} else {
			g.text(n.x, n.y+4, atMiddle, "head", n.state.String())
		}
		g.raw("\n")
	}
	for i := range edges5 {
		e := &edges5[i]
		g.text(e.x, e.y, e.anchor, "why", e.why)
		g.marks(e.x, e.marks, e.anchor, m.edge(e.from, e.to))
		g.raw("\n")
	}
}

func drawOthers(g *svg, others []string) {
	for i, s := range others {
		g.text(20, diagramDepth+lineHeight*i, atStart, "sub", s)
		g.raw("\n")
	}
}

// draw draws the way of an edge.
func (e *edge5) draw(g *svg, class string) {
	g.raw(`<path class="` + class + `" d="`)
	n := len(e.way)
	g.at('M', e.way[0]*10, e.way[1]*10)
	for i := 2; i < n; i += 2 {
		g.at('L', e.way[i]*10, e.way[i+1]*10)
	}
	g.raw(`"/><path class="` + class + ` tip" d="`)
	g.head(e.way[n-2]-e.way[n-4], e.way[n-1]-e.way[n-3], e.way[n-2], e.way[n-1])
	g.raw("\"/>\n")
}

// marks writes marks on one line.
func (g *svg) marks(x, y int, a anchor, all []mark) {
	if len(all) == 0 {
		return
	}
	g.rawf(`<text x="%d" y="%d"%s>`, x, y-g.up, anchorNames[a])
	for i, m := range all {
		if i > 0 {
			g.raw(" ")
		}
		g.raw(`<tspan class="` + m.class + `">`)
		g.escaped(ascii(m.text))
		g.raw("</tspan>")
	}
	g.raw("</text>")
}

// counts are the marks of a sweep.
type counts struct{ c *oracle.Coverage }

func (m counts) state(s endpoint.State) []mark {
	return []mark{countMark(m.c.Visits[s])}
}

func (m counts) edge(from, to endpoint.State) []mark {
	return []mark{countMark(m.c.Edges[from][to])}
}

func (m counts) taken(from, to endpoint.State) bool { return m.c.Edges[from][to] > 0 }

func countMark(n uint64) mark {
	if n == 0 {
		return mark{"none", "0"}
	}
	return mark{"many", thousands(n)}
}

// classes has a wider line for what happens more often, by its logarithm.
func (m counts) classes(from, to endpoint.State) []string {
	n := m.c.Edges[from][to]
	if n == 0 {
		return []string{"edge missing"}
	}
	return []string{"edge w" + strconv.Itoa(min(6, (bits.Len64(n)+3)/4))}
}

// thousands is "1,234,567"; from a milliard on "1,234 M", rounded down.
func thousands(n uint64) string {
	if n >= 1e9 {
		return thousands(n/1e6) + " M"
	}
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// otherEdges lists the edges that were taken and are not in the diagram.
func otherEdges(m marks) []string {
	var drawn [endpoint.NumStates][endpoint.NumStates]bool
	for i := range edges5 {
		drawn[edges5[i].from][edges5[i].to] = true
	}
	var all []string
	for from := range endpoint.State(endpoint.NumStates) {
		for to := range endpoint.State(endpoint.NumStates) {
			if drawn[from][to] || from == to || !m.taken(from, to) {
				continue
			}
			text := "not in the figure: " + oracle.Edge{From: from, To: to}.String()
			for _, n := range m.edge(from, to) {
				text += " " + n.text
			}
			all = append(all, text)
		}
	}
	return all
}
