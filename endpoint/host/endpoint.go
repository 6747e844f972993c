package host

import (
	"io"
	"time"

	"example.org/halfopen/endpoint"
)

// Endpoint is a Host that has one connection at a time, as an
// endpoint.Endpoint: what puts the SYN queue, the cookies and TIME-WAIT of a Host
// to the same tests, faults and judge as a TCP.
//
// What stands in the SYN queue is shown as SYN-RECEIVED, and gets a TCB when the
// program calls. A connection that a cookie stands for is not shown before it is
// established. In TIME-WAIT the connection is released once all is read, so that
// what answers there is no TCB.
type Endpoint struct {
	cfg       Config
	host      *Host
	now       time.Duration // of the last call
	listening bool
	id        ID              // the connection, while it is ours
	last      endpoint.Status // of the connection when it was released,
	tuple     tuple           // and whose it is
	err       endpoint.Error  // why there is none any more
}

var (
	_ endpoint.Endpoint = (*Endpoint)(nil)
	_ endpoint.Resetter = (*Endpoint)(nil)
	_ endpoint.Profiler = (*Endpoint)(nil)
)

// NewEndpoint returns a Factory of Endpoints. Of a connection's Config come Addr
// and TCP of the Host's; the rest is c's.
func NewEndpoint(c Config) endpoint.Factory {
	return func(tcp endpoint.Config) (endpoint.Endpoint, error) {
		e := &Endpoint{cfg: c}
		if err := e.Reset(tcp); err != nil {
			return nil, err
		}
		return e, nil
	}
}

// Reset implements endpoint.Resetter: the host is a new one.
func (e *Endpoint) Reset(tcp endpoint.Config) error {
	c := e.cfg
	c.Addr, c.TCP = tcp.Local.Addr(), tcp
	h, err := New(c)
	if err != nil {
		return err
	}
	*e = Endpoint{cfg: e.cfg, host: h}
	return nil
}

// Profile implements endpoint.Profiler.
func (e *Endpoint) Profile() endpoint.Profile {
	p := e.host.Profile()
	p.HalfDuplexClose = false // nothing is released before it was read
	p.ReopensTimeWait = endpoint.ReopensNever
	p.HidesSynReceived = e.hides()
	return p
}

func (e *Endpoint) tcp() *endpoint.Config { return &e.host.cfg.TCP }

// hides reports whether connections are not shown before they are established.
func (e *Endpoint) hides() bool { return e.cfg.SYNCookies == CookiesAlways }

// known reports whether the Config names a remote socket.
func (e *Endpoint) known() bool {
	remote := e.tcp().Remote
	return remote.Addr().IsValid() && remote.Port() != 0
}

// left returns the connection in TIME-WAIT that was released, nil if it is over.
func (e *Endpoint) left() *conn {
	if e.last.State != endpoint.TimeWait {
		return nil
	}
	if slot := e.host.table.find(e.host.conns, &e.tuple); slot != 0 && e.host.conns[slot].phase == waiting {
		return e.host.conns[slot]
	}
	return nil
}

// half returns the connection in the SYN queue, nil if there is none.
func (e *Endpoint) half() *conn {
	for _, c := range e.host.conns[1:] {
		if e.listening && c.phase == halfOpen {
			return c
		}
	}
	return nil
}

// hears reports whether the listener is open to who has sent a datagram.
func (e *Endpoint) hears(datagram []byte) bool {
	k, _ := e.host.read(datagram)
	if c := e.half(); c != nil {
		return k == c.tuple
	}
	return !e.known() || k == tupleOf(e.tcp().Remote, e.tcp().Local.Port())
}

// promote gives a TCB to the connection in the SYN queue, if there is one.
func (e *Endpoint) promote(now time.Duration) {
	e.now = now
	c := e.half()
	if c == nil {
		return
	}
	tcp, _ := e.host.replay(now, c, e.host.waste[:])
	if tcp == nil {
		return
	}
	c.listener.half--
	c.tcp, c.phase, c.held, c.listener = tcp, live, true, nil
	e.host.wantEmit(c)
	e.adopt(now, c.id())
}

// adopt makes a connection the one that there is.
func (e *Endpoint) adopt(now time.Duration, id ID) {
	e.id, e.listening = id, false
	e.host.Unlisten(now, e.tcp().Local.Port())
}

func (e *Endpoint) state() endpoint.State {
	var st endpoint.Status
	e.Status(&st)
	return st.State
}

// Open implements endpoint.Endpoint.
func (e *Endpoint) Open(now time.Duration, passive bool) error {
	e.promote(now)
	state := e.state()
	remote, port := e.tcp().Remote, e.tcp().Local.Port()
	switch {
	case state != endpoint.Closed && (state != endpoint.Listen || passive):
		return endpoint.ErrExists
	case !passive && !e.known():
		return endpoint.ErrUnspecified
	}
	e.host.Unlisten(now, port)
	e.host.Release(now, e.id)
	e.id, e.last, e.err, e.listening = 0, endpoint.Status{}, 0, passive
	if passive {
		return e.host.Listen(port, 1)
	}
	id, err := e.host.Dial(now, remote, port)
	e.id = id
	return err
}

