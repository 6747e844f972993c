package specs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// policy says who may import what, tests included. It is a statement of
// policy: a new import that it does not know needs a discussion, not a new
// line.
//
// A line is a list of rooms, "<", and what they may import besides the
// standard library: other rooms, or modules of somebody else. A room that ends
// in /... is everything below it, too; "ours" is every room. Of two lines that
// fit a room the longer name counts. Tests may also import their own room, what
// lies below it, and the endpoint that comes with us, which they try things on;
// what judges it must not.
const policy = `
	scheduler scheduler/stream endpoint    <
	endpoint/congestion endpoint/sack      <
	endpoint/host                          < endpoint endpoint/tcp
	link                                   < endpoint scheduler/stream
	faults/scan                            < endpoint
	faults                                 < endpoint scheduler/stream link faults/scan
	endpoint/tcp                           < endpoint endpoint/congestion endpoint/sack
	sim/scenario                           < endpoint link faults faults/scan scheduler
	sim                                    < sim/scenario endpoint endpoint/tcp scheduler scheduler/stream link faults faults/scan
	sim/oracle/table                       < endpoint
	sim/oracle                             < endpoint scheduler scheduler/stream link faults faults/scan sim sim/scenario sim/oracle/table sim/oracle/joint
	sim/oracle/joint                       < endpoint
	sim/oracle/wireonly                    < endpoint scheduler scheduler/stream link faults faults/scan sim sim/scenario
	sim/search                             < endpoint scheduler scheduler/stream link faults faults/scan sim sim/scenario sim/coverage sim/oracle sim/oracle/table sim/oracle/wireonly sim/report
	sim/report                             < endpoint scheduler scheduler/stream link faults faults/scan sim sim/scenario sim/oracle sim/report sim/search
	sim/capture                            < endpoint
	sim/keep                               <
	sim/oracle/vantage                     < endpoint sim sim/scenario sim/capture sim/oracle/wireonly
	sim/search/explore                     < endpoint scheduler scheduler/stream link faults sim sim/scenario sim/oracle sim/oracle/joint sim/search
	sim/coverage                           < endpoint scheduler/stream link faults sim sim/scenario
	sim/search/steer                       < endpoint scheduler scheduler/stream link faults sim sim/keep sim/scenario sim/coverage sim/oracle sim/search
	sim/report/packetdrill                 < endpoint faults sim sim/scenario sim/report sim/search
	sim/report/gotest                      < endpoint sim sim/scenario sim/report sim/search
	sim/report/bundle                      < endpoint sim sim/keep sim/scenario sim/report sim/report/gotest sim/report/gotest/testdata/lossyfin sim/report/packetdrill sim/report/page sim/search
	sim/report/pcapng                      < endpoint link faults sim sim/scenario sim/capture sim/report sim/report/bundle sim/search github.com/gopacket/gopacket
	sim/vnet                               < endpoint faults faults/scan link scheduler/stream sim sim/scenario sim/oracle sim/report sim/report/bundle
	sim/report/page                        < endpoint faults sim sim/scenario sim/oracle sim/report sim/search

	specs/... .                            < ours github.com/onsi/ginkgo/v2 github.com/onsi/gomega pgregory.net/rapid
	specs/wire                             < ours github.com/gopacket/gopacket pgregory.net/rapid
	specs/wrong/...                        < ours
	cmd/...                                < ours github.com/spf13/cobra github.com/spf13/pflag github.com/schollz/progressbar/v3 golang.org/x/term
`

// The house's measures. The plan says 400 and 70; past these it is too much.
const (
	maxFileLines     = 450
	maxFunctionLines = 80
)

const module = "example.org/halfopen"

func TestImportPolicy(t *testing.T) {
	rules := parsePolicy(policy)
	for _, f := range sources(t) {
		for _, i := range f.syntax.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			own := module + "/" + f.room
			if f.test() && (name == own || strings.HasPrefix(name, own+"/") || name == module+"/endpoint/tcp") {
				continue
			}
			if why := rules.forbids(f.room, name); why != "" {
				t.Errorf("%s: imports %q: %s", f.at(i), name, why)
			}
		}
	}
}

