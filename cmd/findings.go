package cmd

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/sim/search"
)

// wholeLadders is how many counterexamples are shown whole; of the rest there
// is a line each.
const wholeLadders = 3

// showFindings prints the counterexamples and keeps each as a folder. Groups
// that shrank to the same one share it. A folder that cannot be written does
// not hide the others: the error comes at the end.
func (f *fuzz) showFindings(found []search.Finding) error {
	var errs []error
	shown := map[string]bool{} // only asked, never walked
	for i := range found {
		t := found[i].Trace
		if shown[report.Name(t)] {
			continue
		}
		why := f.explain(t)
		again, err := f.keep(&found[i], why)
		if err != nil {
			errs = append(errs, err)
		}
		shown[report.Name(t)] = true
		if len(shown) > wholeLadders {
			if len(shown) == wholeLadders+1 {
				fmt.Fprintln(f.stdout, "more:")
			}
			fmt.Fprintf(f.stdout, "  %s\n    %s\n", headline(t), again)
			continue
		}
		if err := f.ladder(t, shape{why: why}, again); err != nil {
			return err
		}
		fmt.Fprintf(f.stdout, "shrunk  %s\n\n", shrunk(&found[i]))
	}
	if len(shown) > wholeLadders {
		fmt.Fprintln(f.stdout)
	}
	return errors.Join(errs...)
}

// keepAll keeps the counterexamples and names them on w.
func (f *fuzz) keepAll(w io.Writer, found []search.Finding) error {
	var errs []error
	for i := range found {
		again, err := f.keep(&found[i], f.explain(found[i].Trace))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintln(w, again)
	}
	return errors.Join(errs...)
}

// keep writes a counterexample as a folder and returns the command that replays
// it.
func (f *fuzz) keep(found *search.Finding, why *sim.Why) (again string, err error) {
	if v := &found.Group.Violation; !search.Same(v, &found.Trace.Violation) {
		return "", fmt.Errorf("run %d broke %s, and its shrunk script does not: a bug of the harness",
			found.Group.Run, ruleOf(v))
	}
	dir, err := f.keepBundle(f.out, found.Trace, why)
	if err != nil {
		return "", err
	}
	return commandLine("replay", dir), nil
}

// explain finds out what a failure needs; nil if there is none, or that cannot be
// found out: a counterexample without it is better than none.
func (c *command) explain(t *sim.Trace) *sim.Why {
	v := &t.Violation
	if !v.Found() || search.IsBudget(v) || search.IsPanic(v) {
		return nil
	}
	runner := search.NewRunner(c.offer)
	runner.Wire = search.IsWire(v)
	why, err := search.Explain(runner, t)
	if err != nil {
		fmt.Fprintf(c.stderr, "halfopen: warning: %s: %v\n", report.Name(t), err)
		return nil
	}
	return &why
}

// keepBundle writes the bundle of a run, with a capture in it and with what the
// failure needs, below a folder, and returns its own.
func (c *command) keepBundle(dir string, t *sim.Trace, why *sim.Why) (string, error) {
	return bundle.Write(dir, t, c.bundleOptions(why))
}

// bundleOptions are those of every bundle that this program writes.
func (c *command) bundleOptions(why *sim.Why) bundle.Options {
	return bundle.Options{
		Offer: c.offer, Faces: []bundle.Face{{Name: pcapng.FileName, Write: pcapng.Write}}, Why: why,
	}
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
		if i > 0 && alike(v, &groups[i-1].Violation) || i+1 < len(groups) && alike(v, &groups[i+1].Violation) {
			name += ": " + v.Text // what tells it from the other
		}
		fmt.Fprintf(tw, "  %s\t%v\t%v\t%d\t%d\t%s\n", ruleOf(v), v.End, v.State, g.Count, g.Run, name)
	}
	tw.Flush()
}

// alike reports whether the table shows two groups the same but for their words.
func alike(v, w *sim.Violation) bool {
	return v.Rule == w.Rule && v.End == w.End && v.State == w.State
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
