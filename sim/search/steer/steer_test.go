package steer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

func searched(t *testing.T, o Options) *Result {
	t.Helper()
	o.Offer = sim.TCP()
	r, err := Search(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// observing returns a runner that counts the cells of a space.
func observing(s *coverage.Space) *search.Runner {
	r := search.NewRunner(sim.TCP())
	r.Observe = coverage.NewObserver(s)
	return r
}

// told is all that a result says.
func told(t *testing.T, r *Result) string {
	t.Helper()
	var b bytes.Buffer
	for _, c := range []*coverage.Counts{r.Fresh, r.Changed, r.Counts} {
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range r.Corpus.Entries() {
		b.WriteString(e.Scenario.String())
	}
	for _, g := range r.Groups {
		b.WriteString(g.Violation.Text)
	}
	return b.String()
}

// The result does not depend on the number of goroutines.
func TestJobsDoNotMatter(t *testing.T) {
	o := Options{Seed: 5, Runs: 1000, Generation: 100, Jobs: 1}
	want := searched(t, o)
	for _, jobs := range []int{2, 7} {
		o.Jobs = jobs
		if told(t, searched(t, o)) != told(t, want) {
			t.Errorf("%d jobs found something else", jobs)
		}
	}
	if want.Runs != 1000 || want.Fresh.Runs()+want.Changed.Runs() != 1000 || want.Changed.Runs() < 600 {
		t.Errorf("%d runs, %d fresh, %d changed", want.Runs, want.Fresh.Runs(), want.Changed.Runs())
	}
	o.Seed++
	if told(t, searched(t, o)) == told(t, want) {
		t.Error("another seed found the same")
	}
}

// A search goes on from what another left in a folder, in whatever order it was
// written, and covers at least as much.
func TestCorpusOnDisk(t *testing.T) {
	a := searched(t, Options{Seed: 1, Runs: 400})
	b := searched(t, Options{Seed: 2, Runs: 400})
	one, two := t.TempDir(), filepath.Join(t.TempDir(), "new")
	for _, c := range []struct {
		*Corpus
		dir string
	}{{a.Corpus, one}, {b.Corpus, one}, {b.Corpus, two}, {a.Corpus, two}, {a.Corpus, two}} {
		if err := c.Save(c.dir); err != nil {
			t.Fatal(err)
		}
	}
	from := func(dir string) *Corpus {
		c, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	merged := NewCorpus()
	merged.Merge(b.Corpus)
	merged.Merge(a.Corpus)
	if n := from(one).Len(); n != merged.Len() || n <= a.Corpus.Len() {
		t.Errorf("%d scenarios on disk, %d merged", n, merged.Len())
	}
	var results []string
	for _, c := range []*Corpus{from(one), from(two), merged} {
		r := searched(t, Options{Seed: 3, Runs: 200, Corpus: c})
		results = append(results, told(t, r))
		if r.Runs != uint64(merged.Len())+200 {
			t.Errorf("%d runs", r.Runs)
		}
		have := r.Corpus.Cells()
		for _, cell := range slices.Concat(a.Corpus.Cells(), b.Corpus.Cells()) {
			if _, ok := slices.BinarySearch(have, cell); !ok {
				t.Fatalf("%s was covered, and is not any more", r.Fresh.Space().Name(cell))
			}
		}
	}
	if results[0] != results[1] || results[0] != results[2] {
		t.Error("the same scenarios, in another order, made another search")
	}
}

func TestMinimise(t *testing.T) {
	r := searched(t, Options{Seed: 1, Runs: 2000})
	runner := observing(&coverage.Space{})
	least, err := Minimise(runner, r.Corpus)
	if err != nil {
		t.Fatal(err)
	}
	if least.Len() >= r.Corpus.Len() || !slices.Equal(least.Cells(), r.Corpus.Cells()) {
		t.Errorf("%d of %d scenarios cover %d of %d cells", least.Len(), r.Corpus.Len(),
			len(least.Cells()), len(r.Corpus.Cells()))
	}
	for i := range least.entries { // none can be left out
		rest := slices.Delete(slices.Clone(least.entries), i, i+1)
		if without := (&Corpus{entries: rest}).Cells(); i == least.Len()-1 && len(without) == len(least.Cells()) {
			t.Errorf("the last scenario adds nothing")
		}
	}
	t.Logf("%d scenarios, minimised to %d, cover %d cells", r.Corpus.Len(), least.Len(), len(least.Cells()))
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	good := scenario.Scenario{Seed: 7}
	for _, f := range []struct{ name, text, want string }{
		{"0123456789abcdef.txt", good.String(), FileName(&good)},
		{FileName(&good), "halfopen scenario 1\nseed 7\ndrop A SYM #1\n", "SYM"},
	} {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), f.want) || !strings.Contains(err.Error(), f.name) {
			t.Errorf("%s: %v, want %q", f.name, err, f.want)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "README"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(dir); err != nil || c.Len() != 0 {
		t.Errorf("another file: %v", err)
	}
}

// What a user asked for of the link, and the class, hold for changed runs, too.
func TestOverrideAndClass(t *testing.T) {
	r := searched(t, Options{
		Seed: 1, Runs: 1000, Override: func(c *link.Config) { c.Corrupt, c.Loss = 0, 123_456 },
	})
	for _, e := range r.Corpus.Entries() {
		if e.Scenario.Link[0].Loss != 123_456 {
			t.Fatalf("not overridden:\n%s", e.Scenario.String())
		}
	}
	r = searched(t, Options{Seed: 1, Runs: 1000, Class: coverage.AnyOpen})
	for _, e := range r.Corpus.Entries() {
		if c := coverage.ClassOf(&e.Scenario); c > coverage.AnyOpen {
			t.Fatalf("class %d:\n%s", c, e.Scenario.String())
		}
	}
}

// An end that does nothing, and says so, breaks rules: what was found can be
// run again from the group's scenario.
func TestGroups(t *testing.T) {
	s, err := scenario.Parse("test", "limit events 5")
	if err != nil {
		t.Fatal(err)
	}
	r := searched(t, Options{Corpus: NewCorpus(s)})
	if len(r.Groups) != 1 || r.Groups[0].Count != 1 || r.Runs != 1 || !r.Groups[0].Scenario.Equal(&s) {
		t.Fatalf("%+v", r.Groups)
	}
}

func TestDone(t *testing.T) {
	r := searched(t, Options{Runs: 1000, Generation: 50, Done: func(p *Progress) bool { return p.Runs >= 100 }})
	if !r.Stopped || r.Runs != 100 {
		t.Errorf("%d runs, stopped %v", r.Runs, r.Stopped)
	}
}
