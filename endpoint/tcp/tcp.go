package tcp

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/congestion"
	"example.org/halfopen/endpoint/sack"
)

// TCP is one end of a connection by RFC 9293 3.10, in its own order of checks,
// as a state machine without input and output: segments, calls and the time
// come in as arguments, and Emit hands out what is to be sent.
//
// It holds plain fields and owned slices, no map, closure, goroutine or clock:
// it can be reset, copied and encoded, and after the first connections of a
// kind it allocates nothing.
//
// What keeps its fields together:
//
//  1. SND.UNA <= SND.NXT, and nothing above SND.NXT was ever sent: SND.NXT is
//     not pulled back to resend, resent keeps a place of its own.
//  2. out holds the octets from outSeq on. While our SYN is not acknowledged
//     outSeq is ISS+1 and SND.UNA is ISS; after that outSeq is SND.UNA, or one
//     less once our FIN is acknowledged, too.
//  3. RCV.NXT+RCV.WND never moves left while the peer may send (SHLD-14).
//  4. The retransmission timer runs if something is outstanding and the
//     window is open, the persist timer if something waits or is outstanding
//     and the window is shut; never both.
//  5. CLOSED has no timer and no queue but octets to be read after an orderly
//     end; LISTEN has no timer.
//
// The extensions enter in few places: the options of SYNs in negotiate and
// offer, those of all other segments in extend; window scale in segmentWindow and
// free; timestamps in arriveSynchronized and acked; congestion control and the
// sender's side of SACK in usable, in acknowledgment and in sendNew, the
// receiver's side in receive.
type TCP struct {
	cfg     endpoint.Config // every field resolved
	state   endpoint.State
	err     endpoint.Error // why the last connection ended
	passive bool           // SYN-RECEIVED was reached from LISTEN (MUST-11)
	closing bool           // CLOSE was called: our FIN follows the last octet of out
	finSent bool           // our FIN is in the sequence space below SND.NXT
	eof     bool           // the peer's FIN was received in order

	header     endpoint.Header // of what we send: its Dst and remotePort are the remote socket
	remotePort uint16

	iss, irs endpoint.Seq
	snd      endpoint.SND // its MAX is not used: invariant 1
	rcv      endpoint.RCV
	maxWND   uint32 // MAX.SND.WND, the largest send window seen
	mss      int    // Eff.snd.MSS

	out     ring         // octets from SEND that are not acknowledged
	outSeq  endpoint.Seq // sequence number of the first octet of out
	in      ring         // octets for RECEIVE, and behind them those of held
	held    reassembly
	gotFIN  bool         // a FIN was seen, maybe above a gap
	peerFIN endpoint.Seq // its sequence number

	owe      owed
	on       spoken // which options both ends speak
	rtt      rtt
	rto      time.Duration
	resent   resent
	armed    endpoint.Seq  // SND.NXT when the retransmission timer was last started
	persist  time.Duration // the last interval between probes
	probed   bool          // a probe has left that is not answered yet
	asked    time.Duration // the last interval between keep-alives that are not answered, 0: none is out
	alive    time.Duration // when the oldest outstanding octet left, or progress was made
	lately   time.Duration // when sequence space left last
	throttle throttle
	timer    [numTimers]time.Duration
	most     int    // the largest window that we can tell, in octets
	grain    uint32 // and what of it we cannot tell: RFC 7323 2.2
	urgent   urgent
	rst      reset
	past     past

	// What stands behind the rest is seldom asked for while extensions are off.
	options endpoint.Options // where those of the next segment are written
	stamps  stamps
	path    path
	soft    softError
	network congestion.Control
	board   sack.Scoreboard // what the peer has, of what we sent
	reports sack.Receiver   // what of held the next ACK reports,
	again   bool            // and maybe a duplicate
	blocks  []sack.Block    // those of a segment that arrives, or leaves
}

// owed are the segments that the next calls of Emit have to send.
type owed struct {
	ack      bool // an ACK, alone or on data
	syn      bool // our SYN, or SYN,ACK
	probe    bool // a probe of the zero window
	override bool // what silly-window avoidance has held back
	alive    bool // a keep-alive
	first    bool // the segment at SND.UNA once more (RFC 5681 3.2, RFC 6582)
}

