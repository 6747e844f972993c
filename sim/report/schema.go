package report

import (
	"encoding/hex"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Schema is the version of the JSON Lines that this package writes and reads.
// A change of any field, of its meaning, or of what gets a line number, is a
// new version.
const Schema = "halfopen-trace/1"

// jsonHeader is line 1. It alone replays; the lines below it say what came of
// it. Fields stand in the order of the struct. Hash is last, and is the hash of
// the last line.
type jsonHeader struct {
	Schema    string         `json:"schema"`
	Scenario  string         `json:"scenario"`
	Endpoints [2]string      `json:"endpoints"`
	Violation *jsonViolation `json:"violation,omitempty"`
	Outcome   string         `json:"outcome"`
	Final     [2]string      `json:"final"`
	Faults    int            `json:"faults"`
	Steps     int            `json:"steps"`
	Segments  int            `json:"segments"`
	Hash      string         `json:"hash"`
}

// jsonViolation is the rule that was broken. Line is 0 for the end of the run.
type jsonViolation struct {
	Rule    string `json:"rule"`
	Name    string `json:"name"`
	Section string `json:"section"`
	Step    uint32 `json:"step"`
	Line    int    `json:"line"`
	At      int64  `json:"at"`
	End     string `json:"end"`
	State   string `json:"state"`
	Text    string `json:"text"`
	Got     string `json:"got"`
	Want    string `json:"want"`
}

// jsonEvent is one event: times in nanoseconds since the run began.
type jsonEvent struct {
	N     uint32        `json:"n"`
	Line  int           `json:"line"`
	T     int64         `json:"t"`
	End   string        `json:"end"`
	Cause jsonCause     `json:"cause"`
	State [2]string     `json:"state"` // before, after
	TCB   *jsonTCB      `json:"tcb,omitempty"`
	Emits []jsonSegment `json:"emits,omitempty"`
	Hash  string        `json:"hash"`
}

// jsonCause is why an event happened. Which fields there are depends on Kind.
type jsonCause struct {
	Kind       string `json:"kind"`
	Call       string `json:"call,omitempty"`
	N          int32  `json:"n,omitempty"`
	Err        string `json:"err,omitempty"`
	EOF        bool   `json:"eof,omitempty"`
	Fault      uint16 `json:"fault,omitempty"`
	ID         uint32 `json:"id,omitempty"`
	Copy       uint8  `json:"copy,omitempty"`
	Corrupt    bool   `json:"corrupt,omitempty"`
	Undetected bool   `json:"undetected,omitempty"`
	Deaf       bool   `json:"deaf,omitempty"`
}

// jsonTCB is what changed in the TCB since the last event of its end; at first,
// what is not zero. A deadline of -1 is none.
type jsonTCB struct {
	ISS      *endpoint.Seq `json:"iss,omitempty"`
	IRS      *endpoint.Seq `json:"irs,omitempty"`
	UNA      *endpoint.Seq `json:"snd_una,omitempty"`
	NXT      *endpoint.Seq `json:"snd_nxt,omitempty"`
	MAX      *endpoint.Seq `json:"snd_max,omitempty"`
	SNDWND   *uint32       `json:"snd_wnd,omitempty"`
	RCVNXT   *endpoint.Seq `json:"rcv_nxt,omitempty"`
	RCVWND   *uint32       `json:"rcv_wnd,omitempty"`
	Readable *int32        `json:"readable,omitempty"`
	Unsent   *int32        `json:"unsent,omitempty"`
	Deadline *int64        `json:"deadline,omitempty"`
	Err      *string       `json:"err,omitempty"`
	EOF      *bool         `json:"eof,omitempty"`
}

// jsonSegment is a segment that was emitted, or injected in the name of From.
type jsonSegment struct {
	ID        uint32       `json:"id"`
	Line      int          `json:"line"`
	Of        uint32       `json:"of,omitempty"`
	Nth       uint32       `json:"nth,omitempty"`
	From      string       `json:"from,omitempty"`
	Malformed bool         `json:"malformed,omitempty"`
	Kind      string       `json:"kind"`
	Flags     string       `json:"flags"`
	Seq       endpoint.Seq `json:"seq"`
	Ack       endpoint.Seq `json:"ack"`
	Wnd       uint16       `json:"wnd"`
	Up        uint16       `json:"up,omitempty"`
	Len       uint32       `json:"len"`
	Opts      string       `json:"opts,omitempty"`
	Offset    *int64       `json:"offset,omitempty"` // of text: in the stream, -1 where not known
	Fate      []jsonCopy   `json:"fate"`
	Lost      string       `json:"lost,omitempty"`
	Revived   bool         `json:"revived,omitempty"`
	By        []uint16     `json:"by,omitempty"`
}

// jsonCopy is one arrival: when, and with which bits of the segment flipped.
type jsonCopy struct {
	At         int64    `json:"at"`
	Bits       []uint32 `json:"bits,omitempty"`
	Undetected bool     `json:"undetected,omitempty"`
	Aside      uint16   `json:"aside,omitempty"`
}

func headerOf(t *sim.Trace, l *layout) jsonHeader {
	h := jsonHeader{
		Schema: Schema, Scenario: t.Scenario.String(), Outcome: t.Outcome.String(),
		Final:  [2]string{t.Final[0].String(), t.Final[1].String()},
		Faults: len(t.Scenario.Fault), Steps: len(t.Events), Segments: len(t.Segments),
	}
	for e := range h.Endpoints {
		h.Endpoints[e] = t.Scenario.Ends[e].Endpoint
		if h.Endpoints[e] == "" {
			h.Endpoints[e] = scenario.DefaultEndpoint
		}
	}
	if v := &t.Violation; v.Found() {
		h.Violation = &jsonViolation{
			Rule: v.Rule.ID, Name: v.Rule.Name, Section: v.Rule.Section,
			Step: v.Step, Line: l.violationLine(t), At: int64(v.At),
			End: v.End.String(), State: v.State.String(), Text: v.Text, Got: v.Got, Want: v.Want,
		}
	}
	return h
}

// eventOfTrace is event i; prev is the TCB of its end before it.
func eventOfTrace(t *sim.Trace, l *layout, i int, prev *sim.TCB) jsonEvent {
	e := &t.Events[i]
	j := jsonEvent{
		N: e.N, Line: l.ofEvent[i], T: int64(e.At), End: e.End.String(), Cause: causeOf(&e.Cause),
		State: [2]string{e.Before.String(), e.After.String()}, TCB: changes(prev, &e.TCB),
	}
	if s := arrived(t, e); s != nil && s.Injected {
		j.Emits = append(j.Emits, segmentOf(t, s, l.ofEvent[i]))
	}
	emits := t.EmitsOf(e)
	for k := range emits {
		j.Emits = append(j.Emits, segmentOf(t, &emits[k], l.ofSegment[emits[k].ID]))
	}
	return j
}

func causeOf(c *sim.Cause) jsonCause {
	j := jsonCause{Kind: c.Kind.String()}
	switch c.Kind {
	case sim.Call:
		j.Call, j.N, j.EOF = c.Call.String(), c.N, c.EOF
		if c.Err != 0 {
			j.Err = c.Err.Error()
		}
	case sim.Arrival, sim.Fault:
		j.Fault, j.ID, j.Copy = c.Fault, c.Segment, c.Copy
		j.Corrupt, j.Undetected, j.Deaf = c.Corrupt, c.Undetected, c.Deaf
	}
	return j
}

// changes is nil if nothing changed.
func changes(from, to *sim.TCB) *jsonTCB {
	if *from == *to {
		return nil
	}
	j := &jsonTCB{
		ISS: changed(from.ISS, to.ISS), IRS: changed(from.IRS, to.IRS),
		UNA: changed(from.UNA, to.UNA), NXT: changed(from.NXT, to.NXT), MAX: changed(from.MAX, to.MAX),
		SNDWND: changed(from.SNDWND, to.SNDWND),
		RCVNXT: changed(from.RCVNXT, to.RCVNXT), RCVWND: changed(from.RCVWND, to.RCVWND),
		Readable: changed(from.Readable, to.Readable), Unsent: changed(from.Unsent, to.Unsent),
		Deadline: changed(deadline(from.Deadline), deadline(to.Deadline)),
		EOF:      changed(from.EOF, to.EOF),
	}
	if from.Err != to.Err {
		text := to.Err.Error()
		j.Err = &text
	}
	return j
}

func changed[T comparable](from, to T) *T {
	if from == to {
		return nil
	}
	return &to
}

func deadline(d time.Duration) int64 {
	if d == endpoint.Never {
		return -1
	}
	return int64(d)
}

func segmentOf(t *sim.Trace, s *sim.SegmentRecord, line int) jsonSegment {
	j := jsonSegment{
		ID: s.ID, Line: line, Of: s.Of, Nth: s.Nth, Malformed: s.Malformed,
		Kind: s.Kind.String(), Flags: s.Flags.String(), Seq: s.Seq, Ack: s.Ack,
		Wnd: s.Wnd, Up: s.Up, Len: s.Len, Opts: hex.EncodeToString(t.OptionsOf(s)),
		Fate: []jsonCopy{}, Revived: s.Revived, By: t.ByOf(s),
	}
	if s.Injected {
		j.From = s.End.String()
	}
	if s.Len > 0 {
		j.Offset = &s.Offset
	}
	if s.Cause != link.NotLost || s.NCopies == 0 {
		j.Lost = s.Cause.String()
	}
	copies := t.CopiesOf(s)
	for i := range copies {
		c := &copies[i]
		k := jsonCopy{At: int64(c.At), Bits: c.Flips[:c.NFlips], Aside: c.Aside}
		k.Undetected = c.NFlips > 0 && c.Undetected
		j.Fate = append(j.Fate, k)
	}
	return j
}
