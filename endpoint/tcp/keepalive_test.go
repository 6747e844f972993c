package tcp

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

func keepsAlive(c *endpoint.Config) { c.KeepAlive = true }

func keepsAliveAfter(d time.Duration) func(*endpoint.Config) {
	return func(c *endpoint.Config) { c.KeepAlive, c.KeepAliveInterval = true, d }
}

func TestKeepAlive_OffByDefault(t *testing.T) { // MUST-25
	established(t).wait(24 * time.Hour).in(endpoint.Established).idle()
}

// MUST-28: two hours. SHLD-12: no text; it stands before the peer's window, and
// SND.NXT stays.
func TestKeepAlive_AfterTwoHours(t *testing.T) {
	h := establishedIn(t, keepsAlive).fire(2*time.Hour).in(endpoint.Established, "ACK 0 ack 1")
	h.recv("ACK", 1, 1, "").fire(2*time.Hour).in(endpoint.Established, "ACK 0 ack 1")
}

// establishedIn is ESTABLISHED, with whatever timer.
func establishedIn(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return synReceivedPassive(t, change...).recv("ACK", 1, 1, "").in(endpoint.Established)
}

// MUST-27, MUST-26: the interval is what was configured, since the last segment
// that came, and an ACK is one.
func TestKeepAlive_SinceTheLastSegment(t *testing.T) {
	h := establishedIn(t, keepsAliveAfter(time.Minute)).wait(59*time.Second).recv("ACK", 1, 1, "").in(endpoint.Established)
	h.wait(59*time.Second).recv("ACK", 1, 1, "abc").read("abc").wait(time.Second).expect("ACK 1 ack 4")
	h.fire(59*time.Second).in(endpoint.Established, "ACK 0 ack 4")
}

// MUST-26: not while something is outstanding.
func TestKeepAlive_NothingOutstanding(t *testing.T) {
	h := establishedIn(t, keepsAliveAfter(1500*time.Millisecond)).wait(time.Second).send(5).expect("PSH,ACK 1 ack 1 len 5")
	h.fire(time.Second).expect("PSH,ACK 1 ack 1 len 5").fire(2 * time.Second).expect("PSH,ACK 1 ack 1 len 5")
	h.recv("ACK", 1, 6, "").fire(1500 * time.Millisecond).expect("ACK 5 ack 1")
}

// MUST-29: what is not answered is asked again, as a segment would be sent again;
// after R2 the peer is given up.
func TestKeepAlive_GivenUpAfterR2(t *testing.T) {
	h := establishedIn(t, keepsAlive).fire(2 * time.Hour).expect("ACK 0 ack 1")
	for _, s := range []time.Duration{1, 2, 4, 8, 16, 32} {
		h.fire(s*time.Second).in(endpoint.Established, "ACK 0 ack 1")
	}
	h.fire(60 * time.Second).in(endpoint.Closed).readErr(endpoint.ErrTimeout)
}

// An answer of any kind is one.
func TestKeepAlive_Answered(t *testing.T) {
	h := establishedIn(t, keepsAlive).fire(2*time.Hour).fire(time.Second).expect("ACK 0 ack 1", "ACK 0 ack 1")
	h.recv("ACK", 1, 1, "").fire(2 * time.Hour).expect("ACK 0 ack 1").fire(time.Second).expect("ACK 0 ack 1")
	h.recv("RST", 1, -1, "").in(endpoint.Closed).idle()
}

// Where the peer may still say something, and nowhere else.
func TestKeepAlive_States(t *testing.T) {
	for _, m := range makers {
		h := establishedIn(t, keepsAliveAfter(time.Second))
		switch m.name {
		case "FIN-WAIT-2":
			h.close(nil).recv("ACK", 1, 2, "").expect("FIN,ACK 1 ack 1").fire(time.Second).in(endpoint.FinWait2, "ACK 1 ack 1")
		case "CLOSE-WAIT":
			h.recv("FIN,ACK", 1, 1, "").expect("ACK 1 ack 2").fire(time.Second).in(endpoint.CloseWait, "ACK 0 ack 2")
		case "LISTEN":
			listening(t, keepsAlive).idle()
		case "TIME-WAIT":
			h.close(nil).recv("FIN,ACK", 1, 2, "").expect("FIN,ACK 1 ack 1", "ACK 2 ack 2").fire(time.Minute).in(endpoint.Closed)
		}
	}
}

// The peer answers a keep-alive with an ACK (3.10.7.4, first check), and hands
// none of it out.
func TestKeepAlive_IsAnswered(t *testing.T) {
	established(t).recv("ACK", 0, 1, "").expect("ACK 1 ack 1").recv("ACK", 0, 1, "x").expect("ACK 1 ack 1").read("")
}

func TestKeepAlive_ConfigRefused(t *testing.T) {
	c := testConfig()
	c.KeepAliveInterval = -1
	if _, err := New(c); err == nil {
		t.Error("a negative interval")
	}
}
