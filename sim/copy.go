package sim

import (
	"example.org/halfopen/endpoint"
)

// CopyFrom makes w a copy of src, in the state between two steps: the two share
// nothing but the scenario afterwards and go on alike. The trace is not copied:
// w's begins here. It returns false if an endpoint cannot be copied.
func (w *World) CopyFrom(src *World) bool {
	if w == src {
		return true
	}
	for e := range w.ends {
		if !w.copyHost(endpoint.End(e), src) {
			w.outcome = Quiet // neither the one nor the other: it does not step
			return false
		}
		w.paths[e].CopyFrom(&src.paths[e])
	}
	w.offer, w.scenario, w.heal = src.offer, src.scenario, src.heal
	w.healed, w.unfair, w.outcome, w.events = src.healed, src.unfair, src.outcome, src.events
	w.mostEmits, w.mostFlights = src.mostEmits, src.mostFlights
	w.clock = src.clock
	w.queue.CopyFrom(&src.queue)
	w.script.CopyFrom(&src.script)
	w.lines = append(w.lines[:0], src.lines...)
	w.flights = append(w.flights[:0], src.flights...)
	w.landed = append(w.landed[:0], src.landed...)
	w.asides = append(w.asides[:0], src.asides...)
	w.ids, w.steps, w.struck, w.digest = src.ids, src.steps, src.struck, src.digest
	w.fresh()
	w.held = w.held[:0]
	w.copySlots(src)
	w.resetTrace()
	return true
}

func (w *World) copyHost(e endpoint.End, src *World) bool {
	from, to := &src.ends[e], &w.ends[e]
	ep := to.ep
	if to.name != from.name || !copyEndpoint(ep, from.ep) {
		factory, err := src.offer.Find(from.name)
		if err != nil {
			return false
		}
		// A stack of this name may be another one in w's offer, or not be there.
		if ep, err = factory(from.config); err != nil || !copyEndpoint(ep, from.ep) {
			return false
		}
	}
	past := to.repeats.past
	*to = *from
	to.base = *from.st
	to.st = &to.base
	to.ep = ep
	to.repeats.past = append(past[:0], from.repeats.past...)
	return true
}

func copyEndpoint(to, from endpoint.Endpoint) bool {
	c, ok := to.(endpoint.Copier)
	return ok && c.CopyFrom(from)
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
