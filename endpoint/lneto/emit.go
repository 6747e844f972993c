package lneto

import (
	"fmt"
	"net"
	"time"

	"github.com/soypat/lneto/tcp"

	"example.org/halfopen/endpoint"
)

const (
	ipv4Len = 20
	ipv6Len = 40
	tcpLen  = 20
)

func (e *Endpoint) ipLen() int {
	if e.cfg.Local.Addr().Is4() {
		return ipv4Len
	}
	return ipv6Len
}

// Emit implements endpoint.Endpoint: it polls. A poll that has nothing to say
// may have changed what the next one says, so it takes two. A datagram that was
// dropped before the Handler saw it is no reason to poll.
func (e *Endpoint) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	e.now = now
	if e.idle {
		e.idle = false
		return 0, false
	}
	const polls = 2
	for range polls {
		if n := e.poll(); n > 0 {
			return e.encode(buf, n), true
		}
	}
	e.watch()
	return 0, false
}

// poll asks the Handler, or the host if there is none, for a segment. It is
// written into frame behind room for an IP header; n is its length.
func (e *Endpoint) poll() (n int) {
	header := e.ipLen()
	if !e.attached {
		e.frame[0] = 0x45 // StackPorts writes the address into the header that it finds
		n, _ = e.ports.Encapsulate(e.frame, 0, header)
		return n
	}
	n, err := e.h.Send(e.frame[header : header+tcpLen+int(e.mss())])
	if err == net.ErrClosed && e.h.State() == tcp.StateClosed {
		e.detach()
	}
	e.watch()
	if n > 0 {
		e.left(n)
	}
	return n
}

// left notes how far the numbers go that were sent.
func (e *Endpoint) left(n int) {
	f, err := tcp.NewFrame(e.frame[e.ipLen() : e.ipLen()+n])
	if err != nil {
		return
	}
	seg := f.Segment(len(f.Payload()))
	if end := tcp.Add(seg.SEQ, seg.LEN()); e.high.LessThan(end) && !seg.Flags.HasAny(tcp.FlagRST) {
		e.high = end
	}
}

// encode makes a datagram of the segment of n octets in frame.
func (e *Endpoint) encode(buf []byte, n int) int {
	f, err := tcp.NewFrame(e.frame[e.ipLen() : e.ipLen()+n])
	if err != nil {
		panic(fmt.Sprintf("lneto sent %d octets: %v", n, err))
	}
	_, flags := f.OffsetAndFlags()
	s := endpoint.Segment{
		SrcPort: f.SourcePort(), DstPort: f.DestinationPort(),
		Seq: endpoint.Seq(f.Seq()), Ack: endpoint.Seq(f.Ack()),
		Flags: endpoint.Flags(flags), Wnd: f.WindowSize(), Up: f.UrgentPtr(),
		Options: f.Options(), Text: f.Payload(),
	}
	h := endpoint.Header{Src: e.cfg.Local.Addr(), Dst: e.cfg.Remote.Addr()}
	size, err := endpoint.Encode(buf, &h, &s)
	if err != nil {
		panic(fmt.Sprintf("lneto sent %v: %v", f, err))
	}
	return size
}
