package netstack_test

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// TestFindingsTold: FINDINGS.md shows of each finding the scenario that is run,
// and below it the ladder that the command prints of it today; of those that
// are fixed today, the scenario alone. Its table has what findings has. With
// -update the ladders are written anew.
func TestFindingsTold(t *testing.T) {
	if version != today {
		t.Skip("the ladders are of today's version")
	}
	told := read(t, "FINDINGS.md")
	files, err := filepath.Glob("testdata/findings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no findings: %v", err)
	}
	now := 0
	for _, rules := range findings {
		if rules[today] != "" {
			now++
		}
	}
	head := fmt.Sprintf("%d findings, %d of them in today's version", len(findings), now)
	if !strings.Contains(told, head) {
		t.Errorf("the head of FINDINGS.md should say %q", head)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		_, paragraph, ok := strings.Cut(told, "\n## "+name+"\n")
		if !ok {
			t.Errorf("%s has no paragraph", name)
			continue
		}
		row := "\n| [" + name + "](#" + name + ") | "
		for _, rule := range findings[name] {
			row += cmp.Or(rule, "-") + " | "
		}
		if !strings.Contains(told, row) {
			t.Errorf("%s: its row in the table should begin %q", name, row)
		}
		paragraph, _, _ = strings.Cut(paragraph, "\n## ")
		blocks := strings.Split(paragraph, "```\n") // text, scenario, text, ladder, text
		if len(blocks) < 3 || blocks[1] != uncommented(read(t, file)) {
			t.Errorf("%s: its paragraph shows another scenario than %s", name, file)
			continue
		}
		if len(blocks) < 5 {
			if findings[name][today] != "" {
				t.Errorf("%s: its paragraph shows no ladder", name)
			}
			continue
		}
		switch got := printed(t, file); {
		case got == blocks[3]:
		case *update:
			told = strings.Replace(told, "```\n"+blocks[3]+"```\n", "```\n"+got+"```\n", 1)
		default:
			t.Errorf("%s: its paragraph shows another ladder; -update writes it anew. Now:\n%s", name, got)
		}
	}
	if *update {
		if err := os.WriteFile("FINDINGS.md", []byte(told), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// uncommented is a scenario without the comments.
func uncommented(scenario string) string {
	var b strings.Builder
	for line := range strings.Lines(scenario) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// printed is what the command run prints of a scenario: the headline and the
// ladder, without the notes below them, and folded if it is long.
func printed(t *testing.T, file string) string {
	t.Helper()
	var out, failure bytes.Buffer
	status := cmd.Main(t.Context(), []string{"run", file}, strings.NewReader(""), &out, &failure, offer)
	if status != cmd.ExitViolation && status != cmd.ExitLegal && status != cmd.ExitBudget {
		t.Fatalf("%s: exit status %d\n%s", file, status, failure.String())
	}
	ladder := out.String()
	for _, note := range []string{"\nrule ", "\nreplay "} {
		ladder, _, _ = strings.Cut(ladder, "\n"+note)
	}
	return folded(strings.TrimRight(ladder, "\n") + "\n")
}

// folded is a ladder with its beginning and its end alone, if it is long.
func folded(ladder string) string {
	const head, tail = 24, 12
	lines := slices.Collect(strings.Lines(ladder))
	if len(lines) <= head+2*tail {
		return ladder
	}
	return strings.Join(lines[:head], "") + "  (...)\n" + strings.Join(lines[len(lines)-tail:], "")
}
