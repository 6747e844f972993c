package specs

import (
	"net/netip"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// hand drives one endpoint by hand, without a world: what arrives is made here,
// octet by octet, and nobody judges.
type hand struct {
	ep            endpoint.Endpoint
	now           time.Duration
	local, remote netip.AddrPort
	wnd           uint16 // SEG.WND of what arrives
}

// byHand makes an endpoint between the sockets of A and B. It skips the spec if
// the stack refuses them.
func (k Kit) byHand() *hand {
	GinkgoHelper()
	sockets := sim.Sockets(false)
	return k.between(sockets[a], sockets[b])
}

// configured is the kit with ends whose configuration is changed.
func (k Kit) configured(change func(*endpoint.Config)) Kit {
	plain := k.New
	k.New = func(c endpoint.Config) (endpoint.Endpoint, error) {
		change(&c)
		return plain(c)
	}
	return k
}

func (k Kit) between(local, remote netip.AddrPort) *hand {
	GinkgoHelper()
	ep, err := k.New(endpoint.Config{Local: local, Remote: remote})
	if err != nil {
		Skip(err.Error())
	}
	return &hand{ep: ep, local: local, remote: remote, wnd: 10000}
}

// sent are the segments that the endpoint has to send now.
func (h *hand) sent() (segments []endpoint.Segment, headers []endpoint.Header) {
	GinkgoHelper()
	for {
		buf := make([]byte, endpoint.MTU)
		n, ok := h.ep.Emit(h.now, buf)
		if !ok {
			return segments, headers
		}
		var header endpoint.Header
		var s endpoint.Segment
		Expect(endpoint.Decode(buf[:n], &header, &s)).To(Succeed())
		segments, headers = append(segments, s), append(headers, header)
	}
}

// datagram is a segment from the remote socket to the local one.
func (h *hand) datagram(s endpoint.Segment) []byte {
	GinkgoHelper()
	return h.from(h.remote.Addr(), h.local.Addr(), s)
}

// from is a segment between two addresses.
func (h *hand) from(src, dst netip.Addr, s endpoint.Segment) []byte {
	GinkgoHelper()
	s.SrcPort, s.DstPort = h.remote.Port(), h.local.Port()
	s.Wnd = h.wnd
	buf := make([]byte, endpoint.MTU)
	n, err := endpoint.Encode(buf, &endpoint.Header{Src: src, Dst: dst}, &s)
	Expect(err).NotTo(HaveOccurred())
	return buf[:n]
}

// arrive hands a datagram to the endpoint, 10 ms after the last one, and returns
// what it sends.
func (h *hand) arrive(datagram []byte) []endpoint.Segment {
	GinkgoHelper()
	h.now += 10 * time.Millisecond
	h.ep.Arrive(h.now, datagram)
	segments, _ := h.sent()
	return segments
}

// connected makes an endpoint that has a connection, and returns its ISS. The
// other end's next sequence number is 100.
func (k Kit) connected() (h *hand, iss endpoint.Seq) {
	GinkgoHelper()
	h = k.byHand()
	Expect(h.ep.Open(h.now, true)).To(Succeed())
	answer := h.arrive(h.datagram(endpoint.Segment{Seq: 99, Flags: endpoint.SYN}))
	Expect(answer).To(HaveLen(1))
	iss = answer[0].Seq
	Expect(h.ack(iss + 1)).To(BeEmpty())
	Expect(h.state()).To(Equal(established))
	return h, iss
}

// ack lets an acknowledgment arrive, and returns what is sent.
func (h *hand) ack(ack endpoint.Seq) []endpoint.Segment {
	GinkgoHelper()
	return h.arrive(h.datagram(endpoint.Segment{Seq: 100, Ack: ack, Flags: endpoint.ACK}))
}

// write gives octets to SEND, and returns what is sent.
func (h *hand) write(octets int) []endpoint.Segment {
	GinkgoHelper()
	Expect(h.ep.Send(h.now, make([]byte, octets))).To(Equal(octets))
	segments, _ := h.sent()
	return segments
}

// expire lets time pass up to the endpoint's deadline, and returns what is sent
// then.
func (h *hand) expire() []endpoint.Segment {
	GinkgoHelper()
	due := h.deadline()
	Expect(due).NotTo(Equal(endpoint.Never), "no timer runs")
	h.now = max(h.now, due)
	h.ep.Timeout(h.now)
	segments, _ := h.sent()
	return segments
}

// status is what the endpoint tells.
func (h *hand) status() endpoint.Status {
	st := endpoint.Status{Deadline: endpoint.Never}
	h.ep.Status(&st)
	return st
}

func (h *hand) state() endpoint.State   { return h.status().State }
func (h *hand) deadline() time.Duration { return h.status().Deadline }
