package tcp

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// RFC 6298 and RFC 9293 3.8.1: retransmission.

func TestRetransmit_RFC6298_5_SYNBacksOff(t *testing.T) { // MUST-22
	h := synSent(t)
	for _, rto := range []time.Duration{1, 2, 4, 8, 16, 32, 60} {
		h.fire(rto*time.Second).in(endpoint.SynSent, "SYN 0")
	}
	h.fire(60 * time.Second).in(endpoint.Closed).idle() // at 183 s: R2SYN is 180 s (MUST-23); nothing is sent
	if st := h.status(); st.Err != endpoint.ErrTimeout {
		t.Errorf("error %v", st.Err)
	}
	h.readErr(endpoint.ErrTimeout)
}

func TestRetransmit_RFC6298_5_SYNACKBacksOff(t *testing.T) {
	for _, m := range []maker{synReceivedPassive, synReceivedActive} {
		m(t).fire(time.Second).in(endpoint.SynReceived, "SYN,ACK 0 ack 1").fire(2*time.Second).in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
	}
}

func TestRetransmit_RFC6298_5_DataAndFIN(t *testing.T) {
	h := established(t).send(10).close(nil).expect("PSH,ACK 1 ack 1 len 10", "FIN,ACK 11 ack 1")
	h.fire(time.Second).expect("FIN,PSH,ACK 1 ack 1 len 10") // repacked
	h.fire(2 * time.Second).expect("FIN,PSH,ACK 1 ack 1 len 10")
	h.recv("ACK", 1, 11, "").in(endpoint.FinWait1)     // the FIN left a moment ago
	h.fire(4 * time.Second).expect("FIN,ACK 11 ack 1") // no sample has undone the back-off
	for _, m := range []maker{closing, lastAck} {
		h := m(t)
		h.fire(time.Second).expect("FIN,ACK 1 ack 2")
	}
}

func TestRetransmit_RFC6298_5_7_AfterALostSYN(t *testing.T) {
	h := synSent(t).fire(time.Second).expect("SYN 0").recv("SYN,ACK", 0, 1, "").expect("ACK 1 ack 1")
	h.send(10).expect("PSH,ACK 1 ack 1 len 10").fire(3 * time.Second).expect("PSH,ACK 1 ack 1 len 10")

	h = synReceivedPassive(t).fire(time.Second).expect("SYN,ACK 0 ack 1").recv("ACK", 1, 1, "").expect()
	h.send(10).expect("PSH,ACK 1 ack 1 len 10").fire(3 * time.Second)

	// With an initial RTO of 3 s or more there is nothing to re-initialize.
	h = synSent(t, func(c *endpoint.Config) { c.RTOInitial = 5 * time.Second }).fire(5 * time.Second).expect("SYN 0")
	h.recv("SYN,ACK", 0, 1, "").send(10).expect("ACK 1 ack 1", "PSH,ACK 1 ack 1 len 10").fire(10 * time.Second)
}

func TestRetransmit_RFC6298_2_RTOFollowsTheSamples(t *testing.T) {
	h := synSent(t, func(c *endpoint.Config) { c.RTOMin = time.Millisecond })
	h.now += 100 * time.Millisecond
	h.recv("SYN,ACK", 0, 1, "").send(10).expect("ACK 1 ack 1", "PSH,ACK 1 ack 1 len 10")
	h.now += 200 * time.Millisecond
	h.recv("ACK", 1, 11, "")
	// SRTT 100, RTTVAR 50; then RTTVAR 3/4*50+1/4*100 = 62.5, SRTT 112.5.
	if want := 362500 * time.Microsecond; h.tcp.rto != want {
		t.Errorf("RTO %v, want %v", h.tcp.rto, want)
	}
}

func TestRetransmit_RFC6298_3_Karn(t *testing.T) {
	h := established(t).send(10).expect("PSH,ACK 1 ack 1 len 10").fire(time.Second).expect("PSH,ACK 1 ack 1 len 10")
	h.now += 5 * time.Millisecond
	h.recv("ACK", 1, 11, "")
	if h.tcp.rto != 2*time.Second {
		t.Errorf("RTO %v: what was sent twice was timed", h.tcp.rto)
	}
	h.send(10).expect("PSH,ACK 11 ack 1 len 10")
	h.now += 5 * time.Millisecond
	h.recv("ACK", 1, 21, "")
	if h.tcp.rto != time.Second {
		t.Errorf("RTO %v: a new sample undoes the back-off", h.tcp.rto)
	}
}

func TestRetransmit_RFC6298_5_TimerRestartsWithProgressAndStops(t *testing.T) {
	h := established(t).send(2000).expect("ACK 1 ack 1 len 1000", "PSH,ACK 1001 ack 1 len 1000")
	h.now += 600 * time.Millisecond
	h.recv("ACK", 1, 1001, "")
	if h.deadline() != h.now+h.tcp.rto { // 5.3
		t.Errorf("due in %v", h.deadline()-h.now)
	}
	h.recv("ACK", 1, 2001, "").idle() // 5.2
}

