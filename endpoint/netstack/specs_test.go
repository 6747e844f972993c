package netstack_test

import (
	"testing"

	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/specs"
	"example.org/halfopen/specs/pinned"
)

// TestRFC9293 runs the specs on netstack. Those that fail, and no others, are
// listed for each version, with the reason; FINDINGS.md counts them.
func TestRFC9293(t *testing.T) {
	lists := [numVersions]string{"testdata/specs.txt", "testdata/specs-2025.txt", "testdata/specs-2023.txt"}
	ran, failed := specs.RunListed(t, lists[version], specs.Kit{
		Name: "netstack", New: netstack.New,
		Without: []string{"LISTEN -> SYN-SENT"}, // a listener does not turn active
	})
	pinned.SpecsTold(t, version, ran, failed)
}
