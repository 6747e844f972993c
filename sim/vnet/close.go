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
	err := error(net.ErrClosed)
	c.call(opClose, func() bool {
		if c.closed || c.crashed {
			err = c.gone()
			return true
		}
		err = nil
		c.shut()
		return true
	})
	if err != nil {
		return c.fail("close", err)
	}
	return nil
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
	err := error(net.ErrClosed)
	c.call(opCloseWrite, func() bool {
		switch {
		case c.closed, c.crashed:
			err = c.gone()
		case c.status().State == endpoint.Closed:
			err = syscall.ENOTCONN
		default:
			if err = nil; !c.writeClosed {
				c.writeClosed = true
				c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActClose})
			}
		}
		return true
	})
	if err != nil {
		return c.fail("close", err)
	}
	return nil
}

// CloseRead ends reading: what the peer goes on to send is thrown away.
func (c *Conn) CloseRead() error {
	err := error(net.ErrClosed)
	c.call(opCloseRead, func() bool {
		if c.closed || c.crashed {
			err = c.gone()
			return true
		}
		err, c.readClosed = nil, true
		c.orphan()
		return true
	})
	if err != nil {
		return c.fail("close", err)
	}
	return nil
}

// SetLinger says what Close does with what is not sent yet: with 0 it is thrown
// away and the connection reset, otherwise it is sent in the background.
func (c *Conn) SetLinger(sec int) error { return c.set("set", func() { c.linger = sec }) }

// SetNoDelay turns Nagle's algorithm off, which it is from the start. It cannot
// be turned on: the error is syscall.ENOPROTOOPT then.
func (c *Conn) SetNoDelay(noDelay bool) error {
	if !noDelay {
		return c.fail("set", syscall.ENOPROTOOPT)
	}
	return c.set("set", func() {})
}

// SyscallConn is refused: there is no file descriptor behind a simulated
// connection. The error is syscall.ENOTSUP.
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return nil, c.fail("raw", syscall.ENOTSUP) }
