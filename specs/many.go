package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/host"
	"example.org/halfopen/sim"
)

// ManyConnections tells how those of one host get along.
func ManyConnections(k Kit) {
	Describe("a port", rfc("3.9.1.1"), func() {
		It("can be listened on while a connection on it is being opened", Label("MUST-42"), func() {
			sockets := sim.Sockets(false)
			h, err := host.New(host.Config{Addr: sockets[a].Addr(), Factory: k.New})
			Expect(err).NotTo(HaveOccurred())
			var sent []endpoint.Segment
			emit := func() {
				for {
					buf := make([]byte, endpoint.MTU)
					n, ok := h.Emit(0, buf)
					if !ok {
						return
					}
					var s endpoint.Segment
					Expect(endpoint.Decode(buf[:n], &endpoint.Header{}, &s)).To(Succeed())
					sent = append(sent, s)
				}
			}
			id, err := h.Dial(0, sockets[b], 4000)
			Expect(err).NotTo(HaveOccurred())
			emit()
			Expect(h.Listen(4000, 0)).To(Succeed())
			for port := range uint16(2) { // the second while the first is in SYN-RECEIVED
				buf := make([]byte, endpoint.MTU)
				n, err := endpoint.Encode(buf, &endpoint.Header{Src: sockets[b].Addr(), Dst: sockets[a].Addr()},
					&endpoint.Segment{SrcPort: 5000 + port, DstPort: 4000, Seq: 99, Flags: endpoint.SYN, Wnd: 1000})
				Expect(err).NotTo(HaveOccurred())
				h.Arrive(0, buf[:n])
				emit()
			}
			var st endpoint.Status
			Expect(h.Status(id, &st)).To(BeTrue())
			Expect(st.State).To(Equal(synSent))
			Expect(sent).To(HaveExactElements(
				HaveField("Flags", endpoint.SYN), HaveField("Flags", endpoint.SYN|endpoint.ACK), HaveField("Flags", endpoint.SYN|endpoint.ACK)))
		})
	})
}
