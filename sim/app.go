package sim

import (
	"io"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
)

// line is a running application line.
type line struct {
	pc    int           // the act that is next, or under way
	done  int64         // octets of that act so far
	wake  time.Duration // it does nothing before
	asked bool          // ActOpen: the call was made; ActWait: the pause has begun
	over  bool
}

// next turns to the act that follows.
func (l *line) next() { l.pc, l.done, l.asked = l.pc+1, 0, false }

func (w *World) resetLines() {
	w.lines = w.lines[:0]
	for range w.scenario.Apps {
		w.lines = append(w.lines, line{})
	}
}

// act makes the next call of an application that can act now; false if all
// wait.
func (w *World) act() bool {
	for e := range w.ends {
		h := &w.ends[e]
		if h.wake <= w.clock.Now() {
			w.rouse(endpoint.End(e))
		}
		if !h.poll || h.down {
			continue
		}
		for i := range w.lines {
			if a := &w.scenario.Apps[i]; a.End == endpoint.End(e) && w.actLine(&w.lines[i], a) {
				return true
			}
		}
		h.poll = false
	}
	return false
}

// actLine goes on with one line until it has made a call, or waits.
func (w *World) actLine(l *line, a *scenario.App) bool {
	for !l.over && w.clock.Now() >= l.wake {
		if l.pc == len(a.Acts) {
			l.over = true
			return false
		}
		act := &a.Acts[l.pc]
		switch w.prospect(l, a.End, act) {
		case waits:
			return false
		case finished:
			l.next()
			continue
		}
		called, done := w.try(l, a.End, act)
		if done {
			l.next()
		}
		if called {
			return true
		}
		if !done {
			return false
		}
	}
	return false
}

// prospect is what will come of asking a line to go on.
type prospect uint8

const (
	waits    prospect = iota // nothing, for now
	finished                 // its act is over: the next one is asked
	acts                     // a call, or a pause
)

// prospect says what an act would do now. It changes nothing.
func (w *World) prospect(l *line, e endpoint.End, a *scenario.Act) prospect {
	h := &w.ends[e]
	st := h.now()
	wait, over := false, false
	switch a.Op {
	case scenario.ActOpen:
		over = l.asked && (st.State.Synchronized() || st.State == endpoint.Closed)
		wait = l.asked && !over
	case scenario.ActSend:
		over = l.done >= a.N
		wait = st.Known&endpoint.KnowBuffers != 0 && st.Room == 0 && mayTakeLater(st)
	case scenario.ActReceive: // where nothing can come any more, it is called to hear so
		over = a.N > 0 && l.done >= a.N
		wait = st.Known&endpoint.KnowBuffers != 0 && st.Readable == 0 && !st.EOF && st.Err == 0 && st.State != endpoint.Closed
	case scenario.ActWait:
		over = l.asked
	case scenario.ActWhen:
		over = int64(h.entries[a.State]) >= max(a.N, 1)
		wait = !over
	}
	switch {
	case over:
		return finished
	case wait:
		return waits
	}
	return acts
}

// try makes one call of an act that can be made now. done says that the act is
// finished.
func (w *World) try(l *line, e endpoint.End, a *scenario.Act) (called, done bool) {
	h := &w.ends[e]
	switch a.Op {
	case scenario.ActOpen:
		return w.tryOpen(l, e, a)
	case scenario.ActSend:
		return w.trySend(l, e, a)
	case scenario.ActReceive:
		return w.tryReceive(l, e, a)
	case scenario.ActClose:
		w.call(l, e, CallClose, func(now time.Duration) error { return h.ep.Close(now) })
		return true, true
	case scenario.ActAbort:
		w.call(l, e, CallAbort, func(now time.Duration) error { return h.ep.Abort(now) })
		return true, true
	case scenario.ActWait:
		l.asked = true
		w.sleep(l, e, w.clock.Now()+a.Every)
	}
	return false, false
}

// call makes a user call that is a step, whatever it answers.
func (w *World) call(l *line, e endpoint.End, c UserCall, do func(time.Duration) error) {
	w.begin(e, Cause{Kind: Call, Call: c})
	if err := do(w.clock.Now()); err != nil {
		w.refuse(l, err)
	}
	w.finish()
}

