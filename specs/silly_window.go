package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	. "example.org/halfopen/specs/matchers"
)

// SillyWindow tells that each end avoids it by itself.
func SillyWindow(k Kit) {
	Describe("a window of a few octets", rfc("3.8.6.2.1"), func() {
		It("is not filled, although nothing else is on its way", Label("MUST-38"), func() {
			h, iss := k.connected()
			sent := h.write(9000)
			Expect(sent).NotTo(BeEmpty())
			h.wnd = 10
			Expect(h.ack(iss + 1 + endpoint.Seq(octets(sent)))).To(BeEmpty())
		})
	})

	Describe("a buffer that is read octet by octet", rfc("3.8.6.2.2"), func() {
		It("opens the window by a segment, or by half the buffer, at once", Label("MUST-39"), func() {
			run := k.Run(`
				B tcp receive-buffer=2000 mss=500
				A: open active; send 6000
				B: open passive; receive 6000 by 10 every 10ms`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(6000).At(b))
			Expect(edges(run, b)).To(And(ContainElement(BeNumerically(">", 0)),
				HaveEach(Or(BeZero(), BeNumerically(">=", 500)))))
		})
	})
}
