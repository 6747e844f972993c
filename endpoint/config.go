package endpoint

import (
	"net/netip"
	"time"
)

// Config holds every constant of a connection. The zero value of each field
// is the RFC's default, so that Config{Local: ..., Remote: ...} is a TCP by
// the book; switches are named for the deviation.
type Config struct {
	_ struct{} // no positional literals: fields will be added

	// Local and Remote are the two sockets. A Remote without a port is
	// unspecified: an active Open is then an error.
	Local, Remote netip.AddrPort

	// ISS, if FixedISS is set (0 is a valid one), and else a hash of the
	// sockets under ISSKey, is what the initial send sequence number would be
	// at time 0. The clock of RFC 9293 3.4.1 is added to it, one for every 4
	// microseconds of virtual time, so that later incarnations lie above
	// earlier ones, and those after a crash and a restart do so, too. A
	// connection that follows another with the same remote socket begins above
	// all that the other sent, even if it sent faster than the clock runs.
	ISS      Seq
	FixedISS bool
	ISSKey   uint64

	// MSS is the largest segment text that this end receives, announced in its
	// SYN, in octets. 0 is MTU 1500 less the headers: 1460 for IPv4, 1440 for
	// IPv6 (RFC 9293 3.7.1). NoMSSOption leaves the announcement out.
	MSS         uint16
	NoMSSOption bool

	// MSL is the maximum segment lifetime; TIME-WAIT lasts twice as long.
	// 0 is 2 minutes (RFC 9293 3.4.2).
	MSL time.Duration

	// RTOInitial (0: 1 s), RTOMin (0: 1 s) and RTOMax (0: 60 s) bound the
	// retransmission timeout (RFC 6298 2.1, 2.4, 2.5).
	RTOInitial, RTOMin, RTOMax time.Duration

	// R1 is the number of retransmissions of one segment after which the
	// lower layer would be told to look for another route. 0 is 3 (RFC 9293
	// 3.8.3).
	R1 int

	// R2 is how long one segment is resent before the connection is given up:
	// 0 is 100 s. R2SYN is the same for a SYN: 0 is 180 s (RFC 9293 3.8.3).
	R2, R2SYN time.Duration

	// UserTimeout ends a connection whose data stays unacknowledged so long
	// (RFC 9293 3.10.8). 0 is none.
	UserTimeout time.Duration

	// DelayedACK is how long an acknowledgment may wait for company. 0 is
	// 200 ms; it must stay under 500 ms (RFC 9293 3.8.6.3). NoDelayedACK
	// acknowledges at once.
	DelayedACK   time.Duration
	NoDelayedACK bool

	// NoNagle sends small segments at once (RFC 9293 3.7.4).
	NoNagle bool

	// OverrideTimeout is how long the sender's silly-window avoidance may hold
	// back a small segment that Nagle's algorithm does not hold back. 0 is
	// 200 ms (RFC 9293 3.8.6.2.1: 0.1 to 1.0 s).
	OverrideTimeout time.Duration

	// SendBuffer and ReceiveBuffer are in octets. 0 is 65535, the largest
	// window without window scaling. Memory is taken as it is needed.
	SendBuffer, ReceiveBuffer int

	// ChallengeACKs is how many challenge ACKs, and answers to segments outside
	// the window that occupy no sequence numbers, may leave within 5 s (RFC 5961
	// 7 and its erratum 4772). 0 is 10; NoChallengeThrottle removes the limit.
	ChallengeACKs       int
	NoChallengeThrottle bool

	// The extensions that follow are off in the zero value, for RFC 9293 asks
	// for none of them (but for congestion control, MUST-19, which an end with
	// one connection on a link of its own can do without). Deployed turns on
	// what real stacks do. Options are in use where both SYNs carry them.

	// WindowScale offers windows above 65535 octets (RFC 7323 2). Those of this
	// end then come in units of 2^WindowShift octets: 0 to 14, and no more than
	// ReceiveBuffer.
	WindowScale bool
	WindowShift uint8

	// Timestamps offers the option (RFC 7323 3 to 5): round trips are timed by
	// it, and old duplicates known by it (PAWS). Its clock ticks each
	// millisecond of virtual time, from an offset for each pair of sockets,
	// which is ISS if FixedISS is set.
	Timestamps bool

	// SACK offers selective acknowledgments (RFC 2018, with RFC 2883's of
	// duplicates), and repairs losses by those of the peer (RFC 6675).
	SACK bool

	// Congestion bounds what is outstanding by the network, too: slow start,
	// congestion avoidance, fast retransmit and fast recovery (RFC 5681, RFC 6582,
	// RFC 3042). IW10 begins with ten segments (RFC 6928), not with two to four.
	Congestion bool
	IW10       bool

	// PathMTU fits segments to the path (RFC 1191, RFC 8201): an ICMP error that
	// says that a datagram was too big makes them smaller, and so does a segment
	// that was resent R1 times, which a path may swallow without a word (RFC 4821).
	// Ten minutes later the full size is tried again. Without it, the ICMP error is
	// what RFC 9293 3.9.2.2 calls it: a hard one.
	PathMTU bool

	// KeepAlive asks a peer that has nothing to say whether it is still there
	// (RFC 9293 3.8.4): with nothing outstanding, once nothing has come for
	// KeepAliveInterval (0: 2 h), and from then on as a segment would be resent.
	// A peer that is silent for R2 is given up.
	KeepAlive         bool
	KeepAliveInterval time.Duration
}

