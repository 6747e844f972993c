package tcp

import (
	"fmt"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// 3.8.6: the sender's side of the window.

func TestWindow_3_8_6_NewDataStaysInside(t *testing.T) {
	h := established(t)
	h.wnd = 2500
	h.recv("ACK", 1, 1, "").send(4000).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000")
	h.wnd = 0xffff // MUST-1: unsigned
	h.recv("ACK", 1, 1001, "").expect("ACK 2001 ack 1 len 1000", "PSH,ACK 3001 ack 1 len 1000")
}

func TestWindow_3_8_6_ShrinkIsSurvived(t *testing.T) { // MUST-34, SHLD-15, SHLD-16
	h := established(t).send(5000).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000",
		"ACK 2001 ack 1 len 1000", "ACK 3001 ack 1 len 1000")
	h.wnd = 1500
	h.recv("ACK", 1, 1, "").expect()
	h.fire(time.Second).expect("ACK 1 ack 1 len 1000")                                     // old data inside
	h.recv("ACK", 1, 1001, "").expect("ACK 1001 ack 1 len 1000", "ACK 2001 ack 1 len 500") // up to the edge
	h.wnd = 0
	h.recv("ACK", 1, 2001, "").expect() // MUST-35: probed in the standard way
	h.fire(2 * time.Second).expect("ACK 2001 ack 1 len 1")
	h.wnd = 9000
	h.recv("ACK", 1, 2001, "").expect("ACK 2001 ack 1 len 1000", "PSH,ACK 4001 ack 1 len 1000")
	h.recv("ACK", 1, 5001, "").idle()
}

// 3.8.6.1: zero-window probes.

func shutWindow(t *testing.T, n int, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	h := established(t, change...)
	h.wnd = 0
	return h.recv("ACK", 1, 1, "").expect().send(n).expect()
}

func TestProbe_3_8_6_1_AfterAnRTOThenBackingOff(t *testing.T) { // MUST-36, SHLD-29, SHLD-30
	h := shutWindow(t, 100)
	for _, d := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		h.fire(d*time.Second).expect("ACK 1 ack 1 len 1").recv("ACK", 1, 1, "").expect()
	}
	h.wnd = window // the update
	h.recv("ACK", 1, 1, "").expect("PSH,ACK 1 ack 1 len 100").recv("ACK", 1, 101, "").idle()
}

func TestProbe_3_8_6_1_OctetIsTaken(t *testing.T) {
	h := shutWindow(t, 100).fire(time.Second).expect("ACK 1 ack 1 len 1")
	h.recv("ACK", 1, 2, "").expect().fire(time.Second).expect("ACK 2 ack 1 len 1")
	h.wnd = window
	h.recv("ACK", 1, 3, "").expect("PSH,ACK 3 ack 1 len 98").recv("ACK", 1, 101, "").idle()
}

func TestProbe_3_8_6_1_FIN(t *testing.T) {
	h := shutWindow(t, 0).close(nil).in(endpoint.FinWait1)
	h.fire(time.Second).expect("FIN,ACK 1 ack 1").recv("ACK", 1, 2, "").in(endpoint.FinWait2).idle()

	h = closeWait(t)
	h.wnd = 0
	h.recv("ACK", 2, 1, "").send(1).close(nil).in(endpoint.CloseWait)
	h.fire(time.Second).in(endpoint.CloseWait, "ACK 1 ack 2 len 1").recv("ACK", 2, 2, "").in(endpoint.CloseWait)
	h.fire(time.Second).in(endpoint.LastAck, "FIN,ACK 2 ack 2").recv("ACK", 2, 3, "").in(endpoint.Closed)
}

func TestProbe_3_8_6_1_AnsweredIsNeverGivenUp(t *testing.T) { // MUST-37
	h := shutWindow(t, 100)
	for until := h.now + 48*time.Hour; h.now < until; {
		h.now = h.deadline()
		h.tcp.Timeout(h.now)
		h.drain()
		h.expect("ACK 1 ack 1 len 1").recv("ACK", 1, 1, "").in(endpoint.Established)
	}
}

func TestProbe_3_8_3_UnansweredIsGivenUpAfterR2(t *testing.T) {
	h := shutWindow(t, 100)
	h.wait(99 * time.Second).got = nil
	h.in(endpoint.Established).wait(60 * time.Second).got = nil
	h.in(endpoint.Closed)
	if st := h.status(); st.Err != endpoint.ErrTimeout {
		t.Errorf("error %v", st.Err)
	}
}

// R2 is the time since the unanswered probe left first, not since the answer to
// the one before it, up to a minute earlier: found by a sweep.
func TestProbe_3_8_3_R2CountsFromTheUnansweredProbe(t *testing.T) {
	h := shutWindow(t, 100)
	for _, d := range []time.Duration{1, 2, 4, 8, 16, 32} {
		h.fire(d*time.Second).expect("ACK 1 ack 1 len 1").recv("ACK", 1, 1, "").expect()
	}
	h.fire(60 * time.Second).expect("ACK 1 ack 1 len 1") // not answered any more
	h.fire(60*time.Second).in(endpoint.Established, "ACK 1 ack 1 len 1")
	h.fire(60 * time.Second).in(endpoint.Closed)
}

