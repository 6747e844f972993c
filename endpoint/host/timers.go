package host

import (
	"time"

	"example.org/halfopen/endpoint"
)

// timers knows one deadline for each slot, and which is due first: the
// earliest, and of those of one instant that of the lowest slot.
//
// It is a heap whose entries may stand too early. An acknowledgment moves its
// connection's deadline to a later time, again and again, and mostly before it
// is ever due: such a move only writes the new deadline down, and the heap
// learns of it when the entry has come to the top. A connection without a
// deadline has no entry, or one that leaves when it comes to the top.
type timers struct {
	at   []time.Duration // by slot: the deadline, Never if none
	pos  []uint32        // by slot: index of its entry in heap plus one; 0: it has none
	heap []timer
}

type timer struct {
	at   time.Duration // not after the slot's deadline
	slot uint32
}

func (t *timer) before(o *timer) bool {
	return t.at < o.at || t.at == o.at && t.slot < o.slot
}

// add makes room for one slot more.
func (t *timers) add() {
	t.at = append(t.at, endpoint.Never)
	t.pos = append(t.pos, 0)
}

// set gives a slot its deadline; endpoint.Never is none.
func (t *timers) set(slot uint32, at time.Duration) {
	t.at[slot] = at
	switch p := t.pos[slot]; {
	case p != 0 && at < t.heap[p-1].at:
		t.up(int(p-1), timer{at, slot})
	case p == 0 && at != endpoint.Never:
		t.heap = append(t.heap, timer{})
		t.up(len(t.heap)-1, timer{at, slot})
	}
}

// next returns the deadline that is due first and its slot; endpoint.Never and
// 0 if there is none.
func (t *timers) next() (at time.Duration, slot uint32) {
	for len(t.heap) > 0 {
		top := t.heap[0]
		switch at := t.at[top.slot]; at {
		case top.at:
			return at, top.slot
		case endpoint.Never:
			t.pop()
		default:
			t.down(timer{at, top.slot})
		}
	}
	return endpoint.Never, 0
}

// pop takes the top away.
func (t *timers) pop() {
	t.pos[t.heap[0].slot] = 0
	last := t.heap[len(t.heap)-1]
	t.heap = t.heap[:len(t.heap)-1]
	if len(t.heap) > 0 {
		t.down(last)
	}
}

// up puts e into place i, or above.
func (t *timers) up(i int, e timer) {
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&t.heap[parent]) {
			break
		}
		t.put(i, t.heap[parent])
		i = parent
	}
	t.put(i, e)
}

// down puts e at the top, or below.
func (t *timers) down(e timer) {
	i := 0
	for {
		child := 4*i + 1
		if child >= len(t.heap) {
			break
		}
		for k := child + 1; k < min(child+4, len(t.heap)); k++ {
			if !t.heap[child].before(&t.heap[k]) {
				child = k
			}
		}
		if e.before(&t.heap[child]) {
			break
		}
		t.put(i, t.heap[child])
		i = child
	}
	t.put(i, e)
}

func (t *timers) put(i int, e timer) {
	t.heap[i] = e
	t.pos[e.slot] = uint32(i + 1)
}
