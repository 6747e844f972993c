// Package scan reads the words of one line: of a fault script, or of a
// scenario. It knows where each word stands, so that an error can say so.
//
// A word ends at a space, at one of the signs : ; = (each a word of its own)
// and before a #. A # before a digit begins an ordinal (#1-3); any other #, and
// one that begins the line, begins a comment.
package scan

import "strings"

// Line is one line that is being read, from left to right. The first thing
// that is wrong with it stays: from then on every method answers with zeros
// and changes nothing, so that a parser can read on and ask Err once.
type Line struct {
	file   string
	number int
	text   string
	at     int // where the next word is looked for
	err    *SyntaxError
	names  *Names
}

// Token is one word and where it begins. The zero Text is the end of the line.
type Token struct {
	Text   string
	Column int // from 1, in octets
}

// New returns the Line with this number (from 1) of a file. The text has no
// line end in it.
func New(file string, number int, text string) *Line {
	return &Line{file: file, number: number, text: text}
}

// Lines calls read with each line of a text that is neither blank nor all
// comment, until one returns an error.
func Lines(file, text string, read func(*Line) error) error {
	for number := 1; text != ""; number++ {
		var one string
		one, text, _ = strings.Cut(text, "\n")
		l := Line{file: file, number: number, text: one}
		if l.Peek().Text == "" {
			continue
		}
		if err := read(&l); err != nil {
			return err
		}
	}
	return nil
}

// Number is the line's number.
func (l *Line) Number() int { return l.number }

// Err is the first thing that was wrong, or nil.
func (l *Line) Err() error {
	if l.err != nil {
		return l.err
	}
	return nil
}

// Fail records that t is wrong, and what would be right, unless something was
// wrong before.
func (l *Line) Fail(t Token, want string) {
	if l.err == nil {
		l.err = &SyntaxError{File: l.file, Line: l.number, Column: t.Column, Found: t.Text, Want: want}
	}
}

// Next reads a word.
func (l *Line) Next() Token {
	t, at := l.word()
	l.at = at
	return t
}

// Peek is the word that Next would read.
func (l *Line) Peek() Token {
	t, _ := l.word()
	return t
}

func (l *Line) word() (Token, int) {
	if l.err != nil {
		return Token{}, l.at
	}
	i := l.at
	for i < len(l.text) && space(l.text[i]) {
		i++
	}
	if i == len(l.text) || l.comment(i) {
		return Token{Column: i + 1}, i
	}
	end := i + 1
	if !sign(l.text[i]) {
		for end < len(l.text) && !space(l.text[end]) && !sign(l.text[end]) && l.text[end] != '#' {
			end++
		}
	}
	return Token{Text: l.text[i:end], Column: i + 1}, end
}

// comment reports whether a comment begins at i.
func (l *Line) comment(i int) bool {
	if l.text[i] != '#' {
		return false
	}
	if strings.TrimSpace(l.text[:i]) == "" {
		return true
	}
	return i+1 == len(l.text) || l.text[i+1] < '0' || l.text[i+1] > '9'
}

// space counts a carriage return, so that files from Windows are read.
func space(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func sign(c byte) bool { return c == ':' || c == ';' || c == '=' }

// Is reads the next word if it is this one, and reports whether it was.
func (l *Line) Is(word string) bool {
	t, at := l.word()
	if t.Text != word {
		return false
	}
	l.at = at
	return true
}

// Must reads the next word, which has to be this one.
func (l *Line) Must(word string) {
	if !l.Is(word) {
		l.Fail(l.Peek(), `"`+word+`"`)
	}
}

// End says that the line has to be over.
func (l *Line) End() {
	if t := l.Peek(); t.Text != "" {
		l.Fail(t, "the end of the line")
	}
}
