package table

import (
	_ "embed"
	"slices"
	"strconv"

	"example.org/halfopen/endpoint"
)

//go:embed rfc9293.txt
var page string

// Page is the table, sorted by section, as a page to be read beside the RFC.
func Page() string { return page }

// ID names a row of this version of the table: 1 is the first. Only Row.ID, a
// string, stays the same when the table grows. The zero value is no row.
type ID uint16

// Row returns the row; the zero Row for no row.
func (id ID) Row() Row {
	if id == 0 || int(id) > len(table.rows) {
		return Row{}
	}
	return table.rows[id-1]
}

// String is the row's ID.
func (id ID) String() string { return id.Row().ID }

// Row is one outcome of one clause in one state.
type Row struct {
	// ID is the section, the check of 3.10.7.4 if it is one, the clause, the
	// number of the arrow if it is not the first, and the state: "3.10.8h2/CLOSE-WAIT".
	ID       string
	Section  string // of RFC 9293, with the check: "3.10.7.4-5"
	From, To endpoint.State
	Event    Event // Beside: NumEvents stands for any
	// Need have to be true, Not false.
	Need, Not Fact
	// Sends: at least one of these has to leave, none if it is empty. An ACK may ride on
	// others. MaySend may leave too.
	Sends, MaySend Forms
	Grace          Grace
	May            bool // a choice or a liberty: the clause does not decide
	Beside         bool // it says what may leave besides, in the state that a step ends in
	Note           string
}

// String is the row as a sentence of the table.
func (r Row) String() string {
	o := outcome{to: r.To, sends: r.Sends, free: r.MaySend, grace: r.Grace}
	force := decides
	switch {
	case r.Beside:
		force, o.same = also, true
	case r.May:
		force = may
	}
	return r.ID + ": " + r.From.String() + forceNames[force] + r.Event.String() +
		conditions(r.Need, r.Not) + " " + o.String()
}

// Never is a part of RFC 9293 that no step of halfopen can show.
type Never struct {
	ID      string // as that of a row, without a state: "3.10.7.4-3a"
	Section string
	From    []endpoint.State
	What    string // "ICMP hard error"
	Why     string
}

// Rows lists the table, by the state that is left and then in its order.
func Rows() []Row { return slices.Clone(table.rows) }

// Nevers lists what cannot happen here.
func Nevers() []Never { return slices.Clone(table.nevers) }

// Len is how many rows there are.
func Len() int { return len(table.rows) }

// Edge reports whether some row, but for those of liberties, leads from one
// state to another.
func Edge(from, to endpoint.State) bool {
	for i := range table.rows {
		if r := &table.rows[i]; r.From == from && r.To == to && !r.May && !r.Beside {
			return true
		}
	}
	return false
}

// table is the parsed text. It never changes.
var table = build(mustParse())

func mustParse() []section {
	all, err := parse(page)
	if err != nil {
		panic(err) // embedded: a test has parsed it
	}
	return all
}

// built is the table as Match uses it.
type built struct {
	rows   []Row
	nevers []Never
	cells  []cell
	rules  []rule
	beside [endpoint.NumStates][NumEvents][]ID // clauses with "also", by the state that a step ends in
	owing  Fact                                // what those need that send
	whole  [endpoint.NumStates][NumEvents]index
	keyed  [endpoint.NumStates][numKeys]index // of segments
}

// rule is a clause in one state: its conditions, and where its rows are.
type rule struct {
	need, not  Fact
	first, end ID
	may        bool
}

// cell is what Match reads of a row.
type cell struct {
	need, not   Fact
	to          endpoint.State
	sends, pays Forms // what has to leave, and what pays for it
	free        Forms
	grace       Grace
}

func build(all []section) *built {
	b := new(built)
	for from := range endpoint.State(endpoint.NumStates) {
		for i := range all {
			for k := range all[i].clauses {
				if c := &all[i].clauses[k]; c.from.has(from) && c.force != never {
					b.add(&all[i], c, from)
				}
			}
		}
	}
	for i := range all {
		for k := range all[i].clauses {
			if c := &all[i].clauses[k]; c.force == never {
				b.nevers = append(b.nevers, neverOf(&all[i], c))
			}
		}
	}
	b.key()
	return b
}

// add makes the rows of a clause in one state.
func (b *built) add(s *section, c *clause, from endpoint.State) {
	first := ID(len(b.rows) + 1)
	for n := range c.outcomes {
		o := &c.outcomes[n]
		r := Row{
			ID: s.id + string(c.letter) + "/" + from.String(), Section: s.id,
			From: from, To: o.to, Event: c.event,
			Need: c.need | o.need, Not: c.not | o.not,
			Sends: o.sends, MaySend: o.free, Grace: o.grace,
			May: c.force == may, Beside: c.force == also, Note: c.note,
		}
		if n > 0 {
			r.ID = s.id + string(c.letter) + strconv.Itoa(n+1) + "/" + from.String()
		}
		if o.same {
			r.To = from
		}
		pays := r.Sends
		if pays&SendACK != 0 {
			pays |= carriesACK
		}
		b.rows = append(b.rows, r)
		b.cells = append(b.cells, cell{r.Need, r.Not, r.To, r.Sends, pays, r.Sends | r.MaySend, r.Grace})
	}
	if c.force != also {
		x := &b.whole[from][c.event]
		x.rules = append(x.rules, uint16(len(b.rules)))
		b.rules = append(b.rules, rule{c.need, c.not, first, ID(len(b.rows) + 1), c.force == may})
		return
	}
	for i := range c.outcomes {
		if c.outcomes[i].sends != 0 {
			b.owing |= c.need
		}
	}
	for e := range Event(NumEvents) {
		if c.event == e || c.event == anyEvent {
			b.whole[from][e].beside |= 1 << len(b.beside[from][e])
			b.beside[from][e] = append(b.beside[from][e], first)
		}
	}
}

func neverOf(s *section, c *clause) Never {
	n := Never{ID: s.id + string(c.letter), Section: s.id, What: c.text, Why: c.note}
	for state := range endpoint.State(endpoint.NumStates) {
		if c.from.has(state) {
			n.From = append(n.From, state)
		}
	}
	return n
}
