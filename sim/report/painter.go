package report

import (
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Columns of a ladder: counted from the right edge where they can be, because
// numbers and times take the room that they need at the left.
//
//	      time  A                                                      B
//	1.  0.000s  CLOSED           (passive OPEN)                        LISTEN
//	2.  0.000s  SYN-SENT     --> [SYN] Seq=0                       --> SYN-RECEIVED
//	            |            |   |                                 |   |
//	           left       left+13                          rightArrow right
const (
	stateWidth = 12 // SYN-RECEIVED
	right      = columns - stateWidth
	rightArrow = right - 4
	leastTime  = 11 // number and time, at least
)

// painter writes the lines of a layout.
type painter struct {
	t      *sim.Trace
	l      *layout
	o      LadderOptions
	timers timers
	names  namer
	seen   int // events that timers has seen

	digits int // of the line numbers
	time   int // column behind the time
	left   int // column of A's state
}

func newPainter(t *sim.Trace, l *layout, o LadderOptions) *painter {
	p := &painter{t: t, l: l, o: o, timers: timers{prev: [2]int{-1, -1}}}
	p.names = newNamer(t, o.Absolute)
	p.digits = max(2, len(strconv.Itoa(len(l.lines))))
	p.time = max(leastTime, p.digits+2+len(Clock(max(duration(t), t.Violation.At))))
	p.left = p.time + 2
	return p
}

// comment is the column of comments, and of what a segment says.
func (p *painter) comment() int { return p.left + stateWidth + 5 }

// row is a line under construction.
type row [columns]byte

func newRow() *row {
	r := new(row)
	for i := range r {
		r[i] = ' '
	}
	return r
}

func (r *row) put(column int, s string) { copy(r[column:], s) }

func (r *row) String() string { return string(r[:]) }

func (p *painter) columnHeads() string {
	r := newRow()
	r.put(p.time-len("time"), "time")
	r.put(p.left, p.o.Program.head(0))
	r.put(right, p.o.Program.head(1))
	return r.String()
}

// blocks paints all lines.
func (p *painter) blocks() []block {
	bs := make([]block, 0, len(p.l.lines))
	for i := range p.l.lines {
		n := &p.l.lines[i]
		for ; p.seen < n.event; p.seen++ {
			p.timers.see(p.t, p.seen)
		}
		r := newRow()
		number := strconv.Itoa(n.n)
		r.put(p.digits-len(number), number+".")
		p.putTime(r, Clock(n.at))
		if n.segment == 0 {
			bs = append(bs, block{text: p.commentLine(r, n)})
		} else {
			bs = append(bs, block{text: p.segmentLine(r, n)})
		}
	}
	return p.addViolation(bs)
}

func (p *painter) putTime(r *row, s string) { r.put(p.time-len(s), s) }

// putState writes a state on the side of an end.
func (p *painter) putState(r *row, e endpoint.End, s string) {
	if e == endpoint.A {
		r.put(p.left, s)
	} else {
		r.put(right, s)
	}
}

// putArrow writes an arrow, or what stands for one, on the side of an end.
func (p *painter) putArrow(r *row, e endpoint.End, s string) {
	if e == endpoint.A {
		r.put(p.left+stateWidth+1, s)
	} else {
		r.put(rightArrow, s)
	}
}

// commentLine paints a call, a timer or a fault.
func (p *painter) commentLine(r *row, n *line) []string {
	e := &p.t.Events[n.event]
	p.putState(r, n.end, e.After.String())
	first := columns - p.comment()
	if n.n == 1 {
		p.putState(r, n.end.Peer(), initial(p.t, n.end.Peer()).String())
	}
	if n.end == endpoint.B || n.n == 1 {
		first = right - 1 - p.comment()
	}
	return p.comments(r, wrap("("+p.eventText(n.event)+")", first, columns-p.comment()))
}

// comments puts the first line of a text into a row, and the others below it.
func (p *painter) comments(r *row, text []string) []string {
	r.put(p.comment(), text[0])
	out := []string{r.String()}
	for _, s := range text[1:] {
		r := newRow()
		r.put(p.comment(), s)
		out = append(out, r.String())
	}
	return out
}

// eventText says what happened in a step that is no arrival.
func (p *painter) eventText(i int) string {
	e := &p.t.Events[i]
	switch e.Cause.Kind {
	case sim.Call:
		return callText(&e.Cause) + p.o.Program.said(i)
	case sim.Timeout:
		return p.timers.text(p.t, i)
	case sim.Fault:
		return numbered(e.Cause.Fault, FaultText(p.t, e.Cause.Fault))
	}
	return "arrival"
}

// initial is the state in which an end began.
func initial(t *sim.Trace, e endpoint.End) endpoint.State {
	for i := range t.Events {
		if t.Events[i].End == e {
			return t.Events[i].Before
		}
	}
	return endpoint.Closed
}

// segmentLine paints a departure, an arrival, or both.
func (p *painter) segmentLine(r *row, n *line) []string {
	s := p.t.Segment(n.segment)
	from, to := s.End, s.End.Peer()
	arrow := "-->"
	if from == endpoint.B {
		arrow = "<--"
	}
	notes := p.notes(n, s)
	if n.departs {
		p.putState(r, from, p.t.Events[n.event].After.String())
		p.putArrow(r, from, arrow)
	} else {
		p.putArrow(r, from, "...")
	}
	switch {
	case n.arrival >= 0:
		e := &p.t.Events[n.arrival]
		if e.Cause.Deaf {
			arrow = "XXX"
		} else {
			p.putState(r, to, e.After.String())
		}
		p.putArrow(r, to, arrow)
	case s.NCopies == 0:
		p.putArrow(r, to, "XXX")
	default:
		p.putArrow(r, to, "...")
	}
	return p.below(r, append(p.putInfo(r, n, s), notes...))
}

// notes says what is to be known about a segment on a line.
func (p *painter) notes(n *line, s *sim.SegmentRecord) []string {
	var notes []string
	switch {
	case n.departs:
		notes = p.departureNotes(s)
	case s.Injected:
		notes = fateNotes(p.t, s)
	}
	if n.arrival >= 0 {
		notes = append(notes, arrivalNotes(&p.t.Events[n.arrival])...)
	}
	return notes
}

// putInfo writes what the segment says, and its number if there is room or
// something points at it. It returns what there was no room for; an arrival
// need not repeat all of the departure.
func (p *painter) putInfo(r *row, n *line, s *sim.SegmentRecord) []string {
	id := "#" + strconv.FormatUint(uint64(s.ID), 10)
	width := rightArrow - 1 - p.comment()
	short := width - 1 - len(id)
	if p.referred(s) {
		width = short
	}
	info, rest := p.names.info(s, width)
	r.put(p.comment(), info)
	if len(info) <= short {
		r.put(rightArrow-1-len(id), id)
	}
	if rest == "" || !n.departs && !s.Injected {
		return nil
	}
	return []string{rest}
}

// referred reports whether something in the ladder points at a segment: that it
// arrives on a line of its own, or is sent again.
func (p *painter) referred(s *sim.SegmentRecord) bool {
	a := p.l.arrivals[s.ID]
	return len(a) > 1 || len(a) == 1 && !p.l.shared[a[0]] || p.names.repeated[s.ID]
}

// departureNotes says what is to be known about a segment that leaves.
func (p *painter) departureNotes(s *sim.SegmentRecord) []string {
	var notes []string
	if n := p.names.newISS(s); n != "" {
		notes = append(notes, n)
	}
	if s.Of != 0 {
		notes = append(notes, "retransmit of #"+strconv.FormatUint(uint64(s.Of), 10))
	}
	if s.Malformed {
		notes = append(notes, "malformed")
	}
	return append(notes, fateNotes(p.t, s)...)
}

// below puts notes in parentheses under a row, as many on a line as fit.
func (p *painter) below(r *row, notes []string) []string {
	out := []string{r.String()}
	width := columns - p.comment()
	var lines []string
	for _, n := range notes {
		n = "(" + ascii(n) + ")"
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(n) <= width {
			lines[last] += " " + n
			continue
		}
		lines = append(lines, wrap(n, width, width)...)
	}
	for _, s := range lines {
		r := newRow()
		r.put(p.comment(), s)
		out = append(out, r.String())
	}
	return out
}

// breach is the rule that was broken, and the two figures that disagree.
func breach(v *sim.Violation) string {
	if v.Got != "" || v.Want != "" {
		return v.Rule.Name + ": got " + v.Got + ", want " + v.Want
	}
	return v.Rule.Name + ": " + v.Text
}

// addViolation puts the violation below the line that it belongs to, or at the
// end.
func (p *painter) addViolation(bs []block) []block {
	v := &p.t.Violation
	if !v.Found() {
		return bs
	}
	i := p.l.violationLine(p.t) - 1
	if i < 0 {
		bs = append(bs, block{})
		i = len(bs) - 1
	}
	text := breach(v)
	column, width := p.left+stateWidth+1, columns
	if v.End == endpoint.B {
		width = right - 1
	}
	width -= column
	for k, s := range wrap("("+ascii(text)+")", width, width) {
		r := newRow()
		r.put(0, "!!")
		if k == 0 {
			p.putTime(r, Clock(v.At))
			p.putState(r, v.End, "^^^")
		}
		r.put(column, s)
		bs[i].text = append(bs[i].text, r.String())
	}
	bs[i].bad = true
	return bs
}
