package vnet

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/scenario"
)

// Host is a machine on the network: a name, an address, programs that listen
// and dial.
type Host struct {
	n      *Network
	name   string
	index  int
	addr   netip.Addr
	config endpoint.Config

	// What follows belongs to the pump, or needs the network's lock.
	nextPort  uint16
	listeners []*Listener // in the order of their calls
	parked    []*call     // Accept
	down      bool
	crashed   time.Duration // when, if down
}

// firstPort is the first of the ports that a host dials from (RFC 6335 6).
const firstPort = 49152

// Name is the host's name.
func (h *Host) Name() string { return h.name }

// Addr is the host's address.
func (h *Host) Addr() netip.Addr { return h.addr }

// Listen listens on a port of the host: network is "tcp" or "tcp4", address
// "server:80", or ":80", and port 0 is one that is free. See net.Listen.
func (h *Host) Listen(network, address string) (net.Listener, error) {
	l := &Listener{h: h, backlog: DefaultBacklog}
	err := error(net.ErrClosed)
	h.n.do(&call{op: opListen, host: h, text: address, try: func() bool {
		err = l.listen(network, address)
		return true
	}})
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: textAddr(address), Err: wrap("bind", err)}
	}
	return l, nil
}

// Dial opens a connection to "HOST:PORT". See net.Dial.
func (h *Host) Dial(network, address string) (net.Conn, error) {
	return h.DialContext(context.Background(), network, address)
}

// DialContext opens a connection to "HOST:PORT"; a host has a name of the network
// or an address. It is what an http.Transport, a gRPC client and others take for
// their dialer. When ctx is done the connection that is being opened is aborted.
func (h *Host) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d := &dial{h: h}
	c := &call{op: opDial, host: h, text: address}
	c.try = func() bool {
		over := d.try(network, address)
		c.conn = d.conn // it waits with its connection
		return over
	}
	if d.err = ctx.Err(); d.err != nil {
		return nil, d.fail(network)
	}
	if d.err = net.ErrClosed; !h.n.submit(c) {
		return nil, d.fail(network)
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		h.n.do(&call{op: opCancel, host: h, text: address, try: func() bool { return d.cancel(ctx.Err()) }})
		<-c.done
	}
	if d.err != nil {
		return nil, d.fail(network)
	}
	return d.conn, nil
}

// dial is an attempt to open a connection.
type dial struct {
	h    *Host
	to   net.Addr // nil as long as it is not known
	conn *Conn
	err  error
}

// fail is what Dial returns, with the texts of package net.
func (d *dial) fail(network string) error {
	return &net.OpError{Op: "dial", Net: network, Addr: d.to, Err: wrap("connect", interrupted(d.err))}
}

// try begins it, and is asked again until it is decided.
func (d *dial) try(network, address string) (over bool) {
	h := d.h
	if d.conn == nil {
		remote, err := h.resolve(network, address)
		if remote.at.IsValid() {
			d.to = tcpAddr(remote.at)
		}
		if d.err = err; err == nil && h.down {
			d.err = ErrCrashed
		}
		if d.err != nil {
			return true
		}
		c, err := h.n.open(h, remote.host, netip.AddrPortFrom(h.addr, h.port()), remote.at)
		if d.err = err; err != nil {
			return true
		}
		d.conn = c.ends[endpoint.A]
		h.n.settle(c)
	}
	switch st := d.conn.c; {
	case d.err != nil:
	case d.conn.crashed:
		d.err = ErrCrashed
	case h.n.stopped:
		d.err = net.ErrClosed
	case st.over || st.state(endpoint.A).State == endpoint.Closed:
		if d.err = syscall.ECONNREFUSED; !st.over {
			if err := errorOf(st.state(endpoint.A).Err); err != nil && err != syscall.ECONNRESET {
				d.err = err // a RST that answers a SYN refuses
			}
		}
	case st.state(endpoint.A).State.Synchronized():
		d.conn.given = true
	default:
		return false
	}
	return true
}

// cancel gives up an attempt that is not decided yet.
func (d *dial) cancel(err error) bool {
	if d.conn == nil || d.conn.given || d.err != nil || d.conn.c.over {
		return true
	}
	d.err = err
	d.h.n.catchUp(d.conn.c)
	d.h.n.act(d.conn.c, endpoint.A, scenario.Act{Op: scenario.ActAbort})
	d.h.n.settle(d.conn.c)
	return true
}

// port is the next one to dial from.
func (h *Host) port() uint16 {
	for {
		p := h.nextPort
		if h.nextPort++; h.nextPort == 0 {
			h.nextPort = firstPort
		}
		if h.listener(p) == nil && !h.n.uses(h, p) {
			return p
		}
	}
}

// uses reports whether a connection that is not over has a port of a host.
func (n *Network) uses(h *Host, port uint16) bool {
	return slices.ContainsFunc(n.queue, func(c *connection) bool {
		return c.hosts[endpoint.A] == h && c.addrs[endpoint.A].Port() == port
	})
}

// remote is where a dial goes to.
type remote struct {
	host *Host
	at   netip.AddrPort
}

// resolve finds the host and port of an address. No name at all, localhost and
// the loopback addresses are the host itself.
func (h *Host) resolve(network, address string) (r remote, err error) {
	name, port, err := split(network, address)
	if err != nil {
		return r, err
	}
	a, err := netip.ParseAddr(name)
	switch {
	case name == "", name == "localhost", err == nil && (a.IsLoopback() || a.IsUnspecified()):
		r.host = h
	case err != nil:
		if r.host = h.n.byName(name); r.host == nil {
			return r, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}
	default:
		r.at = netip.AddrPortFrom(a, port)
		if a = a.Unmap(); a.Is4() {
			r.host = h.n.byAddr(a)
		}
		if r.host == nil {
			return r, syscall.EHOSTUNREACH
		}
	}
	r.at = netip.AddrPortFrom(r.host.addr, port)
	return r, nil
}

// split takes an address apart.
func split(network, address string) (host string, port uint16, err error) {
	if network != "tcp" && network != "tcp4" {
		return "", 0, net.UnknownNetworkError(network)
	}
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	p, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		named, err := net.LookupPort(network, text) // "http"
		if err != nil {
			return "", 0, err
		}
		p = uint64(named)
	}
	return host, uint16(p), nil
}

// LookupHost resolves the name of a host of the network, as net.Resolver's does.
func (h *Host) LookupHost(_ context.Context, name string) ([]string, error) {
	h.n.mu.Lock()
	defer h.n.mu.Unlock()
	if at := h.n.byName(name); at != nil {
		return []string{at.addr.String()}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// textAddr is an address of which nothing is known but its text.
type textAddr string

// Network implements net.Addr.
func (textAddr) Network() string { return "tcp" }

// String implements net.Addr.
func (a textAddr) String() string { return string(a) }
