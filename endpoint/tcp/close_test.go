package tcp

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// 3.6: closing a connection.

func TestClose_3_6_FourSegments(t *testing.T) { // figure 12, A
	h := finWait2(t).recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")
	h.fire(time.Minute).in(endpoint.Closed).idle()
	if st := h.status(); st.Err != 0 {
		t.Errorf("error %v", st.Err)
	}
}

func TestClose_3_6_FourSegmentsPassive(t *testing.T) { // figure 12, B
	h := lastAck(t).recv("ACK", 2, 2, "").in(endpoint.Closed).idle()
	if st := h.status(); st.Err != 0 || st.EOF != true {
		t.Errorf("%+v", st)
	}
}

func TestClose_3_3_2_ThreeSegments(t *testing.T) { // figure 5, Note 2; missing in RFC 793
	finWait1(t).recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")
}

// Figure 13. Rough spot 5: the prose deletes the connection, the figure and
// the fifth check say TIME-WAIT.
func TestClose_3_6_Simultaneous(t *testing.T) {
	h := closing(t).recv("ACK", 2, 2, "").in(endpoint.TimeWait)
	h.fire(time.Minute).in(endpoint.Closed).idle()
}

// Rough spot 2: the FIN again, with the ACK that is needed, fails the first
// check; the ACK it elicits is what moves the other end on.
func TestClose_3_10_7_4_RetransmittedFINInClosing(t *testing.T) {
	closing(t).recv("FIN,ACK", 1, 2, "").in(endpoint.Closing, "ACK 2 ack 2")
}

func TestClose_3_10_7_4_ClosingAndLastAckStayUntilTheFINIsAcknowledged(t *testing.T) {
	closing(t).recv("ACK", 2, 1, "").in(endpoint.Closing)
	lastAck(t).recv("ACK", 2, 1, "").in(endpoint.LastAck)
}

func TestClose_3_6_HalfClose(t *testing.T) {
	// We have closed; the peer goes on sending, and we read.
	h := finWait2(t).recv("ACK", 1, 2, "abc").in(endpoint.FinWait2).wait(200*time.Millisecond).in(endpoint.FinWait2, "ACK 2 ack 4")
	h.recv("PSH,ACK", 4, 2, "def").in(endpoint.FinWait2).read("abcdef")
	h.recv("FIN,ACK", 7, 2, "").in(endpoint.TimeWait, "ACK 2 ack 8")
	// The peer has closed; we go on sending.
	h = closeWait(t).send(10).in(endpoint.CloseWait, "PSH,ACK 1 ack 2 len 10")
	h.recv("ACK", 2, 11, "").in(endpoint.CloseWait).close(nil).in(endpoint.LastAck, "FIN,ACK 11 ack 2")
	h.recv("ACK", 2, 12, "").in(endpoint.Closed)
}

func TestClose_3_6_FinWait1TakesTextBeforeTheFIN(t *testing.T) {
	h := finWait1(t).recv("ACK", 1, 1, "abc").in(endpoint.FinWait1).read("abc")
	h.recv("FIN,ACK", 4, 2, "def").in(endpoint.TimeWait, "ACK 2 ack 8").read("def")
}

func TestClose_3_6_DataOutstandingWithTheFIN(t *testing.T) {
	h := established(t).send(10).close(nil).in(endpoint.FinWait1, "PSH,ACK 1 ack 1 len 10", "FIN,ACK 11 ack 1")
	h.recv("ACK", 1, 11, "").in(endpoint.FinWait1).recv("ACK", 1, 12, "").in(endpoint.FinWait2).idle()
}

// Rough spot 6: not "the only thing that can arrive".
func TestClose_3_10_7_4_LastAckWithDataOutstanding(t *testing.T) {
	h := closeWait(t).send(10).close(nil).in(endpoint.LastAck, "PSH,ACK 1 ack 2 len 10", "FIN,ACK 11 ack 2")
	h.recv("ACK", 2, 11, "").in(endpoint.LastAck).recv("FIN,ACK", 1, 11, "").in(endpoint.LastAck, "ACK 12 ack 2")
	h.recv("ACK", 2, 12, "").in(endpoint.Closed)
}

// The peer's FIN comes while ours waits behind data: CLOSING with a FIN that
// has not left.
func TestClose_3_10_4_PeersFINBeforeOursHasLeft(t *testing.T) {
	h := established(t).send(5000).close(nil)
	h.got = nil
	h.recv("FIN,ACK", 1, 4001, "").in(endpoint.Closing, "FIN,PSH,ACK 4001 ack 2 len 1000")
	h = established(t).send(5000).close(nil)
	h.got = nil
	h.recv("FIN,ACK", 1, 1, "").in(endpoint.Closing, "ACK 4001 ack 2").recv("ACK", 2, 4001, "")
	h.in(endpoint.Closing, "FIN,PSH,ACK 4001 ack 2 len 1000").recv("ACK", 2, 5002, "").in(endpoint.TimeWait)
}

