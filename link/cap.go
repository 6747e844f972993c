package link

import (
	"slices"
	"time"

	"example.org/halfopen/endpoint"
)

// streak is how often in a row the same part of the sequence space was lost.
// A retransmission may be cut differently, and an acknowledgment stands where
// the next data will: so what counts is where a segment begins, and whether it
// occupies any sequence numbers.
type streak struct {
	seq   endpoint.Seq
	bare  bool // SEG.LEN is 0
	count int
}

// maxStreaks bounds the table. Only ranges that were lost and neither sent
// again nor delivered stay in it; where there are more, the one that lies
// farthest back is forgotten.
const maxStreaks = 256

// Settle has the last word, after the script: if the segment is lost, and its
// range was lost Cap times in a row before, and it was a model that lost or
// corrupted it, it arrives all the same, and Revived says so. If something else
// lost it, fair is false: the run may then not deliver everything, and nobody
// is to blame. A loss is a loss whatever the cause: no copy at all, or only
// copies that the checksum catches.
//
// A segment that was lost arrives as Drawn says. A corrupted copy is made whole
// and arrives where the script has put it.
func (p *Path) Settle(seg *endpoint.Segment, now time.Duration, f *Fate) (fair bool) {
	if p.config.Cap <= 0 {
		return true
	}
	lost := f.lost()
	if !lost && len(p.streaks) == 0 {
		return true
	}
	at, found := p.findStreak(seg.Seq, seg.Len() == 0)
	if !lost {
		if found {
			p.streaks = slices.Delete(p.streaks, at, at+1)
		}
		return true
	}
	if !found {
		at = p.addStreak(at, streak{seq: seg.Seq, bare: seg.Len() == 0})
	}
	if p.streaks[at].count < p.config.Cap {
		p.streaks[at].count++
		return true
	}
	if !f.revive() {
		return false // the count stays: the next one is one too many, too
	}
	p.streaks = slices.Delete(p.streaks, at, at+1)
	return true
}

// findStreak looks for a range, or where it would stand: the table is sorted,
// so that equal tables have equal encodings.
func (p *Path) findStreak(seq endpoint.Seq, bare bool) (at int, found bool) {
	for i := range p.streaks {
		s := &p.streaks[i]
		if s.seq == seq && s.bare == bare {
			return i, true
		}
		if s.seq > seq || s.seq == seq && bare {
			return i, false
		}
	}
	return len(p.streaks), false
}

// addStreak inserts a streak at its place, and returns where it is then.
func (p *Path) addStreak(at int, s streak) int {
	if len(p.streaks) == maxStreaks {
		old := 0
		for i := range p.streaks {
			if p.streaks[i].seq.Sub(s.seq) < p.streaks[old].seq.Sub(s.seq) {
				old = i
			}
		}
		p.streaks = slices.Delete(p.streaks, old, old+1)
		if old < at {
			at--
		}
	}
	p.streaks = slices.Insert(p.streaks, at, s)
	return at
}

// lost reports whether no copy will be accepted: a receiver drops what its
// checksum catches (RFC 9293 3.1, MUST-3).
func (f *Fate) lost() bool {
	for i := range f.Copies[:f.N] {
		if c := &f.Copies[i]; c.NFlips == 0 || c.Undetected {
			return false
		}
	}
	return true
}

// revive undoes what a model did, and reports whether it had done it.
func (f *Fate) revive() bool {
	if f.N == 0 {
		if f.Cause != LostByModel {
			return false
		}
		f.N, f.Cause, f.Copies[0], f.Revived = 1, NotLost, Copy{At: f.Drawn}, true
		return true
	}
	for i := range f.Copies[:f.N] {
		if c := &f.Copies[i]; c.Modelled {
			f.N, f.Copies[0], f.Revived = 1, Copy{At: c.At, Aside: c.Aside}, true
			return true
		}
	}
	return false
}