// The other side of the probe: it is answered, its octet dropped, its ACK used
// (3.4), also when it covers our FIN.
func TestProbe_3_10_7_4_IsAnsweredWithTheWindow(t *testing.T) {
	small := func(c *endpoint.Config) { c.ReceiveBuffer = 3 }
	h := established(t, small).recv("ACK", 1, 1, "abc").fire(200 * time.Millisecond).expect("ACK 1 ack 4")
	h.send(10).expect("PSH,ACK 1 ack 4 len 10").recv("ACK", 4, 11, "d").expect("ACK 11 ack 4").idle()
	h.read("abc").expect("ACK 11 ack 4") // the window update
	h.recv("ACK", 4, 11, "d").wait(time.Second).expect("ACK 11 ack 5").read("d")

	h = finWait1(t, small).recv("ACK", 1, 1, "abc").fire(200 * time.Millisecond).expect("ACK 2 ack 4")
	h.recv("ACK", 4, 2, "d").in(endpoint.FinWait2, "ACK 2 ack 4")
}

// 3.8.6.2.1: the sender's silly-window avoidance (MUST-38).

func TestSillyWindow_3_8_6_2_1_SmallWindowIsNotUsedAtOnce(t *testing.T) {
	h := established(t)
	h.wnd = 500 // MAX.SND.WND is 4096
	h.recv("ACK", 1, 1, "").send(2000).expect()
	h.fire(200 * time.Millisecond).expect("ACK 1 ack 1 len 500") // (4) the override timeout
}

func TestSillyWindow_3_8_6_2_1_Rules(t *testing.T) {
	h := established(t)
	h.wnd = 2000
	h.recv("ACK", 1, 1, "").send(100).expect("PSH,ACK 1 ack 1 len 100")                              // (2) all that waits
	h.recv("ACK", 1, 101, "").send(5000).expect("ACK 101 ack 1 len 1000", "ACK 1101 ack 1 len 1000") // (1)

	h = listening(t)
	h.wnd = 800
	h.recv("SYN", 0, -1, "").recv("ACK", 1, 1, "").expect("SYN,ACK 0 ack 1")
	h.send(900).expect("ACK 1 ack 1 len 800") // (3) at least half of the largest window
	h.wnd = 300
	h.recv("ACK", 1, 801, "").expect("PSH,ACK 801 ack 1 len 100")
}

// 3.7.4: Nagle.

func TestNagle_3_7_4_HoldsSmallSegments(t *testing.T) { // SHLD-7
	h := established(t).send(10).expect("PSH,ACK 1 ack 1 len 10").send(10).send(10).expect()
	h.recv("ACK", 1, 11, "").expect("PSH,ACK 11 ack 1 len 20")
	h.send(1500).expect("ACK 31 ack 1 len 1000") // a full segment may go
	h.recv("ACK", 1, 31, "").expect().recv("ACK", 1, 1031, "").expect("PSH,ACK 1031 ack 1 len 500")
}

func TestNagle_3_7_4_CanBeSwitchedOff(t *testing.T) { // MUST-17
	h := established(t, func(c *endpoint.Config) { c.NoNagle = true })
	h.send(10).send(10).send(10).expect("PSH,ACK 1 ack 1 len 10", "PSH,ACK 11 ack 1 len 10", "PSH,ACK 21 ack 1 len 10")
	h.wnd = 40
	h.recv("ACK", 1, 11, "").send(100).expect() // 20 octets of the window are left
	h.fire(200 * time.Millisecond).expect("ACK 31 ack 1 len 20")
}

func TestPush_3_9_1_2_OnTheLastSegmentOfASend(t *testing.T) { // MUST-61, SHLD-28
	established(t).send(2500).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000").
		recv("ACK", 1, 2001, "").expect("PSH,ACK 2001 ack 1 len 500")
}

// 3.8.6.2.2: the receiver's silly-window avoidance (MUST-39), and SHLD-14.

func TestReceiver_3_8_6_2_2_WindowOpensInLargeSteps(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.ReceiveBuffer = 2000; c.NoDelayedACK = true })
	h.recv("ACK", 1, 1, string(text(0, 1000))).recv("ACK", 1001, 1, string(text(1000, 1000)))
	h.expect("ACK 1 ack 1001", "ACK 1 ack 2001")
	wnd := func(want uint32) {
		t.Helper()
		if st := h.status(); st.RCV.WND != want {
			t.Errorf("RCV.WND %d, want %d", st.RCV.WND, want)
		}
	}
	wnd(0)
	buf := make([]byte, 999)
	h.tcp.Receive(h.now, buf)
	h.drain()
	h.expect()
	h.recv("ACK", 2000, 1, "x").expect("ACK 1 ack 2001") // answered, and still shut
	wnd(0)
	h.tcp.Receive(h.now, buf[:1])
	h.drain()
	h.expect("ACK 1 ack 2001")
	wnd(1000)
}

