package search

import (
	"cmp"
	"strings"
	"unicode"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Group is the runs that broke the same rule in the same way: at the same end,
// in the same state, in the same words. Two runs are of one group if Same says
// so of their violations.
type Group struct {
	Violation sim.Violation // of the lowest-numbered run
	Run       uint64        // its number
	Count     uint64        // runs of the group
	// Scenario is what that run was, if its number does not say it; otherwise
	// nil.
	Scenario *scenario.Scenario
}

// groupKey is what the violations of a group have in common.
type groupKey struct {
	rule  string
	name  string
	end   endpoint.End
	state endpoint.State
	words string
}

func keyOf(v *sim.Violation) groupKey {
	return groupKey{v.Rule.ID, v.Rule.Name, v.End, v.State, words(v.Text)}
}

// compare orders keys as reports list groups: by rule, end and state, and only
// then by the words.
func (k groupKey) compare(l groupKey) int {
	return cmp.Or(
		cmp.Compare(k.rule, l.rule),
		cmp.Compare(k.name, l.name),
		cmp.Compare(k.end, l.end),
		cmp.Compare(k.state, l.state),
		cmp.Compare(k.words, l.words),
	)
}

// Same reports whether two violations are of the same rule, at the same end, in
// the same state and in the same words but for the figures: what a shrink step
// has to preserve. A rule alone is too little: a stack may break it in several
// ways, and the shrinker would slide from a rare one to the commonest.
func Same(a, b *sim.Violation) bool { return keyOf(a) == keyOf(b) }

// words is what is left of a violation's text without its figures: the same for
// the same bug in two runs.
//
//	A went SYN-SENT -> CLOSED on RST,ACK SEQ=7 (RCV.NXT 1) LEN=2, which is no cause for it
//	A went SYN-SENT -> CLOSED on RST which is no cause for it
//
// Dropped is each word with a digit in it, unless it is a state's name, and what
// stands in parentheses. The flags of a segment become its kind. Of a panic
// only the innermost function counts: it may be reached in many ways.
func words(text string) string {
	text, _, _ = strings.Cut(text, callers)
	var list []string
	inside := false
	for word := range strings.FieldsSeq(text) {
		bare := strings.TrimRight(word, ",;:.)")
		if inside = inside || word[0] == '('; inside {
			inside = !strings.Contains(word[len(bare):], ")")
			continue
		}
		_, isState := endpoint.ParseState(bare)
		switch n := len(list) - 1; {
		case isState || !strings.ContainsFunc(bare, unicode.IsDigit):
			list = append(list, kindOfFlags(bare))
		case n >= 0 && list[n] == "ACK" && strings.HasPrefix(bare, "LEN="):
			list[n] = endpoint.KindDATA.String()
		}
	}
	return strings.Join(list, " ")
}

// kindOfFlags is a word, or, if it is flags as a segment prints them, those that
// make the kind of that segment: which others it has is chance.
func kindOfFlags(word string) string {
	f, ok := endpoint.ParseFlags(word)
	switch {
	case !ok || f == 0:
		return word
	case f.Has(endpoint.RST):
		return "RST"
	}
	return (f & (endpoint.SYN | endpoint.FIN | endpoint.ACK)).String()
}
