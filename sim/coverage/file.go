package coverage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// schema is the version of the file.
const schema = "halfopen-coverage/1"

// file is counts as JSON. Cells have names, so that a file outlives a change
// of their order; those that were never covered are left out.
type file struct {
	Schema string   `json:"schema"`
	Runs   uint64   `json:"runs"`
	Rules  []string `json:"rules"`
	Rows   []string `json:"rows"`
	Cells  []entry  `json:"cells"`
}

type entry struct {
	Cell string `json:"cell"`
	Hits uint64 `json:"hits"`
	In   uint64 `json:"runs"`
}

// Write writes the counts as JSON, a line for each cell that was covered, in
// the order of the Space. Equal counts are written as the same octets.
func (c *Counts) Write(w io.Writer) error {
	var b bytes.Buffer
	s := c.space
	fmt.Fprintf(&b, "{\n\"schema\": %s,\n\"runs\": %d,\n\"rules\": %s,\n\"rows\": %s,\n\"cells\": [",
		quoted(schema), c.runs, quoted(or(s.Rules)), quoted(or(s.Rows)))
	sep := "\n"
	for i := range c.cells {
		n := &c.cells[i]
		if n.hits == 0 {
			continue
		}
		b.WriteString(sep)
		b.Write(quoted(entry{s.Name(Cell(i)), n.hits, n.in}))
		sep = ",\n"
	}
	b.WriteString("\n]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// MarshalJSON is what Write writes.
func (c *Counts) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := c.Write(&b)
	return b.Bytes(), err
}

// UnmarshalJSON is Read.
func (c *Counts) UnmarshalJSON(text []byte) error {
	r, err := Read(bytes.NewReader(text))
	if err == nil {
		*c = *r
	}
	return err
}

// or makes a list of none at all an empty one, which JSON writes as [].
func or(names []string) []string { return append([]string{}, names...) }

// quoted is v as JSON, "->" left readable. All that is written here can be.
func quoted(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// Read reads what Write has written. It returns an error for another version
// of the file, for a cell that is not in the Space which the file itself names,
// and for figures that no runs can have.
func Read(r io.Reader) (*Counts, error) {
	var f file
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("coverage: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("coverage: something follows the counts")
	}
	if f.Schema != schema {
		return nil, fmt.Errorf("coverage: the schema is %q, want %q", f.Schema, schema)
	}
	space := &Space{Rules: f.Rules, Rows: f.Rows}
	if n := len(f.Rows); n > maxRows {
		return nil, fmt.Errorf("coverage: %d rows are more than %d", n, maxRows)
	}
	names, err := space.finder()
	if err != nil {
		return nil, err
	}
	c := NewCounts(space)
	c.runs = f.Runs
	for _, e := range f.Cells {
		cell, ok := names.find(e.Cell)
		switch {
		case !ok:
			return nil, fmt.Errorf("coverage: there is no cell %q", e.Cell)
		case c.Hits(cell) != 0:
			return nil, fmt.Errorf("coverage: the cell %q is there twice", e.Cell)
		case e.Hits == 0 || e.In == 0 || e.In > e.Hits || e.In > f.Runs:
			return nil, fmt.Errorf("coverage: the cell %q has %d hits in %d of %d runs", e.Cell, e.Hits, e.In, f.Runs)
		}
		c.cells[cell] = count{hits: e.Hits, in: e.In}
	}
	return c, nil
}

// maxRows bounds what a file can make Read allocate.
const maxRows = 1000

// finder finds cells by name. Its maps are only ever asked, not walked.
type finder struct {
	space *Space
	cells map[string]Cell // all but the row pairs
	rows  map[string]int
}

// finder returns an error if a name is not that of one cell alone.
func (s *Space) finder() (*finder, error) {
	f := &finder{s, map[string]Cell{}, map[string]int{}}
	pairs, _ := s.Cells(RowPair)
	for c := range pairs {
		f.cells[s.Name(c)] = c
	}
	for i, name := range s.Rows {
		if strings.Contains(name, then) {
			return nil, fmt.Errorf("coverage: the name of row %q has %q in it", name, then)
		}
		f.rows[name] = i
	}
	if len(f.cells) < int(pairs) {
		return nil, errors.New("coverage: two rows or two rules have the same name")
	}
	return f, nil
}

func (f *finder) find(name string) (Cell, bool) {
	if c, ok := f.cells[name]; ok {
		return c, true
	}
	name, ok := strings.CutPrefix(name, "row ")
	first, second, both := strings.Cut(name, then)
	row, known := f.rows[first]
	next, knownToo := f.rows[second]
	if !ok || !both || !known || !knownToo {
		return 0, false
	}
	return f.space.Pair(row, next), true
}
