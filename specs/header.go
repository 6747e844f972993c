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

// talk is a scenario in which both ends send, and both close.
const talk = `
	A: open active; send 3000; close; receive all
	B: open passive; receive all; wait 1s; send 3000; close`

// chat is the same, with room for options in the segments of B.
const chat = `
	A: open active; send 3000; close; receive all
	B: open passive; receive all; wait 1s; send 300; close`

// Header tells what every header has.
func Header(k Kit) {
	Describe("the header", rfc("3.1"), func() {
		It("has a checksum, and the right one", Label("MUST-2"), func() {
			run := k.Run(talk)
			Expect(run).To(FollowRFC9293())
			Expect(run.Segments).To(HaveEach(HaveField("Malformed", false)))
			Expect(run).To(EndIn(closed, closed))
		})

		It("may name a window of 65535 octets, which is no negative number", Label("MUST-1"), func() {
			h, iss := k.connected()
			h.wnd = 65535
			Expect(h.ack(iss + 1)).To(BeEmpty())
			Expect(h.write(100)).To(HaveLen(1))
		})

		It("may say windows that are larger than its field", rfc("3.8.6"), Label("REC-1", "RFC 7323 2"), func() {
			run := k.configured(func(c *endpoint.Config) {
				c.WindowScale, c.WindowShift = true, 7
				c.SendBuffer, c.ReceiveBuffer = 1<<20, 1<<20
			}).Run(`
				A: open active; send 1000000
				B: open passive; wait 1m; receive 1000000`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(1000000).At(b))
			window := 0
			for _, s := range look.Sent(run, b, ack) {
				window = max(window, int(s.Wnd)<<7)
			}
			Expect(window).To(BeNumerically(">", 900000))
			sent := look.Sent(run, a, data)
			Expect(sent[len(sent)-1].At).To(BeNumerically("<", time.Minute), "all was sent before anything was read")
		})
	})
}

// Options tells which options are understood, and which are sent.
func Options(k Kit) {
	Describe("options", rfc("3.2"), func() {
		// with is a kit whose B has these options on the segments that are meant.
		with := func(options endpoint.Options, means func(*endpoint.Segment) bool) Kit {
			return k.rewritten(b, func(s *endpoint.Segment) {
				if means(s) {
					s.Options = options
				}
			})
		}
		every := func(*endpoint.Segment) bool { return true }
		syns := func(s *endpoint.Segment) bool { return s.Flags.Has(endpoint.SYN) }
		small := endpoint.Options(nil).AppendMSS(300)

		It("that every TCP knows are the end of the list, no operation and the segment size", Label("MUST-4"), func() {
			options := append(endpoint.Options(nil).AppendNOP(), small...)
			run := with(append(options, 0, 0, 0), syns).Run(talk)
			Expect(run).To(Deliver(3000).At(b))
			Expect(look.Longest(run, a)).To(Equal(300))
		})

		It("may be on any segment", Label("MUST-5"), func() {
			run := with(endpoint.Options{1, 1, 1, 0}, every).Run(chat)
			Expect(run).To(Deliver(3000).At(b))
			Expect(run).To(Deliver(300).At(a))
			Expect(run).To(EndIn(closed, closed))
		})

		It("of a kind that nobody knows are passed over", Label("MUST-6"), func() {
			unknown := with(endpoint.Options{253, 6, 1, 2, 3, 4, 77, 2}, every).Run(chat)
			plain := with(nil, every).Run(chat)
			Expect(look.Part(look.Moments(unknown, nil), look.Moments(plain, nil))).To(BeEmpty())
		})

		DescribeTable("may be malformed without harm", Label("MUST-7"), rfc("3.1"), func(options ...byte) {
			h := k.byHand()
			Expect(h.ep.Open(h.now, true)).To(Succeed())
			bad := h.datagram(endpoint.Segment{Seq: 99, Flags: endpoint.SYN, Options: make(endpoint.Options, len(options))})
			copy(bad[endpoint.TCPOffset(bad)+20:], options)
			endpoint.FixChecksum(bad)
			_ = h.arrive(bad) // ignored, or answered: it may be reset (3.1)
			for h.state() != listen {
				Expect(h.state()).To(Equal(synReceived))
				_ = h.arrive(h.datagram(endpoint.Segment{Seq: 100, Flags: endpoint.RST}))
			}
			answer := h.arrive(h.datagram(endpoint.Segment{Seq: 999, Flags: endpoint.SYN}))
			Expect(answer).To(ConsistOf(HaveField("Flags", endpoint.SYN|endpoint.ACK)))
		},
			Entry("a length of 0", byte(2), byte(0), byte(0), byte(0)),
			Entry("a length of 1", byte(253), byte(1), byte(0), byte(0)),
			Entry("a length past the end", byte(2), byte(40), byte(5), byte(0)),
			Entry("a kind without a length", byte(1), byte(1), byte(1), byte(2)),
		)

		DescribeTable("may begin at any octet", Label("MUST-64"), func(before, behind int) {
			options := append(make(endpoint.Options, 0, 40), []byte{1, 1, 1}[:before]...)
			options = append(append(options, small...), make([]byte, behind)...)
			run := with(options, syns).Run(talk)
			Expect(run).To(Deliver(3000).At(b))
			Expect(look.Longest(run, a)).To(Equal(300))
		}, Entry("the second", 1, 3), Entry("the third", 2, 2), Entry("the fourth", 3, 1))

	})

	optionsSent(k)
}

