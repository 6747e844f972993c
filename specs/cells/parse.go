package cells

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
)

// answerTime is how long an answer is waited for: less than MUST-40 allows an
// acknowledgment to wait.
const answerTime = 499 * time.Millisecond

// groups are names for several states.
var groups = map[string][]string{
	"SYN-RECEIVED": {"SYN-RECEIVED/passive", "SYN-RECEIVED/active"},
	"SYNCHRONIZED": {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"},
}

// reader reads the files of the table, line by line.
type reader struct {
	table
	topic string
	state *State
	event *Event
	last  []*State    // of the line above
	cond  []condition // of the line above
}

func parseFiles(files fs.FS) (*table, error) {
	all, err := fs.Glob(files, "table/*.txt") // sorted
	if err != nil {
		return nil, err
	}
	var r reader
	for _, name := range all {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if path.Base(name) == "decisions.txt" {
			r.parseDecisions(string(text))
			continue
		}
		if err := r.parse(name, string(text)); err != nil {
			return nil, err
		}
	}
	return &r.table, r.check()
}

func (r *reader) parse(name, text string) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := r.line(line); err != nil {
			return fmt.Errorf("cells: %s:%d: %w", name, n, err)
		}
	}
	return nil
}

func (r *reader) line(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case strings.Contains(line, "|"):
		return r.cell(line)
	case word == "topic":
		r.topic = rest
	case word == "state":
		return r.newState(rest)
	case word == "event":
		r.state, r.last = nil, nil
		r.event = &Event{Topic: r.topic, Name: rest, Lasts: answerTime}
		r.events = append(r.events, r.event)
	case r.state != nil:
		return r.stateLine(word, rest, line)
	case r.event != nil:
		return r.eventLine(word, rest, line)
	default:
		return fmt.Errorf("%q stands under neither a state nor an event", line)
	}
	return nil
}

func (r *reader) newState(name string) error {
	plain, _, _ := strings.Cut(name, "/")
	is, ok := endpoint.ParseState(plain)
	if !ok {
		return fmt.Errorf("%q is no state", name)
	}
	r.state = &State{Name: name, Is: is}
	r.states = append(r.states, r.state)
	return nil
}

func (r *reader) stateLine(word, rest, line string) error {
	if word != "has" {
		s, err := parseStep(word, rest, line)
		r.state.Steps = append(r.state.Steps, s)
		r.state.fin = r.state.fin || s.Rcv.Flags.Has(endpoint.FIN)
		return err
	}
	for field := range strings.FieldsSeq(rest) {
		name, value, _ := strings.Cut(field, "=")
		s, err := parseSum(value)
		if err != nil || !known(name) {
			return fmt.Errorf("%q: no variable gets a value here: %v", field, err)
		}
		r.state.has = append(r.state.has, assignment{name, s})
	}
	return nil
}

func (r *reader) eventLine(word, rest, line string) (err error) {
	e := r.event
	e.what = append(e.what, line)
	switch word {
	case "with":
		e.With = rest
	case "first":
		e.First, err = parseForm(rest)
	case "wait":
		e.Lasts, err = time.ParseDuration(rest)
	case "until":
		e.Until = true
		e.Lasts, err = time.ParseDuration(strings.TrimPrefix(rest, "a segment leaves, at most "))
	default:
		e.Step, err = parseStep(word, rest, line)
	}
	return err
}

// calls are the acts of an application for the RFC's user calls.
var calls = map[string]string{
	"OPEN passive": "open passive nowait", "OPEN active": "open active nowait",
	"SEND 10": "send 10", "RECEIVE 10": "receive 10", "CLOSE": "close", "ABORT": "abort",
}

func parseStep(word, rest, line string) (s Step, err error) {
	if word == "rcv" {
		s.Rcv, err = parseForm(rest)
	} else if s.Call = line; calls[line] == "" {
		err = fmt.Errorf("%q is no step", line)
	}
	return s, err
}

