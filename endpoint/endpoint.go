package endpoint

import "time"

// Endpoint is one end of a connection: one local port, at most one TCB at a
// time (a stack with a separate listener shows LISTEN until the child exists,
// then the child). It knows no clock, link or fault: now is virtual time
// since the run began, and datagrams are whole IPv4 or IPv6 datagrams, the
// currency that every stack, capture and tool speaks.
//
// After every call the caller asks Emit until it says no, then Status once.
// A Send or Receive that returns 0, nil is no step: nothing changed, and
// nothing may be emitted.
//
// Methods are never called concurrently. The same calls in the same order must
// give the same answers: no wall clock, no map order, no randomness but from
// the Config.
type Endpoint interface {
	// Open is OPEN (RFC 9293 3.10.1). Addresses and ports come with Config.
	Open(now time.Duration, passive bool) error
	// Send is SEND (3.10.2). It takes what fits; 0, nil is no room now.
	Send(now time.Duration, p []byte) (n int, err error)
	// Receive is RECEIVE (3.10.3). 0, nil is nothing now; io.EOF says that all
	// octets before the peer's FIN were read.
	Receive(now time.Duration, p []byte) (n int, err error)
	// Close is CLOSE (3.10.4): no more data from here.
	Close(now time.Duration) error
	// Abort is ABORT (3.10.5).
	Abort(now time.Duration) error
	// Arrive hands over a datagram from the network (3.10.7). It is not kept
	// after the return.
	Arrive(now time.Duration, datagram []byte)
	// Timeout is called when Status.Deadline is due (3.10.8).
	Timeout(now time.Duration)
	// Emit writes the next datagram to be sent into buf, which has room for an
	// MTU, and returns its length; false if there is none.
	Emit(now time.Duration, buf []byte) (n int, ok bool)
	// Status fills in st (3.10.6). A caller clears it before, but for the
	// Deadline, which says Never: what is left alone says nothing.
	Status(st *Status)
}

// Factory makes an Endpoint in CLOSED. It returns an error for a Config that
// the stack cannot serve.
type Factory func(Config) (Endpoint, error)

// Resetter is an Endpoint that can be used again: after Reset it is as a
// Factory would make it, its buffers kept.
type Resetter interface {
	Reset(Config) error
}

// Urgent is an Endpoint that knows urgent data (RFC 9293 3.8.5). New programs
// should not use it (SHLD-13).
type Urgent interface {
	// SendUrgent is SEND with the URGENT flag (3.10.2): the last octet that it
	// takes is the last one that is urgent.
	SendUrgent(now time.Duration, p []byte) (n int, err error)
	// Urgent is how many octets Receive has to hand out until all is read that
	// the peer calls urgent, also those that have yet to come (MUST-33). Asked
	// after each call, it says at once when some are pending, or more (MUST-32).
	Urgent() int
}

// Tunable is an Endpoint whose Config a program may change while it runs, as it
// does by setsockopt.
type Tunable interface {
	// SetKeepAlive turns keep-alives on, after an idle interval (0: as
	// configured), or off (RFC 9293 3.8.4, MUST-25). Status is to be asked for
	// anew.
	SetKeepAlive(now time.Duration, on bool, interval time.Duration)
	// SetNoDelay turns Nagle's algorithm off or on (RFC 9293 3.7.4, MUST-17). It
	// counts from the next call on.
	SetNoDelay(on bool)
}

// Copier is an Endpoint that can become a copy of another of the same type.
// The two share nothing afterwards. It returns false if src is of another type.
type Copier interface {
	CopyFrom(src Endpoint) bool
}

// StateAppender is an Endpoint with a canonical encoding: two endpoints that
// will act alike from now on append the same octets, with times relative to
// now.
type StateAppender interface {
	AppendState(b []byte, now time.Duration) []byte
}
