package vnet

import (
	"container/heap"
	"fmt"
	"net"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/scenario"
)

// connection is one TCP connection: a world of its own, on the network's clock.
// End A is the host that dialled.
type connection struct {
	number   int
	world    *sim.World
	judge    oracle.Judge
	script   faults.Script
	hosts    [2]*Host
	addrs    [2]netip.AddrPort
	ends     [2]*Conn
	listener *Listener // B's; nil if there was none, or once it is accepted
	backlog  bool      // it is counted, or waits, in the listener's backlog
	judged   bool      // no rule was broken so far
	over     bool
	due      time.Duration
	said     []said // what the programs wrote and read
	place    int    // in the queue
}

// open makes a connection and lets both ends open it.
func (n *Network) open(a, b *Host, local, remote netip.AddrPort) (*connection, error) {
	n.conns++
	c := &connection{
		number: n.conns, hosts: [2]*Host{a, b}, addrs: [2]netip.AddrPort{local, remote}, judged: true, due: endpoint.Never,
	}
	for e := range c.ends {
		c.ends[e] = newConn(n, c, endpoint.End(e))
	}
	c.script = n.scriptOf(c)
	s := scenario.Scenario{
		Seed: stream.New(n.script.seed, "connection").Uint64(uint64(c.number), 0),
		Apps: []scenario.App{{}}, // the program is the application
		Heal: never, Fault: c.script,
	}
	s.Ends[endpoint.A].Config, s.Ends[endpoint.B].Config = a.config, b.config
	s.Link[endpoint.A], s.Link[endpoint.B] = n.script.link(a.name, b.name), n.script.link(b.name, a.name)
	s.Limits.Events, s.Limits.Instant, s.Limits.Time = mostEvents, 1<<20, longest
	c.world = n.world()
	if err := c.world.Reset(&s); err != nil {
		return nil, err
	}
	c.judge.Reset(c.world.Scenario(), [2]endpoint.Profile{c.world.Profile(endpoint.A), c.world.Profile(endpoint.B)})
	c.world.AdvanceTo(n.Now())
	heap.Push(&n.queue, c)
	n.act(c, endpoint.A, scenario.Act{Op: scenario.ActOpen})
	if l := b.listener(remote.Port()); l != nil && l.waiting() < l.backlog && !b.down {
		c.listener, c.backlog = l, true
		l.opening = append(l.opening, c)
		n.act(c, endpoint.B, scenario.Act{Op: scenario.ActOpen, Passive: true})
	}
	return c, nil
}

// mostEvents is a budget that the trace's is below: a connection may say a lot.
var mostEvents = 1<<31 - 1

// world is one to be used, maybe again.
func (n *Network) world() *sim.World {
	if last := len(n.idle) - 1; last >= 0 {
		w := n.idle[last]
		n.idle = n.idle[:last]
		return w
	}
	return sim.NewWorld(stacks)
}

// stacks is what the hosts' TCP is made of.
var stacks = sim.TCP()

// act makes a call of an end; nil if it was none.
func (n *Network) act(c *connection, e endpoint.End, a scenario.Act) *sim.Step {
	if c.over {
		return nil
	}
	s, ok := c.world.Do(e, a)
	if !ok {
		return nil
	}
	n.note(c, s)
	return s
}

// note has the judge look at a step, and the hosts notice what struck them.
func (n *Network) note(c *connection, s *sim.Step) {
	if c.judged && !c.judge.Step(s) {
		c.judged = false
		c.world.Trace().Violation = c.judge.Violation()
		if n.broken == nil {
			r := recordOf(c)
			n.broken = &r
		}
	}
	switch s.After.State {
	case endpoint.CloseWait, endpoint.Closing, endpoint.LastAck, endpoint.TimeWait:
		c.ends[s.End].finned = true
	}
	if n := int(s.Cause.Fault); n > 0 && c.script[n-1].Op == faults.Crash {
		c.hosts[s.End].crash(c)
	}
}

// state is what an end's TCP says. Of a connection that a budget ended it says
// that it was aborted.
func (c *connection) state(e endpoint.End) *endpoint.Status {
	if c.over {
		return &aborted
	}
	return c.world.Status(e)
}

var aborted = endpoint.Status{State: endpoint.Closed, Err: endpoint.ErrAborted, Deadline: endpoint.Never}

// admit moves a connection that is established into the queue of those that can
// be accepted.
func (n *Network) admit(c *connection) {
	l := c.listener
	if l == nil {
		return
	}
	st := c.state(endpoint.B)
	switch {
	case st.State.Synchronized():
		l.admit(c)
	case c.state(endpoint.A).State == endpoint.Closed && st.State <= endpoint.Listen:
		l.forget(c) // nobody is there to connect any more
		n.act(c, endpoint.B, scenario.Act{Op: scenario.ActClose})
	}
}

// finish ends a connection that nothing can happen to any more.
func (n *Network) finish(c *connection) {
	if c.over {
		return
	}
	if o := c.world.Outcome(); o == sim.Unfinished {
		for e := range endpoint.End(2) {
			if c.state(e).State != endpoint.Closed || c.ends[e].held() {
				return
			}
		}
		if !isNever(c.world.Next()) {
			return
		}
	} else if o.Budget() && n.spent == "" {
		n.spent = fmt.Sprintf("connection %d was ended: %v, after %d events", c.number, o, len(c.world.Trace().Events))
	}
	n.record(c)
	c.over = true
	if c.listener != nil {
		c.listener.forget(c)
	}
	n.idle = append(n.idle, c.world)
	c.world = nil
	heap.Remove(&n.queue, c.place)
}

// tcpAddr is an address as package net has it.
func tcpAddr(a netip.AddrPort) *net.TCPAddr { return net.TCPAddrFromAddrPort(a) }
