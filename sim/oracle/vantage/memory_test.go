package vantage

import (
	"math/rand/v2"
	"testing"
)

// What octets remember is the latest of the stream, whatever comes in what order.
func TestOctets(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	content := func(at int64, n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte((at + int64(i)) * 2654435761 >> 13)
		}
		return b
	}
	for _, room := range []int64{1 << 30, 20_000, 0} {
		m := &Memory{left: room}
		var o octets
		next, forgotten, caught := int64(1), 0, 0
		for range 3000 {
			at := next
			switch random.IntN(4) {
			case 0:
				at = max(1, next-random.Int64N(200_000))
			case 1:
				at = next + random.Int64N(3000)
			}
			n := 1 + random.IntN(3000)
			text := content(at, n)
			wrong := int64(-1)
			if i := random.IntN(n); random.IntN(2) == 0 && at+int64(i) >= o.lo && at+int64(i) < o.hi {
				text[i]++
				wrong = at + int64(i)
			}
			if o.any && at < o.hi {
				differs, unknown := o.compare(at, text)
				if differs != wrong || unknown != (at < min(o.lo, at+int64(n))) {
					t.Fatalf("room %d: octet %d differs, want %d; unknown %t with %d-%d of %d-%d", room, differs, wrong, unknown, at, at+int64(n), o.lo, o.hi)
				}
				if unknown {
					forgotten++
				}
				if differs >= 0 {
					caught++
				}
			}
			o.add(m, at, content(at, n))
			next = max(next, at+int64(n))
			if o.hi != next || o.hi-o.lo > mostMemory || int64(len(o.ring)) > room || m.left < 0 || m.left+int64(len(o.ring)) != room {
				t.Fatalf("room %d: %d-%d of a stream up to %d in %d octets, %d left", room, o.lo, o.hi, next, len(o.ring), m.left)
			}
		}
		if forgotten == 0 || (caught > 0) != (room > 0) {
			t.Errorf("room %d: %d forgotten, %d caught", room, forgotten, caught)
		}
		o.forget(m)
		if m.left != room {
			t.Errorf("%d of %d came back", m.left, room)
		}
	}
}

// A stream knows up to where all has passed; with many gaps it may forget one,
// but never what has passed.
func TestStream(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		var h stream
		var passed [400]bool
		most := 0
		for range 60 {
			from := random.IntN(380)
			to := from + 1 + random.IntN(12)
			h.add(int64(from), int64(to))
			for i := from; i < to; i++ {
				passed[i] = true
			}
			most = max(most, to)
			reach := 0
			for passed[reach] {
				reach++
			}
			end := h.reach
			if h.n > 0 {
				end = h.above[h.n-1].to
			}
			if h.reach < int64(reach) || end != max(int64(most), h.reach) || h.n < maxSpans && h.reach != int64(reach) && gaps(passed[:most]) < maxSpans {
				t.Fatalf("reach %d, want %d: %+v", h.reach, reach, h)
			}
			for i := range h.n {
				if s := h.above[i]; s.from >= s.to || s.from <= h.reach || i > 0 && s.from <= h.above[i-1].to {
					t.Fatalf("not in order and apart: %+v", h)
				}
			}
		}
	}
}

// gaps is how many there are.
func gaps(passed []bool) (n int) {
	for i := range passed {
		if !passed[i] && (i == 0 || passed[i-1]) {
			n++
		}
	}
	return n
}
