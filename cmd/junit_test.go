package cmd

import (
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// TestJUnit: what a sweep found, as CI systems read it.
func TestJUnit(t *testing.T) {
	o := search.Options{Offer: lossyOffer(), Ends: [2]string{"lossy-fin", "lossy-fin"}, Seed: 1, Runs: 300, Jobs: 1}
	r, err := search.Sweep(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	found, err := search.Find(o, r.Groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	groups := len(r.Groups)
	budget := r.Groups[0]
	budget.Violation = sim.Violation{Rule: sim.Rule{ID: "budget", Name: "budget-time"}, End: endpoint.B, Text: "]]> <&\x01"}
	r.Known, r.Warnings = r.Groups[:1], r.Groups[:1]
	r.Groups = append(r.Groups, budget)

	var b bytes.Buffer
	if err := writeJUnit(&b, o, r, found); err != nil {
		t.Fatal(err)
	}
	var back junitSuites
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	s := back.Suites[0]
	if s.Tests != len(s.Cases) || s.Tests != groups+4 || s.Failures != groups || s.Errors != 1 || s.Skipped != 2 {
		t.Errorf("%d cases, %d failures, %d errors, %d skipped; want %d failures", s.Tests, s.Failures, s.Errors, s.Skipped, groups)
	}
	contains(t, b.String(), `message="]]&gt; &lt;&amp;`, `message="known: `, `message="only a SHOULD: `)
	if c := s.Cases[0]; c.Failure != nil || c.Error != nil || c.Skipped != nil || c.Name != "300 runs of seed 1" {
		t.Errorf("the sweep itself: %+v", c)
	}
	names := map[string]bool{}
	for _, c := range s.Cases[1 : 1+groups] {
		if c.Failure == nil || !strings.Contains(c.Failure.Text, "\n!!") || names[c.Name] {
			t.Errorf("%s: %+v", c.Name, c.Failure)
		}
		names[c.Name] = true
	}
}

// TestJUnitFile: fuzz writes it whatever else it prints.
func TestJUnitFile(t *testing.T) {
	t.Chdir(t.TempDir())
	call(lossyOffer(), "", "fuzz", "--runs", "300", "--junit", "a.xml").want(t, ExitViolation)
	call(lossyOffer(), "", "fuzz", "--runs", "300", "--junit", "b.xml", "--json").want(t, ExitViolation)
	a, err := os.ReadFile("a.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("b.xml")
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("%v: one file:\n%s\nthe other:\n%s", err, a, b)
	}
	contains(t, string(a), "<testsuites>", "<failure ")
	call(lossyOffer(), "", "fuzz", "--runs", "3", "--junit", "no/such/folder.xml").want(t, ExitFailed)
}

// TestJUnitLegal: a sweep that found nothing is one case that passes.
func TestJUnitLegal(t *testing.T) {
	var b bytes.Buffer
	if err := writeJUnit(&b, search.Options{Seed: 7}, &search.Result{Runs: 1}, nil); err != nil {
		t.Fatal(err)
	}
	contains(t, b.String(), `tests="1" failures="0" errors="0" skipped="0"`, `name="1 run of seed 7"`)
}
