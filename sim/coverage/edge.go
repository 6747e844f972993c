package coverage

import "example.org/halfopen/endpoint"

// Edge is a change of state of one end.
type Edge struct{ From, To endpoint.State }

// String is "SYN-SENT -> ESTABLISHED".
func (e Edge) String() string { return e.From.String() + " -> " + e.To.String() }

// NumCoreEdges is how many edges any TCP may take.
const NumCoreEdges = 29

// coreEdges are the edges of figure 5 of RFC 9293 with its note 2, those that
// only section 3.10 has (to CLOSED by RST, ABORT or timeout), and the two
// composites that an observer of whole segments sees (SYN-SENT and
// SYN-RECEIVED to CLOSE-WAIT), by the state that they leave.
var coreEdges = [NumCoreEdges]Edge{
	{endpoint.Closed, endpoint.Listen},
	{endpoint.Closed, endpoint.SynSent},
	{endpoint.Listen, endpoint.SynReceived},
	{endpoint.Listen, endpoint.SynSent},
	{endpoint.Listen, endpoint.Closed},
	{endpoint.SynSent, endpoint.SynReceived},
	{endpoint.SynSent, endpoint.Established},
	{endpoint.SynSent, endpoint.CloseWait},
	{endpoint.SynSent, endpoint.Closed},
	{endpoint.SynReceived, endpoint.Established},
	{endpoint.SynReceived, endpoint.FinWait1},
	{endpoint.SynReceived, endpoint.CloseWait},
	{endpoint.SynReceived, endpoint.Listen},
	{endpoint.SynReceived, endpoint.Closed},
	{endpoint.Established, endpoint.FinWait1},
	{endpoint.Established, endpoint.CloseWait},
	{endpoint.Established, endpoint.Closed},
	{endpoint.FinWait1, endpoint.FinWait2},
	{endpoint.FinWait1, endpoint.Closing},
	{endpoint.FinWait1, endpoint.TimeWait},
	{endpoint.FinWait1, endpoint.Closed},
	{endpoint.FinWait2, endpoint.TimeWait},
	{endpoint.FinWait2, endpoint.Closed},
	{endpoint.CloseWait, endpoint.LastAck},
	{endpoint.CloseWait, endpoint.Closed},
	{endpoint.Closing, endpoint.TimeWait},
	{endpoint.Closing, endpoint.Closed},
	{endpoint.LastAck, endpoint.Closed},
	{endpoint.TimeWait, endpoint.Closed},
}

// CoreEdge is the i-th of the 29 edges that any TCP may take, in the order of
// the states of RFC 9293 3.3.2.
func CoreEdge(i int) Edge { return coreEdges[i] }

// coreIndex is the number of a core edge by from and to, -1 for other edges.
var coreIndex = func() (index [endpoint.NumStates][endpoint.NumStates]int8) {
	for from := range index {
		for to := range index[from] {
			index[from][to] = -1
		}
	}
	for i, e := range coreEdges {
		index[e.From][e.To] = int8(i)
	}
	return index
}()
