package lneto

import (
	"errors"
	"fmt"
	"time"

	"github.com/soypat/lneto/internet"
	"github.com/soypat/lneto/tcp"

	"example.org/halfopen/endpoint"
)

// What tcp.RTO has built in.
const (
	rtoInitial = time.Second
	rtoMin     = 200 * time.Millisecond
	rtoMax     = 60 * time.Second
)

// minBuffer is the least that a Handler takes as a buffer. minMSS is what the MSS
// option takes: a Handler writes its SYN into a buffer for a segment of full
// size.
const (
	minBuffer = 2
	minMSS    = 4
)

// Endpoint is a tcp.Handler under test.
type Endpoint struct {
	cfg   endpoint.Config
	h     tcp.Handler
	rto   tcp.RTO
	ports internet.StackPorts // the host, where no Handler listens
	peek  peek

	now      time.Duration // what the Handler is told
	attached bool          // the Handler has a connection, or waits for one
	closed   bool          // CLOSE was called
	idle     bool          // nothing has happened: no poll
	state    tcp.State     // after the last poll
	high     tcp.Value     // SND.MAX: one past the highest number that left
	past     tcp.Value     // the same of the last incarnation,
	hasPast  bool          // if there was one

	handshake timer
	timeWait  time.Duration // when TIME-WAIT is over

	tx, rx []byte
	frame  []byte // what the Handler writes into
}

var (
	_ endpoint.Endpoint = (*Endpoint)(nil)
	_ endpoint.Resetter = (*Endpoint)(nil)
	_ endpoint.Profiler = (*Endpoint)(nil)
)

// New is an endpoint.Factory.
func New(c endpoint.Config) (endpoint.Endpoint, error) {
	e := new(Endpoint)
	if err := e.Reset(c); err != nil {
		return nil, err
	}
	return e, nil
}

var errLocal = errors.New("lneto: the local socket is not specified")

// Reset implements endpoint.Resetter.
func (e *Endpoint) Reset(c endpoint.Config) error {
	c = c.WithDefaults()
	if !c.Local.IsValid() || c.Local.Port() == 0 {
		return errLocal
	}
	if min(c.SendBuffer, c.ReceiveBuffer) < minBuffer {
		return fmt.Errorf("lneto: a buffer of %d octets, %d at least", min(c.SendBuffer, c.ReceiveBuffer), minBuffer)
	}
	if c.MSS < minMSS {
		return fmt.Errorf("lneto: an MSS of %d octets, %d at least", c.MSS, minMSS)
	}
	*e = Endpoint{
		cfg: c, peek: e.peek, handshake: stopped, timeWait: endpoint.Never,
		tx: room(e.tx, c.SendBuffer), rx: room(e.rx, c.ReceiveBuffer),
		frame: room(e.frame, endpoint.MTU),
	}
	if err := e.ports.ResetTCP(0); err != nil {
		return fmt.Errorf("lneto: %w", err)
	}
	if err := e.h.SetBuffers(e.tx, e.rx, e.queue()); err != nil {
		return fmt.Errorf("lneto: %w", err)
	}
	e.h.SetLossRecovery(&e.rto, e.nanotime)
	e.peek.bind(&e.h)
	return nil
}

// nanotime is the clock of tcp.RTO. Its zero would mean that no timer runs, so
// the world's time begins at 1.
func (e *Endpoint) nanotime() int64 { return int64(e.now) + 1 }

// queue is how many segments may be unacknowledged: as many of full size as
// the send buffer holds, and some small ones.
func (e *Endpoint) queue() int {
	const small = 16
	return min(e.cfg.SendBuffer/int(e.mss())+small, e.cfg.SendBuffer)
}

// room is a buffer of n zero octets. A Handler may deliver octets that it never
// received, and they must not be those of an earlier run.
func room(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	clear(b[:n])
	return b[:n]
}

// mss is the largest text that fits: what a Handler announces is what its
// caller's buffer leaves room for.
func (e *Endpoint) mss() uint16 {
	return min(e.cfg.MSS, uint16(endpoint.MTU-e.ipLen()-tcpLen))
}

// Profile implements endpoint.Profiler.
func (e *Endpoint) Profile() endpoint.Profile {
	return endpoint.Profile{
		RFC5961:     true, // control.go says so, of RST and SYN
		Unthrottled: true,
		MSL:         e.cfg.MSL,
		RTOInitial:  rtoInitial, RTOMin: rtoMin, RTOMax: rtoMax,
		R2SYN: e.cfg.R2SYN,
		MSS:   e.mss(), ReceiveBuffer: e.cfg.ReceiveBuffer,
	}
}
