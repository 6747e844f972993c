package packetdrill

import (
	"fmt"
	"strconv"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// sockets is what the application of the end under test holds: a socket is 3,
// and what a listener accepts is 4, the numbers that packetdrill gives.
type sockets struct {
	opened, listening, accepted bool
	shook                       bool // the handshake is over
	closed                      bool // the descriptor is gone

	waiting []int32 // SENDs, in octets, that wait for the handshake
}

// fd is the descriptor of the connection.
func (k *sockets) fd() int {
	if k.listening {
		return 4
	}
	return 3
}

// call writes a user call of RFC 9293 3.10 as the system calls that are for it.
// What a call answered when it could not be done is in comments: RFC 9293 3.10
// has texts for that, and errno is the system's own.
func (s *script) call(e *sim.Event) {
	c := &e.Cause
	if c.Err != 0 {
		comment(&s.body, c.Call.String()+" answers: "+c.Err.Error())
		return
	}
	switch c.Call {
	case sim.CallPassiveOpen, sim.CallActiveOpen:
		s.open(e, c.Call == sim.CallPassiveOpen)
	case sim.CallClose:
		s.close(e)
	case sim.CallAbort:
		s.abort(e)
	case sim.CallSend:
		s.send(e)
	case sim.CallReceive:
		s.receive(e)
	}
}

// open makes the socket, and listens or connects.
func (s *script) open(e *sim.Event, passive bool) {
	if s.opened {
		s.cannot("a socket has one OPEN, and %v makes a second one", s.side)
		return
	}
	s.opened, s.listening = true, passive
	s.line(e.At, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", "")
	cfg := &s.t.Scenario.Ends[s.side].Config
	if cfg.MSS != 0 {
		s.line(e.At, fmt.Sprintf("setsockopt(3, SOL_TCP, TCP_MAXSEG, [%d], 4) = 0", cfg.MSS), "")
	}
	if cfg.NoNagle {
		s.line(e.At, "setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0", "")
	}
	if passive {
		s.line(e.At, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0", "")
		s.line(e.At, "bind(3, ..., ...) = 0", "")
		s.line(e.At, "listen(3, 1) = 0", "")
		return
	}
	s.line(e.At, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0", "")
	s.line(e.At, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)", "")
}

// send writes octets. A SEND before the handshake is over is queued until then
// (RFC 9293 3.10.2), and a socket takes it only then; the segments are the same.
func (s *script) send(e *sim.Event) {
	n := e.Cause.N
	if s.opened && !s.shook && !s.closed {
		s.waiting = append(s.waiting, n)
		comment(&s.body, "SEND "+strconv.Itoa(int(n))+" waits for the handshake")
		return
	}
	if s.connected(sim.CallSend) {
		s.sendNow(e.At, n)
	}
}

func (s *script) sendNow(at time.Duration, n int32) {
	s.line(at, fmt.Sprintf("write(%d, ..., %d) = %d", s.fd(), n, n), "")
}

// accepts takes the connection from the listener as soon as it is there, and
// writes what has waited for it.
func (s *script) accepts(e *sim.Event) {
	if s.why != "" || s.shook || !e.After.Synchronized() {
		return
	}
	s.shook = true
	if s.listening {
		s.accepted = true
		s.line(e.At, "accept(3, ..., ...) = 4", "")
	}
	for _, n := range s.waiting {
		s.sendNow(e.At, n)
	}
}

// connected reports whether the application has the descriptor of a connection
// that was synchronized: a socket has no other time for SEND and RECEIVE.
func (s *script) connected(call sim.UserCall) bool {
	switch {
	case s.closed:
		s.cannot("%v comes after the socket was closed", call)
	case !s.shook:
		s.cannot("%v comes before the handshake is over", call)
	}
	return s.why == ""
}

// close is half a close: the end goes on reading (RFC 9293 3.10.4). Before
// there is a connection there is no half of it.
func (s *script) close(e *sim.Event) {
	switch {
	case e.Before == endpoint.Listen, e.Before == endpoint.SynSent:
		s.line(e.At, "close(3) = 0", "CLOSE in "+e.Before.String())
		s.closed = true
	case s.listening && !s.accepted:
		s.cannot("CLOSE comes before the connection can be accepted")
	case s.connected(sim.CallClose):
		s.line(e.At, fmt.Sprintf("shutdown(%d, SHUT_WR) = 0", s.fd()), "CLOSE")
	}
}

func (s *script) abort(e *sim.Event) {
	switch {
	case s.listening && !s.accepted && e.Before != endpoint.Listen:
		s.cannot("ABORT comes before the connection can be accepted")
		return
	case e.Before == endpoint.Listen:
		s.line(e.At, "close(3) = 0", "ABORT in LISTEN")
	default:
		s.line(e.At, fmt.Sprintf("setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", s.fd()), "")
		s.line(e.At, fmt.Sprintf("close(%d) = 0", s.fd()), "ABORT")
	}
	s.closed = true
}

// receive reads octets, or the end of the stream.
func (s *script) receive(e *sim.Event) {
	if !s.connected(sim.CallReceive) {
		return
	}
	c := &e.Cause
	if c.N > 0 {
		s.line(e.At, fmt.Sprintf("read(%d, ..., %d) = %d", s.fd(), c.N, c.N), "")
	}
	if c.EOF {
		s.line(e.At, fmt.Sprintf("read(%d, ..., 1) = 0", s.fd()), "the end of the stream")
	}
}
