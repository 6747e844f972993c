package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

func jsonl(tb testing.TB, t *sim.Trace) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := WriteJSONL(&out, t); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestJSONL(t *testing.T) {
	for _, tt := range ladders {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.build(t)
			text := jsonl(t, &p.Trace)
			if !bytes.Equal(text, jsonl(t, p.Trace.Clone())) {
				t.Error("written twice, two texts")
			}
			r, err := ReadJSONL(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(bytes.Join(r.Lines, []byte("\n"))) + "\n"; got != string(text) {
				t.Errorf("Lines are not what was read: %q", got)
			}
			if r.Violation.Text = ""; tt.name != "wide" && r.Violation.Rule != p.Violation.Rule {
				t.Errorf("violation %+v, want %+v", r.Violation, p.Violation)
			}
			if r.Scenario.String() != p.Scenario.String() || r.Final != p.Final || r.Steps != len(p.Events) ||
				r.Segments != len(p.Segments) || r.Outcome != p.Outcome || r.Endpoints != [2]string{"tcp", "tcp"} {
				t.Errorf("header: %+v", r)
			}
			if d, err := r.Diff(&p.Trace); d != nil || err != nil {
				t.Errorf("it differs from itself: %v, %v", d, err)
			}
			if len(p.Events) < 20 {
				golden(t, tt.name+".jsonl", text)
			}
		})
	}
}

func TestReadViolation(t *testing.T) {
	p := violationTape(t)
	r, err := ReadJSONL(bytes.NewReader(jsonl(t, &p.Trace)))
	if err != nil {
		t.Fatal(err)
	}
	if r.Violation != p.Violation {
		t.Errorf("violation %+v, want %+v", r.Violation, p.Violation)
	}
}

// The line numbers of the ladder stand in the JSON Lines.
func TestLineNumbers(t *testing.T) {
	text := string(jsonl(t, &violationTape(t).Trace))
	for _, want := range []string{
		`"step":5,"line":6,"at":1010000000`, // the violation
		`"n":3,"line":2,"t":10000000`,       // an arrival that shares a line
		`{"id":2,"line":3,`,                 // what it emitted
		`"n":4,"line":4,`, `{"id":3,"line":5,`, `{"id":4,"line":6,`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestReadErrors(t *testing.T) {
	good := string(jsonl(t, &violationTape(t).Trace))
	lines := strings.SplitAfter(good, "\n")
	tests := []struct {
		name, text string
		err        error
		says       string
	}{
		{"empty", "", ErrTruncated, "line 1"},
		{"no JSON", "halfopen scenario 1\n", ErrLine, "line 1"},
		{"next version", strings.Replace(good, "trace/1", "trace/2", 1), ErrSchema, `"halfopen-trace/2"`},
		{"no schema", "{}\n", ErrSchema, "line 1"},
		{"cut in a line", good[:len(good)-5], ErrTruncated, "line 6"},
		{"cut between lines", strings.Join(lines[:4], ""), ErrTruncated, "line 5"},
		{"a line missing", strings.Join(append(lines[:2:2], lines[3:]...), ""), ErrHash, "line 3"},
		{"a line twice", strings.Join(append(lines[:3:3], lines[2:]...), ""), ErrHash, "line 4"},
		{"a line more", good + lines[5], ErrLine, "line 7"},
		{"a figure changed", strings.Replace(good, `"t":1000000000`, `"t":1000000001`, 1), ErrHash, "line 5"},
		{"the scenario changed", strings.Replace(good, "1.5s", "1.6s", 1), ErrHash, "line 2"},
		{"a bad scenario", strings.Replace(good, "delay B", "delay C", 1), ErrLine, "line 1"},
		{"an unknown field", strings.Replace(good, `{"n":2,`, `{"n":2,"colour":1,`, 1), ErrLine, "colour"},
		{"a field twice", strings.Replace(good, `{"n":2,`, `{"n":2,"n":2,`, 1), ErrLine, "line 3"},
		{"a fraction", strings.Replace(good, `"t":1000000000`, `"t":1e9`, 1), ErrLine, "line 5"},
		{"a space", strings.Replace(good, `"n":2,`, `"n": 2,`, 1), ErrLine, "line 3"},
		{"a state unknown", strings.Replace(good, `"final":["SYN-SENT"`, `"final":["SYN-SEND"`, 1), ErrLine, "SYN-SEND"},
		{"an end unknown", strings.Replace(good, `"end":"B","state":"SYN`, `"end":"C","state":"SYN`, 1), ErrLine, `"C"`},
		{"an outcome unknown", strings.Replace(good, `"unfinished"`, `"finished"`, 1), ErrLine, `"finished"`},
		{"fewer steps", strings.Replace(good, `"steps":5`, `"steps":4`, 1), ErrHash, "line 2"},
		{"the last hash", strings.Replace(good, good[len(lines[0])-5:len(lines[0])], "00\"}\n", 1), ErrHash, "line 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadJSONL(strings.NewReader(tt.text))
			if !errors.Is(err, tt.err) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %q, want %q with %q", err, tt.err, tt.says)
			}
		})
	}
}

