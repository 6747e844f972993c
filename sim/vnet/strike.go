package vnet

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/faults/scan"
)

// timed is a fault of the script that strikes a host or a path at a time.
type timed struct {
	at    time.Duration
	fault faults.Fault // Crash, Restart, Cut or Stall
	names scan.Names   // who A and B are in it
}

// cut is a path, or one direction of it, that nothing gets through until a time.
type cut struct {
	from, to string
	until    time.Duration
}

// foresee notes what the script does to hosts and paths at a time.
func (n *Network) foresee() {
	for i := range n.script.lines {
		if f := &n.script.lines[i]; f.fault.Op != faults.Restart && f.striking() {
			n.plan(timed{f.fault.When.At, f.fault, f.names})
		}
	}
}

// plan puts a fault among those that come, in the order of their times.
func (n *Network) plan(t timed) {
	at, _ := slices.BinarySearchFunc(n.timed, t, func(x, y timed) int { return cmp.Or(cmp.Compare(x.at, y.at), -1) })
	n.timed = slices.Insert(n.timed, at, t)
}

// strike lets a fault strike all the connections that it is about.
func (n *Network) strike(t *timed) {
	f := t.fault
	host := n.byName(t.names[f.End])
	switch f.Op {
	case faults.Crash:
		if host != nil {
			host.crash(nil)
		}
	case faults.Restart:
		if host != nil {
			host.restart()
		}
	case faults.Cut:
		n.cut(t.names[f.End], t.names[f.End.Peer()], f.By)
		if f.Both {
			n.cut(t.names[f.End.Peer()], t.names[f.End], f.By)
		}
	case faults.Stall:
		f.When.At = n.Now()
		for _, c := range slices.Clone(n.queue) {
			if one, ok := (&faultLine{fault: f, names: t.names}).between(c.hosts[0].name, c.hosts[1].name); ok {
				n.add(c, one)
			}
		}
	}
}

// cut lets nothing through from one host to another for some time.
func (n *Network) cut(from, to string, d time.Duration) {
	now := n.Now()
	n.cuts = slices.DeleteFunc(n.cuts, func(c cut) bool { return c.until <= now })
	n.cuts = append(n.cuts, cut{from, to, now + d})
	for _, c := range slices.Clone(n.queue) {
		for e, h := range c.hosts {
			if h.name == from && c.hosts[1-e].name == to {
				n.add(c, cutAt(endpoint.End(e), now, d))
			}
		}
	}
}

func cutAt(from endpoint.End, at, d time.Duration) faults.Fault {
	return faults.Fault{Op: faults.Cut, End: from, By: d, When: faults.When{Timed: true, At: at}}
}

// add goes on with a connection's script: a fault that strikes now.
func (n *Network) add(c *connection, f faults.Fault) {
	if c.over {
		return
	}
	n.catchUp(c)
	script := append(slices.Clip(c.script), f)
	if err := c.world.SetScript(script); err != nil {
		panic("vnet: " + err.Error()) // it strikes now, and that is never too late
	}
	c.script = script
	c.judge.SetScript(script)
	n.settle(c)
}

// scriptOf is what the script has for a connection that is being opened now,
// with A and B for its hosts.
func (n *Network) scriptOf(c *connection) (s faults.Script) {
	a, b, now := c.hosts[0], c.hosts[1], n.Now()
	for i := range n.script.lines {
		l := &n.script.lines[i]
		if l.striking() || l.conn > 0 && l.conn != c.number || l.port > 0 && l.port != c.addrs[endpoint.B].Port() {
			continue
		}
		if f, ok := l.between(a.name, b.name); ok {
			s = append(s, f)
		}
	}
	for _, x := range n.cuts { // those that are not over
		for e, h := range c.hosts {
			if h.name == x.from && c.hosts[1-e].name == x.to && x.until > now {
				s = append(s, cutAt(endpoint.End(e), now, x.until-now))
			}
		}
	}
	for e, h := range c.hosts {
		if h.down {
			s = append(s, faults.Fault{Op: faults.Crash, End: endpoint.End(e), When: faults.When{Timed: true, At: now}})
		}
	}
	return s
}

// Crash lets the host forget everything: its connections are gone without a
// FIN or RST, and so are its listeners. What its programs wait for gets ErrCrashed.
func (h *Host) Crash() {
	h.n.do(&call{op: opCrash, host: h, try: func() bool {
		h.crash(nil)
		return true
	}})
}

// Restart brings a crashed host back: it knows nothing, and answers what still
// comes with a RST. Its programs are to listen again.
func (h *Host) Restart() {
	h.n.do(&call{op: opRestart, host: h, try: func() bool {
		h.restart()
		return true
	}})
}

// crash strikes a host. by is the connection whose script did it; nil if it was
// none.
func (h *Host) crash(by *connection) {
	n, now := h.n, h.n.Now()
	if h.down {
		return
	}
	h.down, h.crashed = true, now
	for _, c := range slices.Clone(n.queue) {
		for e, x := range c.hosts {
			if x != h {
				continue
			}
			c.ends[e].crashed = true
			if c != by {
				n.add(c, faults.Fault{Op: faults.Crash, End: endpoint.End(e), When: faults.When{Timed: true, At: now}})
			}
		}
	}
	for _, l := range h.listeners {
		l.closed, l.opening, l.ready = true, nil, nil
	}
	h.listeners = nil
	h.parked = n.retry(h.parked)
	for i := range n.script.lines {
		if l := &n.script.lines[i]; l.fault.Op == faults.Restart && l.names[l.fault.End] == h.name {
			n.plan(timed{now + l.fault.By, l.fault, l.names})
		}
	}
}

// restart lets a host come back.
func (h *Host) restart() {
	n := h.n
	if !h.down {
		return
	}
	h.down = false
	for _, c := range slices.Clone(n.queue) {
		for e, x := range c.hosts {
			if x == h && !c.over {
				n.add(c, faults.Fault{Op: faults.Restart, End: endpoint.End(e), By: n.Now() - c.crashOf(endpoint.End(e))})
			}
		}
	}
}

// crashOf is when an end of a connection crashed last: what its script says.
func (c *connection) crashOf(e endpoint.End) (at time.Duration) {
	for i := range c.script {
		if f := &c.script[i]; f.Op == faults.Crash && f.End == e && f.When.Timed {
			at = f.When.At
		}
	}
	if at == 0 || c.hosts[e].crashed > at { // it crashed when a state was entered
		at = c.hosts[e].crashed
	}
	return at
}

// Cut lets nothing through from a host to another, and back, for some time.
func (n *Network) Cut(a, b *Host, d time.Duration) { n.Partition([]*Host{a}, []*Host{b}, d) }

// Partition lets nothing through between two groups of hosts for some time.
func (n *Network) Partition(a, b []*Host, d time.Duration) {
	var names []string
	for _, h := range slices.Concat(a, b) {
		names = append(names, h.name)
	}
	n.do(&call{op: opCut, host: a[0], text: strings.Join(names, " "), try: func() bool {
		for _, x := range a {
			for _, y := range b {
				n.cut(x.name, y.name, d)
				n.cut(y.name, x.name, d)
			}
		}
		return true
	}})
}
