package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/wireonly"
)

// Line is one segment, as a report shows it.
type Line struct {
	Left     uint64 // segments that are left out before it
	Frame    uint64
	At       int64 // ns since 1970
	End      endpoint.End
	Flags    endpoint.Flags
	Seq, Ack int64 // counted from the ISS of the end that they belong to
	Window   int64 // in octets, scaled where that is known
	Text     int
	States   wireonly.StateSet // what the sender can be in then; 0: not told
	Note     string            // why it was not judged in full, "" if it was

	options  [endpoint.MaxOptions]byte
	nOptions uint8
}

// Options are those of the segment.
func (l *Line) Options() endpoint.Options { return l.options[:l.nOptions] }

func lineOf(s *capture.Segment, e endpoint.End) Line {
	l := Line{Frame: s.Frame, At: s.At, End: e, Flags: s.Flags, Text: s.Length}
	l.nOptions = uint8(copy(l.options[:], s.Options))
	return l
}

// Keep says how many lines of a connection are kept: its first ones, its latest
// ones, and so many before a finding; and how many of all connections.
type Keep struct{ Head, Tail, Total int }

// after is how many lines are kept behind a finding, and maxPins how many
// findings are given so much room.
const (
	after   = 3
	maxPins = 4
)

// lines are the lines of a connection that are kept.
type lines struct {
	kept []Line
	tail []Line // a ring: the latest ones
	next int
	left uint64 // lines that have dropped out of it
	pins int
	more int // so many more are kept
}

// add adds a line. pin keeps it, and those around it.
func (l *lines) add(k *Keep, line Line, pin bool) {
	if pin && l.pins < maxPins {
		l.pins++
		l.flush(k)
		l.more = after + 1
	}
	switch {
	case k.Total > 0 && (l.more > 0 || len(l.kept) < k.Head && l.left == 0 && len(l.tail) == 0):
		l.more = max(0, l.more-1)
		k.Total--
		line.Left, l.left = l.left, 0
		l.kept = append(l.kept, line)
	case len(l.tail) < k.Tail:
		l.tail = append(l.tail, line)
	case k.Tail == 0:
		l.left++
	default:
		l.tail[l.next] = line
		l.next = (l.next + 1) % k.Tail
		l.left++
	}
}

// flush keeps what is in the ring.
func (l *lines) flush(k *Keep) {
	if len(l.tail) == 0 || k.Total < len(l.tail) {
		return
	}
	k.Total -= len(l.tail)
	l.kept = l.all()
	l.tail, l.next, l.left = l.tail[:0], 0, 0
}

// all are the kept lines and the latest ones, in order.
func (l *lines) all() []Line {
	n := len(l.kept)
	list := append(append(l.kept, l.tail[l.next:]...), l.tail[:l.next]...)
	if n < len(list) {
		list[n].Left = l.left
	}
	return list
}

// clear forgets all lines.
func (l *lines) clear(k *Keep) {
	k.Total += len(l.kept)
	*l = lines{kept: l.kept[:0], tail: l.tail[:0]}
	if cap(l.kept) > 1024 {
		l.kept = nil
	}
}
