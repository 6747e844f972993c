package host

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/endpoint"
)

// timeWait is all that TIME-WAIT needs to know: every answer there is the same
// ACK (RFC 9293 3.10.7.4).
type timeWait struct {
	snd, rcv endpoint.Seq // SND.NXT and RCV.NXT
	room     uint32       // RCV.WND, in octets
	until    time.Duration
	last     lastWords

	challenges int           // challenge ACKs that left (RFC 5961 7)
	period     time.Duration // when they are counted anew
}

// challengePeriod is the time in which at most Config.TCP's ChallengeACKs leave
// (RFC 5961 7).
const challengePeriod = 5 * time.Second

// lastWords is what the last segment of a connection said that cannot be told
// from the outside: the window as it stands on the wire, and timestamps.
type lastWords struct {
	wnd      uint16
	stamped  bool
	val, ecr uint32
}

// hear reads a datagram that leaves.
func (w *lastWords) hear(d []byte) {
	at := 40
	if d[0]>>4 == 4 {
		at = int(d[0]&15) * 4
	}
	s := d[at:]
	w.wnd = binary.BigEndian.Uint16(s[14:])
	w.val, w.ecr, w.stamped = endpoint.Options(s[20 : s[12]>>4*4]).Timestamps()
}

// remains is what is left of a connection in TIME-WAIT.
func (h *Host) remains(c *conn, st *endpoint.Status) timeWait {
	return timeWait{snd: st.SND.NXT, rcv: st.RCV.NXT, room: st.RCV.WND, until: st.Deadline, last: c.last}
}

// condense takes the TCB from a connection in TIME-WAIT that nobody will ask
// for anything.
func (h *Host) condense(c *conn, st *endpoint.Status) {
	c.wait = h.remains(c, st)
	c.phase = waiting
	h.discard(c)
}

// arriveTimeWait is SEGMENT ARRIVES in TIME-WAIT (RFC 9293 3.10.7.4, RFC 5961).
func (h *Host) arriveTimeWait(now time.Duration, c *conn, datagram []byte) {
	var header endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &header, &s) != nil {
		return
	}
	w := &c.wait
	fin := s.Flags&endpoint.FIN != 0
	val, _, stamped := s.Options.Timestamps()
	switch {
	case s.Flags&endpoint.RST != 0: // second, which SEG.SEQ alone decides
		if s.Seq == w.rcv {
			h.vacate(c)
		} else if w.inWindow(s.Seq) {
			h.challenge(now, c)
		}
	case w.last.stamped && !stamped: // RFC 7323 3.2
	case w.last.stamped && int32(val-w.last.ecr) < 0: // RFC 7323 5.3, R1
		h.reject(now, c, &s)
	case !w.acceptable(&s): // first
		h.reject(now, c, &s)
		if fin && s.Seq.Add(s.Len()) == w.rcv {
			h.restart(now, c) // the peer's FIN once more
		}
	case s.Flags&endpoint.SYN != 0: // fourth
		h.challenge(now, c)
	case s.Flags&endpoint.ACK == 0: // fifth
	case w.snd.Less(s.Ack):
		h.acknowledge(c)
	case fin: // eighth
		h.acknowledge(c)
		h.restart(now, c)
	}
}

// inWindow reports whether RCV.NXT =< x < RCV.NXT+RCV.WND.
func (w *timeWait) inWindow(x endpoint.Seq) bool { return uint32(x-w.rcv) < w.room }

// acceptable is the table of RFC 9293 3.4.
func (w *timeWait) acceptable(s *endpoint.Segment) bool {
	n := s.Len()
	if w.room == 0 {
		return n == 0 && s.Seq == w.rcv
	}
	return w.inWindow(s.Seq) || n > 0 && w.inWindow(s.Seq.Add(n-1))
}

