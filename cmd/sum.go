package cmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

// schemaOfSum is the version of what fuzz --summary writes.
const schemaOfSum = "halfopen-summary/1"

// sum is what sweeps and steered searches saw, in a form that can be added up:
// in any order to the same octets.
type sum struct {
	Schema    string           `json:"schema"`
	Endpoints [2]string        `json:"endpoints"`
	Link      []linkSaid       `json:"link"`
	Wire      bool             `json:"wire"`
	Sweeps    []swept          `json:"sweeps"` // by seed and first run
	Runs      uint64           `json:"runs"`
	Steps     uint64           `json:"steps"`
	Digest    uint64           `json:"digest,string"`
	Groups    []foundGroup     `json:"groups"`
	Known     []foundGroup     `json:"known"`
	Warnings  []foundGroup     `json:"warnings"`
	NotJudged []jsonUnjudged   `json:"not_judged"`
	Drawn     *coverage.Counts `json:"drawn"`   // what runs covered that are independent of each other,
	Changed   *coverage.Counts `json:"changed"` // and what the others did
}

// swept is one sweep: the runs that it was to make.
type swept struct {
	Seed    uint64 `json:"seed"`
	First   uint64 `json:"first"`
	Runs    uint64 `json:"runs"`
	Steered bool   `json:"steered"`
	Stopped bool   `json:"stopped"`
}

// foundGroup is a group, with the seed of its first run.
type foundGroup struct {
	Seed uint64 `json:"seed"`
	jsonGroup
}

// summaryOf is that of one sweep.
func (f *fuzz) summaryOf(o search.Options, r *search.Result, seen *covered) *sum {
	one := swept{Seed: o.Seed, First: o.First, Runs: o.Runs, Steered: f.steer, Stopped: r.Stopped}
	s := &sum{
		Schema: schemaOfSum, Endpoints: o.Ends, Link: f.link.said(), Wire: o.Wire,
		Runs: r.Runs, Steps: r.Steps, Digest: r.Digest,
		Groups: foundGroups(o.Seed, r.Groups), Known: foundGroups(o.Seed, r.Known),
		Warnings: foundGroups(o.Seed, r.Warnings), NotJudged: notJudged(&r.Judged, o.Ends),
		Drawn: seen.drawn, Changed: coverage.NewCounts(seen.all.Space()),
	}
	if f.steer {
		one.Runs = max(r.Runs, o.Runs) // those of the corpus, too
		s.Changed = seen.changed
	}
	s.Sweeps = []swept{one}
	return s
}

func foundGroups(seed uint64, groups []search.Group) []foundGroup {
	list := []foundGroup{}
	for i := range groups {
		list = append(list, foundGroup{seed, jsonGroupOf(&groups[i], nil)})
	}
	slices.SortFunc(list, foundGroup.compare)
	return list
}

// write writes a sum: equal ones as the same octets.
func (s *sum) write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(s)
}

// readSum reads what write has written.
func readSum(name string, text []byte) (*sum, error) {
	bad := func(format string, a ...any) error {
		return usage("%s is no summary of 'halfopen fuzz --summary': %s", name, fmt.Sprintf(format, a...))
	}
	s := new(sum)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, bad("%v", err)
	}
	if s.Schema != schemaOfSum {
		return nil, bad("its schema is %q, want %q", s.Schema, schemaOfSum)
	}
	for _, c := range []*coverage.Counts{s.Drawn, s.Changed} {
		if c == nil {
			return nil, bad("it does not say what was covered")
		}
		if !c.Space().Equal(search.Space()) {
			return nil, bad("it is of another version of halfopen: its rules or rows are not those of this one")
		}
	}
	return s, nil
}

