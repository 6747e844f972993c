package congestion_test

import (
	"fmt"
	"testing"

	"example.org/halfopen/endpoint/congestion"
)

const (
	mss = 1000
	iss = uint32(1<<32 - 5000) // so that sequence numbers wrap early
)

// flow is a Control and the send variables that its endpoint would have.
type flow struct {
	*testing.T
	congestion.Control
	una, nxt uint32
}

func begin(t *testing.T, o congestion.Options, smss, resent int) *flow {
	f := &flow{T: t, una: iss + 1, nxt: iss + 1}
	f.Begin(o, iss, smss, resent)
	return f
}

// established is a flow over segments of 1000 octets that has a timeout behind
// it, and more than that covered, as RFC 6582 wants for a fast retransmit; and
// cwnd as it should be.
func established(t *testing.T, cwnd, ssthresh int) *flow {
	f := begin(t, congestion.Options{}, mss, 0)
	f.Timeout(f.una, f.una+uint32(2*ssthresh))
	f.nxt += uint32(2 * ssthresh)
	f.ack(2*ssthresh, 0)
	f.send(1)
	f.ack(1, 0)
	for f.CWND() < cwnd {
		f.send(mss)
		f.ack(mss, mss)
	}
	f.want(cwnd, ssthresh)
	return f
}

func (f *flow) send(n int) { f.nxt += uint32(n) }

func (f *flow) ack(n, data int) congestion.Answer {
	f.una += uint32(n)
	return f.Acked(f.una, f.nxt, data)
}

func (f *flow) dup() congestion.Answer { return f.DupACK(f.una, f.nxt) }

func (f *flow) dups(n int) (a congestion.Answer) {
	for range n {
		a = f.dup()
	}
	return a
}

func (f *flow) want(cwnd, ssthresh int) {
	f.Helper()
	if f.CWND() != cwnd || f.SSThresh() != ssthresh {
		f.Fatalf("cwnd %d, ssthresh %d; want %d, %d", f.CWND(), f.SSThresh(), cwnd, ssthresh)
	}
}

func (f *flow) window(want int) {
	f.Helper()
	if got := f.Window(); got != want {
		f.Fatalf("Window is %d, want %d", got, want)
	}
}

var (
	nothing = congestion.Answer{}
	resend  = congestion.Answer{Resend: true}
	again   = congestion.Answer{Resend: true, KeepTimer: true}
	sendNew = congestion.Answer{SendNew: true}
)

func (f *flow) answers(got, want congestion.Answer) {
	f.Helper()
	if got != want {
		f.Fatalf("the answer is %+v, want %+v", got, want)
	}
}

const high = 1 << 30 // ssthresh before the first loss

func TestInitialWindow_RFC5681_3_1_RFC6928_2(t *testing.T) {
	ten := congestion.Options{IW10: true}
	for _, c := range []struct {
		o            congestion.Options
		smss, resent int
		want         int
	}{
		{smss: 1095, want: 4380},
		{smss: 1096, want: 3288},
		{smss: 2190, want: 6570},
		{smss: 2191, want: 4382},
		{smss: 536, resent: 1, want: 536}, // a SYN was lost
		{o: ten, smss: 536, want: 5360},
		{o: ten, smss: 1460, want: 14600},
		{o: ten, smss: 1461, want: 14600},
		{o: ten, smss: 8960, want: 17920},
		{o: ten, smss: 1460, resent: 1, want: 14600},
		{o: ten, smss: 1460, resent: 2, want: 1460},
	} {
		f := begin(t, c.o, c.smss, c.resent)
		f.want(c.want, high)
		f.window(c.want)
	}
}

func TestSlowStart_RFC5681_3_1_equation_2(t *testing.T) {
	f := begin(t, congestion.Options{}, mss, 0)
	f.send(4 * mss)
	f.ack(mss, mss)
	f.want(5*mss, high)
	f.ack(2*mss, 2*mss) // a delayed ACK: min(N, SMSS)
	f.want(6*mss, high)
	f.ack(300, 300)
	f.want(6*mss+300, high)
}

func TestHandshakeDoesNotGrow_RFC5681_3_1(t *testing.T) {
	f := begin(t, congestion.Options{}, mss, 0)
	f.Acked(f.una, f.nxt, 0)
	f.want(4*mss, high)
}

func TestAvoidance_RFC5681_3_1_oneSegmentAWindow(t *testing.T) {
	f := established(t, 8*mss, 8*mss)
	f.send(100 * mss)
	for range 7 {
		f.ack(mss, mss)
		f.want(8*mss, 8*mss)
	}
	f.ack(mss, mss)
	f.want(9*mss, 8*mss)
	for range 2 { // a stretch ACK of more than a window is one step, too
		f.want(f.CWND(), 8*mss)
	}
	f.ack(20*mss, 20*mss)
	f.want(10*mss, 8*mss)
}

