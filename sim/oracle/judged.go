package oracle

import (
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Judged remembers what the ends of a judge's runs did not give: what no step
// told, and no profile claimed. Rules that need it were not judged, which is
// not the same as passed. And it counts how often each rule was judged: how often
// something happened of which the rule has something to say. The zero value has
// seen nothing.
type Judged struct {
	ends  [2]given
	times [numRules]uint64
}

// together has rules that are judged whenever another is, which is counted for
// both: 0 for those that are counted alone. It spares the hot path.
var together = [numRules]rule{
	ruleI9: ruleI7, ruleI16: ruleWire, ruleI17: ruleWire, ruleSockets: ruleWire, ruleI59: ruleI58,
}

// Times is how often a rule was judged, by its index in Rules.
func (g *Judged) Times(rule int) uint64 {
	if with := together[rule]; with != 0 {
		return g.times[with]
	}
	return g.times[rule]
}

// ask counts that a rule is judged.
func (j *Judge) ask(r rule) { j.judged.times[r]++ }

// given is what an end gave at some time, and what it lacked at some time.
type given struct{ knew, lacked lack }

// lack is a set of things that an end may give: the bits of endpoint.Known, and
// after them what its profile says.
type lack uint32

// The things that rules need.
const (
	lackState    = lack(endpoint.KnowState)
	lackSND      = lack(endpoint.KnowSND)
	lackWindow   = lack(endpoint.KnowWindow)
	lackRCV      = lack(endpoint.KnowRCV)
	lackISS      = lack(endpoint.KnowISS)
	lackBuffers  = lack(endpoint.KnowBuffers)
	lackDeadline = lack(endpoint.KnowDeadline)
	lackErr      = lack(endpoint.KnowErr)

	lackRFC5961     = lackErr << 1 // the claim
	lackMSL         = lackErr << 2
	lackRTOMax      = lackErr << 3
	lackR2          = lackErr << 4
	lackR2SYN       = lackErr << 5
	lackSynReceived = lackErr << 6 // it shows that state
	lackTimestamps  = lackErr << 7 // a connection without them
	lackSACK        = lackErr << 8 // and one without SACK
	numLacks        = 16

	lackTold    = lack(endpoint.KnowAll)
	lackClaimed = lackTimestamps - lackRFC5961
)

// lackNames are the words of reports, in the order of the bits.
var lackNames = [numLacks]string{
	"State", "SND", "SND.WND", "RCV", "ISS", "buffers", "Deadline", "Err",
	"RFC5961", "MSL", "RTOMax", "R2", "R2SYN", "SYN-RECEIVED", "no timestamps", "no SACK",
}

// mattering is what an end has to tell in each state: without a TCB there are
// no numbers.
var mattering = func() (m [endpoint.NumStates]lack) {
	for s := range m {
		m[s] = lackTold
	}
	m[sCLOSED] = lackState | lackBuffers | lackDeadline
	m[sLISTEN] = lackState | lackDeadline
	return m
}()

// told takes in what an end told after a step.
func (g *given) told(st *endpoint.Status) {
	if lack(st.Known) == lackTold && g.knew&lackTold == lackTold { // as always
		return
	}
	m := mattering[st.State]
	g.knew |= lack(st.Known) & m
	g.lacked |= ^lack(st.Known) & m
}

// claimed takes in what an end claims about a run.
func (g *given) claimed(p *endpoint.Profile) {
	var c lack
	if p.RFC5961 {
		c |= lackRFC5961
	}
	if p.MSL > 0 {
		c |= lackMSL
	}
	if p.RTOMax > 0 {
		c |= lackRTOMax
	}
	if p.R2 > 0 {
		c |= lackR2
	}
	if p.R2SYN > 0 {
		c |= lackR2SYN
	}
	if !p.HidesSynReceived {
		c |= lackSynReceived
	}
	g.knew |= c | lackTimestamps | lackSACK // only a connection that has them lacks that
	g.lacked |= lackClaimed &^ c
}

// Merge adds what another has seen.
func (g *Judged) Merge(o *Judged) {
	for e := range g.ends {
		g.ends[e].knew |= o.ends[e].knew
		g.ends[e].lacked |= o.ends[e].lacked
	}
	for r := range g.times {
		g.times[r] += o.times[r]
	}
}

// Unjudged is a rule that was not judged at an end, or only in part: not all of
// what the rule says, or not all the time.
type Unjudged struct {
	Rule  sim.Rule
	Needs []string // what it needs and was not given, for example "RCV"
	Part  bool
}

// String is "I-41 (needs RCV, ISS)".
func (u Unjudged) String() string {
	return u.Rule.ID + " (needs " + strings.Join(u.Needs, ", ") + ")"
}

// Of lists the rules that were not judged at an end, in the order of Rules.
func (g *Judged) Of(e endpoint.End) []Unjudged {
	return unjudged(&g.ends[e], &g.ends[e.Peer()])
}

// NotJudged lists the rules that are not judged at an end that tells and
// claims so much, opposite one that tells all.
func NotJudged(known endpoint.Known, p endpoint.Profile) []Unjudged {
	g := given{knew: lack(known), lacked: lackTold &^ lack(known)}
	g.claimed(&p)
	if p.Timestamps {
		g.lacked |= lackTimestamps
	}
	if p.SACK {
		g.lacked |= lackSACK
	}
	return unjudged(&g, &given{})
}

func unjudged(own, peer *given) []Unjudged {
	var list []Unjudged
	for r := range needs {
		if claimsFirst[r] == goesByTheBook {
			continue // of an end that does not promise it nothing is missing
		}
		whole, some := true, false
		var lacksOwn, lacksPeer lack
		for _, n := range needs[r] {
			o, p := n.own&own.lacked, n.peer&peer.lacked
			lacksOwn, lacksPeer = lacksOwn|o, lacksPeer|p
			some = some || o|p != 0
			whole = whole && o&^own.knew|p&^peer.knew != 0
		}
		if some {
			list = append(list, Unjudged{rules[r], append(lacksOwn.names(""), (lacksPeer &^ lacksOwn).names(" of the peer")...), !whole})
		}
	}
	return list
}

func (l lack) names(of string) []string {
	var list []string
	for i, name := range lackNames {
		if l>>i&1 != 0 {
			list = append(list, name+of)
		}
	}
	return list
}
