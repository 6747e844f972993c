package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/sim/search"
)

// wholeLadders is how many counterexamples are shown whole; of the rest there
// is a line each.
const wholeLadders = 3

// showFindings prints the counterexamples and keeps each as a folder. A folder
// that cannot be written does not hide the others: the error comes at the end.
func (f *fuzz) showFindings(found []search.Finding) error {
	var errs []error
	for i := range found {
		t := found[i].Trace
		dir, err := keepFolder(f.out, t)
		again := ""
		if err == nil {
			again = commandLine("replay", dir)
		} else {
			errs = append(errs, err)
		}
		if i >= wholeLadders {
			if i == wholeLadders {
				fmt.Fprintln(f.stdout, "more:")
			}
			fmt.Fprintf(f.stdout, "  %s\n  %s\n\n", headline(t), again)
			continue
		}
		if err := f.ladder(t, shape{}, again); err != nil {
			return err
		}
		fmt.Fprintf(f.stdout, "shrunk  %s\n\n", shrunk(&found[i]))
	}
	return errors.Join(errs...)
}

// keep writes the folders of counterexamples and names them on w.
func (f *fuzz) keep(w io.Writer, found []search.Finding) error {
	var errs []error
	for i := range found {
		dir, err := keepFolder(f.out, found[i].Trace)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintf(w, "%s\n", commandLine("replay", dir))
	}
	return errors.Join(errs...)
}

// keepFolder writes a run as a folder, with a capture in it, and returns the
// folder.
func keepFolder(dir string, t *sim.Trace) (string, error) {
	var capture bytes.Buffer
	if err := pcapng.Write(&capture, t); err != nil {
		return "", err
	}
	return report.WriteFolder(dir, t, report.File{Name: pcapng.FileName, Data: capture.Bytes()})
}

// shrunk says how a counterexample was found.
func shrunk(f *search.Finding) string {
	s := fmt.Sprintf("from run %d: %s of %d left after %d tries",
		f.Group.Run, count(uint64(len(f.Trace.Scenario.Fault)), "fault"), f.Faults, f.Tried)
	if f.Random {
		s += "; its script alone does not break the rule, so the link stays random"
	}
	return s
}

// headline is the whole story in one line.
func headline(t *sim.Trace) string {
	v := &t.Violation
	return fmt.Sprintf("%s, t=%s: %s", v.Rule.Name, report.Span(v.At), v.Text)
}

// writeGroups is the table of what a sweep found.
func writeGroups(w io.Writer, groups []search.Group, found []search.Finding) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "  rule\tend\tstate\truns\tfirst run\tcounterexample")
	for i := range groups {
		g := &groups[i]
		v := &g.Violation
		name := "(not shrunk)"
		if f := findingOf(g, found); f != nil {
			name = report.Name(f.Trace)
		}
		fmt.Fprintf(tw, "  %s\t%v\t%v\t%d\t%d\t%s\n", ruleOf(v), v.End, v.State, g.Count, g.Run, name)
	}
	tw.Flush()
}

// findingOf is the counterexample of a group, nil if it has none.
func findingOf(g *search.Group, found []search.Finding) *search.Finding {
	for i := range found {
		if found[i].Group == *g {
			return &found[i]
		}
	}
	return nil
}

// count is "1 fault" or "2 faults".
func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
