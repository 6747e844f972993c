package specs_test

import (
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/specs"
)

//go:embed requirements.txt
var requirementsText string

// requirement is a numbered requirement of RFC 9293.
type requirement struct {
	id, section, text string
	status, reason    string // why no spec shows it: "not yet", "not", "untestable"; "" if one has to
}

// shape is the label of a numbered requirement.
var shape = regexp.MustCompile(`^(MUST|SHLD|MAY|REC)-[0-9]+$`)

// parseRequirements reads lines of ID | section | text, and for those that no
// spec shows | status: reason.
func parseRequirements(text string) (list []requirement, err error) {
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) < 3 || len(parts) > 4 || !shape.MatchString(parts[0]) || seen[parts[0]] {
			return nil, fmt.Errorf("%q: want ID | section | text [| status: reason], each ID once", line)
		}
		r := requirement{id: parts[0], section: parts[1], text: parts[2]}
		seen[r.id] = true
		if len(parts) == 4 {
			ok := false
			if r.status, r.reason, ok = strings.Cut(parts[3], ": "); !ok || !slices.Contains([]string{"not yet", "not", "untestable"}, r.status) {
				return nil, fmt.Errorf("%q: want a status, not yet, not or untestable, and its reason", line)
			}
		}
		list = append(list, r)
	}
	return list, nil
}

