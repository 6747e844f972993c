package vantage

import "example.org/halfopen/sim"

// rule is the index of a rule in the table below.
type rule uint8

// The rules, in the order of the table.
const (
	ruleI8 rule = iota
	ruleI11
	ruleI12
	ruleI13
	ruleI14
	ruleI16
	ruleI17
	ruleI20
	ruleI25
	ruleI34
	ruleI35
	ruleI37
	ruleI43
	ruleI48
	ruleI52
	ruleI53
	ruleI54
	ruleOptions
	numRules = int(ruleOptions) + 1
)

// Prefix begins the id of every rule here, so that a report says which judge has
// spoken.
const Prefix = "capture/"

// rules says what each rule is called and where it stands. An id with a number
// is that of the list of invariants.
var rules = [numRules]sim.Rule{
	ruleI8:      {ID: Prefix + "I-8", Name: "capture-ack-never-back", Section: "RFC 9293 section 3.4"},
	ruleI11:     {ID: Prefix + "I-11", Name: "capture-ack-of-what-was-sent", Section: "RFC 9293 section 3.8"},
	ruleI12:     {ID: Prefix + "I-12", Name: "capture-octet-stable", Section: "RFC 9293 section 3.4.3"},
	ruleI13:     {ID: Prefix + "I-13", Name: "capture-iss-stable", Section: "RFC 9293 section 3.4.1"},
	ruleI14:     {ID: Prefix + "I-14", Name: "capture-fin-last", Section: "RFC 9293 section 3.10.4"},
	ruleI16:     {ID: Prefix + "I-16", Name: "capture-ack-bit", Section: "RFC 9293 section 3.1"},
	ruleI17:     {ID: Prefix + "I-17", Name: "capture-legal-flags", Section: "RFC 9293 section 3.10"},
	ruleI20:     {ID: Prefix + "I-20", Name: "capture-rst-form", Section: "RFC 9293 section 3.5.2"},
	ruleI25:     {ID: Prefix + "I-25", Name: "capture-text-after-handshake", Section: "RFC 9293 section 3.10.7.4"},
	ruleI34:     {ID: Prefix + "I-34", Name: "capture-segment-fits", Section: "RFC 9293 section 3.7.1"},
	ruleI35:     {ID: Prefix + "I-35", Name: "capture-inside-window", Section: "RFC 9293 section 3.8.6"},
	ruleI37:     {ID: Prefix + "I-37", Name: "capture-window-not-shrunk", Section: "RFC 9293 section 3.8.6"},
	ruleI43:     {ID: Prefix + "I-43", Name: "capture-no-ack-war", Section: "RFC 5961 section 7"},
	ruleI48:     {ID: Prefix + "I-48", Name: "capture-syn-rto", Section: "RFC 6298 section 2.1"},
	ruleI52:     {ID: Prefix + "I-52", Name: "capture-options-negotiated", Section: "RFC 7323 section 1.3"},
	ruleI53:     {ID: Prefix + "I-53", Name: "capture-sack-blocks", Section: "RFC 2018 section 4"},
	ruleI54:     {ID: Prefix + "I-54", Name: "capture-timestamp-monotonic", Section: "RFC 7323 section 5.4"},
	ruleOptions: {ID: Prefix + "options", Name: "capture-option-length", Section: "RFC 9293 section 3.1"},
}

// Rules lists every rule that a Judge judges.
func Rules() []sim.Rule {
	return append([]sim.Rule(nil), rules[:]...)
}

// Unjudged is a kind of rule that no capture from one point can show broken.
type Unjudged struct {
	What string // what is not judged: "answers that are owed"
	Why  string
}

// Unjudgeable lists what is never judged from one vantage point.
func Unjudgeable() []Unjudged {
	return []Unjudged{
		{"answers that are owed, or are not (3.10.7)", "what they would answer may have been lost behind the point"},
		{"state changes (3.3.2), RSTs that are obeyed or ignored (3.5.3)", "states and arrivals are not on the wire"},
		{"user calls: a FIN without CLOSE, text that was never given to SEND (3.10)", "the calls are not on the wire"},
		{"octets delivered, their order and their end (3.4, 3.6)", "delivery is not on the wire"},
		{"timers: retransmission, delayed ACK, TIME-WAIT, persist, give-up (3.8, RFC 6298)", "what let a segment out cannot be told (of the first RTO, and of the clock of timestamps, it can with --complete)"},
		{"congestion control (RFC 5681)", "so is its window"},
	}
}
