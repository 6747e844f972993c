package search

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// what is the kind of a fact.
type what uint8

const (
	entered  what = iota // a state
	sent                 // the first SYN, SYN,ACK or FIN of a connection, or a RST
	called               // OPEN, CLOSE or ABORT, and what they answered
	answered             // an error of SEND or RECEIVE, or the end of the stream
	stopped              // the run did not end by itself
)

// fact is the part of an item that two runs have to agree on. Numbers are
// relative to what no implementation chooses: see sender.
type fact struct {
	what    what
	state   endpoint.State
	flags   endpoint.Flags
	seq     int64
	ack     int64
	mss     int32 // -1: none
	call    sim.UserCall
	err     endpoint.Error
	eof     bool
	n       int64 // octets that came before an end of the stream
	outcome sim.Outcome
	fault   uint16 // that made it so: a crash
}

// cause is why a step of A happened, in the same numbers.
type cause struct {
	kind          sim.CauseKind
	call          sim.UserCall
	fault         uint16
	flags         endpoint.Flags
	seq, end, ack int64
	place         int8 // of what arrived: -1 all of it was heard before, 0 it continues that, 1 above a gap
	acks          int8 // its ACK field: less than, all of, or more than what A has sent
	beyond        bool // the right edge of A's window
}

// moment is where something stands in a run.
type moment struct {
	step    uint32
	segment uint32 // that A sent, 0 if none
	at      time.Duration
}

// item is a fact and where it comes from.
type item struct {
	fact
	moment
	before endpoint.State
	cause  cause
	knew   heard // before the step
	gappy  bool
	reset  bool // a RST left in this step
}

// agrees reports whether two facts are the same. A SYN may have an MSS or none.
func (f fact) agrees(g fact) bool {
	if f.mss < 0 || g.mss < 0 {
		f.mss, g.mss = -1, -1
	}
	return f == g
}

// prompt reports whether it belongs to the very segment that caused it. A FIN
// leaves when there is room for it.
func (it *item) prompt() bool {
	return it.cause.kind == sim.Arrival && !(it.what == sent && it.flags.Has(endpoint.FIN))
}

// heard is how much of the peer's stream, and of its acknowledgments, has
// arrived.
type heard struct {
	syn, fin  bool
	rst       int
	text, ack int64
}

func (h heard) covers(g heard) bool {
	return (h.syn || !g.syn) && (h.fin || !g.fin) && h.rst >= g.rst && h.text >= g.text && h.ack >= g.ack
}

// hearing is a whole segment that arrived at A.
type hearing struct {
	moment
	conn   int // A's connections, counted from 1 by their SYNs
	before endpoint.State
	cause  cause
	gappy  bool
	wnd    uint16
}

// sending is a segment that A sent.
type sending struct {
	moment
	state    endpoint.State // before
	conn     int
	flags    endpoint.Flags
	seq, end int64 // its octets, SYN and FIN counted
	ack      int64
	kind     sim.CauseKind
	oldest   bool // it begins with the oldest octet that is not acknowledged
	closed   bool // the peer's window was shut
	wrong    bool // its text is not what the application gave
	early    bool // it acknowledges what was not heard
}

// sight is the normal form of a run: what A showed to the outside.
type sight struct {
	main    []item // states, calls, first segments, RSTs: in order
	calls   [2][]item
	heard   []hearing
	sent    []sending
	profile endpoint.Profile
	outcome sim.Outcome
	end     time.Duration
	damaged bool // what was heard is not what the peer's application gave
	refused bool // a SEND still waited, or came, when the connection was gone
	text    int64
	last    heard
}
