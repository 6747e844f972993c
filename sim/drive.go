package sim

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/scenario"
)

// A world can be driven from outside: by a program whose calls no application
// line foresees, beside other worlds on the same clock. StepUntil takes the place
// of Step then, Do makes the program's calls, and Next says how long there is
// nothing to do.

// StepUntil is Step, but for what is due at t or before. When nothing is left,
// the clock stands at t, the run goes on, and it returns false. A t that has
// passed is now.
func (w *World) StepUntil(t time.Duration) (*Step, bool) {
	if w.outcome != Unfinished {
		return nil, false
	}
	t = max(t, w.clock.Now())
	w.release()
	for !w.strike() && !w.act() {
		if at, _, _, _ := w.next(); at > t {
			if err := w.clock.Advance(t); err != nil {
				w.fail(err)
			}
			return nil, false
		}
		more, stepped := w.advance()
		if !more {
			return nil, false
		}
		if stepped {
			break
		}
	}
	w.count()
	w.record()
	return w.step, true
}

// Strike lets the next line of the script strike that a state has triggered, or
// that is due now: before the calls that a program makes in answer. It returns
// false if there is none.
func (w *World) Strike() (*Step, bool) {
	if w.outcome != Unfinished {
		return nil, false
	}
	w.release()
	if !w.strike() {
		return nil, false
	}
	w.count()
	w.record()
	return w.step, true
}

// Tune changes how an end's TCP is configured, as a program does by setsockopt. It
// returns false if that cannot be done: the stack is no endpoint.Tunable, or the run is over.
// It is no step, and no part of the scenario.
func (w *World) Tune(e endpoint.End, change func(t endpoint.Tunable, now time.Duration)) bool {
	h := &w.ends[e]
	t, ok := h.ep.(endpoint.Tunable)
	if !ok || w.outcome != Unfinished || h.down {
		return false
	}
	change(t, w.clock.Now())
	h.ep.Status(h.now())
	return true
}

// Next is when StepUntil has something to do, endpoint.Never if only a call can
// change that. It means something once StepUntil has returned false.
func (w *World) Next() time.Duration {
	if w.outcome != Unfinished {
		return endpoint.Never
	}
	at, _, _, _ := w.next()
	return at
}

// Do makes one call in the name of an end's application, now, as an act without
// waiting does it: an OPEN, a SEND or RECEIVE of up to N octets (at most 65536),
// a CLOSE, an ABORT. The step says what it answered. It returns false, and
// nothing has happened, if there is no room to send, nothing to read, the host
// is down, or the run is over.
func (w *World) Do(e endpoint.End, a scenario.Act) (*Step, bool) {
	if w.outcome != Unfinished || w.ends[e].down {
		return nil, false
	}
	w.release()
	var l line
	a.NoWait, a.Every = true, 0
	if called, _ := w.try(&l, e, &a); !called {
		return nil, false
	}
	w.count()
	w.record()
	return w.step, true
}

// AdvanceTo lets the clock stand at t, before what is due at t: a call of that
// instant may come first. What was due before t has to have happened.
func (w *World) AdvanceTo(t time.Duration) {
	if w.outcome != Unfinished || t <= w.clock.Now() {
		return
	}
	if err := w.clock.Advance(t); err != nil {
		w.fail(err)
	}
}
