package oracle

import (
	"strconv"

	"example.org/halfopen/sim"
)

// rule is the index of a rule in the table below.
type rule uint8

// The rules, in the order of the table.
const (
	ruleI1 rule = iota
	ruleI2
	ruleI3
	ruleI4
	ruleI5
	ruleI6
	ruleI7
	ruleI8
	ruleI9
	ruleI10
	ruleI11
	ruleI12
	ruleI13
	ruleI14
	ruleI15
	ruleI16
	ruleI17
	ruleI19
	ruleI20
	ruleI22
	ruleI23
	ruleI24
	ruleI25
	ruleI26
	ruleI27
	ruleI28
	ruleI29
	ruleI30
	ruleI31
	ruleI32
	ruleI33
	ruleI34
	ruleI35
	ruleI38
	ruleI39
	ruleI40
	ruleI41
	ruleI45
	ruleI47
	ruleI48
	ruleI49
	ruleI51
	ruleI56
	ruleI57
	ruleI58
	ruleI59
	ruleI62
	ruleWire
	ruleSockets
	ruleDead
	ruleUNA
	ruleAbort
	ruleClose
	ruleUnread
	ruleNoACK
	ruleTaken
	ruleACKTaken
	ruleWindowTaken
	ruleACKSeq
	ruleAccepted
	ruleUnsent
	ruleLostSYN
	ruleOwed
	ruleUnowed
	ruleGiveUp
	ruleUser
	ruleResting
	ruleDelivered
	ruleSettle
	ruleCarried
	ruleStranger
	ruleHigh
	ruleProbe
	ruleSilly
	ruleEdge
	rulePush
	ruleHeld
	ruleISS
	ruleRoom
	ruleEOF
	ruleFlushed
	ruleReason
	ruleConfig
	numRules = int(ruleConfig) + 1
)

// harness is the section of the rules by which halfopen checks itself.
const harness = "halfopen: the harness checks itself"

