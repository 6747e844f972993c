package steer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/keep"
)

// Corpus is a set of scenarios that are worth changing. Use NewCorpus, or Load.
type Corpus struct {
	entries []Entry
	names   map[string]int // only asked, never walked
}

// Entry is a scenario of a corpus.
type Entry struct {
	Scenario scenario.Scenario
	Cells    []coverage.Cell // what its run covers; nil where it was not run
}

// NewCorpus returns a corpus of these scenarios, each once.
func NewCorpus(scenarios ...scenario.Scenario) *Corpus {
	c := &Corpus{names: map[string]int{}}
	for i := range scenarios {
		c.add(scenarios[i].Clone(), nil)
	}
	return c
}

// add adds a scenario that shares no memory, and returns where it is.
func (c *Corpus) add(s scenario.Scenario, covered []coverage.Cell) int {
	name := FileName(&s)
	i, ok := c.names[name]
	if !ok {
		i = len(c.entries)
		c.names[name] = i
		c.entries = append(c.entries, Entry{s, covered})
	}
	return i
}

// Len is how many scenarios there are.
func (c *Corpus) Len() int { return len(c.entries) }

// Entries are the scenarios, in the order in which they came. They are not to
// be changed.
func (c *Corpus) Entries() []Entry { return c.entries }

// Scenarios are the scenarios in the order of their file names, so that corpora
// of the same scenarios make the same search. They are not to be changed.
func (c *Corpus) Scenarios() []scenario.Scenario {
	type named struct {
		name string
		s    *scenario.Scenario
	}
	all := make([]named, 0, len(c.entries))
	for i := range c.entries {
		s := &c.entries[i].Scenario
		all = append(all, named{FileName(s), s})
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	list := make([]scenario.Scenario, 0, len(all))
	for _, n := range all {
		list = append(list, *n.s)
	}
	return list
}

// Merge adds the scenarios of another corpus.
func (c *Corpus) Merge(o *Corpus) {
	for i := range o.entries {
		c.add(o.entries[i].Scenario.Clone(), o.entries[i].Cells)
	}
}

// suffix ends the name of a scenario's file.
const suffix = ".txt"

// FileName is the name of a scenario's file in a corpus: the first 16 digits of
// the SHA-256 of its text.
func FileName(s *scenario.Scenario) string {
	sum := sha256.Sum256(s.Append(nil))
	return hex.EncodeToString(sum[:8]) + suffix
}

// ErrName is returned for a file whose text is not the one that it is named for.
var ErrName = errors.New("steer: the file is not named for the scenario in it")

// Load reads a corpus from a folder; one that does not exist is empty. Files
// that do not end in .txt are left alone. A file that is no scenario, or was
// changed since it was named, is an error that names it: a changed scenario is
// another, and would silently not be what covered what it did.
func Load(dir string) (*Corpus, error) {
	c := NewCorpus()
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("steer: %w", err)
	}
	for _, f := range files { // sorted by name
		if f.IsDir() || !strings.HasSuffix(f.Name(), suffix) {
			continue
		}
		path := filepath.Join(dir, f.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("steer: %w", err)
		}
		s, err := scenario.Parse(path, string(text))
		if err != nil {
			return nil, err
		}
		if want := FileName(&s); want != f.Name() {
			return nil, fmt.Errorf("%w: %s, want %s", ErrName, path, want)
		}
		c.add(s, nil)
	}
	return c, nil
}

// Save writes every scenario that a folder does not have yet. The folder is
// made when needed; what else is in it stays. A file appears whole or not at
// all, so that two searches may save to one folder at once.
func (c *Corpus) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("steer: %w", err)
	}
	for i := range c.entries {
		if err := save(dir, &c.entries[i].Scenario); err != nil {
			return fmt.Errorf("steer: %w", err)
		}
	}
	return nil
}

func save(dir string, s *scenario.Scenario) error {
	path := filepath.Join(dir, FileName(s))
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return keep.File(path, func(w io.Writer) error {
		_, err := io.WriteString(w, s.String())
		return err
	})
}
