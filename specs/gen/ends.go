package gen

import (
	"time"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// config draws the constants of an end. Sequence numbers begin near 2^32 in a
// third of the runs and near 2^31 in another, where comparisons go wrong.
func config(t *rapid.T, c *endpoint.Config) {
	c.FixedISS = true
	switch near := uint32(between(t, 0, 3000, "iss")); between(t, 0, 2, "where") {
	case 0:
		c.ISS = endpoint.Seq(near)
	case 1:
		c.ISS = endpoint.Seq(-near)
	case 2:
		c.ISS = endpoint.Seq(1<<31 - near)
	}
	if oneIn(t, 3, "small segments") {
		c.MSS = uint16(between(t, 64, 1460, "mss"))
	}
	if oneIn(t, 3, "small window") {
		c.ReceiveBuffer = between(t, 256, 4096, "receive buffer")
	}
	if oneIn(t, 6, "small buffer") {
		c.SendBuffer = between(t, 256, 4096, "send buffer")
	}
	c.NoNagle = oneIn(t, 4, "no nagle")
	c.NoDelayedACK = oneIn(t, 4, "no delayed ack")
	c.NoMSSOption = oneIn(t, 8, "no mss option")
	if oneIn(t, 4, "short life") {
		c.MSL = 30 * time.Second
	}
}

// path draws one direction of the link: its losses are capped, always.
func path(t *rapid.T) link.Config {
	c := link.Config{Cap: between(t, 2, 5, "cap")}
	c.Delay = delay(t)
	if oneIn(t, 3, "lossy") {
		c.Loss = rate(t, 1, 40, "loss")
	}
	if oneIn(t, 6, "bursty") {
		c.Gilbert = link.Gilbert{P: rate(t, 1, 10, "p"), R: rate(t, 20, 80, "r"), LossBad: 1_000_000}
	}
	if oneIn(t, 6, "reordering") {
		c.Reorder, c.Gap = rate(t, 1, 50, "reorder"), between(t, 0, 4, "gap")
	}
	c.FIFO = oneIn(t, 6, "fifo")
	if oneIn(t, 3, "duplicating") {
		c.Duplicate = rate(t, 1, 40, "duplicate")
	}
	if oneIn(t, 6, "corrupting") {
		c.Corrupt = rate(t, 1, 20, "corrupt")
	}
	if oneIn(t, 8, "narrow") {
		c.Rate, c.QueuePackets = int64(between(t, 100, 5000, "kbit"))*1000, between(t, 2, 20, "queue")
	}
	return c
}

func delay(t *rapid.T) link.Delay {
	d := link.Delay{Min: span(t, time.Millisecond, 100*time.Millisecond, "delay")}
	switch between(t, 0, 5, "model") {
	case 3:
		d.Model, d.Max = link.Uniform, d.Min+span(t, time.Millisecond, 300*time.Millisecond, "more")
	case 4:
		d.Model, d.Mean = link.Exponential, span(t, time.Millisecond, 100*time.Millisecond, "mean")
	case 5:
		d.Model, d.Max = link.Bimodal, d.Min+span(t, time.Millisecond, 2*time.Second, "more")
		d.Tail = rate(t, 1, 20, "tail")
	}
	return d
}
