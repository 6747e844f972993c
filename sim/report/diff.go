package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"example.org/halfopen/sim"
)

// Difference is where two runs of one scenario part.
type Difference struct {
	Line     int    // of the file, from 1
	Event    uint32 // 0 for line 1
	Recorded string // the line of the record without its hash, "" if it has none
	Replayed string // that of the replay
}

// Diff compares a record with a replay of it, octet for octet. It returns the
// first event at which they differ; line 1 if only that does; nil if nothing
// does.
func (r *Recorded) Diff(t *sim.Trace) (*Difference, error) {
	lines, err := jsonLines(t)
	if err != nil {
		return nil, err
	}
	for i := 1; i < max(len(lines), len(r.Lines)); i++ {
		if d := differ(r.Lines, lines, i); d != nil {
			return d, nil
		}
	}
	return differ(r.Lines, lines, 0), nil
}

func differ(recorded, replayed [][]byte, i int) *Difference {
	a, b := bodyOf(recorded, i), bodyOf(replayed, i)
	if bytes.Equal(a, b) {
		return nil
	}
	return &Difference{Line: i + 1, Event: uint32(i), Recorded: string(a), Replayed: string(b)}
}

// bodyOf is line i without its hash, which differs from the first difference
// on.
func bodyOf(lines [][]byte, i int) []byte {
	if i >= len(lines) {
		return nil
	}
	body, _, ok := unseal(lines[i])
	if !ok {
		return lines[i]
	}
	return append(body[:len(body):len(body)], '}')
}

// String names the fields that differ, one below the other.
func (d *Difference) String() string {
	var b strings.Builder
	what := fmt.Sprintf("line %d (event %d)", d.Line, d.Event)
	if d.Event == 0 {
		what = "line 1"
	}
	switch {
	case d.Recorded == "":
		return what + ": the record has ended, the replay goes on:\n  " + d.Replayed + "\n"
	case d.Replayed == "":
		return what + ": the replay has ended, the record goes on:\n  " + d.Recorded + "\n"
	}
	b.WriteString(what + " differs:\n")
	was, is := fields(d.Recorded), fields(d.Replayed)
	for _, f := range was {
		if now := find(is, f.name); now != f.value {
			fmt.Fprintf(&b, "  %-9s recorded %s\n            replayed %s\n", f.name, f.value, now)
		}
	}
	for _, f := range is {
		if find(was, f.name) == absent {
			fmt.Fprintf(&b, "  %-9s recorded %s\n            replayed %s\n", f.name, absent, f.value)
		}
	}
	return b.String()
}

// field is a field of a JSON object, undecoded.
type field struct{ name, value string }

const absent = "nothing"

func find(fs []field, name string) string {
	for _, f := range fs {
		if f.name == name {
			return f.value
		}
	}
	return absent
}

// fields takes an object apart, in its order. What does not read as one is one
// field.
func fields(line string) []field {
	dec := json.NewDecoder(strings.NewReader(line))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return []field{{"line", line}}
	}
	var fs []field
	for dec.More() {
		tok, err := dec.Token()
		name, ok := tok.(string)
		var value json.RawMessage
		if err != nil || !ok || dec.Decode(&value) != nil {
			return []field{{"line", line}}
		}
		fs = append(fs, field{name, string(value)})
	}
	return fs
}
