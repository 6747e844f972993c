// Package wrong holds known-wrong endpoints: bugs that real TCP stacks had, and
// mistakes that are easily made, each put into halfopen's own TCP at build time.
// They show that a search finds such bugs, by which rule, and after how many
// runs; and they are what the README breaks, because the correct endpoint has no
// counterexample.
//
// Not one line of the endpoint knows about them. A known-wrong endpoint is a
// small file, mutants/NAME.txt, that says which text of which file is replaced
// by what; Build writes the changed files somewhere else and hands them to
// `go build -overlay`.
//
// # The file
//
// It is sections. A section starts with a line `-- word --` and ends where the
// next one starts. Blank lines before the first section, and around the text of
// the first four, mean nothing:
//
//	-- title --
//	LAST-ACK closes on any ACK
//	-- link --
//	https://github.com/smoltcp-rs/smoltcp/issues/470
//	-- rule --
//	own-fin-acked
//	-- story --
//	What the stack did, what RFC 9293 says, and how it shows.
//	-- file --
//	endpoint/tcp/synchronized.go
//	-- old --
//		if t.finSent && t.snd.UNA == t.snd.NXT {
//	-- new --
//		if t.state == LastAck || t.finSent && t.snd.UNA == t.snd.NXT {
//
// title, link, rule and story come in this order, once each. link is absent where
// no public thread is known. Between rule and story may stand `-- strategy --`, and the
// name of the one that finds it, for a mistake that few random runs come to. rule is the name of the rule that has to fire
// (sim.Rule.Name); in its place stands `-- missing --`, and what a rule would have
// to see, for a mistake that none finds yet. After them come one or more edits:
// file, old, new. An edit without a file section is one more in the file of the
// edit before it. old and new are whole lines, octet for octet; old has to stand
// in the file exactly once, and new may be empty.
//
// # The table
//
// testdata/mutants.txt is what each strategy came to on each of them: what
// `halfopen mutants` prints, with the times of one machine. Write it anew when a rule, a
// strategy or an endpoint has changed.
package wrong

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
)

// Endpoint is one known-wrong endpoint.
type Endpoint struct {
	Name  string // as in mutants/NAME.txt: "last-ack-any-ack"
	Title string // one line
	Story string // what the stack did, what the RFC says, how it shows
	Link  string // the public thread, if a real stack is known to have had it
	Rule  string // the name of the rule that has to fire: "own-fin-acked"
	Edits []Edit

	// Strategy is the name of the strategy that finds it; "": random runs do.
	Strategy string

	// Missing says why no rule finds it yet: then Rule is empty.
	Missing string
}

// FoundBy says in a line which rule finds it: "found by own-fin-acked", or why
// none does.
func (e *Endpoint) FoundBy() string {
	if e.Missing != "" {
		return "not found yet: " + strings.ReplaceAll(e.Missing, "\n", " ")
	}
	return "found by " + e.Rule
}

// Edit replaces the lines Old, which stand exactly once in File, by New. File
// is relative to the root of the module, with forward slashes.
type Edit struct {
	File, Old, New string
}

//go:embed mutants/*.txt
var files embed.FS

// All lists the known-wrong endpoints, sorted by name.
func All() []Endpoint { return append([]Endpoint(nil), load()...) }

var load = sync.OnceValue(func() []Endpoint {
	entries, err := files.ReadDir("mutants") // sorted by file name
	if err != nil {
		panic(err) // embedded: it is there
	}
	var all []Endpoint
	for _, entry := range entries {
		text, err := files.ReadFile(path.Join("mutants", entry.Name()))
		if err != nil {
			panic(err)
		}
		e, err := Parse(strings.TrimSuffix(entry.Name(), ".txt"), string(text))
		if err != nil {
			panic(err) // the tests parse every file
		}
		all = append(all, e)
	}
	return all
})

// Find returns the known-wrong endpoint of a name. The error lists the names.
func Find(name string) (Endpoint, error) {
	var names []string
	for _, e := range load() {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Endpoint{}, fmt.Errorf("wrong: no known-wrong endpoint is called %q; there are: %s",
		name, strings.Join(names, ", "))
}
