package wireonly

import "example.org/halfopen/sim"

// rule is the index of a rule in the table below.
type rule uint8

// The rules, in the order of the table.
const (
	ruleExplained rule = iota
	ruleClaimed
	ruleEdge
	ruleI11
	ruleI12
	ruleI13
	ruleI14
	ruleI15
	ruleI16
	ruleI17
	ruleI18
	ruleI19
	ruleI20
	ruleI21
	ruleI22
	ruleI23
	ruleI28
	ruleI30
	ruleI32
	ruleI34
	ruleI35
	ruleI37
	ruleI41
	ruleI43
	ruleI48
	ruleI52
	ruleI53
	ruleSeq
	ruleOwed
	ruleUnowed
	ruleWire
	numRules = int(ruleWire) + 1
)

// Prefix begins the id of every rule here: the other judge has rules about the
// same invariants, and a report has to say which of the two has spoken.
const Prefix = "wire/"

// rules says what each rule is called and where it stands. An id with a number
// is that of the list of invariants; the others are the house's own names.
var rules = [numRules]sim.Rule{
	ruleExplained: {ID: Prefix + "explained", Name: "wire-segment-explained", Section: "RFC 9293 section 3.10"},
	ruleClaimed:   {ID: Prefix + "claimed", Name: "wire-claimed-state", Section: "RFC 9293 section 3.10.6"},
	ruleEdge:      {ID: Prefix + "edge", Name: "wire-legal-edge", Section: "RFC 9293 section 3.10"},
	ruleI11:       {ID: Prefix + "I-11", Name: "wire-ack-is-rcv-nxt", Section: "RFC 9293 section 3.8"},
	ruleI12:       {ID: Prefix + "I-12", Name: "wire-octet-stable", Section: "RFC 9293 section 3.4.3"},
	ruleI13:       {ID: Prefix + "I-13", Name: "wire-iss-stable", Section: "RFC 9293 section 3.4.1"},
	ruleI14:       {ID: Prefix + "I-14", Name: "wire-fin-last", Section: "RFC 9293 section 3.10.4"},
	ruleI15:       {ID: Prefix + "I-15", Name: "wire-fin-after-close", Section: "RFC 9293 section 3.10.4"},
	ruleI16:       {ID: Prefix + "I-16", Name: "wire-ack-bit", Section: "RFC 9293 section 3.1"},
	ruleI17:       {ID: Prefix + "I-17", Name: "wire-legal-flags", Section: "RFC 9293 section 3.10"},
	ruleI18:       {ID: Prefix + "I-18", Name: "wire-syn-sent-emits", Section: "RFC 9293 section 3.10.7.3"},
	ruleI19:       {ID: Prefix + "I-19", Name: "wire-syn-ack-state", Section: "RFC 9293 section 3.10.7"},
	ruleI20:       {ID: Prefix + "I-20", Name: "wire-rst-cause", Section: "RFC 9293 section 3.5.2"},
	ruleI21:       {ID: Prefix + "I-21", Name: "wire-no-rst-synchronized", Section: "RFC 9293 section 3.5.2"},
	ruleI22:       {ID: Prefix + "I-22", Name: "wire-rst-acceptable", Section: "RFC 9293 section 3.5.3"},
	ruleI23:       {ID: Prefix + "I-23", Name: "wire-listen-left", Section: "RFC 9293 section 3.10.7.2"},
	ruleI28:       {ID: Prefix + "I-28", Name: "wire-peer-fin-in-order", Section: "RFC 9293 section 3.3.2"},
	ruleI30:       {ID: Prefix + "I-30", Name: "wire-active-closer", Section: "RFC 9293 section 3.6.1"},
	ruleI32:       {ID: Prefix + "I-32", Name: "wire-time-wait-answer", Section: "RFC 9293 section 3.10.7.4"},
	ruleI34:       {ID: Prefix + "I-34", Name: "wire-segment-fits", Section: "RFC 9293 section 3.7.1"},
	ruleI35:       {ID: Prefix + "I-35", Name: "wire-inside-window", Section: "RFC 9293 section 3.8.6"},
	ruleI37:       {ID: Prefix + "I-37", Name: "wire-window-not-shrunk", Section: "RFC 9293 section 3.8.6"},
	ruleI41:       {ID: Prefix + "I-41", Name: "wire-corrupted-inert", Section: "RFC 9293 section 3.1"},
	ruleI43:       {ID: Prefix + "I-43", Name: "wire-no-ack-for-ack", Section: "RFC 9293 section 3.4"},
	ruleI48:       {ID: Prefix + "I-48", Name: "wire-rto-kept", Section: "RFC 6298 section 5"},
	ruleI52:       {ID: Prefix + "I-52", Name: "wire-options-negotiated", Section: "RFC 7323 section 1.3"},
	ruleI53:       {ID: Prefix + "I-53", Name: "wire-sack-blocks", Section: "RFC 2018 section 4"},
	ruleSeq:       {ID: Prefix + "seq", Name: "wire-seq-in-send-space", Section: "RFC 9293 section 3.4"},
	ruleOwed:      {ID: Prefix + "owed-answer", Name: "wire-owed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleUnowed:    {ID: Prefix + "unowed-answer", Name: "wire-unowed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleWire:      {ID: Prefix + "wire", Name: "wire-emits-segments", Section: "RFC 9293 section 3.1"},
}

// Rules lists every rule that a Judge judges.
func Rules() []sim.Rule {
	return append([]sim.Rule(nil), rules[:]...)
}
