package congestion

// Acked says that an ACK moved SND.UNA to una, over n octets of data that were
// not acknowledged before: 0 if it was our SYN or FIN alone. nxt is SND.NXT.
func (c *Control) Acked(una, nxt uint32, n int) (a Answer) {
	if c.smss == 0 {
		return Answer{}
	}
	c.dups, c.timedOut = 0, false
	switch c.phase {
	case fastRecovery:
		if less(c.recover, una) {
			c.full(int(nxt - una))
		} else {
			a = c.partialACK(n)
		}
	case sackRecovery:
		if less(c.recover, una) {
			c.phase = open // RFC 6675 5 (A); cwnd is ssthresh since it began
		}
	default:
		c.grow(n)
	}
	if c.phase == open && less(c.recover, una-1) {
		// Covered once is covered for ever: recover follows at the shortest
		// distance, or 2^31 octets without a loss would turn it round.
		c.recover = una - 2
	}
	return a
}

// grow is slow start and congestion avoidance, for n octets of data newly
// acknowledged (RFC 5681 3.1).
func (c *Control) grow(n int) {
	switch {
	case n <= 0: // the SYN and its ACK do not count
	case c.cwnd < c.ssthresh:
		c.cwnd += min(n, c.smss) // equation (2)
	default:
		// Once a window: never more than SMSS each round trip.
		if c.counted += n; c.counted >= c.cwnd {
			c.counted = min(c.counted-c.cwnd, c.cwnd-1)
			c.cwnd += c.smss
		}
	}
	c.cwnd = min(c.cwnd, maxWindow)
}

// full is a full acknowledgment: fast recovery is over (RFC 6582 3.2 step 3).
func (c *Control) full(flight int) {
	c.cwnd = min(c.ssthresh, max(flight, c.smss)+c.smss)
	c.phase, c.partial = open, false
}

// partialACK takes what has left the network off the window, and resends what
// is missing next (RFC 6582 3.2 step 3). Only the first of them restarts the
// timer: if many segments of a window are lost, it is to be due before they
// have been resent one a round trip (the variant that RFC 3782 4 calls Impatient).
func (c *Control) partialACK(n int) Answer {
	c.cwnd -= n
	if n >= c.smss {
		c.cwnd += c.smss
	}
	// Lost duplicate ACKs have not inflated it, but their segments are acknowledged.
	c.cwnd = max(c.cwnd, c.smss)
	a := Answer{Resend: true, KeepTimer: c.partial}
	c.partial = true
	return a
}

// DupACK says that a duplicate ACK has come, by the definition of RFC 5681 2.
// It is not for connections with SACK.
func (c *Control) DupACK(una, nxt uint32) Answer {
	flight := int(nxt - una)
	switch {
	case c.smss == 0 || c.phase == sackRecovery:
		return Answer{}
	case c.phase == fastRecovery:
		return c.inflate(flight)
	case c.dups < dupThresh: // more of them say no more
		c.dups++
	}
	switch {
	case c.dups < dupThresh:
		return Answer{SendNew: !c.opt.NoLimitedTransmit}
	case !less(c.recover, una-1):
		// What was sent before the last loss was seen is still coming back, some
		// of it for the second time (RFC 6582 3.2 step 2).
		return Answer{}
	}
	c.reduce(una, nxt)
	c.cwnd = min(c.ssthresh+dupThresh*c.smss, maxWindow)
	c.phase = fastRecovery
	return Answer{Resend: true}
}

// inflate lets a segment out for one that has left the network (RFC 5681 3.2
// step 4), but for no more than there are.
func (c *Control) inflate(flight int) Answer {
	if c.dups >= (flight+c.smss-1)/c.smss {
		return Answer{}
	}
	c.dups++
	c.cwnd = min(c.cwnd+c.smss, maxWindow)
	return Answer{SendNew: true}
}

// Lost says that package sack has found a segment lost and begins to repair
// it: ssthresh = cwnd = FlightSize/2 (RFC 6675 5 step 4.2). It is over when
// Acked covers what is outstanding now.
func (c *Control) Lost(una, nxt uint32) {
	if c.smss == 0 {
		return
	}
	c.reduce(una, nxt)
	c.cwnd = min(c.ssthresh, maxWindow)
	c.phase = sackRecovery
}

// reduce sets ssthresh for a loss that duplicate ACKs have told of, and
// recover. What limited transmit has sent does not count (RFC 5681 3.2 step 2),
// and that is what goes beyond cwnd.
func (c *Control) reduce(una, nxt uint32) {
	c.ssthresh = c.half(min(int(nxt-una), c.cwnd))
	c.recover = nxt - 1
	c.counted = 0
}

// half is equation (4) of RFC 5681 3.1.
func (c *Control) half(flight int) int { return max(flight/2, 2*c.smss) }

// Timeout says that the retransmission timer has expired for data: the window
// is one segment, and fast recovery is over. ssthresh falls only the first time
// for a segment (RFC 5681 3.1, RFC 6582 3.2 step 4).
func (c *Control) Timeout(una, nxt uint32) {
	if c.smss == 0 {
		return
	}
	if !c.timedOut {
		c.ssthresh = c.half(int(nxt - una))
	}
	c.timedOut = true
	c.cwnd = c.smss // LW
	c.recover = nxt - 1
	c.phase, c.partial, c.counted, c.dups = open, false, 0, 0
}

// Restart says that new data is about to be sent after idle time: nothing is
// outstanding, and nothing was sent for more than an RTO. The ACKs that would
// pace a large window are gone (RFC 5681 4.1).
func (c *Control) Restart() {
	if iw := c.initial(); c.smss != 0 && c.cwnd > iw {
		c.cwnd, c.counted = iw, 0 // RW
	}
}