func TestTimeout_RFC5681_3_1_equation_4(t *testing.T) {
	f := begin(t, congestion.Options{}, mss, 0)
	f.send(20 * mss) // FlightSize counts, not cwnd
	f.Timeout(f.una, f.nxt)
	f.want(mss, 10*mss)
	f.Timeout(f.una, f.nxt) // the same segment: held
	f.want(mss, 10*mss)
	f.ack(mss, mss)
	f.want(2*mss, 10*mss)
	f.Timeout(f.una, f.nxt) // another one
	f.want(mss, 9500)
	f.ack(18*mss, 18*mss)
	f.Timeout(f.una, f.nxt)
	f.want(mss, 2*mss) // never below two segments
}

func TestRestart_RFC5681_4_1(t *testing.T) {
	f := established(t, 12*mss, 16*mss)
	f.Restart()
	f.want(4*mss, 16*mss)
	f.Timeout(f.una, f.nxt)
	f.Restart()
	f.want(mss, 2*mss) // RW is min(IW, cwnd)
}

func TestLimitedTransmit_RFC3042(t *testing.T) {
	f := established(t, 8*mss, 16*mss)
	f.send(8 * mss)
	f.answers(f.dup(), sendNew)
	f.window(9 * mss)
	f.answers(f.dup(), sendNew)
	f.window(10 * mss)
	f.want(8*mss, 16*mss) // cwnd MUST NOT be changed
	f.ack(mss, mss)
	f.window(9 * mss) // slow start, and no more than that

	f = begin(t, congestion.Options{NoLimitedTransmit: true}, mss, 0)
	f.send(4 * mss)
	f.answers(f.dup(), nothing)
	f.window(4 * mss)
}

func TestFastRetransmit_RFC5681_3_2(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(8 * mss)
	f.dups(2)
	f.answers(f.dup(), resend)
	f.want(4*mss+3*mss, 4*mss) // step 2 and 3, from FlightSize
	f.answers(f.dup(), sendNew)
	f.want(8*mss, 4*mss) // step 4
	if !f.Recovering() {
		t.Fatal("not in fast recovery")
	}
}

func TestLimitedTransmitIsNotFlightSize_RFC5681_3_2_step_2(t *testing.T) {
	f := established(t, 8*mss, 16*mss)
	f.send(8 * mss)
	for range 2 {
		f.dup()
		f.send(mss)
	}
	f.answers(f.dup(), resend)
	f.want(4*mss+3*mss, 4*mss)
}

func TestForgedDuplicates_RFC5681_3_2(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(6*mss + 1)
	f.dups(7)
	f.want(3000+7*mss, 3000) // seven segments can have left the network
	f.answers(f.dups(1000), nothing)
	f.want(3000+7*mss, 3000)
}

func TestFullAcknowledgment_RFC6582_3_2_step_3(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(10 * mss)
	f.dups(3)
	f.send(2 * mss)
	f.answers(f.ack(10*mss, 10*mss), nothing)
	f.want(3*mss, 5*mss) // max(FlightSize, SMSS) + SMSS

	f = established(t, 10*mss, 16*mss)
	f.send(10 * mss)
	f.dups(3)
	f.send(8 * mss)
	f.ack(10*mss, 10*mss)
	f.want(5*mss, 5*mss) // ssthresh
	if f.Recovering() {
		t.Fatal("still in fast recovery")
	}
}

func TestPartialAcknowledgment_RFC6582_3_2_step_3(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(10 * mss)
	f.dups(9)
	f.want(5*mss+9*mss, 5*mss)
	f.answers(f.ack(4*mss, 4*mss), resend)
	f.want(14*mss-4*mss+mss, 5*mss)
	f.answers(f.ack(400, 400), again) // less than a segment: nothing added back
	f.want(11*mss-400, 5*mss)
	f.answers(f.dup(), sendNew) // still in fast recovery
	f.want(12*mss-400, 5*mss)
	f.answers(f.ack(5*mss+600-1, 5*mss+599), again) // one octet short of recover
	f.want(12*mss-400-5*mss-599+mss, 5*mss)
	f.answers(f.ack(1, 1), nothing)
	f.want(2*mss, 5*mss)

	f.send(10 * mss) // the next recovery begins anew
	f.dups(2)
	f.answers(f.dup(), nothing) // SND.UNA does not cover more than recover
	f.ack(mss, mss)
	f.answers(f.dups(3), resend)
	f.answers(f.ack(mss, mss), resend)
}

func TestPartialAcknowledgmentLeavesOneSegment_RFC6582_3_2_step_3(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(20 * mss)
	f.dups(3)
	f.ack(19*mss, 19*mss)
	f.want(mss, 5*mss)
}

