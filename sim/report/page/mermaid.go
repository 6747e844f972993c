package page

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// MermaidFile is what the file is called in the folder of a counterexample.
const MermaidFile = "trace.mmd"

// Limits of a Mermaid diagram: GitHub refuses one above 50,000 characters, and
// nobody reads one of more than some screens.
const (
	mermaidArrows = 60
	mermaidChars  = 50_000
	mermaidLabel  = 300 // characters of one label

	// mermaidNoteWidth is what fits into a note over both ends, which Mermaid
	// does not break by itself.
	mermaidNoteWidth = 68
)

// WriteMermaid writes the run as a Mermaid sequence diagram, for an issue or a
// README. ->> is a segment that arrives on its line, --x one that is lost, --)
// one that arrives on a later line, ->> again. A long run is cut: its first
// lines, its last lines and what surrounds the violation are shown.
func WriteMermaid(w io.Writer, t *sim.Trace) error {
	s := report.Tell(t, 60)
	var b bytes.Buffer
	b.WriteString("sequenceDiagram\n    participant A\n    participant B\n")
	kept := mermaidLines(s)
	shown := make([]bool, len(t.Events))
	for i := range s.Lines {
		switch {
		case kept[i]:
			mermaidLine(&b, t, &s.Lines[i], shown)
		case i > 0 && kept[i-1]:
			n := 0
			for k := i; k < len(s.Lines) && !kept[k]; k++ {
				n++
			}
			mermaidNote(&b, "A,B", "(... "+strconv.Itoa(n)+" lines, see files)")
		}
		if s.Breach != "" && i == s.At-1 {
			mermaidBreach(&b, s, t)
		}
	}
	if s.Breach != "" && s.At == 0 {
		mermaidBreach(&b, s, t)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// mermaidLines says which lines are shown.
func mermaidLines(s *report.Story) []bool {
	n := len(s.Lines)
	kept := make([]bool, n)
	if n <= mermaidArrows {
		for i := range kept {
			kept[i] = true
		}
		return kept
	}
	const head, tail, around = 20, 25, 7
	for i := range kept {
		bad := s.At > 0 && i >= s.At-1-around && i < s.At+around
		kept[i] = i < head || i >= n-tail || bad
	}
	return kept
}

// mermaidLine writes a line of the ladder.
func mermaidLine(b *bytes.Buffer, t *sim.Trace, n *report.Line, shown []bool) {
	text := strconv.Itoa(n.N) + ". " + report.Clock(n.At) + " "
	if n.Segment == 0 {
		shown[n.Event] = true
		after := t.Events[n.Event].After.String()
		mermaidNote(b, n.End.String(), text+"("+n.Text+") "+after)
		return
	}
	s := t.Segment(n.Segment)
	arrow := "->>"
	switch {
	case s.NCopies == 0:
		arrow = "--x"
	case n.Departs && n.Arrival < 0:
		arrow = "--)"
	case n.Arrival >= 0 && t.Events[n.Arrival].Cause.Deaf:
		arrow = "--x"
	}
	text += n.Text + " segment " + strconv.FormatUint(uint64(s.ID), 10)
	if !n.Departs && !s.Injected {
		text += " arrives"
	}
	for _, note := range n.Notes {
		text += " (" + note + ")"
	}
	text += mermaidStates(t, n, shown)
	b.WriteString("    " + s.End.String() + arrow + s.End.Peer().String() + ": ")
	b.WriteString(mermaidText(text))
	b.WriteByte('\n')
}

// mermaidStates says which states a line leads to. An event is on the line that
// first shows it; the segments that it emits are on lines of their own.
func mermaidStates(t *sim.Trace, n *report.Line, shown []bool) string {
	text := ""
	for _, i := range []int{n.Event, n.Arrival} {
		if i < 0 || shown[i] {
			continue
		}
		shown[i] = true
		if e := &t.Events[i]; e.Before != e.After {
			text += ", " + e.End.String() + " " + e.After.String()
		}
	}
	return text
}

func mermaidNote(b *bytes.Buffer, over, text string) {
	b.WriteString("    Note over " + over + ": " + mermaidText(text) + "\n")
}

// mermaidBreach writes the violation as a note in a coloured rectangle.
func mermaidBreach(b *bytes.Buffer, s *report.Story, t *sim.Trace) {
	where := "when the run is over"
	if s.At > 0 {
		where = "line " + strconv.Itoa(s.At)
	}
	b.WriteString("    rect rgb(255, 220, 220)\n")
	text := where + ", " + report.Clock(t.Violation.At) + ": " + s.Breach
	for _, line := range wrapped(mermaidText(text), mermaidNoteWidth) {
		b.WriteString("    ")
		mermaidNote(b, "A,B", line)
	}
	b.WriteString("    end\n")
}

// mermaidText makes a label that Mermaid reads as it is: a semicolon would end
// the statement, a hash begin an entity, angle brackets a tag, and "end" by
// itself a block. Percent signs in a row begin a comment or a directive.
func mermaidText(s string) string {
	s = ascii(s)
	s = strings.NewReplacer(
		"<->", " and ", "->", " to ", ";", ",", "#", "no. ", "<", "(", ">", ")", "%%", "% %", "{", "(", "}", ")", "&", "and",
		"end of stream", "EOF",
	).Replace(s)
	words := strings.Split(s, " ")
	for i, w := range words {
		if core := strings.Trim(w, "()[].,:!?'\"-"); strings.EqualFold(core, "end") {
			words[i] = strings.Replace(w, core, "ending", 1)
		}
	}
	s = strings.Join(words, " ")
	if len(s) > mermaidLabel {
		s = s[:mermaidLabel-3] + "..."
	}
	return s
}
