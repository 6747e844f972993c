package tcp

import (
	"io"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

func noRemote(c *endpoint.Config) { c.Remote = netip.AddrPort{} }

// 3.10.1: OPEN in each state.

func TestOpen_3_10_1_PassiveInClosedListens(t *testing.T) {
	newHand(t).open(true, nil).in(endpoint.Listen).idle()
}

func TestOpen_3_10_1_ActiveInClosedSendsSYN(t *testing.T) {
	h := newHand(t).open(false, nil).in(endpoint.SynSent, "SYN 0")
	if st := h.status(); st.ISS != ourISS || st.SND.UNA != ourISS || st.SND.NXT != ourISS+1 || st.SND.MAX != ourISS+1 {
		t.Fatalf("%+v", st)
	}
}

func TestOpen_3_10_1_ActiveWithoutRemoteSocket(t *testing.T) {
	newHand(t, noRemote).open(false, endpoint.ErrUnspecified).in(endpoint.Closed)
	listening(t, noRemote).open(false, endpoint.ErrUnspecified).in(endpoint.Listen)
	noPort := func(c *endpoint.Config) { c.Remote = netip.AddrPortFrom(c.Remote.Addr(), 0) }
	newHand(t, noPort).open(false, endpoint.ErrUnspecified).in(endpoint.Closed)
}

func TestOpen_3_10_1_ListenerTurnsActive(t *testing.T) {
	h := listening(t).open(false, nil).in(endpoint.SynSent, "SYN 0")
	h.recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "ACK 1 ack 1")
}

func TestOpen_3_9_1_1_ExistingConnectionIsNotTouched(t *testing.T) { // MUST-41
	listening(t).open(true, endpoint.ErrExists).in(endpoint.Listen)
	for _, m := range makers[1:] {
		h := m.make(t)
		was := h.tcp.AppendState(nil, h.now)
		h.open(true, endpoint.ErrExists).open(false, endpoint.ErrExists).expect()
		if string(h.tcp.AppendState(nil, h.now)) != string(was) {
			t.Errorf("%s: OPEN changed it", m.name)
		}
	}
}

func TestOpen_3_9_1_1_RemoteMustBeUnicast(t *testing.T) { // MUST-46
	for _, addr := range []string{"224.0.0.1:5", "255.255.255.255:5", "0.0.0.0:5", "[::1]:5"} {
		c := testConfig()
		if err := c.Remote.UnmarshalText([]byte(addr)); err != nil {
			t.Fatal(err)
		}
		if e, err := New(c); err == nil || e != nil {
			t.Errorf("Remote %s was accepted", addr)
		}
	}
}

// 3.10.2: SEND in each state.

func TestSend_3_10_2_InEachState(t *testing.T) {
	newHand(t).sendErr(endpoint.ErrNotExist)
	listening(t, noRemote).sendErr(endpoint.ErrUnspecified).in(endpoint.Listen)
	for _, m := range []maker{finWait1, finWait2, closing, lastAck, timeWait} {
		m(t).sendErr(endpoint.ErrClosing).expect()
	}
}

func TestSend_3_10_2_InListenTurnsActive(t *testing.T) {
	h := listening(t).send(10).in(endpoint.SynSent, "SYN 0")
	h.recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "PSH,ACK 1 ack 1 len 10")
}

func TestSend_3_10_2_InListenWithoutOctetsIsNoStep(t *testing.T) {
	listening(t).send(0).in(endpoint.Listen)
}

func TestSend_3_10_2_QueuedUntilEstablished(t *testing.T) {
	h := synSent(t).send(10).in(endpoint.SynSent)
	if st := h.status(); st.Unsent != 10 {
		t.Errorf("Unsent %d", st.Unsent)
	}
	// The data carries the handshake's ACK.
	h.recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "PSH,ACK 1 ack 1 len 10")
	synReceivedPassive(t).send(10).in(endpoint.SynReceived).
		recv("ACK", 1, 1, "").in(endpoint.Established, "PSH,ACK 1 ack 1 len 10")
}

func TestSend_3_10_2_EstablishedAndCloseWait(t *testing.T) {
	established(t).send(10).in(endpoint.Established, "PSH,ACK 1 ack 1 len 10")
	closeWait(t).send(10).in(endpoint.CloseWait, "PSH,ACK 1 ack 2 len 10")
}

func TestSend_3_10_2_TakesWhatFits(t *testing.T) {
	h := synSent(t, func(c *endpoint.Config) { c.SendBuffer = 10 })
	if n, err := h.tcp.Send(0, make([]byte, 25)); n != 10 || err != nil {
		t.Fatal(n, err)
	}
	if st := h.status(); st.Room != 0 || st.Unsent != 10 {
		t.Fatalf("%+v", st)
	}
	if n, err := h.tcp.Send(0, make([]byte, 25)); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	h.in(endpoint.SynSent)
}

