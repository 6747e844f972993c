package wireonly

import (
	"time"

	"example.org/halfopen/sim"
)

// timerPlays are the plays of I-48.
var timerPlays = []pair{
	{"I-48", "sent again too soon", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.wait(pick(wrong, time.Second, time.Second-1))
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, n: 5})
	}},
	{"I-48", "the gaps do not double", func(p *play, wrong bool) {
		p.listen()
		for _, gap := range []time.Duration{1, 2, pick(wrong, time.Duration(4), 2)} {
			p.wait(gap * time.Second)
			p.timeout(A, seg{flags: SYN})
		}
	}},
	{"I-48", "an answer does not start the timer anew", func(p *play, wrong bool) { // RFC 6298 5.1
		p.halfOpen()
		p.wait(500 * time.Millisecond)
		p.arrive(B, seg{flags: SYN}, seg{flags: SYN | ACK, ack: 1})
		p.wait(pick(wrong, 500*time.Millisecond, 500*time.Millisecond-1))
		p.timeout(B, seg{flags: SYN | ACK, ack: 1})
	}},
	{"I-48", "a fast retransmit does not", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 1, n: 5}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.wait(pick(wrong, 500*time.Millisecond, 500*time.Millisecond-1))
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, n: 5})
	}},
	{"I-48", "an ACK of new text does", func(p *play, wrong bool) { // RFC 6298 5.3
		p.connect()
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 1, n: 5}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 6}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(pick(wrong, time.Second, time.Second-1))
		p.timeout(A, seg{flags: ACK, seq: 6, ack: 1, n: 5})
	}},
	{"I-48", "or is not needed, with a timer for each segment", func(p *play, wrong bool) { // RFC 6298 5
		p.connect()
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 1, n: 5}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 6})
		p.wait(pick(wrong, 500*time.Millisecond, 500*time.Millisecond-1))
		p.timeout(A, seg{flags: ACK, seq: 6, ack: 1, n: 5})
	}},
	{"I-48", "text that nothing stood before", func(p *play, wrong bool) { // whether the ACK counted is not known
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 11, ack: 6, n: 5}, seg{flags: ACK, seq: 6, ack: 1})
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 11, ack: 6, n: 5}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(pick(wrong, 500*time.Millisecond, 500*time.Millisecond-1))
		p.timeout(A, seg{flags: ACK, seq: 6, ack: 1, n: 5})
	}},
	{"I-48", "an ACK that may have started it", func(p *play, wrong bool) { // it came above a gap, and again in order
		p.connect()
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 1, n: 5}, seg{flags: ACK, seq: 6, ack: 1, n: 5})
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 6, ack: 6})
		p.wait(100 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 6, n: 5}, seg{flags: ACK, seq: 11, ack: 6})
		p.arrive(A, seg{flags: ACK, seq: 6, ack: 6}, seg{flags: ACK, seq: 6, ack: 6, n: 5})
		p.wait(pick(wrong, 900*time.Millisecond, 400*time.Millisecond-1))
		p.timeout(A, seg{flags: ACK, seq: 6, ack: 6, n: 5})
	}},
	{"I-48", "what it sent itself does", func(p *play, wrong bool) { // RFC 6298 5.6
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.wait(time.Second)
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1})
		p.wait(pick(wrong, time.Second, time.Second-1))
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, n: 5})
	}},
	{"I-48", "it runs since something became outstanding", func(p *play, wrong bool) { // even if that is long forgotten
		p.wait(time.Minute)
		p.connect()
		p.wait(time.Minute)
		for i := range maxSent + 1 {
			p.call(A, sim.CallSend, 1, seg{flags: ACK, seq: 1 + i, ack: 1, n: 1})
		}
		p.wait(500 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 1})
		p.wait(pick(wrong, 500*time.Millisecond, 500*time.Millisecond-1))
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, n: 1})
	}},
	{"I-48", "they double up to a minute", func(p *play, wrong bool) { // RFC 6298 2.5
		profile := playProfile
		profile.RTOMax = 2 * time.Minute
		p.reset(profile)
		p.listen()
		for _, gap := range []time.Duration{1, 2, 4, 8, 16, 32, pick(wrong, time.Duration(60), 59)} {
			p.wait(gap * time.Second)
			p.timeout(A, seg{flags: SYN})
		}
	}},
}
