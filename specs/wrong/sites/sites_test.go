package sites

import (
	"errors"
	"go/parser"
	"go/token"
	"io"
	"slices"
	"strings"
	"testing"
)

const example = `package x

func (t *T) f(a, b int) bool {
	// A comment that stays where it is.
	if a < b && t.on || !t.off {
		t.n++
		return true
	}
	switch t.state {
	case Listen, SynSent:
		t.end(0)
	}
	for i := range b {
		if t.a.Less(t.b) {
			t.n = i
		}
	}
	buf := make([]byte, a)
	_ = buf
	return a == b
}
`

const rewritten = `package x

func (t *T) f(a, b int) bool {
	// A comment that stays where it is.
	if Altered != 1 { if flip(2, flip(3, lt(4, a , b)) && flip(5, t.on) || !flip(6, t.off)) {
		if Altered != 7 { t.n++ }
		if Altered != 8 { return flip(9, true) }
	} }
	switch t.state {
	case drop(10, Listen), drop(11, SynSent):
		if Altered != 12 { t.end(0) }
	}
	turns1 := 0; for i := range b { turn(&turns1); 
		if flip(13, lessAt(14, t.a, t.b)) {
			if Altered != 15 { t.n = i }
		}
	}
	buf := make([]byte, bounded(a))
	if Altered != 16 { _ = buf }
	return flip(17, a == b)
}
`

func TestRewrite(t *testing.T) {
	r, err := rewrite("x.go", example, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.text(); got != rewritten {
		t.Errorf("got\n%s\nwant\n%s", got, rewritten)
	}
	var ids []string
	for _, s := range r.sites {
		ids = append(ids, s.ID())
	}
	want := []string{"x.go:f:1:remove", "x.go:f:1:negate", "x.go:f:2:negate", "x.go:f:1:flip"}
	if len(ids) != 17 || !slices.Equal(ids[:4], want) || r.sites[3].Text != "a < b" || r.sites[3].Line != 5 {
		t.Errorf("%d sites, %q ..., %+v", len(ids), ids[:4], r.sites[3])
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 17 {
		t.Error("two sites have one ID")
	}
	if _, err := rewrite("x.go", "package", 0); err == nil || !strings.Contains(err.Error(), "x.go:1") {
		t.Errorf("no Go: %v", err)
	}
}

// TestRead: what comes out of the real source is Go, on the same lines.
func TestRead(t *testing.T) {
	source := read(t)
	count := map[Kind]int{}
	for _, s := range source.Sites {
		count[s.Kind]++
	}
	for _, kind := range []Kind{Flip, Negate, Drop, Remove} {
		if count[kind] < 40 {
			t.Errorf("only %d sites of the kind %s", count[kind], kind)
		}
	}
	for file, text := range source.Changed {
		if _, err := parser.ParseFile(token.NewFileSet(), file, text, 0); err != nil {
			t.Error(err)
		}
	}
	again := read(t)
	if !slices.Equal(again.Sites, source.Sites) {
		t.Error("the sites are others each time")
	}
	if n := source.Number(source.Sites[41].ID()); n != 42 {
		t.Errorf("site 42 is found as %d", n)
	}
}

func TestParseSurvivors(t *testing.T) {
	got, err := parseSurvivors("# a comment\n\na.go:f:1:flip: legal: either: or\n")
	if want := (Survivor{ID: "a.go:f:1:flip", Verdict: Legal, Why: "either: or"}); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"a.go:f:1:flip", "a.go:f:1:flip: legal", "a.go:f:1:flip: legal: ", "a.go:f:1:flip: ?: why", "a.go:f:1:flip: tested: why"} {
		if _, err := parseSurvivors("\n" + text + "\n"); err == nil || !strings.Contains(err.Error(), "survivors.txt:2: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestServeOrdinary(t *testing.T) {
	if err := Serve(strings.NewReader("1\n"), io.Discard, 1, 1); !errors.Is(err, ErrOrdinary) {
		t.Errorf("an ordinary build: %v", err)
	}
}

func TestWriteSummary(t *testing.T) {
	source := &Source{Sites: []Site{{Kind: Flip}, {Kind: Flip}, {Kind: Remove}, {Kind: Remove}}}
	trials := []Trial{{Site: 1, Rule: "b", Runs: 5}, {Site: 2}, {Site: 3, Rule: "a", Runs: 7}, {Site: 4, Rule: "a", Runs: 3}}
	var got strings.Builder
	err := WriteSummary(&got, source, trials, []Survivor{{Verdict: Legal}})
	const want = `KIND    SITES  KILLED  SHARE
flip    2      1       50 %
remove  2      2       100 %
all     4      3       75 %

RULE  KILLED  MEDIAN RUNS  MOST RUNS
a     2       7            7
b     1       5            5

VERDICT     SURVIVORS
equivalent  0
legal       1
tested      0
unreached   0
unseen      0
`
	if err != nil || got.String() != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, &got, want)
	}
}
