package tcp

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// The test's ISS is 1000, and so is our TSval at time 0; the peer's begins at 70000.
func stamped(c *endpoint.Config) { c.Timestamps = true }

func (h *hand) ts(val, ecr uint32) *hand {
	return h.with(endpoint.Options{}.AppendTimestamps(val, ecr))
}

// stampedEstablished is ESTABLISHED at time 0.
func stampedEstablished(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	h := listening(t, append(change, stamped)...).ts(70000, 0).recv("SYN", 0, -1, "")
	h.in(endpoint.SynReceived, "SYN,ACK 0 ack 1").options("MSS=1000 TS=1000/70000")
	return h.ts(70000, 1000).recv("ACK", 1, 1, "").in(endpoint.Established).idle()
}

// RFC 7323 3.2: offered on the SYN with TSecr 0; in use only if both SYNs have it.
func TestTimestamps_Negotiated(t *testing.T) {
	h := synSent(t, stamped).options("MSS=1000 TS=1000/0")
	h.now = 3 * time.Millisecond
	h.ts(9, 1000).recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "ACK 1 ack 1").options("TS=1003/9")
	synSent(t, stamped).recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "ACK 1 ack 1").options("")
	listening(t, stamped).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").options("MSS=1000")
}

// RFC 7323 3.2: on every segment, and on a RST, too.
func TestTimestamps_OnEverySegment(t *testing.T) {
	h := stampedEstablished(t).send(10).expect("PSH,ACK 1 ack 1 len 10").options("TS=1000/70000")
	h.wait(time.Second).expect("PSH,ACK 1 ack 1 len 10").options("TS=2000/70000")
	h.close(nil).expect("FIN,ACK 11 ack 1").options("TS=2000/70000")
	stampedEstablished(t).abort(nil).expect("RST 1").options("TS=1000/0")
	h = listening(t, stamped).ts(5, 0).recv("SYN", 0, -1, "").expect("SYN,ACK 0 ack 1")
	h.ts(5, 1000).recv("ACK", 1, 2, "").expect("RST 2").options("TS=1000/0")
}

// RFC 9293 3.7.1, RFC 6691: options count as text for the MSS.
func TestTimestamps_LessText(t *testing.T) {
	stampedEstablished(t).send(2000).expect("ACK 1 ack 1 len 988", "ACK 989 ack 1 len 988").options("TS=1000/70000")
}

// RFC 7323 4.3 (A): of two segments that one ACK acknowledges, the echo is the
// earlier one's.
func TestTimestamps_EchoOfDelayedACK(t *testing.T) {
	h := stampedEstablished(t).ts(70010, 1000).recv("ACK", 1, 1, "abc").in(endpoint.Established)
	h.ts(70020, 1000).recv("ACK", 4, 1, "def").expect("ACK 1 ack 7").options("TS=1000/70010")
}

// RFC 7323 4.3 (B), (C): a segment above a gap is not echoed, one that fills it is.
func TestTimestamps_EchoOfGap(t *testing.T) {
	h := stampedEstablished(t).ts(70010, 1000).recv("ACK", 4, 1, "def").expect("ACK 1 ack 1").options("TS=1000/70000")
	h.ts(70020, 1000).recv("ACK", 1, 1, "abc").expect("ACK 1 ack 7").options("TS=1000/70020")
}

// RFC 7323 3.2: one without the option is dropped, and nothing is said.
func TestTimestamps_Missing(t *testing.T) {
	stampedEstablished(t).with(nil).recv("ACK", 1, 1, "abc").recv("FIN,ACK", 1, 1, "").in(endpoint.Established).read("")
}

// RFC 7323 5.3 R1: an older one gets an ACK and is dropped. 5.2: a RST does not.
func TestPAWS(t *testing.T) {
	for _, old := range []uint32{69999, 1<<31 + 70001} {
		h := stampedEstablished(t).ts(old, 1000).recv("ACK", 1, 1, "abc").in(endpoint.Established, "ACK 1 ack 1").read("")
		h.recv("ACK", 1, 1, "").expect("ACK 1 ack 1")
		if h.recv("RST", 1, -1, ""); h.tcp.state != endpoint.Closed {
			t.Error("a RST was taken for old")
		}
	}
	stampedEstablished(t).ts(70000, 1000).recv("ACK", 1, 1, "abc").read("abc")
}

// A bare ACK that is old is answered no more often than a challenge: two ends
// that hold each other for old must not answer each other without end.
func TestPAWS_Throttled(t *testing.T) {
	h := stampedEstablished(t, func(c *endpoint.Config) { c.ChallengeACKs = 2 }).ts(1, 1000)
	h.recv("ACK", 1, 1, "").recv("ACK", 1, 1, "").recv("ACK", 1, 1, "").expect("ACK 1 ack 1", "ACK 1 ack 1")
}

