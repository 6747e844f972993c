package page

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/report"
)

// The diagram has the 11 states and the 29 core edges, each once.
func TestFigure5(t *testing.T) {
	drawn := map[oracle.Edge]bool{}
	figure := 0
	for i := range edges5 {
		e := &edges5[i]
		edge := oracle.Edge{From: e.from, To: e.to}
		if drawn[edge] {
			t.Errorf("%v is drawn twice", edge)
		}
		drawn[edge] = true
		if !e.text {
			figure++
		}
		checkWay(t, e)
	}
	for _, e := range oracle.CoreEdges() {
		if !drawn[e] {
			t.Errorf("%v is not drawn", e)
		}
		delete(drawn, e)
	}
	for e := range drawn {
		t.Errorf("%v is no core edge", e)
	}
	if figure != 21 {
		t.Errorf("%d edges are those of the figure and its Note 2, want 21", figure)
	}
	states := map[endpoint.State]bool{}
	for _, n := range nodes5 {
		states[n.state] = true
	}
	if len(states) != endpoint.NumStates {
		t.Errorf("%d states", len(states))
	}
}

// checkWay fails the test if an edge does not leave from the border of a box of
// its state, or, unless it is a stub, does not lead to one.
func checkWay(t *testing.T, e *edge5) {
	t.Helper()
	n := len(e.way)
	if n < 4 || n%2 != 0 {
		t.Fatalf("%v -> %v has %d numbers", e.from, e.to, n)
	}
	if !onBorder(e.from, e.way[0], e.way[1]) {
		t.Errorf("%v -> %v does not leave from there: %v", e.from, e.to, e.way)
	}
	if !e.stub() && !onBorder(e.to, e.way[n-2], e.way[n-1]) {
		t.Errorf("%v -> %v does not lead there: %v", e.from, e.to, e.way)
	}
}

func onBorder(s endpoint.State, x, y int) bool {
	for _, n := range nodes5 {
		dx, dy := max(x-n.x, n.x-x), max(y-n.y, n.y-y)
		if n.state == s && (dx == nodeHalf && dy <= nodeUp || dy == nodeUp && dx <= nodeHalf) {
			return true
		}
	}
	return false
}

// some is a coverage of which anything may be missing: it has every edge of the
// diagram but two, and one that is not in it.
func some() *oracle.Coverage {
	c := &oracle.Coverage{}
	for i, e := range oracle.CoreEdges() {
		c.Edges[e.From][e.To] = uint64(i*i*i*i) / 7
		c.Visits[e.To] += c.Edges[e.From][e.To]
	}
	c.Edges[endpoint.TimeWait][endpoint.SynReceived] = 3
	return c
}

func TestDiagram(t *testing.T) {
	full := &oracle.Coverage{}
	for i := range full.Visits {
		full.Visits[i] = 1<<40 - 1
		for k := range full.Edges[i] {
			full.Edges[i][k] = 1<<40 - 1
		}
	}
	for name, c := range map[string]*oracle.Coverage{"none": {}, "full": full, "some": some()} {
		var b bytes.Buffer
		if err := WriteDiagram(&b, "<&> "+strings.Repeat("title ", 50), c); err != nil {
			t.Fatal(err)
		}
		checkXML(t, b.Bytes())
		checkApart(t, b.Bytes())
		if got := strings.Count(b.String(), `class="edge missing`); name == "full" && got > 0 || name == "none" && got < len(edges5) {
			t.Errorf("%s: %d edges are missing", name, got)
		}
		if name == "full" != strings.Contains(b.String(), "not in the figure: TIME-WAIT -&gt; SYN-RECEIVED 1,099,511 M") {
			t.Errorf("%s: the edges outside of the figure", name)
		}
	}
}

func TestDiagramGolden(t *testing.T) {
	var b, m bytes.Buffer
	c := some()
	if err := WriteDiagram(&b, "some runs", c); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "diagram.svg"), b.Bytes())
	if err := WriteDiagramMermaid(&m, "some runs", c); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "diagram.mmd"), m.Bytes())
	if n := strings.Count(m.String(), " --> "); n < 30 {
		t.Errorf("%d edges", n)
	}
}

// The way of a run is all its changes of state, with the numbers of the lines.
func TestPath(t *testing.T) {
	each(t, func(t *testing.T, tr *sim.Trace) {
		s := report.Tell(tr, labelColumns)
		p := newPath(tr, s)
		want := 0
		for i := range tr.Events {
			if tr.Events[i].Before != tr.Events[i].After {
				want++
			}
		}
		got := 0
		for e := range p.lines {
			for from := range p.lines[e] {
				for to, list := range p.lines[e][from] {
					got += len(list)
					for _, n := range list {
						if n < 1 || n > len(s.Lines) {
							t.Errorf("%v -> %v on line %d", endpoint.State(from), endpoint.State(to), n)
						}
					}
				}
			}
		}
		if got != want {
			t.Errorf("%d changes of state, want %d", got, want)
		}
		var g svg
		g.begin("diagram", 0, 0, diagramEnd, diagramDepth, "")
		drawDiagram(&g, p)
		checkApart(t, g.b)
	})
	var g svg
	p := newPath(run(t, ""), report.Tell(run(t, ""), labelColumns))
	if got := p.edge(endpoint.Closed, endpoint.Listen); len(got) != 1 || got[0].text != "B:1" {
		t.Errorf("CLOSED -> LISTEN is taken by %v, want line 1 of B", got)
	}
	if got := p.edge(endpoint.Closed, endpoint.SynSent); len(got) != 1 || got[0].text != "A:2" {
		t.Errorf("CLOSED -> SYN-SENT is taken by %v, want line 2 of A", got)
	}
	for e := range p.lines {
		for from := range p.lines[e] {
			for to := range p.lines[e][from] {
				p.lines[e][from][to] = []int{12340, 12350, 12360}
			}
		}
	}
	g.begin("diagram", 0, 0, diagramEnd, diagramDepth, "")
	drawDiagram(&g, p)
	checkApart(t, g.b)
}
