package netstack

import (
	"bytes"
	"fmt"
	"runtime"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/waiter"

	"example.org/halfopen/endpoint"
)

// Endpoint is a netstack as an endpoint.Endpoint. Use New.
type Endpoint struct {
	cfg  endpoint.Config // as netstack can serve it
	host *host

	queue    *waiter.Queue  // of the socket; netstack keeps it, so it is not a part of this
	listener tcpip.Endpoint // while it listens
	socket   tcpip.Endpoint // the connection: connecting, or accepted
	child    tcpip.Endpoint // of the listener, in SYN-RECEIVED
	closing  bool           // CLOSE waits for the handshake

	err      endpoint.Error // why the connection has ended
	sent     sent
	iss, irs endpoint.Seq

	reader  *bytes.Reader // what SEND hands over; netstack keeps it, so it is not a part of this
	look    look
	cleanup runtime.Cleanup
}

// New makes a netstack in CLOSED. It is an endpoint.Factory.
func New(c endpoint.Config) (endpoint.Endpoint, error) {
	e := new(Endpoint)
	if err := e.Reset(c); err != nil {
		return nil, err
	}
	return e, nil
}

// Reset implements endpoint.Resetter: with a new netstack. The goroutines of
// the old one have ended when it returns.
func (e *Endpoint) Reset(c endpoint.Config) error {
	e.Destroy()
	*e = Endpoint{cfg: served(c), look: e.look, reader: new(bytes.Reader)}
	if !c.Remote.IsValid() || c.Remote.Port() == 0 {
		return fmt.Errorf("netstack: %w", endpoint.ErrUnspecified)
	}
	at0, err := base(&e.cfg)
	if err != nil {
		return err
	}
	if e.host, err = newHost(c.Local.Addr(), at0, 0); err != nil {
		return err
	}
	e.cleanup = runtime.AddCleanup(e, (*host).destroy, e.host)
	return e.host.configure(&e.cfg)
}

// Destroy ends the netstack and waits for its goroutines. The Endpoint may not
// be used after that, but for Reset. An Endpoint that nobody refers to any more
// is destroyed, too: nothing in a netstack refers to its Endpoint.
func (e *Endpoint) Destroy() {
	if e.host != nil {
		e.cleanup.Stop()
		e.host.destroy()
		e.host = nil
	}
}

// Profile implements endpoint.Profiler. R2 is not claimed: netstack counts
// retransmissions, 15 of one segment, however far apart they are.
func (e *Endpoint) Profile() endpoint.Profile {
	c := &e.cfg
	return endpoint.Profile{
		RFC5961: true, RFC1337: true, Unthrottled: true, Timestamps: true, MSL: c.MSL,
		RTOInitial: c.RTOInitial, RTOMin: c.RTOMin, RTOMax: rtoSYNMax,
		R2SYN: c.R2SYN, UserTimeout: c.UserTimeout,
		MSS: c.MSS, ReceiveBuffer: c.ReceiveBuffer,
	}
}
