package specs

import (
	"github.com/onsi/ginkgo/v2"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// Short names for what every spec speaks of, so that it reads as a sentence.
const (
	a = endpoint.A
	b = endpoint.B

	closed      = endpoint.Closed
	listen      = endpoint.Listen
	synSent     = endpoint.SynSent
	synReceived = endpoint.SynReceived
	established = endpoint.Established
	finWait1    = endpoint.FinWait1
	finWait2    = endpoint.FinWait2
	closeWait   = endpoint.CloseWait
	closing     = endpoint.Closing
	lastAck     = endpoint.LastAck
	timeWait    = endpoint.TimeWait

	syn    = endpoint.KindSYN
	synAck = endpoint.KindSYNACK
	fin    = endpoint.KindFIN
	data   = endpoint.KindDATA
	ack    = endpoint.KindACK
	rst    = endpoint.KindRST
)

// rfc is the label of a section of RFC 9293.
func rfc(section string) ginkgo.Labels { return ginkgo.Label("RFC 9293 " + section) }

// takes is the label of an edge: the spec that has it takes the edge.
func takes(from, to endpoint.State) ginkgo.Labels {
	return ginkgo.Label(oracle.Edge{From: from, To: to}.String())
}

// edgesOf are the edges among a spec's labels.
func edgesOf(labels []string) []oracle.Edge {
	var edges []oracle.Edge
	for _, e := range oracle.CoreEdges() {
		for _, l := range labels {
			if l == e.String() {
				edges = append(edges, e)
			}
		}
	}
	return edges
}
