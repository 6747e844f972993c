package wrong

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
)

// atLeast are the bugs that have to be here.
var atLeast = []string{
	"https://github.com/smoltcp-rs/smoltcp/issues/470",
	"https://github.com/smoltcp-rs/smoltcp/pull/398",
	"https://github.com/smoltcp-rs/smoltcp/issues/1060",
	"https://github.com/smoltcp-rs/smoltcp/pull/388",
	"https://github.com/smoltcp-rs/smoltcp/issues/338",
	"https://github.com/smoltcp-rs/smoltcp/pull/112",
	"https://github.com/smoltcp-rs/smoltcp/pull/1001",
	"https://github.com/zephyrproject-rtos/zephyr/pull/46407",
	"https://github.com/zephyrproject-rtos/zephyr/pull/70507",
	"https://github.com/ausimian/tricep/issues/27",
	"https://github.com/ausimian/tricep/issues/28",
	"https://github.com/microsoft/demikernel/issues/1537",
	"https://github.com/google/gvisor/issues/1132",
}

func TestAll(t *testing.T) {
	all := All()
	var links []string
	for i, e := range all {
		if i > 0 && all[i-1].Name >= e.Name {
			t.Errorf("%s stands behind %s", e.Name, all[i-1].Name)
		}
		if strings.Trim(e.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q: a name is small letters, digits and dashes", e.Name)
		}
		known := e.Rule == "panic" || strings.HasPrefix(e.Rule, "budget-") || slices.ContainsFunc(oracle.Rules(), func(r sim.Rule) bool { return r.Name == e.Rule })
		if e.Missing == "" && !known {
			t.Errorf("%s: no rule is called %q", e.Name, e.Rule)
		}
		if n := strings.Count(e.Story, ". ") + strings.Count(e.Story, ".\n") + 1; n < 2 || !strings.Contains(e.Story, "section") {
			t.Errorf("%s: the story is too short, or names no section", e.Name)
		}
		links = append(links, e.Link)
	}
	links = slices.DeleteFunc(links, func(link string) bool { return link == "" })
	slices.Sort(links)
	if threads := len(slices.Compact(links)); len(all) < 70 || threads < 50 {
		t.Errorf("%d known-wrong endpoints, of %d threads: none of them is to get lost", len(all), threads)
	}
	for _, link := range atLeast {
		if !slices.Contains(links, link) {
			t.Errorf("no known-wrong endpoint is that of %s", link)
		}
	}
	all[0].Name = "changed"
	if All()[0].Name == "changed" {
		t.Error("All hands out its own storage")
	}
}

func TestFind(t *testing.T) {
	want := All()[1]
	if got, err := Find(want.Name); err != nil || got.Title != want.Title {
		t.Errorf("Find(%q) = %q, %v", want.Name, got.Title, err)
	}
	_, err := Find("no-such")
	if err == nil || !strings.Contains(err.Error(), "no-such") || !strings.Contains(err.Error(), want.Name) {
		t.Errorf("Find(no-such): %v, want an error that lists the names", err)
	}
}

