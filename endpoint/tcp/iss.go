package tcp

import (
	"encoding/binary"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// issTick is how often the clock of initial sequence numbers advances
// (RFC 9293 3.4.1, MUST-8).
const issTick = 4 * time.Microsecond

// iss chooses the initial send sequence number of a connection with remote:
// ISN = M + F(sockets, key), or a fixed number in the place of F. An
// incarnation that follows another with the same remote socket begins above
// all that the other sent, also if it sent faster than the clock runs.
func (t *TCP) chooseISS(now time.Duration, remote netip.AddrPort) endpoint.Seq {
	iss := endpoint.Seq(uint64(now / issTick))
	if t.cfg.FixedISS {
		iss += t.cfg.ISS
	} else {
		iss += issHash(t.cfg.ISSKey, t.cfg.Local, remote)
	}
	if t.past.any && t.past.remote == remote && iss.LessEq(t.past.high) {
		iss = t.past.high + 1
	}
	return iss
}

// issHash is F: a hash of both sockets under a key. It sets the sequence
// spaces of different connections apart; the same key gives the same numbers,
// which a harness needs and which no host on a real network may offer.
func issHash(key uint64, local, remote netip.AddrPort) endpoint.Seq {
	l, r := local.Addr().As16(), remote.Addr().As16()
	h := mix(key ^ binary.BigEndian.Uint64(l[:]))
	h = mix(h ^ binary.BigEndian.Uint64(l[8:]))
	h = mix(h ^ binary.BigEndian.Uint64(r[:]))
	h = mix(h ^ binary.BigEndian.Uint64(r[8:]))
	h = mix(h ^ uint64(local.Port())<<16 ^ uint64(remote.Port()))
	return endpoint.Seq(h)
}

// mix is the finalizer of SplitMix64: each bit of x decides on half of the
// bits of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
