package specs

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// Data tells that octets arrive, all of them, once, in order.
func Data(k Kit) {
	Describe("data", rfc("3.8"), func() {
		It("flows both ways at once", func() {
			run := k.Run(`
				A: open active; send 5000
				A: when ESTABLISHED; receive 3000
				B: open passive; send 3000
				B: when ESTABLISHED; receive 5000`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(a))
			Expect(run).To(Deliver(5000).At(b))
		})

		It("may be given to SEND before there is a connection", rfc("3.10.2"), func() {
			run := k.Run(`
				A: open active nowait; send 100
				B: open passive; receive 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(100).At(b))
		})

		DescribeTable("arrives once and in order although", func(faults ...string) {
			scenario := `
				A: open active; send 6000; close
				B: open passive; receive all; close
				A tcp mss=1000
				B tcp mss=1000
				`
			for _, f := range faults {
				scenario += f + "\n"
			}
			run := k.Run(scenario)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(6000).At(b))
			Expect(run).To(EndIn(closed, closed))
		},
			Entry("a segment is lost", "drop A DATA #2"),
			Entry("two are lost, and one of them twice", "drop A DATA #2", "drop A DATA #4", "drop A DATA #6"),
			Entry("a segment overtakes two others", "reorder A DATA #1 behind 2"),
			Entry("the FIN overtakes the data", "delay A DATA #1 by 300ms", "delay A DATA #2 by 200ms"),
			Entry("segments come twice", "duplicate A DATA #1-3 after 1ms", "duplicate A FIN #1 after 50ms"),
			Entry("a segment comes a second time, late", "duplicate A DATA #1 after 300ms"),
			Entry("a bit is flipped in the text", Label("MUST-3"), rfc("3.1"), "corrupt A DATA #1 bit 1000"),
			Entry("a bit is flipped in the sequence number", Label("MUST-3"), rfc("3.1"), "corrupt A DATA #1 bit 40"),
			Entry("acknowledgments are lost", "drop B ACK #1-2"),
		)

		It("keeps its order where sequence numbers wrap to 0", rfc("3.4"), func() {
			run := k.Run(`
				A tcp iss=4294967000
				B tcp iss=4294967295
				A: open active; send 2000; close; receive all
				B: open passive; receive all; send 2000; close`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(2000).At(a))
			Expect(run).To(Deliver(2000).At(b))
		})
	})

	segments(k)
}

// segments tells how long they may be, and when they are acknowledged.
func segments(k Kit) {
	Describe("a data segment", rfc("3.7.1"), func() {
		It("is no longer than the other end said", Label("MUST-16"), func() {
			run := k.Run(`
				B tcp mss=100
				A: open active; send 1000
				B: open passive; receive 1000`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(1000).At(b))
			Expect(look.Longest(run, a)).To(BeNumerically("<=", 100))
		})

		It("has at most 536 octets if the other end said nothing", Label("MUST-15"), func() {
			run := k.Run(`
				B tcp no-mss-option
				A: open active; send 3000
				B: open passive; receive 3000`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(b))
			Expect(look.Longest(run, a)).To(BeNumerically("<=", 536))
		})

		It("is acknowledged within half a second", rfc("3.8.6.3"), Label("MUST-40"), func() {
			run := k.Run(`
				A: open active; send 100
				B: open passive; receive 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(data, 1).At(a))
			Expect(run).To(Emit(ack, 1).At(b))
		})
	})
}