func TestReceiver_3_8_6_RightEdgeNeverMovesLeft(t *testing.T) { // SHLD-14
	h := established(t, func(c *endpoint.Config) { c.ReceiveBuffer = 3000 })
	edge := h.tcp.rcv.NXT.Add(int(h.tcp.rcv.WND))
	seq := 1
	for i := range 40 {
		n := 100 + 97*i%700
		if n <= int(h.tcp.rcv.WND) {
			h.recv("ACK", seq, 1, string(text(0, n)))
			seq += n
		} else {
			h.tcp.Receive(h.now, make([]byte, 50*i))
			h.drain()
		}
		next := h.tcp.rcv.NXT.Add(int(h.tcp.rcv.WND))
		if next.Less(edge) {
			t.Fatalf("the right edge went from %d to %d", edge, next)
		}
		edge = next
	}
}

func TestReceiver_3_8_6_NoUpdateForEachSegment(t *testing.T) {
	h := established(t).recv("ACK", 1, 1, string(text(0, 1000))).read(string(text(0, 1000))).expect()
	h.recv("ACK", 1001, 1, string(text(0, 1000))).expect("ACK 1 ack 2001").read(string(text(0, 1000))).expect()
}

// 3.8.6.3: delayed acknowledgments.

func TestDelayedACK_3_8_6_3_EverySecondSegment(t *testing.T) { // SHLD-18, SHLD-19
	h := established(t).recv("ACK", 1, 1, "a").expect().recv("ACK", 2, 1, "b").expect("ACK 1 ack 3").idle()
	h.recv("ACK", 3, 1, "c").expect().fire(200 * time.Millisecond).expect("ACK 1 ack 4").idle()
	h.recv("ACK", 4, 1, "d").send(5).expect("PSH,ACK 1 ack 5 len 5") // it rides on data
}

func TestDelayedACK_3_8_6_3_SwitchedOff(t *testing.T) {
	established(t, func(c *endpoint.Config) { c.NoDelayedACK = true }).recv("ACK", 1, 1, "a").expect("ACK 1 ack 2").idle()
}

func TestDelayedACK_3_8_6_3_MustStayUnder500ms(t *testing.T) { // MUST-40
	c := testConfig()
	c.DelayedACK = 500 * time.Millisecond
	if _, err := New(c); err == nil {
		t.Error("500ms were accepted")
	}
}

// SHLD-31, MUST-58, MUST-59: segments out of order.

func TestReassembly_3_10_7_4_OneACKCoversWhatAGapHeldBack(t *testing.T) {
	h := established(t)
	h.recv("ACK", 4, 1, "def").expect("ACK 1 ack 1") // MAY-13, at once
	h.recv("ACK", 10, 1, "jkl").expect("ACK 1 ack 1").recv("ACK", 7, 1, "ghi").expect("ACK 1 ack 1")
	h.read("").recv("ACK", 1, 1, "abc").expect("ACK 1 ack 13").read("abcdefghijkl").idle()
}

func TestReassembly_3_10_7_4_OverlapsAndDuplicates(t *testing.T) {
	h := established(t)
	h.recv("ACK", 5, 1, "efgh").recv("ACK", 3, 1, "cdef").recv("ACK", 7, 1, "ghij").recv("ACK", 5, 1, "efgh")
	h.expect("ACK 1 ack 1", "ACK 1 ack 1", "ACK 1 ack 1", "ACK 1 ack 1")
	h.recv("ACK", 1, 1, "abc").expect("ACK 1 ack 11").read("abcdefghij")
	h.recv("ACK", 1, 1, "abc").expect("ACK 1 ack 11").read("") // all of it old
}

func TestReassembly_3_10_7_4_TooManyGaps(t *testing.T) {
	h := established(t)
	for i := range 2 * maxSpans {
		h.recv("ACK", 3+2*i, 1, "x").expect("ACK 1 ack 1")
	}
	if len(h.tcp.held) != maxSpans {
		t.Errorf("%d spans", len(h.tcp.held))
	}
	// A segment at RCV.NXT that touches none of them is taken all the same.
	h.recv("ACK", 1, 1, "y").expect("ACK 1 ack 2")
	for i := range 2 * maxSpans {
		h.recv("ACK", 1+2*i, 1, "yx")
	}
	if st := h.status(); st.Readable != 4*maxSpans {
		t.Error(fmt.Sprint("readable ", st.Readable))
	}
}

// SHLD-27 and SWS (1): queued small sends leave as large segments.
func TestSegmentize_3_9_1_2_SmallSendsAreJoined(t *testing.T) {
	h := synSent(t)
	for range 30 {
		h.send(50)
	}
	h.recv("SYN,ACK", 0, 1, "").expect("ACK 1 ack 1 len 1000").recv("ACK", 1, 1001, "").expect("PSH,ACK 1001 ack 1 len 500")
}
