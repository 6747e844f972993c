package endpoint

import (
	"math"
	"time"
)

// Never is the deadline of an endpoint that waits for nothing.
const Never = time.Duration(math.MaxInt64)

// Status is what an endpoint tells about itself between two calls: the TCB as
// RFC 9293 3.3.1 names it, and what a caller has to know to make the next
// call. Fields that are not in Known are guesses or zero.
type Status struct {
	State State
	Known Known

	// Err is why the connection ended, if it did not end by CLOSE: ErrReset,
	// ErrRefused, ErrUserTimeout, ErrTimeout, ErrAborted or ErrUnreachable. It
	// stays until the next Open.
	Err Error

	// EOF is true when Receive will say io.EOF once Readable octets are read:
	// the peer's FIN was received in order.
	EOF bool

	ISS, IRS Seq // initial send and receive sequence numbers
	SND      SND // send sequence variables
	RCV      RCV // receive sequence variables

	Readable int // octets that Receive would hand over now
	Room     int // octets that Send would take now
	Unsent   int // octets that Send took and that were never transmitted

	// Deadline is the virtual time at which Timeout wants to be called, Never
	// if at none. It may lie in the past: then it is due at once.
	Deadline time.Duration
}

// SND holds the send sequence variables (RFC 9293 3.3.1).
type SND struct {
	UNA Seq    // oldest unacknowledged
	NXT Seq    // next to be sent
	MAX Seq    // highest ever sent, plus one: NXT is pulled back to resend (no RFC name)
	WND uint32 // send window, in octets
	WL1 Seq    // SEG.SEQ of the last window update
	WL2 Seq    // SEG.ACK of the last window update
}

// RCV holds the receive sequence variables (RFC 9293 3.3.1).
type RCV struct {
	NXT Seq    // next expected
	WND uint32 // receive window as last advertised, less what came since, in octets
}

// Known says which parts of a Status are knowledge. An adapter around somebody
// else's stack knows less than TCP does.
type Known uint16

// The parts of a Status.
const (
	KnowState    Known = 1 << iota // State
	KnowSND                        // SND.UNA, SND.NXT, SND.MAX
	KnowWindow                     // SND.WND, SND.WL1, SND.WL2
	KnowRCV                        // RCV.NXT, RCV.WND
	KnowISS                        // ISS and IRS
	KnowBuffers                    // Readable, Room, Unsent, EOF
	KnowDeadline                   // Deadline
	KnowErr                        // Err

	// KnowAll is what TCP tells.
	KnowAll = KnowErr<<1 - 1
)
