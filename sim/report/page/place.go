package page

import (
	"math/bits"
	"strconv"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// Columns of a ladder, in pixels: number and time, A's state, the lane between
// the two lifelines, B's state.
//
//  1. 0.000s  CLOSED  |  (passive OPEN)            |  LISTEN
//     ^stateA ^lifeA                       ^lifeB
const (
	timeEnd    = 112
	stateA     = 120
	stateWidth = 104
	lifeA      = stateA + stateWidth + 8
	lane       = 436
	lifeB      = lifeA + lane
	stateB     = lifeB + 8
	ladderEnd  = stateB + stateWidth + 4
	inset      = 12 // of text from a lifeline
)

// How much text fits where.
var (
	laneColumns   = columnsIn(lane - 2*inset)
	labelColumns  = laneColumns - len(" #12345")
	breachColumns = columnsIn(ladderEnd - stateA - 48)
)

// headHeight is the room for what stands above the first line.
const headHeight = 44

// labelGap is the least distance of two states in one column.
const labelGap = 16

// ladder is where everything of a ladder stands. Time runs down the page, and
// never back: what happens later stands lower, but idle time takes no more room
// than it needs (gap).
type ladder struct {
	t *sim.Trace
	s *report.Story

	rows   []row      // by line
	event  []int      // y of each event, by index; 0 if not placed yet
	depart []int      // y of each segment's departure, by id
	spans  [2][]span  // states
	late   []lateTime // arrivals that share a line: their times
	breach [2]int     // y from and to, if a rule was broken
	texts  []string   // of the breach
	height int
	left   int    // x at which the picture begins: where numbers and times do
	shared []bool // by index of the event: it arrives on its departure's line
	bad    int    // index of the event behind which the breach stands, -1: the end

	y        int // what is above is taken
	now      time.Duration
	stateY   [2]int // where the last state of each end is written
	timeY    int    // and the last time
	timeSaid string
}

// row is a line of a ladder.
type row struct {
	top, end int      // what belongs to it
	point    int      // where it touches the lifeline
	base     int      // of its first line of text
	text     []string // what it says, and its notes
}

// span is a state in which an end is from one y to another.
type span struct {
	state    endpoint.State
	from, to int
}

type lateTime struct {
	y    int
	text string
}

// newLadder places a run.
func newLadder(t *sim.Trace) *ladder {
	l := &ladder{
		t: t, s: report.Tell(t, labelColumns),
		event: make([]int, len(t.Events)), depart: make([]int, len(t.Segments)+1),
		shared: make([]bool, len(t.Events)),
		y:      headHeight, bad: -1,
	}
	l.rows = make([]row, len(l.s.Lines))
	for i := range l.s.Lines {
		if n := &l.s.Lines[i]; n.Departs && n.Arrival >= 0 {
			l.shared[n.Arrival] = true
		}
	}
	if l.s.Breach != "" && l.s.At > 0 {
		l.bad = int(l.lastEvent(l.s.At - 1))
	}
	for e := range l.spans {
		l.spans[e] = []span{{initial(t, endpoint.End(e)), headHeight - 18, 0}}
		l.stateY[e] = headHeight - 6
	}
	l.timeY = headHeight - 6
	l.placeAll()
	last := strconv.Itoa(len(l.rows)) + ". " + report.Clock(l.now)
	l.left = timeEnd - 12 - textWidth(last)
	return l
}

// lastEvent is the index of the event that ends a line: what arrives on it, or
// what it shows.
func (l *ladder) lastEvent(i int) int {
	n := &l.s.Lines[i]
	v := l.t.Violation.Step
	if n.Arrival >= 0 && l.t.Events[n.Arrival].N == v {
		return n.Arrival
	}
	return n.Event
}

// initial is the state in which an end began.
func initial(t *sim.Trace, e endpoint.End) endpoint.State {
	for i := range t.Events {
		if t.Events[i].End == e {
			return t.Events[i].Before
		}
	}
	return t.Final[e]
}

// placeAll places everything in the order in which it happened. That is the
// order of the lines, with the arrivals between them that have no line of their
// own.
func (l *ladder) placeAll() {
	seen := 0
	for i := range l.s.Lines {
		for ; seen <= l.s.Lines[i].Event; seen++ {
			l.placeShared(seen, report.Clock(l.s.Lines[i].At))
		}
		l.placeLine(i)
		if l.bad >= 0 && i == l.s.At-1 && !l.shared[l.bad] {
			l.placeBreach(l.rows[i].top)
		}
	}
	for ; seen < len(l.t.Events); seen++ {
		l.placeShared(seen, "")
	}
	if l.s.Breach != "" && l.breach[1] == 0 {
		l.placeBreach(l.y)
	}
	l.height = l.y + 12
	for e := range l.spans {
		last := len(l.spans[e]) - 1
		l.spans[e][last].to = l.height - 6
	}
	for i := range l.rows { // what shares no line belongs to the line above
		l.rows[i].end = l.height - 6
		if i+1 < len(l.rows) {
			l.rows[i].end = l.rows[i+1].top
		}
	}
}

// gap is the room that a time takes, on top of what is written there: about the
// logarithm of it, so that 10 ms are seen, and 4 minutes do not stretch the page.
func gap(d time.Duration) int {
	return bits.Len64(uint64(max(0, d)/time.Microsecond)) * 3 / 2
}

// pass lets the time pass up to at.
func (l *ladder) pass(at time.Duration) {
	l.y += gap(at - l.now)
	l.now = max(at, l.now)
}

// placeShared places an arrival that shares the line of its departure. Its time
// is written if the next line does not say the same.
func (l *ladder) placeShared(i int, next string) {
	if !l.shared[i] {
		return
	}
	e := &l.t.Events[i]
	l.pass(e.At)
	y := l.enter(e, l.y)
	l.event[i] = y
	l.y = y + 6
	if c := report.Clock(e.At); c != l.timeSaid && c != next && y+4-l.timeY >= lineHeight-1 {
		l.late = append(l.late, lateTime{y + 4, c})
		l.timeSaid, l.timeY = c, y+4
	}
	if i == l.bad {
		l.placeBreach(y - 12)
	}
}

// enter notes the state that an event leads to, and returns the y, at or below
// the one that is wanted, at which there is room for it.
func (l *ladder) enter(e *sim.Event, y int) int {
	if e.Before == e.After {
		return y
	}
	y = max(y, l.stateY[e.End]+labelGap)
	spans := l.spans[e.End]
	spans[len(spans)-1].to = y - 8
	l.spans[e.End] = append(spans, span{e.After, y - 8, 0})
	l.stateY[e.End] = y
	return y
}

// placeLine places a line: what is to be read, and where it touches a lifeline.
// Above a departure, and below an arrival, because there no arrow of its own
// crosses it.
func (l *ladder) placeLine(i int) {
	n, r := &l.s.Lines[i], &l.rows[i]
	e := &l.t.Events[n.Event]
	r.top = l.y
	l.pass(n.At)
	r.text = l.lineText(n)
	height := lineHeight * len(r.text)
	first := l.event[n.Event] == 0 // nothing has shown the event yet
	above := 0                     // from the top of the text to the point
	switch {
	case n.Departs:
		above = height + 3
	case n.Segment == 0:
		above = 8
	default:
		above = 0
	}
	r.point = l.y + above
	if first {
		r.point = l.enter(e, r.point)
		l.event[n.Event] = r.point
	}
	top := r.point - above
	switch {
	case n.Departs:
		r.base, l.y = top+12, r.point+4
		l.depart[n.Segment] = r.point
		if l.t.Segment(n.Segment).NCopies == 0 {
			l.y += 14 // the arrow ends in mid-air
		}
	case n.Segment == 0:
		r.base, l.y = top+12, top+height+2
	default:
		r.base, l.y = r.point+14, r.point+height+4
	}
	l.timeY, l.timeSaid = r.base, report.Clock(n.At)
}

// lineText is what a line says, broken into lines.
func (l *ladder) lineText(n *report.Line) []string {
	if n.Segment == 0 {
		return wrapped("("+n.Text+")", laneColumns)
	}
	lines := []string{n.Text}
	for _, note := range n.Notes {
		note = "(" + note + ")"
		last := len(lines) - 1
		if last > 0 && len(lines[last])+1+len(note) <= laneColumns {
			lines[last] += " " + note
			continue
		}
		lines = append(lines, wrapped(note, laneColumns)...)
	}
	return lines
}

// placeBreach places the band of the violation, from a y on.
func (l *ladder) placeBreach(from int) {
	l.texts = wrapped(l.s.Breach, breachColumns)
	l.breach[0] = from
	l.y += lineHeight*len(l.texts) + 8
	l.breach[1] = l.y
	l.y += 4
}