func TestTidy(t *testing.T) {
	for _, f := range sources(t) {
		if n := f.set.File(f.syntax.Pos()).LineCount(); n > maxFileLines {
			t.Errorf("%s: has %d lines, more than %d", f.name, n, maxFileLines)
		}
		if f.test() {
			continue
		}
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.line(fn.End()) - f.line(fn.Pos()) + 1; n > maxFunctionLines {
				t.Errorf("%s: function %s has %d lines, more than %d", f.at(fn), fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

// The policy says no where it should.
func TestPolicyForbids(t *testing.T) {
	rules := parsePolicy(policy)
	for _, c := range []struct {
		room, name string
		forbidden  bool
	}{
		{"endpoint", "net/netip", false},
		{"endpoint", module + "/link", true},
		{"endpoint", "github.com/onsi/gomega", true},
		{"link", module + "/endpoint", false},
		{"sim/oracle", module + "/sim/search", true},
		{"sim/oracle", module + "/endpoint/tcp", true},
		{"sim/search", module + "/sim/oracle", false},
		{"sim/report", "github.com/gopacket/gopacket/layers", true},
		{"sim/report/pcapng", "github.com/gopacket/gopacket/pcapgo", false},
		{"sim/report/pcapng", "github.com/gopacket/gopacketfork", true},
		{"specs/gen", "pgregory.net/rapid", false},
		{"specs/gen", module + "/cmd", false},
		{".", "pgregory.net/rapid", false},
		{"cmd/halfopen", "pgregory.net/rapid", true},
		{"attic", "fmt", true},
	} {
		if got := rules.forbids(c.room, c.name); (got != "") != c.forbidden {
			t.Errorf("%s imports %s: %q", c.room, c.name, got)
		}
	}
}

// rule is a line of the policy for one room.
type rule struct {
	room  string // without /...
	below bool   // it had /...
	may   []string
}

type rules []rule

func parsePolicy(text string) rules {
	var all rules
	for line := range strings.Lines(text) {
		rooms, may, ok := strings.Cut(line, "<")
		if !ok {
			continue
		}
		for _, room := range strings.Fields(rooms) {
			name, below := strings.CutSuffix(room, "/...")
			all = append(all, rule{name, below, strings.Fields(may)})
		}
	}
	return all
}

// forbids says why a room may not import a package, "" if it may.
func (r rules) forbids(room, name string) string {
	var best *rule
	for i := range r {
		fits := r[i].room == room || r[i].below && strings.HasPrefix(room, r[i].room+"/")
		if fits && (best == nil || len(r[i].room) > len(best.room)) {
			best = &r[i]
		}
	}
	if best == nil {
		return "the policy does not know the room " + room
	}
	ours, inside := strings.CutPrefix(name, module+"/")
	switch {
	case inside && (slices.Contains(best.may, ours) || slices.Contains(best.may, "ours")):
		return ""
	case !inside && !strings.Contains(strings.Split(name, "/")[0], "."): // the standard library has no host name
		return ""
	case !inside && slices.ContainsFunc(best.may, func(m string) bool {
		return name == m || strings.HasPrefix(name, m+"/")
	}):
		return ""
	}
	return fmt.Sprintf("%s may import, besides the standard library: %v", room, best.may)
}

// source is one Go file of the module.
type source struct {
	name   string // from the module's root
	room   string // its folder
	syntax *ast.File
	set    *token.FileSet
}

func (s *source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

func (s *source) line(p token.Pos) int { return s.set.Position(p).Line }

func (s *source) at(n ast.Node) string { return fmt.Sprintf("%s:%d", s.name, s.line(n.Pos())) }

// sources parses every Go file of the module, whatever its build constraints:
// the policy holds on every system. Folders with a go.mod of their own are
// other modules.
func sources(t *testing.T) []source {
	t.Helper()
	root := os.DirFS("..")
	var all []source
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			_, err := fs.Stat(root, path.Join(name, "go.mod"))
			if name != "." && (err == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, filepath.Join("..", filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name: name, room: path.Dir(name), syntax: f, set: set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d Go files found", len(all))
	}
	return all
}
