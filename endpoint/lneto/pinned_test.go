package lneto_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/specs/pinned"
)

// stack is lneto, and what is known of it.
var stack = pinned.Stack{Name: "lneto", Offer: offer()}

func TestBundles(t *testing.T)     { stack.Bundles(t) }
func TestBundleFails(t *testing.T) { stack.BundleFails(t) }
func TestDifferences(t *testing.T) { stack.Differences(t) }

func TestDifferenceGroups(t *testing.T) { stack.DifferenceGroups(t, 4000) }

// TestFindingsTold: FINDINGS.md tells of each finding, and its table and its
// words have the rule of the first line of the finding's file.
func TestFindingsTold(t *testing.T) {
	files, err := filepath.Glob("testdata/findings/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	stack.Told(t, fmt.Sprintf("%d findings", len(files)), claim)
}

func claim(t *testing.T, file string) pinned.Claim {
	t.Helper()
	first, _, _ := strings.Cut(read(t, file), "\n")
	if words, ok := strings.CutPrefix(first, "# unjudged: "); ok {
		return pinned.Claim{Row: "not judged | ", Words: fmt.Sprintf("Not judged; pinned by `%s`", words)}
	}
	where, what, _ := strings.Cut(strings.TrimPrefix(first, "# breaks "), ": ")
	rule, end, _ := strings.Cut(where, " ")
	return pinned.Claim{Row: rule + " | ", Words: fmt.Sprintf("Breaks %s at %s: %q", rule, end, what)}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
