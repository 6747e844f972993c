package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
)

// Congestion tells how much is sent into a network of which nothing is known.
func Congestion(k Kit) {
	const mss = 536 // nobody said anything
	// begun is an endpoint that has as much to send as it may.
	begun := func() (h *hand, first []endpoint.Segment) {
		GinkgoHelper()
		h, iss := k.configured(func(c *endpoint.Config) {
			c.Congestion, c.SendBuffer = true, 500000
		}).connected()
		h.wnd = 65535
		Expect(h.ack(iss + 1)).To(BeEmpty())
		return h, h.write(400000)
	}
	// round acknowledges segments, one by one, and returns what that lets out.
	round := func(h *hand, sent []endpoint.Segment) (next []endpoint.Segment) {
		GinkgoHelper()
		for i := range sent {
			next = append(next, h.ack(sent[i].Seq.Add(len(sent[i].Text)))...)
		}
		return next
	}

	Describe("congestion control", rfc("3.8.2"), func() {
		It("begins with a few segments, and sends twice as many in the next round", Label("MUST-19", "RFC 5681 3.1"), func() {
			h, sent := begun()
			Expect(octets(sent)).To(Equal(4 * mss))
			for range 3 {
				before := octets(sent)
				sent = round(h, sent)
				Expect(octets(sent)).To(BeNumerically("~", 2*before, mss))
			}
		})

		It("goes back to one segment after a timeout, and creeps from half of what was lost",
			Label("MUST-19", "RFC 5681 3.1"), func() {
				h, sent := begun()
				for range 3 {
					sent = round(h, sent)
				}
				lost, last := octets(sent), sent[len(sent)-1]
				again := h.expire()
				Expect(octets(again)).To(Equal(mss))
				sent = h.ack(last.Seq.Add(len(last.Text))) // all had arrived but the first
				for octets(sent) < lost/2-mss {
					before := octets(sent)
					sent = round(h, sent)
					Expect(octets(sent)).To(BeNumerically("<=", 2*before+mss), "slow start")
					Expect(octets(sent)).To(BeNumerically(">", before))
				}
				for range 5 {
					before := octets(sent)
					sent = round(h, sent)
					Expect(octets(sent)-before).To(BeNumerically("<=", mss), "congestion avoidance")
				}
			})
	})
}