func TestRequirements(t *testing.T) {
	list, err := parseRequirements(requirementsText)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range list {
		kind, _, _ := strings.Cut(r.id, "-")
		count[kind]++
		if want := fmt.Sprintf("%s-%d", kind, count[kind]); r.id != want {
			t.Errorf("%s stands where %s should", r.id, want)
		}
	}
	for kind, n := range map[string]int{"MUST": 69, "SHLD": 31, "MAY": 18, "REC": 1} {
		if count[kind] != n {
			t.Errorf("%d %ss, want %d", count[kind], kind, n)
		}
	}
	for _, bad := range []string{
		"MUST-1 | 3.1\n", "must-1 | 3.1 | x\n", "MUST-1 | 3 | x\nMUST-1 | 3 | x\n", "MUST-1 | 3 | x | never: so\n", "MUST-1 | 3 | x | not\n",
	} {
		if _, err := parseRequirements(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// labelled lists the specs of halfopen's own TCP by the requirements that they
// are labelled with. It fails for a label that is no requirement.
func labelled(r Report, list []requirement) (byID map[string][]string, err error) {
	byID = map[string][]string{}
	for _, s := range r.SpecReports {
		names := s.ContainerHierarchyTexts
		if len(names) == 0 || names[0] != own {
			continue
		}
		for _, l := range s.Labels() {
			if !shape.MatchString(l) {
				continue
			}
			if !slices.ContainsFunc(list, func(r requirement) bool { return r.id == l }) {
				return nil, fmt.Errorf("%s is labelled %s, which is no requirement", s.FullText(), l)
			}
			name := strings.Join(append(slices.Clone(names[1:]), s.LeafNodeText), " ")
			if s.State.String() == "passed" && !slices.Contains(byID[l], name) {
				byID[l] = append(byID[l], name)
			}
		}
	}
	for _, names := range byID {
		slices.Sort(names)
	}
	return byID, nil
}

// matrix is the page: a row for each requirement. It fails for one that nothing
// shows and that has no reason, and for one that has both a spec and a reason
// why there cannot be one. A "not yet" is over when there is a spec.
func matrix(list []requirement, byID map[string][]string) (string, error) {
	counts := map[string]map[string]int{}
	var rows strings.Builder
	for _, r := range list {
		shown := byID[r.id]
		status, why := r.status, r.reason
		switch {
		case len(shown) > 0 && status != "" && status != "not yet":
			return "", fmt.Errorf("%s has a spec, %q, and requirements.txt says %s: %s", r.id, shown[0], status, why)
		case len(shown) > 0:
			status, why = "met", strings.Join(shown[:min(3, len(shown))], "; ")
			if more := len(shown) - 3; more > 0 {
				why += fmt.Sprintf("; and %d more", more)
			}
		case status == "":
			return "", fmt.Errorf("%s has no spec that passes, and requirements.txt has no reason for that", r.id)
		}
		kind, _, _ := strings.Cut(r.id, "-")
		if counts[kind] == nil {
			counts[kind] = map[string]int{}
		}
		counts[kind][status]++
		fmt.Fprintf(&rows, "| %s | %s | %s | %s | %s |\n", r.id, r.section, r.text, status, escaped(why))
	}
	var b strings.Builder
	b.WriteString(matrixHead)
	for _, kind := range []string{"MUST", "SHLD", "MAY", "REC"} {
		c := counts[kind]
		total := c["met"] + c["not yet"] + c["not"] + c["untestable"]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", kind, c["met"], c["not yet"], c["not"], c["untestable"], total)
	}
	b.WriteString("\n| requirement | section | what it asks for | | shown by, or why not |\n|---|---|---|---|---|\n")
	b.WriteString(rows.String())
	return b.String(), nil
}

const matrixHead = `# The requirements of RFC 9293, and halfopen's TCP

Each numbered requirement, and the specs that show that it is met: those that are labelled with it
(` + "`go test ./specs -ginkgo.v -ginkgo.label-filter=MUST-11`" + `). For each MUST that is met, testdata/broken.txt has a line
that implements it, and the same line broken: its spec fails then. "not yet" is what will be met; "not" is left alone, or
done otherwise, for the reason given; "untestable" is what nothing in this harness could show.

The list is requirements.txt; this page is made of it and of the labels (` + "`HALFOPEN_UPDATE=1 go test ./specs`" + `).

| | met | not yet | not | untestable | in all |
|---|---|---|---|---|---|
`

func escaped(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// The page says what the labels say.
var _ = ReportAfterSuite("the matrix of requirements", func(r Report) {
	const file = "RFC9293.md"
	if r.PreRunStats.SpecsThatWillRun < r.PreRunStats.TotalSpecs || !r.SuiteSucceeded {
		return // somebody asked for some of the specs only, or one fails anyway
	}
	list, err := parseRequirements(requirementsText)
	Expect(err).NotTo(HaveOccurred())
	byID, err := labelled(r, list)
	Expect(err).NotTo(HaveOccurred())
	page, err := matrix(list, byID)
	Expect(err).NotTo(HaveOccurred())
	if os.Getenv(specs.Update) != "" {
		Expect(os.WriteFile(file, []byte(page), 0o666)).To(Succeed())
	}
	got, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	Expect(string(got) == page).To(BeTrue(),
		"%s is not what the labels say now: %s=1 go test -run TestRFC9293 ./specs writes it anew", file, specs.Update)
})

func TestMatrix(t *testing.T) {
	list := []requirement{{id: "MUST-1"}, {id: "MUST-2", status: "not", reason: "so"}, {id: "MUST-3", status: "not yet", reason: "later"}}
	for _, c := range []struct {
		name string
		byID map[string][]string
		want string // part of the page, or of the error
		bad  bool
	}{
		{"met", map[string][]string{"MUST-1": {"it works"}}, "| MUST-1 |  |  | met | it works |", false},
		{"a not yet that is over", map[string][]string{"MUST-1": {"x"}, "MUST-3": {"y"}}, "| MUST | 2 | 0 | 1 | 0 | 3 |", false},
		{"no spec and no reason", nil, "MUST-1 has no spec", true},
		{"spec and reason", map[string][]string{"MUST-1": {"x"}, "MUST-2": {"y"}}, "MUST-2 has a spec", true},
	} {
		page, err := matrix(list, c.byID)
		if err != nil {
			page = err.Error()
		}
		if (err != nil) != c.bad || !strings.Contains(page, c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, page)
		}
	}
	var r Report
	r.SpecReports = append(r.SpecReports, specReport("MUST-70"))
	if _, err := labelled(r, list); err == nil {
		t.Error("a label that is no requirement is taken")
	}
}

func specReport(label string) SpecReport {
	return SpecReport{ContainerHierarchyTexts: []string{own}, LeafNodeLabels: []string{label}}
}
