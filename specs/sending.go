package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// Sending tells what becomes of the octets of a SEND.
func Sending(k Kit) {
	Describe("octets that were given to SEND", rfc("3.9.1.2"), func() {
		It("leave soon, however few they are", Label("MUST-60"), func() {
			run := k.Run(`
				A: open active; send 1; send 1
				B: open passive; receive 2`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(2).At(b))
			Expect(look.Sent(run, a, data)).To(HaveEach(HaveField("At", BeNumerically("<", time.Second))))
		})

		It("are pushed where the queue ends", Label("MUST-61"), func() {
			run := k.Run(`
				A: open active; send 3000
				B: open passive; receive 3000`)
			Expect(run).To(FollowRFC9293())
			sent := look.Sent(run, a, data)
			Expect(sent).NotTo(BeEmpty())
			Expect(sent[len(sent)-1].Flags.Has(endpoint.PSH)).To(BeTrue(), "the last segment: %v", sent[len(sent)-1].Flags)
		})

		It("make full segments, where there are enough of them", Label("SHLD-28"), func() {
			run := k.Run(`
				B tcp mss=1000
				A: open active; send 10000
				B: open passive; receive 10000`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Sent(run, a, data)).To(HaveEach(HaveField("Len", uint32(1000))))
		})
	})
}

// Receiving tells how what arrives is acknowledged.
func Receiving(k Kit) {
	Describe("an acknowledgment", rfc("3.8.6.3"), func() {
		It("is for two segments, and for no more", rfc("3.10.7.4"), Label("MUST-58", "SHLD-19"), func() {
			run := k.Run(`
				B tcp mss=1000
				A: open active; send 20000
				B: open passive; wait 1s; receive 20000`)
			Expect(run).To(FollowRFC9293())
			Expect(len(look.Sent(run, b, ack))).To(And(BeNumerically(">=", 10), BeNumerically("<=", 12)))
		})

		It("waits for data that goes the same way", Label("SHLD-18"), func() {
			run := k.Run(`
				A: open active; send 100; receive 100
				B: open passive; receive 100; wait 50ms; send 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(100).At(a))
			Expect(run).To(Emit(ack, 0).At(b))
		})

		It("tells of a gap, and covers all that waited behind it, once it is filled",
			rfc("3.10.7.4"), Label("MUST-59", "SHLD-31", "MAY-13"), func() {
				run := k.Run(`
					B tcp mss=1000
					A: open active; wait 1s; send 4000
					B: open passive
					drop A DATA #1`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Emit(data, 5).At(a)) // the first again, and no other
				iss := run.Segments[0].Seq
				last := 0
				for i, g := range look.Sent(run, b, ack) {
					Expect(g.Ack-iss).To(BeElementOf(endpoint.Seq(1), endpoint.Seq(4001)), "acknowledgment %d", i+1)
					if g.Ack-iss == 4001 {
						last++
					}
				}
				Expect(last).To(Equal(1))
			})

		It("far below the window is challenged", rfc("3.10.7.4"), Label("MAY-12", "RFC 5961 5"), func() {
			if !k.Profile().ACKRange {
				Skip(k.Name + " does not claim the range of RFC 5961 5")
			}
			run := k.Run(`
				A: open active
				B: open passive; receive 10
				inject A->B ACK seq=rcv.nxt ack=snd.una-100000 len=10 when B ESTABLISHED`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(0).At(b))
			Expect(run).To(Emit(ack, 1).At(b))
		})
	})

	Describe("a RST with text", rfc("3.5.3"), func() {
		It("ends the connection as one without", Label("SHLD-2"), takes(established, closed), func() {
			run := k.Run(`
				A: open active; receive 10
				B: open passive
				inject B->A RST seq=rcv.nxt len=10 when A ESTABLISHED`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(established, closed).At(a))
			Expect(run).To(Deliver(0).At(a))
		})
	})
}
