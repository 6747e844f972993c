package oracle

import (
	"fmt"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// Judge judges one run after another. The zero value is not ready: Reset it
// for each run. It is a plain value: CopyFrom makes a second one that goes its
// own way. It allocates nothing unless it finds a violation.
//
// What is asked of in every step stands first: code that reaches it is shorter, and
// that counts, for a run goes round in more code than a processor keeps at hand.
type Judge struct {
	out      out           // scratch: what left in the step that is judged
	step     table.Step    // scratch: the step, as the table asks for it
	found    table.Found   // what explains it
	due      time.Duration // the earlier of the two ends' owed answers; Never if none
	settleBy time.Duration // when the ends have to have come to rest (settle.go)

	profiles   [2]endpoint.Profile
	book       [2]bool   // the profile promises ByTheBook
	odd        [2]string // and that constant of it is not the Config's
	sendBuffer [2]int
	claims     [2]table.Fact // those that the profiles decide,
	ackRange   [2]table.Fact // and one that a window has to be told for
	start      [2]uint64     // where each end's stream begins in the content table
	ports      [2]uint16
	defaultMSS int           // for an end whose peer names none
	script     faults.Script // of the scenario, not to be written to
	heal       time.Duration
	slowest    time.Duration // what timers may take (settle.go)
	bounded    bool          // and whether that is known
	trip       time.Duration // how long a segment and its answer may take after heal
	rate       int64         // the slower direction's octets a second, 0 if infinite

	ends [2]shadow
	wire wire

	// Liveness.
	base time.Duration // the last thing that may have set something going
	left int64         // octets that SEND has taken,
	most time.Duration // and the bound for so many; 0: not worked out
	late sim.Violation // a bound was missed; it counts if the run turns out fair

	hostile bool // something arrived that no TCP sent
	aborted bool // an application aborted, or closed with octets unread
	gaveUp  bool // an end gave up, or its host crashed
	forgot  bool // a connection ended at one end otherwise than by FINs

	troubles troubles

	v        sim.Violation
	judged   Judged
	coverage Coverage
	scratch  scratch    // of unhide
	memo     table.Memo // what the table has said before
}

// End is what a run came to.
type End struct {
	At      time.Duration
	Outcome sim.Outcome
	// Fair: no hostile fault is in the script or on the link, loss is capped,
	// and neither script nor queue exceeded the cap.
	Fair bool
	// Status is what the ends tell at the end; nil where that is not known.
	Status [2]*endpoint.Status
}

// Reset makes the judge ready for a run of a scenario that World.Reset has
// resolved (World.Scenario), by ends that claim these profiles. What Coverage
// and Judged have gathered stays.
func (j *Judge) Reset(s *scenario.Scenario, profiles [2]endpoint.Profile) {
	j.profiles = profiles
	j.script, j.heal = s.Fault, s.Heal
	j.start = [2]uint64{sim.ContentStart(s.Seed, 0), sim.ContentStart(s.Seed, 1)}
	j.slowest, j.bounded = max(slow(&profiles[0]), slow(&profiles[1])), true
	for e := range profiles {
		j.bounded = j.bounded && timersKnown(&profiles[e])
		j.judged.ends[e].claimed(&profiles[e])
		j.book[e], j.odd[e], j.sendBuffer[e] = profiles[e].ByTheBook && !profiles[e].HidesSynReceived, "", 0
		if j.book[e] {
			j.odd[e] = oddOf(&profiles[e], s.Ends[e].Config)
			j.sendBuffer[e] = s.Ends[e].Config.WithDefaults().SendBuffer
		}
		j.claims[e], j.ackRange[e] = claimed(&profiles[e]), when(profiles[e].ACKRange, table.ACKRange)
	}
	j.trip, j.rate = 0, 0
	sockets := sim.Sockets(s.IPv6)
	j.ports = [2]uint16{sockets[0].Port(), sockets[1].Port()}
	j.defaultMSS = defaultMSS4
	if s.IPv6 {
		j.defaultMSS = defaultMSS6
	}
	for e := range s.Link {
		j.measure(&s.Link[e])
	}
	for e := range j.ends {
		j.ends[e] = shadow{owed: owing{due: endpoint.Never}}
	}
	j.due = endpoint.Never
	j.troubles.foresee(s)
	j.wire.n = 0
	j.base, j.settleBy = s.Heal, endpoint.Never
	j.left, j.most = 0, 0
	j.late = sim.Violation{}
	j.hostile, j.aborted, j.gaveUp, j.forgot = false, false, false, false
	j.found = table.Found{}
	j.v = sim.Violation{}
	j.coverage.Visits[endpoint.Closed] += 2
}

// measure adds one direction's travel time. A delay without an upper end
// counts as 40 times its mean: longer ones are rarer than 1 in 10^17.
func (j *Judge) measure(c *link.Config) {
	d := c.Delay
	j.trip += max(d.Min, d.Max, d.Min+40*d.Mean, link.MinHop)
	if c.Rate > 0 && (j.rate == 0 || c.Rate/8 < j.rate) {
		j.rate = max(c.Rate/8, 1)
	}
}

// CopyFrom makes j a copy of src. Coverage and Judged are not copied: they stay
// what j itself has seen, so that merging two judges counts nothing twice.
func (j *Judge) CopyFrom(src *Judge) {
	j.ackRange, j.book, j.odd, j.sendBuffer = src.ackRange, src.book, src.odd, src.sendBuffer
	j.claims, j.found, j.troubles = src.claims, src.found, src.troubles
	j.profiles, j.start, j.ports, j.defaultMSS = src.profiles, src.start, src.ports, src.defaultMSS
	j.script, j.heal = src.script, src.heal
	j.slowest, j.bounded, j.trip, j.rate = src.slowest, src.bounded, src.trip, src.rate
	j.ends, j.due = src.ends, src.due
	j.wire.copyFrom(&src.wire)
	j.base, j.settleBy, j.late = src.base, src.settleBy, src.late
	j.left, j.most = src.left, src.most
	j.hostile, j.aborted, j.gaveUp, j.forgot = src.hostile, src.aborted, src.gaveUp, src.forgot
	j.v = src.v
}

// Violation is the first one that was found, the zero value if none was.
func (j *Judge) Violation() sim.Violation { return j.v }

// Coverage is what the judge has seen in all its runs. The caller may zero it.
func (j *Judge) Coverage() *Coverage { return &j.coverage }

// Judged says what the judge could judge in all its runs. The caller may zero
// it.
func (j *Judge) Judged() *Judged { return &j.judged }

// Step judges one step. It returns false if a violation was found, now or
// before; after the first one nothing is judged any more.
func (j *Judge) Step(s *sim.Step) bool {
	if j.v.Found() {
		return false
	}
	d := &j.ends[s.End]
	j.found = table.Found{}
	if s.At > j.due && !j.overdue(s) {
		return false
	}
	if s.At > j.settleBy {
		j.missed(s)
	}
	if s.Cause.Kind == sim.Arrival && !j.delivered(s) {
		return false
	}
	if s.Cause.Deaf || s.Cause.Kind == sim.Fault && s.Arrived == nil {
		return j.struck(s, d)
	}
	if s.After.Known&s.Before.Known&endpoint.KnowState == 0 {
		return j.blind(s, d)
	}
	if j.hides(s.End, s.Before.State) && s.After.State > sSYNRECEIVED {
		s = j.unhide(s, d)
	}
	return j.judge(s, d)
}

// blind keeps the few books that can be kept of an end that does not tell its
// state. It may have done anything, so nothing that needs a whole run to have
// been fair is judged.
func (j *Judge) blind(s *sim.Step, d *shadow) bool {
	d.known = s.After.Known
	j.troubles.unseen = true
	j.judged.ends[s.End].lacked |= lackState
	j.aborted, j.forgot = true, true
	for i := range s.Emits {
		if e := &s.Emits[i]; e.Nth > 0 {
			j.wire.log(e, s.End)
		}
	}
	return true
}

// judge judges a step in which an endpoint was called: by all rules that can speak
// of it, but for that of the edge (broken).
func (j *Judge) judge(s *sim.Step, d *shadow) bool {
	var a arrival
	arrived := s.Arrived != nil
	o := &j.out
	o.begin(d)
	if arrived {
		j.see(s, d, &a)
		o.unclear = a.intact && (a.stray || s.ArrivedErr != nil)
	}
	from, to := s.Before.State, s.After.State
	if from != to {
		if !j.enter(s, d) {
			return false
		}
	}
	j.before(s, d, &a)
	if arrived {
		j.hear(s, d, &a)
		if !a.intact {
			j.found = j.memo.Match(&j.step)
			return j.inert(s)
		}
	}
	if from != to {
		j.moved(s, d, &a)
	}
	kind, emits := s.Cause.Kind, len(s.Emits) > 0
	book := j.book[s.End]
	if book && kind == sim.Timeout {
		d.ringing(s, j.profiles[s.End].RTOMax)
	}
	if kind == sim.Call && !j.called(s, d) || !j.follow(s, d) || a.judged && !j.used(s, d, &a) ||
		a.stray && !j.strangerInert(s, d) || emits && !j.emitted(s, d, &a) || book && d.max > d.clock.sent && !j.sentTold(s, d) ||
		s.After.Readable < s.Before.Readable && !j.unreadKept(s, d) ||
		kind == sim.Call && !j.callObeyed(s, d) || emits && !j.unsentTold(s, d) ||
		from != to && !j.entered(s, d, &a) || kind == sim.Timeout && !j.timedOut(s, d) ||
		d.finSent && !j.finUnacked(s, d) || !j.explained(s, d, &a) {
		return j.broken(s, d, &a)
	}
	d.state = to
	if from != to || !arrived {
		j.troubles.meet(j, s, d)
	}
	if from != to && !j.together(s) || hasTCB(to) && !j.holds(s, d) || book && !j.byTheBook(s, d) {
		return j.broken(s, d, &a)
	}
	return true
}

// broken is called when a rule is: if the step is no legal edge, that is the cause of
// all else. Otherwise nobody asks, for a step that the table explains is one.
func (j *Judge) broken(s *sim.Step, d *shadow, a *arrival) bool {
	if s.Before.State != s.After.State {
		j.leads(s, d, a)
	}
	return false
}

// enter keeps the books of a change of state: coverage, and the incarnations.
func (j *Judge) enter(s *sim.Step, d *shadow) bool {
	from, to := s.Before.State, s.After.State
	j.coverage.Visits[to]++
	j.coverage.Edges[from][to]++
	opening := s.Cause.Kind == sim.Call &&
		(s.Cause.Call == sim.CallActiveOpen || s.Cause.Call == sim.CallPassiveOpen)
	if opening && from == sLISTEN {
		d.open(false) // it is one TCB: what SENDs in SYN-RECEIVED have queued is in it still
	} else if opening {
		d.open(true)
	}
	if !hasTCB(to) || hasTCB(from) && (from != sTIMEWAIT || to != sSYNRECEIVED) {
		return true
	}
	highest, iss, reopens := d.max, d.iss, from == sTIMEWAIT
	d.settled(j)
	if j.book[s.End] {
		d.ancestry.buried(d)
	}
	d.begin(s.At)
	d.clock.rto = min(j.profiles[s.End].RTOInitial, j.profiles[s.End].RTOMax)
	j.out.una, j.out.max, j.out.rcvNxt = 0, 0, 0
	d.passive, d.reopened = from != sCLOSED && to == sSYNRECEIVED, reopens
	if reopens {
		d.opens++
		d.taken, d.read, d.closed, d.queued = 0, 0, false, false
		if s.After.Known&endpoint.KnowISS != 0 {
			j.ask(ruleI33)
			if int32(uint32(s.After.ISS)-iss-uint32(highest)) < 0 {
				return j.fail(ruleI33, s, printed(uint32(s.After.ISS)), printed(iss+uint32(highest)),
					"%v reopened with ISS %d, below %d that it has used", s.End,
					uint32(s.After.ISS), iss+uint32(highest))
			}
		}
	}
	return true
}

// fail writes down the first violation. It returns false, to be returned.
func (j *Judge) fail(r rule, s *sim.Step, got, want, format string, args ...any) bool {
	j.v = sim.Violation{
		Rule: rules[r], Step: s.N, At: s.At, End: s.End, State: s.After.State,
		Text: fmt.Sprintf(format, args...), Got: got, Want: want,
	}
	return false
}

func printed[T int | int64 | uint32 | uint16](v T) string { return fmt.Sprint(v) }

// causeText names what made a step happen, for a report.
func (j *Judge) causeText(s *sim.Step, d *shadow, a *arrival) string {
	switch {
	case s.Cause.Kind == sim.Call:
		return s.Cause.Call.String()
	case s.Cause.Kind == sim.Timeout:
		return "a timeout"
	case s.Arrived == nil:
		return "a fault"
	}
	g := s.Arrived
	text := g.Flags.String()
	if hasTCB(s.Before.State) && a.judged && s.Before.State != sSYNSENT {
		seq, nxt, space := figures(d.irs, a.seq, j.out.rcvNxt)
		text += fmt.Sprintf(" SEQ=%s (RCV.NXT %s)%s", seq, nxt, space)
	} else {
		text += fmt.Sprintf(" SEQ=%d", uint32(g.Seq))
	}
	if g.Flags&endpoint.ACK != 0 {
		if d.haveISS {
			ack, _, space := figures(d.iss, a.ack, j.out.una)
			text += " ACK=" + ack + space
		} else {
			text += fmt.Sprintf(" ACK=%d", uint32(g.Ack))
		}
	}
	if a.text > 0 {
		text += fmt.Sprintf(" LEN=%d", a.text)
	}
	return text
}
