package cmd

import (
	"bytes"
	"fmt"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle/vantage"
)

// Columns of the ladder of a capture. A state stands on the side of the end that
// has sent the segment: its own, by what its segments say.
//
//	frame       time  A                                                                  B
//	    1   0.000000  SYN-SENT     --> [SYN] Seq=0 Win=64240                         -->
//	    2   0.000512               <-- [SYN,ACK] Seq=0 Ack=1 Win=65160               <-- SYN-RECEIVED
const (
	ladderLeft  = 20                 // A's state
	ladderText  = ladderLeft + 17    // what the segment says
	ladderRight = reportColumns - 12 // B's state
	ladderRoom  = ladderRight - 5 - ladderText
)

// writeCaptureLadder writes the lines that were kept of a connection, and what
// was found at them.
func writeCaptureLadder(b *bytes.Buffer, c *vantage.Conn) {
	fmt.Fprintf(b, "  frame       time  %-*s%s\n", ladderRight-ladderLeft, "A", "B")
	lines := c.Lines()
	findings := c.Findings()
	shown := uint64(0)
	for i := range lines {
		l := &lines[i]
		if l.Left > 0 {
			fmt.Fprintf(b, "%*s(... %s)\n", ladderText, "", count(l.Left, "segment"))
			shown += l.Left
		}
		writeCaptureLine(b, c, l, l.At-c.Began)
		for k := range findings {
			if f := &findings[k]; f.Frame == l.Frame && f.End == l.End {
				writeMark(b, f)
			}
		}
	}
	if left := c.Count - shown - uint64(len(lines)); left > 0 {
		fmt.Fprintf(b, "%*s(... %s)\n", ladderText, "", count(left, "segment"))
	}
}

// writeCaptureLine writes one segment. What does not fit stands below it.
func writeCaptureLine(b *bytes.Buffer, c *vantage.Conn, l *vantage.Line, at int64) {
	text, rest := segmentWords(c, l)
	state, arrow := stateWord(l), "-->"
	left, right := state, ""
	if l.End == endpoint.B {
		left, right, arrow = "", state, "<--"
	}
	line := fmt.Sprintf("%7d %10s  %-12s %s %-*s %s %s", l.Frame, seconds(at), left, arrow, ladderRoom, text, arrow, right)
	b.WriteString(strings.TrimRight(line, " "))
	b.WriteByte('\n')
	if rest != "" {
		writeWrapped(b, strings.Repeat(" ", ladderText), "("+rest+")")
	}
}

// segmentWords is what a segment says: what stands on its line, and what there is
// no room for.
func segmentWords(c *vantage.Conn, l *vantage.Line) (text, rest string) {
	words := []string{"[" + l.Flags.String() + "]", fmt.Sprintf("Seq=%d", l.Seq)}
	if l.Flags.Has(endpoint.ACK) {
		words = append(words, fmt.Sprintf("Ack=%d", l.Ack))
	}
	if l.Text > 0 {
		words = append(words, fmt.Sprintf("Len=%d", l.Text))
	}
	words = append(words, fmt.Sprintf("Win=%d", l.Window))
	n := len(words)
	for n > 1 && len(strings.Join(words[:n], " ")) > ladderRoom {
		n--
	}
	below := words[n:]
	if s := optionWords(c, l); s != "" {
		below = append(below, s)
	}
	if l.Note != "" {
		below = append(below, l.Note)
	}
	return strings.Join(words[:n], " "), strings.Join(below, "; ")
}

// optionWords are the options of a SYN, and of others the SACK blocks, counted as
// the acknowledgments are.
func optionWords(c *vantage.Conn, l *vantage.Line) string {
	o := l.Options()
	if l.Flags.Has(endpoint.SYN) {
		return o.String()
	}
	var blocks []string
	for b := range o.SACK() {
		blocks = append(blocks, fmt.Sprintf("%d-%d", c.Seq(l.End.Peer(), b.Left), c.Seq(l.End.Peer(), b.Right)))
	}
	if len(blocks) == 0 {
		return ""
	}
	return "SACK=" + strings.Join(blocks, ",")
}

// stateWord is the state that the sender is in, as far as its segments say. "?"
// is one of several.
func stateWord(l *vantage.Line) string {
	fin := endpoint.FinWait1
	switch text := l.States.String(); {
	case l.States == 0:
		return ""
	case l.States.Len() == 1:
		return text
	case l.States.Has(fin):
		return "FIN-WAIT-1/2"
	}
	return "TIME-WAIT?"
}

// writeMark writes a finding below its segment: grep '^!!' finds it.
func writeMark(b *bytes.Buffer, f *vantage.Finding) {
	side := ladderLeft
	if f.End == endpoint.B {
		side = ladderText
	}
	head := fmt.Sprintf("!!%*s^^^ ", side-2, "")
	text := fmt.Sprintf("(%s: got %s, want %s)", f.Rule.Name, f.Got, f.Want)
	writeWrapped(b, head, text)
}

// seconds is a time since the connection began: "1.234567".
func seconds(ns int64) string {
	sign := ""
	if ns < 0 {
		sign, ns = "-", -ns
	}
	return fmt.Sprintf("%s%d.%06d", sign, ns/1e9, ns%1e9/1e3)
}
