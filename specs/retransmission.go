package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// Retransmission tells what a sender does about silence.
func Retransmission(k Kit) {
	Describe("retransmission", rfc("3.8.1"), func() {
		It("repeats a segment that nobody acknowledged", func() {
			run := k.Run(`
				A: open active; send 100
				B: open passive; receive 100
				drop A DATA #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(data, 2).At(a))
			Expect(run).To(Deliver(100).At(b))
		})

		It("waits twice as long each time", Label("MUST-19", "RFC 6298 5.5"), func() {
			run := k.Run(`
				A: open active; send 100
				B: open passive; receive 100
				drop A DATA #1-4`)
			Expect(run).To(FollowRFC9293())
			waits := look.Gaps(run, a, data)
			Expect(waits).To(HaveLen(4))
			for i, wait := range waits[1:] {
				Expect(wait).To(BeNumerically("~", 2*waits[i], waits[i]/10))
			}
		})

		It("waits a second at first, before any round trip was measured", Label("MUST-18", "RFC 6298 2.1"), func() {
			run := k.Run(`
				A: open active
				B: open passive
				drop A SYN #1-3`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Gaps(run, a, syn)[0]).To(BeNumerically(">=", time.Second))
		})

		It("repeats a FIN that was lost", func() {
			run := k.Run(`
				A: open active; close
				B: open passive; receive all; close
				drop A FIN #1-2
				drop B FIN #1-2`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(closed, closed))
		})

		It("needs the acknowledgment, not the data, to stop", func() {
			run := k.Run(`
				A: open active; send 100
				B: open passive; receive 100
				drop B ACK #1-3`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(data, 4).At(a))
			Expect(run).To(Deliver(100).At(b))
		})
	})
	givingUp(k)
}

// givingUp tells how long a sender tries.
func givingUp(k Kit) {
	Describe("giving up", rfc("3.8.3"), Label("MUST-20"), func() {
		It("takes R2, 100 seconds at least, and ends the connection", Label("SHLD-11"), takes(established, closed), func() {
			run := k.Run(`
				A: open active; when ESTABLISHED; send 100
				B: open passive
				cut A<->B when B ESTABLISHED for 1h
				heal at 2h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(established, closed).At(a))
			Expect(run).To(Hear(endpoint.ErrTimeout).At(a))
			Expect(look.Dwell(run, a, established)).To(BeNumerically(">=", 100*time.Second))
			Expect(run).To(EndIn(closed, established))
		})

		It("comes earlier if the user said so", rfc("3.10.8"), func() {
			run := k.Run(`
				A tcp user-timeout=30s
				A: open active; send 100
				B: open passive
				cut A<->B when B ESTABLISHED for 1h
				heal at 2h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrUserTimeout).At(a))
		})

		It("does not happen while somebody answers, however slowly", func() {
			run := k.Run(`
				A: open active; send 100; close
				B: open passive; receive all; close
				cut A<->B when B ESTABLISHED for 50s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(100).At(b))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}
