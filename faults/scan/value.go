package scan

import (
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
)

// MaxTime is the longest time that a text may name. It is far above what a
// run lasts, and far below where sums of times would overflow.
const MaxTime = 1000 * time.Hour

// Cut splits a word at a place in its text; the second part knows its column.
func (t Token) Cut(at int) (Token, Token) {
	return Token{t.Text[:at], t.Column}, Token{t.Text[at:], t.Column + at}
}

// Uint reads a number between min and max. what names it in the error, with an
// article: "a number of octets".
func (l *Line) Uint(min, max uint64, what string) uint64 {
	return l.UintOf(l.Next(), min, max, what)
}

// UintOf is Uint for a word, or a part of one, that has been read.
func (l *Line) UintOf(t Token, min, max uint64, what string) uint64 {
	n, err := strconv.ParseUint(t.Text, 10, 64)
	if l.err == nil && (err != nil || n < min || n > max) {
		l.Fail(t, what+" "+Range(min, max))
	}
	if l.err != nil {
		return 0
	}
	return n
}

// Range is how errors write what a number may be.
func Range(min, max uint64) string {
	return "from " + strconv.FormatUint(min, 10) + " to " + strconv.FormatUint(max, 10)
}

// Duration reads a time between min and max, written as Go does: 1.5s.
func (l *Line) Duration(min, max time.Duration) time.Duration {
	return l.DurationOf(l.Next(), min, max)
}

// DurationOf is Duration for a word, or a part of one, that has been read.
func (l *Line) DurationOf(t Token, min, max time.Duration) time.Duration {
	d, err := time.ParseDuration(t.Text)
	if l.err == nil && (err != nil || d < min || d > max) {
		l.Fail(t, "a time from "+min.String()+" to "+max.String()+", such as 1.5s")
	}
	if l.err != nil {
		return 0
	}
	return d
}

// Names are what the two ends of a line are called, if not A and B. One that is
// empty is still open: the first word that stands for an end and is not yet a
// name fills it.
type Names [2]string

// Call has the ends of the line called otherwise than A and B. Names that the
// line brings are filled in.
func (l *Line) Call(names *Names) { l.names = names }

// EndAB reads an end: A or B, or what Call says.
func (l *Line) EndAB() endpoint.End { return l.EndOf(l.Next()) }

// EndOf is EndAB for a word, or a part of one, that has been read.
func (l *Line) EndOf(t Token) endpoint.End {
	if l.names != nil {
		return l.named(t)
	}
	switch t.Text {
	case "A":
		return endpoint.A
	case "B":
		return endpoint.B
	}
	l.Fail(t, "an end: A or B")
	return 0
}

// named is EndOf for ends that have names.
func (l *Line) named(t Token) endpoint.End {
	if !IsName(t.Text) {
		l.Fail(t, "the name of a host: letters, digits, '.', '_' and '-'")
		return 0
	}
	for e, name := range l.names {
		if name == "" {
			l.names[e] = t.Text
		}
		if name == "" || name == t.Text {
			return endpoint.End(e)
		}
	}
	l.Fail(t, l.names[0]+" or "+l.names[1]+": a line is about two hosts at most")
	return 0
}

// IsName reports whether a host may be called so: letters, digits, and between
// them '.', '_' and '-'.
func IsName(s string) bool {
	for i := range len(s) {
		c := s[i]
		inner := i > 0 && i < len(s)-1 && (c == '.' || c == '_' || c == '-')
		if !inner && !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			return false
		}
	}
	return s != ""
}

// Direction reads A->B or B->A, and returns the end that it leaves; both is
// true for A<->B, which is an error unless allowed.
func (l *Line) Direction(allowBoth bool) (from endpoint.End, both bool) {
	t := l.Next()
	at, arrow := strings.Index(t.Text, "->"), 2
	if both = at > 0 && t.Text[at-1] == '<'; both {
		at, arrow = at-1, 3
	}
	want := "a direction: A->B or B->A"
	if allowBoth {
		want = "a direction: A->B, B->A or A<->B"
	}
	if at < 0 || both && !allowBoth {
		l.Fail(t, want)
		return 0, false
	}
	left, right := t.Cut(at)
	_, right = right.Cut(arrow)
	if l.names == nil && (both && t.Text != "A<->B" || left.Text == right.Text || !end(left.Text) || !end(right.Text)) {
		l.Fail(t, want)
		return 0, false
	}
	from = l.EndOf(left)
	if l.EndOf(right) == from {
		l.Fail(right, "another host than "+left.Text)
	}
	return from, both
}

func end(s string) bool { return s == "A" || s == "B" }

// Kind reads a kind of segment.
func (l *Line) Kind() endpoint.Kind {
	t := l.Next()
	k, ok := endpoint.ParseKind(t.Text)
	if !ok {
		l.Fail(t, "a kind of segment: "+kindList)
	}
	return k
}

// State reads a state.
func (l *Line) State() endpoint.State {
	t := l.Next()
	s, ok := endpoint.ParseState(t.Text)
	if !ok {
		l.Fail(t, "a state: "+stateList)
	}
	return s
}

var (
	kindList  = list(endpoint.NumKinds, func(i int) string { return endpoint.Kind(i).String() })
	stateList = list(endpoint.NumStates, func(i int) string { return endpoint.State(i).String() })
)

func list(n int, name func(int) string) string {
	names := make([]string, n)
	for i := range names {
		names[i] = name(i)
	}
	return List(names)
}

// List joins alternatives as a sentence does: "a, b or c".
func List(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Ordinals reads #n, #n-m or #n-, if the next word is one of them. No ordinal
// at all is 0, 0; an open end is last 0.
func (l *Line) Ordinals() (first, last uint32) {
	t := l.Peek()
	if !strings.HasPrefix(t.Text, "#") {
		return 0, 0
	}
	l.Next()
	_, t = t.Cut(1)
	low, high := t, t
	if dash := strings.IndexByte(t.Text, '-'); dash >= 0 {
		low, high = t.Cut(dash)
		_, high = high.Cut(1)
	}
	first = uint32(l.UintOf(low, 1, maxOrdinal, "an ordinal"))
	if high.Text == "" {
		return first, 0
	}
	return first, uint32(l.UintOf(high, uint64(first), maxOrdinal, "an ordinal"))
}

// Ordinal reads #n, if the next word begins like one; 0 if not.
func (l *Line) Ordinal() uint32 {
	t := l.Peek()
	if !strings.HasPrefix(t.Text, "#") {
		return 0
	}
	l.Next()
	_, t = t.Cut(1)
	return uint32(l.UintOf(t, 1, maxOrdinal, "an ordinal"))
}

const maxOrdinal = 1<<32 - 1
