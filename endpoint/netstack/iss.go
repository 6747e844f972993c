package netstack

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"time"

	"example.org/halfopen/endpoint"
)

// tick is how often netstack's clock of initial sequence numbers advances.
const tick = 64 * time.Nanosecond

// offset is what netstack adds to that clock: a hash of the sockets and of a
// secret, which here is always the same. It is found out by asking a netstack
// for a SYN at time 0.
func offset(local, remote netip.AddrPort) (endpoint.Seq, error) {
	pair := [2]netip.AddrPort{local, remote}
	offsets.Lock()
	defer offsets.Unlock()
	if iss, ok := offsets.known[pair]; ok {
		return iss, nil
	}
	e := &Endpoint{cfg: endpoint.Config{Local: local, Remote: remote}.WithDefaults()}
	var err error
	if e.host, err = newHost(local.Addr(), whole, 0); err != nil {
		return 0, err
	}
	defer e.host.destroy()
	if err := e.Open(0, false); err != nil {
		return 0, err
	}
	var st endpoint.Status
	e.Status(&st)
	if offsets.known == nil {
		offsets.known = map[[2]netip.AddrPort]endpoint.Seq{}
	}
	offsets.known[pair] = st.ISS
	return st.ISS, nil
}

var offsets struct {
	sync.Mutex
	known map[[2]netip.AddrPort]endpoint.Seq
}

// whole is the time in which the clock of initial sequence numbers goes round
// once. netstack's clock never shows less: it takes a zero time for none.
const whole = tick << 32

// base is what netstack's clock has to show at time 0 for the initial send
// sequence number of that time to be the Config's.
func base(c *endpoint.Config) (time.Duration, error) {
	at0, err := offset(c.Local, c.Remote)
	if err != nil {
		return 0, err
	}
	want := c.ISS
	if !c.FixedISS {
		want = hash(c)
	}
	return whole + time.Duration(uint32(want-at0))*tick, nil
}

// hash sets the sequence spaces of different connections apart.
func hash(c *endpoint.Config) endpoint.Seq {
	s := sequence(c.ISSKey)
	for _, a := range []netip.AddrPort{c.Local, c.Remote} {
		b := a.Addr().As16()
		s ^= sequence(s.Uint64() ^ binary.BigEndian.Uint64(b[:8]))
		s ^= sequence(s.Uint64() ^ binary.BigEndian.Uint64(b[8:]))
		s ^= sequence(s.Uint64() ^ uint64(a.Port()))
	}
	return endpoint.Seq(s.Uint64())
}