// The FIN behind a gap changes nothing until the gap is filled, by a segment
// that has no FIN (SHLD-31).
func TestFIN_3_10_7_4_BehindAGap(t *testing.T) {
	established(t).recv("FIN,ACK", 4, 1, "def").in(endpoint.Established, "ACK 1 ack 1").
		recv("ACK", 1, 1, "abc").in(endpoint.CloseWait, "ACK 1 ack 8").read("abcdef")
	finWait1(t).recv("FIN,ACK", 4, 1, "").in(endpoint.FinWait1, "ACK 2 ack 1").
		recv("ACK", 1, 1, "abc").in(endpoint.Closing, "ACK 2 ack 5")
	finWait2(t).recv("FIN,ACK", 4, 2, "").in(endpoint.FinWait2, "ACK 2 ack 1").
		recv("ACK", 1, 2, "abc").in(endpoint.TimeWait, "ACK 2 ack 5")
}

func TestFIN_3_10_7_4_ASecondFINElsewhereIsNotBelieved(t *testing.T) {
	h := established(t).recv("FIN,ACK", 4, 1, "").expect("ACK 1 ack 1")
	h.recv("FIN,ACK", 9, 1, "").in(endpoint.Established, "ACK 1 ack 1")
	h.recv("ACK", 1, 1, "abcdefg").in(endpoint.CloseWait, "ACK 1 ack 5").read("abc") // nothing lies behind a FIN
}

// Seventh and eighth check: what a peer sends behind its own FIN.
func TestFIN_3_10_7_4_TextAndFINAfterTheFIN(t *testing.T) {
	for _, c := range synchronized[3:] {
		h := c.make(t).recv("ACK", 2, c.ack, "abc").in(c.state)
		if h.status().Readable != 0 {
			t.Errorf("%v: text after the FIN", c.state)
		}
		h.recv("FIN,ACK", 2, c.ack, "").in(c.state, c.empty) // D by the letter
	}
}

// 3.10.7.4, TIME-WAIT.

func TestTimeWait_3_10_7_4_RetransmittedFINRestartsIt(t *testing.T) { // rough spot 11, MUST-13
	h := timeWait(t).wait(50 * time.Second)
	h.recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")
	h.fire(time.Minute).in(endpoint.Closed)
}

func TestTimeWait_3_10_7_4_OtherOldSegmentsDoNotRestartIt(t *testing.T) {
	h := timeWait(t).wait(50 * time.Second)
	h.recv("ACK", 0, 2, "a").recv("SYN", 0, -1, "").recv("SYN,ACK", 0, 1, "").recv("SYN", 700, -1, "")
	h.in(endpoint.TimeWait, "ACK 2 ack 2", "ACK 2 ack 2", "ACK 2 ack 2", "ACK 2 ack 2")
	h.fire(10 * time.Second).in(endpoint.Closed)
}

// Rough spot 11: read literally, the fifth check acknowledges any acceptable
// ACK, and two ends in TIME-WAIT would answer each other for ever.
func TestTimeWait_3_10_7_4_AcceptableACKGetsNothing(t *testing.T) {
	h := timeWait(t).wait(50 * time.Second)
	h.recv("ACK", 2, 2, "").recv("ACK", 9, 2, "").in(endpoint.TimeWait).fire(10 * time.Second).in(endpoint.Closed)
}

func TestTimeWait_3_10_7_4_TwoMSLByDefaultAreFourMinutes(t *testing.T) {
	timeWait(t, func(c *endpoint.Config) { c.MSL = 0 }).fire(4 * time.Minute).in(endpoint.Closed)
}

func TestTimeWait_3_10_7_4_OtherTimersAreOff(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.UserTimeout = 10 * time.Second }).close(nil)
	h.in(endpoint.FinWait1, "FIN,ACK 1 ack 1").recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")
	h.fire(time.Minute).in(endpoint.Closed)
}

func TestTimeWait_3_10_7_4_RSTEndsIt(t *testing.T) { // RFC 1337's assassination, by the letter
	h := timeWait(t).recv("RST", 2, -1, "").in(endpoint.Closed)
	if st := h.status(); st.Err != 0 {
		t.Errorf("error %v", st.Err)
	}
}
