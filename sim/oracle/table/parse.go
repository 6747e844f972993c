package table

import (
	"fmt"
	"strings"

	"example.org/halfopen/endpoint"
)

// parse reads the text of a table. It takes only what the printer writes, so
// that a table has one form; an error names the line and what would be right.
func parse(text string) ([]section, error) {
	var all []section
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		var err error
		all, err = parseLine(all, line)
		if err != nil {
			return nil, fmt.Errorf("table: line %d: %q: %w", n+1, line, err)
		}
	}
	var b strings.Builder
	for i := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(all[i].String())
	}
	if printed := b.String(); printed != text {
		return nil, differs(text, printed)
	}
	return all, complete(all)
}

// differs is the error for a table that is not written as it should be.
func differs(text, printed string) error {
	want := strings.Split(printed, "\n")
	for n, line := range strings.Split(text, "\n") {
		if n >= len(want) {
			return fmt.Errorf("table: line %d: %q: want the end", n+1, line)
		}
		if line != want[n] {
			return fmt.Errorf("table: line %d: %q: want %q", n+1, line, want[n])
		}
	}
	return fmt.Errorf("table: want %q at the end", want[len(want)-1])
}

// complete reports the first clause that lacks something.
func complete(all []section) error {
	for i := range all {
		s := &all[i]
		if len(s.clauses) == 0 {
			return fmt.Errorf("table: section %s: want a clause", s.id)
		}
		for k := range s.clauses {
			c := &s.clauses[k]
			id := s.id + string(c.letter)
			switch {
			case c.letter != 'a'+byte(k):
				return fmt.Errorf("table: clause %s: want %s%c", id, s.id, 'a'+k)
			case c.force == never && (c.note == "" || len(c.outcomes) > 0):
				return fmt.Errorf("table: clause %s never holds: want a reason, and no arrow", id)
			case c.force != never && len(c.outcomes) == 0:
				return fmt.Errorf("table: clause %s: want an arrow", id)
			case (c.event == anyEvent) && c.force != also && c.force != never:
				return fmt.Errorf("table: clause %s: want an event", id)
			}
		}
	}
	return nil
}

func parseLine(all []section, line string) ([]section, error) {
	var clauses *[]clause
	if len(all) > 0 {
		clauses = &all[len(all)-1].clauses
	}
	switch {
	case line == "":
		return all, nil
	case line[0] != ' ':
		id, title, ok := strings.Cut(line, "  ")
		if !ok {
			return nil, fmt.Errorf("want a section: its number, two spaces, its title")
		}
		return append(all, section{id: id, title: title}), nil
	case clauses == nil:
		return nil, fmt.Errorf("want a section first")
	case len(line) > 5 && line[2] != ' ':
		c, err := parseHead(line[5:])
		c.letter = line[2]
		*clauses = append(*clauses, c)
		return all, err
	case len(*clauses) == 0:
		return nil, fmt.Errorf("want a clause first")
	}
	c := &(*clauses)[len(*clauses)-1]
	if arrow, ok := strings.CutPrefix(line, "     -> "); ok {
		o, err := parseArrow(arrow)
		c.outcomes = append(c.outcomes, o)
		return all, err
	}
	note, ok := strings.CutPrefix(line, "     # ")
	if !ok || c.note != "" {
		return nil, fmt.Errorf("want a section, a clause, an arrow or one note")
	}
	c.note = note
	return all, nil
}

// parseHead reads the first line of a clause, from the states on.
func parseHead(s string) (c clause, err error) {
	for c.force = never; ; c.force-- { // " on " is a part of the others: the longer ones first
		if before, after, ok := strings.Cut(s, forceNames[c.force]); ok {
			if c.from, err = parseStates(before); err != nil {
				return c, err
			}
			s = after
			break
		}
		if c.force == decides {
			return c, fmt.Errorf("want \"on\", \"may on\", \"also on\" or \"never on\" after the states")
		}
	}
	if c.force == never {
		c.text = s
		return c, nil
	}
	name, conds, _ := strings.Cut(s, " if ")
	var ok bool
	if c.event, ok = parseEvent(name); !ok {
		return c, fmt.Errorf("no event %q: want one of %s", name, strings.Join(eventNames[:], ", "))
	}
	c.need, c.not, err = parseConditions(conds)
	return c, err
}

// parseArrow reads an outcome, from its state on.
func parseArrow(s string) (o outcome, err error) {
	parts := strings.Split(s, "; ")
	name, conds, _ := strings.Cut(parts[0], " if ")
	if o.same = name == "same"; !o.same {
		var ok bool
		if o.to, ok = endpoint.ParseState(name); !ok {
			return o, fmt.Errorf("no state %q: want one of the 11, or \"same\"", name)
		}
	}
	if o.need, o.not, err = parseConditions(conds); err != nil {
		return o, err
	}
	for _, part := range parts[1:] {
		if what, ok := strings.CutPrefix(part, "may send "); ok {
			o.free, err = parseForms(what)
		} else if what, ok := strings.CutPrefix(part, "sends "); ok {
			for g := UnlessThrottled; g > Now; g-- {
				if before, found := strings.CutSuffix(what, graceNames[g]); found {
					what, o.grace = before, g
				}
			}
			o.sends, err = parseForms(what)
		} else {
			err = fmt.Errorf("%q: want \"sends\" or \"may send\"", part)
		}
		if err != nil {
			return o, err
		}
	}
	if o.grace != Now && o.sends&SendACK == 0 {
		return o, fmt.Errorf("only an ACK may wait")
	}
	return o, nil
}

func parseConditions(s string) (need, not Fact, err error) {
	if s == "" {
		return 0, 0, nil
	}
	for _, word := range strings.Split(s, ", ") {
		name, no := strings.CutPrefix(word, "not ")
		f := Fact(bitOf(name, factNames[:]))
		switch {
		case f == 0:
			return 0, 0, fmt.Errorf("no fact %q: want one of %s", name, strings.Join(factNames[:], ", "))
		case no:
			not |= f
		default:
			need |= f
		}
	}
	if need&not != 0 {
		return 0, 0, fmt.Errorf("%v cannot be true and false", need&not)
	}
	return need, not, nil
}

func parseForms(s string) (f Forms, err error) {
	for _, name := range strings.Split(s, " or ") {
		one := Forms(bitOf(name, formNames[:]))
		if one == 0 {
			return 0, fmt.Errorf("no segment %q: want one of %s", name, strings.Join(formNames[:], ", "))
		}
		f |= one
	}
	return f, nil
}

func parseStates(s string) (states, error) {
	var set states
	for _, part := range strings.Split(s, ", ") {
		low, high, ok := strings.Cut(part, " .. ")
		if !ok {
			high = low
		}
		first, ok1 := endpoint.ParseState(low)
		last, ok2 := endpoint.ParseState(high)
		if !ok1 || !ok2 || last < first {
			return 0, fmt.Errorf("no states %q: want a state, or the first and the last", part)
		}
		for state := first; state <= last; state++ {
			set |= 1 << state
		}
	}
	return set, nil
}
