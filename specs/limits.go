package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/look"
	. "example.org/halfopen/specs/matchers"
)

// Limits tells what a user can rely on, or set.
func Limits(k Kit) {
	Describe("R2", rfc("3.8.3"), func() {
		DescribeTable("is what the user says", Label("MUST-21"), func(r2 time.Duration) {
			run := k.Run(`
				A: open active; when ESTABLISHED; send 100
				B: open passive
				cut A<->B when B ESTABLISHED for 1h
				heal at 2h
				A tcp r2=` + r2.String())
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrTimeout).At(a))
			Expect(look.Dwell(run, a, established)).To(And(BeNumerically(">=", r2), BeNumerically("<=", r2+2*time.Minute)))
		}, Entry("10 minutes", 10*time.Minute), Entry("half an hour", 30*time.Minute))

		It("ends what a SYN began, too, after it was sent again and again", Label("MUST-22"), takes(synSent, closed), func() {
			run := k.Run(`
				A: open active
				drop A SYN
				heal at 1h`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrTimeout).At(a))
			waits := look.Gaps(run, a, syn)
			Expect(len(waits)).To(BeNumerically(">=", 4))
			for i, wait := range waits[1:4] {
				Expect(wait).To(BeNumerically("~", 2*waits[i], waits[i]/10))
			}
		})
	})

	Describe("R1", rfc("3.8.3"), func() {
		It("is three retransmissions, and whoever asks is told", Label("MUST-20", "SHLD-9", "SHLD-10"), func() {
			h, _ := k.connected()
			r, ok := h.ep.(interface{ R1Reached() bool })
			if !ok {
				Skip(k.Name + " does not tell of R1")
			}
			Expect(h.write(10)).To(HaveLen(1))
			for n := range 3 {
				Expect(r.R1Reached()).To(BeFalse(), "after %d retransmissions", n)
				Expect(h.expire()).To(HaveLen(1))
			}
			Expect(r.R1Reached()).To(BeTrue())
		})
	})

	Describe("a connection that rests", rfc("3.8.4"), func() {
		It("is left alone: there is no keep-alive that nobody asked for", Label("MUST-25"), func() {
			run := k.Run(`
				A: open active; receive 1
				B: open passive; wait 48h; send 1`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Emit(endpoint.Any, 3).At(a)) // SYN, its ACK, and that of the octet
			Expect(run).To(Emit(endpoint.Any, 2).At(b))
		})
	})

	Describe("a second passive OPEN", rfc("3.9.1.1"), func() {
		It("leaves the first as it is", Label("MUST-41"), func() {
			run := k.Run(`
				A: open passive nowait; open passive
				B: wait 1s; open active`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrExists).At(a))
			Expect(run).To(EndIn(established, established))
		})

		It("does no harm to a connection", Label("MUST-41"), func() {
			run := k.Run(`
				A: open passive; open passive
				A: when ESTABLISHED; wait 1s; receive 100
				B: open active; wait 2s; send 100`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Hear(endpoint.ErrExists).At(a))
			Expect(run).To(Deliver(100).At(a))
		})
	})
}
