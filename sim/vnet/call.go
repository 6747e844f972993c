package vnet

import (
	"cmp"
	"net"
	"slices"
	"time"

	"example.org/halfopen/endpoint"
)

// op is what a program asks for. At one instant calls are made in this order,
// within a connection.
type op uint8

const (
	opListen op = iota
	opSet       // a deadline, an option
	opWrite
	opRead
	opCloseWrite
	opCloseRead
	opClose
	opUnlisten
	opCrash
	opRestart
	opCut
	opDial
	opAccept
	opCancel
)

// call is one call of a program that waits for its answer. All its fields
// belong to the pump once it is submitted.
type call struct {
	op   op
	host *Host
	conn *Conn  // whose; nil if it is about none
	text string // an address

	// try does it, and reports whether it is over. One that is not is tried again
	// after whatever may help it.
	try  func() (over bool)
	done chan struct{} // closed when it is over; nil if nobody waits
}

// compare is the order in which calls of one instant are made: it must not depend
// on which goroutine ran first. Calls that it cannot tell apart keep the order in
// which they came.
func compare(a, b *call) int {
	return cmp.Or(
		cmp.Compare(a.connection(), b.connection()),
		cmp.Compare(a.end(), b.end()),
		cmp.Compare(a.host.index, b.host.index),
		cmp.Compare(a.op, b.op),
		cmp.Compare(a.text, b.text),
	)
}

// connection is the number of the call's connection; calls that are about none
// come behind.
func (c *call) connection() int {
	if c.conn == nil {
		return int(^uint(0) >> 1)
	}
	return c.conn.c.number
}

func (c *call) end() endpoint.End {
	if c.conn == nil {
		return endpoint.A
	}
	return c.conn.end
}

// do submits a call and waits until it is over. On a network that has been
// stopped it does nothing and returns false.
func (n *Network) do(c *call) bool {
	if !n.submit(c) {
		return false
	}
	<-c.done
	return true
}

// submit hands a call to the pump.
func (n *Network) submit(c *call) bool {
	c.done = make(chan struct{})
	n.mu.Lock()
	if n.stopped {
		n.mu.Unlock()
		return false
	}
	n.calls = append(n.calls, c)
	n.mu.Unlock()
	n.wake()
	return true
}

// wake lets the pump look at what is new.
func (n *Network) wake() {
	select {
	case n.kick <- struct{}{}:
	default:
	}
}

// take makes the calls that have come, in their order.
func (n *Network) take() {
	calls := n.calls
	n.calls = nil
	slices.SortStableFunc(calls, compare)
	for _, c := range calls {
		if c.conn != nil {
			n.catchUp(c.conn.c)
		}
		if !n.try(c) {
			n.park(c)
		}
		if c.conn != nil {
			n.settle(c.conn.c)
		}
	}
}

// try makes a call, and answers it if it is over.
func (n *Network) try(c *call) bool {
	if !c.try() {
		return false
	}
	if c.done != nil {
		n.answered = true
		close(c.done)
	}
	return true
}

// soon is a call that does not wait for the network: check says now what comes of
// it, and the pump does it before anything else happens. The program goes on at
// once, for it may hold a mutex: whoever waits for one of these is not durably
// blocked, and nothing would happen any more.
func (c *Conn) soon(o op, check func() error, do func()) error {
	n := c.n
	n.mu.Lock()
	err := c.usable()
	if err == nil {
		err = check()
	}
	if err == nil {
		n.calls = append(n.calls, &call{op: o, host: c.host(), conn: c, try: func() bool {
			do()
			return true
		}})
	}
	n.mu.Unlock()
	n.wake()
	return err
}

// usable is why the program cannot use the connection any more; nil if it can.
func (c *Conn) usable() error {
	if c.crashed {
		return ErrCrashed
	}
	if c.closing || c.n.stopped {
		return net.ErrClosed
	}
	return nil
}

// park keeps a call that has to wait.
func (n *Network) park(c *call) {
	switch {
	case c.conn != nil:
		c.conn.parked = append(c.conn.parked, c)
	default:
		c.host.parked = append(c.host.parked, c)
	}
}

// retry tries waiting calls again, in the order in which they came.
func (n *Network) retry(parked []*call) []*call {
	return slices.DeleteFunc(parked, n.try)
}

// expiry is when the first of an end's waiting calls has waited long enough.
func (c *Conn) expiry() time.Duration {
	at := endpoint.Never
	for _, p := range c.parked {
		switch p.op {
		case opRead:
			at = min(at, c.readBy)
		case opWrite:
			at = min(at, c.writeBy)
		}
	}
	return at
}
