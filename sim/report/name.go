package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Name is what a counterexample is called: the rule that was broken and six
// digits of the hash of its scenario, as in "iss-stable-3f9c2a". The same
// failure found twice has one name. A run without a violation is
// "legal-3f9c2a", or named for the budget that ended it: "budget-time-3f9c2a".
func Name(t *sim.Trace) string {
	rule := "legal"
	switch v := &t.Violation; {
	case v.Found() && v.Rule.Name != "":
		rule = v.Rule.Name
	case v.Found():
		rule = v.Rule.ID
	case t.Outcome.Budget():
		rule = t.Outcome.String()
	}
	sum := sha256.Sum256([]byte(t.Scenario.String()))
	return fileName(rule) + "-" + hex.EncodeToString(sum[:3])
}

// ReplayCommand is the command that runs a counterexample again where its folder
// is: "halfopen replay iss-stable-3f9c2a". A known-wrong endpoint has to be built
// in for that: "halfopen replay --wrong last-ack-any-ack own-fin-acked-2f3159".
func ReplayCommand(t *sim.Trace) string {
	line := "halfopen replay "
	for e := range t.Scenario.Ends {
		if bug, ok := strings.CutPrefix(t.Scenario.Ends[e].Endpoint, scenario.DefaultEndpoint+"!"); ok {
			line += "--wrong " + bug + " "
			break
		}
	}
	return line + Name(t)
}

// fileName makes a word that is a file name on every system.
func fileName(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
		case c >= 'A' && c <= 'Z':
			b[i] = c + ('a' - 'A')
		default:
			b[i] = '-'
		}
	}
	if len(b) > 40 {
		b = b[:40]
	}
	return string(b)
}
