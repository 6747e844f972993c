package link

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/scheduler/stream"
)

// Path is one direction of a link during a run. It gives each datagram its
// fate, in this order:
//
//  1. Down and MTU drop it where it begins.
//  2. Rate and queue say when it has left, or drop it. What the script drops,
//     and what Loss and Gilbert lose, is lost on the way: it has taken its time
//     in the queue, so that switching a loss on or off moves nothing else.
//  3. Loss and Gilbert may lose it; Delay, Reorder and FIFO say when it arrives.
//  4. Duplicate adds a copy, beyond the queue; Corrupt flips a bit, the same of
//     each copy.
//  5. (The script edits the fate.)
//  6. Settle may undo a model's loss, for the sake of Cap.
//
// Every draw is a pure function of the seed, the direction, what it is for and
// the number of the datagram, and is made only if its model is on. So a Path
// carries no generator, only what the models have to remember. The zero value
// is a perfect path; it is a plain value, but CopyFrom keeps memory.
type Path struct {
	config  Config
	streams [numPurposes]stream.Stream
	next    uint64 // the number of the next datagram

	bad     bool          // Gilbert's state
	last    time.Duration // FIFO: the latest arrival
	queue   queue
	streaks []streak // the loss cap's table
}

// purpose is what a draw is for; each has a stream of its own.
type purpose uint8

const (
	forLoss purpose = iota
	forGilbert
	forDelay
	forReorder
	forDuplicate
	forCorrupt
	numPurposes
)

var streamNames = [2][numPurposes]string{
	{"link/A/loss", "link/A/gilbert", "link/A/delay", "link/A/reorder", "link/A/duplicate", "link/A/corrupt"},
	{"link/B/loss", "link/B/gilbert", "link/B/delay", "link/B/reorder", "link/B/duplicate", "link/B/corrupt"},
}

// Reset begins a run: the direction that leaves from, under this Config and
// seed. The Config is copied.
func (p *Path) Reset(c *Config, seed uint64, from endpoint.End) {
	p.config = *c
	on := [numPurposes]bool{
		forLoss:      c.Loss > 0,
		forGilbert:   c.Gilbert != Gilbert{},
		forDelay:     c.Delay.Model != Constant,
		forReorder:   c.Reorder > 0,
		forDuplicate: c.Duplicate > 0,
		forCorrupt:   c.Corrupt > 0,
	}
	for i, on := range on {
		p.streams[i] = stream.Stream{}
		if on {
			p.streams[i] = stream.New(seed, streamNames[from][i])
		}
	}
	p.forget()
}

// forget empties everything that the models remember.
func (p *Path) forget() {
	p.next, p.bad, p.last = 0, false, 0
	p.queue.reset()
	p.streaks = p.streaks[:0]
}

// Heal ends the faults: from now on every datagram takes the smallest delay of
// c, and none is lost, however large. What is under way is not touched.
func (p *Path) Heal(c *Config) {
	p.config = Config{Delay: Delay{Min: c.Smallest()}}
	p.forget()
}

// CopyFrom makes p a copy of src. The two share nothing afterwards.
func (p *Path) CopyFrom(src *Path) {
	queue, streaks := p.queue, p.streaks
	*p = *src
	p.queue = queue
	p.queue.copyFrom(&src.queue)
	p.streaks = append(streaks[:0], src.streaks...)
}

// Draw fills in the fate of the n-th datagram (from 0) that leaves this end:
// size octets that hold seg. Drawn is always set; it counts for nothing if the
// datagram never left.
func (p *Path) Draw(now time.Duration, n uint64, seg *endpoint.Segment, size int, f *Fate) {
	f.N, f.Revived = 0, false
	p.next = n + 1
	left, cause := p.leave(now, size)
	if lost := p.lose(n); lost && cause == NotLost {
		cause = LostByModel
	}
	f.Cause = cause
	f.Drawn = left + p.delay(n)
	if cause != NotLost && cause != LostByModel {
		return // it overtakes nothing, and nothing has to wait for it
	}
	f.Drawn = p.inOrder(f.Drawn)
	if cause == LostByModel {
		return
	}
	f.N, f.Copies[0] = 1, Copy{At: f.Drawn}
	if p.config.Duplicate > 0 && p.streams[forDuplicate].PPM(n, 0, p.config.Duplicate) {
		f.N, f.Copies[1] = 2, Copy{At: p.inOrder(left + p.config.Delay.draw(p.streams[forDelay], n, 1))}
	}
	if p.config.Corrupt > 0 {
		p.corrupt(n, seg, f)
	}
}

// lose reports whether Loss or Gilbert loses the datagram. Gilbert's chain goes
// on with each datagram, whatever else happens to it; it may change after the
// datagram, as in netem.
func (p *Path) lose(n uint64) bool {
	c := &p.config
	lost := c.Loss > 0 && p.streams[forLoss].PPM(n, 0, c.Loss)
	if c.Gilbert == (Gilbert{}) {
		return lost
	}
	g, s := &c.Gilbert, p.streams[forGilbert]
	loss, change := g.LossGood, g.P
	if p.bad {
		loss, change = g.LossBad, g.R
	}
	if s.PPM(n, 0, loss) {
		lost = true
	}
	if s.PPM(n, 1, change) {
		p.bad = !p.bad
	}
	return lost
}

// delay is how long the first copy travels: no time to speak of if Reorder
// sends it ahead. Whether it is a candidate follows from its number alone.
func (p *Path) delay(n uint64) time.Duration {
	c := &p.config
	if c.Reorder > 0 && (n+1)%uint64(max(c.Gap, 1)) == 0 && p.streams[forReorder].PPM(n, 0, c.Reorder) {
		return MinHop
	}
	return c.Delay.draw(p.streams[forDelay], n, 0)
}

// inOrder is when a copy that would arrive at a time arrives.
func (p *Path) inOrder(at time.Duration) time.Duration {
	if !p.config.FIFO {
		return at
	}
	p.last = max(p.last, at)
	return p.last
}

// corrupt flips one bit, the same of every copy: the datagram was damaged before
// it was duplicated. So the lines of a fault script can say what happened.
func (p *Path) corrupt(n uint64, seg *endpoint.Segment, f *Fate) {
	s := p.streams[forCorrupt]
	if !s.PPM(n, 0, p.config.Corrupt) {
		return
	}
	bits := uint64(8 * (headerOctets + len(seg.Options) + len(seg.Text)))
	flip := uint32(s.Below(n, 1, bits))
	for i := range f.Copies[:f.N] {
		c := &f.Copies[i]
		c.Flips[0], c.NFlips = flip, 1
		c.Undetected, c.Modelled = p.config.Undetected, true
	}
}

// headerOctets is the TCP header without options (RFC 9293 3.1).
const headerOctets = 20
