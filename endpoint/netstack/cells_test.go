package netstack_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/specs/cells"
)

// TestCells puts netstack to the table of RFC 9293 3.10. The cells that it fails,
// and no others, are listed, each under its cause; FINDINGS.md counts them. The
// older versions panic in those of ABORT in SYN-RECEIVED.
func TestCells(t *testing.T) {
	ofToday(t)
	const list = "testdata/cells.txt"
	cells.RunListed(t, list, netstack.New, new(netstack.Endpoint).Profile())
	cellsTold(t, list)
}

// cellsTold demands that FINDINGS.md say how many cells the list has, and how
// many of those are legal: what stands under a comment that begins so.
func cellsTold(t *testing.T, list string) {
	t.Helper()
	page, err := os.ReadFile("FINDINGS.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	failing, legal := 0, 0
	for group := range strings.SplitSeq(string(text), "\n\n") {
		reason, n := "", 0
		for line := range strings.Lines(group) {
			if strings.HasPrefix(line, "#") {
				reason += line
			} else if strings.TrimSpace(line) != "" {
				n++
			}
		}
		failing += n
		if strings.HasPrefix(reason, "# Legal: ") {
			legal += n
		}
	}
	want := fmt.Sprintf("Of %d cells %d fail: %d by the findings below, %d legally,",
		len(cells.All()), failing, failing-legal, legal)
	if !strings.Contains(string(page), want) {
		t.Errorf("FINDINGS.md should say %q", want)
	}
}
