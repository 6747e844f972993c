package host

import (
	"fmt"
	"io"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// program is one that has octets to send and some to expect on a connection.
type program struct {
	h              *Host
	id             ID
	send, want     int // octets
	sent, received int
	seed, expect   int // which octets
	eof, closed    bool
}

func octet(seed, i int) byte { return byte(seed*31 + i*7 + i>>8) }

// step does what can be done now; it returns how the connection failed.
func (p *program) step(now time.Duration) error {
	var buf [3000]byte
	for p.sent < p.send {
		k := min(len(buf), p.send-p.sent)
		for i := range k {
			buf[i] = octet(p.seed, p.sent+i)
		}
		k, err := p.h.Send(now, p.id, buf[:k])
		if err != nil {
			return fmt.Errorf("%v: send at %d: %w", p.id, p.sent, err)
		}
		if k == 0 {
			break
		}
		p.sent += k
	}
	if p.sent == p.send && !p.closed {
		p.closed = true
		if err := p.h.Close(now, p.id); err != nil {
			return fmt.Errorf("%v: close: %w", p.id, err)
		}
	}
	for !p.eof {
		k, err := p.h.Receive(now, p.id, buf[:])
		for i := range k {
			if want := octet(p.expect, p.received+i); buf[i] != want {
				return fmt.Errorf("%v: octet %d is %d, want %d", p.id, p.received+i, buf[i], want)
			}
		}
		p.received += k
		switch {
		case err == io.EOF:
			p.eof = true
		case err != nil:
			return fmt.Errorf("%v: receive at %d: %w", p.id, p.received, err)
		case k == 0:
			return nil
		}
	}
	if p.received != p.want {
		return fmt.Errorf("%v: %d octets before the end, want %d", p.id, p.received, p.want)
	}
	return nil
}

// crowd lets programs on host 0 talk to programs on host 1.
type crowd struct {
	*net
	clients  int
	octets   int // each way; client i sends i more
	every    time.Duration
	programs map[ID]*program // by ID on their own host; looked up, never walked
	servers  map[ID]*program
	open     int
	err      error
}

func newCrowd(n *net, clients, octets int) *crowd {
	return &crowd{
		net: n, clients: clients, octets: octets, every: 100 * time.Microsecond,
		programs: map[ID]*program{}, servers: map[ID]*program{},
	}
}

// run lets all of them finish, and reports whether they did by a time.
func (c *crowd) run(until time.Duration) error {
	a, b := c.hosts[0], c.hosts[1]
	dialed := 0
	for c.now < until && c.err == nil && (dialed < c.clients || c.open > 0) {
		next := until
		if dialed < c.clients {
			next = c.every * time.Duration(dialed)
		}
		if c.now >= next && dialed < c.clients {
			id, err := a.Dial(c.now, web, 0)
			if err != nil {
				return err
			}
			// The server cannot tell who calls: all clients send the same octets,
			// some more of them than others.
			c.programs[id] = &program{h: a, id: id, send: c.octets, want: c.octets, seed: 1, expect: 2}
			dialed++
			c.open++
			continue
		}
		c.step(next)
		c.serve(a, c.programs)
		c.serve(b, c.servers)
	}
	switch {
	case c.err != nil:
		return c.err
	case c.open > 0 || dialed < c.clients:
		return fmt.Errorf("at %v %d of %d connections are not done", c.now, c.open, dialed)
	}
	return nil
}

// serve wakes the programs that have news.
func (c *crowd) serve(h *Host, programs map[ID]*program) {
	for {
		news, ok := h.Changed()
		if !ok {
			return
		}
		id := news.ID
		if id == 0 {
			for {
				id, ok := h.Accept(news.Port)
				if !ok {
					break
				}
				programs[id] = &program{h: h, id: id, send: c.octets, want: c.octets, seed: 2, expect: 1}
				c.open++
				c.wake(programs[id], programs)
			}
			continue
		}
		if p := programs[id]; p != nil {
			c.wake(p, programs)
		}
	}
}

func (c *crowd) wake(p *program, programs map[ID]*program) {
	var st endpoint.Status
	if p.h.Status(p.id, &st); st.State == endpoint.SynSent || st.State == endpoint.SynReceived {
		return
	}
	if err := p.step(c.now); err != nil && c.err == nil {
		c.err = err
	}
	if p.eof && p.closed {
		p.h.Release(c.now, p.id)
		delete(programs, p.id)
		c.open--
	}
}

// Many connections over a network that loses, reorders and duplicates: each
// delivers exactly its octets, and nothing is left over.
func TestManyConnections(t *testing.T) {
	for seed := range uint64(20) {
		n, a, b := twoHosts(t)
		n.random = seed*0x9e3779b97f4a7c15 + 1
		n.loss, n.duplicate = int(seed%5)*20, int(seed%3)*50
		n.jitter = time.Duration(seed%4) * 5 * time.Millisecond
		if seed%2 == 1 {
			b.cfg.SYNQueue = 4 // and cookies
		}
		b.Listen(80, 0)
		c := newCrowd(n, 50, 5000)
		if err := c.run(10 * time.Minute); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		n.run(5 * time.Minute)
		if a.Len() != 0 || b.Len() != 0 || a.Deadline() != endpoint.Never || b.Deadline() != endpoint.Never {
			t.Fatalf("seed %d: %d and %d connections are left", seed, a.Len(), b.Len())
		}
	}
}
