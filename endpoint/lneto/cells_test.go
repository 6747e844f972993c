package lneto_test

import (
	"testing"

	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/specs/cells"
	"example.org/halfopen/specs/pinned"
)

// TestCells puts lneto to the table of RFC 9293 3.10. The cells that it fails,
// and no others, are listed, each under its cause; FINDINGS.md counts them.
func TestCells(t *testing.T) {
	const list = "testdata/cells.txt"
	cells.RunListed(t, list, lneto.New, new(lneto.Endpoint).Profile())
	pinned.CellsTold(t, list)
}
