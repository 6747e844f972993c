package sim

import (
	"encoding/binary"

	"example.org/halfopen/endpoint"
)

// CopyFrom makes w a copy of src, in the state between two steps: the two share
// nothing but the scenario afterwards and go on alike. The trace is not copied:
// w's begins here. It returns false if an endpoint cannot be copied.
func (w *World) CopyFrom(src *World) bool {
	for e := range w.ends {
		if !w.copyHost(endpoint.End(e), src) {
			return false
		}
		w.paths[e].CopyFrom(&src.paths[e])
	}
	w.offer, w.scenario, w.heal = src.offer, src.scenario, src.heal
	w.healed, w.unfair, w.outcome = src.healed, src.unfair, src.outcome
	w.clock = src.clock
	w.queue.CopyFrom(&src.queue)
	w.script.CopyFrom(&src.script)
	w.lines = append(w.lines[:0], src.lines...)
	w.flights = append(w.flights[:0], src.flights...)
	w.landed = append(w.landed[:0], src.landed...)
	w.asides = append(w.asides[:0], src.asides...)
	w.ids, w.steps, w.digest = src.ids, src.steps, src.digest
	w.step = Step{Emits: w.step.Emits[:0]}
	w.held = w.held[:0]
	w.copySlots(src)
	w.resetTrace()
	return true
}

func (w *World) copyHost(e endpoint.End, src *World) bool {
	from, to := &src.ends[e], &w.ends[e]
	ep, name := to.ep, to.name
	if name != from.name {
		factory, err := src.offer.Find(from.name)
		if err != nil {
			return false
		}
		if ep, err = factory(from.config); err != nil {
			return false
		}
	}
	c, ok := ep.(endpoint.Copier)
	if !ok || !c.CopyFrom(from.ep) {
		return false
	}
	*to = *from
	to.ep = ep
	return true
}

// copySlots copies the datagrams under way. What only src's current step still
// shows is free in the copy.
func (w *World) copySlots(src *World) {
	for len(w.slots) < len(src.slots) {
		w.slots = append(w.slots, new(slot))
	}
	for _, s := range w.slots {
		s.refs = 0
	}
	for i, from := range src.slots {
		held := int32(0)
		for _, h := range src.held {
			if int(h) == i {
				held++
			}
		}
		if from.refs-held > 0 && !src.free(uint32(i)) {
			w.slots[i].copyFrom(from, from.refs-held)
		}
	}
	w.idle = w.idle[:0]
	for i := len(w.slots) - 1; i >= 0; i-- {
		if w.slots[i].refs == 0 {
			w.idle = append(w.idle, uint32(i))
		}
	}
}

func (w *World) free(i uint32) bool {
	for _, j := range w.idle {
		if i == j {
			return true
		}
	}
	return false
}

func (s *slot) copyFrom(from *slot, refs int32) {
	copy(s.buf[:from.size], from.buf[:from.size])
	s.fill(int(from.size), from.from)
	s.refs, s.id, s.n, s.arrived, s.fate = refs, from.id, from.n, from.arrived, from.fate
}

// AppendState appends a canonical encoding of the world: two worlds that will
// go on alike append the same octets, whatever path led to them. Times are
// relative to now, datagrams are named by their rank in the queue. It returns
// false if an endpoint has no canonical encoding.
func (w *World) AppendState(b []byte) ([]byte, bool) {
	now := w.clock.Now()
	for e := range w.ends {
		h := &w.ends[e]
		a, ok := h.ep.(endpoint.StateAppender)
		if !ok {
			return b, false
		}
		b = a.AppendState(b, now)
		b = h.appendState(b, w)
		b = w.paths[e].AppendState(b, now)
	}
	b = binary.AppendVarint(b, int64(max(w.heal-now, 0)))
	b = w.script.AppendState(b, now)
	for i := range w.lines {
		b = w.lines[i].appendState(b, w)
	}
	return w.appendQueue(b), true
}

func (h *host) appendState(b []byte, w *World) []byte {
	now := w.clock.Now()
	b = append(b, bit(h.down), bit(h.poll))
	b = binary.AppendVarint(b, int64(max(h.stalled-now, 0)))
	b = binary.AppendVarint(b, int64(max(h.cut-now, 0)))
	b = binary.AppendVarint(b, h.sent)
	b = binary.AppendVarint(b, h.received)
	for _, n := range h.entries {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

func (l *line) appendState(b []byte, w *World) []byte {
	b = append(b, bit(l.asked), bit(l.over))
	b = binary.AppendUvarint(b, uint64(l.pc))
	b = binary.AppendVarint(b, l.done)
	return binary.AppendVarint(b, int64(max(l.wake-w.clock.Now(), 0)))
}

// appendQueue writes what is under way, in the order in which it will happen.
func (w *World) appendQueue(b []byte) []byte {
	now := w.clock.Now()
	w.order = w.queue.AppendOrdered(w.order[:0])
	for _, e := range w.order {
		b = binary.AppendVarint(b, int64(e.At-now))
		b = append(b, byte(e.ID>>30))
		if e.ID&^idMask == idWake {
			b = append(b, byte(e.ID&idMask))
			continue
		}
		f := &w.flights[e.ID&idMask]
		s := w.slots[f.slot]
		c := &s.fate.Copies[f.copy]
		b = append(b, byte(s.from), bit(s.arrived), c.NFlips, bit(c.Undetected), byte(c.Aside), byte(c.Aside>>8))
		for _, flip := range c.Flips[:c.NFlips] {
			b = binary.AppendUvarint(b, uint64(flip))
		}
		b = binary.AppendUvarint(b, uint64(f.ahead))
		b = binary.AppendUvarint(b, uint64(s.size))
		b = append(b, s.buf[:s.size]...)
	}
	return b
}

func bit(v bool) byte {
	if v {
		return 1
	}
	return 0
}
