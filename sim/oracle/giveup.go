package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// tries is how the octets at SND.UNA fared: since when, how often, and whether
// an answer came.
type tries struct {
	// Every octet from this number on was first sent at this time or later.
	// The second mark becomes the first when SND.UNA has reached it.
	from, next mark
	resent     int           // retransmissions of the octet at SND.UNA since the last progress
	ackSeen    int64         // the highest acknowledgment that came in order
	idleAt     time.Duration // when nothing was outstanding last
}

type mark struct {
	seq int64
	at  time.Duration
}

// sent counts a segment with n numbers from at on.
func (t *tries) sent(at, n int64, o *out, s *sim.Step) {
	una := max(o.una, t.from.seq)
	if o.una >= o.max && t.from.seq <= o.max && t.next.seq <= o.max {
		// Nothing was outstanding: this is new.
		t.from, t.next, t.resent = mark{o.max, s.At}, mark{at + n, s.At}, 0
		return
	}
	if at <= una && una < at+n && una < o.max {
		t.resent++
	}
}

// progress is called when SND.UNA has advanced.
func (t *tries) progress(una, high int64, at time.Duration) {
	t.resent = 0
	if una >= high {
		t.idleAt = at
		t.from, t.next = mark{high, at}, mark{high, at}
		return
	}
	if una >= t.next.seq {
		t.from, t.next = t.next, mark{high, at}
	}
}

// heard notes what an intact segment says about the octets at SND.UNA. An
// answer with a closed window is as good as progress: the connection has to
// stay as long as the peer answers probes (MUST-37); if the end took it, that
// is, for WL1 and WL2 may say that it is older than another.
func (t *tries) heard(d *shadow, a *arrival, s *sim.Step) {
	if !a.judged || !a.inWindow || a.newer || !a.plain {
		return
	}
	if a.ackNew && a.ack > t.ackSeen {
		t.ackSeen = a.ack
	}
	closed := s.After.Known&endpoint.KnowWindow != 0 && s.After.SND.WND == 0
	if a.ack == d.una && s.Arrived.Wnd == 0 && closed {
		t.from.at, t.next.at, t.resent = s.At, s.At, 0
	}
}

// timedOut judges a timeout that ended a connection: TIME-WAIT had lasted, or
// the end had earned to give up.
func (j *Judge) timedOut(s *sim.Step, d *shadow) bool {
	from := s.Before.State
	if from == s.After.State || s.After.State != sCLOSED {
		return j.triesOn(s, d)
	}
	user := s.After.Known&endpoint.KnowErr != 0 && s.After.Err == endpoint.ErrUserTimeout
	switch {
	case from == sTIMEWAIT:
		return j.timeWaitOver(s, d, user)
	case user || from == sLISTEN:
		return j.userTimedOut(s, d)
	case s.After.Known&endpoint.KnowErr == 0: // it may have been the user timeout
		j.gaveUp, d.lostData = true, true
		return true
	case from == sFINWAIT2:
		return j.orphanEnded(s, d)
	}
	return j.gaveUpEarned(s, d)
}

// timeWaitOver is I-31: TIME-WAIT lasts 2 MSL from its entry, or from a later
// segment that restarts it; not less, and not more.
func (j *Judge) timeWaitOver(s *sim.Step, d *shadow, user bool) bool {
	msl := j.profiles[s.End].MSL
	if msl > 0 {
		j.ask(ruleI31)
	}
	stayed, quiet := s.At-d.since, s.At-d.twLast
	switch {
	case msl == 0:
	case j.profiles[s.End].UserTimeout > 0 && (user || s.After.Known&endpoint.KnowErr == 0):
	case stayed < 2*msl:
		return j.fail(ruleI31, s, stayed.String(), (2 * msl).String(),
			"%v left TIME-WAIT after %v, under 2 MSL = %v", s.End, stayed, 2*msl)
	case j.book[s.End] && d.finAgain > 0 && s.At-d.finAgain < 2*msl:
		return j.fail(ruleI31, s, (s.At - d.finAgain).String(), (2 * msl).String(),
			"%v left TIME-WAIT %v after the peer's FIN came again, under 2 MSL = %v", s.End, s.At-d.finAgain, 2*msl)
	case quiet > 2*msl:
		return j.fail(ruleI31, s, quiet.String(), (2 * msl).String(),
			"%v left TIME-WAIT %v after the last segment, over 2 MSL = %v", s.End, quiet, 2*msl)
	}
	return true
}

