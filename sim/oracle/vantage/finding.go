package vantage

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/capture"
)

// Finding is a rule that an end has broken: the first time that it did, and how
// often.
type Finding struct {
	Rule    sim.Rule
	Warning bool   // the rule is a SHOULD
	Frame   uint64 // the packet that shows it
	At      int64  // when that was captured, in ns since 1970
	End     endpoint.End
	Text    string // one line: who did what
	Got     string // what was seen
	Want    string // what the rule allows

	// IfComplete: it holds if the capture has missed no segment of the
	// connection, which the segments neither prove nor disprove.
	IfComplete bool
	unmixed    bool // it holds if no segment of another incarnation was meant for this one

	Times uint64 // how often the end did so
}

// found notes that an end has broken a rule.
func (j *Judge) found(r rule, s *capture.Segment, e endpoint.End, got, want any, format string, args ...any) *Finding {
	return j.note(r, j.finding(r, s, e, got, want, format, args...))
}

// again reports whether an end has broken a rule before; then it is only
// counted.
func (j *Judge) again(r rule, e endpoint.End) bool {
	f := j.of(r, e)
	if f != nil {
		f.Times++
	}
	return f != nil
}

func (j *Judge) of(r rule, e endpoint.End) *Finding {
	for i := range j.findings {
		if f := &j.findings[i]; f.Rule.ID == rules[r].ID && f.End == e {
			return f
		}
	}
	return nil
}

func (j *Judge) finding(r rule, s *capture.Segment, e endpoint.End, got, want any, format string, args ...any) Finding {
	return Finding{
		Rule: rules[r], Frame: s.Frame, At: s.At, End: e, Times: 1,
		Text: fmt.Sprintf(format, args...), Got: fmt.Sprint(got), Want: fmt.Sprint(want),
	}
}

// note adds a finding, or counts it if it is not the first.
func (j *Judge) note(r rule, f Finding) *Finding {
	if j.again(r, f.End) {
		return j.of(r, f.End)
	}
	j.marks++
	j.findings = append(j.findings, f)
	return &j.findings[len(j.findings)-1]
}

// ifComplete is found for what the capture may have missed the explanation of.
func (j *Judge) ifComplete(r rule, s *capture.Segment, e endpoint.End, got, want any, format string, args ...any) {
	if j.blind.Has(unsure) || j.again(r, e) {
		return
	}
	f := j.found(r, s, e, got, want, format, args...)
	f.IfComplete, f.unmixed = !j.options.Complete, true
}

// sure is found for what contradicts itself, whatever the capture has missed: if it
// is of one incarnation. The segment acknowledges what its peer was seen to send
// in this one; another one would have other numbers.
func (j *Judge) sure(r rule, s *capture.Segment, e endpoint.End, p *side, got, want any, format string, args ...any) {
	if ack := unwrap(p.max, p.base, uint32(s.Ack)); ack > p.max || ack < 0 || j.blind.Has(Gaps|Restarted|Mixed) {
		j.ifComplete(r, s, e, got, want, format, args...)
		return
	}
	if !j.again(r, e) {
		j.found(r, s, e, got, want, format, args...)
	}
}

// warn notes that an end did what it SHOULD NOT.
func (j *Judge) warn(r rule, s *capture.Segment, e endpoint.End, got, want any, format string, args ...any) {
	if !j.again(r, e) {
		j.found(r, s, e, got, want, format, args...).Warning = true
	}
}
