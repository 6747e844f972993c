package stream_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"example.org/halfopen/scheduler/stream"
)

// These numbers are the promise that a seed means the same run for ever: on
// every machine, with every later Go. They are not to be changed.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		seed uint64
		name string
		n, k uint64
		want uint64
	}{
		{0, "", 0, 0, 0xbebd92400ca03190},
		{7, "A loss", 0, 0, 0x4fd017205fca7699},
		{7, "A loss", 0, 1, 0xa74e2127a3405e19},
		{7, "A loss", 1, 0, 0x386a9dbb5e75e1bd},
		{7, "B loss", 1, 0, 0x2f19be4d45d076f6},
		{8, "A loss", 1, 0, 0x63cc3314d5adebb0},
		{math.MaxUint64, "A loss", math.MaxUint64, math.MaxUint64, 0x271084c8aa08a56d},
	} {
		if got := stream.New(c.seed, c.name).Uint64(c.n, c.k); got != c.want {
			t.Errorf("%d %q %d %d: got %#016x, want %#016x", c.seed, c.name, c.n, c.k, got, c.want)
		}
	}
	s := stream.New(7, "A delay")
	got := fmt.Sprint(s.Below(1, 2, 100), s.PPM(1, 2, 500000), s.Duration(1, 2, 0, time.Second),
		s.Exponential(1, 2, time.Second), s.Exponential(2, 2, time.Hour), s.Exponential(3, 2, 10))
	if want := "40 true 401.997112ms 911.3121ms 1h57m52.787438985s 2ns"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// draws are the ways to walk from one draw to its neighbour.
var draws = []struct {
	name string
	at   func(i uint64) uint64
}{
	{"n", func(i uint64) uint64 { return stream.New(1, "A").Uint64(i, 0) }},
	{"k", func(i uint64) uint64 { return stream.New(1, "A").Uint64(0, i) }},
	{"n and k", func(i uint64) uint64 { return stream.New(1, "A").Uint64(i>>2, i&3) }},
	{"n plus k", func(i uint64) uint64 { return stream.New(1, "A").Uint64(i, -i) }},
	{"seed", func(i uint64) uint64 { return stream.New(i, "A").Uint64(0, 0) }},
	{"name", func(i uint64) uint64 { return stream.New(1, fmt.Sprint("A ", i)).Uint64(0, 0) }},
	{"high n", func(i uint64) uint64 { return stream.New(1, "A").Uint64(i<<40, 0) }},
	{"sequence", func(i uint64) uint64 {
		r := stream.New(1, "A").Sequence(i)
		return r.Uint64()
	}},
}

// chiSquare tells whether counts that should be equal are: it is within 5
// standard deviations of what chance makes of it.
func chiSquare(t *testing.T, what string, counts []int) {
	t.Helper()
	total := 0
	for _, c := range counts {
		total += c
	}
	want := float64(total) / float64(len(counts))
	chi := 0.0
	for _, c := range counts {
		chi += (float64(c) - want) * (float64(c) - want) / want
	}
	freedom := float64(len(counts) - 1)
	if math.Abs(chi-freedom) > 5*math.Sqrt(2*freedom) {
		t.Errorf("%s: chi square is %.1f, should be about %.0f", what, chi, freedom)
	}
}

// Every octet of a draw is uniform, and says nothing about the same octet, or
// the opposite one, of the neighbouring draw.
func TestUniformAndIndependent(t *testing.T) {
	const samples = 1 << 16
	for _, d := range draws {
		for shift := 0; shift < 64; shift += 8 {
			var single, pair, cross [256]int
			last := d.at(0)
			for i := range uint64(samples) {
				u := d.at(i + 1)
				single[u>>shift&255]++
				pair[u>>shift&15<<4|last>>shift&15]++
				cross[u>>shift&15<<4|last>>(56-shift)&15]++
				last = u
			}
			what := fmt.Sprintf("%s, bit %d", d.name, shift)
			chiSquare(t, what, single[:])
			chiSquare(t, what+", with the one before", pair[:])
			chiSquare(t, what+", with the opposite octet before", cross[:])
		}
	}
}

// Every bit of seed, n and k flips every bit of the draw half of the time.
func TestAvalanche(t *testing.T) {
	const samples = 4096
	base := stream.New(1, "inputs").Sequence(0)
	for _, d := range []struct {
		name string
		at   func(a, flip uint64) uint64
	}{
		{"n", func(a, flip uint64) uint64 { return stream.New(1, "A").Uint64(a^flip, a>>32) }},
		{"k", func(a, flip uint64) uint64 { return stream.New(1, "A").Uint64(a>>32, a^flip) }},
		{"seed", func(a, flip uint64) uint64 { return stream.New(a^flip, "A").Uint64(a>>32, a>>16) }},
		{"small n", func(a, flip uint64) uint64 { return stream.New(1, "A").Uint64(a>>54^flip, a&1023) }},
	} {
		for in := range 64 {
			var flips [64]int
			for range samples {
				a := base.Uint64()
				x := d.at(a, 0) ^ d.at(a, 1<<in)
				for out := range flips {
					flips[out] += int(x >> out & 1)
				}
			}
			for out, n := range flips {
				// 6 standard deviations, each half the root of the samples
				if n < samples/2-6*32 || n > samples/2+6*32 {
					t.Errorf("bit %d of %s flips bit %d %d times in %d", in, d.name, out, n, samples)
				}
			}
		}
	}
}

