package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// maxWindow is the largest window without window scaling.
const maxWindow = 65535

// keep puts aside the text and the FIN of a SYN, until the connection is
// ESTABLISHED (3.10.7.2, 3.10.7.3).
func (t *TCP) keep(s *endpoint.Segment) {
	if len(s.Text) > 0 || s.Flags&endpoint.FIN != 0 {
		t.hold(s.Seq+1, s.Text, s.Flags&endpoint.FIN != 0)
	}
}

// receive is the seventh and the eighth check for a segment that is not
// ignored by the state.
func (t *TCP) receive(now time.Duration, seq endpoint.Seq, text []byte, fin bool) {
	before, gap := t.rcv.NXT, len(t.held) > 0
	if seq == before && !gap && !t.gotFIN && !fin && len(text) <= int(t.rcv.WND) {
		t.in.push(text) // the usual case
		t.advance(len(text))
	} else {
		kept := t.hold(seq, text, fin)
		if t.on.sack {
			t.note(seq, len(text), kept)
		}
		t.drain(now)
		if t.on.sack {
			t.reports.Advance(uint32(t.rcv.NXT))
		}
	}
	switch {
	case t.rcv.NXT == before:
		// Above a gap, or nothing new: an ACK at once tells the sender so
		// (MAY-13, RFC 5681 4.2). Text that the handshake's ACK covers anyway
		// owes one already.
		t.owe.ack = t.owe.ack || len(text) > 0 || fin
	case gap || t.eof || t.cfg.NoDelayedACK || t.timer[timerDelayedACK] != endpoint.Never:
		t.owe.ack = true // of two segments, the second (SHLD-19)
	default:
		t.timer[timerDelayedACK] = now + t.cfg.DelayedACK // SHLD-18, MUST-40
	}
}

// hold trims text and FIN to the window and writes them to their places in
// the receive buffer. It returns false if there was no place for new text.
func (t *TCP) hold(seq endpoint.Seq, text []byte, fin bool) (kept bool) {
	if old := t.rcv.NXT.Sub(seq); old > 0 {
		text = text[min(old, len(text)):]
		seq = t.rcv.NXT
	}
	room := t.rcv.NXT.Add(int(t.rcv.WND)).Sub(seq)
	if t.gotFIN {
		room = min(room, t.peerFIN.Sub(seq)) // nothing follows a FIN
	}
	if len(text) > room {
		text = text[:max(room, 0)]
		fin = false
	}
	end, limit := seq.Add(len(text)), maxSpans
	if seq == t.rcv.NXT {
		limit++
	}
	kept = true
	if len(text) > 0 {
		if kept = t.held.insert(seq, end, limit); kept {
			t.in.put(t.in.n+seq.Sub(t.rcv.NXT), text)
		}
	}
	if fin && (!t.gotFIN || end.Less(t.peerFIN)) && t.inWindow(end) { // one held above a gap does not outdo one in order
		t.gotFIN, t.peerFIN = true, end
	}
	return kept
}

// ripe reports whether what was kept from the SYN can be received now.
func (t *TCP) ripe() bool {
	return len(t.held) > 0 && t.held[0].from == t.rcv.NXT || t.gotFIN && t.peerFIN == t.rcv.NXT
}

// drain receives what is held at RCV.NXT, and the FIN if it is its turn.
func (t *TCP) drain(now time.Duration) {
	if to, ok := t.held.next(t.rcv.NXT); ok {
		if t.gotFIN && t.peerFIN.Less(to) {
			to = t.peerFIN
		}
		n := to.Sub(t.rcv.NXT)
		t.in.n += n
		t.advance(n)
	}
	if t.gotFIN && t.peerFIN == t.rcv.NXT {
		t.arriveFIN(now)
	}
}

// advance moves RCV.NXT over n octets of sequence space; the right edge of
// the window stays where it is.
func (t *TCP) advance(n int) {
	t.rcv.NXT = t.rcv.NXT.Add(n)
	t.rcv.WND -= uint32(n)
}

// arriveFIN is the eighth check, for a FIN in its place.
func (t *TCP) arriveFIN(now time.Duration) {
	t.advance(1)
	t.eof = true
	t.held = t.held[:0]
	switch t.state {
	case endpoint.Established:
		t.state = endpoint.CloseWait
	case endpoint.FinWait1:
		t.state = endpoint.Closing // had our FIN been acknowledged, this were FIN-WAIT-2
	case endpoint.FinWait2:
		t.enterTimeWait(now)
	}
}

// advertise moves the right edge of the receive window when it is worth it:
// the receiver's silly-window avoidance (3.8.6.2.2, MUST-39).
func (t *TCP) advertise() {
	if t.opened() >= t.worthwhile() {
		t.rcv.WND = t.free()
	}
}

// free is RCV.BUFF - RCV.USER, as far as a segment can say it.
func (t *TCP) free() uint32 {
	return uint32(min(t.cfg.ReceiveBuffer-t.in.n, t.most)) &^ t.grain
}

// opened is by how much the right edge could move.
func (t *TCP) opened() int { return int(t.free()) - int(t.rcv.WND) }

// worthwhile is min(Fr * RCV.BUFF, Eff.snd.MSS), with Fr = 1/2.
func (t *TCP) worthwhile() int { return max(1, min(t.cfg.ReceiveBuffer/2, t.mss)) }

// readerMoved sends a window update if the reader has made room that the peer
// should hear of at once. While the peer has room for a full segment it waits
// for nothing, and the news may be twice as large.
func (t *TCP) readerMoved() {
	switch t.state {
	case endpoint.Established, endpoint.FinWait1, endpoint.FinWait2:
	default:
		return // nothing will come, or nothing may be sent yet
	}
	least := t.worthwhile()
	if int(t.rcv.WND) >= t.mss {
		least = max(1, min(t.cfg.ReceiveBuffer/2, 2*t.mss))
	}
	if t.opened() >= least {
		t.owe.ack = true
	}
}
