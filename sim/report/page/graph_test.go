package page

import (
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// A graph is drawn where data flows; time never runs back in it, nothing leaves
// its frame, no text overlaps.
func TestGraph(t *testing.T) {
	each(t, func(t *testing.T, tr *sim.Trace) {
		for e := endpoint.A; e <= endpoint.B; e++ {
			texts := 0
			for i := range tr.Segments {
				if s := &tr.Segments[i]; s.End == e && !s.Injected && s.Len > 0 {
					texts++
				}
			}
			g := newGraph(tr, e)
			if (g != nil) != (texts > 0) {
				t.Errorf("%v: %d segments with text, a graph: %v", e, texts, g != nil)
			}
			if g == nil {
				continue
			}
			if len(g.data) != texts {
				t.Errorf("%v: %d of %d segments are drawn", e, len(g.data), texts)
			}
			for i, x := range g.xs {
				if x < graphLeft || x > graphLeft+graphWidth || i > 0 && x < g.xs[i-1] {
					t.Errorf("%v: %v stands at %d", e, g.times[i], x)
				}
			}
			for _, s := range g.data {
				if y := g.y(s.to); y < graphTop || y > graphTop+graphHeight || g.y(s.from) < y {
					t.Errorf("%v: octets %d to %d stand at %d", e, s.from, s.to, y)
				}
			}
			var p svg
			g.draw(&p)
			checkXML(t, p.b)
			checkApart(t, p.b)
		}
	})
}

// What the sender knows of the receiver only ever grows, and ends at all data.
func TestGraphSteps(t *testing.T) {
	tr := run(t, scenarios[4].text)
	g := newGraph(tr, endpoint.A)
	for i := 1; i < len(g.acks); i++ {
		if g.acks[i].y <= g.acks[i-1].y || g.acks[i].at <= g.acks[i-1].at {
			t.Errorf("SND.UNA is %d at %v after %d at %v", g.acks[i].y, g.acks[i].at, g.acks[i-1].y, g.acks[i-1].at)
		}
	}
	if last := g.acks[len(g.acks)-1].y; last != 100_002 { // SYN, text, FIN
		t.Errorf("SND.UNA ends at %d, want 100002", last)
	}
	if last := g.data[len(g.data)-1].to; last != 100_001 {
		t.Errorf("the data end at %d, want 100001", last)
	}
	if g.edges[0].y <= g.acks[0].y {
		t.Error("no window")
	}
}

func TestNiceStep(t *testing.T) {
	for top, want := range map[int64]int64{1: 1, 8: 1, 9: 2, 100: 20, 66_000: 10_000, 1 << 40: 200_000_000_000} {
		if got := niceStep(top); got != want {
			t.Errorf("%d: a step of %d, want %d", top, got, want)
		}
	}
}
