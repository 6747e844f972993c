package host

import (
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// Dial is an active OPEN (RFC 9293 3.10.1) of a connection from a local port
// of this host, 0 for one that Dial chooses, to a remote socket. The
// connection is in SYN-SENT; Changed tells when it is another.
//
// The errors are endpoint.ErrUnspecified for a remote socket that is none,
// ErrExists for a connection that there is already, in TIME-WAIT too, and
// ErrResources where there are too many connections or no local port is left;
// all wrapped in a text that says which.
func (h *Host) Dial(now time.Duration, remote netip.AddrPort, local uint16) (ID, error) {
	if !unicast(remote.Addr()) || remote.Port() == 0 || remote.Addr().Is4() != h.cfg.Addr.Is4() {
		return 0, fmt.Errorf("host: Dial %v from %v: %w: want a unicast address of that family, and a port",
			remote, h.cfg.Addr, endpoint.ErrUnspecified)
	}
	if h.live == h.cfg.Connections {
		return 0, fmt.Errorf("host: Dial %v: %w: all %d connections are in use",
			remote, endpoint.ErrResources, h.cfg.Connections)
	}
	if local == 0 {
		var ok bool
		if local, ok = h.choosePort(remote); !ok {
			return 0, fmt.Errorf("host: Dial %v: %w: no port from %d to %d is free for it",
				remote, endpoint.ErrResources, h.cfg.FirstEphemeral, h.cfg.LastEphemeral)
		}
	}
	k := tupleOf(remote, local)
	if h.table.find(h.conns, &k) != 0 {
		return 0, fmt.Errorf("host: Dial %v from port %d: %w", remote, local, endpoint.ErrExists)
	}
	e, err := h.take(h.config(remote, local))
	if err == nil {
		err = e.Open(now, false)
	}
	if err != nil {
		return 0, fmt.Errorf("host: Dial %v from port %d: %w", remote, local, err)
	}
	c := h.occupy(k, remote, live)
	st := h.ask(e)
	c.tcp, c.state, c.held, c.seen = e, st.State, true, readinessOf(st)
	h.counters.Dialed++
	h.wantEmit(c)
	return c.id(), nil
}

// portKey makes the hash of the ports another one than those of the other uses
// of Config.Key.
const portKey = 2

// choosePort chooses a local port for a connection with remote: the next one
// that is free, from a place that depends on remote and the key (RFC 6056
// 3.3.3, algorithm 3). A port with a listener is not taken.
func (h *Host) choosePort(remote netip.AddrPort) (port uint16, ok bool) {
	k := tupleOf(remote, 0)
	a, b, ports := k.words()
	offset := uint32(siphash(h.cfg.Key, portKey, a, b, ports))
	n := uint32(h.cfg.LastEphemeral-h.cfg.FirstEphemeral) + 1
	for range n {
		k.local = h.cfg.FirstEphemeral + uint16((offset+h.nextPort)%n)
		h.nextPort++
		if h.listeners[k.local] == nil && h.table.find(h.conns, &k) == 0 {
			return k.local, true
		}
	}
	return 0, false
}

// Send is SEND (RFC 9293 3.10.2). It takes what fits; 0, nil is no room now. For
// an ID that is not the program's own it returns endpoint.ErrNotExist, as all
// calls do.
func (h *Host) Send(now time.Duration, id ID, p []byte) (n int, err error) {
	c := h.lookup(id)
	if c == nil {
		return 0, endpoint.ErrNotExist
	}
	n, err = c.tcp.Send(now, p)
	if n > 0 {
		h.wantEmit(c)
	}
	return n, err
}

// Receive is RECEIVE (RFC 9293 3.10.3). 0, nil is nothing now; io.EOF says that
// all octets before the peer's FIN were read.
func (h *Host) Receive(now time.Duration, id ID, p []byte) (n int, err error) {
	c := h.lookup(id)
	if c == nil {
		return 0, endpoint.ErrNotExist
	}
	n, err = c.tcp.Receive(now, p)
	if n > 0 {
		h.wantEmit(c)
	}
	return n, err
}

// Close is CLOSE (RFC 9293 3.10.4): no more data from here. The program may
// read on.
func (h *Host) Close(now time.Duration, id ID) error {
	c := h.lookup(id)
	if c == nil {
		return endpoint.ErrNotExist
	}
	err := c.tcp.Close(now)
	if err == nil {
		c.closing = true
		h.wantEmit(c)
	}
	return err
}

// Abort is ABORT (RFC 9293 3.10.5).
func (h *Host) Abort(now time.Duration, id ID) error {
	c := h.lookup(id)
	if c == nil {
		return endpoint.ErrNotExist
	}
	err := c.tcp.Abort(now)
	if err == nil {
		h.wantEmit(c)
	}
	return err
}

// Release gives an ID back: the program is done with the connection, and will
// not read what still comes. One that is open yet is closed. It lives on
// until it has reached CLOSED, in TIME-WAIT at the cost of a few numbers; if
// octets are there, or come, that would have to be read, it ends with a RST
// (RFC 9293 3.6.1, SHLD-3).
func (h *Host) Release(now time.Duration, id ID) error {
	c := h.lookup(id)
	if c == nil {
		return endpoint.ErrNotExist
	}
	h.orphan(now, c)
	return nil
}

// orphan leaves a connection without a program.
func (h *Host) orphan(now time.Duration, c *conn) {
	c.held, c.changed, c.listener, c.closing = false, false, nil, true
	if st := h.ask(c.tcp); st.Readable > 0 && unread(st.State) {
		c.tcp.Abort(now)
	} else {
		c.tcp.Close(now) // an error says that it is closed already
	}
	h.wantEmit(c)
}

// Status fills in st (RFC 9293 3.10.6); it returns false, and clears st, if the
// ID is not the program's own. Its Deadline is the connection's alone.
func (h *Host) Status(id ID, st *endpoint.Status) bool {
	*st = endpoint.Status{Deadline: endpoint.Never}
	c := h.lookup(id)
	if c == nil {
		return false
	}
	c.tcp.Status(st)
	return true
}

// Addrs returns the two sockets of a connection; false if the ID is not the
// program's own.
func (h *Host) Addrs(id ID) (local, remote netip.AddrPort, ok bool) {
	c := h.lookup(id)
	if c == nil {
		return local, remote, false
	}
	return netip.AddrPortFrom(h.cfg.Addr, c.tuple.local), c.remote, true
}
