package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "example.org/halfopen/specs/matchers"
)

// ThreeSegmentClose tells what becomes of the close if FIN and ACK come back
// as one (Note 2 of figure 5).
func ThreeSegmentClose(k Kit) {
	Describe("the close in three segments", rfc("3.3.2"), func() {
		It("leads from FIN-WAIT-1 to TIME-WAIT at once", takes(finWait1, timeWait), takes(lastAck, closed), func() {
			run := k.Run(`
				A: open active; close
				B: open passive; receive all; close
				drop B ACK`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(finWait1, timeWait).At(a))
			Expect(run).NotTo(Visit(finWait2))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}

// SimultaneousClose tells what two FINs that cross make (figure 13).
func SimultaneousClose(k Kit) {
	Describe("the simultaneous close", rfc("3.6"), func() {
		It("leads both ends through CLOSING to TIME-WAIT", takes(finWait1, closing), takes(closing, timeWait), func() {
			run := k.Run(crossing)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Visit(finWait1, closing, timeWait, closed).At(a))
			Expect(run).To(Visit(finWait1, closing, timeWait, closed).At(b))
		})

		It("comes through although every FIN is lost once", takes(closing, timeWait), func() {
			run := k.Run(crossing + `
				drop A FIN #1
				drop B FIN #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(closed, closed))
		})

		It("resends from CLOSING the FIN that was lost", rfc("3.8.1"), takes(closing, timeWait), func() {
			run := k.Run(crossing + `
				drop A FIN #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(fin, 2).At(a))
			Expect(run).To(Visit(finWait1, closing, timeWait).At(a))
			Expect(run).To(EndIn(closed, closed))
		})

		It("comes through although the ACKs are lost", takes(closing, timeWait), func() {
			run := k.Run(crossing + `
				drop A ACK #2
				drop B ACK #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(closed, closed))
		})

		It("delivers what was sent before", func() {
			run := k.Run(`
				link delay 100ms
				A: open active; send 3000; close; receive all
				B: open passive; send 3000; close; receive all`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(a))
			Expect(run).To(Deliver(3000).At(b))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}

// crossing is a scenario in which both ends close before they hear that the
// other did.
const crossing = `
	link delay 100ms
	A: open active; wait 1s; close
	B: open passive; wait 950ms; close`

// HalfClose tells that each direction ends by itself.
func HalfClose(k Kit) {
	Describe("the half-closed connection", rfc("3.6"), func() {
		It("still carries data the other way", func() {
			run := k.Run(`
				A: open active; send 100; close; receive all
				B: open passive; receive all; wait 1m; send 5000; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(5000).At(a))
			Expect(run).To(Visit(finWait2, timeWait).At(a))
			Expect(run).To(Visit(closeWait, lastAck).At(b))
		})

		It("still carries it over a bad link", func() {
			run := k.Run(`
				link delay 1ms-50ms loss 20% cap 3 duplicate 10%
				seed 1
				A: open active; send 100; close; receive all
				B: open passive; receive all; send 20000; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(20000).At(a))
			Expect(run).To(EndIn(closed, closed))
		})

		It("may be half-closed for ever", takes(finWait1, finWait2), func() {
			run := k.Run(`
				A: open active; close; receive all
				B: open passive; receive all`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(finWait2, closeWait))
		})
	})
}
