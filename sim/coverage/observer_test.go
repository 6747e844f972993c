package coverage

import (
	"slices"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

const calm = "link delay 10ms\nA tcp mss=1000\nB tcp mss=1000\n" +
	"A: open active; send 1500; close; receive all\nB: open passive; receive all; close\n"

func TestUnder(t *testing.T) {
	for _, c := range []struct {
		name, faults string
		from, to     endpoint.State
		want         []string
	}{
		{"nothing", "", endpoint.SynSent, endpoint.Established, []string{"clean"}},
		{"the own SYN", "drop A SYN #1", endpoint.SynSent, endpoint.Established, []string{"drop SYN"}},
		{"the peer's", "drop A SYN #1-2", endpoint.Listen, endpoint.SynReceived, []string{"drop SYN"}},
		{"an earlier stay", "drop A SYN #1", endpoint.SynReceived, endpoint.Established, []string{"clean"}},
		{"a later stay", "drop A FIN #1", endpoint.SynSent, endpoint.Established, []string{"clean"}},
		{"with the step that enters", "drop A FIN #1", endpoint.FinWait1, endpoint.FinWait2, []string{"drop FIN"}},
		{"at both ends", "drop A FIN #1", endpoint.Established, endpoint.CloseWait, []string{"drop FIN"}},
		{"two at once", "drop A SYN #1\ndrop B SYN,ACK #1", endpoint.SynSent, endpoint.Established,
			[]string{"drop SYN,ACK", "drop SYN"}},
		{"delay", "delay B FIN #1 by 50ms", endpoint.FinWait2, endpoint.TimeWait, []string{"delay FIN"}},
		{"hold", "hold B FIN #1 until A CLOSED or 300ms", endpoint.FinWait2, endpoint.TimeWait, []string{"delay FIN"}},
		{"delay, on arrival", "delay B SYN,ACK #1 by 2s", endpoint.SynSent, endpoint.Established,
			[]string{"delay SYN,ACK"}},
		{"duplicate, not yet", "duplicate A SYN #1 after 5ms", endpoint.Listen, endpoint.SynReceived, []string{"clean"}},
		{"duplicate", "duplicate A SYN #1 after 5ms", endpoint.SynReceived, endpoint.Established,
			[]string{"duplicate SYN"}},
		{"reorder", "reorder A DATA #1 behind 1", endpoint.Established, endpoint.CloseWait, []string{"reorder DATA"}},
		{"overtaken by none", "reorder A FIN #1 behind 1", endpoint.Established, endpoint.CloseWait, []string{"clean"}},
		{"corrupt", "corrupt B FIN #1 bit 9", endpoint.FinWait2, endpoint.TimeWait, []string{"corrupt FIN"}},
		{"cut", "cut B->A when B CLOSE-WAIT for 1s", endpoint.FinWait1, endpoint.FinWait2,
			[]string{"drop FIN"}},
		{"injected", "inject A->B RST seq=rcv.nxt-7 when B ESTABLISHED", endpoint.Established, endpoint.CloseWait,
			[]string{"inject RST"}},
		{"injected no RST", "inject A->B ACK seq=rcv.nxt-7 ack=snd.una when B ESTABLISHED",
			endpoint.Established, endpoint.CloseWait, []string{"clean"}},
		{"host down", "crash B when B ESTABLISHED", endpoint.Established, endpoint.FinWait1, []string{"clean"}},
		{"host down, later", "crash B when B ESTABLISHED\nrestart B after 150ms", endpoint.FinWait1, endpoint.Closed,
			[]string{"drop DATA"}},
	} {
		o := NewObserver(&Space{})
		observe(t, o, calm+c.faults)
		if got := under(o, c.from, c.to); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v is under %q, want %q", c.name, Edge{c.from, c.to}, got, c.want)
		}
	}
}

func TestCountsOfOneRun(t *testing.T) {
	s := &Space{}
	o := NewObserver(s)
	observe(t, o, calm)
	c := o.Counts()
	for q, want := range map[endpoint.State]uint64{
		endpoint.Closed: 4, endpoint.Listen: 1, endpoint.Established: 2, endpoint.Closing: 0, endpoint.TimeWait: 1,
	} {
		if got := c.Hits(s.State(q)); got != want {
			t.Errorf("%v was entered %d times, want %d", q, got, want)
		}
	}
	if got := c.In(s.State(endpoint.Closed)); got != 1 {
		t.Errorf("CLOSED was visited in %d runs", got)
	}
	visited, of := c.Covered(EdgeTaken)
	if visited != 12 || of != NumCoreEdges-1 {
		t.Errorf("%d of %d edges, want 12 of 28", visited, of)
	}
	pairs := c.Pairs(ClientServer)
	if pairs[endpoint.Closed][endpoint.Closed] != 1 || pairs[endpoint.SynSent][endpoint.Listen] == 0 ||
		pairs[endpoint.Listen][endpoint.SynSent] != 0 {
		t.Error("the joint pairs are not those of a client and a server")
	}
	if holes := c.Holes(StateVisit); len(holes) != 1 || s.Name(holes[0]) != "CLOSING" {
		t.Errorf("not visited: %v", holes)
	}
	for i, cell := range o.Covered() {
		if c.In(cell) != 1 || slices.Contains(o.Covered()[:i], cell) {
			t.Errorf("%s: in %d runs, or listed twice", s.Name(cell), c.In(cell))
		}
	}
}

