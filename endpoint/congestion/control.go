package congestion

import "encoding/binary"

// Infinite is the window of a Control that is off: all of the sequence space
// that can be outstanding.
const Infinite = 1<<31 - 1

// maxWindow bounds cwnd and is the first ssthresh: no receiver can offer more
// (RFC 7323 2.3), and "arbitrarily high" must not overflow (RFC 5681 3.1).
const maxWindow = 1 << 30

// dupThresh is how many duplicate ACKs say that a segment is lost (RFC 5681
// 3.2).
const dupThresh = 3

// Options are the choices of a connection. Each is named for the deviation: the
// zero value is RFC 5681 as it stands.
type Options struct {
	Off               bool // no congestion control: the window is Infinite
	IW10              bool // the initial window of RFC 6928, ten segments
	NoLimitedTransmit bool // the first two duplicate ACKs let out nothing (RFC 3042)
	_                 struct{}
}

// Answer is what an endpoint has to do after an event, besides sending what
// Window has room for.
type Answer struct {
	Resend    bool // the segment at SND.UNA, now and whatever the window
	SendNew   bool // Window has grown by a segment, for new data
	KeepTimer bool // this ACK does not restart the retransmission timer
}

// phase is what a Control is doing.
type phase uint8

const (
	open         phase = iota // slow start or congestion avoidance
	fastRecovery              // RFC 5681 3.2 with RFC 6582
	sackRecovery              // RFC 6675, which package sack does
)

// Control is the congestion control of one direction of one connection. The
// zero value is off.
//
// What keeps its fields together: smss is 0 if it is off, and then all else is;
// else SMSS =< cwnd =< 2^30. counted is less than cwnd. partial is set in fast
// recovery alone.
type Control struct {
	opt      Options
	smss     int
	cwnd     int
	ssthresh int
	counted  int    // octets acknowledged in congestion avoidance since cwnd grew
	recover  uint32 // the highest sequence number sent when a loss was last seen
	dups     int    // duplicate ACKs since SND.UNA moved
	phase    phase
	partial  bool // a partial ACK came in this fast recovery
	timedOut bool // the timer has resent the segment at SND.UNA
}

// Begin starts the control of a connection whose SYN was acknowledged: iss is
// its sequence number, smss the largest segment in octets of data, and resent
// how often the SYN, or SYN,ACK, was sent again. It turns the control off if
// the options say so or smss is not positive.
func (c *Control) Begin(o Options, iss uint32, smss, resent int) {
	*c = Control{}
	if o.Off || smss <= 0 {
		return
	}
	// Not ISS as in RFC 6582 3.2 step 1: see the package's comment.
	*c = Control{opt: o, smss: smss, ssthresh: maxWindow, recover: iss - 1}
	c.cwnd = c.initial()
	// RFC 5681 3.1: a lost SYN makes it one segment. RFC 6928 2 asks to refrain
	// from that for a single one, which may have been a timer too short.
	if resent > 1 || resent == 1 && !o.IW10 {
		c.cwnd = smss
	}
}

// initial is IW, which is also the restart window's bound (RFC 5681 3.1, 4.1).
func (c *Control) initial() int {
	switch {
	case c.opt.IW10:
		return min(10*c.smss, max(2*c.smss, 14600)) // RFC 6928 2
	case c.smss > 2190:
		return 2 * c.smss
	case c.smss > 1095:
		return 3 * c.smss
	}
	return 4 * c.smss
}

// Window is how many octets beyond SND.UNA may be outstanding as far as the
// network is concerned, limited transmit included (RFC 3042).
func (c *Control) Window() int {
	if c.smss != 0 && c.phase == open && !c.opt.NoLimitedTransmit {
		return c.cwnd + min(c.dups, dupThresh-1)*c.smss
	}
	return c.CWND()
}

// CWND is the congestion window in octets, with what fast recovery inflates
// it by; Infinite if the control is off.
func (c *Control) CWND() int {
	if c.smss == 0 {
		return Infinite
	}
	return c.cwnd
}

// SSThresh is the slow start threshold in octets; Infinite if the control is
// off.
func (c *Control) SSThresh() int {
	if c.smss == 0 {
		return Infinite
	}
	return c.ssthresh
}

// Recovering reports whether a loss is being repaired, by fast recovery or by
// package sack. After a timeout it is not.
func (c *Control) Recovering() bool { return c.phase != open }

// SetSMSS says that segments are to be of that many octets from now on, as when
// the path's MTU is found to be smaller. cwnd shrinks in proportion, so that
// no burst of more segments comes of it (RFC 5681 3.1). What is not positive is
// ignored, and so is everything if the control is off.
func (c *Control) SetSMSS(smss int) {
	if c.smss == 0 || smss <= 0 {
		return
	}
	if smss < c.smss {
		c.cwnd = int(int64(c.cwnd) * int64(smss) / int64(c.smss))
	}
	c.smss = smss
	c.cwnd = max(c.cwnd, smss)
	c.counted = min(c.counted, c.cwnd-1)
}

// AppendState appends the canonical encoding of all that decides what c will
// answer, given its Options.
func (c *Control) AppendState(b []byte) []byte {
	b = append(b, byte(c.phase), bit(c.partial)|bit(c.timedOut)<<1)
	if c.smss == 0 {
		return b
	}
	for _, x := range [...]int{c.smss, c.cwnd, c.ssthresh, c.counted, c.dups} {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	return binary.LittleEndian.AppendUint32(b, c.recover)
}

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// less reports whether sequence number a stands before b (RFC 9293 3.4).
func less(a, b uint32) bool { return int32(a-b) < 0 }
