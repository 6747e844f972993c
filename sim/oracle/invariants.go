package oracle

// Invariant is one of the 68 that a run of two TCPs keeps, and that no rule here is
// named after: others hold it, or nobody can.
type Invariant struct {
	ID     string
	What   string
	HeldBy string // ids of rules, or what else; "" if nobody can
	Why    string // why it is so
}

// invariants are in the order of their numbers. An id with wire/ is of the judge
// that trusts the segments alone (sim/oracle/wireonly).
var invariants = [...]Invariant{
	{"I-18", "what may leave in SYN-SENT", "I-2 I-16 I-19 wire/I-18", "the rows of 3.10.7.3 say it"},
	{"I-21", "no RST by a synchronized end for what it cannot use", "I-20 wire/I-21", "no row of 3.10.7.4 lets one out"},
	{"I-36", "new text stays inside the congestion window", "", "no endpoint tells its congestion window"},
	{"I-37", "the window is not shrunk", "wire/I-37", "a SHOULD (SHLD-14), so a warning"},
	{"I-42", "the second copy of a segment changes nothing", "I-3 I-8 I-40", "it lies left of the window, or moves nothing; and the property TestDuplicatesAreIdempotent has every segment come twice"},
	{"I-43", "no ACK for an ACK", "unowed-answer wire/I-43", ""},
	{"I-44", "challenge ACKs are throttled", "owed-answer I-40", "silence is excused for 5 s after an answer; how many a stack allows itself it does not tell"},
	{"I-46", "either the retransmission or the persist timer runs", "I-48 I-49 probe", "of ends that go by the book; elsewhere a design, and no rule of an RFC"},
	{"I-50", "an ACK is delayed by less than 0.5 s", "owed-answer", ""},
	{"I-52", "options are used as both SYNs have it", "wire/I-52", ""},
	{"I-53", "SACK blocks are of what was received", "wire/I-53", ""},
	{"I-54", "PAWS", "", "an end that claims timestamps may drop what they call old: no answer is expected of it"},
	{"I-55", "the urgent pointer does not go back", "", "no SEND of halfopen is urgent"},
	{"I-60", "the same scenario is the same trace", "replay", "the digest that each trace carries"},
	{"I-61", "all octets are delivered, or an end gave up", "delivered-all settle", ""},
	{"I-63", "both ends reach CLOSED when both have closed", "settle resting", ""},
	{"I-64", "a window that opens again is found out", "resting settle", "the persist timer is the one that should have fired"},
	{"I-65", "a half-open end is found out", "settle I-62", ""},
	{"I-66", "in the end nothing is left to happen", "resting I-45", ""},
	{"I-67", "from every state the ends can come to rest", "explore", "every choice of faults leads to a run that settles"},
	{"I-68", "no livelock", "unowed-answer settle", "and each scenario has a budget of events"},
}

// Invariants lists those of I-1 to I-68 that are no rule here, with who holds them.
func Invariants() []Invariant { return append([]Invariant(nil), invariants[:]...) }

// Needs says in words what an end has to tell and to claim for a rule, by its
// index in Rules, to be judged whole: "State, RCV, ISS"; "nothing" if that is so. Of
// the peer are named what only it has to give.
func Needs(rule int) string {
	var own, peer lack
	for _, n := range needs[rule] {
		own, peer = own|n.own, peer|n.peer
	}
	text := ""
	for _, name := range append(own.names(""), (peer &^ own).names(" of the peer")...) {
		if text != "" {
			text += ", "
		}
		text += name
	}
	if text == "" {
		return "nothing"
	}
	return text
}

const goesByTheBook = "an end that promises to go by the book"

// claimsFirst has the rules that are about a liberty alone, and which it is.
var claimsFirst = [numRules]string{
	ruleUser: "an end that has a user timeout",
	ruleI48:  goesByTheBook, ruleI49: goesByTheBook, ruleProbe: goesByTheBook, ruleSilly: goesByTheBook,
	ruleEdge: goesByTheBook, rulePush: goesByTheBook, ruleHeld: goesByTheBook, ruleISS: goesByTheBook,
	ruleRoom: goesByTheBook, ruleEOF: goesByTheBook, ruleFlushed: goesByTheBook, ruleReason: goesByTheBook,
	ruleConfig: goesByTheBook,
	ruleI33:    "an end that claims to reopen TIME-WAIT (MAY-2, RFC 6191)",
}

// ClaimsFirst says of which ends alone a rule, by its index in Rules, can be
// judged: those that claim a liberty which it is about; "" if of all.
func ClaimsFirst(rule int) string { return claimsFirst[rule] }
