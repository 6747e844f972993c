package sim

import (
	"encoding/binary"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
)

// AppendState appends a canonical encoding of the world between two steps: two
// worlds of one scenario that append the same octets will go on alike, and as
// far as the world can see two that will go on alike append the same, whatever
// path led to them. Times are relative to now, datagrams are named by their rank
// in the queue. What only numbers steps and segments is left out, and so is
// what is left of the budgets. A line of the script counts as long as it may
// still do something, and how far off heal is as long as something changes then:
// with a spent script and a link without models it is history, too. Sequence
// numbers stay absolute: a RST with SEQ=0 (RFC 9293 3.10.7.1) has no ISS to be
// relative to. It returns false if an endpoint has no canonical encoding.
func (w *World) AppendState(b []byte) ([]byte, bool) {
	w.healNow() // due or done is all alike
	now := w.clock.Now()
	for e := range w.ends {
		a, ok := w.ends[e].ep.(endpoint.StateAppender)
		if !ok {
			return b, false
		}
		b = a.AppendState(b, now)
		b = w.appendHost(b, endpoint.End(e))
		b = w.paths[e].AppendState(b, now)
	}
	b = append(b, bit(w.outcome.Budget()), bit(w.unfair))
	b = w.appendScript(b)
	for i := range w.lines {
		b = w.appendLine(b, i)
	}
	return w.appendQueue(b), true
}

// appendScript writes what the script may still do, 0 if that is nothing, and
// how far off heal is, if anything changes then.
func (w *World) appendScript(b []byte) []byte {
	now, at := w.clock.Now(), len(b)
	if b = w.script.AppendState(b, now); !w.scripted() {
		b = append(b[:at], 0)
	}
	heals := b[at] != 0 || len(w.asides) > 0 // which no state releases any more
	for e := range w.scenario.Link {
		c := &w.scenario.Link[e]
		heals = heals || *c != link.Config{Delay: link.Delay{Min: c.Smallest()}} // see Path.Heal
	}
	if !heals {
		return append(b, 0)
	}
	return binary.AppendVarint(b, int64(max(w.heal-now, 0)))
}

// scripted reports whether a line of the script may still do something: it
// edits fates and its last segment has not been emitted, or it has not struck.
func (w *World) scripted() bool {
	struck := 0
	for i := range w.scenario.Fault {
		f := &w.scenario.Fault[i]
		if f.Struck() {
			struck++
		} else if f.Last == 0 || w.script.Count(f.End, f.Kind) < f.Last {
			return !w.healed
		}
	}
	return struck > w.struck && !w.healed
}

func (w *World) appendHost(b []byte, e endpoint.End) []byte {
	h, now := &w.ends[e], w.clock.Now()
	b = append(b, bit(h.down), bit(w.pending(e)))
	b = binary.AppendVarint(b, int64(max(h.stalled-now, 0)))
	b = binary.AppendVarint(b, int64(max(h.cut-now, 0)))
	return w.appendNeeds(b, e)
}

// live reports whether a line still has something to do.
func (w *World) live(i int) bool {
	return !w.lines[i].over && w.lines[i].pc < len(w.scenario.Apps[i].Acts)
}

// pending reports whether an application of an end will go on as soon as it is
// asked, without anything else happening before.
func (w *World) pending(e endpoint.End) bool {
	h := &w.ends[e]
	if !h.poll && h.wake > w.clock.Now() || h.down {
		return false
	}
	for i := range w.lines {
		l, a := &w.lines[i], &w.scenario.Apps[i]
		if a.End == e && w.live(i) && l.wake <= w.clock.Now() && w.prospect(l, e, &a.Acts[l.pc]) != waits {
			return true
		}
	}
	return false
}

