package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
)

// Urgent tells of urgent data.
func Urgent(k Kit) {
	// told is the endpoint's urgent mechanism.
	told := func(h *hand) endpoint.Urgent {
		GinkgoHelper()
		u, ok := h.ep.(endpoint.Urgent)
		if !ok {
			Skip(k.Name + " has no urgent data")
		}
		return u
	}
	// arrive lets text arrive at a number that counts from the first octet, with
	// URG and a pointer.
	arrive := func(h *hand, iss endpoint.Seq, at, octets int, up uint16) {
		GinkgoHelper()
		_ = h.arrive(h.datagram(endpoint.Segment{Seq: endpoint.Seq(100 + at), Ack: iss + 1,
			Flags: endpoint.ACK | endpoint.URG, Up: up, Text: make([]byte, octets)}))
	}

	Describe("urgent data that is sent", rfc("3.8.5"), func() {
		It("has URG, and a pointer to the octet that follows it", Label("MUST-30", "MUST-62"), func() {
			h, iss := k.connected()
			Expect(told(h).SendUrgent(h.now, make([]byte, 5))).To(Equal(5))
			sent, _ := h.sent()
			Expect(sent).To(HaveLen(1))
			Expect(sent[0].Flags.Has(endpoint.URG)).To(BeTrue())
			Expect(sent[0].Seq + endpoint.Seq(sent[0].Up)).To(Equal(iss + 6))
			_ = h.ack(iss + 6)
			for _, s := range h.write(5) {
				Expect(s.Flags.Has(endpoint.URG)).To(BeFalse(), "what follows is not urgent")
			}
		})

		It("may be longer than the pointer reaches", Label("MUST-31"), func() {
			const all = 100000
			h, iss := k.configured(func(c *endpoint.Config) { c.SendBuffer = all }).connected()
			Expect(told(h).SendUrgent(h.now, make([]byte, all))).To(Equal(all))
			end, acked := iss+1+all, iss+1
			for sent, _ := h.sent(); octets(sent) > 0; sent = h.ack(acked) {
				for _, s := range sent {
					Expect(s.Flags.Has(endpoint.URG)).To(BeTrue())
					Expect(int(s.Up)).To(Equal(min(65535, end.Sub(s.Seq))), "the pointer at octet %d", s.Seq-iss)
				}
				acked = acked.Add(octets(sent))
			}
			Expect(acked).To(Equal(end))
		})
	})

	Describe("urgent data that arrives", rfc("3.8.5"), func() {
		It("is told of at once, and again when there is more", Label("MUST-30", "MUST-32"), func() {
			h, iss := k.connected()
			u := told(h)
			Expect(u.Urgent()).To(BeZero())
			arrive(h, iss, 0, 3, 10)
			Expect(u.Urgent()).To(Equal(10), "also what has yet to come")
			arrive(h, iss, 3, 3, 20)
			Expect(u.Urgent()).To(Equal(23))
		})

		It("is counted down as it is read", Label("MUST-33"), func() {
			h, iss := k.connected()
			u := told(h)
			arrive(h, iss, 0, 20, 10)
			for left := 10; left > 0; left -= 5 {
				Expect(u.Urgent()).To(Equal(left))
				Expect(h.ep.Receive(h.now, make([]byte, 5))).To(Equal(5))
			}
			Expect(u.Urgent()).To(BeZero())
		})

		It("is told of through a closed window", Label("MUST-66"), rfc("3.10.7.4"), func() {
			h, iss := k.configured(func(c *endpoint.Config) { c.ReceiveBuffer = 10 }).connected()
			u := told(h)
			_ = h.arrive(h.datagram(endpoint.Segment{Seq: 100, Ack: iss + 1, Flags: endpoint.ACK, Text: make([]byte, 10)}))
			arrive(h, iss, 10, 0, 5)
			Expect(u.Urgent()).To(Equal(15))
		})
	})
}
