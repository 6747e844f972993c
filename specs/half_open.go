package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	. "example.org/halfopen/specs/matchers"
)

// HalfOpenDiscovery tells how the ends of a connection find out that they
// disagree about it, after one of them forgot everything (figures 9 to 11).
func HalfOpenDiscovery(k Kit) {
	Describe("half-open discovery", rfc("3.5.1"), func() {
		It("happens when the end that forgot opens anew, as in figure 9", takes(established, closed), func() {
			run := k.Run(`
				A: open active
				B: open passive
				B: when CLOSED; open passive
				crash A when B ESTABLISHED
				restart A after 10s
				A: when CLOSED; open active`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(established, closed).At(b))
			Expect(run).To(Hear(endpoint.ErrReset).At(b))
			Expect(run).To(EndIn(established, established))
		})

		It("happens when the other end sends, as in figure 10", takes(established, closed), func() {
			run := k.Run(`
				A: open active
				B: open passive; wait 30s; send 100
				crash A when B ESTABLISHED
				restart A after 10s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(rst, 1).At(a))
			Expect(run).To(Hear(endpoint.ErrReset).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("happens when the other end closes", takes(finWait1, closed), func() {
			run := k.Run(`
				A: open active
				B: open passive; wait 30s; close
				crash A when B ESTABLISHED
				restart A after 10s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(finWait1, closed).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("does not happen while nobody sends", func() {
			run := k.Run(`
				A: open active
				B: open passive
				crash A when B ESTABLISHED
				restart A after 10s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(closed, established))
		})

		It("sends a listener that met an old SYN back to LISTEN, as in figure 11",
			takes(synReceived, listen), func() {
				run := k.Run(`
					A: open passive
					B: open passive
					inject A->B SYN seq=4000 when B LISTEN`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Emit(synAck, 1).At(b))
				Expect(run).To(Emit(rst, 1).At(a))
				Expect(run).To(EndIn(listen, listen))
			})

	})
	synChallenge(k)
}

// synChallenge tells what keeps an attacker from doing the same with a SYN.
func synChallenge(k Kit) {
	Describe("a SYN in a synchronized state", rfc("3.10.7.4"), func() {
		It("is challenged, wherever it stands, and resets nothing", Label("RFC 5961 4.2"),
			func() {
				if !k.Profile().RFC5961 {
					Skip(k.Name + " does not claim RFC 5961")
				}
				run := k.Run(`
					A: open active
					B: open passive
					inject A->B SYN seq=rcv.nxt+10 when B ESTABLISHED
					inject A->B SYN seq=rcv.nxt+200000 when B ESTABLISHED`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Emit(ack, 2).At(b))
				Expect(run).To(Emit(rst, 0))
				Expect(run).To(EndIn(established, established))
			})
	})
}