// Send implements endpoint.Endpoint. In LISTEN it opens the connection actively,
// if the remote socket is known (RFC 9293 3.10.2); with cookies it waits, for
// the peer may be ESTABLISHED already.
func (e *Endpoint) Send(now time.Duration, p []byte) (n int, err error) {
	e.promote(now)
	switch {
	case e.id != 0:
		return e.host.Send(now, e.id, p)
	case !e.listening:
		return 0, e.gone()
	case e.known() && (e.hides() || len(p) == 0):
		return 0, nil
	}
	if err := e.Open(now, false); err != nil {
		return 0, err
	}
	return e.host.Send(now, e.id, p)
}

// Receive implements endpoint.Endpoint.
func (e *Endpoint) Receive(now time.Duration, p []byte) (n int, err error) {
	switch {
	case e.id != 0:
		return e.host.Receive(now, e.id, p)
	case e.listening:
		return 0, nil
	case e.last.EOF && e.err == 0:
		return 0, io.EOF
	case e.err != 0:
		return 0, e.err
	}
	return 0, endpoint.ErrNotExist
}

// Close implements endpoint.Endpoint.
func (e *Endpoint) Close(now time.Duration) error {
	e.promote(now)
	switch {
	case e.id != 0:
		return e.host.Close(now, e.id)
	case e.listening:
		e.host.Unlisten(now, e.tcp().Local.Port())
		e.listening = false
		return nil
	}
	return e.gone()
}

// Abort implements endpoint.Endpoint.
func (e *Endpoint) Abort(now time.Duration) error {
	e.promote(now)
	c := e.left()
	switch {
	case e.id != 0:
		return e.host.Abort(now, e.id)
	case e.listening:
		e.host.Unlisten(now, e.tcp().Local.Port())
		e.listening = false
	case c != nil:
		e.host.vacate(c)
	default:
		return endpoint.ErrNotExist
	}
	e.err = endpoint.ErrAborted
	return nil
}

// gone is what SEND and CLOSE answer where there is nothing to send on.
func (e *Endpoint) gone() error {
	if e.left() != nil {
		return endpoint.ErrClosing
	}
	return endpoint.ErrNotExist
}

// Arrive implements endpoint.Endpoint.
func (e *Endpoint) Arrive(now time.Duration, datagram []byte) {
	e.now = now
	if !e.listening {
		e.host.Arrive(now, datagram)
		return
	}
	port := e.tcp().Local.Port()
	if l := e.host.listeners[port]; !e.hears(datagram) {
		// One TCB, and none of this remote socket: for it we are CLOSED.
		delete(e.host.listeners, port)
		e.host.Arrive(now, datagram)
		e.host.listeners[port] = l
		return
	}
	e.host.Arrive(now, datagram)
	if id, ok := e.host.Accept(port); ok {
		e.adopt(now, id)
	}
}

// Timeout implements endpoint.Endpoint. If nobody has answered the SYN,ACK until
// R2, that was the connection there was (RFC 9293 3.8.3).
func (e *Endpoint) Timeout(now time.Duration) {
	e.now = now
	e.host.Timeout(now)
	if c := e.half(); c != nil {
		var st endpoint.Status
		if e.host.Find(now, c.tuple.local, c.remote, &st); st.State == endpoint.Closed {
			e.host.Unlisten(now, c.tuple.local)
			e.listening, e.err = false, st.Err
		}
	}
}

// Emit implements endpoint.Endpoint.
func (e *Endpoint) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	if n, ok := e.host.Emit(now, buf); ok || e.id == 0 {
		return n, ok
	}
	var st endpoint.Status
	if e.Status(&st); st.State == endpoint.TimeWait && st.Readable == 0 {
		e.last, e.tuple = st, e.host.lookup(e.id).tuple
		e.host.Release(now, e.id)
		e.id = 0
	}
	return e.host.Emit(now, buf)
}

// Status implements endpoint.Endpoint.
func (e *Endpoint) Status(st *endpoint.Status) {
	*st = endpoint.Status{Known: endpoint.KnowAll}
	c := e.half()
	switch {
	case e.id != 0:
		e.host.Status(e.id, st)
	case c != nil:
		e.host.Find(e.now, c.tuple.local, c.remote, st)
	case e.listening:
		st.State = endpoint.Listen
		if e.known() && !e.hides() {
			st.Room = or(e.tcp().SendBuffer, endpoint.DefaultBuffer)
		}
		st.Known = endpoint.KnowState | endpoint.KnowBuffers | endpoint.KnowDeadline | endpoint.KnowErr
	case e.left() != nil:
		*st = e.last
	default:
		st.Err, st.EOF = e.err, e.last.EOF && e.err == 0
	}
	st.Deadline = e.host.Deadline()
}
