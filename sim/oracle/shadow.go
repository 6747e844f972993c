package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// shadow is what the judge remembers of one end: its own books, kept from what
// the end told, what it emitted and what arrived. Sequence numbers are 64 bits
// wide and count from the initial one (the SYN is 0, the first octet 1), so
// they never wrap.
type shadow struct {
	state endpoint.State
	known endpoint.Known

	// The incarnation: from the SYN to the return to CLOSED or LISTEN. What it
	// knew stays until the next OPEN.
	haveISS, haveIRS bool

	passive    bool // LISTEN led here
	reopened   bool // TIME-WAIT led here (MAY-2)
	closed     bool // CLOSE was called
	queued     bool // CLOSE was called before ESTABLISHED, or in CLOSE-WAIT
	finSent    bool // own FIN has left, with the number fin
	finHeard   bool // a FIN of the peer arrived, with the number peerFin,
	twoFINs    bool // and another with another, or text with the same: it counts, or not
	baseLost   bool // a return to LISTEN: where the stream begins is a choice of the stack
	note3      bool // TIME-WAIT was entered by sending a RST
	everAnswer bool // a challenge or step-1 ACK left

	iss, irs      uint32
	una, nxt, max int64 // relative to iss
	rcvNxt        int64 // relative to irs
	wnd, maxWnd   uint32
	rcvWnd        uint32

	opens    uint32
	ackHeard int64 // the highest acknowledgment that arrived
	fin      int64
	taken    int64         // octets since the last OPEN that SEND took,
	owed     owing         // the answer that is owed (answer.go)
	heardAt  time.Duration // when a segment came last whose checksum was right

	read             int64 // and that RECEIVE gave
	wl1, wl2         int64 // the newest segment that the window may have been taken from; wl1 is -1 before it
	seqTop           int64 // the highest SEG.SEQ of a segment with ACK that arrived
	peerFin          int64
	textHeard        int64 // where the text that arrived ends
	unsent, readable int

	answered time.Duration // when the last challenge or step-1 ACK left
	edge     int64         // the right edge that was last advertised
	adWnd    int64         // the window of that, in octets

	try tries // how the segment at SND.UNA fared (giveup.go)

	clock      clock    // its timers, if it goes by the book (clock.go)
	above      above    // what came above a gap (kept.go)
	ancestry   ancestry // where its initial sequence numbers come from (iss.go)
	heardSince bool     // a segment came after the last one with ACK left (book.go)

	since    time.Duration // FIN-WAIT-2 or TIME-WAIT was entered
	twLast   time.Duration // the last segment that may restart TIME-WAIT
	finAgain time.Duration // the peer's FIN came again; 0: it has not

	options  options // of its SYN
	opening  opening // how that fared, and the first text
	sndMSS   int     // what the peer's SYN asked for; 0: not known
	leastMSS int     // the same, if another SYN that came is the one that counts
	hidden   hidden  // what a listener keeps out of sight (hidden.go)

	down     bool // the host is
	strayed  bool // it heard a segment from another port, and may talk to that
	tainted  bool // its received stream may hold octets that nobody sent
	forged   bool // its acknowledgments may be forged
	lostData bool // its connection ended otherwise than by CLOSE and FIN
}

// unwrap returns the 64-bit number that is seq-base modulo 2^32 and stands
// nearest to near.
func unwrap(near int64, base, seq uint32) int64 {
	return near + int64(int32(seq-base-uint32(near)))
}

// open is called when OPEN was. From here on the old incarnation, whose stream the
// other end may still be reading, is matched by nothing. Out of CLOSED it makes a
// new TCB, and begins a stream.
func (d *shadow) open(fresh bool) {
	d.haveISS, d.haveIRS = false, false
	if fresh {
		d.opens++
		d.taken, d.read, d.baseLost = 0, 0, false
	}
	d.closed, d.queued = false, false
	d.lostData, d.tainted, d.forged = false, false, false
	d.hidden = hidden{}
}

// begin forgets the last incarnation.
func (d *shadow) begin(at time.Duration) {
	d.haveISS, d.haveIRS = false, false
	d.una, d.nxt, d.max, d.rcvNxt = 0, 0, 0, 0
	d.wnd, d.maxWnd = 0, 0
	d.wl1, d.wl2, d.seqTop = -1, 0, 0
	d.reopened = false
	d.finSent, d.finHeard, d.twoFINs = false, false, false
	d.ackHeard, d.textHeard = 0, 0
	d.owed = owing{due: endpoint.Never}
	d.edge, d.adWnd, d.everAnswer = -1, 0, false
	d.try = tries{idleAt: at}
	d.options, d.note3, d.hidden = options{}, false, hidden{}
	d.opening, d.sndMSS, d.leastMSS = opening{}, 0, 0
	d.clock, d.above.n = clock{}, 0
}

// hasTCB reports whether a state has sequence numbers of its own.
func hasTCB(s endpoint.State) bool { return s > endpoint.Listen }

// matched reports whether the two ends' incarnations belong to each other.
// With only one direction matching, a crash and an old SYN put a FIN-WAIT-2
// opposite a SYN-RECEIVED, legally.
func (j *Judge) matched() bool {
	a, b := &j.ends[endpoint.A], &j.ends[endpoint.B]
	return a.haveISS && a.haveIRS && b.haveISS && b.haveIRS && a.irs == b.iss && b.irs == a.iss
}

