package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// path is what is known of the path's MTU.
type path struct {
	mss   int           // the largest text that the peer and the first hop take
	mtu   int           // the path's MTU in octets, 0: the first hop's
	until time.Duration // when a larger one is tried again
}

const (
	// pathAge is how long a smaller MTU is believed (RFC 1191 6.3, RFC 8201 4).
	pathAge = 10 * time.Minute
	// What every path can carry, in octets: RFC 791 3.2 and RFC 8200 5. IPv4
	// hosts need not take fragments of more than least4 in sum, and TCP without
	// an MSS option assumes it (RFC 9293 3.7.1).
	floor4, least4 = 68, 576
	floor6         = 1280
)

// plateaus are the MTUs of common networks, for routers that do not tell theirs
// (RFC 1191 7.1).
var plateaus = [...]int{8166, 4352, 2002, 1492, 1006, 508, 296, floor4}

// headers is how many octets stand before the options.
func (t *TCP) headers() int { return endpoint.MTU - int(t.cfg.DefaultMSS()) }

// fit sets Eff.snd.MSS: what the peer takes and the path carries, less the
// options of each segment (RFC 9293 3.7.1, MUST-16).
func (t *TCP) fit() {
	t.mss = t.path.mss
	if t.path.mtu > 0 {
		t.mss = min(t.mss, t.path.mtu-t.headers())
	}
	t.mss = max(1, t.mss-t.on.size())
	if t.cfg.Congestion || t.on.sack {
		t.network.SetSMSS(t.mss)
		t.board.SetSMSS(t.mss)
	}
}

// narrow takes a smaller MTU for the path's. It reports whether segments are
// smaller now.
func (t *TCP) narrow(now time.Duration, mtu int) bool {
	before := t.mss
	t.path.mtu, t.path.until = mtu, now+pathAge
	t.fit()
	return t.mss < before
}

// widen tries the full size again.
func (t *TCP) widen() {
	t.path.mtu, t.path.until = 0, 0
	t.fit()
}

// tooBig is RFC 1191 6.3 and RFC 8201 4: the segment was dropped for its size, so
// it goes out again at once, in smaller ones. A message that names an MTU which
// the datagram did not exceed, or one that no path may have, is a forged one (RFC
// 5927 7.2, RFC 8201 4).
func (t *TCP) tooBig(now time.Duration, m *endpoint.ICMP) {
	mtu, floor := int(m.MTU), floor6
	if t.header.Src.Is4() {
		floor = floor4
		if mtu == 0 {
			mtu = plateau(m.Size)
		}
	}
	if mtu < floor || mtu >= m.Size || t.path.mtu > 0 && mtu >= t.path.mtu {
		return
	}
	if t.narrow(now, mtu) {
		t.resendFirst(t.snd.NXT)
	}
}

// plateau is the largest common MTU that is less than a datagram's size.
func plateau(size int) int {
	for _, p := range plateaus {
		if p < size {
			return p
		}
	}
	return 0
}

// suspectBlackHole takes a large segment that was resent R1 times for one that
// the path swallows because of its size, without an ICMP error: it tries what
// every path carries (RFC 4821 7.7).
func (t *TCP) suspectBlackHole(now time.Duration) {
	least := floor6
	if t.header.Src.Is4() {
		least = least4
	}
	if t.snd.NXT.Sub(t.snd.UNA) > least-t.headers()-t.on.size() && (t.path.mtu == 0 || t.path.mtu > least) {
		t.narrow(now, least)
	}
}
