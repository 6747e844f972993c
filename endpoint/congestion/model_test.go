package congestion_test

import (
	"math/rand/v2"
	"testing"

	"example.org/halfopen/endpoint/congestion"
)

// model is RFC 5681 and RFC 6582 once more, sentence by sentence, with sequence
// numbers that do not wrap and with variables that are the texts' own.
type model struct {
	limited                bool // RFC 3042 is on
	smss, cwnd, ssthresh   int64
	ackedBytes             int64 // in congestion avoidance
	una, nxt, recover      int64 // recover is the highest number sent, inclusive
	dupACKs                int64
	inflated               int64 // segments that have left since SND.UNA moved
	inFastRecovery, inSACK bool
	partials               int
	resentByTimer          map[int64]bool // segments, by where they begin
}

func (m *model) flightSize() int64 { return m.nxt - m.una }

func (m *model) acked(n int64) (a congestion.Answer) {
	m.una += n
	m.dupACKs, m.inflated = 0, 0
	switch {
	case m.inFastRecovery && m.una-1 >= m.recover:
		m.cwnd = min(m.ssthresh, max(m.flightSize(), m.smss)+m.smss)
		m.inFastRecovery, m.ackedBytes = false, 0
	case m.inFastRecovery:
		a.Resend, a.KeepTimer = true, m.partials > 0
		m.partials++
		m.cwnd -= n
		if n >= m.smss {
			m.cwnd += m.smss
		}
		m.cwnd = max(m.cwnd, m.smss)
	case m.inSACK:
		m.inSACK = m.una-1 < m.recover
	case m.cwnd < m.ssthresh:
		m.cwnd += min(n, m.smss)
	default:
		m.ackedBytes += n
		if m.ackedBytes >= m.cwnd {
			m.ackedBytes = min(m.ackedBytes-m.cwnd, m.cwnd-1)
			m.cwnd += m.smss
		}
	}
	m.cwnd = min(m.cwnd, 1<<30)
	return a
}

func (m *model) dup() (a congestion.Answer) {
	if m.inSACK {
		return a
	}
	if m.inFastRecovery {
		outstanding := (m.flightSize() + m.smss - 1) / m.smss
		if m.inflated < outstanding {
			m.inflated++
			m.cwnd = min(m.cwnd+m.smss, 1<<30)
			a.SendNew = true
		}
		return a
	}
	m.dupACKs++
	switch {
	case m.dupACKs <= 2:
		a.SendNew = m.limited
	case m.dupACKs == 3 && m.una-1 > m.recover:
		m.reduce()
		m.cwnd = min(m.ssthresh+3*m.smss, 1<<30)
		m.inFastRecovery, m.inflated, m.partials = true, 3, 0
		a.Resend = true
	}
	return a
}

func (m *model) reduce() {
	m.ssthresh = max(min(m.flightSize(), m.cwnd)/2, 2*m.smss)
	m.recover = m.nxt - 1
	m.ackedBytes = 0
}

func (m *model) lost() {
	m.reduce()
	m.cwnd, m.inSACK, m.inFastRecovery = m.ssthresh, true, false
}

func (m *model) timeout() {
	if !m.resentByTimer[m.una] {
		m.ssthresh = max(m.flightSize()/2, 2*m.smss)
	}
	m.resentByTimer[m.una] = true
	m.cwnd, m.ackedBytes, m.dupACKs = m.smss, 0, 0
	m.recover = m.nxt - 1
	m.inFastRecovery, m.inSACK = false, false
}

func (m *model) window() int64 {
	if m.limited && !m.inFastRecovery && !m.inSACK {
		return m.cwnd + min(m.dupACKs, 2)*m.smss
	}
	return m.cwnd
}

