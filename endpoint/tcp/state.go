package tcp

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/endpoint"
)

// CopyFrom makes t a copy of src, which must be a TCP. Of the buffers it copies
// the octets that are in use.
func (t *TCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*TCP)
	if !ok {
		return false
	}
	if o == t {
		return true
	}
	in, out, held, options, blocks, reports, board := t.in, t.out, t.held, t.options, t.blocks, t.reports, t.board
	*t = *o
	t.in, t.out = in, out
	t.in.copyFrom(&o.in)
	t.out.copyFrom(&o.out)
	t.in.limit, t.out.limit = o.in.limit, o.out.limit
	t.held = append(held[:0], o.held...)
	t.options, t.blocks = options[:0], blocks[:0] // nothing to keep: each segment writes its own
	t.reports, t.board = reports, board
	t.reports.CopyFrom(&o.reports)
	t.board.CopyFrom(&o.board)
	for _, h := range o.held {
		t.in.copyRange(&o.in, o.in.n+h.from.Sub(o.rcv.NXT), h.to.Sub(h.from))
	}
	return true
}

// AppendState appends the canonical encoding of all that decides how t will
// act, given its Config, once Emit has said that nothing is left. Times are
// relative to now, sequence numbers as they are; what no longer matters in a
// state is left out. Only the initial sequence numbers of connections to come
// are not told by it, as their clock goes on.
func (t *TCP) AppendState(b []byte, now time.Duration) []byte {
	b = append(b, byte(t.state), byte(t.err), packBits(t.eof, t.passive, t.closing, t.finSent, t.gotFIN,
		t.owe.ack, t.owe.syn, t.owe.probe), packBits(t.owe.override, t.rst.owed, t.owe.alive, t.owe.first))
	b = t.appendPast(b, now)
	if t.rst.owed {
		if t.rst.stamped {
			b = append32(b, t.rst.val-t.stamp(now), t.rst.ecr)
		}
		b = append32(b, uint32(t.rst.seq), uint32(t.rst.ack), uint32(t.rst.port)<<8|uint32(t.rst.bits))
		dst := t.rst.dst.As16()
		b = append(b, dst[:]...)
	}
	b = append32(b, uint32(t.in.n))
	b = t.in.appendRange(b, 0, t.in.n)
	if t.state == endpoint.Closed {
		return b
	}
	b = append32(b, uint32(t.out.n))
	b = t.out.appendRange(b, 0, t.out.n)
	if t.state == endpoint.Listen {
		return b
	}
	b = t.appendTimers(b, now)
	b = append32(b, uint32(t.snd.NXT), uint32(t.rcv.NXT), t.rcv.WND, t.maxWND, uint32(t.remotePort))
	dst := t.header.Dst.As16()
	b = append(b, dst[:]...)
	b = t.appendOptions(b, now)
	if t.state == endpoint.TimeWait {
		return b
	}
	b = t.appendReassembly(append32(b, uint32(t.mss), uint32(t.path.mss), uint32(t.path.mtu)))
	if t.path.mtu > 0 {
		b = append64(b, int64(max(0, t.path.until-now)))
	}
	if t.asked > 0 {
		b = append64(b, int64(t.asked), int64(now-t.alive))
	}
	if t.state == endpoint.FinWait2 {
		return b
	}
	b = append32(b, uint32(t.snd.UNA), t.snd.WND, uint32(t.snd.WL1), uint32(t.snd.WL2),
		uint32(t.iss), uint32(t.irs))
	return t.appendRetransmission(b, now)
}

// appendPast appends the last connection, if the next one could fall behind
// it: else the clock of initial sequence numbers has left it behind.
func (t *TCP) appendPast(b []byte, now time.Duration) []byte {
	if !t.past.any || t.chooseISS(now, t.past.remote) != t.past.high+1 {
		return append(b, 0)
	}
	b = append32(append(b, 1), uint32(t.past.high), uint32(t.past.remote.Port()))
	a := t.past.remote.Addr().As16()
	return append(b, a[:]...)
}

func (t *TCP) appendTimers(b []byte, now time.Duration) []byte {
	for _, at := range t.timer {
		if at == endpoint.Never {
			b = append(b, 0)
		} else {
			b = append64(append(b, 1), int64(at-now))
		}
	}
	if t.throttle.n == 0 || t.throttle.until <= now {
		return append(b, 0)
	}
	return append64(append(b, 1), int64(t.throttle.n), int64(t.throttle.until-now))
}

func (t *TCP) appendReassembly(b []byte) []byte {
	b = append32(b, uint32(t.peerFIN), uint32(len(t.held)))
	for _, h := range t.held {
		n := h.to.Sub(h.from)
		b = append32(b, uint32(h.from), uint32(n))
		b = t.in.appendRange(b, t.in.n+h.from.Sub(t.rcv.NXT), n)
	}
	return b
}

func (t *TCP) appendRetransmission(b []byte, now time.Duration) []byte {
	b = append(b, packBits(t.rtt.sampled, t.rtt.timing, t.resent.on, t.resent.lost, t.probed))
	b = append64(b, int64(t.rto), int64(t.rtt.srtt), int64(t.rtt.rttvar), int64(t.persist))
	if t.rtt.timing {
		b = append64(append32(b, uint32(t.rtt.end)), int64(now-t.rtt.since))
	}
	if t.resent.on {
		b = append32(b, uint32(t.resent.next), uint32(t.resent.end), uint32(t.resent.credit))
	}
	if t.unfinished() {
		b = append64(append32(b, uint32(t.armed)), int64(now-t.alive))
	}
	if t.cfg.Congestion {
		b = t.network.AppendState(b)
		b = append64(b, int64(min(now-t.lately, t.cfg.RTOMax+1)))
	}
	if t.on.sack {
		b = t.board.AppendState(b)
	}
	return b
}

// appendOptions appends what the options have agreed on. Both timestamp clocks
// go on with the time, so that TS.Recent is told as what lies between it and
// ours; the clock's last tick may have been a part of one ago.
func (t *TCP) appendOptions(b []byte, now time.Duration) []byte {
	b = append(b, packBits(t.on.scale, t.on.stamps, t.on.sack, t.again), t.on.ours, t.on.theirs)
	if t.on.sack {
		b = t.reports.AppendState(b)
	}
	if t.on.stamps {
		b = append32(b, t.stamps.recent-t.stamp(now), uint32(now%stampTick), uint32(t.stamps.acked))
		b = append64(b, int64(min(now-t.stamps.since, stampLife)))
	}
	b = append(b, packBits(t.urgent.sending, t.urgent.receiving, t.soft.any), t.soft.typ, t.soft.code)
	return append32(b, uint32(t.urgent.sndUP), uint32(t.urgent.rcvUP))
}

// packBits packs up to eight of them, the first lowest.
func packBits(set ...bool) (b byte) {
	for i, on := range set {
		if on {
			b |= 1 << i
		}
	}
	return b
}

func append32(b []byte, v ...uint32) []byte {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

func append64(b []byte, v ...int64) []byte {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}