// No bit of a draw says anything about another bit of it.
func TestBitCorrelation(t *testing.T) {
	const samples = 1 << 14
	for _, d := range draws {
		var alike [64][64]int
		for i := range uint64(samples) {
			u := d.at(i)
			for a := range 64 {
				x := ^(u ^ -(u >> a & 1)) // bits that are as bit a is
				for b := range a {
					alike[a][b] += int(x >> b & 1)
				}
			}
		}
		for a := range 64 {
			for b := range a {
				if n := alike[a][b]; n < samples/2-6*64 || n > samples/2+6*64 {
					t.Errorf("%s: bits %d and %d are alike %d times in %d", d.name, a, b, n, samples)
				}
			}
		}
	}
}

func TestBelow(t *testing.T) {
	s := stream.New(3, "below")
	for _, bound := range []uint64{1, 2, 3, 10, 1000} {
		counts := make([]int, bound)
		for n := range uint64(100_000) {
			counts[s.Below(n, bound, bound)]++
		}
		if bound > 1 {
			chiSquare(t, fmt.Sprint("below ", bound), counts)
		}
	}
	if got := s.Below(1, 1, 0); got != 0 {
		t.Errorf("below 0: %d", got)
	}
}

func TestPPM(t *testing.T) {
	s := stream.New(4, "ppm")
	const samples = 1_000_000
	for _, ppm := range []uint32{0, 1000, 100_000, 500_000, 999_000, 1_000_000, math.MaxUint32} {
		hits := 0
		for n := range uint64(samples) {
			if s.PPM(n, uint64(ppm), ppm) {
				hits++
			}
		}
		p := min(float64(ppm)/1e6, 1)
		if diff := math.Abs(float64(hits) - p*samples); diff > 5*math.Sqrt(samples*p*(1-p)) {
			t.Errorf("%d ppm: %d in a million", ppm, hits)
		}
	}
}

func TestDuration(t *testing.T) {
	s := stream.New(5, "duration")
	counts := make([]int, 11)
	for n := range uint64(100_000) {
		counts[s.Duration(n, 0, -5, 5)+5]++
	}
	chiSquare(t, "durations from -5 to 5", counts)
	if got := s.Duration(0, 0, time.Second, time.Second); got != time.Second {
		t.Errorf("from 1s to 1s: %v", got)
	}
	if got := s.Duration(0, 0, math.MinInt64, math.MaxInt64); got != time.Duration(s.Uint64(0, 0)) {
		t.Errorf("of all: %v", got)
	}
	defer func() {
		if got, want := fmt.Sprint(recover()), "stream: a duration from 2s to 1s"; got != want {
			t.Errorf("panics with %q, want %q", got, want)
		}
	}()
	s.Duration(0, 0, 2*time.Second, time.Second)
}

// A sequence is the draws of one n, and an assignment copies it.
func TestSource(t *testing.T) {
	s := stream.New(6, "source")
	r := s.Sequence(9)
	for k := range uint64(10) {
		twin := r
		if got := twin.Uint64(); got != s.Uint64(9, k) {
			t.Errorf("draw %d is %d", k, got)
		}
		below := r
		if got := below.Below(1000); got != s.Below(9, k, 1000) {
			t.Errorf("draw %d below 1000 is %d", k, got)
		}
		ppm := r
		if got := ppm.PPM(500_000); got != s.PPM(9, k, 500_000) {
			t.Errorf("draw %d at 50%% is %t", k, got)
		}
		if got := r.Duration(1, time.Second); got != s.Duration(9, k, 1, time.Second) {
			t.Errorf("draw %d from 1ns to 1s is %v", k, got)
		}
	}
}

func TestAllocatesNothing(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		s := stream.New(1, "A loss")
		r := s.Sequence(1)
		if s.PPM(1, 2, 3) && r.PPM(0) || s.Exponential(1, 2, time.Second) < 0 {
			t.Error("impossible")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkStream(b *testing.B) {
	s := stream.New(1, "A loss")
	var sum uint64
	b.Run("Uint64", func(b *testing.B) {
		for n := range uint64(b.N) {
			sum += s.Uint64(n, 1)
		}
	})
	b.Run("Exponential", func(b *testing.B) {
		for n := range uint64(b.N) {
			sum += uint64(s.Exponential(n, 1, time.Millisecond))
		}
	})
	if sum == 1 {
		b.Log(sum) // so that nothing is optimized away
	}
}

// The fate of the third datagram is the same whether or not anybody asked for
// the others, and does not depend on other streams.
func ExampleStream() {
	loss := stream.New(7, "A loss")
	delay := stream.New(7, "A delay")
	const n = 3
	fmt.Println(loss.PPM(n, 0, 100_000)) // lost, one time in ten?
	fmt.Println(delay.Duration(n, 0, 10*time.Millisecond, 20*time.Millisecond))
	fmt.Println(loss.PPM(n, 0, 100_000))
	// Output:
	// false
	// 18.78235ms
	// false
}
