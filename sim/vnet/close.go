package vnet

import (
	"net"
	"syscall"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/scenario"
)

// Close ends the program's use of the connection. What was written is still
// sent, and the FIN behind it. As on Linux the connection is reset instead if
// octets are left unread, or come later, and it is given up after a minute if
// the peer does not close.
func (c *Conn) Close() error {
	err := c.soon(opClose, func() error {
		c.closing = true
		return nil
	}, c.shut)
	return c.closeError(err)
}

// shut closes an end whose program is done with it.
func (c *Conn) shut() {
	c.closed = true
	if c.c.over {
		return
	}
	st := c.status()
	switch {
	case st.State == endpoint.Closed:
	case c.linger == 0 || st.Readable > 0 && !c.readClosed:
		c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActAbort})
	case !c.writeClosed:
		c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActClose})
	}
	c.orphan()
}

// orphanTime is how long a connection stays in FIN-WAIT-2 that no program holds
// any more: what Linux calls tcp_fin_timeout.
const orphanTime = time.Minute

// orphan looks after an end that no program reads any more: what arrives there
// resets the connection, and a peer that does not close is not waited for.
func (c *Conn) orphan() {
	if c.c.over || !c.closed && !c.readClosed {
		return
	}
	st := c.status()
	if c.closed && st.State == endpoint.FinWait2 && isNever(c.orphaned) {
		c.orphaned = c.n.Now() + orphanTime
	}
	switch {
	case st.State == endpoint.Closed:
	case c.readClosed && !c.closed:
		c.discard()
		return
	case st.Readable > 0 && st.State != endpoint.Listen || c.orphaned <= c.n.Now() && st.State == endpoint.FinWait2:
		c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActAbort})
	}
	if c.status().State != endpoint.FinWait2 {
		c.orphaned = endpoint.Never
	}
}

// discard reads what nobody wants.
func (c *Conn) discard() {
	for c.status().Readable > 0 {
		s := c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActReceive, N: most})
		if s == nil {
			return
		}
		c.take(make([]byte, len(s.Data)), s)
	}
}

// CloseWrite sends a FIN behind what was written: the peer reads io.EOF. Reading
// goes on.
func (c *Conn) CloseWrite() error {
	err := c.soon(opCloseWrite, func() error {
		if c.status().State == endpoint.Closed {
			return syscall.ENOTCONN
		}
		c.writeEnd = true
		return nil
	}, func() {
		if !c.writeClosed {
			c.writeClosed = true
			c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActClose})
		}
	})
	return c.closeError(err)
}

// CloseRead ends reading: what the peer goes on to send is thrown away.
func (c *Conn) CloseRead() error {
	err := c.soon(opCloseRead, func() error {
		c.readEnd = true
		return nil
	}, func() {
		c.readClosed = true
		c.orphan()
	})
	return c.closeError(err)
}

func (c *Conn) closeError(err error) error {
	if err != nil {
		return c.fail("close", err)
	}
	return nil
}

// SetLinger says what Close does with what is not sent yet: with 0 it is thrown
// away and the connection reset, otherwise it is sent in the background.
func (c *Conn) SetLinger(sec int) error { return c.set(func() { c.linger = sec }) }

// SetNoDelay turns Nagle's algorithm (RFC 9293 3.7.4) off, which it is from the
// start, or on.
func (c *Conn) SetNoDelay(noDelay bool) error {
	return c.tune(func(t endpoint.Tunable, _ time.Duration) { t.SetNoDelay(noDelay) })
}

// SetKeepAlive turns keep-alives (RFC 9293 3.8.4) on or off. They are off from the
// start, as RFC 9293 has it; package net's Dialer and ListenConfig turn them on.
func (c *Conn) SetKeepAlive(on bool) error {
	return c.tune(func(t endpoint.Tunable, now time.Duration) { t.SetKeepAlive(now, on, 0) })
}

// SetKeepAlivePeriod is how long the connection may be idle before a keep-alive
// asks for the peer; it turns them on.
func (c *Conn) SetKeepAlivePeriod(d time.Duration) error {
	return c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: d})
}

// SetKeepAliveConfig turns keep-alives on or off; Idle is 15 s if it is 0, as in
// package net. What is not answered is repeated as a segment is resent, until R2
// is over ("server tcp r2=..." in the script): Interval and Count are not looked at.
func (c *Conn) SetKeepAliveConfig(k net.KeepAliveConfig) error {
	idle := k.Idle
	if idle == 0 {
		idle = defaultIdle
	}
	return c.tune(func(t endpoint.Tunable, now time.Duration) { t.SetKeepAlive(now, k.Enable, max(idle, 0)) })
}

// defaultIdle is what package net waits for.
const defaultIdle = 15 * time.Second

// tune changes how the end's TCP is configured.
func (c *Conn) tune(change func(t endpoint.Tunable, now time.Duration)) error {
	err := c.soon(opSet, func() error { return nil }, func() {
		if !c.c.over && c.c.world.Tune(c.end, change) {
			c.c.judge.SetKeepAlive(c.end, c.c.world.Profile(c.end).KeepAlive)
		}
	})
	if err != nil {
		return c.fail("set", err)
	}
	return nil
}

// SyscallConn is refused: there is no file descriptor behind a simulated
// connection. The error is syscall.ENOTSUP.
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return nil, c.fail("raw", syscall.ENOTSUP) }