// refuse notes what a call answered; the line ends.
func (w *World) refuse(l *line, err error) {
	l.over = true
	w.step.Cause.Err = errorOf(err)
}

// errorOf maps an error of any stack to the RFC's. One that is none of them
// counts as a reset: the connection is gone.
func errorOf(err error) endpoint.Error {
	if e, ok := err.(endpoint.Error); ok {
		return e
	}
	return endpoint.ErrReset
}

func (w *World) tryOpen(l *line, e endpoint.End, a *scenario.Act) (called, done bool) {
	h := &w.ends[e]
	c := CallActiveOpen
	if a.Passive {
		c = CallPassiveOpen
	}
	w.begin(e, Cause{Kind: Call, Call: c})
	if err := h.ep.Open(w.clock.Now(), a.Passive); err != nil {
		w.refuse(l, err)
	} else if h.now().State == endpoint.Closed {
		h.sent, h.received = 0, 0
	}
	w.finish()
	l.asked = true
	return true, a.NoWait
}

// trySend sends what there is room for. In a state in which SEND can only
// fail, it is called to hear so.
func (w *World) trySend(l *line, e endpoint.End, a *scenario.Act) (called, done bool) {
	h := &w.ends[e]
	data := Content(ContentStart(w.scenario.Seed, int(e)), h.sent, int(min(a.N-l.done, contentSlack)))
	w.begin(e, Cause{Kind: Call, Call: CallSend})
	n, err := h.send(w.clock.Now(), data)
	if n == 0 && err == nil {
		w.steps--
		return false, false
	}
	if err != nil {
		w.refuse(l, err)
	}
	w.step.Cause.N, w.step.Data, w.step.Offset = int32(n), data[:n], h.sent
	h.sent += int64(n)
	l.done += int64(n)
	w.finish()
	return true, l.done >= a.N
}

func mayTakeLater(st *endpoint.Status) bool {
	switch st.State {
	case endpoint.SynSent, endpoint.SynReceived, endpoint.Established, endpoint.CloseWait, endpoint.Listen:
		return st.Err == 0
	}
	return false
}

// tryReceive reads what is there, unless a stall keeps it from reading.
func (w *World) tryReceive(l *line, e endpoint.End, a *scenario.Act) (called, done bool) {
	h, now := &w.ends[e], w.clock.Now()
	if now < h.stalled {
		w.sleep(l, e, h.stalled)
		return false, false
	}
	w.begin(e, Cause{Kind: Call, Call: CallReceive})
	size := readSize(l, a)
	if need := w.reads + size; len(w.read) < need { // an idle world needs none
		w.read = make([]byte, min(max(need, 2*len(w.read), 512), 2*contentSlack))
	}
	n, err := h.receive(now, w.read[w.reads:][:size])
	if n == 0 && err == nil {
		w.steps--
		return false, false
	}
	if err == io.EOF {
		w.step.Cause.EOF = true
		done = true
	} else if err != nil {
		w.refuse(l, err)
	}
	w.step.Cause.N, w.step.Data, w.step.Offset = int32(n), w.read[w.reads:][:n], h.received
	w.reads += n
	w.filled = w.filled || w.reads > contentSlack
	h.received += int64(n)
	l.done += int64(n)
	done = done || a.N > 0 && l.done >= a.N
	if a.Every > 0 && !done && !l.over { // a pause between two reads
		w.sleep(l, e, now+a.Every)
	}
	w.finish()
	return true, done
}

func readSize(l *line, a *scenario.Act) int {
	n := int64(contentSlack)
	if a.N > 0 {
		n = min(n, a.N-l.done)
	}
	if a.Chunk > 0 {
		n = min(n, int64(a.Chunk))
	}
	return int(n)
}

// sleep lets a line do nothing before a time.
func (w *World) sleep(l *line, e endpoint.End, until time.Duration) {
	l.wake = until
	w.ends[e].wake = min(w.ends[e].wake, until)
}

// rouse lets the lines of an end whose pauses are over go on, and notes when
// the next pause is.
func (w *World) rouse(e endpoint.End) {
	h, now := &w.ends[e], w.clock.Now()
	h.poll, h.wake = true, endpoint.Never
	for i := range w.lines {
		if l := &w.lines[i]; w.scenario.Apps[i].End == e && !l.over && l.wake > now {
			h.wake = min(h.wake, l.wake)
		}
	}
}
