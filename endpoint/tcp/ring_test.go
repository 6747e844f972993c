package tcp

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"example.org/halfopen/endpoint"
)

// TestRing_AsASlice does the same to a ring and to a slice.
func TestRing_AsASlice(t *testing.T) {
	var r, c ring
	var want []byte
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range 5000 {
		switch p := text(i, rnd.IntN(120)); rnd.IntN(5) {
		case 0, 1:
			r.push(p)
			want = append(want, p...)
		case 2:
			n := r.pop(p)
			if !bytes.Equal(p[:n], want[:n]) {
				t.Fatalf("pop %d", i)
			}
			want = want[n:]
		case 3:
			n := min(len(p), len(want))
			r.drop(n)
			want = want[n:]
		case 4: // held behind the queue, then joined
			r.put(r.n+50, p)
			r.push(text(0, 50))
			r.n += len(p)
			want = append(append(want, text(0, 50)...), p...)
		}
		if r.n != len(want) || !bytes.Equal(r.view(0, r.n), want) || !bytes.Equal(r.appendRange(nil, 0, r.n), want) {
			t.Fatalf("step %d", i)
		}
		c.copyFrom(&r)
		if !bytes.Equal(c.view(0, c.n), want) {
			t.Fatalf("copy %d", i)
		}
	}
}

// TestReassembly_AsABitmap inserts at random and compares with a bitmap.
func TestReassembly_AsABitmap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		base := endpoint.Seq(rnd.Uint32())
		var r reassembly
		var have [200]bool
		for range 12 {
			from := rnd.IntN(190)
			to := from + 1 + rnd.IntN(10)
			if !r.insert(base.Add(from), base.Add(to), maxSpans) {
				t.Fatal("full")
			}
			for i := from; i < to; i++ {
				have[i] = true
			}
			var got [200]bool
			last := base - 2
			for _, h := range r {
				if !last.Less(h.from) || !h.from.Less(h.to) {
					t.Fatalf("not in order, or touching: %v", r)
				}
				for s := h.from; s != h.to; s++ {
					got[s-base] = true
				}
				last = h.to
			}
			if got != have {
				t.Fatalf("%v", r)
			}
		}
		if _, ok := r.next(r[0].from - 1); ok {
			t.Error("there is none")
		}
		n, first := len(r), r[0]
		if to, ok := r.next(first.from); !ok || to != first.to || len(r) != n-1 {
			t.Error("next")
		}
	}
}

// A ring allocates nothing until it has something to hold, then what is needed
// or twice what it has, and never beyond its limit.
func TestRing_GrowsOnDemand(t *testing.T) {
	r := ring{limit: 1000}
	for _, c := range []struct{ push, size int }{{0, 0}, {1, ringMin}, {299, 512}, {690, 1000}, {10, 1000}} {
		r.push(text(0, c.push))
		if len(r.buf) != c.size {
			t.Errorf("%d octets in %d, want %d", r.n, len(r.buf), c.size)
		}
	}
	r = ring{limit: 1 << 20}
	r.push(text(0, 10_000)) // what comes at once gets no more than it needs
	if len(r.buf) != 10_000 {
		t.Errorf("10000 octets in %d", len(r.buf))
	}
	h := established(t).send(100).recv("ACK", 1, 1, "abc").recv("ACK", 9, 1, "xyz")
	if in, out := len(h.tcp.in.buf), len(h.tcp.out.buf); in != ringMin || out != ringMin {
		t.Errorf("RECEIVE has %d octets of memory, SEND %d", in, out)
	}
}
