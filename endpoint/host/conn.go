package host

import (
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// ID names a connection of a Host, from Dial or Accept until Release. An ID is
// not used again: the Host knows an old one from those of today. The zero value
// names none.
type ID uint64

func makeID(slot, generation uint32) ID { return ID(generation)<<32 | ID(slot) }

func (id ID) slot() uint32       { return uint32(id) }
func (id ID) generation() uint32 { return uint32(id >> 32) }

// String is the number of the slot, and how often it was used: "#7.2".
func (id ID) String() string { return fmt.Sprintf("#%d.%d", id.slot(), id.generation()) }

// phase says what stands in a slot.
type phase uint8

const (
	free     phase = iota
	halfOpen       // a SYN that came, and no TCB: half
	live           // a TCB: tcp
	waiting        // TIME-WAIT without a TCB: wait
)

// conn is a slot for a connection. It stays where it is and is used again.
//
// What keeps its fields together:
//
//  1. A slot that is free is in no list but emitting and changes, where an
//     entry of it means nothing.
//  2. tcp is there if and only if the phase is live.
//  3. The tuple is in the table in all phases but free, and live after the
//     connection has reached CLOSED.
//  4. listener is there if and only if the phase is halfOpen, or the
//     connection waits for Accept.
type conn struct {
	tuple      tuple
	remote     netip.AddrPort
	slot       uint32
	generation uint32
	phase      phase
	state      endpoint.State // as settle saw it last
	held       bool           // a program has the ID
	closing    bool           // CLOSE was called: its last words are of interest
	inTable    bool
	emitting   bool // in Host.emitting
	listed     bool // in Host.changes
	changed    bool // there is news for the program
	seen       readiness
	listener   *listener

	tcp  endpoint.Endpoint
	ends time.Duration // when FIN-WAIT-2 without a program is over; 0: not so
	last lastWords
	half half
	wait timeWait
}

func (c *conn) id() ID { return makeID(c.slot, c.generation) }

// accepting reports whether the connection waits for Accept.
func (c *conn) accepting() bool { return c.phase == live && c.listener != nil }

// readiness is what a program may wait for.
type readiness struct {
	readable, room int
	eof            bool
}

func readinessOf(st *endpoint.Status) readiness { return readiness{st.Readable, st.Room, st.EOF} }

// lookup returns the connection that a program means, nil if it is not its own
// (any more).
func (h *Host) lookup(id ID) *conn {
	if s := id.slot(); s != 0 && int(s) < len(h.conns) {
		if c := h.conns[s]; c.held && c.generation == id.generation() {
			return c
		}
	}
	return nil
}

// occupy takes a slot for a connection with k; nil if there are too many.
func (h *Host) occupy(k tuple, remote netip.AddrPort, p phase) *conn {
	if h.live == h.cfg.Connections {
		return nil
	}
	h.live++
	var c *conn
	if n := len(h.vacant); n > 0 {
		c = h.conns[h.vacant[n-1]]
		h.vacant = h.vacant[:n-1]
	} else {
		c = &conn{slot: uint32(len(h.conns))}
		h.conns = append(h.conns, c)
		h.timers.add()
	}
	c.generation++
	c.tuple, c.remote, c.phase = k, remote, p
	c.inTable = true
	h.table.insert(&c.tuple, c.slot)
	return c
}

// vacate gives a slot back, and its TCB.
func (h *Host) vacate(c *conn) {
	h.forget(c)
	h.discard(c)
	h.timers.set(c.slot, endpoint.Never)
	*c = conn{slot: c.slot, generation: c.generation, emitting: c.emitting, listed: c.listed}
	h.vacant = append(h.vacant, c.slot)
	h.live--
}

// forget takes a connection out of the table: its four-tuple is free.
func (h *Host) forget(c *conn) {
	if c.inTable {
		h.table.remove(&c.tuple, c.slot)
		c.inTable = false
	}
}

// discard gives the TCB of a connection back, if it has one.
func (h *Host) discard(c *conn) {
	if c.tcp != nil {
		h.put(c.tcp)
		c.tcp = nil
	}
}

// take returns an endpoint in CLOSED, a used one if it can.
func (h *Host) take(cfg endpoint.Config) (endpoint.Endpoint, error) {
	n := len(h.spare)
	if n == 0 {
		return h.cfg.Factory(cfg)
	}
	e := h.spare[n-1]
	if err := e.(endpoint.Resetter).Reset(cfg); err != nil {
		return nil, err
	}
	h.spare = h.spare[:n-1]
	return e, nil
}

// put gives an endpoint back.
func (h *Host) put(e endpoint.Endpoint) {
	if _, ok := e.(endpoint.Resetter); ok {
		h.spare = append(h.spare, e)
	}
}

// config is the Config of a connection.
func (h *Host) config(remote netip.AddrPort, local uint16) endpoint.Config {
	c := h.cfg.TCP
	c.Local, c.Remote = netip.AddrPortFrom(h.cfg.Addr, local), remote
	return c
}

// settle looks at a connection that has no more to emit: what its timers want,
// what its program should hear of, and whether it is over.
func (h *Host) settle(now time.Duration, c *conn) {
	st := h.ask(c.tcp)
	if orphan := !c.held && !c.accepting(); orphan && st.Readable > 0 && unread(st.State) {
		c.tcp.Abort(now) // nobody will ever read this (RFC 9293 3.6.1, SHLD-3)
		h.wantEmit(c)
		return
	}
	ready := readinessOf(st)
	if c.held && (st.State != c.state || ready.readable > c.seen.readable ||
		ready.room > c.seen.room || ready.eof != c.seen.eof) {
		h.news(c)
	}
	c.state, c.seen = st.State, ready
	h.timers.set(c.slot, min(st.Deadline, h.orphaned(now, c)))
	switch {
	case st.State == endpoint.Closed:
		h.forget(c)
		if !c.held && !c.accepting() {
			h.vacate(c)
		}
	case st.State == endpoint.TimeWait && !c.held && !c.accepting():
		h.condense(c, st)
	}
}

// orphaned returns when a connection has been in FIN-WAIT-2 without a program
// for too long, endpoint.Never if that does not come.
func (h *Host) orphaned(now time.Duration, c *conn) time.Duration {
	if h.cfg.OrphanFinWait2 == 0 || c.state != endpoint.FinWait2 || c.held || c.accepting() {
		c.ends = 0
		return endpoint.Never
	}
	if c.ends == 0 {
		c.ends = now + h.cfg.OrphanFinWait2
	}
	return c.ends
}

// unread reports whether octets that nobody will read are to be answered by a
// RST in a state: the peer can send more, or has sent all and waits for us. After
// both ends have closed there is nothing left to tell.
func unread(s endpoint.State) bool {
	return s == endpoint.Established || s == endpoint.FinWait1 || s == endpoint.FinWait2 ||
		s == endpoint.CloseWait
}

// wantEmit lets a connection be asked for datagrams, after those that are asked
// before it.
func (h *Host) wantEmit(c *conn) {
	if !c.emitting {
		c.emitting = true
		h.emitting.push(c.slot)
	}
}

// news tells the program of a connection that something has changed.
func (h *Host) news(c *conn) {
	c.changed = true
	if !c.listed {
		c.listed = true
		h.changes.push(c.slot)
	}
}
