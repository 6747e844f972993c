package scan

import "strconv"

// SyntaxError says where a text is not in the language, what stands there, and
// what could.
type SyntaxError struct {
	File         string // the name of the text; "" if it has none
	Line, Column int    // from 1; columns count octets
	Found        string // as it stands in the text; "" is the end of the line
	Want         string // what would be right
}

// Error is one line: file:line:column first, as editors expect it.
func (e *SyntaxError) Error() string {
	at := "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column)
	if e.File != "" {
		at = e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column)
	}
	found := "end of line"
	if e.Found != "" {
		found = strconv.Quote(e.Found)
	}
	return at + ": found " + found + ", want " + e.Want
}
