package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// ThreeWayHandshake tells how two ends agree on both initial sequence numbers.
func ThreeWayHandshake(k Kit) {
	Describe("the three-way handshake", rfc("3.5"), func() {
		It("takes three segments: SYN, SYN,ACK and ACK",
			takes(closed, synSent), takes(closed, listen), takes(listen, synReceived),
			takes(synSent, established), takes(synReceived, established), func() {
				run := k.Run(`
					A: open active
					B: open passive`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Visit(synSent, established).At(a))
				Expect(run).To(Visit(listen, synReceived, established).At(b))
				Expect(run).To(Emit(syn, 1).At(a))
				Expect(run).To(Emit(synAck, 1).At(b))
				Expect(run).To(Emit(ack, 1).At(a))
			})

		It("comes through although each of its segments is lost once", func() {
			run := k.Run(`
				A: open active
				B: open passive
				drop A SYN #1
				drop B SYN,ACK #1
				drop A ACK #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(EndIn(established, established))
		})

		It("is not confused by an old duplicate SYN, as in figure 8", Label("MUST-11"),
			takes(synReceived, listen), func() {
				run := k.Run(`
					A: open active
					B: open passive
					delay A SYN #1 by 30ms
					inject A->B SYN seq=90 when B LISTEN`)
				Expect(run).To(FollowRFC9293())
				Expect(run).To(Emit(rst, 1).At(a))
				Expect(run).To(Visit(synReceived, listen, synReceived, established).At(b))
				Expect(run).To(EndIn(established, established))
			})

		It("needs no ACK of its own if the FIN brings it", rfc("3.10.7.4"), takes(synReceived, closeWait), func() {
			run := k.Run(`
				A: open active; close
				B: open passive
				drop A ACK #1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(synReceived, closeWait).At(b))
		})

		It("is over for both if SYN,ACK and FIN come in one segment", rfc("3.10.7.3"), takes(synSent, closeWait), func() {
			run := k.Run(`
				A: open active
				drop A ANY
				inject B->A SYN,ACK,FIN seq=7000 ack=snd.nxt when A SYN-SENT`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(synSent, closeWait).At(a))
		})
	})

	refusals(k)
	listeners(k)
}

// refusals are the handshakes that nobody answers as hoped.
func refusals(k Kit) {
	Describe("a handshake that fails", rfc("3.10.7.3"), func() {
		It("is refused where nobody listens", takes(synSent, closed), func() {
			run := k.Run(`
				A: open active`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(rst, 1).At(b))
			Expect(run).To(hearOfReset(run, a))
			Expect(run).To(EndIn(closed, closed))
		})

		It("is tried for three minutes at least", rfc("3.8.3"), Label("MUST-23"), takes(synSent, closed), func() {
			run := k.Run(`
				A: open active
				B: open passive
				drop A SYN
				heal at 1h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrTimeout).At(a))
			Expect(look.Dwell(run, a, synSent)).To(BeNumerically(">=", 3*time.Minute))
			Expect(run).To(EndIn(closed, listen))
		})

		It("leaves nothing behind if the user closes first", rfc("3.10.4"), takes(synSent, closed), func() {
			run := k.Run(`
				A: open active nowait; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(synSent, closed).At(a))
			Expect(run).To(Emit(fin, 0))
		})

		It("is given up by a server that was opened passively, too", rfc("3.8.3"), takes(synReceived, closed), func() {
			run := k.Run(`
				A: open active
				B: open passive
				crash A when B SYN-RECEIVED
				heal at 1h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(synReceived, closed).At(b))
		})
	})
}

// hearOfReset matches if the run's user at e is told that the peer's RST ended
// the active OPEN. RFC 9293 calls that "connection reset" in SYN-SENT (3.10.7.3)
// and "connection refused" in SYN-RECEIVED (3.10.7.4), and in both means the same
// event. Its words identify a response in the text (3.10); what an interface
// calls it is the stack's own (3.9.1), so either is right in both. That the user
// is told, and of nothing else, is MUST-12.
func hearOfReset(run *sim.Trace, e endpoint.End) *Matcher {
	refused := Hear(endpoint.ErrRefused).At(e)
	if ok, err := refused.Match(run); ok && err == nil {
		return refused
	}
	return Hear(endpoint.ErrReset).At(e)
}

// listeners are what else can become of LISTEN.
func listeners(k Kit) {
	Describe("a listener", rfc("3.10.1"), func() {
		It("turns active when the user says so", takes(listen, synSent), func() {
			run := k.Run(`
				A: open passive nowait; open active
				B: open passive`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Visit(listen, synSent, established).At(a))
			Expect(run).To(EndIn(established, established))
		})

		It("turns active when the user sends", rfc("3.10.2"), takes(listen, synSent), func() {
			run := k.Run(`
				A: open passive nowait; send 100
				B: open passive; receive 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(100).At(b))
		})

		It("is gone after CLOSE, without a segment", rfc("3.10.4"), takes(listen, closed), func() {
			run := k.Run(`
				A: open passive nowait; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(listen, closed).At(a))
			Expect(run).To(Emit(endpoint.Any, 0))
		})

		It("ignores a RST, and answers an ACK with one", rfc("3.10.7.2"), func() {
			run := k.Run(`
				A: open passive
				inject B->A RST seq=1 when A LISTEN
				inject B->A ACK seq=1 ack=5000 when A LISTEN`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(endpoint.Any, 1).At(a))
			Expect(run).To(Emit(rst, 1).At(a))
			Expect(look.Sent(run, a, rst)[0].Seq).To(Equal(endpoint.Seq(5000)), "<SEQ=SEG.ACK><CTL=RST>")
			Expect(run).To(EndIn(listen, closed))
		})
	})
}
