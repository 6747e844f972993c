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

// EndAB reads an end: A or B.
func (l *Line) EndAB() endpoint.End { return l.EndOf(l.Next()) }

// EndOf is EndAB for a word, or a part of one, that has been read.
func (l *Line) EndOf(t Token) endpoint.End {
	switch t.Text {
	case "A":
		return endpoint.A
	case "B":
		return endpoint.B
	}
	l.Fail(t, "an end: A or B")
	return 0
}

// Direction reads A->B or B->A, and returns the end that it leaves; both is
// true for A<->B, which is an error unless allowed.
func (l *Line) Direction(allowBoth bool) (from endpoint.End, both bool) {
	t := l.Next()
	switch t.Text {
	case "A->B":
		return endpoint.A, false
	case "B->A":
		return endpoint.B, false
	case "A<->B":
		if allowBoth {
			return endpoint.A, true
		}
	}
	want := "a direction: A->B or B->A"
	if allowBoth {
		want = "a direction: A->B, B->A or A<->B"
	}
	l.Fail(t, want)
	return 0, false
}

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
