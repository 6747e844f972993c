package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// softError is the last ICMP error of a connection that did not end it.
type softError struct {
	any       bool
	typ, code uint8
}

// SoftError returns the last soft ICMP error about the connection, or about the
// one that ended last (RFC 9293 3.9.1.8 and 3.9.2.2: MUST-47, SHLD-25): its Type
// and Code. A segment that had to be resent R1 times is told by R1Reached.
func (t *TCP) SoftError() (m endpoint.ICMP, ok bool) {
	m.Type, m.Code, m.Quoted.Src = t.soft.typ, t.soft.code, t.header.Src
	return m, t.soft.any
}

// arriveICMP acts on an ICMP error about a segment of this connection (RFC 9293
// 3.9.2.2, MUST-54). It must quote one that is outstanding: who does not see the
// connection can hardly guess it (RFC 5927 4.1).
func (t *TCP) arriveICMP(now time.Duration, datagram []byte) {
	var h endpoint.Header
	var m endpoint.ICMP
	if t.state <= endpoint.Listen || endpoint.DecodeICMP(datagram, &h, &m) != nil {
		return
	}
	ours := h.Dst == t.header.Src && m.Quoted.Src == t.header.Src && m.SrcPort == t.cfg.Local.Port() &&
		m.Quoted.Dst == t.header.Dst && m.DstPort == t.remotePort
	if !ours || m.Seq.Less(t.snd.UNA) || t.snd.NXT.LessEq(m.Seq) {
		return
	}
	switch effect := m.Effect(); {
	case effect == endpoint.Soft:
		t.soft = softError{true, m.Type, m.Code}
	case effect == endpoint.TooBig && t.cfg.PathMTU:
		t.tooBig(now, &m)
	case effect == endpoint.Hard || effect == endpoint.TooBig: // SHLD-26
		t.abandon()
	}
}

// abandon ends a connection that has no way to its peer. A listener goes on
// listening, as after a RST.
func (t *TCP) abandon() {
	if t.state == endpoint.SynReceived && t.passive {
		t.listen()
		return
	}
	t.end(endpoint.ErrUnreachable)
}
