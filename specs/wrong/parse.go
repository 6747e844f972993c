package wrong

import (
	"fmt"
	"path"
	"strings"
)

// Parse reads the text of a known-wrong endpoint. An error names the endpoint
// and the line.
func Parse(name, text string) (Endpoint, error) {
	p := reader{name: name}
	p.split(text)
	e := Endpoint{Name: name}
	e.Title = p.prose("title")
	if p.at("link") {
		e.Link = p.prose("link")
	}
	if p.at("missing") {
		e.Missing = p.prose("missing")
	} else {
		e.Rule = p.prose("rule")
	}
	if p.at("strategy") {
		e.Strategy = p.prose("strategy")
	}
	e.Story = p.prose("story")
	e.Edits = p.edits()
	if p.err == nil {
		p.err = p.check(&e)
	}
	if p.err != nil {
		return Endpoint{}, p.err
	}
	return e, nil
}

// section is one `-- word --` and the lines after it.
type section struct {
	word string
	line int // of the marker, from 1
	text string
}

type reader struct {
	name     string
	sections []section // those that were not read yet
	last     int       // the last line
	err      error     // the first one
}

func (p *reader) fail(line int, format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("wrong: %s.txt:%d: %s", p.name, line, fmt.Sprintf(format, args...))
	}
}

// split cuts the text into sections.
func (p *reader) split(text string) {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	for line := range strings.Lines(text) {
		p.last++
		if word, ok := marker(line); ok {
			p.sections = append(p.sections, section{word: word, line: p.last})
			continue
		}
		if n := len(p.sections); n > 0 {
			p.sections[n-1].text += line
		} else if strings.TrimSpace(line) != "" {
			p.fail(p.last, "found %q before the first section, want `-- title --`", strings.TrimSpace(line))
		}
	}
}

// marker reports whether a line starts a section: `-- word --`, with a word of
// small letters, and nothing else.
func marker(line string) (word string, ok bool) {
	word, ok = strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-- ")
	if !ok {
		return "", false
	}
	word, ok = strings.CutSuffix(word, " --")
	return word, ok && word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""
}

// at reports whether the next section is of that word.
func (p *reader) at(word string) bool { return len(p.sections) > 0 && p.sections[0].word == word }

// next takes the next section if it is of that word.
func (p *reader) next(word string) (section, bool) {
	if !p.at(word) {
		return section{}, false
	}
	s := p.sections[0]
	p.sections = p.sections[1:]
	return s, true
}

// need takes the next section, which has to be of that word.
func (p *reader) need(word string) section {
	s, ok := p.next(word)
	switch {
	case ok:
	case len(p.sections) == 0:
		p.fail(p.last, "found the end, want `-- %s --`", word)
	default:
		p.fail(p.sections[0].line, "found `-- %s --`, want `-- %s --`", p.sections[0].word, word)
	}
	return s
}

// prose is the text of a section without the blank space around it.
func (p *reader) prose(word string) string {
	s := p.need(word)
	text := strings.TrimSpace(s.text)
	if p.err == nil && text == "" {
		p.fail(s.line, "`-- %s --` is empty", word)
	}
	return text
}

// edits reads file, old and new until nothing is left.
func (p *reader) edits() (edits []Edit) {
	file := ""
	for len(edits) == 0 || len(p.sections) > 0 {
		if len(edits) == 0 || p.sections[0].word == "file" {
			file = p.prose("file")
		}
		before := p.need("old")
		after := p.need("new")
		if p.err != nil {
			return nil
		}
		switch {
		case strings.TrimSpace(before.text) == "":
			p.fail(before.line, "`-- old --` is empty")
		case before.text == after.text:
			p.fail(after.line, "`-- new --` is the same as `-- old --`")
		}
		edits = append(edits, Edit{File: file, Old: before.text, New: after.text})
	}
	return edits
}

// check says what is wrong with what was read.
func (p *reader) check(e *Endpoint) error {
	for _, part := range [][2]string{{"title", e.Title}, {"link", e.Link}, {"rule", e.Rule}} {
		if strings.Contains(part[1], "\n") {
			return fmt.Errorf("wrong: %s.txt: `-- %s --` has more than one line", p.name, part[0])
		}
	}
	if e.Strategy != "" {
		if _, err := FindStrategy(e.Strategy); err != nil {
			return fmt.Errorf("wrong: %s.txt: `-- strategy --`: %w", p.name, err)
		}
	}
	if e.Link != "" && !strings.HasPrefix(e.Link, "https://") {
		return fmt.Errorf("wrong: %s.txt: the link is %q, want one that begins with https://", p.name, e.Link)
	}
	for _, edit := range e.Edits {
		if f := edit.File; f != path.Clean(f) || path.IsAbs(f) || strings.HasPrefix(f, "..") || path.Ext(f) != ".go" {
			return fmt.Errorf("wrong: %s.txt: the file is %q, want a Go file relative to the module's root", p.name, f)
		}
	}
	return nil
}
