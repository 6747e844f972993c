package vnet

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Conn is a net.Conn: one end of a TCP connection, as a program holds it. It has
// the methods that programs look for on a *net.TCPConn.
type Conn struct {
	n   *Network
	c   *connection
	end endpoint.End

	// What follows belongs to the pump, or needs the network's lock.
	given       bool // the program has it: it was dialled, or accepted
	closing     bool // the program has closed it,
	writeEnd    bool // or one half of it,
	readEnd     bool
	closed      bool // and the pump has done so
	writeClosed bool
	readClosed  bool
	queued      int  // octets that Write has taken, and the pump not yet sent
	crashed     bool // its host has crashed
	eof         bool // the program has read to the end
	told        bool // the program has been told why the connection ended
	finned      bool // the peer's FIN has arrived
	linger      int
	orphaned    time.Duration // when a connection that nobody holds any more is given up; Never: not yet
	readBy      time.Duration // the deadlines, endpoint.Never if there are none
	writeBy     time.Duration
	parked      []*call

	// stream is what this end has written and the other not yet read: its first
	// octet is the one at offset read of the stream.
	stream  []byte
	read    int64
	written []byte // all of it, if somebody wants that
}

func newConn(n *Network, c *connection, e endpoint.End) *Conn {
	return &Conn{n: n, c: c, end: e, linger: -1, orphaned: endpoint.Never, readBy: endpoint.Never, writeBy: endpoint.Never}
}

// held reports whether the program may still use it.
func (c *Conn) held() bool { return c.given && !c.closed && !c.crashed }

func (c *Conn) host() *Host              { return c.c.hosts[c.end] }
func (c *Conn) peer() *Conn              { return c.c.ends[c.end.Peer()] }
func (c *Conn) status() *endpoint.Status { return c.c.state(c.end) }

// call makes a call about this connection.
func (c *Conn) call(o op, try func() bool) bool {
	return c.n.do(&call{op: o, host: c.host(), conn: c, try: try})
}

// Read reads octets that the peer has written. See net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	var n int
	err := error(net.ErrClosed)
	c.n.mu.Lock()
	closing, end := c.closing, c.readEnd
	c.n.mu.Unlock()
	switch {
	case closing:
	case end:
		return 0, io.EOF
	default:
		c.call(opRead, func() (over bool) {
			n, err, over = c.tryRead(p)
			return over
		})
	}
	if err != nil && err != io.EOF {
		err = c.fail("read", err)
	}
	return n, err
}

// tryRead is a Read, as far as it can be done now.
func (c *Conn) tryRead(p []byte) (n int, err error, over bool) {
	switch {
	case c.closed, c.crashed:
		return 0, c.gone(), true
	case c.readBy <= c.n.Now():
		return 0, os.ErrDeadlineExceeded, true
	case len(p) == 0:
		return 0, nil, true
	case c.eof, c.readClosed:
		return 0, io.EOF, true
	}
	st := c.status()
	if st.Readable == 0 && !st.EOF && st.Err == 0 && st.State != endpoint.Closed {
		return 0, nil, false
	}
	if st.Readable == 0 && st.Err != 0 {
		return 0, c.why(io.EOF), true
	}
	s := c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActReceive, N: int64(min(len(p), max(st.Readable, 1), most))})
	if s == nil {
		return 0, nil, false // the script stalls it
	}
	n = c.take(p, s)
	switch {
	case n > 0:
		return n, nil, true
	case s.Cause.EOF:
		c.eof = true
		return 0, io.EOF, true
	}
	return 0, c.why(io.EOF), true
}

// most is how many octets one SEND or RECEIVE moves.
const most = 1 << 16

// take copies what was received into p. The segments carry a table of
// pseudo-random octets; what was damaged of these is damaged of the program's.
func (c *Conn) take(p []byte, s *sim.Step) int {
	peer := c.peer()
	start := sim.ContentStart(c.c.world.Scenario().Seed, int(peer.end))
	want := sim.Content(start, s.Offset, len(s.Data))
	n := copy(p, peer.stream[:min(len(s.Data), len(peer.stream))])
	for i := range n {
		p[i] ^= s.Data[i] ^ want[i]
	}
	peer.stream, peer.read = peer.stream[n:], peer.read+int64(n)
	c.c.say(p[:n])
	if len(peer.stream) == 0 {
		peer.stream = nil
	}
	return n
}

