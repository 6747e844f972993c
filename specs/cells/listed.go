package cells

import (
	"os"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
)

// Update is the environment variable that makes RunListed write its list anew.
const Update = "HALFOPEN_UPDATE"

// RunListed is Run for a stack that is known to fail some cells: it wants those
// to fail that a file lists, by Cell.Name, one a line, and no others. So the day
// one is mended, or a new one comes, the test says so. Empty lines are skipped,
// and lines that begin with "#": they are for the reason. A file that is not
// there lists nothing.
//
// With HALFOPEN_UPDATE set the list is written anew: what passes now leaves it,
// and what fails and was not on it stands at its end.
func RunListed(t *testing.T, file string, new endpoint.Factory, p endpoint.Profile) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	failures := map[string]string{}
	var failing []string
	s := NewStack(new, p)
	for _, c := range All() {
		if failure, _ := s.putEverywhere(&c); failure != "" {
			failing = append(failing, c.Name())
			failures[c.Name()] = failure
		}
	}
	list, added, gone := compared(string(text), failing)
	if os.Getenv(Update) != "" {
		if err := os.WriteFile(file, []byte(list), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range added {
		t.Errorf("%s does not list it, and it fails:\n%s", file, failures[name])
	}
	for _, name := range gone {
		t.Errorf("%s lists it, and it does not fail, or is no cell: %s", file, name)
	}
}

// compared compares a list with the cells that fail, and returns the list as it
// should be, the cells that it lacks, and those that it has without need.
func compared(text string, failing []string) (list string, added, gone []string) {
	var kept, listed []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			kept = append(kept, line)
		case slices.Contains(failing, line):
			kept, listed = append(kept, line), append(listed, line)
		default:
			gone = append(gone, line)
		}
	}
	for _, name := range failing {
		if !slices.Contains(listed, name) {
			added = append(added, name)
		}
	}
	return strings.Join(append(append(kept, added...), ""), "\n"), added, gone
}