// 3.10.3: RECEIVE in each state.

func TestReceive_3_10_3_NothingYet(t *testing.T) {
	newHand(t).readErr(endpoint.ErrNotExist)
	for _, m := range []maker{listening, synSent, synReceivedPassive, established, finWait1, finWait2} {
		h := m(t)
		was := h.tcp.AppendState(nil, h.now)
		h.read("").expect()
		if string(h.tcp.AppendState(nil, h.now)) != string(was) {
			t.Error("RECEIVE of nothing changed something")
		}
	}
}

func TestReceive_3_10_3_EndOfStreamAfterTheFIN(t *testing.T) {
	for _, m := range []maker{closeWait, closing, lastAck, timeWait} {
		h := m(t)
		if !h.status().EOF {
			t.Error("EOF is false")
		}
		h.readErr(io.EOF).readErr(io.EOF).expect()
	}
}

// Rough spot 13: 3.10.3 calls RECEIVE an error in CLOSING, LAST-ACK and
// TIME-WAIT; 3.9.1.4 tells the user to go on reading.
func TestReceive_3_9_1_4_UnreadDataIsHandedOutAfterTheFIN(t *testing.T) {
	h := established(t).recv("FIN,ACK", 1, 1, "abc").in(endpoint.CloseWait, "ACK 1 ack 5")
	h.close(nil).in(endpoint.LastAck, "FIN,ACK 1 ack 5")
	h.read("abc").readErr(io.EOF)

	h = finWait1(t).recv("FIN,ACK", 1, 1, "abc").in(endpoint.Closing, "ACK 2 ack 5")
	h.read("abc").readErr(io.EOF)

	h = finWait2(t).recv("FIN,ACK", 1, 2, "abc").in(endpoint.TimeWait, "ACK 2 ack 5")
	h.read("abc").readErr(io.EOF).expect()
}

func TestReceive_3_9_1_4_UnreadDataOutlivesAnOrderlyEnd(t *testing.T) {
	h := established(t).recv("FIN,ACK", 1, 1, "abc").in(endpoint.CloseWait, "ACK 1 ack 5")
	h.close(nil).in(endpoint.LastAck, "FIN,ACK 1 ack 5").recv("ACK", 5, 2, "").in(endpoint.Closed).idle()
	if st := h.status(); st.Readable != 3 || !st.EOF || st.Err != 0 {
		t.Fatalf("%+v", st)
	}
	h.read("abc").readErr(io.EOF)
	h.open(true, nil).read("") // a new connection has nothing of the old
	if st := h.status(); st.EOF {
		t.Fatal("EOF in LISTEN")
	}

	h = finWait2(t).recv("FIN,ACK", 1, 2, "abc").in(endpoint.TimeWait, "ACK 2 ack 5")
	h.fire(time.Minute).in(endpoint.Closed).read("abc").readErr(io.EOF)
}

func TestReceive_3_10_7_4_ResetFlushesWhatIsUnread(t *testing.T) {
	h := established(t).recv("ACK", 1, 1, "abc").recv("RST", 4, -1, "").in(endpoint.Closed)
	if st := h.status(); st.Readable != 0 || st.EOF || st.Err != endpoint.ErrReset {
		t.Fatalf("%+v", st)
	}
	h.readErr(endpoint.ErrReset).sendErr(endpoint.ErrNotExist)
	h.open(true, nil)
	if st := h.status(); st.Err != 0 {
		t.Fatal("the error outlives OPEN")
	}
}

// 3.10.4: CLOSE in each state.

func TestClose_3_10_4_NoConnection(t *testing.T) {
	newHand(t).close(endpoint.ErrNotExist).in(endpoint.Closed)
}

func TestClose_3_10_4_BeforeTheHandshake(t *testing.T) {
	listening(t).close(nil).in(endpoint.Closed).idle()
	h := synSent(t).send(5).close(nil).in(endpoint.Closed).idle() // what was queued is gone
	h.readErr(endpoint.ErrNotExist)
}

func TestClose_3_10_4_InSynReceivedWithNothingQueued(t *testing.T) {
	for _, m := range []maker{synReceivedPassive, synReceivedActive} {
		m(t).close(nil).in(endpoint.FinWait1, "FIN,ACK 1 ack 1")
	}
}

func TestClose_3_10_4_InSynReceivedWithDataQueued(t *testing.T) {
	h := synReceivedPassive(t).send(10).close(nil).in(endpoint.SynReceived)
	h.sendErr(endpoint.ErrClosing).close(endpoint.ErrClosing)
	h.recv("ACK", 1, 1, "").in(endpoint.FinWait1, "FIN,PSH,ACK 1 ack 1 len 10") // two transitions, one event
}

