package scheduler

import (
	"math"
	"math/bits"
	"time"
)

// key is a place in the total order, and what the heap is made of.
type key struct {
	at    uint64 // the time, with the sign bit flipped so that it sorts unsigned
	order uint64 // insertion number << slotBits | index of the slot
}

var largest = key{math.MaxUint64, math.MaxUint64}

// less is 1 if k comes before o, else 0, without a branch that could be
// predicted wrong.
func (k *key) less(o *key) uint64 {
	_, borrow := bits.Sub64(k.order, o.order, 0)
	_, borrow = bits.Sub64(k.at, o.at, borrow)
	return borrow
}

func (k *key) time() time.Duration { return time.Duration(k.at ^ signBit) }

// family is four siblings: 64 octets, so that a walk through the heap touches
// one cache line a level.
type family [4]key

// first is the place of the heap's top. Place i is key i%4 of family i/4; with
// the top at 3, the children of place i are family i-2, and no division by 4
// leaves a rest that would matter.
const first = 3

// families is how many families the places before end are.
func families(end int) int { return (end + 3) / 4 }

func (q *Queue) place(i int) *key { return &q.heap[uint(i)/4][uint(i)%4] }

func (q *Queue) top() *key { return &q.heap[0][first] }

// push adds a key to the heap.
func (q *Queue) push(k key) {
	i := first + q.n
	if i/4 >= len(q.heap) {
		q.heap = append(q.heap, family{largest, largest, largest, largest})
	}
	q.n++
	q.up(i, k)
}

// pop removes the top of the heap.
func (q *Queue) pop() {
	q.n--
	last := q.place(first + q.n)
	k := *last
	*last = largest
	if q.n > 0 {
		q.sink(k)
	}
}

// up puts k at place i or above: ancestors that k comes before move down.
func (q *Queue) up(i int, k key) {
	for i > first {
		parent := i/4 + 2
		p := q.place(parent)
		if k.less(p) == 0 {
			break
		}
		*q.place(i) = *p
		i = parent
	}
	*q.place(i) = k
}

// sink replaces the top of the heap by k. The hole at the top sinks to the
// bottom along the least children, which takes three comparisons a level and no
// branch that could be predicted wrong; then k goes into it, and rarely up
// again.
func (q *Queue) sink(k key) {
	h := q.heap[:families(first+q.n)]
	i := uint(first)
	for i-2 < uint(len(h)) {
		f := &h[i-2]
		// The lesser of each pair, then the lesser of both; the masks are all
		// ones if the second is.
		m := -f[1].less(&f[0])
		a := f[0].or(&f[1], m)
		n := -f[3].less(&f[2])
		b := f[2].or(&f[3], n)
		o := -b.less(&a)
		least := a.or(&b, o)
		child := m&1 ^ (m^n)&1&o | 2&o
		h[i/4][i%4] = least
		i = (i-2)*4 + uint(child)
	}
	parent := i/4 + 2
	if i > first && k.less(&h[parent/4][parent%4]) != 0 {
		q.up(int(i), k)
		return
	}
	h[i/4][i%4] = k
}

// or is k if the mask is zeros, o if it is ones.
func (k *key) or(o *key, mask uint64) key {
	return key{k.at ^ (k.at^o.at)&mask, k.order ^ (k.order^o.order)&mask}
}
