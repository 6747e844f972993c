package lneto_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// TestFindingsTold: FINDINGS.md shows of each finding the scenario that is run,
// and below it the ladder that the command prints of it. Its table
// and its words have the rule of the file's first line. With -update the ladders
// are written anew.
func TestFindingsTold(t *testing.T) {
	told := read(t, "FINDINGS.md")
	files, err := filepath.Glob("testdata/findings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no findings: %v", err)
	}
	if head := fmt.Sprintf("%d findings", len(files)); !strings.Contains(told, head) {
		t.Errorf("the head of FINDINGS.md should say %q", head)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		_, paragraph, ok := strings.Cut(told, "\n## "+name+"\n")
		if !ok {
			t.Errorf("%s has no paragraph", name)
			continue
		}
		row, words := claim(t, file)
		if row = "\n| [" + name + "](#" + name + ") | " + row + " |"; !strings.Contains(told, row) {
			t.Errorf("%s: its row in the table should begin %q", name, row)
		}
		paragraph, _, _ = strings.Cut(paragraph, "\n## ")
		blocks := strings.Split(paragraph, "```\n") // text, scenario, text, ladder, text
		if len(blocks) < 3 || blocks[1] != uncommented(read(t, file)) {
			t.Errorf("%s: its paragraph shows another scenario than %s", name, file)
			continue
		}
		if !strings.Contains(strings.Join(strings.Fields(blocks[0]), " "), words) {
			t.Errorf("%s: its paragraph should say %q", name, words)
		}
		if len(blocks) < 5 {
			t.Errorf("%s: its paragraph shows no ladder", name)
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

// claim is what the table and the paragraph of a finding should say of what it
// breaks, by the first line of its file.
func claim(t *testing.T, file string) (row, words string) {
	t.Helper()
	first, _, _ := strings.Cut(read(t, file), "\n")
	if words, ok := strings.CutPrefix(first, "# unjudged: "); ok {
		return "not judged", fmt.Sprintf("Not judged; pinned by `%s`", words)
	}
	where, what, _ := strings.Cut(strings.TrimPrefix(first, "# breaks "), ": ")
	rule, end, _ := strings.Cut(where, " ")
	return rule, fmt.Sprintf("Breaks %s at %s: %q", rule, end, what)
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
	status := cmd.Main(t.Context(), []string{"run", file}, strings.NewReader(""), &out, &failure, offer())
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
