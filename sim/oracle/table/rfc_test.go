package table

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
)

//go:embed testdata/rfc.txt
var rfcText string

// rfcStates is how many rows RFC 9293 3.10 and its companions come to, if a
// row is one state, one cause and one outcome.
const rfcStates = 350

// Everything that the RFC says of a state has a row, or a reason why not.
func TestEverySentenceHasARow(t *testing.T) {
	rows := map[string]Row{}
	for _, r := range Rows() {
		rows[r.ID] = r
	}
	nevers := map[string]Never{}
	for _, n := range Nevers() {
		nevers[n.ID] = n
	}
	count := 0
	for n, line := range strings.Split(strings.TrimSpace(rfcText), "\n") {
		if line[0] == '#' {
			continue
		}
		field := strings.Split(line, " | ")
		if len(field) != 4 {
			t.Fatalf("line %d: %q: want states, what happens, to, clauses", n+1, line)
		}
		from, err := parseStates(field[0])
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		clauses := strings.Split(field[3], ", ")
		used := make([]bool, len(clauses))
		for state := range endpoint.State(endpoint.NumStates) {
			if !from.has(state) {
				continue
			}
			count++
			found := false
			for i, c := range clauses {
				if never, ok := nevers[c]; ok && slices.Contains(never.From, state) {
					found, used[i] = true, true
				}
				r, ok := rows[c+"/"+state.String()]
				if !ok {
					continue
				}
				found, used[i] = true, true
				if to := field[2]; r.To.String() != to && (to != "same" || r.To != state) {
					t.Errorf("line %d: %q: %s leads to %v, want %s", n+1, line, r.ID, r.To, to)
				}
			}
			if !found {
				t.Errorf("line %d: %q: no row of %s for %v", n+1, line, field[3], state)
			}
		}
		if i := slices.Index(used, false); i >= 0 {
			t.Errorf("line %d: %q: clause %s is about none of these states", n+1, line, clauses[i])
		}
	}
	if count != rfcStates {
		t.Errorf("%d states, want %d", count, rfcStates)
	}
}

// coreEdges are the changes of state that any TCP may make: 20 that figure 5
// draws, one of its note 2, six to CLOSED that only the text has, and two
// composites.
const coreEdges = `
	CLOSED: LISTEN SYN-SENT
	LISTEN: SYN-RECEIVED SYN-SENT CLOSED
	SYN-SENT: SYN-RECEIVED ESTABLISHED CLOSE-WAIT CLOSED
	SYN-RECEIVED: ESTABLISHED FIN-WAIT-1 CLOSE-WAIT LISTEN CLOSED
	ESTABLISHED: FIN-WAIT-1 CLOSE-WAIT CLOSED
	FIN-WAIT-1: FIN-WAIT-2 CLOSING TIME-WAIT CLOSED
	FIN-WAIT-2: TIME-WAIT CLOSED
	CLOSE-WAIT: LAST-ACK CLOSED
	CLOSING: TIME-WAIT CLOSED
	LAST-ACK: CLOSED
	TIME-WAIT: CLOSED`

// otherEdges take a CLOSE that waited, MAY-2 or note 3.
const otherEdges = `
	SYN-RECEIVED: CLOSING LAST-ACK TIME-WAIT
	ESTABLISHED: TIME-WAIT
	CLOSE-WAIT: TIME-WAIT
	TIME-WAIT: SYN-RECEIVED`

func edgesOf(t *testing.T, text string) map[[2]endpoint.State]bool {
	t.Helper()
	edges := map[[2]endpoint.State]bool{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		from, list, _ := strings.Cut(strings.TrimSpace(line), ":")
		f, ok := endpoint.ParseState(from)
		for _, to := range strings.Fields(list) {
			s, ok2 := endpoint.ParseState(to)
			if !ok || !ok2 {
				t.Fatalf("%q", line)
			}
			edges[[2]endpoint.State{f, s}] = true
		}
	}
	return edges
}

// The table has the 29 core edges without any liberty, the six others, and no
// more. FIN-WAIT-1 and FIN-WAIT-2 -> TIME-WAIT of note 3 are core edges, too.
func TestEdges(t *testing.T) {
	core, other := edgesOf(t, coreEdges), edgesOf(t, otherEdges)
	if len(core) != 29 || len(other) != 6 {
		t.Fatalf("%d core edges, %d others", len(core), len(other))
	}
	seen := map[[2]endpoint.State]bool{}
	for _, r := range Rows() {
		e := [2]endpoint.State{r.From, r.To}
		if r.From == r.To || r.Beside {
			continue
		}
		seen[e] = true
		if !core[e] && !other[e] {
			t.Errorf("%s: no such edge: %v", r.ID, r)
		}
	}
	for from := range endpoint.State(endpoint.NumStates) {
		for to := range endpoint.State(endpoint.NumStates) {
			e := [2]endpoint.State{from, to}
			if (core[e] || other[e]) != seen[e] {
				t.Errorf("%v -> %v: in the table: %t", from, to, seen[e])
			}
			if core[e] && !Edge(from, to) {
				t.Errorf("%v -> %v only by a liberty", from, to)
			}
		}
	}
}

// Sections stand in the RFC's order, so that the page can be read beside it.
func TestSectionsAreSorted(t *testing.T) {
	all := mustParse()
	for i := 1; i < len(all); i++ {
		if a, b := numbered(t, all[i-1].id), numbered(t, all[i].id); slices.Compare(a, b) >= 0 {
			t.Errorf("section %s stands after %s", all[i].id, all[i-1].id)
		}
	}
}

func numbered(t *testing.T, id string) []int {
	var list []int
	for _, part := range strings.FieldsFunc(id, func(r rune) bool { return r == '.' || r == '-' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			t.Fatalf("section %q: %v", id, err)
		}
		list = append(list, n)
	}
	return list
}

// No two rows say different things of the same: but for liberties, rows of
// different clauses that lead from and to the same states on the same event
// have different conditions.
func TestRowsDiffer(t *testing.T) {
	type key struct {
		from, to  endpoint.State
		event     Event
		need, not Fact
	}
	rows, ids := map[key]string{}, map[string]bool{}
	for _, r := range Rows() {
		if ids[r.ID] {
			t.Errorf("two rows are called %s", r.ID)
		}
		ids[r.ID] = true
		if r.Beside || r.May {
			continue
		}
		clause, _, _ := strings.Cut(r.ID, "/")
		clause = strings.TrimRight(clause, "0123456789") // arrows of one clause are alternatives
		k := key{r.From, r.To, r.Event, r.Need, r.Not}
		if other, ok := rows[k]; ok && other != clause {
			t.Errorf("%s and %s hold under the same facts", other, r.ID)
		}
		rows[k] = clause
	}
}
