package lneto

import (
	"io"
	"time"

	"github.com/soypat/lneto/tcp"

	"example.org/halfopen/endpoint"
)

// Open implements endpoint.Endpoint.
func (e *Endpoint) Open(now time.Duration, passive bool) error {
	e.now = now
	if !passive && e.cfg.Remote.Port() == 0 {
		return endpoint.ErrUnspecified
	}
	var err error
	iss := e.chooseISS()
	if passive {
		err = e.h.OpenListen(e.cfg.Local.Port(), iss)
	} else {
		err = e.h.OpenActive(e.cfg.Local.Port(), e.cfg.Remote.Port(), iss)
	}
	if err != nil {
		if e.h.State() != tcp.StateClosed {
			return endpoint.ErrExists
		}
		return endpoint.ErrResources
	}
	e.attached, e.closed, e.high = true, false, iss
	e.handshake, e.timeWait = stopped, endpoint.Never
	return nil
}

// Send implements endpoint.Endpoint.
func (e *Endpoint) Send(now time.Duration, p []byte) (n int, err error) {
	e.now = now
	switch state := e.h.State(); {
	case state.IsPreestablished():
		return 0, nil
	case state.TxDataOpen() && !e.closed:
		if n = min(len(p), e.h.FreeOutput()); n == 0 {
			return 0, nil
		}
	}
	n, err = e.h.Write(p[:n])
	return n, e.errorOf(err)
}

// Receive implements endpoint.Endpoint.
func (e *Endpoint) Receive(now time.Duration, p []byte) (n int, err error) {
	e.now = now
	if e.h.State().IsPreestablished() {
		return 0, nil
	}
	n, err = e.h.Read(p)
	return n, e.errorOf(err)
}

// Close implements endpoint.Endpoint.
func (e *Endpoint) Close(now time.Duration) error {
	e.now = now
	err := e.h.Close()
	if err == nil {
		e.closed = true
	}
	return e.errorOf(err)
}

// Abort implements endpoint.Endpoint.
func (e *Endpoint) Abort(now time.Duration) error {
	e.now = now
	if e.h.State() == tcp.StateClosed {
		return endpoint.ErrNotExist
	}
	e.abort()
	return nil
}

// abort ends the connection.
func (e *Endpoint) abort() {
	e.h.Abort()
	e.detach()
}

// detach lets go of the Handler.
func (e *Endpoint) detach() {
	e.attached = false
	e.handshake, e.timeWait = stopped, endpoint.Never
	e.past, e.hasPast = e.high, true
}

// errorOf says in the RFC's words what a Handler answered: that there is no
// connection, or that it is closing. A Handler knows no others.
func (e *Endpoint) errorOf(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case e.h.State() == tcp.StateClosed:
		return endpoint.ErrNotExist
	case e.h.State().TxDataOpen() && !e.closed:
		return endpoint.ErrResources
	}
	return endpoint.ErrClosing
}
