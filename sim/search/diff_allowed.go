package search

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Allowance is a difference between two implementations that the RFC leaves
// free. Most of them a comparison does not even see, because the normal form of
// a run has no place for them. Some change what the other end does: from there
// on the two runs are not compared any more, they have parted.
type Allowance struct {
	Name    string // "delayed-ack"
	What    string // what is ignored, normalised, or parts the runs
	Section string // who says so

	parts parting // nil: the normal form does not show it
}

// parting says whether an allowance explains that one run showed x and the
// other did not. Only what x says of itself counts: the other run may have
// shown nothing at all.
type parting func(c *comparison, x *item) bool

// Allowed lists the allowed differences.
func Allowed() []Allowance { return allowed }

// Bounds of what the RFC leaves free in time.
const (
	maxDelayedACK = 500 * time.Millisecond // RFC 9293 3.8.6.3, MUST-40: less than this
	minRTO        = time.Second            // RFC 6298 2.1, 2.4
	maxRTO        = 60 * time.Second       // RFC 6298 2.5: a bound is at least this
	throttled     = 5 * time.Second        // RFC 5961 7
)

// Inputs is why runs part that no Allowance names: one end's segments came in
// another order, or others of them were lost, because of an allowed difference
// before.
const Inputs = "inputs"

var allowed = []Allowance{
	{Name: "iss", What: "the initial sequence number: SEQ and ACK count from it", Section: "RFC 9293 section 3.4.1"},
	{Name: "ip-id", What: "the IP header: identification, TTL and the like", Section: "RFC 6864 section 4.1"},
	{Name: "window", What: "the size of the receive window, and when it is updated", Section: "RFC 9293 section 3.8.6"},
	{Name: "options", What: "every option but the MSS, which a SYN may have or not", Section: "RFC 9293 sections 3.1, 3.7.1 (MAY-3); RFC 7323; RFC 2018"},
	{Name: "psh", What: "PSH, which only the sender of the text can judge; and the bits of ECN", Section: "RFC 9293 section 3.9.1.2; RFC 3168 section 6.1.1"},
	{Name: "segmentation", What: "how the same octets are cut into segments, and when new ones leave: Nagle, silly-window avoidance, congestion window", Section: "RFC 9293 sections 3.7.4, 3.8.6.2.1, 3.8.2"},
	{Name: "delayed-ack", What: "an ACK at once or later, if in less than 0.5 s", Section: "RFC 9293 section 3.8.6.3"},
	{Name: "ack-merging", What: "one ACK for several segments; how many duplicate ACKs leave for text above a gap", Section: "RFC 9293 section 3.8.6.3; RFC 5681 section 4.2"},
	{Name: "rto", What: "the RTO, from 1 s (or the smaller minimum that a profile declares) to 60 s, if it backs off", Section: "RFC 6298 sections 2.1, 2.4, 2.5, 5.5"},
	{Name: "resend-more", What: "more than the first segment is sent again, and text before its RTO: fast retransmit", Section: "RFC 6298 section 5.4; RFC 5681 section 3.2"},
	{Name: "probe", What: "an octet that was acknowledged before is sent again as a probe, whatever its value", Section: "RFC 9293 section 3.8.4"},
	{Name: "last-ack", What: "CLOSE-WAIT becomes LAST-ACK at the CLOSE call, or when the FIN leaves", Section: "RFC 9293 section 3.10.4"},
	{Name: "simultaneous-open", What: "a SYN,ACK that crosses ours finishes the handshake, or only elicits the ACK that does", Section: "RFC 9293 section 3.5, figure 7; section 3.10.7.4, first check; appendix A.2"},
	{Name: "abort-rst", What: "the RST of an ABORT with or without ACK", Section: "RFC 9293 sections 3.10.5, 3.8"},
	{Name: "buffers", What: "how much SEND takes and RECEIVE gives at once, so whether a SEND still waits when the connection is gone", Section: "RFC 9293 sections 3.10.2, 3.10.3"},
	{Name: "gone", What: "which error later calls answer once the connection is gone", Section: "RFC 9293 sections 3.9.1, 3.10"},
	{Name: "throttle", What: "an ACK for what is outside the window is withheld, if one left in the 5 s before", Section: "RFC 5961 section 7, erratum 4772"},
	{Name: "give-up", What: "when a connection is given up: R2 and the time it adds up to", Section: "RFC 9293 section 3.8.3", parts: gaveUp},
	{Name: "give-up-rst", What: "a RST for the peer when a connection is given up", Section: "RFC 9293 sections 3.9.1.1, 3.9.1.4", parts: timeoutReset},
	{Name: "half-duplex-close", What: "a RST for text that nobody will read after CLOSE", Section: "RFC 9293 section 3.6.1, SHLD-3", parts: halfDuplex},
	{Name: "rfc5961", What: "an in-window RST or SYN resets or draws a challenge ACK, if a profile does not claim RFC 5961", Section: "RFC 9293 section 3.10.7.4, second and fourth check", parts: challenged},
	{Name: "listen-open", What: "an active OPEN or a SEND in LISTEN turns it active, or does not: it is refused, because the connection exists or has no foreign socket, or it waits: an interface may have no such call", Section: "RFC 9293 sections 3.9.1, 3.10.1, 3.10.2", parts: openedInListen},
	{Name: "syn-received", What: "a second SYN or a bad ACK in SYN-RECEIVED: LISTEN, RST or challenge ACK", Section: "RFC 9293 section 3.10.7.4, first, fourth and fifth check", parts: inSynReceived},
	{Name: "reopen", What: "a SYN in TIME-WAIT makes a new connection, or does not", Section: "RFC 9293 section 3.6.1, MAY-2; RFC 6191", parts: reopened},
	{Name: "rst-time-wait", What: "TIME-WAIT instead of CLOSED at the end that has sent a RST", Section: "RFC 9293 section 3.3.2, note 3", parts: resetTimeWait},
	{Name: "out-of-order", What: "text above a gap, or with a very old ACK field, is kept or dropped; the ACK field of what is above a gap is used at once or later", Section: "RFC 9293 section 3.10.7.4, SHLD-31, MAY-12", parts: aboveGap},
}