func (j *Judge) userTimedOut(s *sim.Step, d *shadow) bool {
	j.gaveUp, d.lostData = true, true
	j.ask(ruleGiveUp)
	limit := j.profiles[s.End].UserTimeout
	if waited := s.At - d.try.idleAt; waited < limit {
		return j.fail(ruleGiveUp, s, waited.String(), limit.String(),
			"%v ended by user timeout after %v, under %v", s.End, waited, limit)
	}
	return true
}

// orphanEnded judges the end of FIN-WAIT-2 by a timeout: nothing is outstanding
// there, so it has to be the limit that the stack claims.
func (j *Judge) orphanEnded(s *sim.Step, d *shadow) bool {
	j.gaveUp, d.lostData = true, true
	j.ask(ruleGiveUp)
	limit, stayed := j.profiles[s.End].OrphanFinWait2, s.At-d.since
	switch {
	case limit == 0:
		return j.fail(ruleGiveUp, s, stayed.String(), "no limit",
			"%v left FIN-WAIT-2 by itself after %v, with nothing outstanding: its profile does not claim to",
			s.End, stayed)
	case stayed < limit:
		return j.fail(ruleGiveUp, s, stayed.String(), limit.String(),
			"%v left FIN-WAIT-2 by itself after %v, under the %v that its profile claims",
			s.End, stayed, limit)
	}
	return true
}

// gaveUpEarned judges R2 (RFC 9293 3.8.3): the same octets have been resent for
// so long, and no answer has come. An answer that came and was ignored, or a
// retransmission that never left, did not earn it.
func (j *Judge) gaveUpEarned(s *sim.Step, d *shadow) bool {
	j.gaveUp, d.lostData = true, true
	p := &j.profiles[s.End]
	if s.Before.Known&endpoint.KnowSND == 0 || !d.haveISS {
		return true
	}
	j.ask(ruleGiveUp)
	una, t := j.out.una, &d.try
	if una >= j.out.max {
		if p.KeepAlive > 0 && s.At-d.heardAt >= p.KeepAlive+p.R2 {
			return true // keep-alives asked for all of R2 (3.8.4, MUST-29)
		}
		if s.Before.Known&endpoint.KnowBuffers != 0 && s.Before.Unsent == 0 {
			return j.fail(ruleGiveUp, s, "nothing outstanding", "something to resend",
				"%v gave up in %v with nothing outstanding", s.End, s.Before.State)
		}
		return true
	}
	limit := p.R2
	if una == 0 {
		limit = p.R2SYN
		if s.Before.State == sFINWAIT1 {
			limit = min(p.R2, p.R2SYN)
		}
	}
	tried := s.At - t.from.at
	rtoMax := p.RTOMax
	if rtoMax == 0 {
		rtoMax = limit
	}
	switch {
	case tried < limit:
		return j.fail(ruleGiveUp, s, tried.String(), limit.String(),
			"%v gave up in %v after %v, under R2 = %v", s.End, s.Before.State, tried, limit)
	case t.ackSeen > una && !j.timestamps(s.End):
		return j.fail(ruleGiveUp, s, printed(t.ackSeen), printed(una),
			"%v gave up in %v on %d, but %d was acknowledged", s.End, s.Before.State, una, t.ackSeen)
	case t.resent == 0 && rtoMax > 0 && tried > rtoMax:
		return j.fail(ruleGiveUp, s, "0 retransmissions", "at least 1",
			"%v gave up in %v on %d after %v without resending it", s.End, s.Before.State, una, tried)
	}
	return true
}
