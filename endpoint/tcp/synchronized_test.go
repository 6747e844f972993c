package tcp

import (
	"math"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// 3.10.7.4, first check.

// What fails it is answered with an empty ACK, and changes nothing.
func TestFirstCheck_3_10_7_4_UnacceptableIsAnsweredAndDropped(t *testing.T) {
	const edge = 65535 // the window
	for _, c := range synchronized {
		next := c.seq
		for _, s := range []struct {
			why      string
			flags    string
			seq, ack int
			text     string
		}{
			{"old data", "ACK", next - 1, c.ack, "x"},
			{"old data, an ACK that is not used", "ACK", next - 1, 900, "x"},
			{"keep-alive", "ACK", next - 1, c.ack, ""},
			{"pure ACK left of the window", "ACK", next - 100, c.ack, ""},
			{"pure ACK beyond the edge", "ACK", next + edge, c.ack, ""},
			{"data beyond the edge", "ACK", next + edge, c.ack, "x"},
			{"no ACK bit", "PSH", next - 9, -1, "x"},
			{"SYN outside the window", "SYN", next - 700, -1, ""}, // ACK, never RST
			{"SYN,ACK outside the window", "SYN,ACK", next - 700, c.ack, ""},
			{"half the sequence space away", "ACK", next + math.MaxInt32, c.ack, ""},
		} {
			h := c.make(t)
			was := h.tcp.AppendState(nil, 0)
			h.recv(s.flags, s.seq, s.ack, s.text).in(c.state, c.empty)
			h.tcp.throttle = throttle{}
			if string(h.tcp.AppendState(nil, 0)) != string(was) {
				t.Errorf("%v: %s changed it", c.state, s.why)
			}
		}
	}
}

func TestFirstCheck_3_4_TheFourCases(t *testing.T) {
	for _, c := range []struct {
		wnd  uint32
		seq  int
		len  int
		want bool
	}{
		{0, 0, 0, true}, {0, 1, 0, false}, {0, -1, 0, false}, {0, 0, 1, false}, {0, -1, 2, false},
		{10, 0, 0, true}, {10, 9, 0, true}, {10, 10, 0, false}, {10, -1, 0, false},
		{10, 0, 1, true}, {10, 9, 5, true}, {10, 10, 1, false}, {10, -1, 1, false}, {10, -1, 2, true},
		{10, -5, 20, false}, // neither the first nor the last octet is in the window
	} {
		for _, nxt := range []endpoint.Seq{5, 0, 0xffffffff, 1 << 31} { // all comparisons are modulo 2^32
			x := TCP{rcv: endpoint.RCV{NXT: nxt, WND: c.wnd}}
			if got := x.acceptable(&endpoint.Segment{Seq: nxt.Add(c.seq), Text: make([]byte, c.len)}); got != c.want {
				t.Errorf("RCV.NXT %d, RCV.WND %d, SEG.SEQ +%d, SEG.LEN %d: %t", nxt, c.wnd, c.seq, c.len, got)
			}
		}
	}
	x := TCP{rcv: endpoint.RCV{NXT: 5, WND: 10}}
	if x.acceptable(&endpoint.Segment{Seq: 4, Flags: endpoint.SYN}) || !x.acceptable(&endpoint.Segment{Seq: 4, Flags: endpoint.SYN | endpoint.FIN}) {
		t.Error("SEG.LEN counts SYN and FIN")
	}
}

func TestFirstCheck_3_10_7_4_TrimsToTheWindow(t *testing.T) {
	h := established(t).recv("ACK", 1, 1, "abc").expect()
	h.recv("ACK", 2, 1, "bcdef").expect("ACK 1 ack 7").read("abcdef")
	h = established(t, func(c *endpoint.Config) { c.ReceiveBuffer = 4 })
	h.recv("FIN,ACK", 1, 1, "abcdef").in(endpoint.Established) // its FIN is trimmed, too
	h.fire(200 * time.Millisecond).expect("ACK 1 ack 5").read("abcd")
}

// SYN-RECEIVED: the same, and the SYN,ACK again for the SYN again (see
// TestSynReceived).
func TestFirstCheck_3_10_7_4_SynReceived(t *testing.T) {
	for _, m := range []maker{synReceivedPassive, synReceivedActive} {
		m(t).recv("ACK", -4, 1, "x").in(endpoint.SynReceived, "ACK 1 ack 1")
		m(t).recv("SYN,ACK", 0, 1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
		m(t).recv("SYN", -9, -1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
		m(t).recv("FIN,ACK", 70000, 1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
		m(t).recv("RST", 0, -1, "").recv("RST", 70000, -1, "").in(endpoint.SynReceived)
	}
}

// 3.10.7.4, second check, and RFC 5961 3; rough spot 9: 3.5.3's "in the
// window" is the classic rule.

func TestRST_3_10_7_4_ExactResets(t *testing.T) {
	for _, c := range synchronized {
		h := c.make(t).recv("RST", c.seq, -1, "").in(endpoint.Closed).idle()
		want := endpoint.ErrReset
		if c.state >= endpoint.Closing {
			want = 0 // both ends have closed: the user need not be told
		}
		if st := h.status(); st.Err != want {
			t.Errorf("%v: error %v", c.state, st.Err)
		}
		c.make(t).recv("RST,ACK", c.seq, c.ack, "why").in(endpoint.Closed) // SHLD-2: text on a RST
	}
}

func TestRST_3_10_7_4_InTheWindowIsChallenged(t *testing.T) {
	for _, c := range synchronized {
		c.make(t).recv("RST", c.seq+1, -1, "").in(c.state, c.empty)
		c.make(t).recv("RST,ACK", c.seq+60000, c.ack, "").in(c.state, c.empty)
	}
	synReceivedPassive(t).recv("RST", 2, -1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
	synReceivedActive(t).recv("RST", 2, -1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
}

func TestRST_3_10_7_4_OutsideTheWindowIsDroppedSilently(t *testing.T) {
	for _, c := range synchronized {
		c.make(t).recv("RST", c.seq-1, -1, "").recv("RST", c.seq+65535, -1, "").
			recv("RST", c.seq-1, -1, "text that reaches into it").in(c.state)
	}
}

func TestRST_3_4_WithAZeroWindow(t *testing.T) { // MUST-66
	full := func() *hand {
		h := established(t, func(c *endpoint.Config) { c.ReceiveBuffer = 3 })
		return h.recv("ACK", 1, 1, "abc").fire(200 * time.Millisecond).expect("ACK 1 ack 4")
	}
	full().recv("RST", 4, -1, "").in(endpoint.Closed)
	full().recv("RST", 4, -1, "with text").in(endpoint.Closed)
	full().recv("RST", 5, -1, "").in(endpoint.Established)
}

// A RST in CLOSING or LAST-ACK tells nobody (3.10.7.4), but if octets of ours
// may be lost the user should know.
func TestRST_3_10_7_4_InLastAckWithDataOutstanding(t *testing.T) {
	h := closeWait(t).send(10).close(nil).in(endpoint.LastAck, "PSH,ACK 1 ack 2 len 10", "FIN,ACK 11 ack 2")
	h.recv("RST", 2, -1, "").in(endpoint.Closed)
	if st := h.status(); st.Err != endpoint.ErrReset {
		t.Errorf("error %v", st.Err)
	}
}

// 3.10.7.4, fourth check, and RFC 5961 4.

func TestSYN_3_10_7_4_InASynchronizedStateIsChallenged(t *testing.T) {
	for _, c := range synchronized {
		for _, flags := range []string{"SYN", "SYN,ACK", "SYN,FIN", "SYN,FIN,ACK"} {
			h := c.make(t)
			was := h.tcp.AppendState(nil, 0)
			h.recv(flags, c.seq, c.ack, "x").in(c.state, c.empty)
			h.tcp.throttle = throttle{}
			if string(h.tcp.AppendState(nil, 0)) != string(was) {
				t.Errorf("%v: %s changed it", c.state, flags)
			}
		}
		c.make(t).recv("SYN", c.seq-1, -1, "text that reaches into the window").in(c.state, c.empty)
	}
}

func TestChallenge_RFC5961_7_Throttle(t *testing.T) {
	h := established(t)
	for range 15 {
		h.recv("SYN", 1, -1, "").recv("RST", 2, -1, "").recv("ACK", 1, -30000, "")
	}
	if n := len(h.got); n != 10 {
		t.Errorf("%d challenge ACKs, want 10", n)
	}
	h.got = nil
	h.recv("ACK", 0, 1, "").expect()               // nor are bare ACKs outside the window answered without end
	h.recv("ACK", 0, 1, "x").expect("ACK 1 ack 1") // old text always is
	h.wait(5*time.Second).recv("RST", 2, -1, "").expect("ACK 1 ack 1")
	h.recv("RST", 1, -1, "").in(endpoint.Closed) // no throttle stops a real reset

	h = established(t, func(c *endpoint.Config) { c.NoChallengeThrottle = true })
	for range 30 {
		h.recv("SYN", 1, -1, "")
	}
	if n := len(h.got); n != 30 {
		t.Errorf("%d challenge ACKs without a throttle, want 30", n)
	}
	h = established(t, func(c *endpoint.Config) { c.ChallengeACKs = 1 })
	h.recv("SYN", 1, -1, "").recv("SYN", 1, -1, "").expect("ACK 1 ack 1")
}

// 3.10.7.4, fifth check.

func TestACK_3_10_7_4_SegmentWithoutItDiesUnanswered(t *testing.T) {
	for _, c := range synchronized {
		c.make(t).recv("PSH", c.seq, -1, "abc").recv("FIN", c.seq, -1, "abc").recv("none", c.seq, -1, "").in(c.state)
	}
	synReceivedPassive(t).recv("PSH", 1, -1, "abc").recv("FIN", 1, -1, "").in(endpoint.SynReceived)
}

func TestACK_3_10_7_4_OfWhatWasNotSent(t *testing.T) {
	for _, c := range synchronized { // 3.5.2 group 3: an ACK, never a RST
		h := c.make(t).recv("ACK", c.seq, 3, "").recv("FIN,ACK", c.seq, 3, "abc")
		h.in(c.state, c.empty, c.empty)
		if h.status().Readable != 0 {
			t.Errorf("%v: its text was used", c.state)
		}
	}
}

func TestACK_3_10_7_4_BelowTheRange(t *testing.T) { // MAY-12
	for _, c := range synchronized {
		una := c.make(t).tcp.snd.UNA.Sub(ourISS)
		h := c.make(t).recv("ACK", c.seq, una-window-1, "abc").in(c.state, c.empty)
		if h.status().Readable != 0 {
			t.Errorf("%v: its text was used", c.state)
		}
	}
	// A duplicate inside the range is ignored, its text used.
	established(t).recv("ACK", 1, 1-window, "abc").in(endpoint.Established).read("abc")
}

// Rough spot 12: a RST (3.5.2 group 2), not the ACK of the range check.
func TestACK_3_5_2_BadInSynReceived(t *testing.T) {
	for _, m := range []maker{synReceivedPassive, synReceivedActive} {
		m(t).recv("ACK", 1, 0, "").in(endpoint.SynReceived, "RST 0")
		m(t).recv("ACK", 1, 2, "abc").in(endpoint.SynReceived, "RST 2")
		m(t).recv("FIN,ACK", 1, -500000, "").in(endpoint.SynReceived, "RST -500000")
	}
}

func TestACK_3_10_7_4_AcceptableOneGetsNoAnswer(t *testing.T) { // no ACK war
	for _, c := range synchronized {
		h := c.make(t)
		una := h.tcp.snd.UNA.Sub(ourISS)
		h.recv("ACK", c.seq, una, "").recv("ACK", c.seq, una, "").recv("ACK", c.seq+5, una, "")
		h.wnd = 9999
		h.recv("ACK", c.seq, una, "").recv("ACK", c.seq, una-1, "").in(c.state)
	}
}

func TestACK_3_10_7_4_MovesSndUna(t *testing.T) {
	h := established(t).send(3000).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000", "PSH,ACK 2001 ack 1 len 1000")
	h.recv("ACK", 1, 1501, "").expect()
	if st := h.status(); st.SND.UNA != ourISS+1501 || st.Room != endpoint.DefaultBuffer-1500 {
		t.Fatalf("%+v", st)
	}
	h.recv("ACK", 1, 3001, "").expect().idle()
}

// The window update rule, with =< (RFC 1122 4.2.2.20(g)); rough spot 17.
func TestWindowUpdate_3_10_7_4_WL1AndWL2(t *testing.T) {
	h := established(t).send(100).expect("PSH,ACK 1 ack 1 len 100")
	report := func(wnd uint16, seq, ack int, want uint32) {
		t.Helper()
		h.wnd = wnd
		h.recv("ACK", seq, ack, "")
		h.got = nil
		if st := h.status(); st.SND.WND != want {
			t.Errorf("SEQ %d ACK %d WND %d: SND.WND is %d, want %d", seq, ack, wnd, st.SND.WND, want)
		}
	}
	report(5000, 1, 1, 5000)   // equal SEQ and ACK: the later to arrive wins
	report(4000, 1, 1, 4000)   //
	report(6000, 1, 51, 6000)  // WL1 = SEG.SEQ, WL2 < SEG.ACK
	report(7000, 1, 1, 6000)   // an old ACK
	report(8000, 11, 51, 8000) // a newer SEQ
	report(9000, 1, 101, 8000) // an older SEQ, though its ACK is used
	if st := h.status(); st.SND.UNA != ourISS+101 {
		t.Error("SND.UNA did not move")
	}
}

// RFC 793 wanted an exact test in SYN-SENT: SND.UNA < SEG.ACK =< SND.NXT.
func TestWrap_3_4_SequenceNumbersWrap(t *testing.T) {
	for _, iss := range []endpoint.Seq{0, 0xffffffff, 0xfffffffe, 0xfffffc00, 1<<31 - 500, 1 << 31} {
		for _, mine := range []endpoint.Seq{0xfffffffe, 1<<31 - 1} {
			p := newPair(endpoint.Config{FixedISS: true, ISS: iss}, endpoint.Config{FixedISS: true, ISS: mine})
			if err := p.transfer(100_000, nil); err != nil {
				t.Errorf("ISS %d and %d: %v", iss, mine, err)
			}
		}
	}
}

// 3.8.6, rough spot 18: both have filled the other's window and all was
// lost. Each pure ACK stands on the right edge and is owed an ACK; the war
// ends when something is resent.
func TestACKWar_3_8_6_EndsWithTheRetransmission(t *testing.T) {
	c := endpoint.Config{ReceiveBuffer: 1000, MSS: 1000}
	p := newPair(c, c)
	lost := 0
	err := p.transfer(5000, func(_ int, d []byte) bool {
		if len(d) > 1000 && lost < 2 {
			lost++
			return true
		}
		return false
	})
	if err != nil || lost != 2 {
		t.Fatal(err, lost)
	}
}

// All rows about text in one place: D of the table of owed answers.
func TestOwed_3_8_6_3_TextIsAcknowledgedWithin500ms(t *testing.T) {
	for _, c := range synchronized[:3] {
		h := c.make(t).recv("ACK", 1, c.ack, "abc").in(c.state).wait(499 * time.Millisecond)
		h.expect(strings.Replace(c.empty, "ack 1", "ack 4", 1))
	}
}
