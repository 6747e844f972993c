package lneto

import (
	"time"

	"github.com/soypat/lneto/tcp"

	"example.org/halfopen/endpoint"
)

// timer is that of the handshake: when the SYN is due again.
type timer struct {
	at, wait, until time.Duration
}

var stopped = timer{at: endpoint.Never}

// watch follows the Handler's state: the two timers that it does not have
// begin when it comes to a state that needs them.
func (e *Endpoint) watch() {
	state := e.h.State()
	if state == e.state {
		return
	}
	e.state = state
	e.handshake, e.timeWait = stopped, endpoint.Never
	switch state {
	case tcp.StateListen:
		e.high = tcp.Value(e.peek.iss()) // a RST brought it back, with another
	case tcp.StateSynSent, tcp.StateSynRcvd:
		e.handshake = timer{e.now + rtoInitial, rtoInitial, e.now + e.cfg.R2SYN}
	case tcp.StateTimeWait:
		e.timeWait = e.now + 2*e.cfg.MSL
	}
}

// deadline is the earliest of the Handler's and the adapter's.
func (e *Endpoint) deadline() time.Duration {
	at := min(e.handshake.at, e.timeWait)
	if !e.attached || e.h.State() == tcp.StateTimeWait {
		return at
	}
	if d := e.h.NextDeadline(); d > 0 {
		at = min(at, time.Duration(d-1))
	}
	return at
}

// Timeout implements endpoint.Endpoint. The Handler's own deadline needs no
// more than the poll that follows.
func (e *Endpoint) Timeout(now time.Duration) {
	e.now = now
	if t := &e.handshake; t.at <= now {
		if now >= t.until {
			e.abort()
			return
		}
		e.h.RequeueControl()
		t.wait = min(2*t.wait, rtoMax)
		t.at = min(now+t.wait, t.until)
	}
	if e.timeWait <= now {
		e.abort()
	}
}
