package host

import (
	"iter"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// Line is a connection as a list of all of them shows it.
type Line struct {
	Local, Remote netip.AddrPort
	State         endpoint.State // after the last call of Emit that said no
	ID            ID             // 0: no program has it (yet, or any more)
}

// All lists the connections, in the order of their slots: half-open ones,
// those that wait for Accept and those that were released included. It is for
// tests, tools and reports of what was left open.
func (h *Host) All() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for _, c := range h.conns[1:] {
			if c.phase == free {
				continue
			}
			l := Line{Local: netip.AddrPortFrom(h.cfg.Addr, c.tuple.local), Remote: c.remote, State: c.state}
			if c.held {
				l.ID = c.id()
			}
			if !yield(l) {
				return
			}
		}
	}
}

// Find fills in st for the connection with a local port and a remote socket,
// whoever's it is, half-open or in TIME-WAIT; it returns false, and clears st, if
// there is none. It is for those who judge: a program asks Status.
func (h *Host) Find(now time.Duration, local uint16, remote netip.AddrPort, st *endpoint.Status) bool {
	*st = endpoint.Status{Deadline: endpoint.Never}
	k := tupleOf(remote, local)
	slot := h.table.find(h.conns, &k)
	if slot == 0 {
		return false
	}
	switch c := h.conns[slot]; c.phase {
	case live:
		c.tcp.Status(st)
	case halfOpen:
		e, _ := h.replay(now, c, h.waste[:])
		if e == nil {
			return false
		}
		e.Status(st)
		h.put(e)
	case waiting:
		w := &c.wait
		st.State = endpoint.TimeWait
		st.Known = endpoint.KnowState | endpoint.KnowSND | endpoint.KnowRCV | endpoint.KnowBuffers |
			endpoint.KnowDeadline | endpoint.KnowErr
		st.EOF = true
		st.SND.UNA, st.SND.NXT, st.SND.MAX = w.snd, w.snd, w.snd
		st.RCV.NXT, st.RCV.WND = w.rcv, w.room
		st.Deadline = w.until
	}
	return true
}
