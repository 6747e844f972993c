package lneto

import (
	"time"

	"github.com/soypat/lneto/tcp"
)

// issTick is how often the clock of initial sequence numbers advances (RFC 9293
// 3.4.1).
const issTick = 4 * time.Microsecond

// chooseISS is what a user of a Handler has to choose: Config's number or a
// hash of its key and the ports, the clock added to it, above all that the last
// incarnation sent.
func (e *Endpoint) chooseISS() tcp.Value {
	iss := tcp.Value(uint64(e.now / issTick))
	if e.cfg.FixedISS {
		iss += tcp.Value(e.cfg.ISS)
	} else {
		iss += tcp.Value(mix(e.cfg.ISSKey ^ uint64(e.cfg.Local.Port())<<16 ^ uint64(e.cfg.Remote.Port())))
	}
	if e.attached {
		e.past, e.hasPast = e.high, true // OPEN in TIME-WAIT
	}
	if e.hasPast && iss.LessThanEq(e.past) {
		iss = e.past + 1
	}
	return iss
}

// mix is the finalizer of SplitMix64: each bit of x decides on half of the bits
// of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
