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

// rules says what each rule is called and where it stands. An id with a number
// is that of the list of invariants; the others are the house's own names.
var rules = [numRules]sim.Rule{
	ruleExplained: {ID: "explained", Name: "segment-explained", Section: "RFC 9293 section 3.10"},
	ruleClaimed:   {ID: "claimed", Name: "claimed-state", Section: "RFC 9293 section 3.10.6"},
	ruleEdge:      {ID: "edge", Name: "legal-edge", Section: "RFC 9293 section 3.10"},
	ruleI11:       {ID: "I-11", Name: "ack-is-rcv-nxt", Section: "RFC 9293 section 3.8"},
	ruleI12:       {ID: "I-12", Name: "octet-stable", Section: "RFC 9293 section 3.4.3"},
	ruleI13:       {ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
	ruleI14:       {ID: "I-14", Name: "fin-last", Section: "RFC 9293 section 3.10.4"},
	ruleI15:       {ID: "I-15", Name: "fin-after-close", Section: "RFC 9293 section 3.10.4"},
	ruleI16:       {ID: "I-16", Name: "ack-bit", Section: "RFC 9293 section 3.1"},
	ruleI17:       {ID: "I-17", Name: "legal-flags", Section: "RFC 9293 section 3.10"},
	ruleI18:       {ID: "I-18", Name: "syn-sent-emits", Section: "RFC 9293 section 3.10.7.3"},
	ruleI19:       {ID: "I-19", Name: "syn-ack-state", Section: "RFC 9293 section 3.10.7"},
	ruleI20:       {ID: "I-20", Name: "rst-cause", Section: "RFC 9293 section 3.5.2"},
	ruleI21:       {ID: "I-21", Name: "no-rst-synchronized", Section: "RFC 9293 section 3.5.2"},
	ruleI22:       {ID: "I-22", Name: "rst-acceptable", Section: "RFC 9293 section 3.5.3"},
	ruleI23:       {ID: "I-23", Name: "listen-left", Section: "RFC 9293 section 3.10.7.2"},
	ruleI28:       {ID: "I-28", Name: "peer-fin-in-order", Section: "RFC 9293 section 3.3.2"},
	ruleI30:       {ID: "I-30", Name: "active-closer", Section: "RFC 9293 section 3.6.1"},
	ruleI32:       {ID: "I-32", Name: "time-wait-answer", Section: "RFC 9293 section 3.10.7.4"},
	ruleI34:       {ID: "I-34", Name: "segment-fits", Section: "RFC 9293 section 3.7.1"},
	ruleI35:       {ID: "I-35", Name: "inside-window", Section: "RFC 9293 section 3.8.6"},
	ruleI37:       {ID: "I-37", Name: "window-not-shrunk", Section: "RFC 9293 section 3.8.6"},
	ruleI41:       {ID: "I-41", Name: "corrupted-inert", Section: "RFC 9293 section 3.1"},
	ruleI43:       {ID: "I-43", Name: "no-ack-for-ack", Section: "RFC 9293 section 3.4"},
	ruleI48:       {ID: "I-48", Name: "rto-kept", Section: "RFC 6298 section 5"},
	ruleI52:       {ID: "I-52", Name: "options-negotiated", Section: "RFC 7323 section 1.3"},
	ruleI53:       {ID: "I-53", Name: "sack-blocks", Section: "RFC 2018 section 4"},
	ruleSeq:       {ID: "seq", Name: "seq-in-send-space", Section: "RFC 9293 section 3.4"},
	ruleOwed:      {ID: "owed-answer", Name: "owed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleUnowed:    {ID: "unowed-answer", Name: "unowed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleWire:      {ID: "wire", Name: "emits-segments", Section: "RFC 9293 section 3.1"},
}

// Rules lists every rule that a Judge judges.
func Rules() []sim.Rule {
	return append([]sim.Rule(nil), rules[:]...)
}
