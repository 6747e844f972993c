package coverage

import (
	"bytes"
	"strings"
	"testing"

	"example.org/halfopen/scheduler/stream"
)

var testSpace = &Space{Rows: []string{"a", "b", "c"}, Rules: []string{"I-1", "I-2"}}

// drawn are counts as some runs might leave them.
func drawn(src *stream.Source) *Counts {
	c := NewCounts(testSpace)
	c.runs = src.Below(1000)
	for range src.Below(200) {
		if c.runs == 0 {
			break
		}
		i := src.Below(uint64(len(c.cells)))
		in := 1 + src.Below(c.runs)
		c.cells[i] = count{hits: in + src.Below(1<<40), in: in}
	}
	return c
}

func written(t *testing.T, c *Counts) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func merged(t *testing.T, all ...*Counts) *Counts {
	t.Helper()
	sum := NewCounts(testSpace)
	for _, c := range all {
		if err := sum.Merge(c); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

// Counts merge in any order, and by way of files, to the same octets.
func TestMerge(t *testing.T) {
	for i := range uint64(200) {
		src := stream.New(1, "counts").Sequence(i)
		a, b, c := drawn(&src), drawn(&src), drawn(&src)
		sum := merged(t, a, b, c)
		for i := range sum.cells {
			k := Cell(i)
			if sum.Hits(k) != a.Hits(k)+b.Hits(k)+c.Hits(k) || sum.In(k) != a.In(k)+b.In(k)+c.In(k) {
				t.Fatal("merging does not add")
			}
		}
		want := written(t, sum)
		if got := written(t, merged(t, c, a, b)); got != want {
			t.Fatal("merging does not commute")
		}
		if got := written(t, merged(t, a, merged(t, b, c))); got != want {
			t.Fatal("merging is not associative")
		}
		var back [3]*Counts
		for k, one := range []*Counts{b, c, a} {
			var err error
			if back[k], err = Read(strings.NewReader(written(t, one))); err != nil {
				t.Fatal(err)
			}
			if !back[k].Equal(one) {
				t.Fatal("a file does not say what was counted")
			}
		}
		if got := written(t, merged(t, back[:]...)); got != want {
			t.Fatal("files merge to something else")
		}
	}
}

func TestMergeRefusesOtherCells(t *testing.T) {
	c := NewCounts(testSpace)
	o := NewCounts(&Space{Rules: testSpace.Rules})
	o.runs = 1
	if err := c.Merge(o); err != ErrSpace || c.runs != 0 {
		t.Errorf("merged: %v", err)
	}
}

// Every cell is found by its name, so no two have the same.
func TestNames(t *testing.T) {
	f, err := testSpace.finder()
	if err != nil {
		t.Fatal(err)
	}
	for i := range testSpace.Size() {
		if c, ok := f.find(testSpace.Name(Cell(i))); !ok || c != Cell(i) {
			t.Errorf("cell %d, %q, is found as %d, %v", i, testSpace.Name(Cell(i)), c, ok)
		}
	}
	for _, s := range []*Space{{Rows: []string{"a", "a"}}, {Rules: []string{"a", "a"}}, {Rows: []string{"a, then b"}}} {
		if _, err := s.finder(); err == nil {
			t.Errorf("names that are not alone were taken: %q %q", s.Rows, s.Rules)
		}
	}
}

func TestKindOfCell(t *testing.T) {
	last := Cell(0)
	for k := range Kind(NumKinds) {
		first, end := testSpace.Cells(k)
		if first != last || end <= first || testSpace.Kind(first) != k || testSpace.Kind(end-1) != k {
			t.Errorf("%v are from %d to %d, after %d", k, first, end, last)
		}
		last = end
	}
	if int(last) != testSpace.Size() {
		t.Errorf("%d cells are of some kind, want %d", last, testSpace.Size())
	}
	if testSpace.Kind(testSpace.Pair(2, 2)) != RowPair || testSpace.Pair(2, 2) != last-1 ||
		testSpace.Kind(testSpace.Row(0)) != RowTaken || testSpace.Kind(testSpace.Rule(1)) != RuleJudged ||
		testSpace.Kind(testSpace.Under(NumCoreEdges-1, RSTInjected)) != EdgeUnder {
		t.Error("a cell is of the wrong kind")
	}
}

func TestReadRefuses(t *testing.T) {
	src := stream.New(2, "counts").Sequence(0)
	good := written(t, drawn(&src))
	for _, c := range []struct{ name, old, new, want string }{
		{"a version", schema, "halfopen-coverage/0", "schema"},
		{"a cell", `"cell": "`, `"cell": "x`, "no cell"},
		{"no cell", `"cell":"`, `"cell":"x`, "no cell"},
		{"a field", `"runs":`, `"ruins":`, "unknown field"},
		{"rows", `["a","b","c"]`, `["a","a","c"]`, "same name"},
		{"no runs", `"hits":`, `"hits":0,"hits":0,"runs":`, ""},
		{"an end", "]\n}\n", "]\n}\n{}", "follows"},
		{"half", "]\n}\n", "", "unexpected EOF"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			continue
		}
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	twice := `{"schema":"` + schema + `","runs":3,"rules":[],"rows":[],"cells":[` +
		`{"cell":"LISTEN","hits":1,"runs":1},{"cell":"LISTEN","hits":1,"runs":1}]}`
	if _, err := Read(strings.NewReader(twice)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a cell that is there twice: %v", err)
	}
	few := strings.Replace(twice, `"hits":1,"runs":1`, `"hits":1,"runs":2`, 1)
	if _, err := Read(strings.NewReader(few)); err == nil || !strings.Contains(err.Error(), "1 hits in 2 of") {
		t.Errorf("more runs than hits: %v", err)
	}
	more := strings.Replace(twice, `"hits":1,"runs":1`, `"hits":5,"runs":4`, 1)
	if _, err := Read(strings.NewReader(more)); err == nil || !strings.Contains(err.Error(), "of 3 runs") {
		t.Errorf("more runs than there were: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"schema":"` + schema + `","runs":3,"rules":["I-1"],"rows":["a"],"cells":[{"cell":"LISTEN","hits":2,"runs":1}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		again, err := Read(strings.NewReader(written(t, c)))
		if err != nil || !again.Equal(c) {
			t.Errorf("what was read is written as something else: %v", err)
		}
	})
}

// What is called impossible keeps its reason; the rest is wanted.
func TestImpossible(t *testing.T) {
	impossible := 0
	for i := range NumCoreEdges {
		for f := range Fault(NumFaults) {
			why := Impossible(i, f)
			if (why == "") != testSpace.Wanted(testSpace.Under(i, f)) {
				t.Errorf("%v under %v is wanted and impossible", coreEdges[i], f)
			}
			if why != "" {
				impossible++
			}
		}
	}
	if _, of := NewCounts(testSpace).Covered(EdgeUnder); of+impossible != NumCoreEdges*NumFaults {
		t.Errorf("%d wanted and %d impossible cells are not all", of, impossible)
	}
}

func TestReport(t *testing.T) {
	c := NewCounts(testSpace)
	c.runs = 4
	for _, cell := range []Cell{testSpace.Row(0), testSpace.Pair(0, 1), testSpace.Joint(Lossy, 1, 2)} {
		c.cells[cell] = count{hits: 1, in: 1}
	}
	var b strings.Builder
	want := []Cell{testSpace.Joint(Lossy, 1, 2), testSpace.Joint(Lossy, 2, 1)}
	if err := c.Report(&b, ReportOptions{Holes: -1, Want: want, Independent: true}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"states                   0/11\n  not: CLOSED\n",
		"  not: TIME-WAIT -> CLOSED under inject RST\n",
		"joint pairs              1\n  1 seen, 1 in one run only, 0 in two; at least 0.00 unseen, 0.250000 new a run\n",
		"rules                    0/2\n  not: rule I-1\n  not: rule I-2\n",
		"rows                     1/3\n  not: row b\n  not: row c\n",
		"row pairs                1\n",
		"wanted besides           1/2\n  not: class 3: A SYN-SENT, B LISTEN\n",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("the report lacks %q:\n%s", line, b.String())
		}
	}
	b.Reset()
	if err := c.Report(&b, ReportOptions{}); err != nil || strings.Contains(b.String(), "not:") ||
		strings.Contains(b.String(), "more") || strings.Contains(b.String(), "unseen") {
		t.Errorf("the short report is long: %v\n%s", err, b.String())
	}
}
