package netstack_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/specs/pinned"
)

// stack is netstack, and what is known of it.
var stack = pinned.Stack{Name: "netstack", Offer: offer}

func TestBundles(t *testing.T)     { stack.Bundles(t) }
func TestBundleFails(t *testing.T) { stack.BundleFails(t) }

func TestDifferences(t *testing.T) {
	ofToday(t)
	stack.Differences(t)
}

func TestDifferenceGroups(t *testing.T) {
	ofToday(t)
	stack.DifferenceGroups(t, 4000)
}

// TestFindingsTold: FINDINGS.md tells of each finding, with the ladder of today's
// version if it is not fixed there, and its table has what findings has.
func TestFindingsTold(t *testing.T) {
	ofToday(t)
	now := 0
	for _, rules := range findings {
		if rules[today] != "" {
			now++
		}
	}
	head := fmt.Sprintf("%d findings, %d of them in today's version", len(findings), now)
	stack.Told(t, head, func(_ *testing.T, file string) pinned.Claim {
		rules := findings[strings.TrimSuffix(filepath.Base(file), ".txt")]
		row := ""
		for _, rule := range rules {
			row += cmp.Or(rule, "-") + " | "
		}
		return pinned.Claim{Row: row, Fixed: rules[today] == ""}
	})
}

// ofToday skips what is recorded for today's version alone.
func ofToday(t *testing.T) {
	t.Helper()
	if version != today {
		t.Skip("recorded for today's version")
	}
}
