package faults

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Script is a list of faults, in the order of the file. Order matters: every
// line that matches a datagram edits its fate, one after the other.
type Script []Fault

// Op is what a fault does.
type Op uint8

// The operations. The first six edit the fate of segments that an end emits;
// the others strike at a moment.
const (
	Drop      Op = iota // the segment is lost
	Delay               // it arrives later, by By
	Duplicate           // a further copy arrives, By after the first
	Reorder             // it arrives after the next Behind datagrams of its end have
	Corrupt             // Bit is flipped; Undetected: and the checksum made good
	Hold                // it arrives when Until has been entered, or after By
	Cut                 // what is emitted in a direction (Both: in both) for By is lost
	Crash               // the host forgets everything and is down until Restart
	Restart             // By after the host crashed it is up again, in CLOSED
	Stall               // the application does not read for By
	Inject              // a segment that nobody sent arrives at the peer of End
	NumOps    = int(Inject) + 1
)

// Fault is one line of a script. Which fields mean something depends on Op.
type Fault struct {
	Op  Op
	End endpoint.End // whose segments, which host; Cut and Inject: the end they leave from

	// The segments meant: the First-th to Last-th of Kind that End emitted
	// since the scenario began, retransmissions included. First 0: every one.
	// Last 0 with First above 0: from First on.
	Kind        endpoint.Kind
	First, Last uint32

	By         time.Duration // Delay by, Duplicate after, Cut for, Stall for, Restart after, Hold's "or" (0: heal)
	Behind     uint32        // Reorder
	Bit        uint32        // Corrupt
	Undetected bool          // Corrupt
	Until      Entry         // Hold
	Both       bool          // Cut A<->B

	When     When     // Cut, Crash, Stall, Inject: the moment
	Injected Injected // Inject
}

// Entry is "END has entered STATE".
type Entry struct {
	End   endpoint.End
	State endpoint.State
}

// When is a moment: the N-th time that an entry happens (N 0 is the first), or
// a virtual time.
type When struct {
	Timed bool
	At    time.Duration // if Timed
	Entry Entry         // if not
	N     uint32
}

// Injected is a segment that an attacker who is on no end sends. Its sequence
// numbers follow what the target knows at that moment.
type Injected struct {
	Flags    endpoint.Flags
	Seq, Ack Number
	Text     uint32 // octets of text, all zero
	Wnd      uint16
	HasWnd   bool // false: 65535
}

// Number is a sequence number of an injected segment: a variable of the
// target, plus or minus Plus; or Plus itself, absolute.
type Number struct {
	Base Base
	Plus int64
}

// Base is what a Number counts from.
type Base uint8

// The bases, all variables of the target of the injection.
const (
	Absolute Base = iota
	RcvNxt        // rcv.nxt
	SndUna        // snd.una
	SndNxt        // snd.nxt
)

// Hostile reports whether the fault is one that TCP does not promise to
// survive: crash, restart, injection, undetected corruption. The others are
// fair: a fair run delivers everything and settles.
func (f *Fault) Hostile() bool {
	switch f.Op {
	case Crash, Restart, Inject:
		return true
	case Corrupt:
		return f.Undetected
	}
	return false
}

// Struck reports whether the fault strikes at a moment, rather than editing
// the fate of segments.
func (f *Fault) Struck() bool { return f.Op >= Cut }

// Swapped is the fault with A for B and B for A.
func (f *Fault) Swapped() Fault {
	g := *f
	if !f.Both { // A<->B leaves both
		g.End = f.End.Peer()
	}
	switch {
	case f.Op == Hold:
		g.Until.End = f.Until.End.Peer()
	case f.Struck() && f.Op != Restart && !f.When.Timed:
		g.When.Entry.End = f.When.Entry.End.Peer()
	}
	return g
}
