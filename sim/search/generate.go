package search

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler/stream"
)

// Generator draws scenarios: lossy handshakes, data both ways, every kind of
// open and close. Run i of seed S depends on (S, i) alone. It is a swarm: each
// run switches a random subset of the kinds of faults off, because a fault that
// is always on hides what needs its absence.
type Generator struct {
	_ struct{}

	// Ends name the endpoints; "" is "tcp".
	Ends [2]string
	// Override, if set, has the last word on the link of every run: what a
	// user asked for with --loss and its like. It is asked once a direction.
	Override func(*link.Config)

	acts []scenario.Act
}

// Scenario draws run i of a seed into s. Storage is reused: s is valid until
// the next call.
func (g *Generator) Scenario(seed, i uint64, s *scenario.Scenario) {
	src := stream.New(seed, "run").Sequence(i)
	apps, script := s.Apps[:0], s.Fault
	*s = scenario.Scenario{Seed: src.Uint64()}
	s.Ends[0].Endpoint, s.Ends[1].Endpoint = g.Ends[0], g.Ends[1]
	s.IPv6 = src.Below(16) == 0
	for e := range s.Ends {
		g.config(&src, s.IPv6, &s.Ends[e].Config)
	}
	g.link(&src, s)
	hostile := src.Below(6) == 0
	s.Apps = g.apps(&src, apps, hostile, smallBuffers(s))
	s.Fault = script[:0]
	if src.Below(3) == 0 {
		s.Fault = g.script(&src, hostile)
	}
	s.Limits.Events = 500_000
}

func smallBuffers(s *scenario.Scenario) bool {
	for e := range s.Ends {
		if c := &s.Ends[e].Config; c.SendBuffer|c.ReceiveBuffer != 0 {
			return true
		}
	}
	return false
}

// config draws the constants of an end. Sequence numbers start near 2^32 in a
// third of the runs and near 2^31 in another, where comparisons go wrong.
//
// An MSS is one that any stack takes: Linux takes none below 88, and there is
// none above what an Ethernet frame holds. Few connections are over before a
// segment can be late for them: an MSL is mostly longer than any delay, and only
// now and then so short that 2 MSL are not.
func (g *Generator) config(src *stream.Source, ipv6 bool, c *endpoint.Config) {
	*c = endpoint.Config{}
	switch src.Below(3) {
	case 0:
		c.FixedISS, c.ISS = true, endpoint.Seq(uint32(0)-uint32(src.Below(3000)))
	case 1:
		c.FixedISS, c.ISS = true, endpoint.Seq(1<<31-uint32(src.Below(3000)))
	}
	if src.Below(4) == 0 {
		most := uint64(1460)
		if ipv6 {
			most = 1440
		}
		c.MSS = uint16(88 + src.Below(most-88+1))
	}
	if src.Below(4) == 0 {
		c.ReceiveBuffer = 256 + int(src.Below(4000))
	}
	if src.Below(8) == 0 {
		c.SendBuffer = 256 + int(src.Below(4000))
	}
	c.NoNagle = src.Below(4) == 0
	c.NoDelayedACK = src.Below(4) == 0
	c.NoMSSOption = src.Below(16) == 0
	if src.Below(16) == 0 {
		c.UserTimeout = time.Duration(20+src.Below(100)) * time.Second
	}
	switch src.Below(32) {
	case 0, 1, 2, 3, 4, 5, 6:
		c.MSL = time.Duration(10+src.Below(50)) * time.Second
	case 7:
		c.MSL = time.Duration(50+src.Below(950)) * time.Millisecond
	}
}

// link draws both directions. The loss cap is always on: without it no
// liveness property is true.
func (g *Generator) link(src *stream.Source, s *scenario.Scenario) {
	on := src.Uint64() // one bit a kind of fault
	for e := range s.Link {
		c := &s.Link[e]
		*c = link.Config{Cap: 1 + int(src.Below(4))}
		delay(src, on&1 != 0, &c.Delay)
		lossy(src, on>>1, c)
		if on>>4&3 == 0 {
			c.Reorder, c.Gap = 1+uint32(src.Below(300_000)), int(src.Below(4))
		}
		if on>>6&1 != 0 {
			c.Duplicate = uint32(src.Below(200_000))
		}
		if on>>7&1 != 0 {
			c.Corrupt = uint32(src.Below(100_000))
		}
		if on>>8&7 == 0 {
			c.Rate = 50_000 + int64(src.Below(5_000_000))
			c.QueuePackets = 1 + int(src.Below(20))
		}
		c.FIFO = on>>11&3 == 0
		if g.Override != nil {
			g.Override(c)
		}
	}
}

func lossy(src *stream.Source, on uint64, c *link.Config) {
	if on&1 != 0 {
		c.Loss = uint32(src.Below(300_000))
	}
	if on>>1&3 == 0 {
		c.Gilbert = link.Gilbert{
			P: uint32(10_000 + src.Below(100_000)), R: uint32(200_000 + src.Below(500_000)), LossBad: 1_000_000,
		}
	}
}

// delay draws a distribution: well under the smallest MSL, so that no segment
// outlives what TIME-WAIT is for.
func delay(src *stream.Source, jitter bool, d *link.Delay) {
	d.Min = time.Duration(1+src.Below(50)) * time.Millisecond
	if !jitter {
		return
	}
	switch src.Below(3) {
	case 0:
		d.Model, d.Max = link.Uniform, d.Min+time.Duration(1+src.Below(200))*time.Millisecond
	case 1:
		d.Model, d.Mean = link.Exponential, time.Duration(1+src.Below(100))*time.Millisecond
	case 2:
		d.Model, d.Max, d.Tail = link.Bimodal, time.Duration(200+src.Below(3000))*time.Millisecond, uint32(10_000+src.Below(200_000))
	}
}

// script draws a few scripted faults on top of the link's.
func (g *Generator) script(src *stream.Source, hostile bool) faults.Script {
	return faults.Generate(src, faults.GenerateOptions{Lines: 1 + int(src.Below(4)), Hostile: hostile})
}
