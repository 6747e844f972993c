package lneto

import (
	"net"
	"net/netip"
	"time"

	"github.com/soypat/lneto"
	"github.com/soypat/lneto/ipv4"
	"github.com/soypat/lneto/ipv6"
	"github.com/soypat/lneto/tcp"
)

// Arrive implements endpoint.Endpoint. What is no segment for this host, or has
// a wrong checksum, is dropped here, as lneto's IP stack does.
func (e *Endpoint) Arrive(now time.Duration, datagram []byte) {
	e.now = now
	header, ok := e.forUs(datagram)
	if !ok {
		e.idle = true
		return
	}
	if !e.attached {
		_ = e.ports.Demux(datagram, header) // its answer comes with Encapsulate
		return
	}
	if err := e.h.Recv(datagram[header:]); err == net.ErrClosed && e.h.State() == tcp.StateClosed {
		e.detach()
	}
}

// forUs checks addresses, lengths and checksums, and returns how long the IP
// header is.
func (e *Endpoint) forUs(datagram []byte) (header int, ok bool) {
	if e.cfg.Local.Addr().Is4() {
		return e.forUs4(datagram)
	}
	return e.forUs6(datagram)
}

func (e *Endpoint) forUs4(datagram []byte) (header int, ok bool) {
	var v lneto.Validator
	var sum lneto.CRC791
	f, err := ipv4.NewFrame(datagram)
	if err != nil {
		return 0, false
	}
	f.ValidateExceptCRC(&v)
	if v.HasError() || f.CalculateHeaderCRC() != 0 || f.Protocol() != lneto.IPProtoTCP {
		return 0, false
	}
	f.CRCWriteTCPPseudo(&sum)
	if int(f.TotalLength()) != len(datagram) || sum.PayloadSum16(f.Payload()) != 0 {
		return 0, false
	}
	src, dst := netip.AddrFrom4(*f.SourceAddr()), netip.AddrFrom4(*f.DestinationAddr())
	return f.HeaderLength(), e.between(src, dst) && len(f.Payload()) >= tcpLen
}

func (e *Endpoint) forUs6(datagram []byte) (header int, ok bool) {
	var v lneto.Validator
	var sum lneto.CRC791
	f, err := ipv6.NewFrame(datagram)
	if err != nil {
		return 0, false
	}
	f.ValidateSize(&v)
	if v.HasError() || f.NextHeader() != lneto.IPProtoTCP {
		return 0, false
	}
	f.CRCWritePseudo(&sum)
	if sum.PayloadSum16(f.Payload()) != 0 {
		return 0, false
	}
	src, dst := netip.AddrFrom16(*f.SourceAddr()), netip.AddrFrom16(*f.DestinationAddr())
	return ipv6Len, e.between(src, dst) && len(f.Payload()) >= tcpLen
}

// between reports whether a datagram comes from the peer to here.
func (e *Endpoint) between(src, dst netip.Addr) bool {
	return dst == e.cfg.Local.Addr() && (src == e.cfg.Remote.Addr() || !e.cfg.Remote.IsValid())
}
