package pinned

import (
	"fmt"
	"strings"
	"testing"
)

func TestRequiring(t *testing.T) {
	got := requiring(t, "module example.org/a/b\n\nrequire example.org/a v0.0.0\n\nreplace example.org/a => ../..\n", "/x/y/z")
	want := "module counterexample\n\nrequire example.org/a v0.0.0\n\nreplace example.org/a => /x\n" +
		"\nrequire example.org/a/b v0.0.0\n\nreplace example.org/a/b => /x/y/z\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestUncommented(t *testing.T) {
	if got := uncommented("# breaks I-1\nA tcp\n# and\nB tcp\n"); got != "A tcp\nB tcp\n" {
		t.Errorf("got %q", got)
	}
}

// A ladder of 48 lines is shown whole, of a longer one the first 24 and the last 12.
func TestFolded(t *testing.T) {
	lines := func(n int) (text string) {
		for i := range n {
			text += fmt.Sprintf("line %d\n", i)
		}
		return text
	}
	if got := folded(lines(48)); got != lines(48) {
		t.Errorf("48 lines became\n%s", got)
	}
	got := strings.Split(folded(lines(49)), "\n")
	if len(got) != 24+1+12+1 || got[23] != "line 23" || got[24] != "  (...)" || got[25] != "line 37" || got[36] != "line 48" {
		t.Errorf("49 lines became %q", got)
	}
}
