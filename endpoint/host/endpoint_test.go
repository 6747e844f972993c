package host

import (
	"io"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// pair is two Endpoints and a network between them that takes a millisecond.
type pair struct {
	*testing.T
	now  time.Duration
	ends [2]endpoint.Endpoint
	lose func(endpoint.Flags) bool
}

func newPair(t *testing.T, c Config) *pair {
	p := &pair{T: t}
	for i, sockets := range [][2]netip.AddrPort{{peer(7), web}, {web, peer(7)}} {
		e, err := NewEndpoint(c)(endpoint.Config{Local: sockets[0], Remote: sockets[1], MSL: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		p.ends[i] = e
	}
	return p
}

// run lets time pass.
func (p *pair) run(d time.Duration) {
	var buf [endpoint.MTU]byte
	for until := p.now + d; p.now < until; p.now += time.Millisecond {
		for i, e := range p.ends {
			if st := p.status(i); st.Deadline <= p.now {
				e.Timeout(p.now)
			}
			for n, ok := e.Emit(p.now, buf[:]); ok; n, ok = e.Emit(p.now, buf[:]) {
				if p.lose == nil || !p.lose(endpoint.Flags(buf[33])) {
					p.ends[1-i].Arrive(p.now, buf[:n])
				}
			}
		}
	}
}

func (p *pair) status(i int) (st endpoint.Status) {
	p.ends[i].Status(&st)
	return st
}

func (p *pair) in(a, b endpoint.State) {
	p.Helper()
	if sa, sb := p.status(0).State, p.status(1).State; sa != a || sb != b {
		p.Errorf("at %v in %v and %v, want %v and %v", p.now, sa, sb, a, b)
	}
}

// An Endpoint is a Host with one connection, in every state of it.
func TestEndpoint(t *testing.T) {
	p := newPair(t, Config{})
	a, b := p.ends[0], p.ends[1]
	if err := a.Close(0); err != endpoint.ErrNotExist {
		t.Errorf("CLOSE in CLOSED: %v", err)
	}
	b.Open(0, true)
	p.in(endpoint.Closed, endpoint.Listen)
	if err := b.Open(0, true); err != endpoint.ErrExists {
		t.Errorf("a second OPEN: %v", err)
	}
	a.Open(0, false)
	p.lose = func(bits endpoint.Flags) bool { return bits == endpoint.SYN|endpoint.ACK }
	p.run(time.Second / 2)
	p.in(endpoint.SynSent, endpoint.SynReceived)
	p.lose = nil
	p.run(time.Second)
	p.in(endpoint.Established, endpoint.Established)
	a.Send(p.now, []byte("hello"))
	a.Close(p.now)
	p.run(time.Millisecond * 10)
	p.in(endpoint.FinWait2, endpoint.CloseWait)
	var buf [10]byte
	if n, err := b.Receive(p.now, buf[:]); string(buf[:n]) != "hello" || err != nil {
		t.Errorf("received %q, %v", buf[:n], err)
	}
	b.Close(p.now)
	p.run(time.Millisecond * 10)
	p.in(endpoint.TimeWait, endpoint.Closed)
	if a.(*Endpoint).left() == nil {
		t.Error("TIME-WAIT has a TCB")
	}
	if _, err := a.Receive(p.now, buf[:]); err != io.EOF {
		t.Errorf("RECEIVE in TIME-WAIT: %v", err)
	}
	if _, err := a.Send(p.now, buf[:]); err != endpoint.ErrClosing {
		t.Errorf("SEND in TIME-WAIT: %v", err)
	}
	if err := a.Open(p.now, false); err != endpoint.ErrExists {
		t.Errorf("OPEN in TIME-WAIT: %v", err)
	}
	p.run(3 * time.Second)
	p.in(endpoint.Closed, endpoint.Closed)
	b.Open(p.now, true)
	if err := a.Open(p.now, false); err != nil {
		t.Errorf("OPEN again: %v", err)
	}
	p.run(10 * time.Millisecond)
	p.in(endpoint.Established, endpoint.Established)
	a.Abort(p.now)
	p.run(10 * time.Millisecond)
	p.in(endpoint.Closed, endpoint.Closed)
	if p.status(0).Err != endpoint.ErrAborted || p.status(1).Err != endpoint.ErrReset {
		t.Errorf("%v and %v", p.status(0).Err, p.status(1).Err)
	}
}

// A program may call on a connection in the SYN queue: it gets a TCB.
func TestEndpointSynReceived(t *testing.T) {
	p := newPair(t, Config{})
	a, b := p.ends[0], p.ends[1]
	b.Open(0, true)
	a.Open(0, false)
	p.lose = func(bits endpoint.Flags) bool { return bits == endpoint.SYN|endpoint.ACK }
	p.run(10 * time.Millisecond)
	p.in(endpoint.SynSent, endpoint.SynReceived)
	before := p.status(1)
	if n, err := b.Send(p.now, []byte("early")); n != 5 || err != nil {
		t.Errorf("SEND in SYN-RECEIVED: %d, %v", n, err)
	}
	if after := p.status(1); after.ISS != before.ISS || after.Deadline != before.Deadline || after.Unsent != 5 {
		t.Errorf("before\n%+v, after\n%+v", before, after)
	}
	p.lose = nil
	p.run(2 * time.Second)
	var buf [10]byte
	if n, _ := a.Receive(p.now, buf[:]); string(buf[:n]) != "early" {
		t.Errorf("received %q", buf[:n])
	}
}

// RFC 9293 3.8.3, MUST-23: nobody answers the SYN,ACK.
func TestEndpointGivesUp_3_8_3(t *testing.T) {
	p := newPair(t, Config{})
	p.ends[1].Open(0, true)
	p.ends[0].Open(0, false)
	p.lose = func(bits endpoint.Flags) bool { return bits == endpoint.SYN|endpoint.ACK }
	p.run(time.Second / 2)
	p.lose = func(endpoint.Flags) bool { return true }
	p.run(200 * time.Second)
	p.in(endpoint.Closed, endpoint.Closed)
	for i := range p.ends {
		if err := p.status(i).Err; err != endpoint.ErrTimeout {
			t.Errorf("end %d: %v", i, err)
		}
	}
}

// RFC 9293 3.10.1, 3.10.2: a listener turns active, if it knows whom to call.
func TestEndpointTurnsActive(t *testing.T) {
	for _, send := range []bool{false, true} {
		p := newPair(t, Config{})
		for _, e := range p.ends {
			e.Open(0, true)
		}
		if send {
			p.ends[0].Send(0, []byte("x"))
		} else {
			p.ends[0].Open(0, false)
		}
		p.run(10 * time.Millisecond)
		p.in(endpoint.Established, endpoint.Established)
	}
	e, _ := NewEndpoint(Config{})(endpoint.Config{Local: web})
	if err := e.Open(0, false); err != endpoint.ErrUnspecified {
		t.Errorf("OPEN without a remote socket: %v", err)
	}
	e.Open(0, true)
	if _, err := e.Send(0, []byte("x")); err != endpoint.ErrUnspecified {
		t.Errorf("SEND without a remote socket: %v", err)
	}
}