// Deployed returns the Config with all extensions that deployed stacks have on
// by themselves, and with buffers of 1 MiB where it names none. KeepAlive is left
// to the application (RFC 9293 3.8.4, MUST-25).
func (c Config) Deployed() Config {
	c.WindowScale, c.WindowShift = true, 7
	c.Timestamps = true
	c.SACK, c.Congestion, c.IW10, c.PathMTU = true, true, true, true
	c.SendBuffer = or(c.SendBuffer, deployedBuffer)
	c.ReceiveBuffer = or(c.ReceiveBuffer, deployedBuffer)
	return c
}

const deployedBuffer = 1 << 20

// Defaults of Config, and constants that are not to be configured.
const (
	DefaultMSL             = 2 * time.Minute
	DefaultRTOInitial      = time.Second
	DefaultRTOMin          = time.Second
	DefaultRTOMax          = 60 * time.Second
	DefaultR1              = 3
	DefaultR2              = 100 * time.Second
	DefaultR2SYN           = 180 * time.Second
	DefaultDelayedACK      = 200 * time.Millisecond
	DefaultOverrideTimeout = 200 * time.Millisecond
	DefaultBuffer          = 65535
	DefaultChallengeACKs   = 10

	// DefaultKeepAliveInterval may not be less (RFC 9293 3.8.4, MUST-28).
	DefaultKeepAliveInterval = 2 * time.Hour

	// MaxBuffer is the largest SendBuffer and ReceiveBuffer, in octets: all that
	// can be outstanding stays within half of the sequence space.
	MaxBuffer = 1 << 30

	// MaxWindowShift is the largest WindowShift; a larger one that a peer sends
	// counts as this (RFC 7323 2.3).
	MaxWindowShift = 14

	// MTU is that of the simulated network, in octets.
	MTU = 1500
)

// WithDefaults returns the Config with every zero replaced by what it means.
func (c Config) WithDefaults() Config {
	c.MSS = or(c.MSS, c.DefaultMSS())
	c.MSL = or(c.MSL, DefaultMSL)
	c.RTOInitial = or(c.RTOInitial, DefaultRTOInitial)
	c.RTOMin = or(c.RTOMin, DefaultRTOMin)
	c.RTOMax = or(c.RTOMax, DefaultRTOMax)
	c.R1 = or(c.R1, DefaultR1)
	c.R2 = or(c.R2, DefaultR2)
	c.R2SYN = or(c.R2SYN, DefaultR2SYN)
	c.DelayedACK = or(c.DelayedACK, DefaultDelayedACK)
	c.OverrideTimeout = or(c.OverrideTimeout, DefaultOverrideTimeout)
	c.SendBuffer = or(c.SendBuffer, DefaultBuffer)
	c.ReceiveBuffer = or(c.ReceiveBuffer, DefaultBuffer)
	c.ChallengeACKs = or(c.ChallengeACKs, DefaultChallengeACKs)
	c.KeepAliveInterval = or(c.KeepAliveInterval, DefaultKeepAliveInterval)
	return c
}

// DefaultMSS is what an MSS of 0 means: MTU less the headers without options, in
// octets (RFC 9293 3.7.1).
func (c *Config) DefaultMSS() uint16 {
	if c.Local.Addr().Is6() {
		return MTU - 60
	}
	return MTU - 40
}

func or[T comparable](v, zero T) T {
	var none T
	if v == none {
		return zero
	}
	return v
}
