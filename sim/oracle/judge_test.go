package oracle

import (
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// TestCopyGoesItsOwnWay copies a judge in the middle of a run: the copy comes
// to the same end, and what it sees then is not told to the first.
func TestCopyGoesItsOwnWay(t *testing.T) {
	p := newPlay(t)
	p.finWait2()
	var c Judge
	c.CopyFrom(&p.j)
	if c.Coverage().States() != 0 {
		t.Error("coverage was copied")
	}
	first := p.j
	p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 1})
	if p.ok || p.j.Violation().Rule.ID != "I-11" {
		t.Fatal("the first judge did not see the wrong ACK")
	}
	if v := c.Violation(); v.Found() {
		t.Error("the copy saw what the first one saw")
	}
	p.j.CopyFrom(&first)
	p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
	if !p.ok {
		t.Error("going back did not help:", p.j.Violation().Text)
	}
}

// TestFirstViolationStays: later steps are not judged.
func TestFirstViolationStays(t *testing.T) {
	p := newPlay(t)
	p.connect()
	p.timeout(A, tcb{state: sTIMEWAIT, una: 1, nxt: 1, rcv: 1})
	first := p.j.Violation()
	p.timeout(A, tcb{state: sLISTEN})
	p.end(sim.Quiet, true)
	if v := p.j.Violation(); p.ok || v != first || v.Rule.ID != "I-1" || v.Step != 6 || v.End != A || v.State != sTIMEWAIT {
		t.Errorf("%+v, first %+v", v, first)
	}
}

// TestStackThatTellsLittle: an adapter that knows nothing but its state is
// judged by that, by the wire and by its octets.
func TestStackThatTellsLittle(t *testing.T) {
	p := newPlay(t)
	p.known = endpoint.KnowState
	p.reset(endpoint.Profile{})
	p.timeWait()
	p.wait(1)
	p.timeout(A, tcb{})
	if !p.ok {
		t.Fatal(p.j.Violation().Text)
	}
	p.call(A, sim.CallPassiveOpen, 0, tcb{state: sESTABLISHED})
	if p.ok || p.j.Violation().Rule.ID != "I-1" {
		t.Error("an illegal edge was not seen")
	}
}

// TestEdgesAgree holds the list of core edges against the transition table:
// every one has a row. That the table has no others but six that need a liberty
// or a CLOSE that waited is its own test.
func TestEdgesAgree(t *testing.T) {
	core := map[Edge]bool{}
	for _, e := range CoreEdges() {
		if core[e] {
			t.Errorf("%v stands twice", e)
		}
		core[e] = true
	}
	if len(core) != 29 {
		t.Errorf("%d core edges", len(core))
	}
	for from := range endpoint.State(endpoint.NumStates) {
		for to := range endpoint.State(endpoint.NumStates) {
			if e := (Edge{from, to}); core[e] && !table.Edge(from, to) {
				t.Errorf("%v is among the edges, but the table has no row for it", e)
			}
		}
	}
}

func TestCoverageMerges(t *testing.T) {
	p, q := newPlay(t), newPlay(t)
	p.timeWait()
	q.closing()
	c := *p.j.Coverage()
	c.Merge(q.j.Coverage())
	visited, total := c.CoreEdges()
	if total != 29 || visited != 11 || len(c.Missing()) != 18 || c.States() != 11 {
		t.Errorf("%d of %d edges, %d missing, %d states", visited, total, len(c.Missing()), c.States())
	}
}
