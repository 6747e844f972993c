package cells

import (
	"embed"
	"strings"
	"sync"
	"time"

	"example.org/halfopen/endpoint"
)

// Cell is one event in one state, and what RFC 9293 answers.
type Cell struct {
	Event *Event
	State *State
	// Answers are those that are right: of a stack with some profile those
	// whose conditions it meets.
	Answers []Answer
}

// Name is that of the cell's test: "RST, exactly next in SYN-SENT".
func (c *Cell) Name() string { return c.Event.Name + " in " + c.State.Name }

// State is a state of an end, and how it gets there from CLOSED. SYN-RECEIVED
// is two: who was opened passively goes back to LISTEN.
type State struct {
	Name  string // "SYN-RECEIVED/passive"
	Is    endpoint.State
	Steps []Step
	has   []assignment
	fin   bool // the peer's FIN has been received
}

// Event is what happens in a state: a segment arrives, the user calls, or time
// passes.
type Event struct {
	Topic, Name string
	// With are keys of the end's configuration, as a scenario has them.
	With string
	// First is a segment that arrives before, if it has a flag.
	First Form
	// Step is the event itself. Of a timeout it is the zero value: time passes.
	Step Step
	// Lasts is how long the answer is waited for.
	Lasts time.Duration
	// Until says that the event is the first segment that leaves.
	Until bool

	what []string // its own lines of the table
	rows []row    // the lines of its cells
}

// row is a line of cells as it stands in the table.
type row struct{ states, answer, section, decision string }

// Step is a user call, or a segment that arrives.
type Step struct {
	Call string // as the RFC has it: "OPEN passive"; "" for a segment
	Rcv  Form
}

// Answer is what an end does about an event.
type Answer struct {
	Text      string // as in the table, without conditions
	Section   string // of RFC 9293, the check of 3.10.7, requirements
	Decision  string // the name of a decision; "" is none
	condition []condition

	to       endpoint.State
	stays    bool
	segments []Form
	within   bool // in half a second
	tells    endpoint.Error
	mayTell  bool
	delivers int64
	eof      bool
}

// condition is a field of a profile, and whether it has to be claimed.
type condition struct {
	field string
	set   bool
}

// fields are the choices of a profile on which a cell may depend.
var fields = map[string]func(*endpoint.Profile) bool{
	"RFC5961":         func(p *endpoint.Profile) bool { return p.RFC5961 },
	"ACKRange":        func(p *endpoint.Profile) bool { return p.ACKRange },
	"HalfDuplexClose": func(p *endpoint.Profile) bool { return p.HalfDuplexClose },
	"ReopensTimeWait": func(p *endpoint.Profile) bool { return p.ReopensTimeWait != endpoint.ReopensNever },
	"Note3TimeWait":   func(p *endpoint.Profile) bool { return p.Note3TimeWait },
	"RFC1337":         func(p *endpoint.Profile) bool { return p.RFC1337 },
}

// holds reports whether a stack of this profile may give the answer.
func (a *Answer) holds(p *endpoint.Profile) bool {
	for _, c := range a.condition {
		if fields[c.field](p) != c.set {
			return false
		}
	}
	return true
}

// Condition is in words when the answer is right: "if RFC5961", "" for always.
func (a *Answer) Condition() string {
	var words []string
	for _, c := range a.condition {
		word := "if "
		if !c.set {
			word = "unless "
		}
		words = append(words, word+c.field)
	}
	return strings.Join(words, " ")
}

// Decision is what was decided where RFC 9293 is unclear.
type Decision struct{ Name, Text string }

//go:embed table/*.txt
var files embed.FS

type table struct {
	states    []*State
	events    []*Event
	cells     []Cell
	decisions []Decision
}

var load = sync.OnceValue(func() *table {
	t, err := parseFiles(files)
	if err != nil {
		panic(err) // the tests parse every file
	}
	return t
})

// All lists the cells, in the order of the table.
func All() []Cell { return append([]Cell(nil), load().cells...) }

// Decisions lists what was decided where RFC 9293 is unclear.
func Decisions() []Decision { return append([]Decision(nil), load().decisions...) }
