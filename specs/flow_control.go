package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// FlowControl tells how a slow reader holds a fast writer.
func FlowControl(k Kit) {
	Describe("flow control", rfc("3.8.6"), func() {
		It("stops a sender that has filled the window", func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 5000; close
				B: open passive; wait 10s; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(5000).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("finds out that the window is open although nobody heard of it", rfc("3.8.6.1"), Label("MUST-36"), func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 3000
				B: open passive; receive 3000
				stall B reads at 0s for 30s
				cut B->A at 29s for 5s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(b))
		})

		It("lasts as long as the receiver wants and answers the probes", rfc("3.8.6.1"), Label("MUST-37", "MAY-8"), func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 3000; close
				B: open passive; receive all; close
				stall B reads at 0s for 3h
				heal at 4h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(b))
			Expect(look.Dwell(run, a, finWait1)).To(BeNumerically(">", 2*time.Hour))
			Expect(run).To(EndIn(closed, closed))
		})

		It("lets a RST through a closed window", Label("MUST-66"), rfc("3.10.7.4"), takes(established, closed), func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 1000; wait 1s; abort
				B: open passive
				stall B reads at 0s for 30s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrReset).At(b))
		})
	})

	sillyWindow(k)
}

// sillyWindow tells how both ends avoid small segments.
func sillyWindow(k Kit) {
	Describe("silly window avoidance", rfc("3.8.6.2"), func() {
		It("does not open the window octet by octet", func() {
			run := k.Run(`
				B tcp receive-buffer=2000 mss=500
				A: open active; send 6000
				B: open passive; receive 6000 by 10 every 10ms`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(6000).At(b))
			Expect(len(look.Sent(run, a, data))).To(BeNumerically("<", 40))
		})

		It("gathers small writes, as Nagle proposed", rfc("3.7.4"), Label("SHLD-7", "SHLD-27", "MAY-16"), func() {
			run := k.Run(`
				A: open active; send 1; send 1; send 1; send 1; send 1
				B: open passive; receive 5`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(data, 2).At(a))
			Expect(run).To(Deliver(5).At(b))
		})

		It("can be told not to", rfc("3.7.4"), Label("MUST-17"), func() {
			run := k.Run(`
				A tcp no-nagle
				A: open active; send 1; wait 1ms; send 1; wait 1ms; send 1
				B: open passive; receive 3`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(data, 3).At(a))
			Expect(look.Gaps(run, a, data)).To(HaveEach(time.Millisecond))
		})
	})
}
