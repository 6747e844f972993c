package sim

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// Step makes one thing happen and tells what it was. It returns false when the
// run is over: when no datagram, deadline, application call or fault that can
// still strike is left, or when a budget is spent (Outcome tells which).
//
// Within one instant: what was emitted has left already; then scripted faults
// that strike now, in file order; then applications, A before B, lines in file
// order, until all wait; then arrivals and other events, in the order in which
// they were scheduled; then the deadlines of A and of B.
func (w *World) Step() (*Step, bool) {
	if w.outcome != Unfinished {
		return nil, false
	}
	w.release()
	return w.one()
}

// mostBatch is how many steps Steps does at most.
const mostBatch = 32

// Steps is Step for many: it does what Step would do, until the run is over or it
// has no room for more, and returns what that was; none if the run was over. They
// are valid as long as a Step is. What the world says meanwhile is of the last
// one.
func (w *World) Steps() []Step {
	w.release()
	for w.outcome == Unfinished && w.done < mostBatch && !w.filled {
		if _, ok := w.one(); !ok {
			break
		}
		w.done++
	}
	return w.batch[:w.done]
}

// one makes one thing happen.
func (w *World) one() (*Step, bool) {
	for {
		switch {
		case w.strike():
		case w.act():
			w.count()
		default:
			more, stepped := w.advance()
			if !more {
				return nil, false
			}
			if !stepped {
				continue
			}
		}
		w.record()
		return w.step, true
	}
}

// count holds the steps against the budget: calls take no time, and the clock
// does not count them.
func (w *World) count() {
	if int(w.steps) > w.events {
		w.outcome = OverEvents
	}
}

// next is when something is due, Never if nothing is: queued says that it is the
// queue's, early that it comes before what queue and deadlines have, and
// otherwise it is the deadline of an end.
func (w *World) next() (at time.Duration, end endpoint.End, queued, early bool) {
	next, end := w.deadline()
	at, queued = w.queue.Peek()
	if queued && at <= next {
		next = at
	} else {
		queued = false
	}
	if wake := min(w.ends[0].wake, w.ends[1].wake); wake <= next && wake != endpoint.Never {
		next, early = wake, true
	}
	if t, ok := w.script.NextTime(); ok && t <= next && t < w.heal {
		next, early = t, true
	}
	return next, end, queued, early
}

// advance moves the clock to the next thing that is due and lets it happen.
// more is false when the run is over; stepped is false when nothing happened
// yet but may now.
func (w *World) advance() (more, stepped bool) {
	next, end, queued, early := w.next()
	if next == endpoint.Never {
		w.outcome = Quiet
		return false, false
	}
	if err := w.clock.Advance(next); err != nil {
		w.fail(err)
		return false, false
	}
	switch {
	case early:
		return true, false
	case queued:
		_, id, _ := w.queue.Pop()
		w.happen(id)
		return true, true
	}
	w.begin(end, Cause{Kind: Timeout})
	w.ends[end].ep.Timeout(w.clock.Now())
	w.finish()
	return true, true
}

// deadline is the earlier of the two ends' deadlines; A's, if they are equal.
// One that lies in the past is due now: behind what the queue has for this
// instant, like any other.
func (w *World) deadline() (time.Duration, endpoint.End) {
	now := w.clock.Now()
	a, b := max(w.deadlineOf(endpoint.A), now), max(w.deadlineOf(endpoint.B), now)
	if b < a {
		return b, endpoint.B
	}
	return a, endpoint.A
}

func (w *World) deadlineOf(e endpoint.End) time.Duration {
	h := &w.ends[e]
	if h.down {
		return endpoint.Never
	}
	return h.now().Deadline
}

// begin opens a step of an end: what it tells now becomes Before.
func (w *World) begin(e endpoint.End, c Cause) {
	h := &w.ends[e]
	w.steps++
	s := &w.batch[w.done]
	w.step = s
	s.N, s.At, s.End, s.Cause = w.steps, w.clock.Now(), e, c
	s.Arrived, s.ArrivedErr, s.Data, s.Offset = nil, nil, nil, 0
	s.Emits = s.Emits[:0]
	s.Before = h.now()
	s.After = s.Before
}