func gaveUp(_ *comparison, x *item) bool {
	return x.what == entered && x.state == endpoint.Closed && x.cause.kind == sim.Timeout && x.before != endpoint.TimeWait
}

func timeoutReset(_ *comparison, x *item) bool {
	return x.what == sent && x.flags.Has(endpoint.RST) && x.cause.kind == sim.Timeout
}

func halfDuplex(_ *comparison, x *item) bool {
	c := &x.cause
	return x.reset && (c.kind == sim.Call && c.call == sim.CallClose ||
		c.kind == sim.Arrival && c.end > c.seq && (x.before == endpoint.FinWait1 || x.before == endpoint.FinWait2))
}

func aboveGap(_ *comparison, x *item) bool {
	return x.cause.kind == sim.Arrival && (x.gappy || x.cause.place > 0)
}

func challenged(c *comparison, x *item) bool {
	return x.cause.kind == sim.Arrival && x.cause.flags.Any(endpoint.RST|endpoint.SYN) &&
		x.before >= endpoint.SynReceived &&
		!(c.sights[0].profile.RFC5961 && c.sights[1].profile.RFC5961)
}

func openedInListen(_ *comparison, x *item) bool {
	if x.before != endpoint.Listen {
		return false
	}
	switch x.what {
	case called:
		return x.call == sim.CallActiveOpen && (x.err == 0 || x.err == endpoint.ErrExists)
	case entered: // by SEND: the other one refused it, or let it wait
		return x.cause.kind == sim.Call && x.cause.call == sim.CallSend && x.state == endpoint.SynSent
	case answered:
		return x.call == sim.CallSend && x.err == endpoint.ErrUnspecified
	}
	return false
}

func inSynReceived(_ *comparison, x *item) bool {
	return x.before == endpoint.SynReceived && x.cause.kind == sim.Arrival &&
		(x.cause.flags.Has(endpoint.SYN) || x.what == sent && x.flags.Has(endpoint.RST))
}

func reopened(_ *comparison, x *item) bool {
	return x.before == endpoint.TimeWait && x.cause.kind == sim.Arrival && x.cause.flags.Has(endpoint.SYN)
}

func resetTimeWait(_ *comparison, x *item) bool {
	return x.what == entered && x.state == endpoint.TimeWait &&
		(x.before == endpoint.Established || x.before == endpoint.CloseWait)
}
