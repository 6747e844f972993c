package oracle

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle/table"
)

// AppendState appends what the judge remembers to b, canonically: of two runs of one
// scenario, by ends with the same profiles, that append the same octets, each with
// its own now, what comes then will be judged alike. Times are relative to now. It
// allocates nothing that b has room for.
//
// It is for runs that are over before they heal: of the bound on settling, which
// counts from then, it says nothing. Nor does it of what the world has under way,
// which the judge only holds against what it delivers (I-57): that is for the
// world's own encoding.
func (j *Judge) AppendState(b []byte, now time.Duration) []byte {
	b = appendBools(b, j.hostile, j.aborted, j.gaveUp, j.forgot)
	t := &j.troubles
	b = appendBools(b, t.lossy, t.late, t.resent, t.reopened, t.reset, t.forged, t.unseen)
	b = appendBools(b, t.active[0], t.active[1], t.passive[0], t.passive[1])
	timers := time.Duration(0)
	for e := range j.profiles {
		timers = max(timers, j.profiles[e].RTOMax+j.profiles[e].UserTimeout)
	}
	for e := range j.ends {
		b = j.ends[e].appendState(b, now, timers)
	}
	return b
}

// excuse is more than the throttleWindow for which an answer may excuse silence.
const excuse = throttleWindow + time.Second

// appendState is AppendState for one end. A condition stands before what counts only
// if it is true.
func (d *shadow) appendState(b []byte, now, timers time.Duration) []byte {
	b = append(b, byte(d.state))
	b = appendBools(b, d.haveISS, d.haveIRS, d.passive, d.reopened, d.closed, d.queued, d.finSent)
	b = appendBools(b, d.finHeard, d.twoFINs, d.baseLost, d.note3, d.heardSince)
	b = appendBools(b, d.down, d.strayed, d.tainted, d.forged, d.lostData)
	b = appendNumbers(b, int64(d.known), int64(d.iss), int64(d.irs), d.una, d.nxt, d.max, d.rcvNxt)
	b = appendNumbers(b, d.wl1, d.wl2, d.seqTop, int64(d.wnd), int64(d.maxWnd), int64(d.rcvWnd))
	b = appendNumbers(b, int64(d.unsent), int64(d.readable), d.fin, d.ackHeard, d.peerFin, d.textHeard)
	b = appendNumbers(b, int64(d.opens), d.taken, d.read, d.edge, d.adWnd, int64(d.sndMSS), int64(d.leastMSS))

	// How long a state has lasted is asked of these two.
	if d.state == sTIMEWAIT || d.state == sFINWAIT2 {
		b = appendAgo(b, d.since, now)
	}
	if d.state == sTIMEWAIT {
		b = appendAgo(b, d.twLast, now)
		b = appendIf(b, d.finAgain > 0, d.finAgain-now)
	}
	b = d.owed.appendState(b, now)
	b = appendIf(b, d.everAnswer, max(d.answered-now, -excuse))
	b = d.appendTries(b, now, timers)
	b = d.clock.appendState(b, now)
	b = d.ancestry.appendState(d.above.appendState(b))
	b = d.options.appendState(b)
	b = d.opening.appendState(b, now, d.una)
	return d.hidden.appendState(b, now)
}

// appendState leaves out when a debt that there is not is due, and what it was for,
// which is only named.
func (o *owing) appendState(b []byte, now time.Duration) []byte {
	b = append(b, byte(o.grace))
	if o.grace == table.Now {
		return b
	}
	return appendAgo(appendAgo(appendNumbers(b, int64(o.row)), o.at, now), o.due, now)
}

// appendTries: since when the octets at SND.UNA have been tried is asked while some
// are outstanding, for the next segment after that begins anew; so is when the
// peer was heard last, if that is later. When nothing was outstanding last is asked
// while nothing is, by timers that last no longer than a profile says.
func (d *shadow) appendTries(b []byte, now, timers time.Duration) []byte {
	t := &d.try
	outstanding := d.una < d.max || t.from.seq > d.max || t.next.seq > d.max
	heard := d.una < d.max && d.heardAt > t.from.at
	b = appendBools(b, outstanding)
	if outstanding {
		b = appendNumbers(b, t.from.seq, t.next.seq, int64(t.resent))
		b = appendAgo(appendAgo(b, t.from.at, now), t.next.at, now)
	}
	b = appendIf(b, heard, d.heardAt-now)
	b = appendNumbers(b, t.ackSeen)
	return binary.AppendVarint(b, int64(max(t.idleAt-now, -timers-1)))
}

// appendState leaves out when a timer that does not run was started.
func (c *clock) appendState(b []byte, now time.Duration) []byte {
	b = appendBools(b, c.sampled, c.backedOff, c.lostSYN)
	b = appendNumbers(b, int64(c.rto), int64(c.srtt), int64(c.rttvar), int64(c.every), c.sent)
	b = appendIf(b, c.timing, c.timedAt-now)
	if c.timing {
		b = appendNumbers(b, c.timed)
	}
	return appendIf(appendIf(b, c.running, c.started-now), c.probing, c.probed-now)
}

func (k *above) appendState(b []byte) []byte {
	b = appendNumbers(b, int64(k.n))
	for _, p := range k.span[:min(k.n, len(k.span))] {
		b = appendNumbers(b, p.from, p.to)
	}
	return b
}

func (a *ancestry) appendState(b []byte) []byte {
	return appendNumbers(appendBools(b, a.known, a.past, a.wiped), int64(a.f), int64(a.high))
}

func (o *options) appendState(b []byte) []byte {
	b = appendBools(b, o.hasMSS, o.sack, o.timestamps, o.scales)
	return appendNumbers(b, int64(o.shift), int64(o.mss))
}

// appendState: when the SYN, and the first octet, left last is asked while they may
// be resent.
func (o *opening) appendState(b []byte, now time.Duration, una int64) []byte {
	b = appendNumbers(appendBools(b, o.syn, o.text, o.lost), int64(o.wnd))
	b = appendIf(b, o.syn && una <= 0, o.synAt-now)
	return appendIf(b, o.text && una <= 1, o.textAt-now)
}

func (h *hidden) appendState(b []byte, now time.Duration) []byte {
	b = appendBools(b, h.syn, h.fin, h.sent, h.several, h.answers)
	b = appendNumbers(b, int64(h.iss), int64(h.mss))
	return appendIf(b, h.answers, max(h.answered-now, -excuse))
}

// appendBools packs up to 8.
func appendBools(b []byte, list ...bool) []byte {
	var set byte
	for i, is := range list {
		if is {
			set |= 1 << i
		}
	}
	return append(b, set)
}

func appendNumbers(b []byte, list ...int64) []byte {
	for _, n := range list {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// appendAgo appends an instant, as it is seen from now.
func appendAgo(b []byte, at, now time.Duration) []byte {
	if at == endpoint.Never {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), int64(at-now))
}

// appendIf appends a span, if it counts.
func appendIf(b []byte, counts bool, span time.Duration) []byte {
	b = appendBools(b, counts)
	if counts {
		b = binary.AppendVarint(b, int64(span))
	}
	return b
}
