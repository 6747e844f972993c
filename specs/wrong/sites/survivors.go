package sites

import (
	_ "embed"
	"fmt"
	"strings"
)

// Survivor is a line of survivors.txt: a site whose mistake no run shows to be
// one, and why.
type Survivor struct {
	ID      string
	Verdict Verdict
	Why     string
	Test    string // of Tested: the name of the test that fails
}

// Verdict is what becomes of a survivor.
type Verdict string

// The verdicts.
const (
	// Equivalent: it makes no difference that anybody can see.
	Equivalent Verdict = "equivalent"
	// Legal: it acts otherwise, and RFC 9293 allows that as well.
	Legal Verdict = "legal"
	// Unreached: no random run comes to where it would matter.
	Unreached Verdict = "unreached"
	// Tested: no run shows it, but a test of the endpoint's own, which Why begins
	// with.
	Tested Verdict = "tested"
	// Unseen: it is wrong, and no rule sees it: to be killed.
	Unseen Verdict = "unseen"
)

var verdicts = []Verdict{Equivalent, Legal, Tested, Unreached, Unseen}

//go:embed survivors.txt
var survivors string

// Survivors reads the list of survivors.
func Survivors() ([]Survivor, error) { return parseSurvivors(survivors) }

// parseSurvivors reads lines `ID: VERDICT: WHY`. A line that begins with # and a
// blank one mean nothing.
func parseSurvivors(text string) (all []Survivor, err error) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.SplitN(line, ": ", 3)
		if len(part) != 3 || part[2] == "" || !known(Verdict(part[1])) {
			return nil, fmt.Errorf("sites: survivors.txt:%d: %q: want `FILE:FUNC:NTH:KIND: VERDICT: WHY`, "+
				"with a verdict of %v", number, line, verdicts)
		}
		s := Survivor{ID: part[0], Verdict: Verdict(part[1]), Why: part[2]}
		if s.Verdict == Tested {
			name, why, ok := strings.Cut(s.Why, ": ")
			if !ok || !strings.HasPrefix(name, "Test") {
				return nil, fmt.Errorf("sites: survivors.txt:%d: %q: want `tested: TESTNAME: WHY`", number, line)
			}
			s.Test, s.Why = name, why
		}
		all = append(all, s)
	}
	return all, nil
}

func known(v Verdict) bool {
	for _, w := range verdicts {
		if v == w {
			return true
		}
	}
	return false
}
