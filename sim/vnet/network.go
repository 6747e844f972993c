package vnet

import (
	"fmt"
	"net/netip"
	"sync"
	"testing/synctest"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
)

// Network is hosts and the paths between them. Its methods, and those of its
// hosts and connections, may be called by any number of goroutines.
type Network struct {
	script *Script
	began  time.Time
	bubble bool // in a bubble of synctest: time is virtual

	kick   chan struct{} // there are calls
	pumped chan struct{} // closed when the pump has ended

	mu       sync.Mutex
	stopped  bool
	hung     bool    // for as long as time goes on nothing has happened any more
	calls    []*call // since the pump looked last
	answered bool    // a goroutine may run: nothing happens before it is blocked again
	hosts    []*Host
	conns    int // opened so far
	queue    queue
	timed    []timed // faults of the script that strike hosts and paths, by time
	cuts     []cut
	ended    []Record // the connections that are over, the last ones
	remember bool     // all of them
	faces    []func(r *Record) bundle.Face
	broken   *Record // the first one in which a rule of TCP was broken
	digest   uint64
	spent    string // the first connection that a budget ended, "" if none
	idle     []*sim.World
}

// New makes a network in a bubble of synctest. The error is a
// *scan.SyntaxError. It is to be closed, and cannot be used outside its bubble.
// Test does all of that.
func New(script string) (*Network, error) { return start(script, true) }

// NewRealTime is New for outside a bubble, where time passes as it does: for a
// quick look. What several goroutines do at the same time is then in no
// particular order.
func NewRealTime(script string) (*Network, error) { return start(script, false) }

func start(text string, bubble bool) (*Network, error) {
	script, err := ParseScript("script", text)
	if err != nil {
		return nil, err
	}
	n := &Network{
		script: script, began: time.Now(), bubble: bubble,
		kick: make(chan struct{}, 1), pumped: make(chan struct{}),
	}
	n.foresee()
	go n.pump()
	return n, nil
}

// Now is the time since the network was made.
func (n *Network) Now() time.Duration { return time.Since(n.began) }

// blocked waits until every other goroutine of the bubble is durably blocked.
func (n *Network) blocked() {
	if n.bubble {
		synctest.Wait()
	}
}

// Wait waits until nothing can happen at this instant any more: every goroutine
// of the bubble is durably blocked, and the network has nothing to do before time
// goes on. It takes the place of synctest.Wait, which the pump itself needs.
func (n *Network) Wait() { time.Sleep(time.Nanosecond) }

// Host is the host of that name: letters, digits, and between them '.', '_' and
// '-'. It is there from the first call on, with an address of its own: the first
// host's is 10.0.0.1. It panics if the name is none.
func (n *Network) Host(name string) *Host {
	if !scan.IsName(name) {
		panic(fmt.Sprintf("vnet: a host cannot be called %q: want letters, digits, '.', '_' and '-'", name))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if h := n.byName(name); h != nil {
		return h
	}
	h := &Host{n: n, name: name, index: len(n.hosts), nextPort: firstPort}
	at := uint32(len(n.hosts) + 1)
	h.addr = netip.AddrFrom4([4]byte{10, byte(at >> 16), byte(at >> 8), byte(at)})
	h.config, _ = n.script.config(name)
	h.config.NoNagle = true
	n.hosts = append(n.hosts, h)
	return h
}

func (n *Network) byName(name string) *Host {
	for _, h := range n.hosts {
		if h.name == name {
			return h
		}
	}
	return nil
}

// byAddr is the host of an IPv4 address.
func (n *Network) byAddr(a netip.Addr) *Host {
	b := a.As4()
	at := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if b[0] != 10 || at < 1 || at > len(n.hosts) {
		return nil
	}
	return n.hosts[at-1]
}

// Digest is a number that two runs have in common if the same segments were sent
// at the same times.
func (n *Network) Digest() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	d := n.digest
	for number := 1; number <= n.conns; number++ {
		for _, c := range n.queue { // few are open at a time
			if c.number == number && !c.over {
				d = mix(d, c.world.Digest())
			}
		}
	}
	return d
}

// mix folds x into d, the order counts.
func mix(d, x uint64) uint64 {
	d = (d ^ x) * 0x9e3779b97f4a7c15
	return d ^ d>>29
}

// Close stops the network: what waits for it gets net.ErrClosed, and its
// connections are over without a word. It waits for the pump.
func (n *Network) Close() error {
	n.stop()
	n.wake()
	<-n.pumped
	return nil
}

// stop answers whoever waits for the network, and lets nothing happen any more.
func (n *Network) stop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopped {
		return
	}
	n.stopped = true
	for _, c := range n.queue {
		n.record(c)
		for _, e := range c.ends {
			e.closed = true
			e.parked = n.retry(e.parked)
		}
	}
	for _, h := range n.hosts {
		for _, l := range h.listeners {
			l.closed = true
		}
		h.parked = n.retry(h.parked)
	}
	for _, c := range n.calls {
		if c.done != nil {
			close(c.done)
		}
	}
	n.calls = nil
}

// isNever says that nothing is going to happen.
func isNever(t time.Duration) bool { return t == endpoint.Never }
