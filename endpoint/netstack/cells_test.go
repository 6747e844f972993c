package netstack_test

import (
	"testing"

	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/specs/cells"
	"example.org/halfopen/specs/pinned"
)

// TestCells puts netstack to the table of RFC 9293 3.10. The cells that it fails,
// and no others, are listed, each under its cause; FINDINGS.md counts them. The
// older versions panic in those of ABORT in SYN-RECEIVED.
func TestCells(t *testing.T) {
	ofToday(t)
	const list = "testdata/cells.txt"
	cells.RunListed(t, list, netstack.New, new(netstack.Endpoint).Profile())
	pinned.CellsTold(t, list)
}
