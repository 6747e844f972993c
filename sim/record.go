package sim

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/scheduler/stream"
)

// maxTrace is how many events, and about how many segments, a trace holds: far
// more than a readable one.
const maxTrace = 1 << 20

func (w *World) resetTrace() {
	t := &w.trace
	*t = Trace{
		Events: t.Events[:0], Segments: t.Segments[:0],
		Copies: t.Copies[:0], By: t.By[:0], Options: t.Options[:0],
	}
}

// Trace is the record of the run so far. It belongs to the world: it grows with
// every Step and is emptied by Reset. The caller may set its Violation.
func (w *World) Trace() *Trace {
	t := &w.trace
	t.Scenario, t.Outcome = w.scenario, w.outcome
	for e := range w.ends {
		t.Final[e] = w.ends[e].now().State
	}
	return t
}

// Clone returns a copy of the trace that outlives the world's next run.
func (t *Trace) Clone() *Trace {
	c := *t
	c.Scenario = t.Scenario.Clone()
	c.Events = append([]Event(nil), t.Events...)
	c.Segments = append([]SegmentRecord(nil), t.Segments...)
	c.Copies = append(c.Copies[:0:0], t.Copies...)
	c.By = append([]uint16(nil), t.By...)
	c.Options = append([]byte(nil), t.Options...)
	return &c
}

// record writes the step into the trace and the digest.
func (w *World) record() {
	s, t := w.step, &w.trace
	if len(t.Events) >= maxTrace || len(t.Segments) >= maxTrace {
		w.outcome = OverSegments
		return
	}
	w.fold(uint64(s.At), uint64(s.End)<<32|uint64(s.Cause.Kind)<<24|uint64(s.Cause.Call)<<16|uint64(s.After.State))
	w.fold(uint64(s.After.SND.UNA)<<32|uint64(s.After.SND.NXT), uint64(s.After.RCV.NXT)<<32|uint64(uint32(s.Cause.N)))
	t.Events = append(t.Events, Event{})
	e := &t.Events[len(t.Events)-1]
	e.N, e.At, e.End, e.Cause = s.N, s.At, s.End, s.Cause
	e.Before, e.After = s.Before.State, s.After.State
	e.TCB.fill(s.After)
	e.FirstEmit = uint32(len(t.Segments))
	for i := range s.Emits {
		w.recordEmit(&s.Emits[i])
	}
	e.Emits = uint32(len(t.Segments)) - e.FirstEmit
}

func (b *TCB) fill(st *endpoint.Status) {
	b.ISS, b.IRS = st.ISS, st.IRS
	b.UNA, b.NXT, b.MAX = st.SND.UNA, st.SND.NXT, st.SND.MAX
	b.RCVNXT, b.SNDWND, b.RCVWND = st.RCV.NXT, st.SND.WND, st.RCV.WND
	b.Readable, b.Unsent = int32(st.Readable), int32(st.Unsent)
	b.Deadline, b.Err, b.EOF = st.Deadline, st.Err, st.EOF
}

// recordEmit writes a segment into the trace. The sender's ISS is known only
// after the step: an active OPEN chooses it and emits the SYN in one call.
func (w *World) recordEmit(m *Emit) {
	s, t := w.step, &w.trace
	m.ISS = s.After.ISS
	if s.After.State == endpoint.Closed { // the TCB is gone: what it was
		m.ISS = s.Before.ISS
	}
	if n := len(m.Segment.Text); n > 0 && s.After.Known&endpoint.KnowISS != 0 {
		m.Offset = int64(uint32(m.Segment.Seq - m.ISS - 1))
	}
	f := m.Fate
	r := t.segment(m.ID, &m.Segment)
	r.Of, r.Nth, r.At, r.End = m.Of, m.Nth, s.At, s.End
	r.Malformed = m.Err != nil
	r.ISS, r.PeerISS, r.Offset = m.ISS, w.ends[s.End.Peer()].now().ISS, m.Offset
	r.Cause, r.Revived = f.Cause, f.Revived
	r.FirstCopy, r.NCopies = uint32(len(t.Copies)), uint8(f.N)
	t.Copies = append(t.Copies, f.Copies[:f.N]...)
	r.FirstBy, r.NBy = uint32(len(t.By)), uint8(min(len(m.By), 255))
	t.By = append(t.By, m.By[:r.NBy]...)
	at := ^uint64(0)
	if f.N > 0 {
		at = uint64(f.Copies[0].At)
	}
	w.fold(uint64(r.Seq)<<32|uint64(r.Ack), at)
	w.fold(uint64(r.Flags)<<56|uint64(r.Kind)<<48|uint64(r.Wnd)<<32|uint64(r.Len), uint64(f.N)<<32|uint64(r.Of))
}

// segment appends the record of a segment and fills in what the segment says.
func (t *Trace) segment(id uint32, s *endpoint.Segment) *SegmentRecord {
	t.Segments = append(t.Segments, SegmentRecord{})
	r := &t.Segments[len(t.Segments)-1]
	r.ID, r.Kind, r.Flags, r.Seq, r.Ack = id, s.Kind(), s.Flags, s.Seq, s.Ack
	r.Wnd, r.Up, r.Len = s.Wnd, s.Up, uint32(len(s.Text))
	r.FirstOption, r.NOption = uint32(len(t.Options)), uint8(len(s.Options))
	t.Options = append(t.Options, s.Options...)
	return r
}

// recordInjected writes a segment that a fault makes arrive.
func (w *World) recordInjected(s *slot, from endpoint.End) {
	t := &w.trace
	r := t.segment(s.id, &s.seg)
	r.At, r.End, r.Injected = w.clock.Now(), from, true
	r.ISS, r.PeerISS, r.Offset = w.ends[from].now().ISS, w.ends[from.Peer()].now().ISS, -1
	r.FirstCopy, r.NCopies = uint32(len(t.Copies)), 1
	t.Copies = append(t.Copies, s.fate.Copies[0])
	r.FirstBy, r.NBy = uint32(len(t.By)), 1
	t.By = append(t.By, w.step.Cause.Fault)
}

// recordRelease notes when a copy that was set aside has arrived in the end.
func (w *World) recordRelease(id uint32, which uint8) {
	t := &w.trace
	if r := t.Segment(id); r != nil && which < r.NCopies { // a copied world records from the copy on
		t.Copies[r.FirstCopy+uint32(which)].At = w.clock.Now()
	}
}

// fold mixes two words into the digest.
func (w *World) fold(a, b uint64) { w.digest = stream.Mix(w.digest, a, b) }
