package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// urgent is where urgent data ends, in both directions (RFC 9293 3.8.5). Both
// pointers name the octet that follows it (MUST-62).
type urgent struct {
	sending   bool         // something below SND.UP is not acknowledged
	receiving bool         // the user has not read up to RCV.UP
	sndUP     endpoint.Seq // SND.UP
	rcvUP     endpoint.Seq // RCV.UP
}

// maxUrgent is the largest urgent pointer that a segment can carry.
const maxUrgent = 65535

// SendUrgent is SEND with the URGENT flag (RFC 9293 3.10.2). The peer is told
// at once, even if its window lets no octet through.
func (t *TCP) SendUrgent(now time.Duration, p []byte) (n int, err error) {
	if n, err = t.Send(now, p); n > 0 {
		t.urgent.sending, t.urgent.sndUP = true, t.outEnd()
		t.owe.ack = t.owe.ack || t.state == endpoint.Established || t.state == endpoint.CloseWait
	}
	return n, err
}

// Urgent is how many octets are to be read until the peer's urgent data ends
// (RFC 9293 3.8.5, MUST-33).
func (t *TCP) Urgent() int {
	if !t.urgent.receiving {
		return 0
	}
	return t.urgent.rcvUP.Sub(t.unread())
}

// unread is the sequence number of the next octet that RECEIVE hands out.
func (t *TCP) unread() endpoint.Seq {
	next := t.rcv.NXT.Add(-t.in.n)
	if t.eof {
		next--
	}
	return next
}

// point sets URG and the urgent pointer on a segment that begins before SND.UP.
// One that is too far ahead is told as far as the field reaches: later segments
// say more, so that urgent data may be of any length (MUST-31).
func (u *urgent) point(s *endpoint.Segment) {
	if u.sending && s.Seq.Less(u.sndUP) {
		s.Flags |= endpoint.URG
		s.Up = uint16(min(u.sndUP.Sub(s.Seq), maxUrgent))
	}
}

// acked leaves urgent mode once all that is urgent is acknowledged.
func (u *urgent) acked(una endpoint.Seq) {
	if u.sending && u.sndUP.LessEq(una) {
		u.sending, u.sndUP = false, 0
	}
}

// read leaves urgent mode once the user has read up to RCV.UP.
func (u *urgent) read(next endpoint.Seq) {
	if u.receiving && u.rcvUP.LessEq(next) {
		u.receiving, u.rcvUP = false, 0
	}
}

// arriveURG is the sixth check: RCV.UP moves forward only. What points at octets
// that were read already is no news.
func (t *TCP) arriveURG(s *endpoint.Segment) {
	switch t.state {
	case endpoint.Established, endpoint.FinWait1, endpoint.FinWait2:
	default:
		return // nothing can follow the peer's FIN
	}
	up, least := s.Seq.Add(int(s.Up)), t.unread()
	if t.urgent.receiving {
		least = t.urgent.rcvUP
	}
	if least.Less(up) {
		t.urgent.receiving, t.urgent.rcvUP = true, up
	}
}