// finish closes a step in which the endpoint was called: it collects what is
// emitted, asks for the status, sends what was emitted off and notices the
// states that were entered.
func (w *World) finish() {
	s := w.step
	h := &w.ends[s.End]
	first := len(w.held)
	w.collect(s.End)
	h.st = &s.after
	s.After = h.st
	if err := h.ask(); err != nil {
		h.blame(err)
	}
	h.poll = true
	for _, i := range w.held[first:] { // now that "hold" can see the state
		w.launch(i)
	}
	if w.outcome == Unfinished && len(w.flights)-len(w.landed) > w.mostFlights {
		w.outcome = OverQueue
	}
	if s.After.State != s.Before.State {
		w.enter(s.End, s.Before.State, s.After.State, s.Arrived != nil)
	}
}

// enter counts the entry of a state, and of those that a composite edge passes
// through: RFC 9293 3.10.7.3 and 3.10.7.4 make these transitions one after the
// other while they process one segment.
func (w *World) enter(e endpoint.End, from, to endpoint.State, arrived bool) {
	if arrived && (from == endpoint.SynSent || from == endpoint.SynReceived) && to > endpoint.Established {
		w.entered(e, endpoint.Established)
		switch to {
		case endpoint.Closing:
			w.entered(e, endpoint.FinWait1)
		case endpoint.LastAck:
			w.entered(e, endpoint.CloseWait)
		}
	}
	w.entered(e, to)
}

func (w *World) entered(e endpoint.End, s endpoint.State) {
	w.ends[e].entries[s]++
	if w.healed {
		return
	}
	w.script.Entered(e, s)
	if len(w.asides) > 0 {
		w.releaseHeld(e, s)
	}
}

// healNow turns the link's models and the script off, once the time has come.
func (w *World) healNow() {
	if w.healed || w.clock.Now() < w.heal {
		return
	}
	w.healed = true
	w.script.Heal()
	for e := range w.paths {
		w.paths[e].Heal(&w.scenario.Link[e])
	}
}

// collect takes every datagram that an endpoint emits and gives it its fate.
func (w *World) collect(e endpoint.End) {
	h, now := &w.ends[e], w.clock.Now()
	w.healNow()
	for {
		i := w.grab()
		s := w.slots[i]
		n, ok := h.emit(now, s.buf[:])
		if !ok {
			w.idle = append(w.idle, i)
			return
		}
		if len(w.step.Emits) >= w.mostEmits {
			w.idle = append(w.idle, i)
			w.outcome = OverInstant
			return
		}
		w.send(e, i, n)
	}
}

// send gives the datagram in slot i its identity and its fate.
func (w *World) send(e endpoint.End, i uint32, n int) {
	h, now, s := &w.ends[e], w.clock.Now(), w.slots[i]
	s.fill(n, e)
	w.ids++
	s.id, s.n = w.ids, h.emitted
	h.emitted++
	w.held = append(w.held, i)
	kind := s.seg.Kind()
	w.step.Emits = append(w.step.Emits, Emit{
		ID: s.id, Segment: s.seg, Err: s.err, Fate: &s.fate, Offset: -1,
		Nth: w.script.Emitted(e, kind), Of: h.repeats.find(&s.seg, s.id),
	})
	w.draw(e, s, now, &w.step.Emits[len(w.step.Emits)-1], kind)
}

// draw makes the fate of a datagram: models and queue, script, loss cap.
func (w *World) draw(e endpoint.End, s *slot, now time.Duration, emit *Emit, kind endpoint.Kind) {
	h, f := &w.ends[e], &s.fate
	w.paths[e].Draw(now, s.n, &s.seg, int(s.size), f)
	if !w.healed {
		first := len(w.by)
		var err error
		if w.by, err = w.script.Edit(e, kind, now, f, w.by); err != nil {
			w.outcome = OverCopies
		}
		if now < h.cut {
			f.N, f.Cause = 0, link.LostByCut
			w.by = append(w.by, h.cutBy)
		}
		emit.By = w.by[first:len(w.by):len(w.by)]
	}
	if !w.paths[e].Settle(&s.seg, now, f) {
		w.unfair = true
	}
}
