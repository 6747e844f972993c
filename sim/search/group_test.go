package search

import (
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/wireonly"
)

// TestWords: what two runs of one bug have in common stays, figures go.
func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"A is in FIN-WAIT-1, but its FIN 370 is acknowledged (SND.UNA 371)",
			"A is in FIN-WAIT-1 but its FIN is acknowledged"},
		{"A owed an ACK for #6 of 223.150328ms, by 4m7.2s, in FIN-WAIT-2; none has left",
			"A owed an ACK for of by in FIN-WAIT-2 none has left"},
		{"A went LISTEN -> CLOSED on RST,ACK SEQ=2153 (RCV.NXT 1) ACK=1, which is no cause for it",
			"A went LISTEN -> CLOSED on RST which is no cause for it"},
		{"A delivered octet 2688 as 0xe0, but B sent 0xb2", "A delivered octet as but B sent"},
		// The kind of a segment is no figure: whether it had text, SYN or FIN.
		{"on ACK SEQ=1 ACK=9", "on ACK"},
		{"on URG,PSH,ACK SEQ=1 ACK=9 LEN=7, late", "on DATA late"},
		{"on FIN,PSH,ACK SEQ=1 ACK=9 LEN=7", "on FIN,ACK"},
		{"on SYN,FIN SEQ=1 LEN=7", "on SYN,FIN"},
		{"A panicked in CLOSED: index 7; in tcp.(*conn).read, called by tcp.Arrive, called by x",
			"A panicked in CLOSED index in tcp.(*conn).read"},
		{"a (b c) d (e) f (g 1).", "a d f"},
		{"", ""},
	} {
		if got := words(c.text); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// TestSame: two ways to break one rule are two groups, two runs of one way are
// one, and what a run of each judge finds is never the same.
func TestSame(t *testing.T) {
	v := sim.Violation{
		Rule: sim.Rule{ID: "edge", Name: "legal-edge"}, End: endpoint.B, State: endpoint.Closed,
		Text: "B went LISTEN -> CLOSED on ACK SEQ=1",
	}
	for name, c := range map[string]struct {
		change func(*sim.Violation)
		same   bool
	}{
		"figures": {func(v *sim.Violation) {
			v.Text, v.Step, v.At, v.Got = "B went LISTEN -> CLOSED on ACK SEQ=77", 9, 9, "x"
		}, true},
		"words": {func(v *sim.Violation) { v.Text = "B went LISTEN -> CLOSED on SYN SEQ=1" }, false},
		"rule":  {func(v *sim.Violation) { v.Rule.ID = "wire/edge" }, false},
		"name":  {func(v *sim.Violation) { v.Rule.Name = "budget-time" }, false},
		"end":   {func(v *sim.Violation) { v.End = endpoint.A }, false},
		"state": {func(v *sim.Violation) { v.State = endpoint.Listen }, false},
	} {
		w := v
		c.change(&w)
		if Same(&v, &w) != c.same {
			t.Errorf("another %s: the same is %v", name, !c.same)
		}
	}
}

// TestJudgesShareNoRule: a report names the judge by the rule alone.
func TestJudgesShareNoRule(t *testing.T) {
	names := map[string]bool{}
	for _, r := range oracle.Rules() {
		names[r.ID], names[r.Name] = true, true
		if IsWire(&sim.Violation{Rule: r}) {
			t.Errorf("%s counts as a rule of the other judge", r.ID)
		}
	}
	for _, r := range wireonly.Rules() {
		if names[r.ID] || names[r.Name] || !IsWire(&sim.Violation{Rule: r}) {
			t.Errorf("%s %s is not told apart", r.ID, r.Name)
		}
	}
}
