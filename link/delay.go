package link

import (
	"time"

	"example.org/halfopen/scheduler/stream"
)

// draw is how long the k-th copy of the n-th datagram travels: at least MinHop.
func (d *Delay) draw(s stream.Stream, n, k uint64) time.Duration {
	t := d.Min
	switch d.Model {
	case Uniform:
		t = s.Duration(n, k, d.Min, d.Max)
	case Exponential:
		t = d.Min + s.Exponential(n, k, d.Mean)
	case Bimodal:
		if s.PPM(n, k, d.Tail) {
			t = d.Max
		}
	}
	return max(t, MinHop)
}

// Smallest is the smallest delay that the Config's Delay can draw, Reorder left
// aside: that of a link whose faults are over.
func (c *Config) Smallest() time.Duration {
	d := &c.Delay
	if d.Model == Bimodal && d.Tail >= million {
		return max(d.Max, MinHop)
	}
	return max(d.Min, MinHop)
}

// million is a rate of 100 %.
const million = 1_000_000
