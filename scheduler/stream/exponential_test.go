package stream

import (
	"math"
	"math/bits"
	"testing"
	"time"
)

// slowLog2 makes one bit after the other, by squaring: another way to the same
// logarithm, in units of 2^-32.
func slowLog2(x uint64) uint64 {
	zeros := bits.LeadingZeros64(x)
	m := x << zeros // from 1 to less than 2, in units of 2^-63
	result := uint64(63 - zeros)
	for range 32 {
		hi, lo := bits.Mul64(m, m)
		m = hi<<1 | lo>>63
		result <<= 1
		if hi>>63 != 0 {
			m = hi
			result |= 1
		}
	}
	return result
}

func TestLog2(t *testing.T) {
	for i := range log2Table {
		x := uint64(128+i) << 40
		if got, want := log2Table[i], slowLog2(x)-47<<32; got-want > 1 {
			t.Errorf("log2Table[%d] is %d, want %d", i, got, want)
		}
	}
	for x := uint64(1); x != 0; x <<= 1 {
		if got, want := log2(x), uint64(bits.Len64(x)-1)<<32; got != want {
			t.Errorf("log2(%d) is %d, want %d", x, got, want)
		}
	}
	r := New(1, "log2").Sequence(0)
	for range 100_000 {
		x := r.Uint64() >> r.Below(64)
		if x == 0 {
			continue
		}
		if diff := int64(slowLog2(x) - log2(x)); diff < -2 || diff > 50_000 {
			t.Fatalf("log2(%d) is %d too small", x, diff)
		}
	}
}

// The larger u, the smaller the result; the ends are where they should be.
func TestExponentialMonotone(t *testing.T) {
	const mean = 1 << 40
	r := New(2, "monotone").Sequence(0)
	for range 100_000 {
		u := r.Uint64() >> r.Below(64)
		step := 1 + r.Below(1<<20)
		if u+step < u {
			continue
		}
		if a, b := exponential(u, mean), exponential(u+step, mean); a < b {
			t.Fatalf("%d makes %d, %d makes %d", u, a, u+step, b)
		}
	}
	for i := range uint64(128) { // where one line of the table meets the next
		for u := uint64(128+i)<<56 - 3; u < (128+i)<<56+3; u++ {
			if a, b := exponential(u, mean), exponential(u+1, mean); a < b {
				t.Fatalf("%d makes %d, %d makes %d", u, a, u+1, b)
			}
		}
	}
	for _, c := range []struct {
		u          uint64
		mean, want time.Duration
	}{
		{math.MaxUint64, time.Hour, 0},
		{1 << 63, 1_000_000_000, 693147181},
		{1, time.Second, 44361419556},
		{0, time.Second, 44361419556},
		{0, math.MaxInt64, math.MaxInt64},
		{0, math.MaxInt64 / 40, math.MaxInt64},
		{1 << 62, math.MaxInt64 / 2, 6393154322601327829},
		{1 << 62, 0, 0},
		{1 << 62, -1, 0},
		{1 << 63, 1, 1}, // 0.69
		{3 << 62, 1, 0}, // 0.29
	} {
		got := exponential(c.u, c.mean)
		if diff, near := got-c.want, max(c.mean, 0)>>29; diff < -near || diff > near {
			t.Errorf("%d of mean %v: got %d, want %d", c.u, c.mean, got, c.want)
		}
	}
}

// Mean, variance and quantiles are those of the closed form.
func TestExponentialDistribution(t *testing.T) {
	const samples, mean = 1_000_000, 1_000_000
	s := New(3, "exponential")
	var sum, square float64
	var over [8]int // over 1, 2, 3 ... eighths of the way to 4 means
	for n := range uint64(samples) {
		d := s.Exponential(n, 0, mean)
		sum += float64(d)
		square += float64(d) * float64(d)
		for i := range over {
			if d > time.Duration(i+1)*mean/2 {
				over[i]++
			}
		}
	}
	if got := sum / samples; math.Abs(got-mean) > 5*mean/1000 {
		t.Errorf("mean %.0f, want %d", got, mean)
	}
	if got := square / samples / mean / mean; math.Abs(got-2) > 5*0.0045 {
		t.Errorf("mean square %.4f, want 2", got)
	}
	for i, got := range over {
		p := math.Exp(-float64(i+1) / 2)
		if math.Abs(float64(got)-p*samples) > 5*math.Sqrt(samples*p*(1-p)) {
			t.Errorf("%d of a million are over %.1f means, want %.0f", got, float64(i+1)/2, p*samples)
		}
	}
}
