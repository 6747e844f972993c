package pinned

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// told is the page that tells of the findings.
const told = "FINDINGS.md"

// Claim is what the page has to say of a finding.
type Claim struct {
	Row   string // how its row of the table goes on behind the name: "I-3 | "
	Words string // what its paragraph has to say above the scenario; "" is anything
	Fixed bool   // the stack is mended: no ladder, the scenario alone
}

// Told demands that FINDINGS.md have a paragraph for each scenario of
// testdata/findings, "## NAME", with the scenario as it is run (its comments
// apart), and below it the ladder that the command prints of it, folded if it
// is long; that its table have a row for it; and that both say what claim says of
// the file. The head of the page has to say head, which is where the findings are
// counted. Without a paragraph's second block there is no ladder to be written
// anew.
func (s *Stack) Told(t *testing.T, head string, claim func(t *testing.T, file string) Claim) {
	t.Helper()
	page := read(t, told)
	files := glob(t, "testdata/findings/*.txt")
	if !strings.Contains(page, head) {
		t.Errorf("the head of %s should say %q", told, head)
	}
	if n := strings.Count(page, "\n## "); n < len(files) {
		t.Errorf("%s has %d paragraphs, there are %d findings", told, n, len(files))
	}
	for _, file := range files {
		page = s.tell(t, page, file, claim(t, file))
	}
	if update() {
		write(t, told, page)
	}
}

// tell checks the paragraph of one finding, and returns the page with its ladder
// as it is now, if it is to be written anew.
func (s *Stack) tell(t *testing.T, page, file string, c Claim) string {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(file), ".txt")
	_, paragraph, ok := strings.Cut(page, "\n## "+name+"\n")
	if !ok {
		t.Errorf("%s has no paragraph", name)
		return page
	}
	if row := "\n| [" + name + "](#" + name + ") | " + c.Row; !strings.Contains(page, row) {
		t.Errorf("%s: its row in the table should begin %q", name, row)
	}
	paragraph, _, _ = strings.Cut(paragraph, "\n## ")
	blocks := strings.Split(paragraph, "```\n") // text, scenario, text, ladder, text
	if len(blocks) < 3 || blocks[1] != uncommented(read(t, file)) {
		t.Errorf("%s: its paragraph shows another scenario than %s", name, file)
		return page
	}
	if !strings.Contains(strings.Join(strings.Fields(blocks[0]), " "), c.Words) {
		t.Errorf("%s: its paragraph should say %q", name, c.Words)
	}
	if len(blocks) < 5 {
		if !c.Fixed {
			t.Errorf("%s: its paragraph shows no ladder", name)
		}
		return page
	}
	got := s.printed(t, file)
	switch {
	case got == blocks[3]:
	case update():
		return strings.Replace(page, "```\n"+blocks[3]+"```\n", "```\n"+got+"```\n", 1)
	default:
		t.Errorf("%s: its paragraph shows another ladder; %s. Now:\n%s", name, again(t), got)
	}
	return page
}

// figures are how the page counts the specs of a version.
var figures = regexp.MustCompile(`Of \d+ specs \d+ fail`)

// SpecsTold demands that FINDINGS.md have, as its n-th such figures, "Of 98 specs
// 74 fail": those that specs.RunListed returned. Of no specs it demands nothing:
// that is the process that runs them.
func SpecsTold(t *testing.T, n, ran, failed int) {
	t.Helper()
	if ran == 0 {
		return
	}
	page := read(t, told)
	want := fmt.Sprintf("Of %d specs %d fail", ran, failed)
	all := figures.FindAllStringIndex(page, -1)
	if n >= len(all) {
		t.Fatalf("%s should say %q", told, want)
	}
	from, to := all[n][0], all[n][1]
	switch {
	case page[from:to] == want:
	case update():
		write(t, told, page[:from]+want+page[to:])
	default:
		t.Errorf("%s says %q, it is %q; %s", told, page[from:to], want, again(t))
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

// printed is what the command run prints of a scenario: the headline, the ladder,
// and why it came so, without the notes below; folded if it is long.
func (s *Stack) printed(t *testing.T, file string) string {
	t.Helper()
	ladder := s.run(t, []string{"run", file}, cmd.ExitViolation, cmd.ExitLegal, cmd.ExitBudget)
	for _, note := range []string{"\nrule ", "\nreplay "} {
		ladder, _, _ = strings.Cut(ladder, note)
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