func TestRecover_RFC6582_3_2_steps_1_2_and_4(t *testing.T) {
	f := begin(t, congestion.Options{}, mss, 0)
	f.send(4 * mss)
	f.answers(f.dups(3), resend) // nothing was ever lost: the first segment can be
	f.want(2*mss+3*mss, 2*mss)

	f.Timeout(f.una, f.nxt)
	if f.Recovering() {
		t.Fatal("fast recovery outlives the timeout")
	}
	f.answers(f.dups(5), nothing)
	f.ack(4*mss, 4*mss) // all that was sent, but not more
	f.send(4 * mss)
	f.answers(f.dups(3), nothing)
	f.ack(1, 1)
	f.answers(f.dups(3), resend)

	f = begin(t, congestion.Options{}, mss, 0) // the first segment, by the timer
	f.send(4 * mss)
	f.Timeout(f.una, f.nxt)
	f.answers(f.dups(5), nothing)
	f.want(mss, 2*mss)
}

func TestRecoverDoesNotTurnRound(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	for range 3 {
		f.send(1 << 30)
		f.ack(1<<30, 1<<30)
	}
	f.send(8 * mss)
	f.answers(f.dups(3), resend)
}

func TestSACKRecovery_RFC6675_5(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(8 * mss)
	f.Lost(f.una, f.nxt)
	f.want(4*mss, 4*mss) // step 4.2
	f.answers(f.dup(), nothing)
	f.answers(f.ack(7*mss, 7*mss), nothing)
	f.want(4*mss, 4*mss)
	f.answers(f.ack(mss, mss), nothing) // step (A)
	f.want(4*mss, 4*mss)
	if f.Recovering() {
		t.Fatal("still in recovery")
	}
	f.send(4 * mss)
	f.ack(4*mss, 4*mss)
	f.want(5*mss, 4*mss)
}

func TestSmallerSegments_RFC5681_3_1(t *testing.T) {
	f := begin(t, congestion.Options{IW10: true}, 1400, 0)
	f.want(14000, high)
	f.SetSMSS(700)
	f.want(7000, high)
	f.SetSMSS(0)
	f.SetSMSS(1400)
	f.want(7000, high)
}

func TestOff(t *testing.T) {
	for _, o := range []congestion.Options{{Off: true}, {}} {
		f := &flow{T: t, una: iss + 1, nxt: iss + 1}
		if o.Off {
			f.Begin(o, iss, mss, 1)
		}
		f.send(100 * mss)
		f.answers(f.ack(mss, mss), nothing)
		f.answers(f.dups(5), nothing)
		f.Timeout(f.una, f.nxt)
		f.Lost(f.una, f.nxt)
		f.Restart()
		f.SetSMSS(10)
		f.want(congestion.Infinite, congestion.Infinite)
		f.window(congestion.Infinite)
		if f.Recovering() || string(f.AppendState(nil)) != "\x00\x00" {
			t.Fatal("something was remembered")
		}
	}
}

func TestCopyAndEncode(t *testing.T) {
	f := established(t, 10*mss, 16*mss)
	f.send(8 * mss)
	f.dups(2)
	other := *f
	if string(f.AppendState(nil)) != string(other.AppendState(nil)) {
		t.Fatal("a copy has another encoding")
	}
	other.dup()
	if string(f.AppendState(nil)) == string(other.AppendState(nil)) {
		t.Fatal("the encoding does not see a fast retransmit")
	}
	f.want(10*mss, 16*mss)
}

// A window is filled four times; then one segment of it is lost.
func Example() {
	var c congestion.Control
	c.Begin(congestion.Options{IW10: true}, 999, 1000, 0)
	una, nxt := uint32(1000), uint32(1000)
	for range 4 {
		nxt = una + uint32(c.Window())
		fmt.Println("cwnd", c.CWND())
		for una != nxt {
			n := min(2000, nxt-una) // an ACK for every second segment
			una += n
			c.Acked(una, nxt, int(n))
		}
	}
	nxt = una + uint32(c.Window())
	for n := 1; n <= 4; n++ {
		a := c.DupACK(una, nxt)
		fmt.Printf("duplicate ACK %d: resend %t, window %d\n", n, a.Resend, c.Window())
	}
	c.Acked(nxt, nxt, int(nxt-una))
	fmt.Println("repaired: cwnd", c.CWND(), "ssthresh", c.SSThresh())
	// Output:
	// cwnd 10000
	// cwnd 15000
	// cwnd 23000
	// cwnd 35000
	// duplicate ACK 1: resend false, window 54000
	// duplicate ACK 2: resend false, window 55000
	// duplicate ACK 3: resend true, window 29500
	// duplicate ACK 4: resend false, window 30500
	// repaired: cwnd 2000 ssthresh 26500
}

func BenchmarkAcked(b *testing.B) {
	var c congestion.Control
	c.Begin(congestion.Options{}, iss, mss, 0)
	una := iss
	c.Timeout(una, una+20*mss)
	b.ReportAllocs()
	for b.Loop() {
		una += mss
		c.Acked(una, una+20*mss, mss)
	}
}
