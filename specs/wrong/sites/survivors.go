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
	// Unseen: it is wrong, and no rule sees it: to be killed.
	Unseen Verdict = "unseen"
)

var verdicts = []Verdict{Equivalent, Legal, Unreached, Unseen}

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
		all = append(all, Survivor{part[0], Verdict(part[1]), part[2]})
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