// A crash is an event of the harness: it ends a stay, and no edge of TCP's is
// counted.
func TestCrashIsNoEdge(t *testing.T) {
	o := NewObserver(&Space{})
	observe(t, o, calm+"crash B when B ESTABLISHED")
	if n := len(under(o, endpoint.Established, endpoint.Closed)); n != 0 {
		t.Errorf("ESTABLISHED -> CLOSED was counted under %d faults", n)
	}
	if p := o.Counts().Pairs(Ended); p[endpoint.FinWait1][endpoint.Closed] != 1 {
		t.Error("the pair after the crash was not counted")
	}
}

func TestRowsAndRules(t *testing.T) {
	s := &Space{Rows: []string{"r0", "r1", "r2"}, Rules: []string{"I-1", "I-2"}}
	o := NewObserver(s)
	for range 2 {
		o.Reset(&scenario.Scenario{})
		o.Row(endpoint.A, 0)
		o.Row(endpoint.B, 2) // another end's rows are not between
		o.Row(endpoint.A, 1)
		o.Judged(1, 40)
		o.Judged(0, 0)
		o.End(o.Class())
	}
	c := o.Counts()
	if c.Hits(s.Pair(0, 1)) != 2 || c.In(s.Pair(0, 1)) != 2 || c.Hits(s.Pair(1, 0)) != 0 || c.Hits(s.Pair(0, 2)) != 0 {
		t.Error("row pairs are not per end and per run")
	}
	if c.Hits(s.Rule(1)) != 80 || c.In(s.Rule(1)) != 2 || c.In(s.Rule(0)) != 0 {
		t.Error("rules are not counted")
	}
	if holes := c.Holes(RuleJudged); len(holes) != 1 || s.Name(holes[0]) != "rule I-1" {
		t.Errorf("rules not judged: %v", holes)
	}
	if c.Bound(0) != Always || c.Bound(1) != FailureBound(2) {
		t.Error("the bound of a rule is not that of the runs that judged it")
	}
}

// In steady state observing allocates nothing.
func TestObserverAllocatesNothing(t *testing.T) {
	s, err := scenario.Parse("test", "link delay 1ms-20ms loss 10% duplicate 10%\n"+
		"A: open active; send 1500; close; receive all\nB: open passive; receive all; close\n")
	if err != nil {
		t.Fatal(err)
	}
	o, w := NewObserver(&Space{}), sim.NewWorld(sim.TCP())
	run := func() {
		s.Seed = (s.Seed + 1) % 50
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		watch(o, w)
	}
	for range 100 {
		run()
	}
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations a run", n)
	}
}

func TestClass(t *testing.T) {
	for _, c := range []struct {
		text string
		want Class
	}{
		{calm, ClientServer},
		{"link delay 1ms-2ms fifo\n", ClientServer},
		{"A: open active\nB: open active", AnyOpen},
		{"A: open passive nowait; send 1\nB: open passive", AnyOpen},
		{"A: open passive nowait; send 1\nB: wait 1s; open passive", AnyOpen},
		{"link loss 1%", Lossy},
		{"link delay 1ms-2ms", Lossy},
		{"drop A SYN #1", Lossy},
		{"stall A reads at 1s for 1s", ClientServer},
		{"A: open active; abort\nB: open passive; abort", Ended},
		{"crash B when B ESTABLISHED", Ended},
		{"heal at 900s\ncut A<->B at 0s for 900s", Ended},
		{"A: open active; close; receive all; when TIME-WAIT; open active\nB: open passive", Reopened},
		{"link loss 1%\nA: open active; close; when TIME-WAIT; open active\nB: open passive", ReopenedLossy},
		{"inject A->B RST seq=rcv.nxt when B ESTABLISHED", ReopenedEnded},
		{"inject A->B FIN seq=rcv.nxt when B ESTABLISHED", NoClass},
		{"link corrupt 1% undetected", NoClass},
		{"corrupt A SYN #1 bit 7 undetected", NoClass},
		{"A tcp msl=1s\nlink delay 3s\nA: open active; close; when TIME-WAIT; open active\nB: open passive", Outlived},
	} {
		o := NewObserver(&Space{})
		observe(t, o, c.text)
		if got := o.Class(); got != c.want {
			t.Errorf("class %d, want %d, of\n%s", got, c.want, c.text)
		}
	}
}

// What only the run shows puts it into a larger class: a half-duplex close is
// known by its RST (RFC 9293 3.6.1).
func TestHalfDuplexClose(t *testing.T) {
	for _, c := range []struct {
		flags endpoint.Flags
		to    endpoint.State
		want  Class
	}{
		{endpoint.RST | endpoint.ACK, endpoint.Closed, Ended},
		{endpoint.RST, endpoint.Established, ClientServer},
		{endpoint.ACK, endpoint.Closed, ClientServer},
	} {
		o := NewObserver(&Space{})
		o.Reset(&scenario.Scenario{})
		o.Step(&sim.Step{
			Cause:  sim.Cause{Kind: sim.Call, Call: sim.CallClose},
			Before: &endpoint.Status{State: endpoint.Established, Known: endpoint.KnowState},
			After:  &endpoint.Status{State: c.to, Known: endpoint.KnowState},
			Emits:  []sim.Emit{{ID: 1, Segment: endpoint.Segment{Flags: c.flags}, Fate: &link.Fate{N: 1}}},
		})
		if got := o.Class(); got != c.want {
			t.Errorf("%v on the way to %v: class %d, want %d", c.flags, c.to, got, c.want)
		}
	}
}
