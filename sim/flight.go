package sim

import (
	"bytes"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
)

// slot holds one emitted datagram for as long as a copy of it is under way, and
// for the step that emitted it.
type slot struct {
	buf     [endpoint.MTU]byte
	size    int32
	refs    int32
	id      uint32
	n       uint64 // the n-th datagram of its end, from 0
	from    endpoint.End
	arrived bool // its first copy has
	err     error
	seg     endpoint.Segment
	fate    link.Fate
}

// fill decodes what was written into the buffer.
func (s *slot) fill(n int, from endpoint.End) {
	var h endpoint.Header
	s.size, s.from, s.refs, s.arrived = int32(n), from, 1, false
	s.seg = endpoint.Segment{}
	s.err = endpoint.Decode(s.buf[:n], &h, &s.seg)
}

// flight is one copy under way.
type flight struct {
	slot  uint32
	copy  uint8  // which of the fate's copies
	ahead uint32 // reorder: so many later datagrams have to arrive first
	timer scheduler.Timer
}

// What an id in the queue means: the upper bits say what, the rest which.
const (
	idArrive  = 0 << 30 // a flight arrives
	idRelease = 1 << 30 // a flight that was set aside is released
	idMask    = 1<<30 - 1
)

// resetFlights forgets all datagrams.
func (w *World) resetFlights() {
	w.flights, w.landed = w.flights[:0], w.landed[:0]
	w.asides, w.held, w.idle = w.asides[:0], w.held[:0], w.idle[:0]
	for i := range w.slots {
		w.idle = append(w.idle, uint32(len(w.slots)-1-i))
	}
}

// grab returns a free slot.
func (w *World) grab() uint32 {
	if n := len(w.idle); n > 0 {
		i := w.idle[n-1]
		w.idle = w.idle[:n-1]
		return i
	}
	w.slots = append(w.slots, new(slot))
	return uint32(len(w.slots) - 1)
}

func (w *World) unref(i uint32) {
	if w.slots[i].refs--; w.slots[i].refs == 0 {
		w.idle = append(w.idle, i)
	}
}

// release lets go of the datagrams that the last step showed.
func (w *World) release() {
	for _, i := range w.held {
		w.unref(i)
	}
	w.held, w.by = w.held[:0], w.by[:0]
	w.fresh()
}

// fresh makes room for steps; what the ends told last stays.
func (w *World) fresh() {
	for e := range w.ends {
		if h := &w.ends[e]; h.st != &h.base {
			if h.st != nil {
				h.base = *h.st
			}
			h.st = &h.base
		}
	}
	w.done, w.reads, w.filled = 0, 0, false
	w.step = &w.batch[0]
}

// launch puts the copies of a fate on their way.
func (w *World) launch(i uint32) {
	s := w.slots[i]
	for c := range s.fate.Copies[:s.fate.N] {
		f := w.newFlight(flight{slot: i, copy: uint8(c)})
		s.refs++
		copy := &s.fate.Copies[c]
		if copy.Aside != 0 {
			w.setAside(f, copy)
			continue
		}
		w.queue.Schedule(copy.At, idArrive|f)
	}
}

func (w *World) newFlight(f flight) uint32 {
	if n := len(w.landed); n > 0 {
		i := w.landed[n-1]
		w.landed = w.landed[:n-1]
		w.flights[i] = f
		return i
	}
	w.flights = append(w.flights, f)
	return uint32(len(w.flights) - 1)
}

// setAside keeps a copy until its fault's condition holds, its "or" is over, or
// heal.
func (w *World) setAside(f uint32, c *link.Copy) {
	fault := &w.scenario.Fault[c.Aside-1]
	if fault.Op == faults.Hold && w.ends[fault.Until.End].now().State == fault.Until.State {
		w.queue.Schedule(c.At, idArrive|f) // the state is entered already
		return
	}
	until := w.heal
	if fault.By > 0 {
		until = min(until, w.clock.Now()+fault.By)
	}
	fl := &w.flights[f]
	fl.ahead = fault.Behind
	fl.timer = w.queue.Schedule(max(until, c.At), idRelease|f)
	w.asides = append(w.asides, f)
}

// releaseHeld releases what was held until an end entered a state.
func (w *World) releaseHeld(e endpoint.End, s endpoint.State) {
	w.releaseWhere(func(f *flight, by *faults.Fault) bool {
		return by.Op == faults.Hold && by.Until == faults.Entry{End: e, State: s}
	})
}

// releaseBehind counts the arrival of a datagram against the copies that were
// to arrive after it.
func (w *World) releaseBehind(arrived *slot) {
	w.releaseWhere(func(f *flight, by *faults.Fault) bool {
		s := w.slots[f.slot]
		if by.Op != faults.Reorder || s.from != arrived.from || s.n >= arrived.n {
			return false
		}
		if f.ahead > 0 {
			f.ahead--
		}
		return f.ahead == 0
	})
}

// releaseWhere sends the set-aside copies that are due on their last way: they
// arrive one microsecond from now, but not before they would have anyhow.
func (w *World) releaseWhere(due func(*flight, *faults.Fault) bool) {
	kept := w.asides[:0]
	for _, i := range w.asides {
		f := &w.flights[i]
		c := &w.slots[f.slot].fate.Copies[f.copy]
		if !due(f, &w.scenario.Fault[c.Aside-1]) {
			kept = append(kept, i)
			continue
		}
		w.queue.Cancel(f.timer)
		w.queue.Schedule(max(w.clock.Now()+link.MinHop, c.At), idArrive|i)
	}
	w.asides = kept
}

