package netstack

import (
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"example.org/halfopen/endpoint"
)

// clock is the world's virtual time, as netstack wants to see it: an
// implementation of tcpip.Clock that moves only when it is told to.
type clock struct {
	mu    sync.Mutex // netstack's processors ask, too
	now   time.Duration
	base  time.Duration // what netstack's clock showed at time 0
	armed []*timer
	count uint64
}

// timer is a tcpip.Timer: a function that is due at a time.
type timer struct {
	clock *clock
	f     func()
	at    time.Duration
	nth   uint64 // timers that are due at one instant run in the order in which they were armed
	armed bool
}

func (c *clock) set(now time.Duration) {
	c.mu.Lock()
	c.now = now
	c.mu.Unlock()
}

// Now implements tcpip.Clock.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Unix(0, int64(c.base+c.now))
}

// NowMonotonic implements tcpip.Clock.
func (c *clock) NowMonotonic() tcpip.MonotonicTime {
	c.mu.Lock()
	defer c.mu.Unlock()
	return tcpip.MonotonicTime{}.Add(c.base + c.now)
}

// AfterFunc implements tcpip.Clock.
func (c *clock) AfterFunc(d time.Duration, f func()) tcpip.Timer {
	t := &timer{clock: c, f: f}
	c.mu.Lock()
	defer c.mu.Unlock()
	t.arm(d)
	return t
}

// arm is called with the mutex held.
func (t *timer) arm(d time.Duration) {
	c := t.clock
	c.count++
	t.at, t.nth, t.armed = c.now+max(d, 0), c.count, true
	c.armed = append(c.armed, t)
}

// disarm is called with the mutex held. It reports whether t was armed.
func (t *timer) disarm() bool {
	if !t.armed {
		return false
	}
	t.armed = false
	a := t.clock.armed
	for i := range a {
		if a[i] == t {
			a[i] = a[len(a)-1]
			a[len(a)-1] = nil
			t.clock.armed = a[:len(a)-1]
			break
		}
	}
	return true
}

// Stop implements tcpip.Timer.
func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	return t.disarm()
}

// Reset implements tcpip.Timer.
func (t *timer) Reset(d time.Duration) {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	t.disarm()
	t.arm(d)
}

// next is the timer that is due first, nil if none is armed. It is called with
// the mutex held.
func (c *clock) next() (first *timer) {
	for _, t := range c.armed {
		if first == nil || t.at < first.at || t.at == first.at && t.nth < first.nth {
			first = t
		}
	}
	return first
}

// deadline is when the first timer is due, endpoint.Never if none is armed.
func (c *clock) deadline() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.next(); t != nil {
		return t.at
	}
	return endpoint.Never
}

// due takes the first timer that is due now off the clock and returns its
// function, nil if there is none.
func (c *clock) due() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.next()
	if t == nil || t.at > c.now {
		return nil
	}
	t.disarm()
	return t.f
}
