package sim

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// Step is one thing that happened: one call of an endpoint and everything that
// it emitted, or a fault that struck. It belongs to the World and is valid
// until the next Step, Reset or CopyFrom; so are the segments it shows.
type Step struct {
	N     uint32        // the number of the step, from 1
	At    time.Duration // virtual time
	End   endpoint.End  // whose step it is; for a cut, the end that the direction leaves
	Cause Cause

	// Before and After are what the endpoint told before the call and after
	// the last Emit.
	Before, After *endpoint.Status

	// Arrived is the segment of an arrival or injection, as it arrived
	// (flipped bits included); ArrivedErr is what the decoder said of it:
	// endpoint.ErrChecksum for a corrupted one. Nil for any other cause. For a
	// datagram that does not decode at all Arrived holds what could be read.
	Arrived    *endpoint.Segment
	ArrivedErr error

	// Data is what the application sent, or received, in this step.
	Data []byte
	// Offset is where Data stands in its stream, in octets since the end's
	// last OPEN.
	Offset int64

	// Emits is what the endpoint emitted, in order.
	Emits []Emit

	after endpoint.Status // storage of After
}

// CauseKind is what kind of thing made a step happen.
type CauseKind uint8

// The causes. A Fault step is a crash, restart, cut or stall, or the arrival
// of an injected segment.
const (
	Call CauseKind = iota
	Arrival
	Timeout
	Fault
	NumCauseKinds = int(Fault) + 1
)

var causeKindNames = [NumCauseKinds]string{"call", "segment", "timeout", "fault"}

// String is the word of the trace file: "call", "segment", "timeout", "fault".
func (k CauseKind) String() string {
	if int(k) < NumCauseKinds {
		return causeKindNames[k]
	}
	return "no such cause"
}

// UserCall is a user call of RFC 9293 3.10.
type UserCall uint8

// The user calls that an application script makes.
const (
	CallPassiveOpen UserCall = iota
	CallActiveOpen
	CallSend
	CallReceive
	CallClose
	CallAbort
	NumUserCalls = int(CallAbort) + 1
)

var userCallNames = [NumUserCalls]string{"passive OPEN", "active OPEN", "SEND", "RECEIVE", "CLOSE", "ABORT"}

// String is the RFC's word, as a ladder shows it: "passive OPEN".
func (c UserCall) String() string {
	if int(c) < NumUserCalls {
		return userCallNames[c]
	}
	return "no such call"
}

// Cause is why a step happened. It is a small value without pointers.
type Cause struct {
	Kind CauseKind

	// Call, N and Err are those of a user call: N octets were taken or given,
	// Err is what it answered. EOF says that a RECEIVE answered io.EOF.
	Call UserCall
	Err  endpoint.Error
	EOF  bool
	N    int32

	// Segment is the id of the datagram that arrived, Copy which of its copies
	// (from 0), for an arrival or an injection. Corrupt says that bits of it are
	// flipped when it arrives, Undetected that its checksum was made good then.
	Segment    uint32
	Copy       uint8
	Corrupt    bool
	Undetected bool
	// Deaf says that the host was down, and nothing was called.
	Deaf bool

	// Fault is the number of the scripted fault that struck, from 1.
	Fault uint16
}

// Emit is one datagram that an endpoint emitted, or that a fault injected.
type Emit struct {
	ID  uint32 // of the segment, in order of emission, from 1; injected ones too
	Of  uint32 // the id of the latest earlier segment of this end that began at the same SEQ (and held SYN, text or FIN): it is retransmitted. 0 if it is new
	Nth uint32 // it is the Nth of its kind that its end emitted: "A SYN #2". 0 if injected

	Segment endpoint.Segment
	Err     error // what the decoder said: a datagram that does not decode is a violation

	ISS    endpoint.Seq // the sender's ISS (0 where not known): relative numbers count from it
	Offset int64        // where Text stands in the sender's stream, in octets; -1 where not known
	Fate   *link.Fate
	By     []uint16 // the numbers of the scripted faults that edited the fate, from 1
}
