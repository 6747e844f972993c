package endpoint

import "time"

// Profiler is an Endpoint that says what may be expected of it.
type Profiler interface {
	Profile() Profile
}

// Profile says which of the RFC's choices a stack made, so that it is judged
// by what it claims. In the zero value nothing is claimed. What that means
// depends on the field:
//
//   - A promise (RFC5961, Unthrottled, MSL, RTOMax, R2 ...) is held against the
//     stack. One that it did not give is not expected of it, and rules that
//     need it are reported as not judged.
//   - A liberty (HalfDuplexClose, ReopensTimeWait, Note3TimeWait ...) is
//     something that the RFC allows but does not do by itself. It is a
//     breach in a stack that did not claim it.
//
// A profile speaks of what a stack may do in a run, not of one connection: it
// may claim timestamps that the peer then does not take up.
type Profile struct {
	_ struct{} // no positional literals: fields will be added

	// RFC5961, a promise: an in-window RST that is not exact, and any SYN in a
	// synchronized state, get a challenge ACK.
	RFC5961 bool
	// ACKRange, a promise: an ACK field far below SND.UNA gets a challenge ACK,
	// too (RFC 9293 3.10.7.4, fifth check: MAY-12; RFC 5961 5).
	ACKRange bool
	// Unthrottled, a promise: no challenge ACK, and no answer to a segment
	// outside the window, is ever withheld because there were too many of them.
	// Others may be silent for 5 s after they have sent one (RFC 5961 7 and its
	// erratum 4772).
	Unthrottled bool

	// HalfDuplexClose, a liberty: a CLOSE with octets unread, and text that
	// arrives after a CLOSE, end the connection with a RST (RFC 9293 3.6.1:
	// MAY-1, SHLD-3).
	HalfDuplexClose bool
	// ReopensTimeWait, a liberty: which SYN begins a new connection in
	// TIME-WAIT.
	ReopensTimeWait Reopening
	// Note3TimeWait, a liberty: an end that resets a connection by a RST of its
	// own goes to TIME-WAIT, not to CLOSED (RFC 9293 figure 5, note 3; 3.5.2).
	Note3TimeWait bool
	// RFC1337, both: no RST ends TIME-WAIT (RFC 1337, fix 1). Without it,
	// one that is good has to.
	RFC1337 bool
	// OrphanFinWait2, a liberty: FIN-WAIT-2 may end by itself after so long,
	// because nobody is there any more to read what the peer sends. 0: never.
	OrphanFinWait2 time.Duration
	// HidesSynReceived, a liberty: the end shows LISTEN until a connection is
	// established: a separate listener keeps those that are not yet. What
	// it answers then is its own business.
	HidesSynReceived bool

	// ByTheBook, a promise: where an RFC asks for an algorithm and writes one out,
	// it is that one. RTO is computed from one timed segment after the other (RFC
	// 6298 2 and 3), with one timer for all (RFC 6298 5); probes of a shut window
	// begin after RTO and double their interval (RFC 9293 3.8.6.1, SHLD-29,
	// SHLD-30); both ends' silly-window avoidance is that of 3.8.6.2, and a window
	// that was shut is announced once it opens; what comes above a gap is held
	// (SHLD-31), its ACK field used at once, and so is that of text in a shut window
	// (3.10.7.4); the peer's FIN again restarts TIME-WAIT; initial sequence numbers
	// follow the 4 us clock, and lie above what the connection before has sent (3.4.1).
	// Status tells what all that comes to. Who uses an extension that changes it (RFC
	// 2018, 5681, 7323, keep-alives ...) cannot promise it.
	ByTheBook bool

	// Timestamps, a liberty: it may offer them, and while both ends do it
	// drops segments by the rules of RFC 7323 (PAWS), which are not judged.
	Timestamps bool
	// SACK and WindowScale: it may offer them. No rule of sim/oracle's Judge
	// needs the claim: it reads no SACK blocks, and scales the windows on the
	// wire wherever both SYNs carried the option, as RFC 7323 2.2 says.
	SACK, WindowScale bool

	// Congestion, a promise: what is outstanding stays within a congestion window
	// that begins, grows and shrinks as RFC 5681 says. IW10, a liberty: it
	// begins with ten segments (RFC 6928).
	Congestion, IW10 bool

	// KeepAlive, both: nothing but a keep-alive leaves on an idle connection, so
	// long after the last segment came (RFC 9293 3.8.4). 0: none.
	KeepAlive time.Duration

	// MSL, a promise: TIME-WAIT lasts twice as long. 0: not known.
	MSL time.Duration
	// RTOInitial, RTOMin and RTOMax, promises, bound the retransmission
	// timeout. 0: not known.
	RTOInitial, RTOMin, RTOMax time.Duration
	// R2 and R2SYN, promises, are how long one segment is resent. 0: not known.
	R2, R2SYN time.Duration
	// DelayedACK, a promise, is the longest that an owed acknowledgment waits. 0:
	// not known, then it is what MUST-40 allows; NoDelayedACK: none waits.
	DelayedACK   time.Duration
	NoDelayedACK bool
	// UserTimeout is Config's. 0: none.
	UserTimeout time.Duration
	// MSS is the largest segment text that it announces to receive. 0: not
	// known.
	MSS uint16
	// ReceiveBuffer is the largest window that it opens, in octets. 0: not
	// known.
	ReceiveBuffer int
}

// Reopening says which SYN an end in TIME-WAIT takes for a new connection
// (RFC 9293 3.6.1).
type Reopening uint8

// The ways to reopen.
const (
	ReopensNever       Reopening = iota // none: it gets an ACK
	ReopensByNumber                     // one beyond RCV.NXT (MAY-2)
	ReopensByTimestamp                  // or with a newer timestamp (RFC 6191, SHLD-4)
)