// happen lets an event of the queue happen.
func (w *World) happen(id uint32) {
	which := id & idMask
	if id&^idMask == idRelease {
		w.dropAside(which)
	}
	f := w.flights[which]
	w.landed = append(w.landed, which)
	if s := w.slots[f.slot]; s.fate.Copies[f.copy].Aside != 0 {
		w.recordRelease(s.id, f.copy)
	}
	w.arrive(f.slot, f.copy)
}

func (w *World) dropAside(f uint32) {
	for i, g := range w.asides {
		if g == f {
			w.asides = append(w.asides[:i], w.asides[i+1:]...)
			return
		}
	}
}

// arrive hands a copy of a datagram to the end that it was sent to.
func (w *World) arrive(i uint32, which uint8) {
	s := w.slots[i]
	e := s.from.Peer()
	c := &s.fate.Copies[which]
	h := &w.ends[e]
	damaged := c.NFlips > 0 && w.damage(s, c)
	w.filled = w.filled || damaged
	w.begin(e, Cause{
		Kind: Arrival, Segment: s.id, Copy: which,
		Corrupt: damaged, Undetected: damaged && c.Undetected, Deaf: h.down,
	})
	w.held = append(w.held, i) // the flight's reference becomes the step's
	if !s.arrived && len(w.asides) > 0 {
		w.releaseBehind(s)
	}
	s.arrived = true
	datagram := s.buf[:s.size]
	w.step.Arrived, w.step.ArrivedErr = &s.seg, s.err
	if damaged {
		datagram = w.damaged
		w.step.Arrived, w.step.ArrivedErr = &w.flip, w.decodeDamaged(c)
	}
	if h.down {
		return
	}
	h.ep.Arrive(w.clock.Now(), datagram)
	w.finish()
}

// damage makes w.damaged the datagram as a copy with flipped bits arrives. The
// slot stays whole for the other copies. It reports whether any bit is flipped
// in the end: two flips of one bit leave none, and what has no whole TCP header
// is left alone.
func (w *World) damage(s *slot, c *link.Copy) bool {
	if malformed(s.err) {
		return false
	}
	whole := s.buf[:s.size]
	d := append(w.damaged[:0], whole...)
	w.damaged = d
	at := endpoint.TCPOffset(d)
	flip(d[at:], c)
	switch {
	case bytes.Equal(d, whole):
		return false
	case c.Undetected:
		endpoint.FixChecksum(d)
	case endpoint.ChecksumOK(d):
		d[at+16] ^= 1 // two flips cancelled in the sum: a detected corruption is detected
	}
	return true
}

// decodeDamaged makes w.flip the segment that is in w.damaged: it is valid as
// long as the step. The error is what the receiver has to find wrong.
func (w *World) decodeDamaged(c *link.Copy) error {
	var h endpoint.Header
	w.flip = endpoint.Segment{} // a datagram that does not decode leaves it alone
	err := endpoint.Decode(w.damaged, &h, &w.flip)
	if !c.Undetected {
		return endpoint.ErrChecksum // whatever else is wrong with it
	}
	return err
}

// malformed reports whether a datagram has no TCP header in which bits could be
// flipped.
func malformed(err error) bool { return err != nil && err != endpoint.ErrChecksum }

// flip flips the bits of a copy in a TCP segment.
func flip(segment []byte, c *link.Copy) {
	bits := uint32(len(segment)) * 8
	for _, f := range c.Flips[:c.NFlips] {
		f %= bits
		segment[f/8] ^= 0x80 >> (f % 8)
	}
}

// repeats remembers the latest segments of an end that occupied sequence
// numbers, to tell what a retransmission repeats.
type repeats struct {
	past []sent // the last mostRepeats of them, the n-th at n modulo that
	next uint32
	max  endpoint.Seq // the highest sequence number sent, plus one
}

// mostRepeats is how many segments of an end are remembered.
const mostRepeats = 64

type sent struct {
	seq endpoint.Seq
	id  uint32
}

// find returns the id of the latest earlier segment that began where seg
// begins, 0 if seg is new, and remembers seg as id.
func (r *repeats) find(seg *endpoint.Segment, id uint32) uint32 {
	if seg.Len() == 0 || seg.Flags.Any(endpoint.RST) {
		return 0
	}
	of := uint32(0)
	if r.next > 0 && seg.Seq.Less(r.max) {
		for i := range uint32(len(r.past)) {
			if p := &r.past[(r.next-1-i)%mostRepeats]; p.seq == seg.Seq {
				of = p.id
				break
			}
		}
	}
	end := seg.Seq.Add(seg.Len())
	if r.next == 0 || r.max.Less(end) || seg.Flags.Any(endpoint.SYN) && of == 0 {
		r.max = end // a SYN that repeats nothing begins another incarnation
	}
	if len(r.past) < mostRepeats {
		r.past = append(r.past, sent{seg.Seq, id})
	} else {
		r.past[r.next%mostRepeats] = sent{seg.Seq, id}
	}
	r.next++
	return of
}
