package scheduler

import (
	"fmt"
	"slices"
	"time"
)

// Queue holds what is still to happen, in a total order: by time, and within
// one instant by insertion. The zero value is an empty queue, ready to use. It
// is a plain value, but shares storage when it is assigned: copy it by
// CopyFrom.
//
// Inside it is a heap in which every node has four children, side by side in one
// cache line. What moves in it are 16-octet keys; what they stand for lies in
// slots that stay where they are. An entry that fired or was cancelled only
// gives its slot back: it is dead, and stays in the heap until it is at the top
// and an entry is scheduled, which takes its place (most events schedule
// another one: this saves them every other walk through the heap), or another
// one is asked for; or until there are more dead entries than live ones.
//
// Invariants, which valid checks in tests:
//
//	Q1. heap has first unused places, then the n entries, then only keys that
//	    are larger than any.
//	Q2. No entry is less than its parent.
//	Q3. An entry is live if its slot holds its order, else dead; n is all
//	    entries, live the live ones.
//	Q4. Every slot is of exactly one live entry or in the free list.
//	Q5. There are not more dead entries than live ones, but for a few, and one
//	    at the top.
type Queue struct {
	heap  []family
	slots []slot
	n     int    // entries in the heap, live or dead
	live  int    // entries that will fire
	order uint64 // insertion number of the last entry; 0 before the first
	free  uint32 // the free list: index of a slot plus one, 0 for none

	scratch []key // for AppendOrdered and compact; no part of the value
}

// slot holds what an entry stands for.
type slot struct {
	order uint64 // the entry's order; 0 while the slot is free
	id    uint32 // the caller's payload; in a free slot the next in the free list
}

const (
	slotBits = 24 // 16 million pending entries, 2^40 insertions from Reset to Reset
	slotMask = 1<<slotBits - 1
	maxOrder = 1<<(64-slotBits) - 1

	// fewDead entries are not worth a compaction.
	fewDead = 16

	signBit = 1 << 63
)

// Timer names an entry in a Queue, until it fires or is cancelled. The zero
// value names none. In a copy of the queue it names the copy of the entry.
type Timer struct {
	order uint64
}

// Entry is what will fire: when, and the id it was scheduled with.
type Entry struct {
	At time.Duration
	ID uint32
}

// Reset empties the queue and keeps its storage. All Timers are void, and must
// not be used any more: insertion numbers begin anew.
func (q *Queue) Reset() {
	q.heap = q.heap[:0]
	q.slots = q.slots[:0]
	q.n, q.live, q.order, q.free = 0, 0, 0, 0
}

// CopyFrom makes q a copy of src that shares nothing with it. It keeps q's
// storage.
func (q *Queue) CopyFrom(src *Queue) {
	used := min(families(first+src.n), len(src.heap))
	q.heap = append(q.heap[:0], src.heap[:used]...)
	q.slots = append(q.slots[:0], src.slots...)
	q.n, q.live, q.order, q.free = src.n, src.live, src.order, src.free
}

// Len is how many entries will fire.
func (q *Queue) Len() int { return q.live }

// Schedule adds an entry that fires at a time, after all entries of that
// time that were added before. The id is the caller's: Pop gives it back. It
// panics if there are 2^24 entries, or after 2^40 insertions since Reset.
func (q *Queue) Schedule(at time.Duration, id uint32) Timer {
	if q.order == maxOrder {
		panic(fmt.Sprintf("scheduler: more than %d insertions", uint64(maxOrder)))
	}
	q.order++
	i := q.free
	if i != 0 {
		i--
		q.free = q.slots[i].id
	} else {
		i = q.grow()
	}
	k := key{uint64(at) ^ signBit, q.order<<slotBits | uint64(i)}
	q.slots[i] = slot{k.order, id}
	q.live++
	if q.n >= q.live && q.dead(q.top()) {
		q.sink(k)
	} else {
		q.push(k)
	}
	return Timer{k.order}
}

// grow adds a slot and returns its index.
func (q *Queue) grow() uint32 {
	if len(q.slots) > slotMask {
		panic(fmt.Sprintf("scheduler: more than %d entries pending", len(q.slots)))
	}
	q.slots = append(q.slots, slot{})
	return uint32(len(q.slots) - 1)
}

// release puts a slot into the free list and returns the id it had.
func (q *Queue) release(i uint64) (id uint32) {
	s := &q.slots[i]
	id = s.id
	*s = slot{0, q.free}
	q.free = uint32(i) + 1
	return id
}

// Cancel takes an entry out before it fires. It reports whether it was still
// there.
func (q *Queue) Cancel(t Timer) bool {
	_, ok := q.cancel(t)
	return ok
}

func (q *Queue) cancel(t Timer) (id uint32, ok bool) {
	i := t.order & slotMask
	if t.order == 0 || i >= uint64(len(q.slots)) || q.slots[i].order != t.order {
		return 0, false
	}
	id = q.release(i)
	q.live--
	if dead := q.n - q.live; dead > max(q.live, fewDead) {
		q.compact()
	}
	return id, true
}

// Rearm moves an entry to another time, with the id that it has. That is a new
// insertion: it fires after all others of that time. The old Timer is void,
// the entry's name is now the one returned. If there is no such entry any more,
// nothing is scheduled and the zero Timer is returned.
func (q *Queue) Rearm(t Timer, at time.Duration) Timer {
	id, ok := q.cancel(t)
	if !ok {
		return Timer{}
	}
	return q.Schedule(at, id)
}

// Peek returns the time of the entry that fires next; false if there is none.
func (q *Queue) Peek() (at time.Duration, ok bool) {
	if q.live == 0 {
		return 0, false
	}
	q.prune()
	return q.top().time(), true
}

// Pop takes out the entry that fires next; false if there is none.
func (q *Queue) Pop() (at time.Duration, id uint32, ok bool) {
	if q.live == 0 {
		return 0, 0, false
	}
	if q.n > q.live {
		q.prune()
	}
	top := q.top()
	at = top.time()
	id = q.release(top.order & slotMask)
	q.live--
	if q.n-q.live > max(q.live, fewDead)+1 { // its own key is dead now, at the top
		q.compact()
	}
	return at, id, true
}

// prune takes dead entries from the top of the heap, so that a live one is
// there, if there is one.
func (q *Queue) prune() {
	for q.n > q.live && q.dead(q.top()) {
		q.pop()
	}
}

func (q *Queue) dead(k *key) bool { return q.slots[k.order&slotMask].order != k.order }

// compact takes all dead entries out of the heap. What remains is pushed anew
// in order, so that nothing moves.
func (q *Queue) compact() {
	q.scratch = q.appendLive(q.scratch[:0])
	slices.SortFunc(q.scratch, compare)
	q.heap = q.heap[:0]
	q.n = 0
	for _, k := range q.scratch {
		q.push(k)
	}
}

// AppendOrdered appends all entries in the order in which they will fire, and
// does not change the queue.
func (q *Queue) AppendOrdered(dst []Entry) []Entry {
	q.scratch = q.appendLive(q.scratch[:0])
	slices.SortFunc(q.scratch, compare)
	for i := range q.scratch {
		k := &q.scratch[i]
		dst = append(dst, Entry{k.time(), q.slots[k.order&slotMask].id})
	}
	return dst
}

// appendLive appends the keys of the live entries in no particular order.
func (q *Queue) appendLive(dst []key) []key {
	for i := first; i < first+q.n; i++ {
		if k := q.place(i); !q.dead(k) {
			dst = append(dst, *k)
		}
	}
	return dst
}

func compare(a, b key) int { return int(b.less(&a)) - int(a.less(&b)) }