// reset is a RST that waits for Emit. It has its own destination: it may
// answer a stranger, and it outlives its connection.
type reset struct {
	owed bool
	dst  netip.Addr
	port uint16
	seq  endpoint.Seq
	ack  endpoint.Seq
	bits endpoint.Flags

	stamped  bool // it carries timestamps
	val, ecr uint32
}

// resent says what is to be sent again. After a retransmission timeout it is
// the first segment (RFC 6298 5.4), then two for each that is acknowledged,
// until all is acknowledged that was outstanding when the timer was started.
type resent struct {
	on     bool
	lost   bool         // our SYN timed out (RFC 6298 5.7)
	count  int          // timeouts without progress, for R1
	credit int          // segments that may be sent again now
	next   endpoint.Seq // where the next of them begins
	end    endpoint.Seq // where that ends
}

// throttle counts challenge ACKs (RFC 5961 7).
type throttle struct {
	n     int
	until time.Duration // when the count begins anew
}

// past is what outlives a connection: the clock of initial sequence numbers
// must not fall behind what it sent.
type past struct {
	any    bool
	remote netip.AddrPort
	high   endpoint.Seq // SND.NXT at its end
}

// The timers. Each is a deadline, or Never.
const (
	timerRetransmit = iota // RFC 6298 5
	timerPersist           // RFC 9293 3.8.6.1
	timerDelayedACK        // RFC 9293 3.8.6.3
	timerOverride          // RFC 9293 3.8.6.2.1
	timerTimeWait          // RFC 9293 3.10.7.4, 2 MSL
	timerUser              // RFC 9293 3.10.8
	timerKeepAlive         // RFC 9293 3.8.4
	numTimers
)

var (
	_ endpoint.Endpoint      = (*TCP)(nil)
	_ endpoint.Resetter      = (*TCP)(nil)
	_ endpoint.Copier        = (*TCP)(nil)
	_ endpoint.StateAppender = (*TCP)(nil)
	_ endpoint.Profiler      = (*TCP)(nil)
	_ endpoint.Urgent        = (*TCP)(nil)
	_ endpoint.Factory       = New
)

// NewTCP makes a TCP in CLOSED; it is a Factory.
func New(c endpoint.Config) (endpoint.Endpoint, error) {
	t := new(TCP)
	if err := t.Reset(c); err != nil {
		return nil, err
	}
	return t, nil
}

// Reset makes t a brand-new host, with nothing but the memory of its buffers.
// It returns an error, and leaves t alone, if it cannot serve c.
func (t *TCP) Reset(c endpoint.Config) error {
	c = c.WithDefaults()
	if err := check(&c); err != nil {
		return err
	}
	if t.cfg.SACK {
		t.reports.Reset(0)
		t.board.Reset(0, 0, 0)
	}
	in, out, held, options := t.in, t.out, t.held, t.options
	reports, board, blocks := t.reports, t.board, t.blocks
	*t = TCP{} // at once, and then the rest: it is half as much to move
	t.cfg = c
	t.in, t.out, t.held, t.options = in, out, held[:0], options[:0]
	t.reports, t.board, t.blocks = reports, board, blocks[:0]
	t.header.Src = c.Local.Addr()
	t.in.clear()
	t.out.clear()
	t.in.limit, t.out.limit = c.ReceiveBuffer, c.SendBuffer
	t.stopTimers()
	return nil
}

var errConfig = errors.New("endpoint: Config")