// follow brings the shadow of an end up to what it tells after a step, and
// holds that against what it told before.
func (j *Judge) follow(s *sim.Step, d *shadow) bool {
	st := s.After
	d.known = st.Known
	j.judged.ends[s.End].told(st)
	if d.known&endpoint.KnowBuffers != 0 {
		d.unsent, d.readable = st.Unsent, st.Readable
	}
	if !hasTCB(st.State) {
		return j.holdsNothing(s, d)
	}
	if d.known&endpoint.KnowISS != 0 &&
		(!d.haveIRS || d.iss != uint32(st.ISS) || d.irs != uint32(st.IRS)) && !j.followISS(s, d) {
		return false
	}
	if d.known&endpoint.KnowSND != 0 && d.haveISS {
		snd := &st.SND
		still := uint32(snd.UNA) == d.iss+uint32(d.una) && uint32(snd.NXT) == d.iss+uint32(d.nxt) &&
			uint32(snd.MAX) == d.iss+uint32(d.max)
		if !still && !j.followSND(s, d) {
			return false
		}
	}
	if d.known&endpoint.KnowWindow != 0 {
		d.wnd = st.SND.WND
		d.maxWnd = max(d.maxWnd, d.wnd)
	}
	if d.known&endpoint.KnowRCV != 0 && d.haveIRS {
		d.rcvWnd = st.RCV.WND
		j.ask(ruleI8)
		nxt := unwrap(d.rcvNxt, d.irs, uint32(st.RCV.NXT))
		if nxt < d.rcvNxt {
			return j.back(s, "RCV.NXT", d.rcvNxt, nxt)
		}
		d.rcvNxt = nxt
	}
	return true
}

// followISS is I-13: the initial numbers are chosen once.
func (j *Judge) followISS(s *sim.Step, d *shadow) bool {
	st := s.After
	j.ask(ruleI13)
	if d.haveISS && d.iss != uint32(st.ISS) {
		return j.newISS(s, uint32(st.ISS))
	}
	first := !d.haveISS
	d.haveISS, d.iss = true, uint32(st.ISS)
	if first && j.book[s.End] && !j.chosen(s, d) {
		return false
	}
	if st.State == endpoint.SynSent {
		return true
	}
	if d.haveIRS && d.irs != uint32(st.IRS) {
		return j.fail(ruleI13, s, printed(uint32(st.IRS)), printed(d.irs),
			"%v changed IRS %d -> %d in %v", s.End, d.irs, uint32(st.IRS), st.State)
	}
	d.haveIRS, d.irs = true, uint32(st.IRS)
	return true
}

func (j *Judge) newISS(s *sim.Step, iss uint32) bool {
	old := j.ends[s.End].iss
	return j.fail(ruleI13, s, printed(iss), printed(old),
		"%v changed ISS %d -> %d in %v", s.End, old, iss, s.After.State)
}

// followSND is I-7, I-8 and I-9: SND.UNA <= SND.NXT <= SND.MAX, less than 2^31
// apart, and none of UNA and MAX goes back.
func (j *Judge) followSND(s *sim.Step, d *shadow) bool {
	snd := &s.After.SND
	una := unwrap(d.una, d.iss, uint32(snd.UNA))
	high := unwrap(d.max, d.iss, uint32(snd.MAX))
	nxt := unwrap(d.nxt, d.iss, uint32(snd.NXT))
	j.ask(ruleI7)
	j.ask(ruleI8)
	if una > d.una {
		j.ask(ruleUNA)
	}
	switch {
	case una < d.una:
		return j.back(s, "SND.UNA", d.una, una)
	case high < d.max:
		return j.fail(ruleI9, s, printed(high), printed(d.max),
			"%v took SND.MAX back %d -> %d", s.End, d.max, high)
	case una > high || nxt > high:
		return j.fail(ruleI7, s, printed(max(una, nxt)), printed(high),
			"%v has SND.UNA %d, SND.NXT %d, but sent only up to %d", s.End, una, nxt, high)
	case high-una > 1<<31:
		return j.fail(ruleI7, s, printed(high-una), printed(int64(1)<<31),
			"%v has SND.NXT %d octets after SND.UNA, over 2^31", s.End, high-una)
	case una > d.una && una > d.ackHeard:
		return j.fail(ruleUNA, s, printed(una), printed(d.ackHeard),
			"%v has SND.UNA %d, but only %d was ever acknowledged", s.End, una, d.ackHeard)
	}
	if una > d.una {
		d.try.progress(una, high, s.At)
		if j.book[s.End] {
			d.clock.acknowledged(una, s.At, &j.profiles[s.End])
		}
	}
	d.una, d.nxt, d.max = una, nxt, high
	return true
}

func (j *Judge) back(s *sim.Step, name string, from, to int64) bool {
	return j.fail(ruleI8, s, printed(to), printed(from),
		"%v took %s back %d -> %d in %v", s.End, name, from, to, s.After.State)
}

// holdsNothing is I-47: CLOSED has no timer and no queue, LISTEN no timer but
// a user timer.
func (j *Judge) holdsNothing(s *sim.Step, d *shadow) bool {
	st := s.After
	j.ask(ruleI47)
	if d.known&endpoint.KnowDeadline != 0 && st.Deadline != endpoint.Never &&
		(st.State == endpoint.Closed || j.profiles[s.End].UserTimeout == 0 && !d.hidden.syn) {
		return j.fail(ruleI47, s, st.Deadline.String(), "none",
			"%v holds a timer for %v in %v", s.End, st.Deadline, st.State)
	}
	if st.State == endpoint.Closed && d.known&endpoint.KnowBuffers != 0 && st.Unsent != 0 {
		return j.fail(ruleI47, s, printed(st.Unsent), "0",
			"%v holds %d unsent octets in CLOSED", s.End, st.Unsent)
	}
	return true
}
