package vantage

import "math/bits"

// Memory for the octets of streams, so that what is sent again can be compared.
const (
	firstMemory = 4 << 10   // octets of a stream that are remembered at first,
	mostMemory  = 128 << 10 // and at most: the latest ones
)

// Memory is what all connections of a Table may remember of their streams, in
// octets.
type Memory struct {
	left int64
	free [classes][][]byte // rings that were given back, by size
}

// classes is how many sizes of rings there are: each is twice the one before.
const classes = 6

// class is the number of a size.
func class(size int) int { return bits.Len(uint(size)/firstMemory) - 1 }

// ring takes a ring out of the memory.
func (m *Memory) ring(size int) (ring []byte) {
	m.left -= int64(size)
	free := &m.free[class(size)]
	if n := len(*free); n > 0 {
		ring, *free = (*free)[n-1], (*free)[:n-1]
		return ring
	}
	return make([]byte, size)
}

// back takes one back.
func (m *Memory) back(ring []byte) {
	const kept = 16 // of a size
	if len(ring) == 0 {
		return
	}
	m.left += int64(len(ring))
	if free := &m.free[class(len(ring))]; len(*free) < kept {
		*free = append(*free, ring)
	}
}

// octets are the latest ones of a stream, from lo up to but not with hi.
type octets struct {
	any    bool
	lo, hi int64
	ring   []byte // octet i at i modulo its length, a power of two
}

// compare looks for an octet that is another than it was: its number, -1 if
// there is none. unknown is whether some are not remembered.
func (o *octets) compare(at int64, text []byte) (differs int64, unknown bool) {
	end := at + int64(len(text))
	unknown = at < min(o.lo, end)
	from, to := max(at, o.lo), min(end, o.hi)
	for from < to {
		i := int(from) & (len(o.ring) - 1)
		n := min(int(to-from), len(o.ring)-i)
		was, is := o.ring[i:i+n], text[from-at:from-at+int64(n)]
		if string(was) != string(is) {
			for k := range was {
				if was[k] != is[k] {
					return from + int64(k), unknown
				}
			}
		}
		from += int64(n)
	}
	return -1, unknown
}

// at is the octet with a number that is remembered.
func (o *octets) at(n int64) byte { return o.ring[int(n)&(len(o.ring)-1)] }

// add remembers text that goes on from what is remembered, or stands beyond it.
func (o *octets) add(m *Memory, at int64, text []byte) {
	end := at + int64(len(text))
	if o.any && end <= o.hi {
		return
	}
	if !o.any || at > o.hi {
		o.any, o.lo, o.hi = true, at, at
	}
	text, at = text[o.hi-at:], o.hi
	if cut := len(text) - mostMemory; cut > 0 {
		text, at = text[cut:], at+int64(cut)
		o.lo, o.hi = at, at
	}
	o.room(m, int(end-o.lo))
	if len(o.ring) == 0 {
		o.lo, o.hi = end, end
		return
	}
	if cut := len(text) - len(o.ring); cut > 0 {
		text, at = text[cut:], at+int64(cut)
	}
	for len(text) > 0 {
		i := int(at) & (len(o.ring) - 1)
		n := copy(o.ring[i:], text)
		text, at = text[n:], at+int64(n)
	}
	o.hi = end
	o.lo = max(o.lo, o.hi-int64(len(o.ring)))
}

// room makes the ring larger, if n octets do not fit and there is memory.
func (o *octets) room(m *Memory, n int) {
	size := max(len(o.ring), firstMemory)
	for size < n && size < mostMemory {
		size *= 2
	}
	if size == len(o.ring) || m.left < int64(size) {
		return
	}
	ring := m.ring(size)
	for at := o.lo; at < o.hi; { // what is remembered, to its new places
		i, k := int(at)&(len(o.ring)-1), int(at)&(size-1)
		c := copy(ring[k:], o.ring[i:min(len(o.ring), i+int(o.hi-at))])
		at += int64(c)
	}
	m.back(o.ring)
	o.ring = ring
}

// forget gives the memory back.
func (o *octets) forget(m *Memory) {
	m.back(o.ring)
	*o = octets{}
}
