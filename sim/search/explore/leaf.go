package explore

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// leaf is how a run ended, without what differs from run to run that ended
// alike.
type leaf struct {
	ending ending
	final  pair
	name   string // Violated, OverBudget: of the rule or budget
	rule   string // Violated: its id
	end    endpoint.End
	state  endpoint.State
}

// ending is how a run ended.
type ending uint8

const (
	going    ending = iota // not at all, so far
	legal                  // to its end, and nothing was broken
	violated               // a rule was broken
	budget                 // a limit of the harness was hit
	panicked               // a stack panicked
	endless                // it came back to a state of its own
	illegal                // the two ends were in states that exclude each other
	numEndings
)

var endingNames = [numEndings]string{"going on", "legal", "violated", "budget", "panic", "endless", IllegalPair}

// IllegalPair is the Ending of a Witness in which the two ends were in states
// that exclude each other (package joint).
const IllegalPair = "illegal pair"

func (e ending) String() string { return endingNames[e] }

// pair is the states of the two ends.
type pair struct{ a, b endpoint.State }

func (p pair) String() string { return p.a.String() + "/" + p.b.String() }

// mirror is the pair with the ends' names exchanged.
func (p pair) mirror() pair { return pair{p.b, p.a} }

// pairs is a set of them.
type pairs [endpoint.NumStates][endpoint.NumStates]bool

func (p *pairs) add(one pair)      { p[one.a][one.b] = true }
func (p *pairs) has(one pair) bool { return p[one.a][one.b] }

func (p *pairs) merge(o *pairs) {
	for a := range p {
		for b := range p[a] {
			p[a][b] = p[a][b] || o[a][b]
		}
	}
}

// list is the set in the order of the states.
func (p *pairs) list() (all []pair) {
	for a := range p {
		for b := range p[a] {
			if p[a][b] {
				all = append(all, pair{endpoint.State(a), endpoint.State(b)})
			}
		}
	}
	return all
}

func pairOf(w *sim.World) pair {
	return pair{w.Status(endpoint.A).State, w.Status(endpoint.B).State}
}

func violation(p pair, v *sim.Violation) leaf {
	return leaf{ending: violated, final: p, rule: v.Rule.ID, name: v.Rule.Name, end: v.End, state: v.State}
}

// everyPair lists all 121 pairs.
func everyPair() (all []pair) {
	for a := range endpoint.State(endpoint.NumStates) {
		for b := range endpoint.State(endpoint.NumStates) {
			all = append(all, pair{a, b})
		}
	}
	return all
}
