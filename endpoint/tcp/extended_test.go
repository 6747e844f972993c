package tcp

import (
	"math/rand/v2"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// extended draws extensions for an end: each on or off, by itself.
func extended(r *rand.Rand, c *endpoint.Config) {
	on := func() bool { return r.IntN(2) == 0 }
	if c.WindowScale = on(); c.WindowScale {
		c.WindowShift = uint8(r.IntN(15))
		for 1<<c.WindowShift > c.WithDefaults().ReceiveBuffer {
			c.WindowShift--
		}
	}
	c.Timestamps, c.SACK, c.Congestion, c.IW10, c.PathMTU = on(), on(), on(), on(), on()
}

// TestTransfer_Extended sends both ways with extensions on at both ends, at one
// or at none, on links that hold, repeat, reorder, corrupt and lose, with
// sequence numbers and clocks that wrap.
func TestTransfer_Extended(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		a := endpoint.Config{R2: time.Hour, R2SYN: time.Hour, ReceiveBuffer: 1 + r.IntN(90000), SendBuffer: 1 + r.IntN(90000)}
		b := endpoint.Config{R2: time.Hour, R2SYN: time.Hour, ISS: 0xfffffff0, FixedISS: true, MSS: uint16(1 + r.IntN(1460))}
		extended(r, &a)
		extended(r, &b)
		p := newPair(a, b)
		p.mangle = r
		n := 1 + r.IntN(20*int(b.MSS))
		if err := p.transfer(n, func(int, []byte) bool { return r.IntN(100) < 5 }); err != nil {
			t.Errorf("seed %d: %v\nA %+v\nB %+v", seed, err, a, b)
		}
	}
}
