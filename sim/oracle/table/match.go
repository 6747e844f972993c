package table

import (
	"math/bits"

	"example.org/halfopen/endpoint"
)

// Step is one step of one TCP, as an observer saw it: a call, a segment or a
// timeout, and everything that left before it was over.
type Step struct {
	From, To endpoint.State
	Event    Event
	Facts    Facts
	// Sent are the kinds of segment that left. One that is of no kind (a RST
	// of a wrong form) is not for the table: it is wrong in any step.
	Sent Forms
}

// Found is what explains a step. The zero value: nothing does.
type Found struct {
	// Row is the first row that explains it, which may be a composite of
	// several of the RFC's (SYN-RECEIVED -> CLOSE-WAIT).
	Row ID
	// Debt is Now if nothing is owed when the step is over. Otherwise it is how
	// long the ACK that did not leave may take: Soon, or Delayed.
	Debt Grace

	beside uint16 // bits: which clauses with "also" had a part in it
}

// Explained reports whether a row explains the step.
func (f Found) Explained() bool { return f.Row != 0 }

// Rows appends the rows that explain the step: Row, and those that let out what
// left besides.
func (f Found) Rows(list []ID) []ID {
	if f.Row == 0 {
		return list
	}
	list = append(list, f.Row)
	if f.beside == 0 { // as mostly
		return list
	}
	r := &table.rows[f.Row-1]
	for i, id := range table.beside[r.To][r.Event] {
		if f.beside>>i&1 != 0 {
			list = append(list, id)
		}
	}
	return list
}

// Match finds what explains a step. It allocates nothing.
func Match(s *Step) Found {
	if int(s.From) >= endpoint.NumStates || int(s.To) >= endpoint.NumStates || int(s.Event) >= NumEvents {
		return Found{}
	}
	for _, n := range s.indexOf(s.From).rules {
		r := &table.rules[n]
		if !s.Facts.possible(r.need, r.not) {
			continue
		}
		for id := r.first; id < r.end; id++ {
			c := &table.cells[id-1]
			if c.to != s.To || !s.Facts.possible(c.need, c.not) {
				continue
			}
			if f, ok := s.fits(id, c); ok {
				if f.Debt != Now && !s.Facts.certain(c.need, c.not) {
					f.Debt = Now // it may not have been this row
				}
				return f
			}
		}
		if !r.may && s.Facts.certain(r.need, r.not) {
			break
		}
	}
	return Found{}
}

// fits holds what left against one row, and against what may leave in any step.
func (s *Step) fits(id ID, c *cell) (Found, bool) {
	f := Found{Row: id}
	if c.sends != 0 && c.pays&s.Sent == 0 {
		switch {
		case c.grace == Now:
			return f, false
		case c.grace != UnlessThrottled:
			f.Debt = c.grace
		case s.Facts.Yes&Throttled == 0:
			f.Debt = Soon
		}
	}
	extra := s.Sent &^ c.free
	if extra == 0 && (c.sends != 0 || s.Facts.Yes&table.owing == 0) {
		return f, true
	}
	return s.besides(f, c.sends == 0, extra)
}

// besides takes from extra what may leave in any step; owing, there may be an
// ACK that is owed in any step, too.
func (s *Step) besides(f Found, owing bool, extra Forms) (Found, bool) {
	others := table.beside[s.To][s.Event]
	for set := s.indexOf(s.To).beside; set != 0; set &= set - 1 {
		i := bits.TrailingZeros16(set)
		o := &table.cells[others[i]-1]
		owes := owing && o.sends != 0
		if extra&o.free == 0 && !owes || !s.Facts.possible(o.need, o.not) {
			continue
		}
		if owes && o.pays&s.Sent == 0 && s.Facts.certain(o.need, o.not) {
			f.Debt = o.grace
		}
		f.beside |= 1 << i
		extra &^= o.free
	}
	return f, extra == 0
}

// Answer is what the row that explains the step sends, at least one of these,
// what it may send too, and how soon.
func (f Found) Answer() (sends, may Forms, g Grace) {
	if f.Row == 0 {
		return 0, 0, Now
	}
	c := &table.cells[f.Row-1]
	return c.sends, c.free &^ c.sends, c.grace
}

// Leads reports whether a row leads to where the step did, whatever left.
func Leads(s *Step) bool {
	_, ok := s.row(0)
	return ok
}

// row is the first row after another that leads to where the step did.
func (s *Step) row(after ID) (ID, bool) {
	for _, n := range s.indexOf(s.From).rules {
		r := &table.rules[n]
		if !s.Facts.possible(r.need, r.not) {
			continue
		}
		for id := max(r.first, after+1); id < r.end; id++ {
			if c := &table.cells[id-1]; c.to == s.To && s.Facts.possible(c.need, c.not) {
				return id, true
			}
		}
		if !r.may && s.Facts.certain(r.need, r.not) {
			break
		}
	}
	return 0, false
}

// Amiss says what is wrong with what left in a step that rows lead to and none
// explains: of the row that comes nearest, what should have left, and what should
// not. It is for reports.
func Amiss(s *Step) (nearest Row, missing, extra Forms) {
	fewest := 1 << 8
	for id, ok := s.row(0); ok; id, ok = s.row(id) {
		c := &table.cells[id-1]
		var lacks Forms
		if c.sends != 0 && c.pays&s.Sent == 0 && c.grace == Now {
			lacks = c.sends
		}
		more := s.Sent &^ c.free
		for i, b := range table.beside[s.To][s.Event] {
			o := &table.cells[b-1]
			if s.indexOf(s.To).beside>>i&1 != 0 && s.Facts.possible(o.need, o.not) {
				more &^= o.free
			}
		}
		n := bits.OnesCount8(uint8(more)) + min(1, int(lacks))
		if n < fewest {
			fewest, nearest, missing, extra = n, table.rows[id-1], lacks, more
		}
	}
	return nearest, missing, extra
}

// Expected says what would have explained a step: the rows whose facts can be
// true. It is for reports, and allocates.
func Expected(s *Step) []Row {
	var list []Row
	if int(s.From) >= endpoint.NumStates || int(s.Event) >= NumEvents {
		return nil
	}
	for _, n := range table.whole[s.From][s.Event].rules {
		r := &table.rules[n]
		if !s.Facts.possible(r.need, r.not) {
			continue
		}
		for id := r.first; id < r.end; id++ {
			if c := &table.cells[id-1]; s.Facts.possible(c.need, c.not) {
				list = append(list, table.rows[id-1])
			}
		}
		if !r.may && s.Facts.certain(r.need, r.not) {
			break
		}
	}
	return list
}
