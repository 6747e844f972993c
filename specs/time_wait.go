package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// TimeWait tells why the end that closes first has to stay.
func TimeWait(k Kit) {
	Describe("TIME-WAIT", rfc("3.6.1"), func() {
		It("lasts twice the maximum segment lifetime", Label("MUST-13"), takes(timeWait, closed), func() {
			run := k.Run(`
				A tcp msl=30s
				A: open active; close
				B: open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, a, timeWait)).To(Equal(time.Minute))
			Expect(run).NotTo(Visit(timeWait).At(b))
		})

		It("acknowledges the other end's FIN again and again", rfc("3.10.7.4"), func() {
			run := k.Run(`
				A: open active; wait 1s; close
				B: open passive; receive all; wait 1s; close
				drop A ACK #2-4`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(fin, 4).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("begins anew with each FIN", rfc("3.10.7.4"), Label("MUST-13"), func() {
			run := k.Run(`
				A tcp msl=30s
				A: open active; wait 1s; close
				B: open passive; receive all; wait 1s; close
				drop A ACK #2-4`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, a, timeWait)).To(BeNumerically(">=", time.Minute))
		})

		It("answers old data with an ACK, and delivers none of it", func() {
			run := k.Run(`
				A: open active; receive 100; close
				B: open passive; send 100; receive all; close
				duplicate B DATA #1 after 30s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(100).At(a))
		})

		It("does not stand in for a new connection", rfc("3.10.1"), func() {
			run := k.Run(`
				A: open active; close; when TIME-WAIT; open active
				B: open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrExists).At(a))
			Expect(run).To(EndIn(closed, closed))
		})

		It("is over before the next connection", func() {
			run := k.Run(`
				A: open active; send 100; close; receive all; when CLOSED; open active; send 200; close
				B: open passive; receive all; close; when CLOSED; open passive; receive all; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(300).At(b))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}
