package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "example.org/halfopen/specs/matchers"
)

// SimultaneousOpen tells what two SYNs that cross make (figure 7).
func SimultaneousOpen(k Kit) {
	Describe("simultaneous open", rfc("3.5"), Label("MUST-10"), func() {
		It("makes one connection of two active OPENs", takes(synSent, synReceived), takes(synReceived, established), func() {
			run := k.Run(`
				A: open active; send 100; receive 100
				B: open active; send 100; receive 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Visit(synSent, synReceived, established).At(a))
			Expect(run).To(Visit(synSent, synReceived, established).At(b))
			Expect(run).To(Deliver(100).At(a))
			Expect(run).To(Deliver(100).At(b))
		})

		It("works if one SYN is late", func() {
			run := k.Run(`
				A: open active
				B: open active
				delay A SYN #1 by 15ms`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(established, established))
		})

		It("works if both SYN,ACKs are lost", func() {
			run := k.Run(`
				A: open active
				B: open active
				drop A SYN,ACK #1
				drop B SYN,ACK #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(established, established))
		})

		It("ends in CLOSED if a RST refuses it: no end was a listener", Label("MUST-11"),
			rfc("3.10.7.4"), takes(synReceived, closed), func() {
				run := k.Run(`
					A: open active
					B: open active
					inject B->A RST seq=rcv.nxt when A SYN-RECEIVED`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(TakeEdge(synReceived, closed).At(a))
				Expect(run).To(hearOfReset(run, a))
			})

		It("can be closed before it is open", rfc("3.10.4"), takes(synReceived, finWait1), func() {
			run := k.Run(`
				A: open active nowait; when SYN-RECEIVED; close
				B: open active; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(synReceived, finWait1).At(a))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}
