package link

import (
	"math"
	"time"
)

// queue is what waits before a transmitter of limited rate, drop-tail. The
// datagram that is being sent counts as waiting.
type queue struct {
	free    time.Duration // when everything in it has left
	octets  int           // how many wait
	waiting []departure   // in order, from head on; kept only if the queue is limited
	head    int
}

// departure is when a datagram's last bit leaves.
type departure struct {
	at   time.Duration
	size int
}

func (q *queue) reset() {
	q.free, q.octets, q.head, q.waiting = 0, 0, 0, q.waiting[:0]
}

func (q *queue) copyFrom(src *queue) {
	waiting := append(q.waiting[:0], src.waiting[src.head:]...)
	*q = *src
	q.waiting, q.head = waiting, 0
}

// leave is when a datagram has left, or why it never does.
func (p *Path) leave(now time.Duration, size int) (at time.Duration, cause Cause) {
	c := &p.config
	switch {
	case c.Down:
		return now, LostByDown
	case c.MTU > 0 && size > c.MTU:
		return now, LostByMTU
	case c.Rate <= 0:
		return now, NotLost
	}
	q := &p.queue
	limited := c.QueuePackets > 0 || c.QueueOctets > 0
	if limited {
		q.depart(now)
		if c.QueuePackets > 0 && len(q.waiting)-q.head > c.QueuePackets ||
			c.QueueOctets > 0 && q.octets > c.QueueOctets {
			return now, LostByQueue
		}
	}
	q.free = min(max(q.free, now)+transmission(size, c.Rate), farthest)
	if limited {
		q.push(departure{q.free, size})
	}
	return q.free, NotLost
}

// farthest bounds a queue without limits, so that sums of times do not
// overflow.
const farthest = time.Duration(math.MaxInt64 / 2)

// transmission is how long sending takes, rounded up to nanoseconds.
func transmission(size int, rate int64) time.Duration {
	ns := int64(size) * 8 * int64(time.Second)
	return time.Duration((ns + rate - 1) / rate)
}

// depart removes what has left by now.
func (q *queue) depart(now time.Duration) {
	for q.head < len(q.waiting) && q.waiting[q.head].at <= now {
		q.octets -= q.waiting[q.head].size
		q.head++
	}
}

func (q *queue) push(d departure) {
	if len(q.waiting) == cap(q.waiting) && q.head > 0 {
		q.waiting = q.waiting[:copy(q.waiting, q.waiting[q.head:])]
		q.head = 0
	}
	q.waiting = append(q.waiting, d)
	q.octets += d.size
}
