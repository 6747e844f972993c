package vantage

import (
	"net/netip"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// TableOptions are the choices of a Table. The zero value is the default.
type TableOptions struct {
	_ struct{} // no positional literals: fields will be added

	Judge Options
	// Connections is how many are followed at once; 0 is DefaultConnections. With
	// more, those that are over, and then the one that was idle longest, is given up.
	Connections int
	// Memory is what is remembered of the text of all of them, in octets; 0 is
	// DefaultMemory.
	Memory int64
	Keep   Keep
	// Done is called with each connection when nothing more is heard of it. The
	// connection is used again after that.
	Done func(*Conn)
}

// What a Table holds by default.
const (
	DefaultConnections = 16384
	DefaultMemory      = 64 << 20
)

// linger is how long a connection that is over is still followed: what was under
// way may come. In ns.
const linger = 60_000_000_000

// tooStrange is how many segments on end that fit no incarnation begin a new
// one: its SYNs are not in the capture.
const tooStrange = 4

// key is a pair of sockets, in one order for both directions.
type key struct{ low, high netip.AddrPort }

func keyOf(s *capture.Segment) key {
	if s.Src.Compare(s.Dst) <= 0 {
		return key{s.Src, s.Dst}
	}
	return key{s.Dst, s.Src}
}

// Table follows the connections of a capture.
type Table struct {
	options TableOptions
	memory  Memory
	conns   map[key]*Conn // asked, never walked
	open    list
	over    list
	spare   []*Conn
	live    int
	number  uint64

	// GivenUp is how many connections were given up to make room.
	GivenUp uint64
	// Damaged is how many segments were left out for their checksum.
	Damaged uint64
}

// NewTable makes a table.
func NewTable(o TableOptions) *Table {
	if o.Connections <= 0 {
		o.Connections = DefaultConnections
	}
	o.Connections = max(o.Connections, 2)
	if o.Memory <= 0 {
		o.Memory = DefaultMemory
	}
	return &Table{options: o, memory: Memory{left: o.Memory}, conns: map[key]*Conn{}}
}

// Connections is how many there were, incarnations counted.
func (t *Table) Connections() uint64 { return t.number }

// Segment takes the next segment of the capture.
func (t *Table) Segment(s *capture.Segment) {
	k := keyOf(s)
	c := t.conns[k]
	t.expire(s.At)
	if c != nil && c.retired {
		c = t.conns[k]
	}
	if t.options.Judge.damaged(s) { // its numbers begin nothing
		t.Damaged++
		if c != nil {
			c.segment(s, false, &t.options.Keep)
		}
		return
	}
	c, strange := t.incarnation(c, k, s)
	t.conns[k].unmix(s, c)
	c.segment(s, strange, &t.options.Keep)
	t.touch(c)
}

// incarnation finds the one that a segment belongs to, and begins one if there
// is none.
func (t *Table) incarnation(c *Conn, k key, s *capture.Segment) (_ *Conn, strange bool) {
	switch {
	case c == nil:
		return t.begin(k, s, nil), false
	case s.Flags.Has(endpoint.SYN):
		return t.bySYN(c, k, s)
	}
	miss, ok := c.fits(s)
	if older := c.older; older != nil { // what an end is not known to have sent fits everywhere: the one that is known counts for more
		if m, fits := older.fits(s); fits && (!ok || older.numbered() && (m < miss || !c.numbered() && !s.Flags.Has(endpoint.RST))) {
			return older, false
		}
	}
	switch {
	case ok:
		c.strays = 0
		return c, false
	case s.Flags.Has(endpoint.RST): // judged by its form, if it can only be of this one
		return c, c.reopened
	}
	if c.strays++; c.strays >= tooStrange {
		return t.begin(k, s, c), false
	}
	return c, true
}

// bySYN is incarnation for a SYN: the one that its numbers name best, of several
// the latest. One that acknowledges what is nobody's may answer the SYN of an
// incarnation that was forgotten.
func (t *Table) bySYN(c *Conn, k key, s *capture.Segment) (_ *Conn, strange bool) {
	var best *Conn
	most := 0
	for x := c; x != nil; x = x.older {
		if n := x.takesSYN(s); n > most {
			best, most = x, n
		}
	}
	switch {
	case best == nil && c.crosses(s):
		return c, false
	case best == nil:
		return t.begin(k, s, c), false
	}
	return best, best.reopened && best.answersAnother(s)
}

// takesSYN is how much says that a SYN belongs to a connection: it is the one with
// which an end began, or the other end's, or its answer to that. 0: it does not.
func (c *Conn) takesSYN(s *capture.Segment) (says int) {
	const slack = 1 << 16 // an answer that is wrong by so much is still meant for this
	e := c.end(s)
	d, p := &c.ends[e], &c.ends[e.Peer()]
	acked := s.Flags.Has(endpoint.ACK)
	if d.based && d.base == uint32(s.Seq) {
		says += 2
	}
	if acked && p.syn {
		switch off := int32(uint32(s.Ack) - p.base); {
		case off == 1:
			says += 2
		case says == 0 && -slack < off && off < slack:
			says++
		}
	}
	return says
}

// answersAnother reports whether a SYN,ACK does not acknowledge the SYN of its peer.
func (c *Conn) answersAnother(s *capture.Segment) bool {
	p := &c.ends[c.end(s).Peer()]
	return s.Flags.Has(endpoint.ACK) && p.syn && uint32(s.Ack) != p.base+1
}

// crosses reports whether a SYN makes a simultaneous open (RFC 9293 3.5, Figure 7): the
// other end has sent nothing but SYNs yet.
func (c *Conn) crosses(s *capture.Segment) bool {
	e := c.end(s)
	d, p := &c.ends[e], &c.ends[e.Peer()]
	return !s.Flags.Has(endpoint.ACK) && !d.based && p.syn && p.syns == int(p.segments)
}

// begin begins an incarnation after another, if there was one.
func (t *Table) begin(k key, s *capture.Segment, before *Conn) *Conn {
	for t.live >= t.options.Connections {
		t.giveUp(before)
	}
	if before != nil {
		if before.older != nil {
			t.retire(before.older, before.older.Why)
		}
		before.followed = true
		if !before.over {
			before.over, before.Why = true, Reopened
			t.touch(before)
		}
	}
	c := t.fresh()
	t.number++
	t.live++
	c.Number, c.key, c.older = t.number, k, before
	c.Ends = [2]netip.AddrPort{s.Src, s.Dst}
	if s.Flags.Has(endpoint.SYN | endpoint.ACK) {
		c.Ends = [2]netip.AddrPort{s.Dst, s.Src}
	}
	c.Reset(t.options.Judge, &t.memory)
	c.reopened = before != nil
	t.conns[k] = c
	t.open.push(c)
	return c
}

// fresh is a Conn that is not in use.
func (t *Table) fresh() *Conn {
	n := len(t.spare)
	if n == 0 {
		return &Conn{}
	}
	c := t.spare[n-1]
	t.spare = t.spare[:n-1]
	*c = Conn{lines: c.lines}
	return c
}

// touch moves a connection to the end of its list: it was heard of last.
func (t *Table) touch(c *Conn) {
	c.unlink()
	if c.over {
		t.over.push(c)
	} else {
		t.open.push(c)
	}
}

// expire retires connections that have long been over.
func (t *Table) expire(now int64) {
	for c := t.over.first(nil); c != nil && now-c.Ended > linger; c = t.over.first(nil) {
		t.retire(c, c.Why)
	}
}

// giveUp makes room: it gives up one that is over, or else idle longest, but not
// the one that is asked for.
func (t *Table) giveUp(but *Conn) {
	c := t.over.first(but)
	if c != nil {
		t.retire(c, c.Why)
		return
	}
	c = t.open.first(but) // of two connections, one is another
	t.GivenUp++
	c.blind |= Evicted
	t.retire(c, GivenUp)
}

// retire hands a connection over.
func (t *Table) retire(c *Conn, why Why) {
	c.Why = why
	c.End()
	c.unlink()
	c.retired = true
	if t.conns[c.key] == c {
		delete(t.conns, c.key)
		if c.older != nil {
			t.conns[c.key] = c.older
		}
	} else if n := t.conns[c.key]; n != nil && n.older == c {
		n.older = c.older
	}
	c.older = nil
	t.live--
	if t.options.Done != nil {
		t.options.Done(c)
	}
	c.lines.clear(&t.options.Keep)
	t.spare = append(t.spare, c)
}

// End is the end of the capture: every connection is handed over, those that are
// over first, and else the one that was idle longest.
func (t *Table) End() {
	for c := t.over.first(nil); c != nil; c = t.over.first(nil) {
		t.retire(c, c.Why)
	}
	for c := t.open.first(nil); c != nil; c = t.open.first(nil) {
		t.retire(c, CaptureEnds)
	}
}

// list is a ring of connections, the one that was idle longest first.
type list struct{ root Conn }

func (l *list) push(c *Conn) {
	r := &l.root
	if r.lruNext == nil {
		r.lruNext, r.lruPrev = r, r
	}
	c.lruPrev, c.lruNext = r.lruPrev, r
	r.lruPrev.lruNext, r.lruPrev = c, c
}

// first is the one that was idle longest, but not this one; nil if there is
// none.
func (l *list) first(but *Conn) *Conn {
	for c := l.root.lruNext; c != nil && c != &l.root; c = c.lruNext {
		if c != but {
			return c
		}
	}
	return nil
}

func (c *Conn) unlink() {
	if c.lruNext != nil {
		c.lruPrev.lruNext, c.lruNext.lruPrev = c.lruNext, c.lruPrev
		c.lruPrev, c.lruNext = nil, nil
	}
}