// appendNeeds writes what the applications of an end still need: how often the
// states were entered for which they wait or will wait (above what they wait for
// all are alike), and where in its stream the next octet stands that they will
// send, or read.
func (w *World) appendNeeds(b []byte, e endpoint.End) []byte {
	h := &w.ends[e]
	var entries [endpoint.NumStates]int64
	sent, received := int64(-1), int64(-1)
	for i := range w.lines {
		if w.scenario.Apps[i].End != e || !w.live(i) {
			continue
		}
		for _, a := range w.scenario.Apps[i].Acts[w.lines[i].pc:] {
			switch a.Op {
			case scenario.ActSend:
				sent = h.sent
			case scenario.ActReceive:
				received = h.received
			case scenario.ActWhen:
				entries[a.State] = max(entries[a.State], a.N, 1)
			}
		}
	}
	b = binary.AppendVarint(binary.AppendVarint(b, sent), received)
	for s, n := range entries {
		if n > 0 {
			b = binary.AppendVarint(b, min(n, int64(h.entries[s])))
		}
	}
	return b
}

func (w *World) appendLine(b []byte, i int) []byte {
	l := &w.lines[i]
	if !w.live(i) {
		return append(b, 0)
	}
	b = append(b, 1+bit(l.asked))
	b = binary.AppendUvarint(b, uint64(l.pc))
	b = binary.AppendVarint(b, l.done)
	return binary.AppendVarint(b, int64(max(l.wake-w.clock.Now(), 0)))
}

// appendQueue writes what is under way, in the order in which it will happen.
func (w *World) appendQueue(b []byte) []byte {
	now := w.clock.Now()
	w.order = w.queue.AppendOrdered(w.order[:0])
	for i, e := range w.order {
		kind, which := e.ID&^idMask, e.ID&idMask
		b = binary.AppendVarint(b, int64(e.At-now))
		b = append(b, byte(kind>>30))
		f := &w.flights[which]
		s := w.slots[f.slot]
		c := &s.fate.Copies[f.copy]
		if kind == idRelease {
			b = w.appendAside(b, which, c)
		}
		b = w.appendCounted(b, i)
		b = append(b, byte(s.from), c.NFlips, bit(c.Undetected))
		for _, flip := range c.Flips[:c.NFlips] {
			b = binary.AppendUvarint(b, uint64(flip))
		}
		b = binary.AppendUvarint(b, uint64(s.size))
		b = append(b, s.buf[:s.size]...)
	}
	return b
}

// appendAside writes what becomes of a copy that is set aside: which line did
// it, how many it still waits for, how early it may arrive, and its turn among
// those that one event releases.
func (w *World) appendAside(b []byte, which uint32, c *link.Copy) []byte {
	turn := 0
	for turn < len(w.asides) && w.asides[turn] != which {
		turn++
	}
	b = binary.AppendUvarint(b, uint64(turn))
	b = binary.AppendUvarint(b, uint64(c.Aside))
	b = binary.AppendUvarint(b, uint64(w.flights[which].ahead))
	return binary.AppendUvarint(b, uint64(max(c.At-w.clock.Now()-link.MinHop, 0)))
}

// appendCounted writes how many of the copies that "reorder" set aside will
// count the arrival of the i-th entry of w.order: those of earlier datagrams of
// its end do, when its first copy arrives.
func (w *World) appendCounted(b []byte, i int) []byte {
	if len(w.asides) == 0 {
		return b
	}
	slot := w.flights[w.order[i].ID&idMask].slot
	s := w.slots[slot]
	first := !s.arrived
	for _, e := range w.order[:i] {
		if w.flights[e.ID&idMask].slot == slot {
			first = false
		}
	}
	n := 0
	for _, f := range w.asides {
		other := w.slots[w.flights[f].slot]
		by := other.fate.Copies[w.flights[f].copy].Aside
		if first && other.from == s.from && other.n < s.n && w.scenario.Fault[by-1].Op == faults.Reorder {
			n++
		}
	}
	return binary.AppendUvarint(b, uint64(n))
}

func bit(v bool) byte {
	if v {
		return 1
	}
	return 0
}
