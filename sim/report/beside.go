package report

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Parting is where the runs of two implementations diverge: what Beside marks.
type Parting struct {
	Names   [2]string // of the implementations at A
	Marks   [2]Mark
	State   endpoint.State // of A, before
	After   string         // what it met: "[FIN,ACK]", "timeout"
	Section string         // what the difference is about
}

// Mark is what one run shows where the two diverge.
type Mark struct {
	Step    uint32        // of the trace; 0 for the end of the run
	Segment uint32        // 0 if it is none
	At      time.Duration // if Missing: when it was due
	Missing bool          // the other run shows something, and this one nothing
	Text    string
}

// Columns of one of the two ladders that stand side by side.
//
//	  time  A                                             |
//	0.000s  SYN-SENT     --> [SYN] Seq=0            #1 -->|
const (
	halfWidth  = 58
	halfTime   = 11
	halfState  = halfTime + 2
	halfArrow  = halfState + stateWidth + 1
	halfInfo   = halfArrow + 4
	halfRight  = halfWidth - 3
	besideRows = 6 // lines before the divergence
)

// Beside writes the two ladders side by side, in 120 columns, because it is for
// terminals: the last lines before the runs diverge, and the lines in which they
// do, marked with !!. B has no states of its own here: it is the same peer. What
// it does stands in parentheses behind "B:".
func Beside(w io.Writer, traces [2]*sim.Trace, p Parting) error {
	var b bytes.Buffer
	for i, s := range wrap(p.headline(), 2*halfWidth+3, 2*halfWidth+1) {
		writeIndented(&b, s, i > 0)
	}
	b.WriteByte('\n')
	var before, marked [2][]string
	for side, t := range traces {
		before[side], marked[side] = half(t, &p.Marks[side])
	}
	heads := [2]string{}
	for side := range heads {
		r := newHalf()
		copy(r[halfTime-len("time"):], "time")
		copy(r[halfState:], ascii("A "+p.Names[side]))
		copy(r[halfRight+2:], "B")
		heads[side] = string(r)
	}
	writeRows(&b, heads[:1], heads[1:], false)
	writeRows(&b, before[0], before[1], true)
	writeRows(&b, marked[0], marked[1], false)
	b.WriteByte('\n')
	writeLine(&b, "about   "+ascii(p.Section))
	_, err := w.Write(b.Bytes())
	return err
}

// headline is the divergence in one sentence.
func (p *Parting) headline() string {
	at := p.Marks[0].At
	if p.Marks[0].Missing {
		at = p.Marks[1].At
	}
	s := p.Names[0] + " and " + p.Names[1] + " diverge at t=" + Clock(at)
	if p.After != "" {
		s += ", after " + p.After
	}
	if p.State != endpoint.Closed {
		s += " in " + p.State.String()
	}
	return ascii(s + ": " + p.Names[0] + " shows " + p.Marks[0].words() + ", " + p.Names[1] + " " + p.Marks[1].words())
}

func (m *Mark) words() string {
	if m.Missing {
		return m.Text + " by " + Clock(m.At)
	}
	return m.Text
}

func newHalf() []byte { return bytes.Repeat([]byte{' '}, halfWidth) }

// writeRows writes two columns of rows, aligned at their last one or their
// first.
func writeRows(b *bytes.Buffer, left, right []string, last bool) {
	n := max(len(left), len(right))
	blank := strings.Repeat(" ", halfWidth)
	pad := func(rows []string) []string {
		fill := slices.Repeat([]string{blank}, n-len(rows))
		if last {
			return append(fill, rows...)
		}
		return append(slices.Clone(rows), fill...)
	}
	left, right = pad(left), pad(right)
	for i := range n {
		writeLine(b, left[i]+" | "+right[i])
	}
}

// half paints the last lines before a mark, and those at it.
func half(t *sim.Trace, m *Mark) (before, marked []string) {
	l := newLayout(t)
	p := newPainter(t, l, LadderOptions{})
	end := markLine(t, l, m)
	for i := range l.lines {
		n := &l.lines[i]
		if n.n > end || n.n == end && !m.Missing {
			break
		}
		before = append(before, p.halfLine(n))
	}
	if n := len(before) - besideRows; n > 1 {
		r := newHalf()
		copy(r[halfInfo:], "(... "+count(n, "line")+")")
		before = append([]string{string(r)}, before[n:]...)
	}
	if !m.Missing && end > 0 {
		marked = append(marked, "!!"+p.halfLine(&l.lines[end-1])[2:])
	}
	for k, s := range wrap("("+ascii(m.words())+")", halfWidth-halfArrow, halfWidth-halfArrow) {
		r := newHalf()
		copy(r, "!!")
		if k == 0 {
			clock := Clock(m.At)
			copy(r[max(halfTime-len(clock), 2):], clock)
			copy(r[halfState:], "^^^")
		}
		copy(r[halfArrow:], s)
		marked = append(marked, string(r))
	}
	return before, marked
}

// markLine is the number of the line that a mark is on, or, if something is
// missing, of the last one before it was due.
func markLine(t *sim.Trace, l *layout, m *Mark) int {
	i := eventOf(t, m.Step)
	switch {
	case m.Missing:
		end := 0
		for k := range l.lines {
			if n := &l.lines[k]; n.at <= m.At {
				end = n.n
			}
		}
		return end
	case m.Segment > 0 && int(m.Segment) < len(l.ofSegment) && l.ofSegment[m.Segment] > 0:
		return l.ofSegment[m.Segment]
	case i >= 0:
		return l.ofEvent[i]
	}
	return 0
}

// halfLine paints a line without B's state.
func (p *painter) halfLine(n *line) string {
	for ; p.seen < n.event; p.seen++ {
		p.timers.see(p.t, p.seen)
	}
	r := newHalf()
	clock := Clock(n.at)
	copy(r[max(halfTime-len(clock), 0):], clock)
	if n.segment == 0 {
		p.halfComment(r, n)
	} else {
		p.halfSegment(r, n)
	}
	return string(r)
}

func (p *painter) halfComment(r []byte, n *line) {
	text := "(" + p.eventText(n.event) + ")"
	if n.end == endpoint.A {
		copy(r[halfState:halfArrow-1], p.t.Events[n.event].After.String())
	} else {
		text = "B: " + text
	}
	copy(r[halfInfo:], text)
}

func (p *painter) halfSegment(r []byte, n *line) {
	s := p.t.Segment(n.segment)
	arrow := "-->"
	if s.End == endpoint.B {
		arrow = "<--"
	}
	out, in := "...", "..."
	if n.departs {
		out = arrow
	}
	arrives := n.arrival >= 0 && !p.t.Events[n.arrival].Cause.Deaf
	switch {
	case arrives:
		in = arrow
	case n.arrival >= 0 || s.NCopies == 0:
		in = "XXX"
	}
	left, right := out, in
	if s.End == endpoint.B {
		left, right = in, out
	}
	copy(r[halfArrow:], left)
	copy(r[halfRight:], right)
	switch {
	case s.End == endpoint.A && n.departs:
		copy(r[halfState:halfArrow-1], p.t.Events[n.event].After.String())
	case s.End == endpoint.B && arrives:
		copy(r[halfState:halfArrow-1], p.t.Events[n.arrival].After.String())
	}
	width := halfRight - 1 - halfInfo
	info, _ := p.names.info(s, width)
	copy(r[halfInfo:], info)
	id := "#" + strconv.FormatUint(uint64(s.ID), 10)
	if len(info)+1+len(id) <= width {
		copy(r[halfRight-1-len(id):], id)
	}
}
