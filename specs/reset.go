package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// Reset tells which RSTs are believed, when one is sent, and what it looks
// like.
func Reset(k Kit) {
	Describe("a RST", rfc("3.5.3"), func() {
		DescribeTable("that is exactly in order ends the connection, from",
			func(from endpoint.State, applications string) {
				run := k.Run(applications + `
					link delay 100ms
					inject B->A RST seq=rcv.nxt when A ` + from.String())
				Expect(run).To(FollowRFC9293())
				Expect(run).To(TakeEdge(from, closed).At(a))
			},
			reset(established, "A: open active\nB: open passive"),
			reset(finWait1, "A: open active; close\nB: open passive"),
			reset(finWait2, "A: open active; close\nB: open passive"),
			reset(closeWait, "A: open active\nB: open passive; close"),
			reset(closing, crossed),
			reset(lastAck, "A: open active; receive all; close\nB: open passive; close"),
			reset(timeWait, "A: open active; close\nB: open passive; receive all; close"),
		)

		It("is reported to the application", Label("MUST-12"), takes(established, closed), func() {
			run := k.Run(`
				A: open active; send 100; abort
				B: open passive; receive all`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Sent(run, a, rst)).NotTo(BeEmpty(), moreRSTs)
			Expect(run).To(Hear(endpoint.ErrReset).At(b))
			Expect(run).To(EndIn(closed, closed))
		})

		It("beside the window is not believed, nor answered", rfc("3.10.7.4"), func() {
			run := k.Run(`
				A: open active
				B: open passive
				inject B->A RST seq=rcv.nxt-1 when A ESTABLISHED
				inject B->A RST seq=rcv.nxt+70000 when A ESTABLISHED`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(ack, 1).At(a)) // the handshake's
			Expect(run).To(EndIn(established, established))
		})

		It("in the window but not exact is challenged", rfc("3.10.7.4"), Label("RFC 5961 3.2"), func() {
			if !k.Profile().RFC5961 {
				Skip(k.Name + " does not claim RFC 5961")
			}
			run := k.Run(`
				A: open active
				B: open passive
				inject B->A RST seq=rcv.nxt+100 when A ESTABLISHED`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(ack, 2).At(a))
			Expect(run).To(EndIn(established, established))
		})
	})

	stray(k)
	aborts(k)
}

// moreRSTs is why no spec counts the RSTs of an ABORT. The one of 3.10.5 there
// has to be; what was under way then, an ACK, say, arrives in CLOSED, and 3.10.7.1
// owes it another. That each of them was owed is for FollowRFC9293 to say.
const moreRSTs = "ABORT sends a RST; each segment that comes after it is answered by another"

// crossed is crossing without its link.
const crossed = `
	A: open active; wait 1s; close
	B: open passive; wait 950ms; close`

// reset is an entry that is labelled with the edge to CLOSED.
func reset(from endpoint.State, applications string) TableEntry {
	return Entry(from.String(), takes(from, closed), from, applications)
}

// stray tells what CLOSED answers: the forms of 3.10.7.1.
func stray(k Kit) {
	Describe("a segment to CLOSED", rfc("3.10.7.1"), func() {
		It("that has an ACK is answered by a RST with that number", func() {
			run := k.Run(`
				A: wait 1s
				inject A->B ACK seq=100 ack=500 len=10 at 1s`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Sent(run, b, rst)).To(ConsistOf(And(
				HaveField("Seq", endpoint.Seq(500)), HaveField("Flags", endpoint.RST))))
		})

		It("that has none is acknowledged by the RST", func() {
			run := k.Run(`
				A: wait 1s
				inject A->B SYN seq=100 len=10 at 1s`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Sent(run, b, rst)).To(ConsistOf(And(
				HaveField("Seq", endpoint.Seq(0)), HaveField("Ack", endpoint.Seq(111)),
				HaveField("Flags", endpoint.RST|endpoint.ACK))))
		})

		It("that is a RST is not answered", func() {
			run := k.Run(`
				A: wait 1s
				inject A->B RST seq=100 at 1s`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(endpoint.Any, 0))
		})
	})
}

// aborts tells what ABORT does (3.10.5).
func aborts(k Kit) {
	Describe("ABORT", rfc("3.10.5"), func() {
		It("drops what was not yet sent, and tells the other end", takes(established, closed), func() {
			run := k.Run(`
				B tcp receive-buffer=1000
				A: open active; send 5000; wait 1s; abort
				B: open passive; wait 10s; receive all`)
			Expect(run).To(FollowRFC9293())
			Expect(look.Sent(run, a, rst)).NotTo(BeEmpty(), moreRSTs)
			Expect(run).To(Deliver(0).At(b))
			Expect(run).To(Hear(endpoint.ErrReset).At(b))
		})

		It("ends half a connection, too", takes(closeWait, closed), takes(finWait2, closed), func() {
			run := k.Run(`
				A: open active; close
				B: open passive; receive all; wait 1s; abort`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(TakeEdge(closeWait, closed).At(b))
			Expect(run).To(TakeEdge(finWait2, closed).At(a))
		})

		It("says nothing in SYN-SENT", takes(synSent, closed), func() {
			run := k.Run(`
				A: open active nowait; abort`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(rst, 0).At(a))
		})
	})
}
