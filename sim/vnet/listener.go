package vnet

import (
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/scenario"
)

// DefaultBacklog is how many connections may wait to be accepted, those that are
// being opened included.
const DefaultBacklog = 128

// Listener is a net.Listener of a host.
type Listener struct {
	h       *Host
	addr    netip.AddrPort
	backlog int

	// What follows belongs to the pump, or needs the network's lock.
	closing bool // the program has closed it,
	closed  bool // and the pump has done so
	opening []*connection
	ready   []*connection // established, in the order in which they became so
	by      time.Duration // the deadline of Accept, endpoint.Never if there is none
}

// listen binds the listener.
func (l *Listener) listen(network, address string) error {
	host, port, err := split(network, address)
	if err != nil {
		return err
	}
	h := l.h
	if a, err := netip.ParseAddr(host); host != "" && host != h.name && (err != nil || a != h.addr && !a.IsUnspecified()) {
		return syscall.EADDRNOTAVAIL
	}
	if h.down {
		return ErrCrashed
	}
	if port == 0 {
		port = h.port()
	}
	if h.listener(port) != nil {
		return syscall.EADDRINUSE
	}
	l.addr, l.by = netip.AddrPortFrom(h.addr, port), endpoint.Never
	h.listeners = append(h.listeners, l)
	return nil
}

// listener is that of a port; nil if nobody listens.
func (h *Host) listener(port uint16) *Listener {
	for _, l := range h.listeners {
		if l.addr.Port() == port {
			return l
		}
	}
	return nil
}

// waiting is how many connections are in the backlog.
func (l *Listener) waiting() int { return len(l.opening) + len(l.ready) }

// admit moves a connection to those that can be accepted.
func (l *Listener) admit(c *connection) {
	l.opening = slices.DeleteFunc(l.opening, func(x *connection) bool { return x == c })
	l.ready, c.listener = append(l.ready, c), nil
	l.h.parked = l.h.n.retry(l.h.parked)
}

// forget takes a connection that came to nothing out of the backlog.
func (l *Listener) forget(c *connection) {
	l.opening = slices.DeleteFunc(l.opening, func(x *connection) bool { return x == c })
	c.listener = nil
}

// Accept waits for the next connection that is established. See net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	var conn *Conn
	err := error(net.ErrClosed)
	l.h.n.do(&call{op: opAccept, host: l.h, text: l.addr.String(), try: func() (over bool) {
		conn, err, over = l.tryAccept()
		return over
	}})
	if err != nil {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: wrap("accept", err)}
	}
	return conn, nil
}

func (l *Listener) tryAccept() (conn *Conn, err error, over bool) {
	switch {
	case l.h.down:
		return nil, ErrCrashed, true
	case l.closing, l.closed, l.h.n.stopped:
		return nil, net.ErrClosed, true
	case len(l.ready) == 0:
		return nil, nil, false
	}
	c := l.ready[0]
	l.ready = l.ready[1:]
	conn = c.ends[endpoint.B]
	conn.given = true
	return conn, nil, true
}

// Close stops listening. Connections that nobody has accepted are reset.
func (l *Listener) Close() error {
	n := l.h.n
	n.mu.Lock()
	again := l.closing || n.stopped || l.h.down
	if l.closing = true; !again {
		n.calls = append(n.calls, &call{op: opUnlisten, host: l.h, text: l.addr.String(), try: func() bool {
			l.shut()
			return true
		}})
	}
	n.mu.Unlock()
	n.wake()
	if again {
		return &net.OpError{Op: "close", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	return nil
}

// shut unbinds the listener, and lets its connections go.
func (l *Listener) shut() {
	l.closed = true
	h := l.h
	h.listeners = slices.DeleteFunc(h.listeners, func(x *Listener) bool { return x == l })
	for _, c := range slices.Concat(l.opening, l.ready) {
		c.listener = nil
		c.ends[endpoint.B].closed = true
		op := scenario.ActAbort
		if c.state(endpoint.B).State == endpoint.Listen {
			op = scenario.ActClose
		}
		h.n.catchUp(c)
		h.n.act(c, endpoint.B, scenario.Act{Op: op})
		h.n.settle(c)
	}
	l.opening, l.ready = nil, nil
	h.parked = h.n.retry(h.parked)
}

// Addr is a *net.TCPAddr.
func (l *Listener) Addr() net.Addr { return tcpAddr(l.addr) }