func TestClose_3_10_4_EstablishedWithUnsentData(t *testing.T) {
	h := established(t).send(5000).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000",
		"ACK 2001 ack 1 len 1000", "ACK 3001 ack 1 len 1000") // the window is 4096
	h.close(nil).in(endpoint.FinWait1) // at the call; the FIN stands behind the last octet
	if st := h.status(); st.Unsent != 1000 {
		t.Errorf("Unsent %d", st.Unsent)
	}
	h.recv("ACK", 1, 1001, "").in(endpoint.FinWait1, "FIN,PSH,ACK 4001 ack 1 len 1000")
	h.recv("ACK", 1, 5001, "").in(endpoint.FinWait1) // all but the FIN
	h.recv("ACK", 1, 5002, "").in(endpoint.FinWait2).idle()
}

func TestClose_3_10_4_CloseWaitGoesToLastAck(t *testing.T) { // RFC 1122 4.2.2.20(a); RFC 793 said CLOSING
	lastAck(t).recv("ACK", 2, 2, "").in(endpoint.Closed).idle()
}

func TestClose_3_10_4_CloseWaitWithUnsentDataWaitsForTheFIN(t *testing.T) {
	h := closeWait(t).send(5000).expect("ACK 1 ack 2 len 1000", "ACK 1001 ack 2 len 1000",
		"ACK 2001 ack 2 len 1000", "ACK 3001 ack 2 len 1000")
	h.close(nil).in(endpoint.CloseWait).sendErr(endpoint.ErrClosing).close(endpoint.ErrClosing)
	h.recv("ACK", 2, 2001, "").in(endpoint.LastAck, "FIN,PSH,ACK 4001 ack 2 len 1000")
	h.recv("ACK", 2, 5002, "").in(endpoint.Closed)
}

func TestClose_3_10_4_SecondClose(t *testing.T) {
	for _, m := range []maker{finWait1, finWait2, closing, lastAck, timeWait} {
		m(t).close(endpoint.ErrClosing).expect()
	}
}

// 3.10.5: ABORT in each state.

func TestAbort_3_10_5_InEachState(t *testing.T) {
	newHand(t).abort(endpoint.ErrNotExist).in(endpoint.Closed)
	for _, c := range []struct {
		make maker
		left []string
	}{
		{listening, nil}, {synSent, nil}, {closing, nil}, {lastAck, nil}, {timeWait, nil},
		{synReceivedPassive, []string{"RST 1"}}, {synReceivedActive, []string{"RST 1"}},
		{established, []string{"RST 1"}}, {finWait1, []string{"RST 2"}}, {finWait2, []string{"RST 2"}},
		{closeWait, []string{"RST 1"}},
	} {
		h := c.make(t).abort(nil).in(endpoint.Closed, c.left...).idle() // rough spot 1: CLOSED, not TIME-WAIT
		if st := h.status(); st.Err != endpoint.ErrAborted || st.Room != 0 {
			t.Errorf("%+v", st)
		}
		h.readErr(endpoint.ErrAborted)
	}
}

func TestAbort_3_10_5_SeqIsSndNxt(t *testing.T) {
	established(t).send(3000).expect("ACK 1 ack 1 len 1000", "ACK 1001 ack 1 len 1000",
		"PSH,ACK 2001 ack 1 len 1000").abort(nil).in(endpoint.Closed, "RST 3001")
}

// 3.10.6: STATUS.

func TestStatus_3_10_6_TellsAll(t *testing.T) {
	h := established(t).recv("ACK", 1, 1, "abc").send(10).expect("PSH,ACK 1 ack 4 len 10")
	want := endpoint.Status{
		State: endpoint.Established, Known: endpoint.KnowAll, ISS: ourISS, IRS: peerISS,
		SND:      endpoint.SND{UNA: ourISS + 1, NXT: ourISS + 11, MAX: ourISS + 11, WND: window, WL1: peerISS + 1, WL2: ourISS + 1},
		RCV:      endpoint.RCV{NXT: peerISS + 4, WND: 65532},
		Readable: 3, Room: endpoint.DefaultBuffer - 10, Deadline: time.Second,
	}
	if st := h.status(); st != want {
		t.Errorf("got  %+v\nwant %+v", st, want)
	}
	h.abort(nil)
	want = endpoint.Status{Known: endpoint.KnowAll, Err: endpoint.ErrAborted, Deadline: endpoint.Never}
	if st := h.status(); st != want {
		t.Errorf("got  %+v\nwant %+v", st, want)
	}
}
