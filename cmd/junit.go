package cmd

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

// What CI systems call JUnit XML has no standard. Written is what all of them
// read: suites, cases, and in a case a failure, an error or why it was skipped.
// No time is in it: the same sweep gives the same file.

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitOutcome `xml:"failure,omitempty"`
	Error   *junitOutcome `xml:"error,omitempty"`
	Skipped *junitOutcome `xml:"skipped,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// writeJUnit writes what a sweep found as JUnit XML. The sweep itself is a case
// that passes; each group of runs that broke a rule is one that fails, with the
// ladder of its counterexample; a budget that was hit is an error; and what is
// known already, or only a SHOULD forbids, is a case that is skipped.
func writeJUnit(w io.Writer, o search.Options, r *search.Result, found []search.Finding) error {
	s := junitSuite{
		Name: "halfopen fuzz",
		Properties: []junitProperty{
			{"seed", fmt.Sprint(o.Seed)}, {"runs", fmt.Sprint(r.Runs)},
			{"A", o.Ends[endpoint.A]}, {"B", o.Ends[endpoint.B]},
		},
		Cases: []junitCase{{Class: "halfopen", Name: fmt.Sprintf("%s of seed %d", count(r.Runs, "run"), o.Seed)}},
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		c := junitCaseOf(g)
		said := &junitOutcome{
			Message: g.Violation.Text, Type: g.Violation.Rule.ID, Text: "in " + count(g.Count, "run") + "\n",
		}
		if f := findingOf(g, found); f != nil {
			text, err := junitText(f.Trace)
			if err != nil {
				return err
			}
			said.Text += text
		}
		if search.IsBudget(&g.Violation) {
			c.Error = said
			s.Errors++
		} else {
			c.Failure = said
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	s.skip(r.Known, "known: ")
	s.skip(r.Warnings, "only a SHOULD: ")
	s.Tests = len(s.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Suites: []junitSuite{s}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// skip adds groups that fail nothing.
func (s *junitSuite) skip(groups []search.Group, why string) {
	for i := range groups {
		c := junitCaseOf(&groups[i])
		c.Skipped = &junitOutcome{Message: why + groups[i].Violation.Text}
		s.Cases = append(s.Cases, c)
		s.Skipped++
	}
}

// junitCaseOf names the case of a group: what the lists of CI systems show. The
// run tells two groups of one rule, end and state apart.
func junitCaseOf(g *search.Group) junitCase {
	v := &g.Violation
	return junitCase{
		Class: "halfopen." + v.Rule.Name,
		Name:  fmt.Sprintf("%s at %v in %v (run %d)", ruleOf(v), v.End, v.State, g.Run),
	}
}

func junitText(t *sim.Trace) (string, error) {
	var b strings.Builder
	b.WriteByte('\n')
	err := report.Ladder(&b, t, report.LadderOptions{})
	return b.String(), err
}
