package host

import (
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// Host is one address with its connections. New makes one. Its methods are
// never called concurrently.
type Host struct {
	cfg     Config
	profile endpoint.Profile
	stamps  bool // cookies may use timestamps: see stampsRunOn

	table     table
	conns     []*conn  // by slot; slot 0 is nobody's
	vacant    []uint32 // free slots, the last one is taken first
	live      int      // slots that are not free
	timers    timers
	listeners map[uint16]*listener // asked, never walked through
	spare     []endpoint.Endpoint  // TCBs to be used again

	answers  fifo[frame]  // what leaves without a TCB
	emitting fifo[uint32] // slots that may have datagrams
	changes  fifo[uint32] // slots, or listeners' ports with portBit, with news

	nextPort uint32 // how many ports Dial has tried
	counters Counters

	status endpoint.Status
	syn    [synSize]byte
	waste  [endpoint.MTU]byte // what is emitted once more and goes nowhere
}

// synSize has room for a segment without text: IPv6 header, TCP header, options.
const synSize = 40 + 20 + endpoint.MaxOptions

// frame is a short datagram.
type frame struct {
	n      uint8
	octets [synSize]byte
}

// maxAnswers is how many datagrams without a TCB may wait for Emit. They are
// few if it is called after every Arrive; what is too much is lost, as on a
// network.
const maxAnswers = 256

// portBit tells a port from a slot in Host.changes.
const portBit = 1 << 31

// Counters count what a Host has done, since New.
type Counters struct {
	Dialed, Accepted uint64 // connections handed to programs
	Resets           uint64 // RSTs to segments that belong to nobody

	SYNs        uint64 // that came for a listener
	SYNsDropped uint64 // because a queue was full, or all slots taken
	ACKsDropped uint64 // because the accept queue was full, or without a cookie while some are about

	CookiesSent, CookiesTaken uint64 // SYN cookies in SYN,ACKs, and those that came back
	Reopened                  uint64 // new connections in the place of TIME-WAIT
	AnswersLost               uint64 // because Emit was not called
}

// New makes a Host. It returns an error for a Config that makes no sense, or
// from which Factory can make no connection.
func New(c Config) (*Host, error) {
	c = c.WithDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	h := &Host{cfg: c, table: table{key: c.Key}, conns: []*conn{nil}, listeners: map[uint16]*listener{}}
	h.timers.add()
	e, err := h.take(h.config(netip.AddrPort{}, 1))
	if err != nil {
		return nil, err
	}
	if p, ok := e.(endpoint.Profiler); ok {
		h.profile = p.Profile()
	}
	h.put(e)
	h.stamps = h.stampsRunOn()
	return h, nil
}

// Profile says what may be expected of a connection of this host: what its
// endpoint says, and what the Host adds (RFC 9293 3.6.1).
func (h *Host) Profile() endpoint.Profile {
	p := h.profile
	p.ByTheBook = false      // the numbers of a connection whose TCB is gone are forgotten
	p.HalfDuplexClose = true // by Release
	p.HidesSynReceived = true
	p.ReopensTimeWait = h.cfg.ReopensTimeWait
	p.OrphanFinWait2 = h.cfg.OrphanFinWait2
	p.ACKRange = false // TIME-WAIT without a TCB does not know MAX.SND.WND (MAY-12)
	return p
}

// Counters returns what the Host has done so far.
func (h *Host) Counters() Counters { return h.counters }

// Len is how many connections there are, half-open ones and those in TIME-WAIT
// included.
func (h *Host) Len() int { return h.live }

// Deadline is when Timeout wants to be called, endpoint.Never if at no time. It
// may lie in the past: then it is due at once.
func (h *Host) Deadline() time.Duration {
	at, _ := h.timers.next()
	return at
}

// Timeout runs the timers of all connections that are due, the earliest first.
func (h *Host) Timeout(now time.Duration) {
	for {
		at, slot := h.timers.next()
		if at > now {
			return
		}
		h.timers.set(slot, endpoint.Never)
		switch c := h.conns[slot]; c.phase {
		case live:
			if c.ends != 0 && c.ends <= now {
				h.vacate(c)
				continue
			}
			c.tcp.Timeout(now)
			h.wantEmit(c)
		case halfOpen:
			h.wantEmit(c)
		case waiting:
			h.vacate(c)
		}
	}
}

// Emit writes the next datagram to be sent into buf, which has room for an
// MTU, and returns its length; false if there is none. Answers that belong to
// no connection go first; then each connection in turn has one.
func (h *Host) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	if f, ok := h.answers.pop(); ok {
		return copy(buf, f.octets[:f.n]), true
	}
	for {
		slot, ok := h.emitting.pop()
		if !ok {
			return 0, false
		}
		c := h.conns[slot]
		c.emitting = false
		switch c.phase {
		case live:
			n, ok := c.tcp.Emit(now, buf)
			if ok {
				if c.closing {
					c.last.hear(buf[:n])
				}
				h.wantEmit(c)
				return n, true
			}
			h.settle(now, c)
		case halfOpen:
			if n, ok := h.emitHalf(now, c, buf); ok {
				return n, true
			}
		}
	}
}

// Arrive hands over a datagram from the network (RFC 9293 3.10.7). It is not
// kept after the return.
func (h *Host) Arrive(now time.Duration, datagram []byte) {
	k, ok := h.read(datagram)
	if !ok {
		return
	}
	slot := h.table.find(h.conns, &k)
	if slot == 0 {
		h.arriveStranger(now, k, datagram)
		return
	}
	c := h.conns[slot]
	switch c.phase {
	case live:
		if c.state == endpoint.TimeWait && h.reopen(now, c, datagram) {
			return
		}
		c.tcp.Arrive(now, datagram)
		h.wantEmit(c)
	case halfOpen:
		h.arriveHalf(now, c, datagram)
	case waiting:
		if !h.reopen(now, c, datagram) {
			h.arriveTimeWait(now, c, datagram)
		}
	}
}

// answer sends a segment without text that needs no TCB to k's remote socket.
func (h *Host) answer(remote netip.AddrPort, local uint16, s *endpoint.Segment) {
	if h.answers.len() == maxAnswers {
		h.counters.AnswersLost++
		return
	}
	var f frame
	s.SrcPort, s.DstPort = local, remote.Port()
	header := endpoint.Header{Src: h.cfg.Addr, Dst: remote.Addr()}
	if n, err := endpoint.Encode(f.octets[:], &header, s); err == nil {
		f.n = uint8(n)
		h.answers.push(f)
	}
}

// Change says who has news: a connection, or the listener of Port, if ID is 0.
type Change struct {
	ID   ID
	Port uint16
}

// Changed returns who may go on since it was asked last, in the order in which
// they got their news; false if that were all. A connection has news when its
// state changes, when Receive has more octets or the end of the stream, when
// Send has more room; a listener when a connection waits for Accept. A caller
// looks at Status, or calls Accept until it says no, for several pieces of news
// are one Change.
func (h *Host) Changed() (Change, bool) {
	for {
		v, ok := h.changes.pop()
		if !ok {
			return Change{}, false
		}
		if v&portBit != 0 {
			port := uint16(v)
			if l := h.listeners[port]; l != nil && l.changed {
				l.changed = false
				return Change{Port: port}, true
			}
			continue
		}
		c := h.conns[v]
		c.listed = false
		if c.changed {
			c.changed = false
			return Change{ID: c.id()}, true
		}
	}
}
