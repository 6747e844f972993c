package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
)

// KeepAlive tells when somebody who has nothing to say speaks.
func KeepAlive(k Kit) {
	on := k.configured(func(c *endpoint.Config) { c.KeepAlive = true })

	Describe("a keep-alive", rfc("3.8.4"), func() {
		It("is sent if the user wants it, and else not", Label("MUST-24", "MAY-5"), func() {
			h, _ := on.connected()
			Expect(h.expire()).To(HaveLen(1))
			h, _ = k.connected()
			Expect(h.deadline()).To(Equal(endpoint.Never))
		})

		It("comes after two hours, without text, and stands where it has to be answered",
			Label("MUST-28", "SHLD-12"), func() {
				h, iss := on.connected()
				begun := h.now
				Expect(h.expire()).To(ConsistOf(And(
					HaveField("Seq", iss), HaveField("Text", BeEmpty()), HaveField("Flags", endpoint.ACK))))
				Expect(h.now - begun).To(BeNumerically(">=", 2*time.Hour))
			})

		It("comes after what the user says", Label("MUST-27"), func() {
			for _, interval := range []time.Duration{10 * time.Minute, 30 * time.Hour} {
				h, _ := on.configured(func(c *endpoint.Config) { c.KeepAliveInterval = interval }).connected()
				begun := h.now
				Expect(h.expire()).To(HaveLen(1))
				Expect(h.now - begun).To(Equal(interval))
			}
		})

		It("does not come while something waits to be sent", Label("MUST-26"), func() {
			h, iss := on.configured(func(c *endpoint.Config) { c.KeepAliveInterval = 10 * time.Second }).connected()
			h.wnd = 0
			Expect(h.ack(iss + 1)).To(BeEmpty())
			Expect(h.write(100)).To(BeEmpty())
			for range 8 { // the probes are soon more than 10 seconds apart
				Expect(h.expire()).To(ConsistOf(HaveField("Text", HaveLen(1))))
				Expect(h.ack(iss + 1)).To(BeEmpty())
			}
		})

		It("begins anew with all that arrives", Label("MUST-26"), func() {
			h, iss := on.connected()
			h.now += time.Hour
			Expect(h.ack(iss + 1)).To(BeEmpty())
			begun := h.now
			Expect(h.expire()).To(HaveLen(1))
			Expect(h.now-begun).To(BeNumerically(">=", 2*time.Hour), "since the last segment")
		})

		It("that is not answered ends nothing", Label("MUST-29"), func() {
			h, iss := on.connected()
			for range 3 {
				Expect(h.expire()).To(HaveLen(1))
				Expect(h.state()).To(Equal(established))
			}
			Expect(h.ack(iss + 1)).To(BeEmpty())
			Expect(h.expire()).To(HaveLen(1))
			Expect(h.state()).To(Equal(established))
		})
	})
}