// reject answers a segment that is not acceptable.
func (h *Host) reject(now time.Duration, c *conn, s *endpoint.Segment) {
	if s.Len() > 0 {
		h.acknowledge(c)
	} else {
		h.challenge(now, c)
	}
}

// challenge sends a challenge ACK, unless too many have left of late.
func (h *Host) challenge(now time.Duration, c *conn) {
	w := &c.wait
	if !h.cfg.TCP.NoChallengeThrottle {
		if now >= w.period {
			w.challenges, w.period = 0, now+challengePeriod
		}
		if w.challenges == h.cfg.TCP.ChallengeACKs {
			return
		}
		w.challenges++
	}
	h.acknowledge(c)
}

// acknowledge sends <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. Its timestamps are those
// of the last segment, which the peer takes as often as they come.
func (h *Host) acknowledge(c *conn) {
	w := &c.wait
	s := endpoint.Segment{Seq: w.snd, Ack: w.rcv, Wnd: w.last.wnd, Flags: endpoint.ACK}
	var o [endpoint.MaxOptions]byte
	if w.last.stamped {
		s.Options = endpoint.Options(o[:0]).AppendNOP().AppendNOP().AppendTimestamps(w.last.val, w.last.ecr)
	}
	h.answer(c.remote, c.tuple.local, &s)
}

// restart starts the 2 MSL timer anew.
func (h *Host) restart(now time.Duration, c *conn) {
	c.wait.until = now + 2*h.cfg.TCP.MSL
	h.timers.set(c.slot, c.wait.until)
}

// reopen lets a SYN begin a new connection in the place of one in TIME-WAIT, if
// Config says that it may (RFC 9293 3.6.1, MAY-2). It returns false if the segment
// is to be taken by TIME-WAIT.
func (h *Host) reopen(now time.Duration, c *conn, datagram []byte) bool {
	l := h.listeners[c.tuple.local]
	if h.cfg.ReopensTimeWait == endpoint.ReopensNever || l == nil {
		return false
	}
	var header endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &header, &s) != nil {
		return false
	}
	w := c.wait
	if c.phase == live {
		w = h.remains(c, h.ask(c.tcp))
	}
	const mask = endpoint.SYN | endpoint.ACK | endpoint.RST | endpoint.FIN
	if s.Flags&mask != endpoint.SYN || !w.newer(&s, h.cfg.ReopensTimeWait) {
		return false
	}
	h.counters.SYNs++
	if l.full() || l.half >= h.cfg.SYNQueue || c.phase == live && h.live == h.cfg.Connections {
		h.counters.SYNsDropped++
		return true
	}
	k, remote := c.tuple, c.remote
	if c.phase == live {
		// Its program may read on; the 2 MSL are over.
		c.tcp.Timeout(w.until)
		h.forget(c)
		h.wantEmit(c)
	} else {
		h.vacate(c)
	}
	n := h.beginHalf(now, l, k, remote, &s)
	n.wait = w
	// Larger than all that the old connection used (RFC 9293 3.6.1), by how much
	// is nobody's business (RFC 6528).
	a, b, ports := k.words()
	gap := siphash(h.cfg.Key, reopenKey, a, b, ports, uint64(now))
	n.half.chosen, n.half.iss = true, w.snd+1+endpoint.Seq(gap&0xffff)
	h.counters.Reopened++
	return true
}

// reopenKey makes the hash of the new numbers another one than those of the
// other uses of Config.Key.
const reopenKey = 4

// newer reports whether a SYN is of a new connection (RFC 9293 3.6.1; RFC 6191 2
// if timestamps may tell).
func (w *timeWait) newer(s *endpoint.Segment, by endpoint.Reopening) bool {
	above := w.rcv.Less(s.Seq)
	val, _, stamped := s.Options.Timestamps()
	switch {
	case by == endpoint.ReopensByNumber || !stamped:
		return above
	case !w.last.stamped:
		return true
	}
	age := int32(val - w.last.ecr)
	return age > 0 || age == 0 && above
}
