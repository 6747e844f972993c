package table

import (
	"strings"

	"example.org/halfopen/endpoint"
)

// section is a heading of the RFC and the clauses that come from it.
type section struct {
	id, title string
	clauses   []clause
}

// force says what a clause that holds does.
type force uint8

const (
	decides force = iota // no later one is looked at
	may                  // it may explain the step
	also                 // what it sends may leave besides
	never                // it cannot happen here
)

var forceNames = [...]string{" on ", " may on ", " also on ", " never on "}

// clause is some states, an event, facts, and the legal outcomes. One that
// never happens has only a text instead of the event, and a note.
type clause struct {
	letter    byte
	from      states
	force     force
	event     Event
	need, not Fact
	outcomes  []outcome
	text      string
	note      string
}

// outcome is one arrow of a clause. Its conditions come on top of the clause's.
type outcome struct {
	same        bool
	to          endpoint.State
	need, not   Fact
	sends, free Forms // what has to leave, at least one of these; and what may
	grace       Grace
}

// states is a set of states.
type states uint16

func (s states) has(state endpoint.State) bool { return s>>state&1 != 0 }

// String is "SYN-SENT, ESTABLISHED .. LAST-ACK": three or more in a row are
// written as first and last.
func (s states) String() string {
	var parts []string
	for i := 0; i < endpoint.NumStates; i++ {
		last := i
		for s.has(endpoint.State(last)) {
			last++
		}
		switch last -= i; {
		case last > 2:
			parts = append(parts, endpoint.State(i).String()+" .. "+endpoint.State(i+last-1).String())
			i += last
		case last > 0:
			parts = append(parts, endpoint.State(i).String())
		}
	}
	return strings.Join(parts, ", ")
}

// String writes the section as the table has it.
func (s *section) String() string {
	var b strings.Builder
	b.WriteString(s.id + "  " + s.title + "\n\n")
	for i := range s.clauses {
		b.WriteString(s.clauses[i].String())
	}
	return b.String()
}

// String writes the clause as the table has it, each line with its end.
func (c *clause) String() string {
	s := "  " + string(c.letter) + "  " + c.head() + "\n"
	for i := range c.outcomes {
		s += "     " + c.outcomes[i].String() + "\n"
	}
	if c.note != "" {
		s += "     # " + c.note + "\n"
	}
	return s
}

// head is the first line of a clause, without its letter.
func (c *clause) head() string {
	s := c.from.String() + forceNames[c.force]
	if c.force == never {
		return s + c.text
	}
	return s + c.event.String() + conditions(c.need, c.not)
}

// String is the arrow: "-> CLOSED if [note 3]; sends ACK soon; may send text".
func (o *outcome) String() string {
	s := "-> same"
	if !o.same {
		s = "-> " + o.to.String()
	}
	s += conditions(o.need, o.not)
	if o.sends != 0 {
		s += "; sends " + o.sends.String() + graceNames[o.grace]
	}
	if o.free != 0 {
		s += "; may send " + o.free.String()
	}
	return s
}

func conditions(need, not Fact) string {
	s := need.String()
	if n := list(uint64(not), factNames[:], ", not "); n != "" {
		if s != "" {
			s += ", "
		}
		s += "not " + n
	}
	if s == "" {
		return ""
	}
	return " if " + s
}
