package vnet

import (
	"container/heap"
	"time"
)

// pump makes everything happen, until the network is stopped.
func (n *Network) pump() {
	defer close(n.pumped)
	timer := time.NewTimer(0)
	for {
		n.blocked()
		if n.Now() >= longest { // all timers have passed: nobody is going to do anything
			n.hung = true
			n.stop()
		}
		n.mu.Lock()
		n.answered = false
		n.foreseen()
		n.take()
		for !n.answered && n.event() {
		}
		next, answered, stopped := n.next(), n.answered, n.stopped
		n.mu.Unlock()
		switch {
		case stopped:
			return
		case !answered:
			n.sleep(timer, next)
		}
	}
}

// sleep waits until a time, or for a call.
func (n *Network) sleep(timer *time.Timer, until time.Duration) {
	timer.Reset(until - n.Now())
	select {
	case <-timer.C:
	case <-n.kick:
	}
}

// next is when the network has something to do. Never is shortened to what a
// timer holds.
func (n *Network) next() time.Duration {
	at := longest
	if len(n.timed) > 0 {
		at = min(at, n.timed[0].at)
	}
	if len(n.queue) > 0 {
		at = min(at, n.queue[0].due)
	}
	return at
}

// foreseen lets the script strike what is due: before the programs' calls of
// that instant, as in any run.
func (n *Network) foreseen() {
	for len(n.timed) > 0 && n.timed[0].at <= n.Now() {
		one := n.timed[0]
		n.timed = n.timed[1:]
		n.strike(&one)
	}
}

// event lets the next thing happen that is due now; false if there is none.
func (n *Network) event() bool {
	now := n.Now()
	if len(n.queue) == 0 || n.queue[0].due > now {
		return false
	}
	c := n.queue[0]
	n.step(c, c.due)
	n.settle(c)
	return true
}

// catchUp lets everything happen on a connection that was due before now. In a
// bubble there is nothing of that kind.
func (n *Network) catchUp(c *connection) {
	if c.over {
		return
	}
	now := n.Now()
	for c.world.Next() < now {
		n.step(c, now-1)
	}
	c.world.AdvanceTo(now)
}

// step lets one thing happen on a connection, and tells the judge.
func (n *Network) step(c *connection, until time.Duration) {
	if s, ok := c.world.StepUntil(until); ok {
		n.note(c, s)
	}
}

// settle answers the calls that a connection's new state allows, and notes when
// it has something to do.
func (n *Network) settle(c *connection) {
	if c.over {
		return
	}
	for s, ok := c.world.Strike(); ok; s, ok = c.world.Strike() {
		n.note(c, s)
	}
	n.admit(c)
	for _, e := range c.ends {
		e.parked = n.retry(e.parked)
		e.orphan()
	}
	if n.finish(c); c.over {
		return
	}
	due := c.world.Next()
	for _, e := range c.ends {
		due = min(due, e.expiry(), e.orphaned)
	}
	if due != c.due {
		c.due = due
		heap.Fix(&n.queue, c.place)
	}
}

// queue is the connections, the one first that has something to do first.
type queue []*connection

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].due != q[j].due {
		return q[i].due < q[j].due
	}
	return q[i].number < q[j].number
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

func (q *queue) Push(x any) {
	c := x.(*connection)
	c.place = len(*q)
	*q = append(*q, c)
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return c
}
