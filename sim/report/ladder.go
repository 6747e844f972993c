package report

import (
	"bytes"
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// LadderOptions are the choices of a ladder. The zero value is the default.
type LadderOptions struct {
	_ struct{} // no positional literals: fields will be added

	Absolute bool // sequence numbers as they are, not relative to the initial ones
	All      bool // every line, however many

	// Replay is the command that the last line shows. "" is ReplayCommand;
	// NoReplay leaves the line out.
	Replay   string
	NoReplay bool
	// More says where the lines are that a long ladder leaves out. "" is "see
	// files": in the folder of the counterexample.
	More string

	Why *sim.Why // what the failure needs, if that was found out

	Program *Program // whose calls it made, if that is known
}

// A ladder that is longer than this is cut: its first lines, its last lines,
// and what surrounds the violation are shown.
const (
	longLadder = 60
	headLines  = 20
	tailLines  = 30
)

// columns is the width of a ladder.
const columns = 80

// Ladder writes the run as a ladder diagram, 80 columns of ASCII. The first
// three lines name the violation, the last three the rule and the command that
// replays the run; grep '^!!' finds the line of the violation.
func Ladder(w io.Writer, t *sim.Trace, o LadderOptions) error {
	l := newLayout(t)
	p := newPainter(t, l, o)
	var b bytes.Buffer
	for _, s := range wrap(headline(t, l), columns, columns-2) {
		writeIndented(&b, s, b.Len() > 0)
	}
	start := b.Len()
	for _, s := range wrap(summary(t, o), columns, columns-2) {
		writeIndented(&b, s, b.Len() > start)
	}
	b.WriteByte('\n')
	blocks := p.blocks()
	if len(blocks) > 0 {
		writeLine(&b, p.columnHeads())
	}
	if !o.All {
		blocks = elide(blocks, p.comment(), cmp.Or(o.More, "see files"))
	}
	for _, block := range blocks {
		for _, s := range block.text {
			writeLine(&b, s)
		}
	}
	writeEnd(&b, t, l, &o)
	_, err := w.Write(b.Bytes())
	return err
}

// writeEnd writes what the failure needs, the rule that was broken, and how to
// see it again.
func writeEnd(b *bytes.Buffer, t *sim.Trace, l *layout, o *LadderOptions) {
	if !t.Violation.Found() && o.NoReplay {
		return
	}
	b.WriteByte('\n')
	if o.Why != nil && o.Why.Known() {
		writeWhy(b, whyText(t, l, o.Why))
	}
	if t.Violation.Found() {
		for i, s := range wrap(ascii(t.Violation.Rule.Section), columns-8, columns-8) {
			writeLine(b, [2]string{"rule    ", "        "}[min(i, 1)]+s)
		}
	}
	if !o.NoReplay {
		writeLine(b, "replay  "+cmp.Or(o.Replay, ReplayCommand(t)))
	}
}

func writeIndented(b *bytes.Buffer, s string, indent bool) {
	if indent {
		s = "  " + s
	}
	writeLine(b, s)
}

func writeLine(b *bytes.Buffer, s string) {
	b.WriteString(strings.TrimRight(s, " "))
	b.WriteByte('\n')
}

// headline is the whole story in one sentence.
func headline(t *sim.Trace, l *layout) string {
	if v := &t.Violation; v.Found() {
		where := "the end"
		if n := l.violationLine(t); n > 0 {
			where = "line " + strconv.Itoa(n)
		}
		return ascii(v.Rule.Name + " at " + where + ", t=" + Clock(v.At) + ": " + v.Text)
	}
	how := t.Outcome.String()
	if t.Outcome == sim.Quiet {
		how = "legal"
	}
	return how + ": A " + t.Final[endpoint.A].String() + ", B " + t.Final[endpoint.B].String() +
		" after " + Span(duration(t).Truncate(time.Millisecond)) + ", " + count(len(t.Events), "step") + ", " + count(len(t.Segments), "segment")
}

// summary is the second line: how much of what, and what the numbers mean.
func summary(t *sim.Trace, o LadderOptions) string {
	s := count(len(t.Scenario.Fault), "fault") + ", " + count(len(t.Segments), "segment") + ". "
	iss := ""
	for e := endpoint.A; e <= endpoint.B; e++ {
		if n, ok := firstISS(t, e); ok {
			iss += " " + e.String() + "=" + strconv.FormatUint(uint64(n), 10)
		}
	}
	switch {
	case o.Absolute && iss == "":
		return s + "Seq/Ack absolute"
	case o.Absolute:
		return s + "Seq/Ack absolute, ISS" + iss
	case iss == "":
		return strings.TrimSuffix(s, ". ")
	}
	return s + "Seq/Ack relative to ISS" + iss
}

// firstISS is the initial sequence number with which an end first sent.
func firstISS(t *sim.Trace, e endpoint.End) (endpoint.Seq, bool) {
	for i := range t.Segments {
		s := &t.Segments[i]
		if s.End == e && !s.Injected && (s.ISS != 0 || s.Flags.Has(endpoint.SYN)) {
			return s.ISS, true
		}
	}
	return 0, false
}

func count(n int, what string) string {
	s := strconv.Itoa(n) + " " + what
	if n != 1 {
		s += "s"
	}
	return s
}

// block is a numbered line as it is printed: with the comment lines below it,
// and the violation if that belongs to it.
type block struct {
	text []string
	bad  bool // the violation is in it
}

// elide cuts the middle out of a long ladder, but never the violation.
func elide(blocks []block, indent int, more string) []block {
	total := 0
	for i := range blocks {
		total += len(blocks[i].text)
	}
	if total <= longLadder {
		return blocks
	}
	head, tail := 0, len(blocks)
	for n := 0; n < headLines; head++ {
		n += len(blocks[head].text)
	}
	for n := 0; n < tailLines; n += len(blocks[tail].text) {
		tail--
	}
	tail = max(tail, head)
	bad := head
	for bad < tail && !blocks[bad].bad {
		bad++
	}
	kept := append([]block(nil), blocks[:head]...)
	if bad < tail {
		from, to := max(head, bad-4), min(tail, bad+3)
		kept = append(kept, left(blocks[head:from], indent, more)...)
		kept = append(kept, blocks[from:to]...)
		head = to
	}
	kept = append(kept, left(blocks[head:tail], indent, more)...)
	return append(kept, blocks[tail:]...)
}

// left is the line that stands for blocks that are left out.
func left(blocks []block, indent int, more string) []block {
	n := 0
	for i := range blocks {
		n += len(blocks[i].text)
	}
	if n == 0 {
		return nil
	}
	text := strings.Repeat(" ", indent) + "(... " + count(n, "line") + ", " + more + ")"
	return []block{{text: []string{text}}}
}
