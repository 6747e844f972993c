package page

import (
	"bytes"
	"errors"
)

// doctype begins a page. The trace stands in it as JSON Lines, but for "<": a tag must not begin
// in it. Each becomes the escape that JSON has for it, which the JSON Lines
// themselves never have.
const (
	doctype    = "<!DOCTYPE html>"
	traceBegin = `<script type="application/x-ndjson" id="trace">` + "\n"
	traceEnd   = "</script>"
	escapedLT  = `\u003c`
)

// ErrNoTrace is returned by Trace for something that is no page of a run.
var ErrNoTrace = errors.New("page: there is no trace in it")

// Is reports whether a file is an HTML page, of a run or of something else.
func Is(file []byte) bool { return bytes.HasPrefix(file, []byte(doctype)) }

// hideTags makes JSON Lines fit for a script element.
func hideTags(lines []byte) []byte {
	return bytes.ReplaceAll(lines, []byte("<"), []byte(escapedLT))
}

// Trace returns the JSON Lines of the run that is in a page, as
// report.ReadJSONL reads them. The page is a replay file, too.
func Trace(html []byte) ([]byte, error) {
	_, rest, ok := bytes.Cut(html, []byte(traceBegin))
	if !ok {
		return nil, ErrNoTrace
	}
	lines, _, ok := bytes.Cut(rest, []byte(traceEnd))
	if !ok {
		return nil, ErrNoTrace
	}
	return showTags(lines), nil
}

// showTags is the inverse of hideTags. A backslash that is escaped itself
// begins no escape.
func showTags(lines []byte) []byte {
	out := make([]byte, 0, len(lines))
	for i := 0; i < len(lines); i++ {
		switch {
		case bytes.HasPrefix(lines[i:], []byte(escapedLT)):
			out = append(out, '<')
			i += len(escapedLT) - 1
		case lines[i] == '\\' && i+1 < len(lines):
			out = append(out, lines[i], lines[i+1])
			i++
		default:
			out = append(out, lines[i])
		}
	}
	return out
}
