package coverage

import (
	"fmt"
	"slices"

	"example.org/halfopen/endpoint"
)

// Space says which cells there are. The states, the edges, the core edges under
// faults and the joint pairs always are; rows and rules are the caller's, who
// knows them by index. The zero value has no rows and no rules. A Space is not
// to be changed once it is in use.
type Space struct {
	_ struct{}

	Rows  []string // the names of the rows of a transition table, all different
	Rules []string // the names of an oracle's rules, all different
}

// Cell is the number of something that can be covered, in its Space. Cells are
// in the order of Kind.
type Cell uint32

// Kind is what a cell is about.
type Kind uint8

// The kinds of cells.
const (
	StateVisit Kind = iota // an end enters a state; for CLOSED a run's beginning counts, too
	EdgeTaken              // an end changes from one state to another
	EdgeUnder              // an end takes a core edge while a fault was felt, or clean
	JointPair              // the ends are in two states, in a run of a class
	RuleJudged             // a rule was judged
	RowTaken               // a row of the transition table explains a step
	RowPair                // of one end, a row follows a row
	NumKinds   = int(RowPair) + 1
)

var kindNames = [NumKinds]string{
	"states", "edges", "core edges under faults", "joint pairs", "rules", "rows", "row pairs",
}

// String is "core edges under faults".
func (k Kind) String() string {
	if int(k) < NumKinds {
		return kindNames[k]
	}
	return "no such kind"
}

const (
	numStates = endpoint.NumStates
	numPairs  = numStates * numStates

	firstState = 0
	firstEdge  = firstState + numStates
	firstUnder = firstEdge + numPairs
	firstJoint = firstUnder + NumCoreEdges*NumFaults
	firstRule  = firstJoint + NumClasses*numPairs
)

// then stands between the names of two rows. The name of a row may not have it.
const then = ", then "

// Cells are the first cell of a kind and the one after the last.
func (s *Space) Cells(k Kind) (first, end Cell) {
	rules, rows := len(s.Rules), len(s.Rows)
	bounds := [NumKinds + 1]int{
		firstState, firstEdge, firstUnder, firstJoint, firstRule,
		firstRule + rules, firstRule + rules + rows, firstRule + rules + rows + rows*rows,
	}
	return Cell(bounds[k]), Cell(bounds[k+1])
}

// Size is how many cells there are.
func (s *Space) Size() int {
	_, end := s.Cells(RowPair)
	return int(end)
}

// State is the cell of a state.
func (s *Space) State(q endpoint.State) Cell { return Cell(firstState + int(q)) }

// Edge is the cell of a change of state.
func (s *Space) Edge(e Edge) Cell {
	return Cell(firstEdge + int(e.From)*numStates + int(e.To))
}

// Under is the cell of the i-th core edge under a fault.
func (s *Space) Under(i int, f Fault) Cell { return Cell(firstUnder + i*NumFaults + int(f)) }

// Joint is the cell of the pair of A's state and B's, in runs of a class.
func (s *Space) Joint(c Class, a, b endpoint.State) Cell {
	return Cell(firstJoint + int(c)*numPairs + int(a)*numStates + int(b))
}

// Rule is the cell of a rule.
func (s *Space) Rule(i int) Cell { return Cell(firstRule + i) }

// Row is the cell of a row.
func (s *Space) Row(i int) Cell { return Cell(firstRule + len(s.Rules) + i) }

// Pair is the cell of a row and the one that follows it.
func (s *Space) Pair(row, next int) Cell {
	return Cell(firstRule + len(s.Rules) + len(s.Rows) + row*len(s.Rows) + next)
}

// Kind is what a cell is about.
func (s *Space) Kind(c Cell) Kind {
	for k := range Kind(NumKinds) {
		if _, end := s.Cells(k); c < end {
			return k
		}
	}
	return Kind(NumKinds)
}

// Name is what a report calls a cell: "SYN-SENT -> ESTABLISHED under drop SYN".
// No two cells of a Space have the same name.
func (s *Space) Name(c Cell) string {
	k := s.Kind(c)
	if int(k) == NumKinds {
		return "no such cell"
	}
	first, _ := s.Cells(k)
	i := int(c - first)
	switch k {
	case StateVisit:
		return endpoint.State(i).String()
	case EdgeTaken:
		return Edge{endpoint.State(i / numStates), endpoint.State(i % numStates)}.String()
	case EdgeUnder:
		e, f := coreEdges[i/NumFaults], Fault(i%NumFaults)
		if f == Clean {
			return e.String() + " clean"
		}
		return e.String() + " under " + f.String()
	case JointPair:
		pair := i % numPairs
		return fmt.Sprintf("class %d: A %v, B %v", i/numPairs,
			endpoint.State(pair/numStates), endpoint.State(pair%numStates))
	case RuleJudged:
		return "rule " + s.Rules[i]
	case RowTaken:
		return "row " + s.Rows[i]
	}
	return "row " + s.Rows[i/len(s.Rows)] + then + s.Rows[i%len(s.Rows)]
}

// EdgeFault is the core edge, by its number, and the fault of a cell of kind
// EdgeUnder.
func (s *Space) EdgeFault(c Cell) (edge int, f Fault) {
	i := int(c) - firstUnder
	return i / NumFaults, Fault(i % NumFaults)
}

// Equal reports whether two spaces have the same cells.
func (s *Space) Equal(o *Space) bool {
	return slices.Equal(s.Rows, o.Rows) && slices.Equal(s.Rules, o.Rules)
}
