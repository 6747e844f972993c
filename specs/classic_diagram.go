package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// ClassicDiagram tells the stories behind the states of figure 5.
func ClassicDiagram(k Kit) {
	Describe("the classic diagram", rfc("3.3.2"), func() {
		It("SYN-RECEIVED: a client that never sends the third ACK holds the server here", func() {
			run := k.Run(`
				A: open active
				B: open passive
				drop A ACK
				heal at 40s`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, b, synReceived)).To(BeNumerically(">", 40*time.Second))
			Expect(len(look.Sent(run, b, synAck))).To(BeNumerically(">", 3))
			Expect(run).To(EndIn(established, established))
		})

		It("FIN-WAIT-2: half a connection that still receives", takes(finWait1, finWait2), func() {
			run := k.Run(`
				A: open active; close; receive all
				B: open passive; receive all; wait 24h; send 1000`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(1000).At(a))
			Expect(look.Dwell(run, a, finWait2)).To(BeNumerically(">", 23*time.Hour))
			Expect(run).To(EndIn(finWait2, closeWait))
		})

		It("CLOSING: what crossing FINs make", takes(finWait1, closing), func() {
			run := k.Run(crossing)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(finWait1, closing).At(a))
			Expect(run).To(TakeEdge(finWait1, closing).At(b))
			Expect(run).NotTo(Visit(finWait2))
			Expect(run).NotTo(Visit(closeWait))
		})

		It("CLOSE-WAIT: waits for the application, as long as that takes", takes(closeWait, lastAck), func() {
			run := k.Run(`
				A: open active; close
				B: open passive; receive all; wait 24h; close`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, b, closeWait)).To(BeNumerically("~", 24*time.Hour, time.Minute))
			Expect(run).To(EndIn(closed, closed))
		})

		It("LAST-ACK: ends with the last ACK, and not before", takes(lastAck, closed), func() {
			run := k.Run(`
				A: open active; wait 1s; close
				B: open passive; receive all; wait 1s; close
				drop A ACK #2`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, b, lastAck)).To(BeNumerically(">", time.Second))
			Expect(run).To(Emit(fin, 2).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("LAST-ACK: still says where it stands, if a late duplicate asks", rfc("3.5.2"), func() {
			run := k.Run(`
				A: open active; send 100; close; receive all
				B: open passive; send 100; receive all; wait 1s; close
				cut A->B when B LAST-ACK for 5s
				duplicate A DATA #1 after 3s`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Dwell(run, b, lastAck)).To(BeNumerically(">", 5*time.Second))
			Expect(run).To(EndIn(closed, closed))
		})
	})
}
