package specs

import (
	"net/netip"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
)

// ICMP tells what the network's own messages do.
func ICMP(k Kit) {
	// busy is an endpoint that has sent ten octets, which are not acknowledged.
	busy := func() (*hand, endpoint.Seq) {
		GinkgoHelper()
		h, iss := k.connected()
		Expect(h.write(10)).To(HaveLen(1))
		return h, iss + 1
	}
	// router sends a message about the segment that begins at a number.
	router := func(h *hand, typ, code uint8, port uint16, seq endpoint.Seq) {
		GinkgoHelper()
		var quoted, buf [endpoint.MTU]byte
		n, err := endpoint.Encode(quoted[:], &endpoint.Header{Src: h.local.Addr(), Dst: h.remote.Addr()},
			&endpoint.Segment{SrcPort: h.local.Port(), DstPort: port, Seq: seq, Flags: endpoint.ACK})
		Expect(err).NotTo(HaveOccurred())
		n, err = endpoint.EncodeICMP(buf[:], &endpoint.Header{Src: netip.MustParseAddr("192.0.2.254"), Dst: h.local.Addr()},
			&endpoint.ICMP{Type: typ, Code: code}, quoted[:n])
		Expect(err).NotTo(HaveOccurred())
		Expect(h.arrive(buf[:n])).To(BeEmpty())
	}
	// soft is the soft error that the endpoint tells.
	soft := func(h *hand) (endpoint.ICMP, bool) {
		GinkgoHelper()
		s, ok := h.ep.(interface {
			SoftError() (endpoint.ICMP, bool)
		})
		if !ok {
			Skip(k.Name + " does not tell of soft errors")
		}
		return s.SoftError()
	}

	Describe("an ICMP message", rfc("3.9.2.2"), func() {
		DescribeTable("that may pass ends nothing, and can be asked for", Label("MUST-47", "MUST-56", "SHLD-25"), rfc("3.9.1.8"),
			func(typ, code int) {
				h, seq := busy()
				_, told := soft(h)
				Expect(told).To(BeFalse())
				router(h, uint8(typ), uint8(code), h.remote.Port(), seq)
				Expect(h.state()).To(Equal(established))
				m, told := soft(h)
				Expect(told).To(BeTrue())
				Expect([]uint8{m.Type, m.Code}).To(Equal([]uint8{uint8(typ), uint8(code)}))
			},
			Entry("net unreachable", 3, 0), Entry("host unreachable", 3, 1), Entry("source route failed", 3, 5),
			Entry("time exceeded", 11, 0), Entry("parameter problem", 12, 0),
		)

		DescribeTable("that will not pass ends the connection", Label("SHLD-26"), func(code int) {
			h, seq := busy()
			router(h, 3, uint8(code), h.remote.Port(), seq)
			Expect(h.state()).To(Equal(closed))
			_, err := h.ep.Receive(h.now, make([]byte, 1))
			Expect(err).To(MatchError(endpoint.ErrUnreachable))
		}, Entry("protocol unreachable", 2), Entry("port unreachable", 3), Entry("fragmentation needed", 4))

		It("is for the connection that it is about", Label("MUST-54"), func() {
			h, seq := busy()
			router(h, 3, 3, h.remote.Port()+1, seq)
			Expect(h.state()).To(Equal(established), "another port")
			router(h, 3, 3, h.remote.Port(), seq+100)
			Expect(h.state()).To(Equal(established), "a segment that was never sent (RFC 5927 4.1)")
			router(h, 3, 3, h.remote.Port(), seq)
			Expect(h.state()).To(Equal(closed))
		})

		It("that asks to send less is dropped", Label("MUST-55"), func() {
			h, seq := busy()
			before := h.status()
			router(h, 4, 0, h.remote.Port(), seq)
			Expect(h.status()).To(Equal(before))
			if _, told := soft(h); told {
				Fail("Source Quench was told as an error")
			}
		})
	})
}
