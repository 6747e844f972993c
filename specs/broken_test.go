package specs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
)

var allBroken = flag.Bool("broken", false, "TestBroken: break every line of testdata/broken.txt, not one of them; takes minutes")

const brokenFile = "testdata/broken.txt"

// breakage is a line that implements a requirement, and what is put in its
// place.
type breakage struct {
	id, file string
	old, new string // whole lines
}

func parseBroken(text string) (list []breakage, err error) {
	for line := range strings.Lines(text) {
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
		case line[0] == '-' || line[0] == '+':
			if len(list) == 0 {
				return nil, fmt.Errorf("%q stands under no requirement", line)
			}
			if b := &list[len(list)-1]; line[0] == '-' {
				b.old += line[1:]
			} else {
				b.new += line[1:]
			}
		default:
			id, file, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !shape.MatchString(id) || file == "" {
				return nil, fmt.Errorf("%q: want a requirement and a file", line)
			}
			list = append(list, breakage{id: id, file: file})
		}
	}
	return list, nil
}

// apply returns the file with the line broken.
func (b *breakage) apply() (string, error) {
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(b.file)))
	if err != nil {
		return "", err
	}
	before, behind, ok := strings.Cut("\n"+string(text), "\n"+b.old)
	if !ok || b.old == "" || b.old == b.new || strings.Contains("\n"+behind, "\n"+b.old) {
		return "", fmt.Errorf("%s: %s has these lines not once, or they are not broken:\n%s\n"+
			"name in %s the line that implements %s now", b.id, b.file, b.old, brokenFile, b.id)
	}
	return (before + "\n" + b.new + behind)[1:], nil
}

func broken(t *testing.T) []breakage {
	t.Helper()
	text, err := os.ReadFile(brokenFile)
	if err != nil {
		t.Fatal(err)
	}
	list, err := parseBroken(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Each line still stands where the list says, and each MUST that RFC9293.md
// calls met has one.
func TestBrokenList(t *testing.T) {
	list := broken(t)
	for i := range list {
		if _, err := list[i].apply(); err != nil {
			t.Error(err)
		}
	}
	page, err := os.ReadFile("RFC9293.md")
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) < 6 || strings.TrimSpace(cells[4]) != "met" {
			continue
		}
		id := strings.TrimSpace(cells[1])
		if !strings.HasPrefix(id, "MUST-") {
			continue
		}
		met++
		if !slices.ContainsFunc(list, func(b breakage) bool { return b.id == id }) {
			t.Errorf("%s is met, and %s breaks no line of it", id, brokenFile)
		}
	}
	if met < 40 {
		t.Errorf("%d MUSTs are met, or RFC9293.md is not as it should be", met)
	}
}

// TestBroken breaks the line that implements a requirement, one after the other,
// and wants a spec that is labelled with it to fail.
func TestBroken(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds the specs anew")
	}
	list := broken(t)
	if !*allBroken {
		list = list[len(list)/2:][:1]
	}
	for _, b := range list {
		t.Run(b.id, func(t *testing.T) {
			t.Parallel()
			failed, output := b.specs(t)
			if len(failed) == 0 {
				t.Errorf("with %s broken in %s no spec that is labelled with it fails\n%s+%s%s", b.id, b.file, b.old, b.new, output)
			}
			for _, name := range failed {
				t.Logf("fails: %s", name)
			}
		})
	}
}

// specs builds the specs with the line broken, runs those of the requirement and
// returns the names of those that fail, and what they print.
func (b *breakage) specs(t *testing.T) (failed []string, output []byte) {
	t.Helper()
	text, err := b.apply()
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	changed, program, report := filepath.Join(dir, "changed.go"), filepath.Join(dir, "specs.test"), filepath.Join(dir, "report.json")
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(root, filepath.FromSlash(b.file)): changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, octets := range map[string][]byte{changed: []byte(text), filepath.Join(dir, "overlay.json"): overlay} {
		if err := os.WriteFile(name, octets, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off",
		"-overlay", filepath.Join(dir, "overlay.json"), "-o", program, ".")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	run := exec.CommandContext(t.Context(), program, "-test.run=^TestRFC9293$", "-test.timeout=1m",
		"-ginkgo.focus=^RFC 9293 "+own+" ", "-ginkgo.label-filter="+b.id, "-ginkgo.json-report="+report, "-ginkgo.no-color")
	output, _ = run.CombinedOutput() // that it fails is expected
	octets, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("the specs have not come to their end: %v\n%s", err, output)
	}
	var suites []types.Report
	if err := json.NewDecoder(bytes.NewReader(octets)).Decode(&suites); err != nil {
		t.Fatal(err)
	}
	for _, suite := range suites {
		for _, s := range suite.SpecReports.WithState(types.SpecStateFailureStates) {
			if slices.Contains(s.Labels(), b.id) {
				failed = append(failed, s.FullText())
			}
		}
	}
	return failed, output
}
