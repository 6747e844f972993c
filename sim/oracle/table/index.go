package table

import "example.org/halfopen/endpoint"

// keyFacts are those that tell most segments apart. Where they are known, which
// is nearly always, the clauses that they rule out are not even looked at.
const (
	keyFacts = SYN | RST | ACK | LEN | InWindow | NewACK | FINTaken
	numKeys  = 1 << 7
)

// keyBits are the facts of a key, by its bits.
var keyBits = [...]Fact{SYN, RST, ACK, LEN, InWindow, NewACK, FINTaken}

// keyOf packs the key facts.
func keyOf(yes Fact) int {
	k := yes/SYN&1 | yes/RST&1<<1 | yes/ACK&1<<2 | yes/LEN&1<<3 | yes/InWindow&1<<4 |
		yes/NewACK&1<<5 | yes/FINTaken&1<<6
	return int(k)
}

// index is what may hold of one state: rules by number, in their order, and
// which clauses with "also" (bits of built.beside).
type index struct {
	rules  []uint16
	beside uint16
}

// key makes the indexes of segments, from those that know nothing of them.
func (b *built) key() {
	for state := range b.keyed {
		whole := &b.whole[state][Segment]
		for k := range b.keyed[state] {
			var yes Fact
			for i, f := range keyBits {
				if k>>i&1 != 0 {
					yes |= f
				}
			}
			known := Facts{Yes: allFacts &^ keyFacts, No: allFacts &^ keyFacts} // all else can be and not be
			known.Yes |= yes
			known.No |= keyFacts &^ yes
			known.Yes &^= excluded(yes)
			b.keyed[state][k] = b.narrow(endpoint.State(state), whole, &known)
		}
	}
}

// excluded are the facts that cannot be true beside those of a key. Where a
// segment lies is not asked: of an end that does not tell its numbers both a fact
// and the one that it excludes may be unknown, and so possible.
func excluded(yes Fact) (f Fact) {
	if yes&SYN == 0 {
		f |= SYNAgain | Reopens
	}
	if yes&LEN == 0 {
		f |= Text | FIN
	}
	return f
}

// narrow is what is left of an index if so much is known.
func (b *built) narrow(state endpoint.State, whole *index, known *Facts) (left index) {
	for _, n := range whole.rules {
		r := &b.rules[n]
		if !known.possible(r.need, r.not) {
			continue
		}
		left.rules = append(left.rules, n)
		if !r.may && known.certain(r.need, r.not) {
			break
		}
	}
	for i, id := range b.beside[state][Segment] {
		if c := &b.cells[id-1]; known.possible(c.need, c.not) {
			left.beside |= 1 << i
		}
	}
	return left
}

// indexOf is the narrowest index for a state, in which the step begins or ends.
func (s *Step) indexOf(state endpoint.State) *index {
	if s.Event == Segment && s.Facts.Yes&s.Facts.No&keyFacts == 0 {
		return &table.keyed[state][keyOf(s.Facts.Yes)]
	}
	return &table.whole[state][s.Event]
}
