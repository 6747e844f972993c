package netstack

import (
	"fmt"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"example.org/halfopen/endpoint"
)

// What netstack cannot be told, or not so small.
const (
	// minBuffer is the smallest buffer that netstack lets its user have.
	minBuffer = tcp.MinBufferSize
	// maxBuffer is the largest receive buffer with which it does not offer to
	// scale the window.
	maxBuffer = 65535
	// rtoSYN is the first retransmission timeout of a SYN, and of all else: it
	// cannot be configured, nor can rtoSYNMax, over which it gives up.
	rtoSYN    = time.Second
	rtoSYNMax = 120 * time.Second
	// r2SYN is how long it takes for that: 1 + 2 + 4 + ... + 64 s.
	r2SYN = 127 * time.Second
)

// served is the Config that netstack can serve: what it cannot, is as near as
// it comes. It always announces an MSS, acknowledges at once, and lets no
// challenge ACK be counted. Timestamps and congestion control it always has; a
// window that is scaled, and SACK, only if they are asked for.
func served(c endpoint.Config) endpoint.Config {
	c = c.WithDefaults()
	largest := uint16(endpoint.MTU - header.IPv4MinimumSize - header.TCPMinimumSize)
	if c.Local.Addr().Is6() {
		largest = endpoint.MTU - header.IPv6MinimumSize - header.TCPMinimumSize
	}
	c.MSS = min(max(c.MSS, header.TCPMinimumMSS), largest)
	c.NoMSSOption = false
	c.ReceiveBuffer = max(c.ReceiveBuffer, minBuffer/2)
	if !c.WindowScale {
		c.ReceiveBuffer = min(c.ReceiveBuffer, maxBuffer/2)
	}
	c.SendBuffer = max(c.SendBuffer, minBuffer)
	c.RTOInitial = rtoSYN
	c.RTOMax = max(c.RTOMax, c.RTOMin)
	c.R2SYN = r2SYN
	c.NoDelayedACK = true
	return c
}

// configure sets the options that belong to the whole netstack.
func (h *host) configure(c *endpoint.Config) error {
	// netstack gives half of the receive buffer to the window.
	receive := tcpip.TCPReceiveBufferSizeRangeOption{Min: 1, Default: 2 * c.ReceiveBuffer, Max: 2 * c.ReceiveBuffer}
	send := tcpip.TCPSendBufferSizeRangeOption{Min: 1, Default: c.SendBuffer, Max: c.SendBuffer}
	sack := tcpip.TCPSACKEnabled(c.SACK)
	recovery := tcpip.TCPRecovery(0)
	if c.SACK {
		recovery = tcpip.TCPRACKLossDetection // its default
	}
	moderate := tcpip.TCPModerateReceiveBufferOption(false)
	nagle := tcpip.TCPDelayEnabled(!c.NoNagle)
	timeWait := tcpip.TCPTimeWaitTimeoutOption(2 * c.MSL)
	// The least is lowered first, so that the two never cross.
	lowest, low := tcpip.TCPMinRTOOption(time.Millisecond), tcpip.TCPMinRTOOption(c.RTOMin)
	high := tcpip.TCPMaxRTOOption(c.RTOMax)
	for _, o := range []tcpip.SettableTransportProtocolOption{
		&receive, &send, &sack, &recovery, &moderate, &nagle, &timeWait, &lowest, &high, &low,
	} {
		if err := h.stack.SetTransportProtocolOption(tcp.ProtocolNumber, o); err != nil {
			return fmt.Errorf("netstack: %T: %v", o, err)
		}
	}
	// Two answers to segments that are out of the window may follow each other
	// at once: a throttle is a SHOULD of RFC 5961 7 for challenge ACKs alone.
	if err := h.stack.SetOption(stack.TCPInvalidRateLimitOption(0)); err != nil {
		return fmt.Errorf("netstack: %v", err)
	}
	return nil
}

// prepare sets the options that belong to a socket.
func (e *Endpoint) prepare(s tcpip.Endpoint) error {
	if err := s.SetSockOptInt(tcpip.MaxSegOption, int(e.cfg.MSS)); err != nil {
		return failure(err)
	}
	if e.cfg.UserTimeout > 0 {
		o := tcpip.TCPUserTimeoutOption(e.cfg.UserTimeout)
		if err := s.SetSockOpt(&o); err != nil {
			return failure(err)
		}
	}
	return nil
}
