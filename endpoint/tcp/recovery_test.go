package tcp

import (
	"fmt"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

func congested(c *endpoint.Config) { c.Congestion = true }

func sacks(c *endpoint.Config) { c.SACK = true }

// full is the number n of a full segment's arrival in the notation of expect.
func full(n int) string { return fmt.Sprintf("ACK %d ack 1 len 1000", n*1000+1) }

// upTo are full segments, from the n-th up to but not with the m-th.
func upTo(n, m int) (all []string) {
	for ; n < m; n++ {
		all = append(all, full(n))
	}
	return all
}

// congestedEstablished has a peer with a window of 60,000 octets.
func congestedEstablished(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	h := listening(t, append(change, congested)...)
	h.wnd = 60_000
	return h.recv("SYN", 0, -1, "").recv("ACK", 1, 1, "").in(endpoint.Established, "SYN,ACK 0 ack 1")
}

// sackEstablished is that with SACK.
func sackEstablished(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	h := listening(t, append(change, sacks)...).with(endpoint.Options{}.AppendSACKPermitted())
	h.wnd = 60_000
	h.recv("SYN", 0, -1, "").options("MSS=1000 SACK-permitted").with(nil)
	return h.recv("ACK", 1, 1, "").in(endpoint.Established, "SYN,ACK 0 ack 1")
}

// sacked is an ACK with blocks: pairs of numbers relative to our ISS.
func (h *hand) sacked(ack int, edges ...int) *hand {
	h.Helper()
	var blocks []endpoint.SACKBlock
	for i := 0; i < len(edges); i += 2 {
		blocks = append(blocks, endpoint.SACKBlock{Left: ourISS.Add(edges[i]), Right: ourISS.Add(edges[i+1])})
	}
	return h.with(endpoint.Options{}.AppendSACK(blocks...)).recv("ACK", 1, ack, "").with(nil)
}

// RFC 5681 3.1: four segments of 1,000 octets to begin with; each ACK of one lets
// out two while cwnd is below ssthresh.
func TestCongestion_SlowStart(t *testing.T) {
	h := congestedEstablished(t).send(20_000).expect(upTo(0, 4)...)
	h.recv("ACK", 1, 1001, "").expect(upTo(4, 6)...).recv("ACK", 1, 3001, "").expect(upTo(6, 9)...)
}

// RFC 6928: ten.
func TestCongestion_InitialWindowOf10(t *testing.T) {
	congestedEstablished(t, func(c *endpoint.Config) { c.IW10 = true }).send(20_000).expect(upTo(0, 10)...)
}

// RFC 5681 3.1: one, if the SYN,ACK was lost.
func TestCongestion_AfterALostSYN(t *testing.T) {
	h := listening(t, congested)
	h.wnd = 60_000
	h.recv("SYN", 0, -1, "").wait(time.Second).expect("SYN,ACK 0 ack 1", "SYN,ACK 0 ack 1")
	h.recv("ACK", 1, 1, "").send(5000).expect(full(0)).recv("ACK", 1, 1001, "").expect(upTo(1, 3)...)
}

// Without Congestion, the peer's window is the only one.
func TestCongestion_OffByDefault(t *testing.T) {
	h := established(t)
	h.wnd = 60_000
	h.recv("ACK", 1, 1, "").send(20_000)
	if len(h.got) != 20 {
		t.Errorf("%d segments left", len(h.got))
	}
	h.got = nil
	for range 5 {
		h.recv("ACK", 1, 1, "").expect()
	}
}

// RFC 5681 3.2, RFC 3042: the first two duplicates let out a new segment each, the
// third resends, and each that follows lets out one more; the ACK that covers
// all of it ends it.
func TestCongestion_FastRetransmit(t *testing.T) {
	h := congestedEstablished(t, func(c *endpoint.Config) { c.IW10 = true }).send(40_000).expect(upTo(0, 10)...)
	h.recv("ACK", 1, 1001, "").expect(upTo(10, 12)...)
	h.recv("ACK", 1, 1001, "").expect(full(12)).recv("ACK", 1, 1001, "").expect(full(13))
	h.recv("ACK", 1, 1001, "").expect(full(1)) // ssthresh 5500, cwnd 8500
	for range 5 {
		h.recv("ACK", 1, 1001, "").expect()
	}
	h.recv("ACK", 1, 1001, "").expect(full(14)) // cwnd 14500
	h.recv("ACK", 1, 14001, "").expect(full(15))
	if h.tcp.network.Recovering() || h.tcp.network.CWND() != 2000 {
		t.Errorf("cwnd %d", h.tcp.network.CWND())
	}
}

// RFC 6582 3.2: a partial ACK resends what is missing next, and only the first one
// restarts the timer.
func TestCongestion_PartialACK(t *testing.T) {
	h := congestedEstablished(t, func(c *endpoint.Config) { c.IW10 = true }).send(10_000).recv("ACK", 1, 1001, "")
	h.got = nil
	for range 3 {
		h.recv("ACK", 1, 1001, "")
	}
	h.expect(full(1)).wait(100*time.Millisecond).recv("ACK", 1, 4001, "").expect(full(4))
	due := h.deadline()
	h.wait(100*time.Millisecond).recv("ACK", 1, 6001, "").expect(full(6))
	if h.deadline() != due {
		t.Errorf("the timer is due at %v, then at %v", due, h.deadline())
	}
}

// While the window was shut another timer ran: then a partial ACK starts this one.
func TestCongestion_PartialACKAfterAShutWindow(t *testing.T) {
	h := congestedEstablished(t, func(c *endpoint.Config) { c.IW10 = true }).send(10_000).recv("ACK", 1, 1001, "")
	for range 3 {
		h.recv("ACK", 1, 1001, "")
	}
	h.recv("ACK", 1, 4001, "")
	h.wnd = 0
	h.recv("ACK", 1, 4001, "")
	h.wnd = 60_000
	h.recv("ACK", 1, 6001, "")
	if h.tcp.timer[timerRetransmit] == endpoint.Never {
		t.Error("no timer runs")
	}
}

// RFC 5681 2: data, another window, FIN: not duplicates.
func TestCongestion_NoDuplicates(t *testing.T) {
	h := congestedEstablished(t).send(10_000).recv("ACK", 1, 1001, "").recv("ACK", 1, 2001, "")
	h.got = nil
	h.recv("ACK", 1, 2001, "ab").recv("ACK", 3, 2001, "cd").recv("ACK", 5, 2001, "ef")
	for range 3 {
		h.wnd--
		h.recv("ACK", 7, 2001, "")
	}
	h.expect("ACK 8001 ack 5").recv("ACK", 7, 2001, "").expect(full(8)[:9] + "ack 7 len 1000")
}

// RFC 5681 3.1: a timeout leaves one segment, and slow start begins anew; ssthresh
// falls once, however often the segment is resent.
func TestCongestion_Timeout(t *testing.T) {
	h := congestedEstablished(t, func(c *endpoint.Config) { c.IW10 = true }).send(40_000).expect(upTo(0, 10)...)
	h.fire(time.Second).expect(full(0)).fire(2 * time.Second).expect(full(0))
	if h.tcp.network.SSThresh() != 5000 || h.tcp.network.CWND() != 1000 {
		t.Errorf("ssthresh %d, cwnd %d", h.tcp.network.SSThresh(), h.tcp.network.CWND())
	}
	h.recv("ACK", 1, 1001, "").expect(upTo(1, 3)...).recv("ACK", 1, 3001, "").expect(upTo(3, 6)...)
	h.recv("ACK", 1, 10001, "").expect(upTo(10, 14)...)
}

// RFC 5681 4.1: after idle time the window is no larger than the initial one.
func TestCongestion_RestartAfterIdle(t *testing.T) {
	h := congestedEstablished(t).wait(time.Minute).send(14_000)
	for i := 1; i <= 14; i++ {
		h.recv("ACK", 1, i*1000+1, "")
	}
	h.got = nil
	h.send(14_000)
	if len(h.got) != 14 {
		t.Fatalf("at once %d segments", len(h.got))
	}
	h.recv("ACK", 1, 28_001, "").wait(1001 * time.Millisecond).got = nil
	h.send(14_000).expect(upTo(28, 32)...)
}

// RFC 2018 3, 4: the block with the newest segment first, then the others.
func TestSACK_Reported(t *testing.T) {
	h := sackEstablished(t)
	h.recv("ACK", 11, 1, "ab").options("SACK=5011-5013").recv("ACK", 21, 1, "ab").options("SACK=5021-5023,5011-5013")
	h.recv("ACK", 31, 1, "ab").recv("ACK", 41, 1, "ab").recv("ACK", 51, 1, "ab")
	h.options("SACK=5051-5053,5041-5043,5031-5033,5021-5023")
	h.recv("ACK", 13, 1, "cd").options("SACK=5011-5015,5051-5053,5041-5043,5031-5033")
	h.got = nil
	h.recv("ACK", 1, 1, "0123456789").expect("ACK 1 ack 15").options("SACK=5051-5053,5041-5043,5031-5033,5021-5023")
}

// RFC 2018 3: beside timestamps there is room for three.
func TestSACK_WithTimestamps(t *testing.T) {
	h := listening(t, sacks, stamped).with(endpoint.Options{}.AppendTimestamps(1, 0).AppendSACKPermitted())
	h.recv("SYN", 0, -1, "").options("MSS=1000 SACK-permitted TS=1000/1").ts(1, 1000).recv("ACK", 1, 1, "")
	for i := range 5 {
		h.recv("ACK", 11+10*i, 1, "ab")
	}
	h.options("TS=1000/1 SACK=5051-5053,5041-5043,5031-5033")
}

// RFC 2883 4: what came twice is reported first, once.
func TestSACK_Duplicate(t *testing.T) {
	h := sackEstablished(t).recv("ACK", 1, 1, "abcd").recv("ACK", 1, 1, "abcd").options("SACK=5001-5005")
	h.recv("ACK", 11, 1, "ab").options("SACK=5011-5013").recv("ACK", 11, 1, "ab").options("SACK=5011-5013,5011-5013")
	h.recv("ACK", 0, 1, "").options("SACK=5011-5013")
	h.recv("ACK", 5, 1, "efghijklm").recv("ACK", 1, 1, "a").options("SACK=5001-5002").got = nil
	h.send(1000).expect("PSH,ACK 1 ack 14 len 1000").options("")
}

// What lies beyond the window is cut off, and not reported.
func TestSACK_BeyondTheWindow(t *testing.T) {
	sackEstablished(t, func(c *endpoint.Config) { c.ReceiveBuffer = 20 }).recv("ACK", 11, 1, "0123456789abcdef").options("SACK=5011-5021")
}

// RFC 2018 2: blocks only if the peer has permitted them.
func TestSACK_NotPermitted(t *testing.T) {
	established(t, sacks).recv("ACK", 11, 1, "ab").expect("ACK 1 ack 1").options("")
	h := listening(t).with(endpoint.Options{}.AppendSACKPermitted()).recv("SYN", 0, -1, "").with(nil).recv("ACK", 1, 1, "")
	h.recv("ACK", 11, 1, "ab").options("")
}

// RFC 9293 3.7.1, RFC 6691: the blocks leave less room for text.
func TestSACK_LessText(t *testing.T) {
	h := sackEstablished(t).recv("ACK", 11, 1, "ab").send(2000)
	h.expect("ACK 1 ack 1", "ACK 1 ack 1 len 980", "ACK 981 ack 1 len 980")
}

// RFC 6675 5: three blocks above a hole say that it is lost; recovery resends it
// at once, and goes on with new data as ACKs take octets out of the network.
func TestSACK_Recovery(t *testing.T) {
	h := sackEstablished(t, congested, func(c *endpoint.Config) { c.IW10 = true }).send(40_000).expect(upTo(0, 10)...)
	h.sacked(1001, 2001, 3001).expect(upTo(10, 13)...).sacked(1001, 2001, 4001).expect(full(13))
	h.sacked(1001, 2001, 5001).expect(full(1))
	if h.tcp.network.CWND() != 5500 {
		t.Error(h.tcp.network.CWND())
	}
	for n := 6; n < 11; n++ { // pipe is 9000, then 5000
		h.sacked(1001, 2001, n*1000+1).expect()
	}
	h.sacked(1001, 2001, 11001).expect(full(14)).sacked(1001, 2001, 12001).expect(full(15))
	h.sacked(13001).expect(upTo(16, 18)...) // pipe 3000, then 5000
}

// RFC 6675 4: two holes of one window are repaired in one round trip.
func TestSACK_TwoHoles(t *testing.T) {
	h := sackEstablished(t).send(10_000)
	h.got = nil
	h.sacked(1, 1001, 2001, 3001, 6001).expect(full(0), full(2)).sacked(1, 3001, 7001, 1001, 2001).expect()
	h.sacked(2001, 3001, 10001).expect(full(2)) // rule (4), once
	h.sacked(10001).expect().idle()
}

// RFC 2018 8, RFC 6675 5.1: a timeout forgets the blocks, and resends from SND.UNA
// on; what is reported from then on is left out.
func TestSACK_Timeout(t *testing.T) {
	h := sackEstablished(t).send(6000)
	h.got = nil
	h.sacked(1, 1001, 2001).fire(time.Second).expect(full(0))
	h.sacked(1001, 3001, 5001).expect(full(1), full(2)).sacked(2001, 3001, 5001).expect("PSH,ACK 5001 ack 1 len 1000")
	h = sackEstablished(t).send(6000)
	h.got = nil
	h.fire(time.Second).expect(full(0)).sacked(1001, 1501, 6001).expect("ACK 1001 ack 1 len 500")
}

// The receiver reneges: it reports what it does not have in the end. The timer
// sends it all the same, for nothing left the send buffer.
func TestSACK_Renege(t *testing.T) {
	h := sackEstablished(t).send(5000)
	h.got = nil
	h.sacked(1, 1001, 5001).expect(full(0)).recv("ACK", 1, 1001, "").wait(time.Second)
	h.expect(full(1)).recv("ACK", 1, 2001, "").expect(upTo(2, 4)...)
}

// A segment that is resent beside a report is shorter; what it left follows.
func TestSACK_ResendsTheRest(t *testing.T) {
	h := sackEstablished(t).send(5000).recv("ACK", 11, 1, "ab")
	h.got = nil
	h.sacked(1, 1001, 5001).expect("ACK 1 ack 1 len 980", "ACK 981 ack 1 len 20")
}

// A FIN alone is new data, too.
func TestSACK_FINWhileRecovering(t *testing.T) {
	h := sackEstablished(t).send(5000)
	h.got = nil
	h.sacked(1, 1001, 5001).expect(full(0)).close(nil).expect("FIN,ACK 5001 ack 1")
}

// Karn: what a fast retransmit has sent again is not timed (RFC 6298 3).
func TestSACK_Karn(t *testing.T) {
	h := sackEstablished(t).send(5000).wait(10*time.Millisecond).sacked(1, 1001, 5001)
	if h.recv("ACK", 1, 5001, ""); h.tcp.rtt.srtt != 0 {
		t.Error("a sample of", h.tcp.rtt.srtt)
	}
}

// RFC 5681 2 (a): with nothing outstanding, no ACK is a duplicate.
func TestCongestion_NothingOutstanding(t *testing.T) {
	h := congestedEstablished(t).recv("ACK", 1, 1, "").recv("ACK", 1, 1, "").recv("ACK", 1, 1, "")
	h.send(20_000).expect(upTo(0, 4)...)
}

// RFC 5681 2, MUST-37: the answer to a probe of a shut window tells of no loss,
// however often it comes.
func TestCongestion_AnsweredProbes_RFC5681_2(t *testing.T) {
	h := congestedEstablished(t).send(4000)
	h.got, h.wnd = nil, 0
	h.recv("ACK", 1, 4001, "").send(40_000).expect()
	cwnd, ssthresh := h.tcp.network.CWND(), h.tcp.network.SSThresh()
	for range 10 {
		h.wait(h.deadline()-h.now).expect("ACK 4001 ack 1 len 1").recv("ACK", 1, 4001, "").expect()
	}
	if got := h.tcp.network; got.CWND() != cwnd || got.SSThresh() != ssthresh {
		t.Errorf("cwnd %d, ssthresh %d; want %d, %d", got.CWND(), got.SSThresh(), cwnd, ssthresh)
	}
}

// RFC 5681 3.2: the first segment of a connection is repaired without the timer,
// too; but not what is sent again after it (RFC 6582 3.2 step 4).
func TestCongestion_FirstSegmentLost_RFC5681_3_2(t *testing.T) {
	ten := func(c *endpoint.Config) { c.IW10 = true }
	h := congestedEstablished(t, ten).send(14_000).expect(upTo(0, 10)...)
	h.recv("ACK", 1, 1, "").expect(full(10)).recv("ACK", 1, 1, "").expect(full(11))
	h.recv("ACK", 1, 1, "").expect(full(0))

	h = congestedEstablished(t, ten).send(3000)
	h.got = nil
	h.wait(time.Second).expect(full(0))
	h.recv("ACK", 1, 1, "").recv("ACK", 1, 1, "").recv("ACK", 1, 1, "").expect()
}

// Our FIN is the last octet of what a recovery resends.
func TestSACK_ResendsTheFIN(t *testing.T) {
	h := sackEstablished(t).send(4000).close(nil)
	h.got = nil
	h.sacked(1, 1001, 4001).expect(full(0)).recv("ACK", 1, 4001, "").expect("FIN,ACK 4001 ack 1")
}
