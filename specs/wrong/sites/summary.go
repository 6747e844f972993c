package sites

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// WriteSummary writes how many sites were killed: of each kind, and by each rule
// after how many runs; and what the survivors are.
func WriteSummary(w io.Writer, source *Source, trials []Trial, list []Survivor) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KIND\tSITES\tKILLED\tSHARE")
	for _, kind := range []Kind{Flip, Negate, Drop, Remove, ""} {
		all, killed := 0, 0
		for _, trial := range trials {
			if kind == "" || source.Sites[trial.Site-1].Kind == kind {
				all++
				if trial.Rule != "" {
					killed++
				}
			}
		}
		if all > 0 {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d %%\n", cmp.Or(kind, "all"), all, killed, killed*100/all)
		}
	}
	fmt.Fprintln(t, "\nRULE\tKILLED\tMEDIAN RUNS\tMOST RUNS")
	for _, r := range byRule(trials) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", r.name, len(r.runs), r.runs[len(r.runs)/2], r.runs[len(r.runs)-1])
	}
	fmt.Fprintln(t, "\nVERDICT\tSURVIVORS")
	for _, v := range verdicts {
		n := 0
		for _, s := range list {
			if s.Verdict == v {
				n++
			}
		}
		fmt.Fprintf(t, "%s\t%d\n", v, n)
	}
	return t.Flush()
}

// killer is a rule and the runs it took, sorted.
type killer struct {
	name string
	runs []uint64
}

// byRule groups what was killed, the busiest rule first.
func byRule(trials []Trial) (all []killer) {
	for _, trial := range trials {
		if trial.Rule == "" {
			continue
		}
		i := slices.IndexFunc(all, func(k killer) bool { return k.name == trial.Rule })
		if i < 0 {
			i = len(all)
			all = append(all, killer{name: trial.Rule})
		}
		all[i].runs = append(all[i].runs, trial.Runs)
	}
	for i := range all {
		slices.Sort(all[i].runs)
	}
	slices.SortFunc(all, func(a, b killer) int {
		return cmp.Or(cmp.Compare(len(b.runs), len(a.runs)), cmp.Compare(a.name, b.name))
	})
	return all
}
