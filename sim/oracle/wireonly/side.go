package wireonly

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// side is what the judge knows of one end.
type side struct {
	set StateSet // the states that it can be in

	claims  bool           // it claimed a state after its last step:
	claimed endpoint.State // this

	// What its application did, since the last OPEN.
	closed   bool  // it called CLOSE,
	queued   bool  // in a state where a CLOSE may have to wait
	taken    int64 // octets that it gave to SEND
	baseLost bool  // where its stream begins is not known
	opened   time.Duration

	wasReset bool // a RST ended its connection

	// TIME-WAIT: the earliest moment at which it may have been entered, and the
	// latest at which its timer may have been started.
	waitFrom, waitLast time.Duration

	// An answer that is owed (answers.go).
	owes   bool
	owesAs rule
	due    time.Duration
	mayOwe bool          // something came for which an ACK may leave
	spoke  bool          // an ACK has left in answer to a segment,
	spoken time.Duration // the last one at this time

	book
}

// book are the numbers of one incarnation. Those of the own stream count from
// the ISS, those of the peer's from its ISS: the SYN is 0, the first octet 1.
// They are 64 bits wide and never wrap. The two bounds of a pair are what the
// end must have taken, and what it may have.
type book struct {
	have         bool // the own SYN has left
	iss          uint32
	passive      bool // with an ACK on it, so LISTEN led here
	reopened     bool // TIME-WAIT did
	max          int64
	unaLo, unaHi int64
	finSent      bool
	fin          int64
	since        time.Duration // when something became outstanding
	timer        time.Duration // when the retransmission timer was started last, or later
	sent         sent
	came         uint32 // segments that came

	haveIRS      bool // the peer's SYN came
	irs          uint32
	rcvLo, rcvHi int64
	heard        spans // what came of the peer's stream and was not acknowledged yet
	highest      int64 // the end of the highest octet that came
	finHeard     bool  // a FIN came, or several with different numbers
	finMin       int64
	finMax       int64
	textEnd      int64 // behind the last octet of text that came

	edge int64 // the furthest right edge that this end advertised, -1 before,
	told int64 // the one that it advertised last,
	wnd  int64 // and the window

	roomLo, roomHi int64 // SND.WND
	roomSeq        int64 // the highest SEG.SEQ that may have set it
	mss            int   // the largest segment text that it takes
	own            offer // options on the own SYN, or on one of several
	doubtful       bool  // the options of the peer's SYN were not as they are shown
	stamped        bool  // the highest timestamp of the peer that came
	stamp          uint32
	always         bool  // all of them had timestamps
	peers          offer // and on the peer's
}

// unwrap returns the 64-bit number that is seq-base modulo 2^32 and stands
// nearest to near.
func unwrap(near int64, base, seq uint32) int64 {
	return near + int64(int32(seq-base-uint32(near)))
}

// guess is a state for a report.
func (d *side) guess() endpoint.State {
	if d.set == 0 {
		return sCLOSED
	}
	return d.set.first()
}

// begin opens the book of a new incarnation: the own SYN leaves.
func (d *side) begin(at time.Duration, iss uint32) {
	d.book = book{have: true, iss: iss, since: at, edge: -1}
	d.wasReset = false
}

// synArrived opens the other page: this is the SYN that the end took.
func (d *side) synArrived(a *arrival, j *Judge) {
	d.haveIRS, d.irs = true, uint32(a.g.Seq)
	d.rcvLo, d.rcvHi = 1, 1
	d.heard = spans{}
	d.finHeard = false
	d.edge = -1
	d.highest, d.textEnd = 1, 1
	d.peers = offersOf(a.g.Options)
	if d.mss = j.sendMSS(a.g.Options); a.garbled {
		d.mss, d.doubtful = 1<<16-1, true
		d.peers.sack, d.peers.timestamps = true, true
	}
	d.roomLo, d.roomHi, d.roomSeq = int64(a.g.Wnd), int64(a.g.Wnd), 0 // that of a SYN is never scaled
	d.take(1, a.text, a.flags&endpoint.FIN != 0)
}

// ackOf is the acknowledgment of a segment; 0, that of nothing, without ACK.
func (d *side) ackOf(a *arrival) int64 {
	if a.flags&endpoint.ACK == 0 {
		return 0
	}
	return a.ack
}

// offered is the right edge of the send window, as far as it may be. It moves
// with SND.UNA also when a segment is too old to set SND.WND.
func (d *side) offered() int64 { return d.unaHi + d.roomHi }

// take notes text, and a FIN, that came and may have been taken.
func (d *side) take(at, n int64, fin bool) {
	end := at + n
	if fin {
		if !d.finHeard {
			d.finHeard, d.finMin, d.finMax = true, end, end
		}
		d.finMin, d.finMax = min(d.finMin, end), max(d.finMax, end)
		end++
	}
	if n > 0 {
		d.textEnd = max(d.textEnd, at+n)
	}
	if end > at {
		d.heard.add(at, end)
	}
	d.highest = max(d.highest, end)
	d.rcvHi = d.heard.reach(d.rcvHi)
}

// oneFIN reports whether all that came has one FIN, behind all text. If not, a
// FIN that came may be one that was not taken.
func (d *side) oneFIN() bool { return d.finHeard && d.finMin == d.finMax && d.textEnd <= d.finMin }

// tookFIN reports whether the peer's FIN may have been taken, in order.
func (d *side) tookFIN() bool { return d.finHeard && d.rcvHi > d.finMin }

// waits keeps the times of TIME-WAIT, which a step may have entered, or lasted
// in.
func (d *side) waits(s *sim.Step, m *moves) {
	entered := false
	for i := range m {
		entered = entered || i != int(sTIMEWAIT) && m[i].Has(sTIMEWAIT)
	}
	if entered && !d.set.Has(sTIMEWAIT) {
		d.waitFrom = s.At
	}
	if entered || s.Arrived != nil && s.Arrived.Flags&endpoint.RST == 0 {
		d.waitLast = s.At
	}
}

// pass lets TIME-WAIT end that has lasted longer than it can: 2 MSL from the
// last segment that may have restarted it.
func (j *Judge) pass(now time.Duration, e endpoint.End) {
	d := &j.ends[e]
	msl := j.profiles[e].MSL
	if d.set.Has(sTIMEWAIT) && msl > 0 && now-d.waitLast > 2*msl {
		d.set = d.set&^inTIMEWAIT | inCLOSED
		d.claims = d.claims && d.claimed != sTIMEWAIT
		j.settled(d)
	}
}
