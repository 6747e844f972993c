package scenario

import (
	"strconv"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
)

// configKey is a key of an end's line: what it may be, and where it goes.
// Exactly one of the pointers is set.
type configKey struct {
	name     string
	min, max uint64
	what     string

	flag  func(*endpoint.Config) *bool
	time  func(*endpoint.Config) *time.Duration // from 1 ns up to max
	count func(*endpoint.Config) *int
}

// The keys, in the order in which they are printed. A zero that means the
// default cannot be written: absence says it.
var configKeys = [...]configKey{
	{name: "iss", max: 1<<32 - 1, what: "a sequence number"}, // sets two fields
	{name: "mss", min: 1, max: 1<<16 - 1, what: "a number of octets"},
	{name: "no-mss-option", flag: func(c *endpoint.Config) *bool { return &c.NoMSSOption }},
	{name: "msl", time: func(c *endpoint.Config) *time.Duration { return &c.MSL }},
	{name: "rto-initial", time: func(c *endpoint.Config) *time.Duration { return &c.RTOInitial }},
	{name: "rto-min", time: func(c *endpoint.Config) *time.Duration { return &c.RTOMin }},
	{name: "rto-max", time: func(c *endpoint.Config) *time.Duration { return &c.RTOMax }},
	{name: "r1", min: 1, max: 1<<31 - 1, what: "a number of retransmissions",
		count: func(c *endpoint.Config) *int { return &c.R1 }},
	{name: "r2", time: func(c *endpoint.Config) *time.Duration { return &c.R2 }},
	{name: "r2-syn", time: func(c *endpoint.Config) *time.Duration { return &c.R2SYN }},
	{name: "user-timeout", time: func(c *endpoint.Config) *time.Duration { return &c.UserTimeout }},
	// RFC 9293 3.8.6.3, MUST-59: under 0.5 seconds.
	{name: "delayed-ack", max: uint64(500*time.Millisecond - 1),
		time: func(c *endpoint.Config) *time.Duration { return &c.DelayedACK }},
	{name: "no-delayed-ack", flag: func(c *endpoint.Config) *bool { return &c.NoDelayedACK }},
	{name: "no-nagle", flag: func(c *endpoint.Config) *bool { return &c.NoNagle }},
	{name: "override-timeout",
		time: func(c *endpoint.Config) *time.Duration { return &c.OverrideTimeout }},
	{name: "send-buffer", min: 1, max: endpoint.MaxBuffer, what: "a number of octets",
		count: func(c *endpoint.Config) *int { return &c.SendBuffer }},
	{name: "receive-buffer", min: 1, max: endpoint.MaxBuffer, what: "a number of octets",
		count: func(c *endpoint.Config) *int { return &c.ReceiveBuffer }},
	{name: "challenge-acks", min: 1, max: 1<<31 - 1, what: "a number of segments",
		count: func(c *endpoint.Config) *int { return &c.ChallengeACKs }},
	{name: "no-challenge-throttle",
		flag: func(c *endpoint.Config) *bool { return &c.NoChallengeThrottle }},
	{name: "wscale", max: endpoint.MaxWindowShift, what: "a shift count"}, // sets two fields
	{name: "timestamps", flag: func(c *endpoint.Config) *bool { return &c.Timestamps }},
	{name: "sack", flag: func(c *endpoint.Config) *bool { return &c.SACK }},
	{name: "congestion", flag: func(c *endpoint.Config) *bool { return &c.Congestion }},
	{name: "iw10", flag: func(c *endpoint.Config) *bool { return &c.IW10 }},
	{name: "path-mtu", flag: func(c *endpoint.Config) *bool { return &c.PathMTU }},
	{name: "keepalive", flag: func(c *endpoint.Config) *bool { return &c.KeepAlive }},
	{name: "keepalive-interval",
		time: func(c *endpoint.Config) *time.Duration { return &c.KeepAliveInterval }},
}

var configList = func() string {
	var names []string
	for i := range configKeys {
		names = append(names, configKeys[i].name)
	}
	return scan.List(names)
}()

// ParseConfig reads keys up to the end of the line.
func ParseConfig(l *scan.Line, c *endpoint.Config) {
	var seen [len(configKeys)]bool
	for l.Peek().Text != "" {
		t := l.Next()
		at := -1
		for i := range configKeys {
			if configKeys[i].name == t.Text {
				at = i
			}
		}
		if at < 0 {
			l.Fail(t, "a key: "+configList)
			return
		}
		if seen[at] {
			l.Fail(t, "no key twice")
		}
		seen[at] = true
		configKeys[at].parse(l, c)
	}
}

// AppendConfig appends the keys that ParseConfig reads, a space before each.
func AppendConfig(b []byte, c *endpoint.Config) []byte {
	for i := range configKeys {
		b = configKeys[i].append(b, c)
	}
	return b
}

func (k *configKey) parse(l *scan.Line, c *endpoint.Config) {
	if k.flag != nil {
		*k.flag(c) = true
		return
	}
	l.Must("=")
	switch {
	case k.time != nil:
		most := scan.MaxTime
		if k.max != 0 {
			most = time.Duration(k.max)
		}
		*k.time(c) = l.Duration(1, most)
	case k.count != nil:
		*k.count(c) = int(l.Uint(k.min, k.max, k.what))
	case k.name == "iss":
		c.ISS, c.FixedISS = endpoint.Seq(l.Uint(k.min, k.max, k.what)), true
	case k.name == "mss":
		c.MSS = uint16(l.Uint(k.min, k.max, k.what))
	case k.name == "wscale":
		c.WindowShift, c.WindowScale = uint8(l.Uint(k.min, k.max, k.what)), true
	}
}

// append writes the key with a space before it, if it says something.
func (k *configKey) append(b []byte, c *endpoint.Config) []byte {
	value := ""
	switch {
	case k.flag != nil:
		if *k.flag(c) {
			return append(append(b, ' '), k.name...)
		}
	case k.time != nil:
		if d := *k.time(c); d != 0 {
			value = d.String()
		}
	case k.count != nil:
		if n := *k.count(c); n != 0 {
			value = strconv.Itoa(n)
		}
	case k.name == "iss":
		if c.FixedISS {
			value = strconv.FormatUint(uint64(c.ISS), 10)
		}
	case k.name == "mss":
		if c.MSS != 0 {
			value = strconv.Itoa(int(c.MSS))
		}
	case k.name == "wscale":
		if c.WindowScale {
			value = strconv.Itoa(int(c.WindowShift))
		}
	}
	if value == "" {
		return b
	}
	b = append(append(b, ' '), k.name...)
	return append(append(b, '='), value...)
}
