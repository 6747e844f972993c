package host

import (
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// listener is a passive OPEN that is not used up by the connections it brings.
type listener struct {
	port     uint16
	backlog  int
	half     int          // half-open connections
	queue    fifo[uint32] // slots of those that wait for Accept
	changed  bool
	cookie   bool          // a SYN cookie was sent,
	cookieAt time.Duration // last then
}

func (l *listener) full() bool { return l.queue.len() >= l.backlog }

// Listen lets connections come to a port. At most backlog of them wait for
// Accept, 0: Config.Backlog. The error is endpoint.ErrUnspecified for port 0
// or a negative backlog, and ErrExists if there is a listener already.
func (h *Host) Listen(port uint16, backlog int) error {
	switch {
	case port == 0 || backlog < 0:
		return fmt.Errorf("host: Listen on port %d, backlog %d: %w: want a port, and a number",
			port, backlog, endpoint.ErrUnspecified)
	case h.listeners[port] != nil:
		return fmt.Errorf("host: Listen on port %d: %w", port, endpoint.ErrExists)
	}
	h.listeners[port] = &listener{port: port, backlog: or(backlog, h.cfg.Backlog)}
	return nil
}

// Unlisten ends a listener, as CLOSE in LISTEN does (RFC 9293 3.10.4). What is
// half-open is forgotten, connections that wait for Accept are reset. It
// reports whether there was a listener.
func (h *Host) Unlisten(now time.Duration, port uint16) bool {
	l := h.listeners[port]
	if l == nil {
		return false
	}
	delete(h.listeners, port)
	for _, c := range h.conns[1:] {
		switch {
		case c.listener != l:
		case c.phase == halfOpen:
			h.endHalf(now, c)
		case c.phase == live:
			c.tcp.Abort(now)
			h.orphan(now, c)
		}
	}
	return true
}

// Accept returns the connection to a port that has waited longest; false if
// none does. One that ended while it waited is returned, too: its Status says
// how.
func (h *Host) Accept(port uint16) (ID, bool) {
	l := h.listeners[port]
	if l == nil {
		return 0, false
	}
	slot, ok := l.queue.pop()
	if !ok {
		return 0, false
	}
	c := h.conns[slot]
	c.held, c.listener = true, nil
	h.counters.Accepted++
	return c.id(), true
}

// established puts a connection into the accept queue.
func (h *Host) established(l *listener, c *conn) {
	c.listener = l
	l.queue.push(c.slot)
	if !l.changed {
		l.changed = true
		h.changes.push(portBit | uint32(l.port))
	}
	h.wantEmit(c)
}

// arriveStranger is a segment that belongs to no connection: it is for a
// listener, or for nobody.
func (h *Host) arriveStranger(now time.Duration, k tuple, datagram []byte) {
	var header endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &header, &s) != nil {
		return // MUST-3
	}
	if s.SrcPort == 0 || s.DstPort == 0 || !unicast(header.Src) {
		return // MUST-57, MUST-63
	}
	remote := netip.AddrPortFrom(header.Src, s.SrcPort)
	l := h.listeners[s.DstPort]
	if l == nil {
		h.refuse(remote, &s)
		return
	}
	switch { // RFC 9293 3.10.7.2
	case s.Flags&endpoint.RST != 0: // first
	case s.Flags&endpoint.ACK != 0: // second
		if s.Flags&endpoint.SYN == 0 && l.cookies(now) {
			h.arriveCookie(now, l, k, remote, &s, datagram)
		} else {
			h.refuse(remote, &s)
		}
	case s.Flags&endpoint.SYN != 0: // third
		h.arriveSYN(now, l, k, remote, &s)
	}
}

// refuse is what CLOSED does with a segment (RFC 9293 3.10.7.1): a RST that the
// sender of s will believe, and nothing in answer to a RST.
func (h *Host) refuse(remote netip.AddrPort, s *endpoint.Segment) {
	if s.Flags&endpoint.RST != 0 {
		return
	}
	r := endpoint.Segment{Flags: endpoint.RST, Seq: s.Ack}
	if s.Flags&endpoint.ACK == 0 {
		r.Flags, r.Seq, r.Ack = endpoint.RST|endpoint.ACK, 0, s.Seq.Add(s.Len())
	}
	h.counters.Resets++
	h.answer(remote, s.DstPort, &r)
}

// arriveSYN is the third check of LISTEN: the SYN is put into the SYN queue, or
// answered by a cookie, or dropped.
func (h *Host) arriveSYN(now time.Duration, l *listener, k tuple, remote netip.AddrPort, s *endpoint.Segment) {
	h.counters.SYNs++
	// A handshake that is begun while the accept queue is full could not be
	// finished: its SYN comes again when there may be room.
	queue := h.cfg.SYNCookies != CookiesAlways && l.half < h.cfg.SYNQueue && h.live < h.cfg.Connections
	switch {
	case !l.full() && queue:
		h.beginHalf(now, l, k, remote, s)
	case !l.full() && h.cfg.SYNCookies != CookiesNever && h.sendCookie(now, remote, s):
		l.cookie, l.cookieAt = true, now
	default:
		h.counters.SYNsDropped++
	}
}
