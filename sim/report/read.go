package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Errors of ReadJSONL. Each comes with the number of the line.
var (
	// ErrSchema is returned for a file of another schema, or of another
	// version.
	ErrSchema = errors.New("another schema")
	// ErrTruncated is returned for a file that ends before its last event.
	ErrTruncated = errors.New("file is truncated")
	// ErrHash is returned for a line that is not the one that was written.
	ErrHash = errors.New("hash chain is broken")
	// ErrLine is returned for a line that does not read as the schema says.
	ErrLine = errors.New("bad line")
)

// maxLine is the longest line that is read, in octets: more than the largest
// burst of one step takes.
const maxLine = 1 << 24

// Recorded is a run as it was written: the scenario, which replays, and the
// lines, which are what the replay is compared with.
type Recorded struct {
	Scenario  scenario.Scenario
	Text      string // the scenario as it was written
	Endpoints [2]string
	Violation sim.Violation
	Outcome   sim.Outcome
	Final     [2]endpoint.State
	Steps     int
	Segments  int
	Hash      string   // the last link of the hash chain
	Lines     [][]byte // as they were read, without newlines
}

// ReadJSONL reads what WriteJSONL wrote, and nothing else: unknown fields,
// another schema version, a missing end or a changed line are errors that name
// the line.
func ReadJSONL(r io.Reader) (*Recorded, error) {
	d := reader{r: bufio.NewReader(r)}
	line, err := d.next()
	if err != nil {
		return nil, err
	}
	body, hash, err := d.header(line)
	if err != nil {
		return nil, err
	}
	c := newChain(body)
	for i := 0; i < d.rec.Steps; i++ {
		line, err := d.next()
		if err != nil {
			return nil, err
		}
		if err := d.event(line, uint32(i+1), &c); err != nil {
			return nil, err
		}
	}
	if c.String() != hash {
		return nil, d.fail(1, ErrHash, "it ends in "+c.String()+", line 1 says "+hash)
	}
	if _, err := d.r.ReadByte(); err != io.EOF {
		return nil, d.fail(d.n+1, ErrLine, fmt.Sprintf("line 1 says that there are %d events", d.rec.Steps))
	}
	return &d.rec, nil
}

// reader reads line by line.
type reader struct {
	r   *bufio.Reader
	n   int // of the current line
	rec Recorded
}

func (d *reader) fail(line int, err error, what string) error {
	return fmt.Errorf("report: line %d: %w: %s", line, err, what)
}

// next reads a line.
func (d *reader) next() ([]byte, error) {
	d.n++
	var line []byte
	for {
		part, err := d.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, d.fail(d.n, ErrLine, fmt.Sprintf("longer than %d octets", maxLine))
		case err == nil:
			line = line[:len(line)-1]
			d.rec.Lines = append(d.rec.Lines, line)
			return line, nil
		case err == io.EOF && len(line) > 0:
			return nil, d.fail(d.n, ErrTruncated, "the line has no end")
		case err == io.EOF && d.n == 1:
			return nil, d.fail(d.n, ErrTruncated, "it is empty")
		case err == io.EOF:
			return nil, d.fail(d.n, ErrTruncated, fmt.Sprintf("line 1 says that there are %d events", d.rec.Steps))
		case err != bufio.ErrBufferFull:
			return nil, fmt.Errorf("report: line %d: %w", d.n, err)
		}
	}
}

// header reads line 1.
func (d *reader) header(line []byte) (body []byte, hash string, err error) {
	var any struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(line, &any); err != nil {
		return nil, "", d.fail(1, ErrLine, "not a trace: "+err.Error())
	}
	if any.Schema != Schema {
		return nil, "", d.fail(1, ErrSchema, fmt.Sprintf("it is %q, this program reads %q", any.Schema, Schema))
	}
	var h jsonHeader
	if body, hash, err = d.strict(line, &h, &h.Hash); err != nil {
		return nil, "", err
	}
	if h.Steps < 0 || h.Segments < 0 {
		return nil, "", d.fail(1, ErrLine, "a negative count")
	}
	s, err := scenario.Parse("scenario", h.Scenario)
	if err != nil {
		return nil, "", fmt.Errorf("report: line 1: %w: %w", ErrLine, err)
	}
	r := &d.rec
	r.Scenario, r.Text, r.Endpoints = s, h.Scenario, h.Endpoints
	r.Steps, r.Segments, r.Hash = h.Steps, h.Segments, hash
	for r.Outcome.String() != h.Outcome {
		if r.Outcome++; int(r.Outcome) == sim.NumOutcomes {
			return nil, "", d.fail(1, ErrLine, fmt.Sprintf("no outcome is called %q", h.Outcome))
		}
	}
	for e, text := range h.Final {
		var ok bool
		if r.Final[e], ok = endpoint.ParseState(text); !ok {
			return nil, "", d.fail(1, ErrLine, fmt.Sprintf("no state is called %q", text))
		}
	}
	return body, hash, d.violation(h.Violation)
}

func (d *reader) violation(v *jsonViolation) error {
	if v == nil {
		return nil
	}
	state, known := endpoint.ParseState(v.State)
	end, ok := parseEnd(v.End)
	if !known || !ok || v.Rule == "" {
		return d.fail(1, ErrLine, fmt.Sprintf("violation: rule %q, end %q, state %q", v.Rule, v.End, v.State))
	}
	d.rec.Violation = sim.Violation{
		Rule: sim.Rule{ID: v.Rule, Name: v.Name, Section: v.Section},
		Step: v.Step, At: time.Duration(v.At), End: end, State: state,
		Text: v.Text, Got: v.Got, Want: v.Want,
	}
	return nil
}

func parseEnd(s string) (e endpoint.End, ok bool) {
	switch s {
	case "A":
		return endpoint.A, true
	case "B":
		return endpoint.B, true
	}
	return 0, false
}

// event reads and checks the line of event n.
func (d *reader) event(line []byte, n uint32, c *chain) error {
	var e jsonEvent
	body, hash, err := d.strict(line, &e, &e.Hash)
	if err != nil {
		return err
	}
	if c.add(body); c.String() != hash {
		return d.fail(d.n, ErrHash, "the line, or one above it, is not the one that was written")
	}
	if _, ok := parseEnd(e.End); !ok || e.N != n {
		return d.fail(d.n, ErrLine, fmt.Sprintf("event %d of end %q, where event %d was to come", e.N, e.End, n))
	}
	for _, s := range e.State {
		if _, ok := endpoint.ParseState(s); !ok {
			return d.fail(d.n, ErrLine, fmt.Sprintf("no state is called %q", s))
		}
	}
	return nil
}

// strict decodes a line into v, and demands that it is written as v would be:
// each field known, once, in its place. hash is v's own.
func (d *reader) strict(line []byte, v any, hash *string) (body []byte, sum string, err error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return nil, "", d.fail(d.n, ErrLine, err.Error())
	}
	body, sum, ok := unseal(line)
	*hash = ""
	again, err := encodeLine(v)
	if err != nil {
		return nil, "", err
	}
	if !ok || !bytes.Equal(body, again) {
		return nil, "", d.fail(d.n, ErrLine, "not in the form in which traces are written")
	}
	return body, sum, nil
}
