package scan

import (
	"slices"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	for _, test := range []struct {
		text string
		want []Token
	}{
		{"", nil},
		{" \t\r", nil},
		{"drop A  SYN,ACK #1-3", []Token{{"drop", 1}, {"A", 6}, {"SYN,ACK", 9}, {"#1-3", 17}}},
		{"SYN#1#2", []Token{{"SYN", 1}, {"#1", 4}, {"#2", 6}}},
		{"SYN #", []Token{{"SYN", 1}}},
		{"SYN # 1", []Token{{"SYN", 1}}},
		{"#1 SYN", nil},
		{"  #1 SYN", nil},
		{"A:open;a=1", []Token{{"A", 1}, {":", 2}, {"open", 3}, {";", 7}, {"a", 8}, {"=", 9}, {"1", 10}}},
		{"rcv.nxt+100 A<->B", []Token{{"rcv.nxt+100", 1}, {"A<->B", 13}}},
	} {
		var got []Token
		l := New("", 1, test.text)
		for l.Peek().Text != "" {
			got = append(got, l.Next())
		}
		if !slices.Equal(got, test.want) || l.Err() != nil {
			t.Errorf("%q: %v, %v", test.text, got, l.Err())
		}
		if end := l.Next(); end.Text != "" || end.Column < 1 || end.Column > len(test.text)+1 {
			t.Errorf("%q ends at %+v", test.text, end)
		}
	}
}

// TestFirstErrorStays: from then on nothing is read.
func TestFirstErrorStays(t *testing.T) {
	l := New("f", 7, "one two")
	l.Must("two")
	l.Must("three")
	if l.Next().Text != "" || l.Uint(1, 2, "a number") != 0 || l.Duration(1, 2) != 0 || l.Is("one") {
		t.Errorf("a line with an error is read on")
	}
	l.End()
	if got := l.Err().Error(); got != `f:7:1: found "one", want "two"` {
		t.Errorf("got %s", got)
	}
	if l := New("", 7, ""); l.Err() != nil {
		t.Errorf("a nil error is not nil")
	}
}

func TestErrorText(t *testing.T) {
	for _, test := range []struct {
		err  SyntaxError
		want string
	}{
		{SyntaxError{"scenario.txt", 7, 12, "SNY", "a kind"}, `scenario.txt:7:12: found "SNY", want a kind`},
		{SyntaxError{"", 7, 12, "", "a kind"}, `line 7, column 12: found end of line, want a kind`},
		{SyntaxError{"", 1, 1, "a\x00\"é", "a kind"}, `line 1, column 1: found "a\x00\"é", want a kind`},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestLines(t *testing.T) {
	var numbers []int
	err := Lines("f", "one\n\n # two\nthree\r\nfour", func(l *Line) error {
		numbers = append(numbers, l.Number())
		if l.Is("four") {
			l.Must("five")
		}
		return l.Err()
	})
	if !slices.Equal(numbers, []int{1, 4, 5}) || err == nil || err.Error() != `f:5:5: found end of line, want "five"` {
		t.Errorf("%v, %v", numbers, err)
	}
}

// TestDurations: what a Duration prints, it reads exactly.
func TestDurations(t *testing.T) {
	for d := time.Duration(1); d < MaxTime; d = d*3/2 + 1 {
		l := New("", 1, d.String())
		if got := l.Duration(0, MaxTime); got != d || l.Err() != nil {
			t.Errorf("%v is read as %v, %v", d, got, l.Err())
		}
	}
}
