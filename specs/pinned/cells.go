package pinned

import (
	"fmt"
	"strings"
	"testing"

	"example.org/halfopen/specs/cells"
)

// CellsTold demands that FINDINGS.md say how many cells the list of
// cells.RunListed has, and how many of those are legal: what stands under a comment
// that begins so.
func CellsTold(t *testing.T, list string) {
	t.Helper()
	failing, legal := 0, 0
	for group := range strings.SplitSeq(read(t, list), "\n\n") {
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
	if !strings.Contains(read(t, told), want) {
		t.Errorf("%s should say %q", told, want)
	}
}
