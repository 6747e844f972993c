package oracle

// need is what one of the checks of a rule cannot be made without: of the end
// that is judged, and of its peer.
type need struct{ own, peer lack }

// What several rules need.
const (
	tellsState   = lackState                     // the state, and what is emitted
	tellsPlace   = lackState | lackISS | lackRCV // where a segment stands in the window
	tellsSent    = lackState | lackSND           // how far it has got
	tellsRest    = lackState | lackDeadline      // whether it is at rest
	claimsTimers = lackRTOMax | lackR2 | lackR2SYN | lackMSL
)

// needs has, for each rule, what its checks need. A rule of which no check can
// be made is not judged; one of which some can is judged in part.
var needs = [numRules][]need{
	ruleI1:          {{own: tellsState}, {own: tellsPlace}},                                              // the edge; the segment that caused it
	ruleI2:          {{own: tellsState}, {own: tellsPlace}, {own: tellsSent | lackWindow | lackBuffers}}, // calls; segments; whether a FIN can leave
	ruleI3:          {{own: tellsState}, {own: tellsState | lackISS, peer: lackISS}},
	ruleI4:          {{own: tellsState}},
	ruleI5:          {{own: tellsState | lackISS, peer: tellsState | lackISS}},
	ruleI6:          {{own: tellsState | lackErr}},
	ruleI7:          {{own: tellsSent}},
	ruleI8:          {{own: tellsSent}, {own: tellsPlace}},
	ruleI9:          {{own: tellsSent}},
	ruleI10:         {{own: tellsPlace, peer: lackISS}, {own: tellsSent | lackISS, peer: tellsPlace}},
	ruleI11:         {{own: tellsPlace}},
	ruleI12:         {{own: tellsState}},
	ruleI13:         {{own: tellsState}, {own: tellsState | lackISS}},
	ruleI14:         {{own: tellsState}},
	ruleI15:         {{own: tellsState}},
	ruleI16:         {{own: tellsState}},
	ruleI17:         {{own: tellsState}},
	ruleI19:         {{own: tellsState}, {own: tellsSent | lackSynReceived}},
	ruleI20:         {{own: tellsState}, {own: tellsPlace}, {own: tellsSent | lackSynReceived}},
	ruleI22:         {{own: tellsState}, {own: tellsPlace | lackRFC5961}},
	ruleI23:         {{own: tellsState}},
	ruleI24:         {{own: tellsPlace | lackSynReceived}},
	ruleI25:         {{own: tellsSent}, {own: tellsState | lackISS}},
	ruleI26:         {{own: tellsState | lackISS, peer: tellsState | lackISS}},
	ruleI27:         {{own: tellsState}, {own: tellsSent}},
	ruleI28:         {{own: tellsPlace, peer: tellsState | lackISS}},
	ruleI29:         {{own: tellsSent}},
	ruleI30:         {{own: tellsState}},
	ruleI31:         {{own: tellsState | lackMSL}, {own: tellsState | lackMSL | lackErr}}, // 2 MSL; a user timeout
	ruleI32:         {{own: tellsPlace | lackTimestamps}},
	ruleI33:         {{own: tellsState | lackISS}},
	ruleI34:         {{own: tellsState}},
	ruleI35:         {{own: tellsSent | lackWindow | lackISS}},
	ruleI38:         {{own: tellsPlace | lackWindow}},
	ruleI39:         {{own: tellsPlace}},
	ruleI40:         {{own: tellsPlace}, {own: tellsPlace | lackBuffers}, {own: tellsPlace | lackSND | lackWindow}},
	ruleI41:         {{own: tellsState}, {own: tellsSent | lackWindow | lackRCV | lackBuffers | lackErr}},
	ruleI45:         {{own: tellsSent | lackWindow | lackISS | lackBuffers | lackDeadline | lackRTOMax}},
	ruleI47:         {{own: tellsState | lackDeadline}, {own: tellsState | lackBuffers}, {own: tellsState | lackDeadline | lackSynReceived}},
	ruleI48:         {{own: tellsSent | lackWindow | lackISS | lackBuffers}},
	ruleI49:         {{own: tellsSent | lackWindow | lackISS | lackBuffers}},
	ruleI51:         {{own: tellsPlace}},
	ruleI56:         {{own: tellsState}},
	ruleI57:         {{}},
	ruleI58:         {{own: tellsState, peer: tellsState}, {own: tellsState | lackSynReceived, peer: tellsState}},
	ruleI59:         {{own: tellsState, peer: tellsState}, {own: tellsState | lackSynReceived, peer: tellsState}},
	ruleI62:         {{own: tellsSent | lackWindow | lackISS | lackRTOMax | lackR2}, {own: tellsSent | lackWindow | lackISS | lackRTOMax | lackR2SYN}},
	ruleWire:        {{own: tellsState}},
	ruleSockets:     {{own: tellsState}},
	ruleDead:        {{}},
	ruleUNA:         {{own: tellsSent}},
	ruleAbort:       {{own: tellsState}},
	ruleClose:       {{own: tellsState}, {own: tellsState | lackSynReceived}},
	ruleUnread:      {{own: tellsState | lackBuffers}},
	ruleNoACK:       {{own: tellsPlace}, {own: tellsPlace | lackBuffers}, {own: tellsPlace | lackSND | lackWindow}},
	ruleTaken:       {{own: tellsPlace | lackTimestamps}},
	ruleACKTaken:    {{own: tellsPlace | lackSND | lackTimestamps}},
	ruleWindowTaken: {{own: tellsPlace | lackWindow | lackTimestamps}},
	ruleACKSeq:      {{own: tellsSent | lackISS}},
	ruleAccepted:    {{own: tellsState}},
	ruleUnsent:      {{own: tellsSent | lackISS | lackBuffers}},
	ruleLostSYN:     {{own: tellsState | lackWindow | lackSACK}, {own: tellsState | lackWindow | lackSACK | lackSynReceived}},
	ruleOwed:        {{own: tellsState}, {own: tellsPlace | lackRFC5961 | lackSynReceived | lackTimestamps}},
	ruleUnowed:      {{own: tellsState}, {own: tellsPlace | lackSynReceived | lackTimestamps}},
	ruleGiveUp: { // R2; probes; an answer was ignored; nothing was outstanding
		{own: tellsSent | lackErr | lackR2 | lackR2SYN}, {own: tellsSent | lackErr | lackWindow | lackR2},
		{own: tellsSent | lackErr}, {own: tellsSent | lackErr | lackBuffers},
	},
	ruleUser:      {{own: tellsSent | lackISS}},
	ruleResting:   {{own: tellsRest | lackSND | lackBuffers}, {own: tellsRest}, {own: tellsRest | lackSynReceived, peer: tellsRest}},
	ruleDelivered: {{own: tellsPlace | lackDeadline, peer: tellsRest | lackISS}, {own: tellsPlace | tellsRest | lackBuffers, peer: tellsRest | lackISS}},
	ruleSettle:    {{own: tellsRest | claimsTimers, peer: tellsRest | claimsTimers}},
	ruleCarried:   {{own: tellsPlace}},
	ruleStranger:  {{own: tellsState}, {own: tellsSent | lackWindow | lackRCV}},
	ruleHigh:      {{own: tellsPlace | lackSND}, {own: tellsPlace | lackBuffers}},
	ruleProbe:     {{own: tellsSent | lackWindow | lackISS | lackBuffers}},
	ruleSilly:     {{own: tellsSent | lackWindow | lackISS | lackBuffers}},
	ruleEdge:      {{own: tellsPlace}, {own: tellsPlace | lackBuffers}},
	rulePush:      {{own: tellsState}},
	ruleHeld:      {{own: tellsPlace}},
	ruleISS:       {{own: tellsState | lackISS}},
	ruleRoom:      {{own: tellsSent | lackISS | lackBuffers}},
	ruleEOF:       {{own: tellsState | lackBuffers}},
	ruleFlushed:   {{own: tellsState | lackBuffers}},
	ruleReason:    {{own: tellsState | lackErr}},
	ruleConfig:    {{own: tellsState}},
}