// rules says what each rule is called and where it stands. An id with a number
// is that of the list of invariants; the others are the house's own names.
var rules = [numRules]sim.Rule{
	ruleI1:          in(9293, "3.10", "I-1", "legal-edge"),
	ruleI2:          in(9293, "3.10", "I-2", "edge-action"),
	ruleI3:          in(9293, "3.6", "I-3", "octets-in-order"),
	ruleI4:          in(9293, "3.5", "I-4", "no-early-delivery"),
	ruleI5:          in(9293, "3.10.7.4", "I-5", "eof-after-all"),
	ruleI6:          in(9293, "3.6", "I-6", "closed-or-aborted"),
	ruleI7:          in(9293, "3.4", "I-7", "send-order"),
	ruleI8:          in(9293, "3.4", "I-8", "never-back"),
	ruleI9:          in(9293, "3.4", "I-9", "snd-max-kept"),
	ruleI10:         in(9293, "3.4", "I-10", "pair-order"),
	ruleI11:         in(9293, "3.8", "I-11", "ack-is-rcv-nxt"),
	ruleI12:         in(9293, "3.4.3", "I-12", "octet-stable"),
	ruleI13:         in(9293, "3.4.1", "I-13", "iss-stable"),
	ruleI14:         in(9293, "3.10.4", "I-14", "fin-last"),
	ruleI15:         in(9293, "3.10.4", "I-15", "fin-after-close"),
	ruleI16:         in(9293, "3.1", "I-16", "ack-bit"),
	ruleI17:         in(9293, "3.10", "I-17", "legal-flags"),
	ruleI19:         in(9293, "3.10.7", "I-19", "syn-ack-state"),
	ruleI20:         in(9293, "3.5.2", "I-20", "rst-cause"),
	ruleI22:         in(9293, "3.5.3", "I-22", "rst-acceptable"),
	ruleI23:         in(9293, "3.10.7.2", "I-23", "listen-left"),
	ruleI24:         in(9293, "3.10.7.4", "I-24", "back-to-listen"),
	ruleI25:         in(9293, "3.10.7.4", "I-25", "established-earned"),
	ruleI26:         in(9293, "3.5", "I-26", "established-matched"),
	ruleI27:         in(9293, "3.3.2", "I-27", "own-fin-acked"),
	ruleI28:         in(9293, "3.3.2", "I-28", "peer-fin-in-order"),
	ruleI29:         in(9293, "3.3.2", "I-29", "own-fin-unacked"),
	ruleI30:         in(9293, "3.6.1", "I-30", "active-closer"),
	ruleI31:         in(9293, "3.6.1", "I-31", "time-wait-2msl"),
	ruleI32:         in(9293, "3.10.7.4", "I-32", "time-wait-answer"),
	ruleI33:         in(9293, "3.6.1", "I-33", "reopen-above"),
	ruleI34:         in(9293, "3.7.1", "I-34", "fits-mss"),
	ruleI35:         in(9293, "3.8.6", "I-35", "inside-window"),
	ruleI38:         in(9293, "3.10.7.4", "I-38", "window-from-newest"),
	ruleI39:         in(9293, "3.10.7.4", "I-39", "window-is-kept"),
	ruleI40:         in(9293, "3.10.7.4", "I-40", "unacceptable-inert"),
	ruleI41:         in(9293, "3.1", "I-41", "corrupted-inert"),
	ruleI45:         in(6298, "5.2", "I-45", "idle-timer-off"),
	ruleI47:         in(9293, "3.3.2", "I-47", "closed-holds-nothing"),
	ruleI48:         in(6298, "5", "I-48", "rto-backs-off"),
	ruleI49:         in(6298, "2", "I-49", "rto-of-samples"),
	ruleI51:         in(5681, "4.2", "I-51", "one-ack-each"),
	ruleI56:         in(9293, "3.10", "I-56", "call-refused"),
	ruleI57:         {ID: "I-57", Name: "wire-conserves", Section: harness},
	ruleI58:         in(9293, "3.5", "I-58", "joint-state"),
	ruleI59:         in(9293, "3.6", "I-59", "never-together"),
	ruleI62:         in(9293, "3.8.3", "I-62", "gives-up-at-r2"),
	ruleWire:        in(9293, "3.1", "wire", "emits-segments"),
	ruleSockets:     in(9293, "3.3.1", "sockets", "own-sockets"),
	ruleDead:        {ID: "down", Name: "down-is-silent", Section: harness},
	ruleUNA:         in(9293, "3.4", "una", "una-by-ack"),
	ruleAbort:       in(9293, "3.10.5", "abort", "abort-resets"),
	ruleClose:       in(9293, "3.10.4", "close", "close-ends"),
	ruleUnread:      in(9293, "3.10.3", "unread", "unread-kept"),
	ruleNoACK:       in(9293, "3.10.7.4", "no-ack", "without-ack-inert"),
	ruleTaken:       in(9293, "3.10.7.4", "in-order", "in-order-taken"),
	ruleACKTaken:    in(9293, "3.10.7.4", "ack-taken", "ack-taken"),
	ruleWindowTaken: in(9293, "3.10.7.4", "window-taken", "window-taken"),
	ruleACKSeq:      in(9293, "3.10.7.4", "ack-seq", "ack-from-snd-nxt"),
	ruleAccepted:    in(9293, "3.10", "call", "call-accepted"),
	ruleUnsent:      {ID: "unsent", Name: "unsent-told", Section: harness},
	ruleLostSYN:     in(6298, "5.7", "rto-after-syn", "rto-after-lost-syn"),
	ruleOwed:        in(9293, "3.10.7", "owed-answer", "owed-answer"),
	ruleUnowed:      in(9293, "3.10.7", "unowed-answer", "unowed-answer"),
	ruleGiveUp:      in(9293, "3.8.3", "earned-give-up", "earned-give-up"),
	ruleUser:        in(9293, "3.10.8", "user-timeout", "user-timeout"),
	ruleResting:     in(9293, "3.3.2", "resting", "resting"),
	ruleDelivered:   in(9293, "3.6", "delivered-all", "delivered-all"),
	ruleSettle:      in(9293, "3.8.1", "settle", "settle"),
	ruleCarried:     in(9293, "3.10.7.3", "syn-text", "text-on-syn-ack"),
	ruleStranger:    in(9293, "3.10.7", "stranger", "stranger-inert"),
	ruleHigh:        in(9293, "3.10.7.4", "ack-range", "bad-ack-inert"),
	ruleProbe:       in(9293, "3.8.6.1", "probe", "probe-interval"),
	ruleSilly:       in(9293, "3.8.6.2.1", "silly", "worth-sending"),
	ruleEdge:        in(9293, "3.8.6.2.2", "edge", "edge-worth-moving"),
	rulePush:        in(9293, "3.9.1.2", "push", "last-octet-pushed"),
	ruleHeld:        in(9293, "3.10.7.4", "held", "early-text-held"),
	ruleISS:         in(9293, "3.4.1", "iss", "iss-by-clock"),
	ruleRoom:        in(9293, "3.10.2", "room", "room-told"),
	ruleEOF:         in(9293, "3.10.7.4", "eof", "end-of-stream-told"),
	ruleFlushed:     in(9293, "3.10.5", "flushed", "queues-flushed"),
	ruleReason:      in(9293, "3.10", "reason", "reason-told"),
	ruleConfig:      {ID: "config", Name: "constants-of-config", Section: harness},
}

// in is a rule that stands in a section of an RFC.
func in(rfc int, section, id, name string) sim.Rule {
	return sim.Rule{ID: id, Name: name, Section: "RFC " + strconv.Itoa(rfc) + " section " + section}
}

// Rules lists every rule that a Judge judges.
func Rules() []sim.Rule {
	return append([]sim.Rule(nil), rules[:]...)
}
