package endpoint

import "testing"

// fold and plus against additions of single words, at every corner: words
// whose sums only just have a carry, or have one after a carry came in.
func TestFold(t *testing.T) {
	naive := func(sum uint64) uint16 {
		s := uint32(0)
		for ; sum != 0; sum >>= 16 {
			s += uint32(sum & 0xffff)
			s = s>>16 + s&0xffff
		}
		return uint16(s)
	}
	corners := []uint64{0, 1, 2, 0x7fff, 0x8000, 0xfffd, 0xfffe, 0xffff}
	var sums []uint64
	for _, a := range corners {
		for _, b := range corners {
			for _, c := range corners {
				for _, d := range corners {
					sums = append(sums, a<<48|b<<32|c<<16|d)
				}
			}
		}
	}
	for i, a := range sums {
		if got, want := fold(a), naive(a); got != want {
			t.Fatalf("fold(%#x) is %#x, want %#x", a, got, want)
		}
		b := sums[(i*7919)%len(sums)]
		want := naive(uint64(naive(a)) + uint64(naive(b)))
		if got := fold(plus(a, b)); got != want {
			t.Fatalf("%#x plus %#x folds to %#x, want %#x", a, b, got, want)
		}
	}
}