// Write writes all of p, as far as there is room in the send buffer, and waits
// for more. Where there is room for all of it, it does not wait. See net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	var n int
	taken := errors.New("there is no room")
	err := c.soon(opWrite, func() error {
		if c.writeEnd {
			return syscall.EPIPE
		}
		if err := c.writable(); err != nil {
			return err
		}
		if c.status().Room-c.queued < len(p) {
			return taken
		}
		p = bytes.Clone(p)
		c.queued += len(p)
		return nil
	}, func() {
		sent := 0
		c.queued -= len(p)
		c.tryWrite(p, &sent)
	})
	if err == nil {
		return len(p), nil
	}
	if err == taken {
		err = net.ErrClosed
		c.call(opWrite, func() (over bool) {
			err, over = c.tryWrite(p, &n)
			return over
		})
	}
	if err != nil {
		err = c.fail("write", err)
	}
	return n, err
}

// writable is why nothing can be written now; nil if something can, maybe later.
func (c *Conn) writable() error {
	st := c.status()
	switch {
	case c.closed, c.crashed:
		return c.gone()
	case c.writeBy <= c.n.Now():
		return os.ErrDeadlineExceeded
	case c.writeClosed:
		return syscall.EPIPE
	case st.Err != 0 || st.State == endpoint.Closed:
		return c.why(syscall.EPIPE)
	}
	return nil
}

// tryWrite goes on with a Write of which n octets are done.
func (c *Conn) tryWrite(p []byte, n *int) (err error, over bool) {
	for {
		if *n == len(p) && *n > 0 {
			return nil, true
		}
		if err := c.writable(); err != nil || *n == len(p) {
			return err, true
		}
		s := c.n.act(c.c, c.end, scenario.Act{Op: scenario.ActSend, N: int64(min(len(p)-*n, most))})
		if s == nil {
			return nil, false
		}
		if s.Cause.Err != 0 {
			return c.why(syscall.EPIPE), true
		}
		sent := int(s.Cause.N)
		c.stream = append(c.stream, p[*n:*n+sent]...)
		c.c.say(p[*n : *n+sent])
		if c.n.faces != nil {
			c.written = append(c.written, p[*n:*n+sent]...)
		}
		*n += sent
	}
}

// why is why the connection ended: told once, and otherwise what a call on what
// is left of it gets. A RST behind the peer's FIN is no news to who has read all,
// as on Linux.
func (c *Conn) why(later error) error {
	err := errorOf(c.status().Err)
	if err == syscall.ECONNRESET && c.finned && len(c.peer().stream) == 0 {
		return later
	}
	if c.told || err == nil {
		return later
	}
	c.told = true
	return err
}

// gone is what a call gets on a connection that the program, or its host, has
// done with.
func (c *Conn) gone() error {
	if c.crashed {
		return ErrCrashed
	}
	return net.ErrClosed
}

// LocalAddr is a *net.TCPAddr.
func (c *Conn) LocalAddr() net.Addr { return tcpAddr(c.c.addrs[c.end]) }

// RemoteAddr is a *net.TCPAddr.
func (c *Conn) RemoteAddr() net.Addr { return tcpAddr(c.c.addrs[c.end.Peer()]) }

// Number is the connection's number in its network, from 1, in the order in which
// they were dialled: "of conn 2" in a script.
func (c *Conn) Number() int { return c.c.number }

// SetDeadline sets both deadlines. See net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	return c.set(func() { c.readBy, c.writeBy = c.n.at(t), c.n.at(t) })
}

// SetReadDeadline is when a Read that waits gives up; the zero time is never.
func (c *Conn) SetReadDeadline(t time.Time) error {
	return c.set(func() { c.readBy = c.n.at(t) })
}

// SetWriteDeadline is when a Write that waits gives up; the zero time is never.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return c.set(func() { c.writeBy = c.n.at(t) })
}

// set changes an option, now; what waits is looked at again.
func (c *Conn) set(change func()) error {
	err := c.soon(opSet, func() error {
		change()
		return nil
	}, func() {})
	if err != nil {
		return c.fail("set", err)
	}
	return nil
}

// at is a time on the network's clock.
func (n *Network) at(t time.Time) time.Duration {
	if t.IsZero() {
		return endpoint.Never
	}
	return t.Sub(n.began)
}