// optionsSent tells which options leave.
func optionsSent(k Kit) {
	Describe("options that are sent", rfc("3.1"), func() {
		It("have a length, and the segment size is on a SYN alone",
			Label("MUST-65", "MUST-68"), rfc("3.7.1"), func() {
				run := k.Run(talk)
				Expect(run).To(FollowRFC9293())
				seen := 0
				for i := range run.Segments {
					seen += sound(run, &run.Segments[i])
				}
				Expect(seen).NotTo(BeZero(), "no segment has an option")
			})
	})
}

// sound walks the options of a segment, and counts them. What stands behind the
// end of the list is zero (MUST-69).
func sound(run *sim.Trace, s *sim.SegmentRecord) (n int) {
	GinkgoHelper()
	for o := run.OptionsOf(s); len(o) > 0; n++ {
		switch o[0] {
		case 0:
			Expect(o).To(HaveEach(byte(0)), "behind the end of the list")
			return n
		case 1:
			o = o[1:]
			continue
		case 2:
			Expect(s.Flags.Has(endpoint.SYN)).To(BeTrue(), "a segment size on %v", s.Flags)
		}
		Expect(len(o)).To(BeNumerically(">=", 2), "an option without a length")
		Expect(int(o[1])).To(And(BeNumerically(">=", 2), BeNumerically("<=", len(o))))
		o = o[o[1]:]
	}
	return n
}

// SegmentSize tells how the ends agree on the size of a segment.
func SegmentSize(k Kit) {
	// said are the sizes that an end announces.
	said := func(run *sim.Trace, e endpoint.End) (sizes []uint16) {
		for i := range run.Segments {
			if s := &run.Segments[i]; s.End == e && s.Flags.Has(endpoint.SYN) {
				mss, _ := run.OptionsOf(s).MSS()
				sizes = append(sizes, mss)
			}
		}
		return sizes
	}

	Describe("the maximum segment size", rfc("3.7.1"), func() {
		It("is announced in both SYNs, and kept", Label("MUST-14", "SHLD-5", "MAY-3"), func() {
			run := k.Run(talk + `
				A tcp mss=700
				B tcp mss=400`)
			Expect(run).To(FollowRFC9293())
			Expect(said(run, a)).To(HaveEach(uint16(700)))
			Expect(said(run, b)).To(HaveEach(uint16(400)))
			Expect(look.Longest(run, a)).To(Equal(400))
			Expect(look.Longest(run, b)).To(Equal(700))
		})

		DescribeTable("that is announced fits what the network can bring", Label("MUST-67"), func(family string, most int) {
			run := k.Run(talk + family)
			Expect(run).To(FollowRFC9293())
			Expect(said(run, a)).To(HaveEach(BeNumerically("<=", most)))
		}, Entry("over IPv4", "", endpoint.MTU-40), Entry("over IPv6", "\nip 6", endpoint.MTU-60))

		It("is 1220 octets over IPv6 if the other end said nothing", Label("MUST-15"), func() {
			run := k.Run(talk + `
				ip 6
				B tcp no-mss-option`)
			Expect(run).To(FollowRFC9293())
			Expect(run).To(Deliver(3000).At(b))
			Expect(look.Longest(run, a)).To(BeNumerically("<=", 1220))
		})
	})
}
