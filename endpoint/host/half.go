package host

import (
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// issTick is how often the clock of initial sequence numbers advances, which
// endpoint.Config's FixedISS has to be set against (RFC 9293 3.4.1).
const issTick = 4 * time.Microsecond

// half is a connection in SYN-RECEIVED: what its SYN said, and when. All else a
// TCP in LISTEN would know follows from that: passive puts one into the same
// state again, and replay lets happen to it what has happened since.
type half struct {
	since   time.Duration // when the SYN arrived
	again   time.Duration // when it arrived last after that; Never: it did not
	seq     endpoint.Seq
	wnd     uint16
	chosen  bool         // iss is not for the TCP to choose
	iss     endpoint.Seq // then it is this
	acks    int          // ACKs that were no SYN,ACK: see arriveHalf
	size    uint8
	options [endpoint.MaxOptions]byte
}

// segment is the SYN.
func (f *half) segment() endpoint.Segment {
	return endpoint.Segment{Seq: f.seq, Wnd: f.wnd, Flags: endpoint.SYN, Options: f.options[:f.size]}
}

// beginHalf puts a SYN into the SYN queue, which has room.
func (h *Host) beginHalf(now time.Duration, l *listener, k tuple, remote netip.AddrPort, s *endpoint.Segment) *conn {
	c := h.occupy(k, remote, halfOpen)
	c.listener, c.state = l, endpoint.SynReceived
	l.half++
	c.half = half{since: now, again: endpoint.Never, seq: s.Seq, wnd: s.Wnd}
	c.half.size = uint8(copy(c.half.options[:], s.Options))
	h.wantEmit(c)
	return c
}

// endHalf takes a connection out of the SYN queue. One that stood in the place
// of a TIME-WAIT returns there (RFC 9293 3.6.1: "returns to TIME-WAIT state if
// the SYN turns out to be an old duplicate").
func (h *Host) endHalf(now time.Duration, c *conn) {
	c.listener.half--
	c.listener = nil
	if c.wait.until > now {
		c.phase, c.state = waiting, endpoint.TimeWait
		h.timers.set(c.slot, c.wait.until)
		return
	}
	h.vacate(c)
}

// passive returns a TCP that was in LISTEN when a SYN arrived. Its SYN,ACK has
// not been emitted.
func (h *Host) passive(at time.Duration, remote netip.AddrPort, local uint16, f *half) (endpoint.Endpoint, error) {
	cfg := h.config(remote, local)
	if f.chosen {
		cfg.FixedISS = true
		cfg.ISS = f.iss - endpoint.Seq(uint64(at/issTick))
	}
	e, err := h.take(cfg)
	if err == nil {
		err = e.Open(at, true)
	}
	if err != nil {
		return nil, err
	}
	h.sendSYN(at, e, remote, local, f)
	return e, nil
}

// sendSYN lets the SYN arrive.
func (h *Host) sendSYN(at time.Duration, e endpoint.Endpoint, remote netip.AddrPort, local uint16, f *half) {
	s := f.segment()
	s.SrcPort, s.DstPort = remote.Port(), local
	header := endpoint.Header{Src: remote.Addr(), Dst: h.cfg.Addr}
	if n, err := endpoint.Encode(h.syn[:], &header, &s); err == nil {
		e.Arrive(at, h.syn[:n])
	}
}

// drain asks e for all that it has to send, and returns the length of the last
// datagram, which is left in buf.
func drain(now time.Duration, e endpoint.Endpoint, buf []byte) (last int) {
	for {
		n, ok := e.Emit(now, buf)
		if !ok {
			return last
		}
		last = n
	}
}

// replay returns the TCP that a half-open connection would be by now, and the
// length of the last datagram that it would have sent, which is left in buf. Its
// timers have run when they were due. It returns nil if no such TCP can be made.
func (h *Host) replay(now time.Duration, c *conn, buf []byte) (e endpoint.Endpoint, last int) {
	f := &c.half
	e, err := h.passive(f.since, c.remote, c.tuple.local, f)
	if err != nil {
		return nil, 0
	}
	last = drain(f.since, e, buf)
	again := f.again
	for {
		st := h.ask(e)
		switch {
		case st.State != endpoint.SynReceived:
			return e, last
		case again <= now && again <= st.Deadline:
			h.sendSYN(again, e, c.remote, c.tuple.local, f)
			last = drain(again, e, buf)
			again = endpoint.Never
		case st.Deadline <= now:
			at := st.Deadline
			e.Timeout(at)
			last = drain(at, e, buf)
		default:
			return e, last
		}
	}
}

// emitHalf sends the SYN,ACK of a half-open connection, for the first time or
// again, unless it is time to give the connection up (R2, RFC 9293 3.8.3).
func (h *Host) emitHalf(now time.Duration, c *conn, buf []byte) (n int, ok bool) {
	e, n := h.replay(now, c, buf)
	if e == nil {
		h.endHalf(now, c)
		return 0, false
	}
	st := h.ask(e)
	h.put(e)
	if st.State != endpoint.SynReceived {
		h.endHalf(now, c)
		return 0, false
	}
	h.timers.set(c.slot, st.Deadline)
	return n, n > 0
}

// arriveHalf is SEGMENT ARRIVES for a half-open connection. What it does to the
// connection, if it does not end the state, is forgotten but for one thing: an
// attacker who can make us send challenge ACKs can do so only Config.TCP's
// ChallengeACKs times (RFC 5961 7).
func (h *Host) arriveHalf(now time.Duration, c *conn, datagram []byte) {
	var header endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &header, &s) != nil {
		return
	}
	f, l := &c.half, c.listener
	bits := s.Flags & (endpoint.SYN | endpoint.ACK | endpoint.RST)
	if bits == endpoint.SYN && s.Seq == f.seq {
		f.again = now // our SYN,ACK was lost, or is late
		h.wantEmit(c)
		return
	}
	if bits == endpoint.ACK && l.full() {
		h.counters.ACKsDropped++ // there is no place for the connection it would make
		return
	}
	e, _ := h.replay(now, c, h.waste[:])
	if e == nil {
		return
	}
	e.Arrive(now, datagram)
	switch h.ask(e).State {
	case endpoint.SynReceived:
		if bits == endpoint.ACK && l.cookies(now) && c.wait.until == 0 { // TIME-WAIT sends no cookies
			h.put(e)
			h.cookied(now, c, &s, datagram)
			return
		}
		h.passOn(now, e, f)
		h.put(e)
	case endpoint.Listen, endpoint.Closed: // a RST, or a SYN of a peer that has begun anew
		h.put(e)
		h.endHalf(now, c)
	default:
		l.half--
		c.tcp, c.phase, c.state = e, live, endpoint.SynReceived
		h.established(l, c)
	}
}

