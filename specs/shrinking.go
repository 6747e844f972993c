package specs

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	. "example.org/halfopen/specs/matchers"
)

// ShrinkingWindow tells what becomes of a window that is taken back, or shut.
func ShrinkingWindow(k Kit) {
	Describe("a window", rfc("3.8.6"), func() {
		It("is not taken back by the receiver", Label("SHLD-14"), func() {
			run := k.Run(`
				B tcp receive-buffer=4000
				A: open active; send 20000; close
				B: open passive; receive all by 700 every 50ms; close`)
			Expect(run).To(FollowRFC9293())
			Expect(edges(run, b)).To(And(Not(BeEmpty()), HaveEach(BeNumerically(">=", 0))))
		})
	})

	Describe("a window that shrinks", rfc("3.8.6"), func() {
		It("takes nothing from the sender but time", Label("MUST-34"), func() {
			h, iss := shrunk(k)
			Expect(h.ack(iss + 1)).To(BeEmpty())
			h.wnd = 10000
			sent := h.ack(iss + 1073)
			for next := iss + 1073; octets(sent) > 0; sent = h.ack(next) {
				next = next.Add(octets(sent))
				if next == iss+2001 {
					return
				}
			}
			Fail("not all was sent once the window was open again")
		})

		It("lets nothing new out behind its edge", Label("SHLD-15"), func() {
			h, iss := shrunk(k)
			Expect(h.ack(iss + 1)).To(BeEmpty())
			Expect(h.write(1000)).To(BeEmpty())
			for range 3 {
				for _, s := range h.expire() {
					Expect(s.Seq.Add(len(s.Text))-iss).To(BeNumerically("<=", 1073), "what was sent before")
				}
			}
		})

		It("is filled again with what was lost", Label("SHLD-16"), func() {
			h, iss := shrunk(k)
			Expect(h.ack(iss + 1)).To(BeEmpty())
			again := h.expire()
			Expect(again).NotTo(BeEmpty())
			Expect(again[0].Seq).To(Equal(iss + 1))
			Expect(octets(again)).To(BeNumerically(">", 0))
		})

		It("is probed if nothing is left of it, for as long as that is answered",
			rfc("3.8.6.1"), Label("MUST-35", "SHLD-17"), func() {
				h, iss := shrunk(k)
				h.wnd = 0
				Expect(h.ack(iss + 1)).To(BeEmpty())
				for h.now < 3*time.Hour {
					probe := h.expire()
					Expect(probe).To(HaveLen(1), "at %v", h.now)
					Expect(probe[0].Seq.LessEq(iss+1)).To(BeTrue(), "the probe stands at the window's edge")
					Expect(h.ack(iss + 1)).To(BeEmpty())
				}
				Expect(h.state()).To(Equal(established))
			})
	})

	probes(k)
}

// shrunk is an endpoint that has sent 1072 octets into a window, of which 200
// are left: so many of its 2000 octets may still be sent, or sent again.
func shrunk(k Kit) (h *hand, iss endpoint.Seq) {
	GinkgoHelper()
	h, iss = k.connected()
	h.wnd = 1072
	Expect(h.ack(iss + 1)).To(BeEmpty())
	Expect(octets(h.write(2000))).To(Equal(1072))
	h.wnd = 200
	return h, iss
}

// probes tells when they leave.
func probes(k Kit) {
	Describe("a probe", rfc("3.8.6.1"), func() {
		It("leaves after one RTO, and then more and more seldom", Label("SHLD-29", "SHLD-30"), func() {
			h, iss := k.connected()
			h.wnd = 0
			Expect(h.ack(iss + 1)).To(BeEmpty())
			Expect(h.write(100)).To(BeEmpty())
			shut := h.now
			var gaps []time.Duration
			for range 4 {
				Expect(h.expire()).To(HaveLen(1))
				gaps = append(gaps, h.now-shut)
				shut = h.now
				Expect(h.ack(iss + 1)).To(BeEmpty())
			}
			Expect(gaps[0]).To(And(BeNumerically(">=", 200*time.Millisecond), BeNumerically("<=", 3*time.Second)))
			for i := range gaps[1:] {
				Expect(gaps[i+1]).To(BeNumerically("~", 2*gaps[i], gaps[i]/4))
			}
		})
	})
}

// octets counts the text of segments.
func octets(segments []endpoint.Segment) (n int) {
	for i := range segments {
		n += len(segments[i].Text)
	}
	return n
}

// edges are by how much the right edge of an end's window moved from each of
// its segments to the next.
func edges(run *sim.Trace, e endpoint.End) (moves []int) {
	var last *sim.SegmentRecord
	for i := range run.Segments {
		s := &run.Segments[i]
		if s.End != e || !s.Flags.Has(endpoint.ACK) || s.Flags.Has(endpoint.RST) {
			continue
		}
		if last != nil {
			moves = append(moves, s.Ack.Add(int(s.Wnd)).Sub(last.Ack.Add(int(last.Wnd))))
		}
		last = s
	}
	return moves
}
