package cmd

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// checkText writes the report for people.
type checkText struct {
	k *check
}

// connection writes what was found in a connection, and its ladder.
func (t *checkText) connection(c *vantage.Conn) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "connection %d  A %v  B %v  frames %d to %d, %s, %s, %v\n", c.Number,
		c.Ends[endpoint.A], c.Ends[endpoint.B], c.First, c.Last, count(c.Count, "segment"),
		time.Duration(c.Ended-c.Began).Round(time.Microsecond), c.Why)
	for _, f := range c.Findings() {
		writeFinding(&b, &f)
	}
	c.Blind().Each(func(_ vantage.Blind, what, why string) {
		writeWrapped(&b, "  not judged: ", what+" - "+why)
	})
	b.WriteByte('\n')
	writeCaptureLadder(&b, c)
	b.WriteByte('\n')
	_, err := b.WriteTo(t.k.stdout)
	return err
}

// writeFinding writes one finding: what, where, and what would be right.
func writeFinding(b *bytes.Buffer, f *vantage.Finding) {
	grade := "illegal"
	switch {
	case f.Warning:
		grade = "warning (SHOULD)"
	case f.IfComplete:
		grade = "suspect (illegal if the capture has missed nothing)"
	}
	times := ""
	if f.Times > 1 {
		times = fmt.Sprintf(" (%d times, the first here)", f.Times)
	}
	writeWrapped(b, fmt.Sprintf("  %s: frame %d: ", grade, f.Frame), f.Text+times)
	writeWrapped(b, "    ", fmt.Sprintf("%s %s: got %s, want %s; %s", f.Rule.ID, f.Rule.Name, f.Got, f.Want, f.Rule.Section))
}

// reportColumns is how wide a report is.
const reportColumns = 100

// writeWrapped writes a text behind a head, and below it where it is long.
func writeWrapped(b *bytes.Buffer, head, text string) {
	line, indent := head, strings.Repeat(" ", min(len(head), 6))
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > reportColumns {
			b.WriteString(line)
			b.WriteByte('\n')
			line = indent + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	b.WriteString(line)
	b.WriteByte('\n')
}

// summary writes what the capture came to.
func (t *checkText) summary(n *checkCounts) error {
	var b bytes.Buffer
	from := ""
	if n.Application != "" {
		from = ", written by " + n.Application
	}
	writeWrapped(&b, "capture      ", fmt.Sprintf("%s, %s%s: %s, %s, in %.2fs (%s/s)", n.Name, n.Format, from,
		megabytes(n.Octets), count(n.Packets, "packet"), n.Took.Seconds(), megabytes(int64(float64(n.Octets)/max(n.Took.Seconds(), 1e-6)))))
	fmt.Fprintf(&b, "segments     %d\n", n.Skipped[capture.Taken])
	if text := n.skippedText(); text != "" {
		writeWrapped(&b, "not read     ", text)
	}
	if n.Damaged > 0 {
		writeWrapped(&b, "left out     ", fmt.Sprintf("%s for a wrong checksum: damaged, or altered after the capture (--checksums ignore)",
			count(n.Damaged, "segment")))
	}
	if n.Dropped > 0 {
		writeWrapped(&b, "dropped      ", fmt.Sprintf("%s, says the file: suspects may come of that",
			count(n.Dropped, "packet")))
	}
	if len(t.k.filter) == 0 {
		fmt.Fprintf(&b, "connections  %d%s\n", n.Connections, over(n))
	} else {
		fmt.Fprintf(&b, "connections  %d; of --conn: %d%s\n", n.Connections, n.Shown, over(n))
	}
	for reason := vantage.Blind(1); reason != 0; reason <<= 1 {
		if many := n.Blind[reason]; many > 0 {
			reason.Each(func(_ vantage.Blind, what, why string) {
				writeWrapped(&b, "not judged   ", fmt.Sprintf("%s: %s - %s", count(many, "connection"), what, why))
			})
		}
	}
	var never []string
	for _, u := range vantage.Unjudgeable() {
		never = append(never, u.What)
	}
	writeWrapped(&b, "never judged ", "from one vantage point: "+strings.Join(never, "; "))
	fmt.Fprintf(&b, "warnings     %s\n", orNone(n.Warnings))
	fmt.Fprintf(&b, "suspects     %s\n", orNone(n.Suspects))
	writeWrapped(&b, "illegal      ", illegalText(n))
	_, err := b.WriteTo(t.k.stdout)
	return err
}

func illegalText(n *checkCounts) string {
	if n.Violations == 0 {
		if n.Skipped[capture.Taken] == 0 {
			return "nothing: there is no TCP in the capture"
		}
		return "nothing"
	}
	return fmt.Sprintf("%s broken in %s", count(n.Violations, "rule"), count(n.In, "connection"))
}

func orNone(n uint64) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// over says how the connections have ended.
func over(n *checkCounts) string {
	var parts []string
	for i, many := range n.Over {
		if many > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", many, vantage.Why(i)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
