package oracle

import "example.org/halfopen/sim"

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
	ruleI1:          {ID: "I-1", Name: "legal-edge", Section: "RFC 9293 section 3.10"},
	ruleI2:          {ID: "I-2", Name: "edge-action", Section: "RFC 9293 section 3.10"},
	ruleI3:          {ID: "I-3", Name: "octets-in-order", Section: "RFC 9293 section 3.6"},
	ruleI4:          {ID: "I-4", Name: "no-early-delivery", Section: "RFC 9293 section 3.5"},
	ruleI5:          {ID: "I-5", Name: "eof-after-all", Section: "RFC 9293 section 3.10.7.4"},
	ruleI6:          {ID: "I-6", Name: "closed-or-aborted", Section: "RFC 9293 section 3.6"},
	ruleI7:          {ID: "I-7", Name: "send-order", Section: "RFC 9293 section 3.4"},
	ruleI8:          {ID: "I-8", Name: "never-back", Section: "RFC 9293 section 3.4"},
	ruleI9:          {ID: "I-9", Name: "snd-max-kept", Section: "RFC 9293 section 3.4"},
	ruleI10:         {ID: "I-10", Name: "pair-order", Section: "RFC 9293 section 3.4"},
	ruleI11:         {ID: "I-11", Name: "ack-is-rcv-nxt", Section: "RFC 9293 section 3.8"},
	ruleI12:         {ID: "I-12", Name: "octet-stable", Section: "RFC 9293 section 3.4.3"},
	ruleI13:         {ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
	ruleI14:         {ID: "I-14", Name: "fin-last", Section: "RFC 9293 section 3.10.4"},
	ruleI15:         {ID: "I-15", Name: "fin-after-close", Section: "RFC 9293 section 3.10.4"},
	ruleI16:         {ID: "I-16", Name: "ack-bit", Section: "RFC 9293 section 3.1"},
	ruleI17:         {ID: "I-17", Name: "legal-flags", Section: "RFC 9293 section 3.10"},
	ruleI19:         {ID: "I-19", Name: "syn-ack-state", Section: "RFC 9293 section 3.10.7"},
	ruleI20:         {ID: "I-20", Name: "rst-cause", Section: "RFC 9293 section 3.5.2"},
	ruleI22:         {ID: "I-22", Name: "rst-acceptable", Section: "RFC 9293 section 3.5.3"},
	ruleI23:         {ID: "I-23", Name: "listen-left", Section: "RFC 9293 section 3.10.7.2"},
	ruleI24:         {ID: "I-24", Name: "back-to-listen", Section: "RFC 9293 section 3.10.7.4"},
	ruleI25:         {ID: "I-25", Name: "established-earned", Section: "RFC 9293 section 3.10.7.4"},
	ruleI26:         {ID: "I-26", Name: "established-matched", Section: "RFC 9293 section 3.5"},
	ruleI27:         {ID: "I-27", Name: "own-fin-acked", Section: "RFC 9293 section 3.3.2"},
	ruleI28:         {ID: "I-28", Name: "peer-fin-in-order", Section: "RFC 9293 section 3.3.2"},
	ruleI29:         {ID: "I-29", Name: "own-fin-unacked", Section: "RFC 9293 section 3.3.2"},
	ruleI30:         {ID: "I-30", Name: "active-closer", Section: "RFC 9293 section 3.6.1"},
	ruleI31:         {ID: "I-31", Name: "time-wait-2msl", Section: "RFC 9293 section 3.6.1"},
	ruleI32:         {ID: "I-32", Name: "time-wait-answer", Section: "RFC 9293 section 3.10.7.4"},
	ruleI33:         {ID: "I-33", Name: "reopen-above", Section: "RFC 9293 section 3.6.1"},
	ruleI34:         {ID: "I-34", Name: "fits-mss", Section: "RFC 9293 section 3.7.1"},
	ruleI35:         {ID: "I-35", Name: "inside-window", Section: "RFC 9293 section 3.8.6"},
	ruleI38:         {ID: "I-38", Name: "window-from-newest", Section: "RFC 9293 section 3.10.7.4"},
	ruleI39:         {ID: "I-39", Name: "window-is-kept", Section: "RFC 9293 section 3.10.7.4"},
	ruleI40:         {ID: "I-40", Name: "unacceptable-inert", Section: "RFC 9293 section 3.10.7.4"},
	ruleI41:         {ID: "I-41", Name: "corrupted-inert", Section: "RFC 9293 section 3.1"},
	ruleI45:         {ID: "I-45", Name: "idle-timer-off", Section: "RFC 6298 section 5.2"},
	ruleI47:         {ID: "I-47", Name: "closed-holds-nothing", Section: "RFC 9293 section 3.3.2"},
	ruleI48:         {ID: "I-48", Name: "rto-backs-off", Section: "RFC 6298 section 5"},
	ruleI49:         {ID: "I-49", Name: "rto-of-samples", Section: "RFC 6298 section 2"},
	ruleI51:         {ID: "I-51", Name: "one-ack-each", Section: "RFC 5681 section 4.2"},
	ruleI56:         {ID: "I-56", Name: "call-refused", Section: "RFC 9293 section 3.10"},
	ruleI57:         {ID: "I-57", Name: "wire-conserves", Section: harness},
	ruleI58:         {ID: "I-58", Name: "joint-state", Section: "RFC 9293 section 3.5"},
	ruleI59:         {ID: "I-59", Name: "never-together", Section: "RFC 9293 section 3.6"},
	ruleI62:         {ID: "I-62", Name: "gives-up-at-r2", Section: "RFC 9293 section 3.8.3"},
	ruleWire:        {ID: "wire", Name: "emits-segments", Section: "RFC 9293 section 3.1"},
	ruleSockets:     {ID: "sockets", Name: "own-sockets", Section: "RFC 9293 section 3.3.1"},
	ruleDead:        {ID: "down", Name: "down-is-silent", Section: harness},
	ruleUNA:         {ID: "una", Name: "una-by-ack", Section: "RFC 9293 section 3.4"},
	ruleAbort:       {ID: "abort", Name: "abort-resets", Section: "RFC 9293 section 3.10.5"},
	ruleClose:       {ID: "close", Name: "close-ends", Section: "RFC 9293 section 3.10.4"},
	ruleUnread:      {ID: "unread", Name: "unread-kept", Section: "RFC 9293 section 3.10.3"},
	ruleNoACK:       {ID: "no-ack", Name: "without-ack-inert", Section: "RFC 9293 section 3.10.7.4"},
	ruleTaken:       {ID: "in-order", Name: "in-order-taken", Section: "RFC 9293 section 3.10.7.4"},
	ruleACKTaken:    {ID: "ack-taken", Name: "ack-taken", Section: "RFC 9293 section 3.10.7.4"},
	ruleWindowTaken: {ID: "window-taken", Name: "window-taken", Section: "RFC 9293 section 3.10.7.4"},
	ruleACKSeq:      {ID: "ack-seq", Name: "ack-from-snd-nxt", Section: "RFC 9293 section 3.10.7.4"},
	ruleAccepted:    {ID: "call", Name: "call-accepted", Section: "RFC 9293 section 3.10"},
	ruleUnsent:      {ID: "unsent", Name: "unsent-told", Section: harness},
	ruleLostSYN:     {ID: "rto-after-syn", Name: "rto-after-lost-syn", Section: "RFC 6298 section 5.7"},
	ruleOwed:        {ID: "owed-answer", Name: "owed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleUnowed:      {ID: "unowed-answer", Name: "unowed-answer", Section: "RFC 9293 section 3.10.7"},
	ruleGiveUp:      {ID: "earned-give-up", Name: "earned-give-up", Section: "RFC 9293 section 3.8.3"},
	ruleUser:        {ID: "user-timeout", Name: "user-timeout", Section: "RFC 9293 section 3.10.8"},
	ruleResting:     {ID: "resting", Name: "resting", Section: "RFC 9293 section 3.3.2"},
	ruleDelivered:   {ID: "delivered-all", Name: "delivered-all", Section: "RFC 9293 section 3.6"},
	ruleSettle:      {ID: "settle", Name: "settle", Section: "RFC 9293 section 3.8.1"},
	ruleCarried:     {ID: "syn-text", Name: "text-on-syn-ack", Section: "RFC 9293 section 3.10.7.3"},
	ruleStranger:    {ID: "stranger", Name: "stranger-inert", Section: "RFC 9293 section 3.10.7"},
	ruleHigh:        {ID: "ack-high", Name: "unsent-ack-inert", Section: "RFC 9293 section 3.10.7.4"},
	ruleProbe:       {ID: "probe", Name: "probe-interval", Section: "RFC 9293 section 3.8.6.1"},
	ruleSilly:       {ID: "silly", Name: "worth-sending", Section: "RFC 9293 section 3.8.6.2.1"},
	ruleEdge:        {ID: "edge", Name: "edge-worth-moving", Section: "RFC 9293 section 3.8.6.2.2"},
	rulePush:        {ID: "push", Name: "last-octet-pushed", Section: "RFC 9293 section 3.9.1.2"},
	ruleHeld:        {ID: "held", Name: "early-text-held", Section: "RFC 9293 section 3.10.7.4"},
	ruleISS:         {ID: "iss", Name: "iss-by-clock", Section: "RFC 9293 section 3.4.1"},
	ruleRoom:        {ID: "room", Name: "room-told", Section: "RFC 9293 section 3.10.2"},
	ruleEOF:         {ID: "eof", Name: "end-of-stream-told", Section: "RFC 9293 section 3.10.7.4"},
	ruleFlushed:     {ID: "flushed", Name: "queues-flushed", Section: "RFC 9293 section 3.10.5"},
	ruleReason:      {ID: "reason", Name: "reason-told", Section: "RFC 9293 section 3.10"},
	ruleConfig:      {ID: "config", Name: "constants-of-config", Section: harness},
}

// Rules lists every rule that a Judge judges.
func Rules() []sim.Rule {
	return append([]sim.Rule(nil), rules[:]...)
}
