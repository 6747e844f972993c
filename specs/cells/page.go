package cells

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"example.org/halfopen/endpoint"
)

// WritePage writes all cells as a page of Markdown: a table of states and events
// for each topic, then every event with its answers and their sections, and what
// was decided where RFC 9293 is unclear.
func WritePage(w io.Writer) error {
	t := load()
	var b strings.Builder
	fmt.Fprintf(&b, pageHead, len(t.cells), len(t.events), len(t.states), len(Places()))
	for i, e := range t.events {
		if i == 0 || t.events[i-1].Topic != e.Topic {
			fmt.Fprintf(&b, "\n## %s\n\n| event |", e.Topic)
			for _, s := range t.states {
				fmt.Fprintf(&b, " %s |", abbreviation(s.Name))
			}
			b.WriteString("\n|---|" + strings.Repeat("---|", len(t.states)) + "\n")
		}
		fmt.Fprintf(&b, "| [%s](#%s) |", e.Name, anchor(e.Name))
		for _, s := range t.states {
			fmt.Fprintf(&b, " %s |", t.code(e, s))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## The answers\n")
	for _, e := range t.events {
		e.write(&b)
	}
	b.WriteString("\n## Where RFC 9293 is unclear\n\n| | what was decided, and why |\n|---|---|\n")
	for _, d := range t.decisions {
		fmt.Fprintf(&b, "| <a name=\"%s\"></a>%s | %s |\n", d.Name, strings.ReplaceAll(d.Name, "-", " "), escape(d.Text))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const pageHead = `# RFC 9293 3.10, cell by cell

%d cells: %d events in the 11 states; SYN-RECEIVED is two of the %d columns, for who was opened passively goes
back to LISTEN. Each is put at %d places of the sequence space. The text is in table/*.txt; this page is made of it
(` + "`HALFOPEN_UPDATE=1 go test ./specs/cells`" + `).

In the tables: the state that follows, or **·** for the same. **A** an ACK ` + "`<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`" + `,
**a** one that covers what arrived, **d** the same within half a second, **R** ` + "`<SEQ=SEG.ACK><CTL=RST>`" + `, **r**
` + "`<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`" + `, **x** the RST of an ABORT, **S** SYN, **SA** SYN,ACK, **F** FIN,ACK, **T** text.
**!** the user is told of an error, **+10** octets are delivered, **$** and the end of the stream. **\*** means that
another answer is right as well, or that it depends on the stack's profile. Of a stack that follows RFC 5961.

CL CLOSED, LI LISTEN, SS SYN-SENT, SRp and SRa SYN-RECEIVED (passive, active), ES ESTABLISHED, F1 and F2 FIN-WAIT-1 and 2,
CW CLOSE-WAIT, CG CLOSING, LA LAST-ACK, TW TIME-WAIT. In ESTABLISHED, FIN-WAIT-1, CLOSE-WAIT, CLOSING and LAST-ACK ten
octets are not acknowledged.
`

var short = map[string]string{
	"CLOSED": "CL", "LISTEN": "LI", "SYN-SENT": "SS", "SYN-RECEIVED/passive": "SRp", "SYN-RECEIVED/active": "SRa",
	"SYN-RECEIVED": "SR", "ESTABLISHED": "ES", "FIN-WAIT-1": "F1", "FIN-WAIT-2": "F2", "CLOSE-WAIT": "CW",
	"CLOSING": "CG", "LAST-ACK": "LA", "TIME-WAIT": "TW",
}

func abbreviation(state string) string { return short[state] }

// anchor is what a Markdown page calls a heading.
func anchor(heading string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}
	return strings.Map(keep, strings.ToLower(heading))
}

func escape(text string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", "|", "\\|").Replace(text)
}

// code is a cell in a few letters; "" if there is none.
func (t *table) code(e *Event, s *State) string {
	at := slices.IndexFunc(t.cells, func(c Cell) bool { return c.Event == e && c.State == s })
	if at < 0 {
		return ""
	}
	p := endpoint.Profile{RFC5961: true, ACKRange: true}
	c := &t.cells[at]
	first := c.Answers[slices.IndexFunc(c.Answers, func(a Answer) bool { return a.holds(&p) })]
	code := "·"
	if !first.stays {
		code = "**" + abbreviation(first.to.String()) + "**"
	}
	for i := range first.segments {
		code += " " + first.segments[i].code(first.within)
	}
	if first.delivers > 0 {
		code += fmt.Sprintf(" +%d", first.delivers)
	}
	if first.eof {
		code += " $"
	}
	if first.tells != 0 {
		code += " !"
	}
	if len(c.Answers) > 1 {
		code += " \\*"
	}
	return code
}

// code is a segment in a letter or two.
func (f *Form) code(within bool) string {
	switch segment := (&endpoint.Segment{Flags: f.Flags, Text: make([]byte, f.Text)}).Kind(); {
	case segment == endpoint.KindSYN:
		return "S"
	case segment == endpoint.KindSYNACK:
		return "SA"
	case segment == endpoint.KindFIN:
		return "F"
	case segment == endpoint.KindDATA:
		return "T"
	case segment == endpoint.KindRST && f.ack != nil:
		return "r"
	case segment == endpoint.KindRST && f.seq[0].name == "SEG.ACK":
		return "R"
	case segment == endpoint.KindRST:
		return "x"
	case within:
		return "d"
	case len(f.ack) == 1 && f.ack[0].name == "RCV.NXT":
		return "A"
	}
	return "a"
}

// write writes an event and its answers.
func (e *Event) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n", e.Name)
	for _, line := range e.what {
		fmt.Fprintf(b, "    %s\n", line)
	}
	b.WriteString("\n| state | answer | RFC 9293 | unclear |\n|---|---|---|---|\n")
	for _, r := range e.rows {
		decision := ""
		if r.decision != "" {
			decision = fmt.Sprintf("[%s](#%s)", strings.ReplaceAll(r.decision, "-", " "), r.decision)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", r.states, escape(r.answer), r.section, decision)
	}
}
