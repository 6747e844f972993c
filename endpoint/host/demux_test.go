package host

import (
	"net/netip"
	"testing"

	"example.org/halfopen/endpoint"
)

// An ICMP error goes to the connection whose segment it quotes.
func TestDemuxICMP(t *testing.T) {
	quote := func(src, dst netip.Addr, from, to uint16) []byte {
		s := endpoint.Segment{SrcPort: from, DstPort: to, Flags: endpoint.ACK}
		var buf [100]byte
		n, err := endpoint.Encode(buf[:], &endpoint.Header{Src: src, Dst: dst}, &s)
		if err != nil {
			t.Fatal(err)
		}
		return buf[:n]
	}
	icmp := func(dst netip.Addr, kind byte, quoted []byte) []byte {
		carrier := quote(dst, dst, 0, 0) // the sender may be any router
		if dst.Is6() {
			carrier = carrier[:40]
			carrier[6] = protocolICMPv6
		} else {
			carrier = carrier[:20]
			carrier[9] = protocolICMP
		}
		return append(append(carrier, kind, 0, 0, 0, 0, 0, 0, 0), quoted...)
	}
	six, other6 := addr("2001:db8::1"), addr("2001:db8::2")
	for name, c := range map[string]struct {
		own  netip.Addr
		d    []byte
		want bool
	}{
		"unreachable":            {addrA, icmp(addrA, 3, quote(addrA, addrB, 5, 80)), true},
		"eight octets":           {addrA, icmp(addrA, 3, quote(addrA, addrB, 5, 80)[:28]), true},
		"too few":                {addrA, icmp(addrA, 3, quote(addrA, addrB, 5, 80)[:23]), false},
		"no quote":               {addrA, icmp(addrA, 3, nil), false},
		"echo":                   {addrA, icmp(addrA, 8, quote(addrA, addrB, 5, 80)), false},
		"about somebody else":    {addrA, icmp(addrA, 3, quote(addrB, addrA, 80, 5)), false},
		"for somebody else":      {addrA, icmp(addrB, 3, quote(addrA, addrB, 5, 80)), false},
		"IPv6: unreachable":      {six, icmp(six, 1, quote(six, other6, 5, 80)), true},
		"IPv6: parameter":        {six, icmp(six, 4, quote(six, other6, 5, 80)), true},
		"IPv6: packet too big":   {six, icmp(six, 2, quote(six, other6, 5, 80)), true},
		"IPv6: echo":             {six, icmp(six, 128, quote(six, other6, 5, 80)), false},
		"IPv6: about a stranger": {six, icmp(six, 2, quote(other6, six, 5, 80)), false},
	} {
		h := &Host{cfg: Config{Addr: c.own}}
		remote := addrB
		if c.own.Is6() {
			remote = other6
		}
		k, ok := h.read(c.d)
		if ok != c.want || ok && k != tupleOf(netip.AddrPortFrom(remote, 80), 5) {
			t.Errorf("%s: %+v, %v", name, k, ok)
		}
	}
	h, _ := New(Config{Addr: addrA})
	h.Arrive(0, icmp(addrA, 3, quote(addrA, addrB, 5, 80))) // nobody's
	if _, ok := h.Emit(0, make([]byte, endpoint.MTU)); ok {
		t.Error("an ICMP error is answered")
	}
}