// RFC 7323 5.5: after 24 days TS.Recent counts for nothing.
func TestPAWS_After24Days(t *testing.T) {
	h := stampedEstablished(t).wait(24 * 24 * time.Hour)
	h.ts(1, 1000).recv("ACK", 1, 1, "abc").expect("ACK 1 ack 1").read("")
	h.now++
	h.recv("ACK", 1, 1, "abc").read("abc").wait(time.Second).expect("ACK 1 ack 4")
	if h.tcp.stamps.recent != 1 {
		t.Error(h.tcp.stamps.recent)
	}
}

// RFC 7323 5.3 R3: what the sequence number rejects does not become TS.Recent.
func TestTimestamps_UnacceptableNotKept(t *testing.T) {
	h := stampedEstablished(t).ts(80000, 1000).recv("ACK", 0, 1, "").expect("ACK 1 ack 1").options("TS=1000/70000")
	h.recv("ACK", 70000, 1, "x").expect("ACK 1 ack 1").options("TS=1000/70000")
}

// RFC 5961 4.2, 5.2, RFC 9293 3.10.7.4: what a later check discards does not, either.
// One forged segment would make all old that the peer sends after it.
func TestTimestamps_DiscardedNotKept_RFC5961_4_2_5_2(t *testing.T) {
	for _, c := range []struct {
		name, flags string
		ack         int
		text        string
		answer      []string
	}{
		{"an ACK above SND.NXT", "FIN,ACK", 9999, "", []string{"ACK 1 ack 1"}},
		{"an ACK far below SND.UNA", "FIN,ACK", -70_000, "", []string{"ACK 1 ack 1"}},
		{"no ACK", "PSH", -1, "x", nil},
		{"a SYN", "SYN", -1, "", []string{"ACK 1 ack 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := stampedEstablished(t).ts(200_000, 1000).recv(c.flags, 1, c.ack, c.text).in(endpoint.Established, c.answer...)
			if c.answer != nil {
				h.options("TS=1000/70000")
			}
			h.ts(70001, 1000).recv("ACK", 1, 1, "0123456789").read("0123456789")
			h.wait(time.Second).expect("ACK 1 ack 11").options("TS=1200/70001")
		})
	}
}

// RFC 7323 4.1: a sample from each ACK that moves SND.UNA, of what was sent twice
// as well, and from no other; and not of an echo from the future.
func TestRTTM(t *testing.T) {
	h := stampedEstablished(t).send(500)
	h.wait(1000*time.Millisecond).expect("PSH,ACK 1 ack 1 len 500", "PSH,ACK 1 ack 1 len 500")
	h.now += 40 * time.Millisecond
	h.ts(70000, 2000).recv("ACK", 1, 1, "")
	if h.tcp.rtt.srtt != 0 {
		t.Error("a sample from an ACK that acknowledges nothing new")
	}
	h.ts(70000, 2000).recv("ACK", 1, 101, "")
	if h.tcp.rtt.srtt != 5*time.Millisecond { // the handshake took 0
		t.Error(h.tcp.rtt.srtt)
	}
	h.ts(70000, 2000).recv("ACK", 1, 201, "")
	if h.tcp.rtt.srtt != 9375*time.Microsecond {
		t.Error(h.tcp.rtt.srtt)
	}
	if h.ts(70000, 2041).recv("ACK", 1, 301, ""); h.tcp.rtt.srtt != 9375*time.Microsecond {
		t.Error("a sample from the future")
	}
}

// RFC 7323 appendix G: while more segments are out, each sample counts less.
func TestRTTM_ManySamples(t *testing.T) {
	h := stampedEstablished(t).send(988 * 4).wait(32 * time.Millisecond)
	h.ts(70000, 1000).recv("ACK", 1, 989, "") // three are out after it: 2 samples in a round trip
	if h.tcp.rtt.srtt != 2*time.Millisecond {
		t.Error(h.tcp.rtt.srtt)
	}
}

// PAWS in TIME-WAIT: a FIN of an older incarnation gets an ACK, and does not
// restart the timer (RFC 7323 5.3).
func TestPAWS_InTimeWait(t *testing.T) {
	h := stampedEstablished(t).close(nil).ts(70001, 1000).recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "FIN,ACK 1 ack 1", "ACK 2 ack 2")
	h.wait(59*time.Second).ts(70000, 1000).recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2").fire(time.Second)
}
