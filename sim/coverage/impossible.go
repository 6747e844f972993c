package coverage

import "example.org/halfopen/endpoint"

// Impossible says why no run has to cover a core edge, by its number, under a
// fault; "" if some run can. It is about the first incarnation of both ends: no
// end has opened twice, has crashed, or has gone from SYN-RECEIVED back to
// LISTEN, which ends an incarnation, too. What follows can meet segments of what
// went before, and then nearly every cell is possible; a run that covers an
// impossible cell so is counted like any other.
func Impossible(edge int, f Fault) string {
	e := coreEdges[edge]
	if e == (Edge{endpoint.SynSent, endpoint.CloseWait}) {
		return "it takes a SYN,ACK,FIN, which no TCP has to form (RFC 9293 3.10.7.3)"
	}
	h, k, ok := f.Harm()
	if !ok {
		return ""
	}
	switch e.From {
	case endpoint.Closed:
		return beforeOpen(k)
	case endpoint.Listen:
		return inListen(e.To, h, k)
	case endpoint.SynSent:
		return inSynSent(e.To, h, k)
	case endpoint.SynReceived, endpoint.FinWait1:
		return ""
	}
	return synchronized(e.From, h, k)
}

// beforeOpen is about an end that has never opened. Nobody has heard of it, so
// its peer is at most in SYN-SENT: the peer's SYNs, and the RSTs that answer
// them, are all that there can be.
func beforeOpen(k endpoint.Kind) string {
	if k == endpoint.KindSYN || k == endpoint.KindRST {
		return ""
	}
	return "before an end's first OPEN its peer is not past SYN-SENT: there are only SYNs and RSTs (3.10.7.1)"
}

// inListen is about LISTEN, entered by the first OPEN.
func inListen(to endpoint.State, h Harm, k endpoint.Kind) string {
	switch {
	case k != endpoint.KindSYN && k != endpoint.KindRST:
		return "before a listener has sent a SYN its peer is not past SYN-SENT: there are only SYNs and RSTs (3.10.7.2)"
	case k == endpoint.KindRST && h == Drop:
		return "a RST is emitted in LISTEN only to answer an ACK, and nobody has anything to acknowledge (3.10.7.2)"
	case k == endpoint.KindSYN && (h == Duplicate || h == Reorder) && to != endpoint.SynReceived:
		return "a SYN that arrives whole in LISTEN leads to SYN-RECEIVED (3.10.7.2, third)"
	}
	return ""
}

// inSynSent is about SYN-SENT.
func inSynSent(to endpoint.State, h Harm, k endpoint.Kind) string {
	switch {
	case k == endpoint.KindDATA:
		return "the peer sends no text before its SYN is acknowledged, and SYN-SENT has acknowledged none (3.10.7.4, fifth)"
	case k == endpoint.KindSYNACK && h == Duplicate:
		return "the first copy of a SYN,ACK that arrives whole in SYN-SENT leads to ESTABLISHED (3.10.7.3, fourth)"
	case k == endpoint.KindSYNACK && h == Reorder && to != endpoint.Established:
		return "a SYN,ACK that arrives whole in SYN-SENT leads to ESTABLISHED (3.10.7.3, fourth)"
	}
	return ""
}

// synchronized is about the states in which both SYNs have arrived, but for
// FIN-WAIT-1, which is also entered before. Copies that are still under way can
// be harmed at any time; only a drop takes an emission.
func synchronized(from endpoint.State, h Harm, k endpoint.Kind) string {
	switch {
	case h != Drop:
		return ""
	case k == endpoint.KindSYN:
		return "a SYN is emitted in SYN-SENT only, and the peer has left it (3.10.7.3)"
	case k == endpoint.KindSYNACK && (from == endpoint.FinWait2 || from == endpoint.TimeWait):
		return "a SYN,ACK is emitted only while the SYN is unacknowledged, and the segments that acknowledged the FIN acknowledged it (3.10.7.4, fifth)"
	}
	return ""
}

// Wanted reports whether a sweep is to cover a cell: all but changes of state
// that are no core edges, joint pairs and row pairs, of which others know which
// there can be, and what is Impossible.
func (s *Space) Wanted(c Cell) bool {
	switch s.Kind(c) {
	case EdgeTaken:
		i := int(c) - firstEdge
		k := coreIndex[i/numStates][i%numStates]
		return k >= 0 && Impossible(int(k), Clean) == ""
	case EdgeUnder:
		edge, f := s.EdgeFault(c)
		return Impossible(edge, f) == ""
	case JointPair, RowPair:
		return false
	}
	return true
}
