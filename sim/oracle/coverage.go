package oracle

import "example.org/halfopen/endpoint"

// Edge is a change of state.
type Edge struct{ From, To endpoint.State }

// String is "SYN-SENT -> ESTABLISHED".
func (e Edge) String() string { return e.From.String() + " -> " + e.To.String() }

// coreEdges are the edges that any TCP may take: the 20 that figure 5 of RFC
// 9293 draws, FIN-WAIT-1 -> TIME-WAIT of its Note 2, six that only the text
// has (to CLOSED by RST, ABORT or timeout), and two composites that an observer
// of whole segments sees (SYN-SENT and SYN-RECEIVED -> CLOSE-WAIT).
var coreEdges = [...]Edge{
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

// CoreEdges lists the 29 edges that any TCP may take, in the RFC's order.
func CoreEdges() []Edge { return append([]Edge(nil), coreEdges[:]...) }

// Coverage counts which states and edges runs have visited.
type Coverage struct {
	// Visits counts the entries of each state; of CLOSED, beginnings of runs, too.
	Visits [endpoint.NumStates]uint64
	// Edges counts the changes of state, by from and to.
	Edges [endpoint.NumStates][endpoint.NumStates]uint64
}

// Merge adds what another has counted.
func (c *Coverage) Merge(o *Coverage) {
	for i := range c.Visits {
		c.Visits[i] += o.Visits[i]
		for k := range c.Edges[i] {
			c.Edges[i][k] += o.Edges[i][k]
		}
	}
}

// States is how many of the 11 states were visited.
func (c *Coverage) States() int {
	n := 0
	for _, v := range c.Visits {
		if v > 0 {
			n++
		}
	}
	return n
}

// CoreEdges is how many of the core edges were taken, and how many there are.
func (c *Coverage) CoreEdges() (visited, total int) {
	for _, e := range coreEdges {
		if c.Edges[e.From][e.To] > 0 {
			visited++
		}
	}
	return visited, len(coreEdges)
}

// Missing lists the core edges that were not taken.
func (c *Coverage) Missing() []Edge {
	var missing []Edge
	for _, e := range coreEdges {
		if c.Edges[e.From][e.To] == 0 {
			missing = append(missing, e)
		}
	}
	return missing
}
