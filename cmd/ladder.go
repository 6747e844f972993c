package cmd

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/wrong"
)

// shape is how a ladder is wanted.
type shape struct {
	all, absolute bool
	why           *sim.Why // to be said under it, if it is known
}

func (s *shape) flags(cc *cobra.Command) {
	cc.Flags().BoolVar(&s.all, "all", false, "every line of a long ladder")
	cc.Flags().BoolVar(&s.absolute, "absolute", false,
		"sequence numbers as they are, not relative to the initial ones")
}

// writeLadder writes a run as a ladder. Its last line is the command that
// replays it, as typed here and now; none if again is empty.
func writeLadder(w io.Writer, t *sim.Trace, s shape, again string) error {
	return report.Ladder(w, t, report.LadderOptions{
		All: s.all, Absolute: s.absolute, Replay: again, NoReplay: again == "", More: "see --all", Why: s.why,
	})
}

func (c *command) ladder(t *sim.Trace, s shape, again string) error {
	return writeLadder(c.stdout, t, s, again)
}

// verdict says in a few words how a run went.
func verdict(t *sim.Trace) string {
	switch v := &t.Violation; {
	case !v.Found():
		return "legal"
	case search.IsBudget(v):
		return "stopped by " + v.Rule.Name
	default:
		return "broken: " + ruleOf(v)
	}
}

// ruleOf is a rule as people quote it: "I-13 iss-stable".
func ruleOf(v *sim.Violation) string {
	if v.Rule.Name == "" || v.Rule.Name == strings.ReplaceAll(v.Rule.ID, "/", "-") {
		return v.Rule.ID
	}
	return v.Rule.ID + " " + v.Rule.Name
}

// commandLine is a command of this program as somebody would type it.
func commandLine(subcommand string, args ...string) string {
	line := "halfopen " + subcommand
	if wrong.Built != "" {
		line += " --wrong " + wrong.Built
	}
	for _, a := range args {
		line += " " + quoted(a)
	}
	return line
}

// quoted is a word as a shell reads it.
func quoted(s string) string {
	const plain = "-_./=:,+@%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
