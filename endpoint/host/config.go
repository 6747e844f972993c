package host

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// Config describes a Host. Zero fields mean the default, but for Addr, which
// has none.
type Config struct {
	_ struct{} // no positional literals: fields will be added

	// Addr is the one address of the host, IPv4 or IPv6.
	Addr netip.Addr

	// TCP is what every connection is made of. Its Local and Remote are filled
	// in for each connection; what they hold here is not read.
	TCP endpoint.Config

	// Factory makes the connections. nil is tcp.New. An Endpoint that
	// is no endpoint.Resetter is not used again.
	//
	// The SYN queue needs one that acts alike when the same calls are made
	// again, and SYN cookies one that honours FixedISS.
	Factory endpoint.Factory

	// Backlog is how many established connections of one listener may wait for
	// Accept, where Listen does not say. 0 is 128.
	Backlog int

	// SYNQueue is how many half-open connections one listener may have. 0 is
	// 256.
	SYNQueue int

	// SYNCookies says when a SYN is answered without being remembered.
	SYNCookies CookiePolicy

	// Connections is how many connections there may be at once, half-open ones
	// and those in TIME-WAIT included. 0 is 65536.
	Connections int

	// FirstEphemeral to LastEphemeral are the local ports that Dial chooses
	// from. 0 is 49152 and 65535 (RFC 6335 6).
	FirstEphemeral, LastEphemeral uint16

	// ReopensTimeWait says which SYN for a listener's port begins a new
	// connection in the place of one in TIME-WAIT (RFC 9293 3.6.1, MAY-2; RFC
	// 6191).
	ReopensTimeWait endpoint.Reopening

	// OrphanFinWait2 ends a connection that was released, and whose peer does
	// not send its FIN, after so long in FIN-WAIT-2, without a word. The RFC
	// knows no such end (Profile.OrphanFinWait2); 0 is never.
	OrphanFinWait2 time.Duration

	// Key is the secret of the cookies, of the choice of ports and of the table
	// of connections: the same key makes the same choices.
	Key uint64
}

// CookiePolicy says when a listener answers a SYN with a SYN cookie.
type CookiePolicy uint8

// The policies.
const (
	CookiesWhenFull CookiePolicy = iota // when the SYN queue is full (RFC 4987 3.6)
	CookiesNever                        // then the SYN is dropped
	CookiesAlways                       // always: there is no SYN queue
)

// Defaults of Config.
const (
	DefaultBacklog        = 128
	DefaultSYNQueue       = 256
	DefaultConnections    = 65536
	DefaultFirstEphemeral = 49152
	DefaultLastEphemeral  = 65535
)

// maxConnections keeps slots in 32 bits, with room to spare.
const maxConnections = 1 << 24

// WithDefaults returns the Config with every zero replaced by what it means.
func (c Config) WithDefaults() Config {
	if c.Factory == nil {
		c.Factory = tcp.New
	}
	c.Backlog = or(c.Backlog, DefaultBacklog)
	c.SYNQueue = or(c.SYNQueue, DefaultSYNQueue)
	c.Connections = or(c.Connections, DefaultConnections)
	c.FirstEphemeral = or(c.FirstEphemeral, DefaultFirstEphemeral)
	c.LastEphemeral = or(c.LastEphemeral, DefaultLastEphemeral)
	c.TCP.ChallengeACKs = or(c.TCP.ChallengeACKs, endpoint.DefaultChallengeACKs)
	c.TCP.MSL = or(c.TCP.MSL, endpoint.DefaultMSL)
	return c
}

func or[T comparable](v, zero T) T {
	var none T
	if v == none {
		return zero
	}
	return v
}

var errConfig = errors.New("host: Config")

// check says what is wrong with a resolved Config.
func (c *Config) check() error {
	switch {
	case !unicast(c.Addr):
		return fmt.Errorf("%w: Addr is %v, want a unicast address", errConfig, c.Addr)
	case c.Backlog < 0 || c.SYNQueue < 0:
		return fmt.Errorf("%w: Backlog %d, SYNQueue %d, want none negative", errConfig, c.Backlog, c.SYNQueue)
	case c.Connections < 0 || c.Connections > maxConnections:
		return fmt.Errorf("%w: Connections is %d, want at most %d", errConfig, c.Connections, maxConnections)
	case c.FirstEphemeral > c.LastEphemeral:
		return fmt.Errorf("%w: ephemeral ports from %d to %d, want the first not above the last",
			errConfig, c.FirstEphemeral, c.LastEphemeral)
	case c.OrphanFinWait2 < 0:
		return fmt.Errorf("%w: OrphanFinWait2 is %v, want none or a time", errConfig, c.OrphanFinWait2)
	case c.SYNCookies > CookiesAlways:
		return fmt.Errorf("%w: SYNCookies is %d, want at most %d", errConfig, c.SYNCookies, CookiesAlways)
	case c.ReopensTimeWait > endpoint.ReopensByTimestamp:
		return fmt.Errorf("%w: ReopensTimeWait is %d, want at most %d",
			errConfig, c.ReopensTimeWait, endpoint.ReopensByTimestamp)
	}
	return nil
}

// unicast reports whether a is an address that a host can have (RFC 9293
// 3.9.2.3).
func unicast(a netip.Addr) bool {
	broadcast := a.Is4() && a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
	return a.IsValid() && !a.Is4In6() && a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast() && !broadcast
}
