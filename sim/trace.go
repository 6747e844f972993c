package sim

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// Trace is a finished run: what every report is made from. A World records it
// in fixed-size records whose storage is used again; Clone makes a copy that
// outlives the next run.
type Trace struct {
	Scenario  scenario.Scenario
	Violation Violation // the first one; the zero value if there was none
	Outcome   Outcome   // how the run ended
	Final     [2]endpoint.State

	Events   []Event
	Segments []SegmentRecord

	// Side storage, shared by the records by offset and length.
	Copies  []link.Copy // of the fates
	By      []uint16    // numbers of faults
	Options []byte      // raw TCP options
}

// Outcome is how a run ended.
type Outcome uint8

// The outcomes.
const (
	Unfinished   Outcome = iota // it is still going on, or was cut at a violation
	Quiet                       // nothing was left that could happen
	OverEvents                  // budget: too many events
	OverInstant                 // budget: too many events at one instant
	OverTime                    // budget: too much virtual time
	OverCopies                  // more copies or flips of one datagram than a Fate holds
	OverSegments                // budget: the trace is full
	OverQueue                   // budget: too many copies under way at once
	Panicked                    // an endpoint panicked
	NumOutcomes  = int(Panicked) + 1
)

var outcomeNames = [NumOutcomes]string{
	"unfinished", "quiet", "budget-events", "budget-instant", "budget-time", "budget-copies", "budget-trace", "budget-queue", "panic",
}

// String is the name by which budget hits are grouped: "budget-instant".
func (o Outcome) String() string {
	if int(o) < NumOutcomes {
		return outcomeNames[o]
	}
	return "no such outcome"
}

// Budget reports whether a budget ended the run.
func (o Outcome) Budget() bool { return o > Quiet && o != Panicked }

// Event is the record of one step.
type Event struct {
	N             uint32
	At            time.Duration
	End           endpoint.End
	Cause         Cause
	Before, After endpoint.State
	TCB           TCB // after the event

	FirstEmit, Emits uint32 // Segments[FirstEmit : FirstEmit+Emits]
}

// TCB is the part of an endpoint.Status that a trace keeps.
type TCB struct {
	ISS, IRS         endpoint.Seq
	UNA, NXT, MAX    endpoint.Seq // SND
	RCVNXT           endpoint.Seq
	SNDWND, RCVWND   uint32
	Readable, Unsent int32
	Deadline         time.Duration // endpoint.Never: none
	Err              endpoint.Error
	EOF              bool
}

// SegmentRecord is the record of one emitted or injected segment.
type SegmentRecord struct {
	ID, Of, Nth  uint32
	At           time.Duration
	End          endpoint.End // who emitted it; an injected one: in whose name
	Injected     bool
	Malformed    bool // it did not decode, or its checksum was wrong
	Kind         endpoint.Kind
	Flags        endpoint.Flags
	Seq, Ack     endpoint.Seq
	Wnd, Up      uint16
	Len          uint32       // octets of text
	ISS, PeerISS endpoint.Seq // what Seq and Ack are relative to
	Offset       int64        // where the text stands in the stream, -1 where not known

	Cause                           link.Cause // why it was lost, if it has no copies
	Revived                         bool       // the loss cap undid its loss
	FirstCopy, FirstBy, FirstOption uint32
	NCopies, NBy, NOption           uint8
}

// CopiesOf is the fate of a segment: its arrivals.
func (t *Trace) CopiesOf(s *SegmentRecord) []link.Copy {
	return t.Copies[s.FirstCopy : s.FirstCopy+uint32(s.NCopies)]
}

// ByOf lists the scripted faults that edited the fate of a segment, from 1.
func (t *Trace) ByOf(s *SegmentRecord) []uint16 {
	return t.By[s.FirstBy : s.FirstBy+uint32(s.NBy)]
}

// OptionsOf is a segment's raw options.
func (t *Trace) OptionsOf(s *SegmentRecord) endpoint.Options {
	return endpoint.Options(t.Options[s.FirstOption : s.FirstOption+uint32(s.NOption)])
}

// EmitsOf lists the segments that were emitted in an event.
func (t *Trace) EmitsOf(e *Event) []SegmentRecord {
	return t.Segments[e.FirstEmit : e.FirstEmit+e.Emits]
}

// Segment is the record with the id, nil if there is none. The trace of a world
// that was copied begins at the copy: what was emitted before is not in it.
func (t *Trace) Segment(id uint32) *SegmentRecord {
	if len(t.Segments) == 0 {
		return nil
	}
	i := id - t.Segments[0].ID // ids follow one another; what is less wraps
	if uint64(i) >= uint64(len(t.Segments)) {
		return nil
	}
	return &t.Segments[i]
}