// A line whose hash is right can be wrong all the same.
func TestReadResealed(t *testing.T) {
	good := string(jsonl(t, &violationTape(t).Trace))
	for _, tt := range []struct{ from, to, says string }{
		{`"end":"B","cause"`, `"end":"C","cause"`, `line 2: bad line: event 1 of end "C"`},
		{`{"n":3,`, `{"n":4,`, "line 4: bad line: event 4"},
		{`["LISTEN"`, `["LISTENING"`, `line 4: bad line: no state is called "LISTENING"`},
		{`"steps":5`, `"steps":-5`, "line 1: bad line: a negative count"},
		{`"iss":300,`, `"iss":-300,`, "line 2: bad line: "},
	} {
		text := reseal([]byte(strings.Replace(good, tt.from, tt.to, 1)))
		if _, err := ReadJSONL(bytes.NewReader(text)); !errors.Is(err, ErrLine) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: error %v, want %q", tt.to, err, tt.says)
		}
	}
}

func TestDiff(t *testing.T) {
	p := violationTape(t)
	r, err := ReadJSONL(bytes.NewReader(jsonl(t, &p.Trace)))
	if err != nil {
		t.Fatal(err)
	}
	change := func(line int, says string, f func(*sim.Trace)) {
		t.Helper()
		c := p.Trace.Clone()
		f(c)
		d, err := r.Diff(c)
		if err != nil {
			t.Fatal(err)
		}
		if d == nil || d.Line != line || !strings.Contains(d.String(), says) {
			t.Errorf("difference %+v\n%v, want line %d, %q", d, d, line, says)
		}
	}
	change(5, `recorded 1000000000`, func(c *sim.Trace) { c.Events[3].At++ })
	change(4, `"seq":300`, func(c *sim.Trace) { c.Segments[1].Seq++ })
	change(6, "the replay has ended", func(c *sim.Trace) { c.Events = c.Events[:4] })
	change(7, "the record has ended", func(c *sim.Trace) {
		c.Events = append(c.Events, sim.Event{N: 6, TCB: sim.TCB{Deadline: endpoint.Never}})
	})
	change(1, "violation", func(c *sim.Trace) { c.Violation = sim.Violation{} })
	change(1, "drop A SYN", func(c *sim.Trace) { c.Scenario = lostTape(t).Scenario })
	change(5, "recorded nothing", func(c *sim.Trace) { c.Events[3].TCB.UNA++ })
}

// FuzzReadJSONL reads anything, as it is and with its hash chain made good: what
// is read without an error is what would have been written.
func FuzzReadJSONL(f *testing.F) {
	for _, tt := range ladders {
		if p := tt.build(f); len(p.Events) < 20 {
			f.Add(jsonl(f, &p.Trace))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, text := range [][]byte{text, reseal(text)} {
			r, err := ReadJSONL(bytes.NewReader(text))
			if err != nil {
				if !strings.HasPrefix(err.Error(), "report: line ") {
					t.Errorf("the error names no line: %v", err)
				}
				continue
			}
			if got := append(bytes.Join(r.Lines, []byte("\n")), '\n'); !bytes.Equal(got, text) {
				t.Errorf("read as %q", got)
			}
		}
	})
}

// reseal gives each line the hash that it should have.
func reseal(text []byte) []byte {
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	var c chain
	var head, out []byte
	for i, line := range lines {
		body, _, ok := unseal(line)
		switch {
		case !ok:
			return text
		case i == 0:
			head, c = body, newChain(body)
			continue
		}
		c.add(body)
		out = append(append(out, c.seal(body)...), '\n')
	}
	return append(append(c.seal(head), '\n'), out...)
}