// compare drives a Control and a model by the same events, drawn from next.
func compare(t *testing.T, start uint32, events int, next func(n int) int) {
	o := congestion.Options{NoLimitedTransmit: next(4) == 0, IW10: true}
	smss := int64(1 + next(1500))
	m := &model{limited: !o.NoLimitedTransmit, smss: smss, ssthresh: 1 << 30, una: 1, nxt: 1, recover: -1,
		cwnd: min(10*smss, max(2*smss, 14600)), resentByTimer: map[int64]bool{}}
	var c congestion.Control
	c.Begin(o, start, int(smss), 0)
	for i := range events {
		var got, want congestion.Answer
		una, nxt := func() uint32 { return start + uint32(m.una) }, start+uint32(m.nxt)
		what := next(16)
		switch {
		case what < 5: // the endpoint sends what it may
			m.nxt += max(0, min(m.window()-m.flightSize(), int64(1+next(20*int(smss)))))
		case what < 9 && m.flightSize() > 0:
			n := min(m.flightSize(), int64(1+next(3*int(smss))))
			if next(4) == 0 {
				n = m.flightSize()
			}
			want = m.acked(n)
			got = c.Acked(una(), nxt, int(n))
		case what < 14 && m.flightSize() > 0:
			want, got = m.dup(), c.DupACK(una(), nxt)
		case what == 14 && m.flightSize() > 0:
			m.timeout()
			c.Timeout(una(), nxt)
		case what == 15 && m.flightSize() > 0 && !m.inFastRecovery && !m.inSACK && next(4) == 0:
			m.lost()
			c.Lost(una(), nxt)
		}
		if got != want || int64(c.CWND()) != m.cwnd || int64(c.SSThresh()) != m.ssthresh ||
			int64(c.Window()) != m.window() || c.Recovering() != (m.inFastRecovery || m.inSACK) {
			t.Fatalf("event %d, %d: %+v, cwnd %d, ssthresh %d, window %d; want %+v, %d, %d, %d; %+v",
				i, what, got, c.CWND(), c.SSThresh(), c.Window(), want, m.cwnd, m.ssthresh, m.window(), *m)
		}
		if c.CWND() < int(smss) {
			t.Fatalf("event %d: cwnd %d is less than a segment", i, c.CWND())
		}
	}
}

func TestAgainstModel(t *testing.T) {
	runs := 3000
	if testing.Short() {
		runs = 300
	}
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 5681))
		compare(t, r.Uint32(), 400, r.IntN)
	}
}

func FuzzControl(f *testing.F) {
	f.Add(uint32(0), []byte("\x00\x10\x00\x05\x01\x00\x09\x09\x09\x09\x05\x00\x0e"))
	f.Add(uint32(1<<32-100), []byte("\x01\xff\x00\xff\x00\xff\x06\x01\x00\x0a\x0a\x0a\x0a\x0f\x00\x05\x00"))
	f.Fuzz(func(t *testing.T, start uint32, octets []byte) {
		compare(t, start, len(octets), func(n int) int {
			if len(octets) == 0 {
				return 0
			}
			x := int(octets[0])
			octets = octets[1:]
			return x * n / 256
		})
	})
}

// Transfers over a link of 20 segments a round trip that loses one segment in
// 50: all is delivered, by the timer only where it has to be, and the window
// is never outdone.
func TestTransfer(t *testing.T) {
	const segments, flight = 3000, 20
	r := rand.New(rand.NewPCG(1, 6582))
	var c congestion.Control
	c.Begin(congestion.Options{}, 0, mss, 0)
	una, nxt, timeouts, resent := uint32(1), uint32(1), 0, 0
	have := map[uint32]bool{}
	rcv := uint32(1)
	var acks []uint32
	arrive := func(seq uint32) {
		if r.IntN(50) == 0 || len(acks) >= flight {
			return
		}
		have[seq] = true
		for have[rcv] {
			rcv += mss
		}
		acks = append(acks, rcv)
	}
	const end = 1 + segments*mss
	for rounds := 0; una != end; rounds++ {
		if rounds > 5*segments {
			t.Fatalf("stuck at %d of %d", una, end)
		}
		for nxt != end && int(nxt-una)+mss <= c.Window() {
			arrive(nxt)
			nxt += mss
		}
		if len(acks) == 0 {
			timeouts++
			c.Timeout(una, nxt)
			arrive(una)
			continue
		}
		var a congestion.Answer
		if ack := acks[0]; ack == una {
			a = c.DupACK(una, nxt)
		} else {
			n := ack - una
			una = ack
			a = c.Acked(una, nxt, int(n))
		}
		acks = acks[1:]
		if a.Resend {
			resent++
			arrive(una)
		}
	}
	t.Logf("%d fast retransmits, %d timeouts", resent, timeouts)
	if resent < segments/100 || timeouts > resent/2 {
		t.Fatalf("%d fast retransmits, %d timeouts", resent, timeouts)
	}
}