// TestOldTextStands fails when the code has moved on: each old text stands
// exactly once in its file, and what comes out is Go.
func TestOldTextStands(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range All() {
		changed, err := e.apply(root)
		if err != nil {
			t.Error(err)
			continue
		}
		for file, text := range changed {
			if _, err := parser.ParseFile(token.NewFileSet(), file, text, 0); err != nil {
				t.Errorf("%s: %v", e.Name, err)
			}
			if strings.HasPrefix(file, "specs/") || strings.HasPrefix(file, "sim/") {
				t.Errorf("%s edits %s: the bug is the endpoint's, not its judge's", e.Name, file)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(builtFile))); err != nil {
		t.Errorf("the file that says what was built: %v", err)
	}
}

const example = `
-- title --
A title
-- link --
https://example.org/1
-- rule --
some-rule
-- story --

Two lines
of story.

-- file --
endpoint/a.go
-- old --
	old
-- new --
	new

-- old --
	gone
-- new --
-- file --
endpoint/b.go
-- old --
x
-- new --
y
`

func TestParse(t *testing.T) {
	got, err := Parse("name", example)
	if err != nil {
		t.Fatal(err)
	}
	want := Endpoint{
		Name: "name", Title: "A title", Link: "https://example.org/1", Rule: "some-rule",
		Story: "Two lines\nof story.",
		Edits: []Edit{
			{"endpoint/a.go", "\told\n", "\tnew\n\n"},
			{"endpoint/a.go", "\tgone\n", ""},
			{"endpoint/b.go", "x\n", "y\n"},
		},
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFoundBy(t *testing.T) {
	for _, c := range []struct {
		e    Endpoint
		want string
	}{
		{Endpoint{Rule: "some-rule"}, "found by some-rule"},
		{Endpoint{Missing: "No rule\nsees it."}, "not found yet: No rule sees it."},
	} {
		if got := c.e.FoundBy(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.e, got, c.want)
		}
	}
	e, err := Parse("x", strings.Replace(example, "-- rule --\nsome-rule\n", "-- missing --\nNo rule\nsees it.\n", 1))
	if err != nil || e.Rule != "" || e.Missing != "No rule\nsees it." {
		t.Errorf("%+v, %v", e, err)
	}
	e, err = Parse("x", strings.Replace(example, "-- rule --\nsome-rule\n", "-- rule --\nsome-rule\n-- strategy --\nexplore\n", 1))
	if err != nil || e.Rule != "some-rule" || e.Strategy != "explore" {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err = Parse("x", strings.Replace(example, "-- link --\nhttps://example.org/1\n", "", 1)); err != nil || e.Link != "" {
		t.Errorf("without a link: %+v, %v", e, err)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ cut, put, want string }{
		{example, "", "x.txt:0: found the end, want `-- title --`"},
		{"\n-- title --", "words\n-- title --", "x.txt:1: found \"words\" before the first section"},
		{"-- rule --\nsome-rule\n", "", "x.txt:6: found `-- story --`, want `-- rule --`"},
		{"-- title --\nA title\n", "", "x.txt:2: found `-- link --`, want `-- title --`"},
		{"-- rule --\nsome-rule\n", "-- rule --\nsome-rule\n-- missing --\nmore\n", "x.txt:8: found `-- missing --`, want `-- story --`"},
		{"-- rule --\nsome-rule\n", "-- rule --\nsome-rule\n-- strategy --\nluck\n", "no strategy is called \"luck\""},
		{"A title", "", "x.txt:2: `-- title --` is empty"},
		{"A title", "A title\nand more", "x.txt: `-- title --` has more than one line"},
		{"https://example.org/1", "example.org", "want one that begins with https://"},
		{"endpoint/b.go", "../b.go", "want a Go file relative to the module's root"},
		{"endpoint/b.go", "/endpoint/b.go", "want a Go file relative to the module's root"},
		{"endpoint/b.go", "endpoint/b.s", "want a Go file relative to the module's root"},
		{"-- old --\nx\n", "", "x.txt:25: found `-- new --`, want `-- old --`"},
		{"-- new --\ny\n", "", "x.txt:26: found the end, want `-- new --`"},
		{"-- old --\nx\n", "-- old --\n", "x.txt:25: `-- old --` is empty"},
		{"-- new --\ny\n", "-- new --\nx\n", "x.txt:27: `-- new --` is the same as `-- old --`"},
		{"-- new --\ny\n", "-- new --\ny\n-- word --\n", "found `-- word --`, want `-- old --`"},
	} {
		_, err := Parse("x", strings.Replace(example, c.cut, c.put, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q:\ngot  %v\nwant %s", c.put, c.cut, err, c.want)
		}
	}
}

// FuzzParse: any text gives an endpoint that says what it is, or an error that
// says where; and the parts of a good one make the same one again.
func FuzzParse(f *testing.F) {
	f.Add(example)
	for _, e := range All() {
		f.Add(print(&e))
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse("x", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "wrong: x.txt:") {
				t.Errorf("the error does not say where: %v", err)
			}
			return
		}
		again, err := Parse("x", print(&e))
		if err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", e) {
			t.Errorf("read  %+v\nagain %+v, %v", e, again, err)
		}
	})
}

// print is the inverse of Parse.
func print(e *Endpoint) string {
	var b strings.Builder
	for _, part := range [][2]string{
		{"title", e.Title}, {"link", e.Link}, {"missing", e.Missing}, {"rule", e.Rule},
		{"strategy", e.Strategy}, {"story", e.Story},
	} {
		if part[1] != "" {
			fmt.Fprintf(&b, "-- %s --\n%s\n", part[0], part[1])
		}
	}
	for _, edit := range e.Edits {
		fmt.Fprintf(&b, "-- file --\n%s\n-- old --\n%s-- new --\n%s", edit.File, edit.Old, edit.New)
	}
	return b.String()
}
