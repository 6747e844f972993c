// Package sites makes known-wrong endpoints by the hundred: it goes through the
// source of tcp.TCP, and at each site where a small mistake could have been
// made it makes that mistake, one at a time. What no search finds of them is
// listed in survivors.txt, each with the reason.
//
// A build for every mistake would take a second each. So all of them go into one
// build, in which a number chosen at run time says which one is on: the site
// `n == 0` becomes `flip(17, n == 0)`, and so on. The changed source is handed to
// `go build -overlay`; not one line of the endpoint knows of it, and with no site
// chosen it does what it always does (TestNoneChosen).
//
// # The kinds
//
//	flip     a comparison at its edge: < becomes <=, == becomes !=, Less becomes LessEq
//	negate   a condition, or a part of one, becomes its opposite
//	drop     a value leaves the list of a case
//	remove   a statement is not there
//
// # The list
//
// An ordinary test tries one site in 29. To try all, and to see which rule found
// how many; and to write the list anew when the endpoint or a rule has changed:
//
//	go test ./specs/wrong/sites -run TestSurvivors -all -v
//	go test ./specs/wrong/sites -run TestSurvivors -update
//
// A trial begins with the scenarios of cases, which go where random runs hardly
// ever come. What no run finds, but a test of the endpoint's own package, is listed
// as tested, with the name of that test, which has to fail (TestTested).
//
// What was said of a site is kept; a new survivor gets a question mark, with
// which the list cannot be read until somebody has judged it.
//
// # Endless loops
//
// A wrong condition makes some loops endless. Each loop of the changed source
// counts its turns, and panics at a number that no legal one reaches: the same
// on every machine, as a clock would not be.
package sites

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Kind is the kind of a mistake.
type Kind string

// The kinds.
const (
	Flip   Kind = "flip"
	Negate Kind = "negate"
	Drop   Kind = "drop"
	Remove Kind = "remove"
)

// Site is one place and one mistake.
type Site struct {
	File string // without its folder: "emit.go"
	Func string // the function or method that it is in
	Nth  int    // among those of its kind in that function, from 1
	Kind Kind
	Text string // the source, in one line
	Line int
}

// ID names a site. It stays the same while the code moves, unless its own
// function changes: "emit.go:sendNew:2:flip".
func (s *Site) ID() string { return fmt.Sprintf("%s:%s:%d:%s", s.File, s.Func, s.Nth, s.Kind) }

// Files is the source that is changed. What only copies and encodes an
// endpoint's state is left out (state.go and the like: see skipped): no
// ordinary run calls it, and its own tests compare all of the state.
var Files = []string{
	"endpoint/tcp/iss.go", "endpoint/tcp/reassembly.go", "endpoint/tcp/ring.go", "endpoint/tcp/rto.go", "endpoint/seq.go",
	"endpoint/tcp/tcp.go", "endpoint/tcp/arrive.go", "endpoint/tcp/calls.go", "endpoint/tcp/emit.go",
	"endpoint/tcp/receive.go", "endpoint/tcp/synchronized.go", "endpoint/tcp/timeout.go",
}

// testedPackage is the endpoint's own: its tests are held against the mistakes, too.
const testedPackage = "endpoint/tcp"

// skipped are the functions of Files that serve the copying of state.
var skipped = []string{"copyFrom", "copyRange", "appendRange"}

// Source is the changed source and its sites. Site number n, as the build knows
// it, is Sites[n-1].
type Source struct {
	Sites   []Site
	Changed map[string]string // the changed files, for wrong.BuildChanged
}

// Read finds the sites of the checkout at root.
func Read(root string) (*Source, error) {
	s := &Source{Changed: map[string]string{}}
	for _, file := range Files {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, fmt.Errorf("sites: %w", err)
		}
		r, err := rewrite(path.Base(file), string(text), len(s.Sites))
		if err != nil {
			return nil, err
		}
		s.Sites = append(s.Sites, r.sites...)
		s.Changed[file] = r.text()
		folder := path.Dir(file)
		s.Changed[folder+"/altered.go"] = "package " + path.Base(folder) + helpers
	}
	s.Changed["specs/wrong/sites/chosen.go"] = chosen
	return s, nil
}

// Number is that of a site in the build; 0 if there is no such site.
func (s *Source) Number(id string) int {
	return slices.IndexFunc(s.Sites, func(x Site) bool { return x.ID() == id }) + 1
}

// helpers, behind its name, is added to each changed package: what the changed
// source calls.
const helpers = `

import "cmp"

// Altered is the number of the site that is wrong; 0: none is.
var Altered int

func flip(n int, b bool) bool { return b != (Altered == n) }

func lt[T cmp.Ordered](n int, a, b T) bool { return a < b || Altered == n && a == b }
func gt[T cmp.Ordered](n int, a, b T) bool { return a > b || Altered == n && a == b }
func le[T cmp.Ordered](n int, a, b T) bool { return a < b || Altered != n && a == b }
func ge[T cmp.Ordered](n int, a, b T) bool { return a > b || Altered != n && a == b }

type seq[T any] interface {
	comparable
	Less(T) bool
	LessEq(T) bool
}

func lessAt[T seq[T]](n int, a, b T) bool   { return a.Less(b) || Altered == n && a == b }
func lessEqAt[T seq[T]](n int, a, b T) bool { return a.LessEq(b) && (Altered != n || a != b) }

// drop makes a state one that no connection is in.
func drop[T ~uint8](n int, s T) T {
	if Altered == n {
		return 255
	}
	return s
}

const (
	mostTurns = 1 << 17
	mostRoom  = 1 << 27
)

func turn(n *int) {
	if *n++; *n > mostTurns {
		panic("a loop without end")
	}
}

func bounded(n int) int {
	if n > mostRoom {
		panic("too large a buffer")
	}
	return n
}
`

// alteredEnv names the environment variable that chooses a site in the endpoint's
// tests.
const alteredEnv = "HALFOPEN_ALTERED"

// choosing is added to the tests of the endpoint.
const choosing = `package tcp

import (
	"os"
	"strconv"

	"example.org/halfopen/endpoint"
)

func init() {
	Altered, _ = strconv.Atoi(os.Getenv("` + alteredEnv + `"))
	endpoint.Altered = Altered
}
`

// chosen takes the place of chosen.go.
const chosen = `package sites

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

func choose(n int) bool { endpoint.Altered, tcp.Altered = n, n; return true }
`