// cell reads a line of cells: states, answer, section.
func (r *reader) cell(line string) error {
	parts := strings.Split(line, "|")
	if r.event == nil || len(parts) != 3 {
		return fmt.Errorf("%q: a cell is STATES | ANSWER | SECTION, under an event", line)
	}
	if strings.TrimSpace(parts[0]) != "or" {
		if err := r.statesOf(strings.Fields(parts[0])); err != nil {
			return err
		}
	}
	if len(r.last) == 0 {
		return fmt.Errorf("%q: no line above it has states", line)
	}
	a, err := parseAnswer(strings.TrimSpace(parts[1]))
	if err != nil {
		return err
	}
	a.condition = r.cond
	section, decision, _ := strings.Cut(strings.TrimSpace(parts[2]), " {")
	a.Section, a.Decision = section, strings.TrimSuffix(decision, "}")
	r.event.rows = append(r.event.rows, row{strings.TrimSpace(parts[0]), a.Text, a.Section, a.Decision})
	for _, s := range r.last {
		at := slices.IndexFunc(r.cells, func(c Cell) bool { return c.Event == r.event && c.State == s })
		if at < 0 {
			at = len(r.cells)
			r.cells = append(r.cells, Cell{Event: r.event, State: s})
		}
		r.cells[at].Answers = append(r.cells[at].Answers, a)
	}
	return nil
}

// statesOf reads states and conditions: "CLOSING LAST-ACK unless RFC5961".
func (r *reader) statesOf(words []string) error {
	r.last, r.cond = nil, nil
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case (w == "if" || w == "unless") && i+1 < len(words) && fields[words[i+1]] != nil:
			r.cond = append(r.cond, condition{words[i+1], w == "if"})
			i++
		default:
			list := groups[w]
			if list == nil {
				list = []string{w}
			}
			for _, name := range list {
				at := slices.IndexFunc(r.states, func(s *State) bool { return s.Name == name })
				if at < 0 {
					return fmt.Errorf("%q is no state, and no condition", w)
				}
				r.last = append(r.last, r.states[at])
			}
		}
	}
	return nil
}

// parseAnswer reads "CLOSED; <SEQ=SND.NXT><CTL=RST>; may tell".
func parseAnswer(text string) (Answer, error) {
	a := Answer{Text: text}
	for i, part := range strings.Split(text, "; ") {
		word, rest, _ := strings.Cut(part, " ")
		var err error
		switch {
		case i == 0 && part == "stays":
			a.stays = true
		case i == 0:
			ok := false
			if a.to, ok = endpoint.ParseState(part); !ok {
				err = fmt.Errorf("%q is no state", part)
			}
		case part == "sends ACK":
			err = a.segment("<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>")
		case part[0] == '<':
			part, a.within = strings.CutSuffix(part, " within 0.5s")
			err = a.segment(part)
		case word == "tells":
			a.tells, err = parseError(rest)
		case part == "may tell":
			a.mayTell = true
		case word == "delivers":
			a.delivers, err = strconv.ParseInt(rest, 10, 64)
		case part == "end of stream":
			a.eof = true
		default:
			err = fmt.Errorf("%q is no part of an answer", part)
		}
		if err != nil {
			return a, fmt.Errorf("%q: %w", text, err)
		}
	}
	return a, nil
}

func (a *Answer) segment(text string) error {
	f, err := parseForm(text)
	a.segments = append(a.segments, f)
	return err
}

func parseError(text string) (endpoint.Error, error) {
	for e := range endpoint.NumErrors {
		if endpoint.Error(e).Error() == text && e > 0 {
			return endpoint.Error(e), nil
		}
	}
	return 0, fmt.Errorf("%q is nothing that a user is told", text)
}

// parseDecisions reads a name a line, and its indented text under it.
func (r *reader) parseDecisions(text string) {
	for line := range strings.Lines(text) {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "" || trimmed[0] == '#':
		case line[0] != ' ':
			r.decisions = append(r.decisions, Decision{Name: trimmed})
		case len(r.decisions) > 0:
			d := &r.decisions[len(r.decisions)-1]
			d.Text = strings.TrimSpace(d.Text + " " + trimmed)
		}
	}
}

// check says what no single line can show.
func (r *reader) check() error {
	used := map[string]bool{}
	for i := range r.cells {
		for j := range r.cells[i].Answers {
			used[r.cells[i].Answers[j].Decision] = true
		}
	}
	for _, d := range r.decisions {
		if !used[d.Name] {
			return fmt.Errorf("cells: no cell follows the decision %q", d.Name)
		}
		delete(used, d.Name)
	}
	delete(used, "")
	for i := range r.cells {
		for j := range r.cells[i].Answers {
			if a := &r.cells[i].Answers[j]; used[a.Decision] {
				return fmt.Errorf("cells: %s follows %q, which is no decision", r.cells[i].Name(), a.Decision)
			}
		}
	}
	return nil
}
