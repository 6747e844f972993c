package netstack

import (
	"io"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"

	"example.org/halfopen/endpoint"
)

// backlog is more than one: with room for one netstack would answer every SYN
// with a cookie, and have no SYN-RECEIVED.
const backlog = 4

// Open implements endpoint.Endpoint.
func (e *Endpoint) Open(now time.Duration, passive bool) error {
	e.begin(now)
	if e.state() != endpoint.Closed {
		return endpoint.ErrExists
	}
	e.forget()
	s, err := e.host.stack.NewEndpoint(tcp.ProtocolNumber, e.host.proto, e.queue)
	if err != nil {
		return endpoint.ErrResources
	}
	if err := e.prepare(s); err != nil {
		s.Close()
		return err
	}
	if err := s.Bind(full(e.cfg.Local)); err != nil {
		s.Close()
		return endpoint.ErrResources
	}
	if passive {
		if err := s.Listen(backlog); err != nil {
			s.Close()
			return endpoint.ErrResources
		}
		e.listener = s
	} else {
		if _, ok := s.Connect(full(e.cfg.Remote)).(*tcpip.ErrConnectStarted); !ok {
			s.Close()
			return endpoint.ErrResources
		}
		e.socket = s
	}
	e.settle()
	return nil
}

// forget lets go of the connection that is over.
func (e *Endpoint) forget() {
	if e.socket != nil {
		e.socket.Close()
	}
	e.listener, e.socket, e.child = nil, nil, nil
	e.closing, e.err = false, 0
	e.sent, e.iss, e.irs = sent{}, 0, 0
	e.queue = new(waiter.Queue)
}

// Send implements endpoint.Endpoint.
func (e *Endpoint) Send(now time.Duration, p []byte) (n int, err error) {
	e.begin(now)
	switch state := e.state(); {
	case state == endpoint.Closed:
		return 0, e.gone()
	case state <= endpoint.SynReceived && !e.closing:
		return 0, nil // a program on sockets waits for the handshake
	case state != endpoint.Established && state != endpoint.CloseWait:
		return 0, endpoint.ErrClosing
	}
	e.reader.Reset(p)
	taken, terr := e.socket.Write(e.reader, tcpip.WriteOptions{Atomic: true})
	e.sent.taken += int64(taken)
	e.settle()
	return int(taken), e.failed(terr)
}

// Receive implements endpoint.Endpoint.
func (e *Endpoint) Receive(now time.Duration, p []byte) (n int, err error) {
	e.begin(now)
	state := e.state()
	switch {
	case e.socket == nil && state == endpoint.Closed:
		return 0, e.gone()
	case e.socket == nil || state == endpoint.SynSent || state == endpoint.SynReceived:
		return 0, nil
	}
	w := tcpip.SliceWriter(p)
	r, terr := e.socket.Read(&w, tcpip.ReadOptions{})
	e.settle()
	if _, ok := terr.(*tcpip.ErrClosedForReceive); ok {
		if e.err != endpoint.ErrAborted && e.look.at(e.socket).eof {
			return r.Count, io.EOF
		}
		return r.Count, e.gone()
	}
	return r.Count, e.failed(terr)
}

// Close implements endpoint.Endpoint.
func (e *Endpoint) Close(now time.Duration) error {
	e.begin(now)
	switch e.state() {
	case endpoint.Closed:
		return e.gone()
	case endpoint.Listen:
		e.listener.Close()
		e.listener = nil
	case endpoint.SynSent:
		e.socket.Close()
	case endpoint.SynReceived:
		if e.closing {
			return endpoint.ErrClosing
		}
		e.closing = true
	case endpoint.Established, endpoint.CloseWait:
		e.shutdown()
	default:
		return endpoint.ErrClosing
	}
	e.settle()
	return nil
}

func (e *Endpoint) shutdown() {
	e.closing = false
	if err := e.socket.Shutdown(tcpip.ShutdownWrite); err != nil && e.err == 0 {
		e.err = errorOf(err)
	}
}

// Abort implements endpoint.Endpoint. In CLOSING, LAST-ACK and TIME-WAIT no
// call of a socket forgets the connection: it goes on by itself.
func (e *Endpoint) Abort(now time.Duration) error {
	e.begin(now)
	if e.state() == endpoint.Closed {
		return e.gone()
	}
	if e.listener != nil {
		e.listener.Close()
		e.listener, e.child = nil, nil
	}
	if e.socket != nil {
		e.socket.SocketOptions().SetLinger(tcpip.LingerOption{Enabled: true})
		e.socket.Close()
	}
	e.err = endpoint.ErrAborted
	e.settle()
	return nil
}

// gone is what a call on a connection that is over answers.
func (e *Endpoint) gone() error {
	if e.err != 0 {
		return e.err
	}
	return endpoint.ErrNotExist
}

// failed is what netstack's answer to a read or a write means.
func (e *Endpoint) failed(err tcpip.Error) error {
	switch err.(type) {
	case nil, *tcpip.ErrWouldBlock:
		return nil
	case *tcpip.ErrClosedForSend, *tcpip.ErrClosedForReceive, *tcpip.ErrNotConnected:
		if e.err != 0 {
			return e.err
		}
		return endpoint.ErrClosing
	}
	if e.err != 0 {
		return e.err
	}
	return failure(err)
}
