package host

import (
	"encoding/binary"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// A SYN cookie (RFC 4987 3.6) is an initial sequence number that remembers a
// SYN, so that nothing else has to:
//
//	 31      27 26    24 23                                0
//	+----------+--------+-----------------------------------+
//	|   tick   |  MSS   |  hash of tuple, SYN, tick and MSS |   + SEG.SEQ of the SYN
//	+----------+--------+-----------------------------------+
//
// The ACK of the handshake brings it back, less one, with SEG.SEQ of the SYN
// beside it. With timestamps it also brings back the last bits of TSval, which
// remember the other options:
//
//	 31                                  6   5    4    3      0
//	+--------------------------------------+---+------+--------+
//	| the clock, not later than it is now  | 0 | SACK | shift  |   15: no window scale
//	+--------------------------------------+---+------+--------+
const (
	cookieTick    = time.Minute
	cookieTicks   = 2 // how many ticks a cookie is good for: the one it is from, and the next
	tickBits      = 5
	mssBits       = 3
	hashBits      = 32 - tickBits - mssBits
	stampBits     = 6
	stampSACK     = 1 << 4
	stampNoShift  = 15
	stampMaxShift = 14
)

// cookieMSS are the sizes that a cookie can say, in rising order. Defaults and
// what common links leave of their MTU are among them; of others the next below is
// said, so that no segment is larger than the peer will have it (MUST-16).
var cookieMSS = [1 << mssBits]uint16{64, 216, 536, 1024, 1220, 1360, 1440, 1460}

// cookieKey makes the hash of cookies another one than those of the other uses
// of Config.Key.
const cookieKey = 3

func tickAt(now time.Duration) uint64 { return uint64(now / cookieTick) }

// cookie is the initial sequence number that says tick and MSS number m.
func (h *Host) cookie(k *tuple, irs endpoint.Seq, tick uint64, m int) endpoint.Seq {
	a, b, ports := k.words()
	sum := siphash(h.cfg.Key, cookieKey, a, b, ports, uint64(irs)<<mssBits|uint64(m), tick)
	x := uint32(tick)<<(32-tickBits) | uint32(m)<<hashBits | uint32(sum)>>(32-hashBits)
	return irs + endpoint.Seq(x)
}

// cookies reports whether somebody may have a cookie of a listener that is
// still good.
func (l *listener) cookies(now time.Duration) bool {
	return l.cookie && now-l.cookieAt < cookieTicks*cookieTick
}

// cookieOf returns the MSS that the cookie in an ACK remembers; false if there
// is none of ours in it, or it is too old.
func (h *Host) cookieOf(now time.Duration, k *tuple, s *endpoint.Segment) (mss uint16, ok bool) {
	iss, irs := s.Ack-1, s.Seq-1
	m := int(iss-irs) >> hashBits & (1<<mssBits - 1)
	tick := tickAt(now)
	for age := range uint64(cookieTicks) {
		if age <= tick && h.cookie(k, irs, tick-age, m) == iss {
			return cookieMSS[m], true
		}
	}
	return 0, false
}

// sendCookie answers a SYN without remembering it. It returns false if a
// cookie cannot say what it would have to.
func (h *Host) sendCookie(now time.Duration, remote netip.AddrPort, s *endpoint.Segment) bool {
	mss, ok := s.Options.MSS()
	if !ok {
		mss = defaultMSS(remote.Addr())
	}
	if mss < cookieMSS[0] {
		return false
	}
	m := len(cookieMSS) - 1
	for cookieMSS[m] > mss {
		m--
	}
	var shift = uint8(stampNoShift)
	if v, ok := s.Options.WindowScale(); ok {
		shift = min(v, stampMaxShift)
	}
	k := tupleOf(remote, s.DstPort)
	f := half{seq: s.Seq, wnd: s.Wnd, chosen: true, iss: h.cookie(&k, s.Seq, tickAt(now), m)}
	val, _, stamped := s.Options.Timestamps()
	f.remember(cookieMSS[m], stamped && h.stamps, val, shift, s.Options.SACKPermitted())
	e, err := h.passive(now, remote, s.DstPort, &f)
	if err != nil {
		return false
	}
	n := drain(now, e, h.waste[:])
	h.put(e)
	var header endpoint.Header
	var answer endpoint.Segment
	if endpoint.Decode(h.waste[:n], &header, &answer) != nil {
		return false
	}
	stamp(answer.Options, shift, s.Options.SACKPermitted())
	h.answer(remote, s.DstPort, &answer)
	h.counters.CookiesSent++
	return true
}

// defaultMSS is what a SYN without the option says (RFC 9293 3.7.1, MUST-15).
func defaultMSS(a netip.Addr) uint16 {
	if a.Is6() {
		return 1220
	}
	return 536
}

// stampsRunOn reports whether a connection that is made anew from a cookie
// counts on, in its timestamps, from where its SYN,ACK was. If it would fall back
// (because its clock hangs on the initial sequence number), or has none, cookies
// do without timestamps: the peer would drop all that looks old (RFC 7323 5.3).
func (h *Host) stampsRunOn() bool {
	var val [2]uint32
	for i := range val {
		now := cookieTick * time.Duration(i)
		f := half{chosen: true, iss: 1}
		f.remember(cookieMSS[0], true, 0, stampNoShift, false)
		e, err := h.passive(now, netip.AddrPortFrom(h.cfg.Addr, 1), 1, &f)
		if err != nil {
			return false
		}
		n := drain(now, e, h.waste[:])
		h.put(e)
		var header endpoint.Header
		var s endpoint.Segment
		if endpoint.Decode(h.waste[:n], &header, &s) != nil {
			return false
		}
		var ok bool
		if val[i], _, ok = s.Options.Timestamps(); !ok {
			return false
		}
	}
	return int32(val[1]-val[0]) > 0
}

// remember makes the options of the SYN as far as a cookie can bring them
// back: without timestamps that is the MSS alone.
func (f *half) remember(mss uint16, stamped bool, val uint32, shift uint8, sack bool) {
	o := endpoint.Options(f.options[:0]).AppendMSS(mss)
	if stamped {
		o = o.AppendTimestamps(val, 0)
		if sack {
			o = o.AppendSACKPermitted()
		}
		if shift != stampNoShift {
			o = o.AppendWindowScale(shift)
		}
	}
	f.size = uint8(len(o.Pad()))
}

// stamp writes the options of the SYN into the last bits of TSval, if there is
// one. The clock is set back, never forward: what follows must not look older
// (RFC 7323 5.3).
func stamp(o endpoint.Options, shift uint8, sack bool) {
	for i := 0; i < len(o) && o[i] != byte(endpoint.OptionEOL); {
		switch {
		case o[i] == byte(endpoint.OptionNOP):
			i++
			continue
		case o[i] == byte(endpoint.OptionTimestamps):
			now := binary.BigEndian.Uint32(o[i+2:])
			val := now>>stampBits<<stampBits | uint32(shift)
			if sack {
				val |= stampSACK
			}
			if int32(now-val) < 0 {
				val -= 1 << stampBits
			}
			binary.BigEndian.PutUint32(o[i+2:], val)
			return
		}
		i += int(o[i+1])
	}
}

// arriveCookie is an ACK that came for a listener while somebody may have a
// cookie: it may end a handshake. An ACK without a cookie is dropped, and not
// reset as LISTEN would, as long as cookies are about: text that has overtaken the
// ACK of the handshake looks the same, and comes again behind it.
func (h *Host) arriveCookie(now time.Duration, l *listener, k tuple, remote netip.AddrPort,
	s *endpoint.Segment, datagram []byte) {
	mss, ok := h.cookieOf(now, &k, s)
	if !ok || l.full() || h.live == h.cfg.Connections {
		h.counters.ACKsDropped++
		return
	}
	f := half{seq: s.Seq - 1, wnd: s.Wnd, chosen: true, iss: s.Ack - 1}
	val, ecr, stamped := s.Options.Timestamps()
	f.remember(mss, stamped, val, uint8(ecr)&15, ecr&stampSACK != 0)
	e, err := h.passive(now, remote, s.DstPort, &f)
	if err != nil {
		return
	}
	drain(now, e, h.waste[:])
	// As if the SYN had come twice: it is not known when our SYN,ACK left, so
	// that it must not be timed (RFC 6298 3, Karn).
	h.sendSYN(now, e, remote, s.DstPort, &f)
	drain(now, e, h.waste[:])
	e.Arrive(now, datagram)
	if !h.ask(e).State.Synchronized() {
		h.put(e)
		return
	}
	h.counters.CookiesTaken++
	c := h.occupy(k, remote, live)
	c.tcp, c.state = e, endpoint.SynReceived
	h.established(l, c)
}
