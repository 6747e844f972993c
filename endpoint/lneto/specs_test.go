package lneto_test

import (
	"testing"

	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/specs"
	"example.org/halfopen/specs/pinned"
)

// TestRFC9293 runs the specs on lneto. Those that fail, and no others, are
// listed, and FINDINGS.md counts them.
func TestRFC9293(t *testing.T) {
	ran, failed := specs.RunListed(t, "testdata/specs-failing.txt", specs.Kit{
		Name: "lneto", New: lneto.New,
		Without: []string{"LISTEN -> SYN-SENT"}, // a Handler has no such call
	})
	pinned.SpecsTold(t, 0, ran, failed)
}