// add adds another sum. What was run twice would be counted twice, and what ran
// between other ends would be of no use: both are errors.
func (s *sum) add(o *sum) error {
	if s.Endpoints != o.Endpoints || s.Wire != o.Wire || !slices.Equal(s.Link, o.Link) {
		return usage("the summaries are of different ends, links or judges: %v %v, --wire %v; %v %v, --wire %v",
			s.Endpoints, s.Link, s.Wire, o.Endpoints, o.Link, o.Wire)
	}
	s.Sweeps = append(slices.Clone(s.Sweeps), o.Sweeps...)
	slices.SortFunc(s.Sweeps, func(a, b swept) int {
		return cmp.Or(cmp.Compare(a.Seed, b.Seed), cmp.Compare(a.First, b.First))
	})
	for i := range s.Sweeps[1:] {
		if a, b := s.Sweeps[i], s.Sweeps[i+1]; a.Seed == b.Seed && b.First-a.First < a.Runs {
			return usage("run %d of seed %d is in two of the summaries", b.First, b.Seed)
		}
	}
	s.Groups = addGroups(s.Groups, o.Groups, sameFound)
	s.Known = addGroups(s.Known, o.Known, sameFound)
	s.Warnings = addGroups(s.Warnings, o.Warnings, sameWarning)
	s.NotJudged = addUnjudged(s.NotJudged, o.NotJudged, s.Runs, o.Runs)
	s.Runs, s.Steps, s.Digest = s.Runs+o.Runs, s.Steps+o.Steps, s.Digest+o.Digest
	if err := s.Drawn.Merge(o.Drawn); err != nil {
		return err
	}
	return s.Changed.Merge(o.Changed)
}

// addGroups adds groups to groups; of the same ones the first run is kept.
func addGroups(to, from []foundGroup, same func(a, b *foundGroup) bool) []foundGroup {
	to = slices.Clone(to)
	for i := range from {
		g := from[i]
		k := slices.IndexFunc(to, func(t foundGroup) bool { return same(&t, &g) })
		if k < 0 {
			to = append(to, g)
			continue
		}
		g.Runs += to[k].Runs
		if cmp.Or(cmp.Compare(to[k].Seed, g.Seed), cmp.Compare(to[k].First, g.First)) < 0 {
			total := g.Runs
			g = to[k]
			g.Runs = total
		}
		to[k] = g
	}
	slices.SortFunc(to, foundGroup.compare)
	return to
}

// compare orders groups as reports do, and those that look the same there by
// their first runs.
func (g foundGroup) compare(h foundGroup) int {
	return cmp.Or(cmp.Compare(g.Rule, h.Rule), cmp.Compare(g.Name, h.Name), cmp.Compare(g.End, h.End),
		cmp.Compare(g.State, h.State), cmp.Compare(g.Seed, h.Seed), cmp.Compare(g.First, h.First),
		cmp.Compare(g.Text, h.Text))
}

// sameFound is search.Same.
func sameFound(a, b *foundGroup) bool {
	v, w := a.violation(), b.violation()
	return search.Same(&v, &w)
}

// sameWarning: where it was, and in which words, does not matter.
func sameWarning(a, b *foundGroup) bool {
	return a.Rule == b.Rule && a.Name == b.Name && a.End == b.End
}

// violation is that of the group's first run, but for when it was.
func (g *foundGroup) violation() sim.Violation {
	v := sim.Violation{
		Rule: sim.Rule{ID: g.Rule, Name: g.Name, Section: g.Section}, Text: g.Text, Got: g.Got, Want: g.Want,
	}
	if g.End == endpoint.B.String() {
		v.End = endpoint.B
	}
	v.State, _ = endpoint.ParseState(g.State)
	return v
}

// addUnjudged adds up what could not be judged. What one of two sweeps could
// judge was judged in part.
func addUnjudged(a, b []jsonUnjudged, aRuns, bRuns uint64) []jsonUnjudged {
	if aRuns == 0 || bRuns == 0 {
		return append(append([]jsonUnjudged{}, a...), b...) // one of them is empty
	}
	list := []jsonUnjudged{}
	key := func(x, y jsonUnjudged) int {
		return cmp.Or(cmp.Compare(x.End, y.End), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Name, y.Name))
	}
	only := func(from, other []jsonUnjudged) {
		for _, u := range from {
			k := slices.IndexFunc(other, func(o jsonUnjudged) bool { return key(u, o) == 0 })
			if k < 0 {
				u.Part = true
			} else {
				u.Part = u.Part || other[k].Part
				u.Needs = slices.Concat(u.Needs, other[k].Needs)
				slices.Sort(u.Needs)
				u.Needs = slices.Compact(u.Needs)
			}
			list = append(list, u)
		}
	}
	only(a, b)
	only(b, a)
	slices.SortFunc(list, key)
	return slices.CompactFunc(list, func(x, y jsonUnjudged) bool { return key(x, y) == 0 })
}
