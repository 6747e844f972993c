package page

import (
	"bytes"
	"io"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// WriteDiagramMermaid writes the state diagram with what a sweep has visited as
// a Mermaid state diagram: what WriteDiagram draws, for an issue or a README.
// An edge that was not taken is marked "never".
func WriteDiagramMermaid(w io.Writer, title string, c *oracle.Coverage) error {
	var b bytes.Buffer
	b.WriteString("---\ntitle: \"" + strings.ReplaceAll(mermaidText(title), `"`, "'") + "\"\n---\nstateDiagram-v2\n")
	for s := range endpoint.State(endpoint.NumStates) {
		b.WriteString("    state \"" + s.String() + " " + thousands(c.Visits[s]) + "\" as " + mermaidName(s) + "\n")
	}
	b.WriteString("    [*] --> CLOSED\n")
	var drawn [endpoint.NumStates][endpoint.NumStates]bool
	for i := range edges5 {
		e := &edges5[i]
		drawn[e.from][e.to] = true
		why := e.why
		if e.stub() { // it says only where it leads
			why = "RST, ABORT, timeout"
			if e.to == endpoint.CloseWait {
				why = "rcv FIN, ACK of SYN"
			}
		}
		mermaidEdge(&b, e.from, e.to, why, c)
	}
	for from := range endpoint.State(endpoint.NumStates) {
		for to := range endpoint.State(endpoint.NumStates) {
			if !drawn[from][to] && from != to && c.Edges[from][to] > 0 {
				mermaidEdge(&b, from, to, "not in the figure", c)
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func mermaidEdge(b *bytes.Buffer, from, to endpoint.State, why string, c *oracle.Coverage) {
	n := "never"
	if c.Edges[from][to] > 0 {
		n = thousands(c.Edges[from][to])
	}
	b.WriteString("    " + mermaidName(from) + " --> " + mermaidName(to) + ": " + mermaidText(why) + ", " + n + "\n")
}

// mermaidName is a state as an identifier: without its hyphens.
func mermaidName(s endpoint.State) string { return strings.ReplaceAll(s.String(), "-", "_") }
