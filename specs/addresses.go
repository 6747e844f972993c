package specs

import (
	"net/netip"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/specs/look"
)

// Addresses tells who is spoken to.
func Addresses(k Kit) {
	Describe("the local address", rfc("3.9.1.1"), func() {
		It("is the one that the user names", Label("MUST-43"), func() {
			for _, local := range []string{"192.0.2.77:4000", "203.0.113.9:4000"} {
				h := k.between(netip.MustParseAddrPort(local), sim.Sockets(false)[b])
				Expect(h.ep.Open(h.now, false)).To(Succeed())
				_, headers := h.sent()
				Expect(headers).To(ConsistOf(HaveField("Src", h.local.Addr())))
			}
		})

		It("stays the same as long as the connection lasts", Label("MUST-45"), func() {
			var headers []endpoint.Header
			k.witnessed(a, &headers).Run(`
				A: open active; send 5000; receive 100; abort
				B: open passive; send 100; receive all
				drop A DATA #2`)
			Expect(len(headers)).To(BeNumerically(">", 5))
			Expect(headers).To(HaveEach(And(
				HaveField("Src", sim.Sockets(false)[a].Addr()), HaveField("Dst", sim.Sockets(false)[b].Addr()))))
		})
	})

	nobody(k)
}

// nobody tells what becomes of addresses that no host has.
func nobody(k Kit) {
	Describe("an address that no host has", rfc("3.9.2.3"), func() {
		addresses := []string{"255.255.255.255", "224.0.0.1", "0.0.0.0"}

		It("is no partner for an active OPEN", rfc("3.9.1.1"), Label("MUST-46"), func() {
			for _, remote := range addresses[:2] {
				local := sim.Sockets(false)[a]
				ep, err := k.New(endpoint.Config{Local: local, Remote: netip.AddrPortFrom(netip.MustParseAddr(remote), 80)})
				if err != nil {
					continue // refused before the OPEN
				}
				h := &hand{ep: ep, local: local}
				Expect(h.ep.Open(h.now, false)).NotTo(Succeed(), remote)
				Expect(h.sent()).To(BeEmpty())
			}
		})

		It("is no destination of a SYN that is answered", Label("MUST-57"), func() {
			h := k.byHand()
			Expect(h.ep.Open(h.now, true)).To(Succeed())
			for _, dst := range addresses[:2] {
				Expect(h.arrive(h.from(h.remote.Addr(), netip.MustParseAddr(dst),
					endpoint.Segment{Seq: 99, Flags: endpoint.SYN}))).To(BeEmpty(), dst)
			}
			Expect(h.state()).To(Equal(listen))
		})

		It("is no source of a SYN that is answered", Label("MUST-63"), func() {
			local := sim.Sockets(false)[a]
			ep, err := k.New(endpoint.Config{Local: local}) // whoever calls
			if err != nil {
				Skip(err.Error())
			}
			h := &hand{ep: ep, local: local, remote: sim.Sockets(false)[b]}
			Expect(h.ep.Open(h.now, true)).To(Succeed())
			for _, src := range addresses {
				Expect(h.arrive(h.from(netip.MustParseAddr(src), h.local.Addr(),
					endpoint.Segment{Seq: 99, Flags: endpoint.SYN}))).To(BeEmpty(), src)
			}
			Expect(h.state()).To(Equal(listen))
		})
	})

	Describe("an IPv4 option", rfc("3.9.2"), func() {
		It("that nobody knows is passed over", Label("MUST-50"), func() {
			h := k.byHand()
			Expect(h.ep.Open(h.now, true)).To(Succeed())
			plain := h.datagram(endpoint.Segment{Seq: 99, Flags: endpoint.SYN})
			Expect(h.arrive(withIPOption(plain))).To(ConsistOf(HaveField("Flags", endpoint.SYN|endpoint.ACK)))
		})
	})
}

// withIPOption is an IPv4 datagram with an option of an unknown kind.
func withIPOption(d []byte) []byte {
	d = append(append(append([]byte(nil), d[:20]...), 0x5e, 4, 0, 0), d[20:]...) // RFC 791 3.1; 30 is for experiments (RFC 4727)
	d[0]++                                                                       // IHL
	d[3] += 4                                                                    // total length
	d[10], d[11] = 0, 0
	sum := uint32(0)
	for i := 0; i < 24; i += 2 {
		sum += uint32(d[i])<<8 | uint32(d[i+1])
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	d[10], d[11] = ^byte(sum>>8), ^byte(sum)
	return d
}

// InitialNumbers tells how the initial sequence number is chosen.
func InitialNumbers(k Kit) {
	Describe("the initial sequence number", rfc("3.4.1"), func() {
		It("follows a clock that ticks every 4 microseconds", Label("MUST-8", "SHLD-1"), func() {
			first := func(wait time.Duration) endpoint.Seq {
				return look.Sent(k.Run("A: wait "+wait.String()+"; open active nowait"), a, syn)[0].Seq
			}
			for _, wait := range []time.Duration{time.Second, 10 * time.Second} {
				ticks := endpoint.Seq(wait / (4 * time.Microsecond))
				Expect(first(time.Minute+wait) - first(time.Minute)).To(BeNumerically("~", ticks, ticks/2))
			}
		})

		It("sets other sockets apart", Label("SHLD-1"), func() {
			sockets := sim.Sockets(false)
			var numbers []endpoint.Seq
			for port := range uint16(10) {
				h := k.between(netip.AddrPortFrom(sockets[a].Addr(), 4000+port), sockets[b])
				Expect(h.ep.Open(h.now, false)).To(Succeed())
				segments, _ := h.sent()
				for _, other := range numbers {
					Expect(min(segments[0].Seq-other, other-segments[0].Seq)).To(BeNumerically(">", 1000))
				}
				numbers = append(numbers, segments[0].Seq)
			}
		})
	})
}
