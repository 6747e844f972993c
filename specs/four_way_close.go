package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	. "example.org/halfopen/specs/matchers"
)

// FourWayClose tells the normal end of a connection (figure 12).
func FourWayClose(k Kit) {
	Describe("the four-way close", rfc("3.6"), func() {
		It("takes a FIN and an ACK each way",
			takes(established, finWait1), takes(established, closeWait), takes(finWait1, finWait2),
			takes(closeWait, lastAck), takes(finWait2, timeWait), takes(lastAck, closed), takes(timeWait, closed), func() {
				run := k.Run(`
					A: open active; wait 1s; close; receive all
					B: open passive; receive all; wait 1s; close`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Visit(finWait1, finWait2, timeWait, closed).At(a))
				Expect(run).To(Visit(closeWait, lastAck, closed).At(b))
				Expect(run).To(Emit(fin, 1).At(a))
				Expect(run).To(Emit(fin, 1).At(b))
			})

		It("comes after all the data", rfc("3.10.4"), func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 10000; close
				B: open passive; receive all by 1000 every 50ms; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(10000).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("comes through although each of its segments is lost once", func() {
			run := k.Run(`
				A: open active; wait 1s; close; receive all
				B: open passive; receive all; wait 1s; close
				drop A FIN #1
				drop B ACK #1
				drop B FIN #1
				drop A ACK #2`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(closed, closed))
		})

		It("may begin before the handshake has ended", rfc("3.10.4"), takes(synReceived, finWait1), func() {
			run := k.Run(`
				A: open active; receive all; close
				B: open passive nowait; when SYN-RECEIVED; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Visit(synReceived, finWait1).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("tells the application that the other end closed, not that it failed", Label("MUST-12"), func() {
			run := k.Run(`
				A: open active; send 100; close
				B: open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).NotTo(Hear(endpoint.ErrReset))
			Expect(run).To(Deliver(100).At(b))
		})

	})
	afterClose(k)
}

// afterClose tells what an application may not do any more.
func afterClose(k Kit) {
	Describe("CLOSE", rfc("3.10.4"), func() {
		It("cannot be done twice", func() {
			run := k.Run(`
				A: open active; close; close
				B: open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrClosing).At(a))
			Expect(run).To(Emit(fin, 1).At(a))
		})

		It("leaves nothing more to be sent", rfc("3.10.2"), func() {
			run := k.Run(`
				A: open active; close; send 100
				B: open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrClosing).At(a))
			Expect(run).To(Deliver(0).At(b))
		})
	})
}