// cookied lets a half-open connection make way for the one that its peer has: a
// SYN that came twice was answered by a cookie the one time, and put into the
// queue the other.
func (h *Host) cookied(now time.Duration, c *conn, s *endpoint.Segment, datagram []byte) {
	l, k, remote := c.listener, c.tuple, c.remote
	if _, ok := h.cookieOf(now, &k, s); ok {
		h.endHalf(now, c)
		h.arriveCookie(now, l, k, remote, s, datagram)
	}
}

// passOn sends what a TCP in SYN-RECEIVED has to answer.
func (h *Host) passOn(now time.Duration, e endpoint.Endpoint, f *half) {
	for {
		n, ok := e.Emit(now, h.waste[:])
		if !ok {
			return
		}
		var header endpoint.Header
		var s endpoint.Segment
		if endpoint.Decode(h.waste[:n], &header, &s) != nil {
			continue
		}
		if s.Flags == endpoint.ACK && !h.cfg.TCP.NoChallengeThrottle {
			if f.acks == h.cfg.TCP.ChallengeACKs {
				continue
			}
			f.acks++
		}
		h.answer(netip.AddrPortFrom(header.Dst, s.DstPort), s.SrcPort, &s)
	}
}

// ask asks an endpoint for its Status.
func (h *Host) ask(e endpoint.Endpoint) *endpoint.Status {
	h.status = endpoint.Status{Deadline: endpoint.Never}
	e.Status(&h.status)
	return &h.status
}
