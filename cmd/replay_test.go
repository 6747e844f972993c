package cmd

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

const lostFIN = "A lossy-fin\nB lossy-fin\ndrop A FIN #1\nA: open active; close\nB: open passive; receive all; close\n"

// TestReplayLegal: a legal trace replays, and is legal.
func TestReplayLegal(t *testing.T) {
	trace := call(sim.TCP(), "drop B FIN #1\n", "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	s := call(sim.TCP(), trace, "replay", "-").want(t, ExitLegal)
	contains(t, s.out, "same    byte-identical: ", "verdict legal\n")
}

// TestReplayBudget: a budget that is hit again.
func TestReplayBudget(t *testing.T) {
	trace := call(sim.TCP(), "limit events 5\n", "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	contains(t, call(sim.TCP(), trace, "replay", "-").want(t, ExitBudget).out, "verdict stopped by budget-events\n")
}

// TestReplayDiffers: the same name is another endpoint now.
func TestReplayDiffers(t *testing.T) {
	trace := call(lossyOffer(), lostFIN, "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	fixed := sim.Offer{{Name: "lossy-fin", New: tcp.New}}
	s := call(fixed, trace, "replay", "-").want(t, ExitDiffers)
	contains(t, s.out, "standard input is not what happens now.\n", " differs:\n", "recorded", "replayed",
		"verdict legal now; recorded: broken: ")
	golden(t, "replay-differs.txt", s.out)
	shown := call(fixed, trace, "show", "-").want(t, ExitDiffers)
	contains(t, shown.errors, "warning: standard input is not what happens now")
	contains(t, shown.out, "legal: ")
}

// TestReplayOfAnother: a trace of an endpoint that is not built in is refused by
// name, with a hint if it is a known-wrong one.
func TestReplayOfAnother(t *testing.T) {
	trace := call(lossyOffer(), lostFIN, "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	s := call(sim.TCP(), trace, "replay", "-").want(t, ExitUsage)
	contains(t, s.errors, `no endpoint is called "lossy-fin" here; there are: tcp`)
	s = call(sim.TCP(), strings.ReplaceAll("A lossy-fin\n", "lossy-fin", "tcp!last-ack-any-ack"), "run", "-").want(t, ExitUsage)
	contains(t, s.errors, "add --wrong last-ack-any-ack")
}