// 5.4: the first segment, then what its acknowledgments let out, so that
// several losses are made good without waiting for the timer again.
func TestRetransmit_RFC6298_5_4_SeveralLosses(t *testing.T) {
	h := established(t)
	h.wnd = 10000
	h.recv("ACK", 1, 1, "").send(8000)
	h.got = nil
	h.fire(time.Second).expect("ACK 1 ack 1 len 1000")
	h.recv("ACK", 1, 1001, "").expect("ACK 1001 ack 1 len 1000", "ACK 2001 ack 1 len 1000")
	h.recv("ACK", 1, 3001, "").expect("ACK 3001 ack 1 len 1000", "ACK 4001 ack 1 len 1000",
		"ACK 5001 ack 1 len 1000", "ACK 6001 ack 1 len 1000")
	h.recv("ACK", 1, 8001, "").expect().idle()
}

// RFC 6298 5: nothing is retransmitted less than an RTO after it last left.
func TestRetransmit_RFC6298_5_WhatLeftLaterIsNotSentWithIt(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.NoNagle = true }).send(10).expect("PSH,ACK 1 ack 1 len 10")
	h.now += 900 * time.Millisecond
	h.send(10).close(nil).expect("PSH,ACK 11 ack 1 len 10", "FIN,ACK 21 ack 1")
	h.fire(100 * time.Millisecond).expect("ACK 1 ack 1 len 10")
	h.recv("ACK", 1, 11, "").expect().fire(2 * time.Second).expect("FIN,PSH,ACK 11 ack 1 len 10")
}

func TestRetransmit_3_8_3_R1AndR2(t *testing.T) { // MUST-20, MUST-21
	h := established(t, func(c *endpoint.Config) { c.R2 = 20 * time.Second }).send(10).expect("PSH,ACK 1 ack 1 len 10")
	for i, rto := range []time.Duration{1, 2, 4, 8} {
		if h.tcp.R1Reached() != (i >= endpoint.DefaultR1) {
			t.Errorf("R1 after %d retransmissions: %t", i, h.tcp.R1Reached())
		}
		h.fire(rto*time.Second).in(endpoint.Established, "PSH,ACK 1 ack 1 len 10")
	}
	h.fire(16 * time.Second).in(endpoint.Closed).idle() // 31 s after it first left
	if st := h.status(); st.Err != endpoint.ErrTimeout {
		t.Errorf("error %v", st.Err)
	}
	// By default not before 100 s.
	h = established(t).send(10)
	h.wait(99 * time.Second).got = nil
	h.in(endpoint.Established).wait(60 * time.Second).in(endpoint.Closed)
}

func TestRetransmit_3_8_3_ProgressResetsR1AndR2(t *testing.T) {
	h := established(t).send(2000).wait(90 * time.Second)
	h.recv("ACK", 1, 1001, "").wait(90 * time.Second).got = nil
	if h.in(endpoint.Established); h.tcp.resent.count == 0 || h.tcp.resent.count > 3 {
		t.Error(h.tcp.resent.count)
	}
}

// 3.10.8, USER TIMEOUT; rough spot 8: nothing is sent.
func TestUserTimeout_3_10_8(t *testing.T) {
	user := func(c *endpoint.Config) { c.UserTimeout = 5 * time.Second }
	h := established(t, user)
	h.wait(time.Hour).in(endpoint.Established) // nothing is outstanding
	h.send(2000).expect("ACK 1 ack 1 len 1000", "PSH,ACK 1001 ack 1 len 1000")
	h.wait(4*time.Second).recv("ACK", 1, 1001, "").wait(4 * time.Second).got = nil // progress
	h.in(endpoint.Established).wait(time.Second).in(endpoint.Closed).idle()
	if st := h.status(); st.Err != endpoint.ErrUserTimeout {
		t.Errorf("error %v", st.Err)
	}
	for _, m := range []maker{synSent, synReceivedPassive, synReceivedActive, finWait1, closing, lastAck} {
		h := m(t, user)
		h.wait(5 * time.Second).got = nil
		h.in(endpoint.Closed).readErr(endpoint.ErrUserTimeout)
	}
	for _, m := range []maker{listening, finWait2, closeWait} {
		m(t, user).wait(time.Hour)
	}
}

// What no timer may do.
func TestTimeout_3_10_8_BeforeTheDeadlineDoesNothing(t *testing.T) {
	for _, m := range makers {
		h := m.make(t)
		was := h.tcp.AppendState(nil, 0)
		h.tcp.Timeout(0)
		h.drain()
		h.expect()
		if string(h.tcp.AppendState(nil, 0)) != string(was) {
			t.Errorf("%s changed", m.name)
		}
	}
}