// check says what is wrong with a resolved Config.
func check(c *endpoint.Config) error {
	local, remote := c.Local.Addr(), c.Remote.Addr()
	switch {
	case !unicast(local) || c.Local.Port() == 0:
		return fmt.Errorf("%w: Local is %v, want a unicast address and a port", errConfig, c.Local)
	case remote.IsValid() && !unicast(remote): // MUST-46
		return fmt.Errorf("%w: Remote is %v, want a unicast address", errConfig, c.Remote)
	case remote.IsValid() && remote.Is4() != local.Is4():
		return fmt.Errorf("%w: Local %v and Remote %v are of two families", errConfig, c.Local, c.Remote)
	case c.DelayedACK < 0 || c.DelayedACK >= 500*time.Millisecond: // MUST-40
		return fmt.Errorf("%w: DelayedACK is %v, want less than 500ms", errConfig, c.DelayedACK)
	case c.RTOInitial < 0 || c.RTOMin < 0 || c.RTOMax < c.RTOMin:
		return fmt.Errorf("%w: RTOInitial %v, RTOMin %v, RTOMax %v", errConfig, c.RTOInitial, c.RTOMin, c.RTOMax)
	case c.MSL < 0 || c.R2 < 0 || c.R2SYN < 0 || c.UserTimeout < 0 || c.OverrideTimeout < 0:
		return fmt.Errorf("%w: a time is negative", errConfig)
	case c.SendBuffer < 0 || c.ReceiveBuffer < 0 || c.ChallengeACKs < 0 || c.R1 < 0:
		return fmt.Errorf("%w: a number is negative", errConfig)
	case c.SendBuffer > endpoint.MaxBuffer || c.ReceiveBuffer > endpoint.MaxBuffer:
		return fmt.Errorf("%w: SendBuffer %d, ReceiveBuffer %d, want at most %d",
			errConfig, c.SendBuffer, c.ReceiveBuffer, endpoint.MaxBuffer)
	}
	return checkExtensions(c)
}

// checkExtensions says what is wrong with the extensions of a resolved Config.
func checkExtensions(c *endpoint.Config) error {
	if c.WindowScale && (c.WindowShift > endpoint.MaxWindowShift || 1<<c.WindowShift > c.ReceiveBuffer) {
		return fmt.Errorf("%w: WindowShift %d, want at most %d, and a ReceiveBuffer of at least %d octets, not %d",
			errConfig, c.WindowShift, endpoint.MaxWindowShift, 1<<c.WindowShift, c.ReceiveBuffer)
	}
	if c.KeepAliveInterval < 0 {
		return fmt.Errorf("%w: KeepAliveInterval is %v, want a time", errConfig, c.KeepAliveInterval)
	}
	return nil
}

// unicast reports whether a is an address that a host can have (RFC 9293
// 3.9.2.3).
func unicast(a netip.Addr) bool {
	broadcast := a.Is4() && a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
	return a.IsValid() && !a.Is4In6() && a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast() && !broadcast
}

// remoteKnown reports whether the Config names a remote socket.
func (t *TCP) remoteKnown() bool {
	return t.cfg.Remote.Addr().IsValid() && t.cfg.Remote.Port() != 0
}

// R1Reached reports whether the oldest outstanding segment was retransmitted R1
// times: the moment at which TCP would tell the network layer to look for
// another route (RFC 9293 3.8.3, MUST-20).
func (t *TCP) R1Reached() bool { return t.resent.count >= t.cfg.R1 }

// Profile says which of the RFC's choices the Config makes.
func (t *TCP) Profile() endpoint.Profile {
	c := &t.cfg
	p := endpoint.Profile{
		RFC5961:       true,
		ACKRange:      true,
		ByTheBook:     !c.WindowScale && !c.Timestamps && !c.SACK && !c.Congestion && !c.PathMTU && !c.KeepAlive,
		Unthrottled:   c.NoChallengeThrottle,
		MSL:           c.MSL,
		RTOInitial:    c.RTOInitial,
		RTOMin:        c.RTOMin,
		RTOMax:        c.RTOMax,
		R2:            c.R2,
		R2SYN:         c.R2SYN,
		NoDelayedACK:  c.NoDelayedACK,
		UserTimeout:   c.UserTimeout,
		MSS:           c.MSS,
		ReceiveBuffer: min(c.ReceiveBuffer, maxWindow),
		WindowScale:   c.WindowScale,
		SACK:          c.SACK,
		Congestion:    c.Congestion,
		IW10:          c.IW10,
		Timestamps:    c.Timestamps,
	}
	if c.KeepAlive {
		p.KeepAlive = c.KeepAliveInterval
	}
	if c.WindowScale {
		p.ReceiveBuffer = min(c.ReceiveBuffer, maxWindow<<c.WindowShift)
	}
	if !c.NoDelayedACK {
		p.DelayedACK = c.DelayedACK
	}
	return p
}
