package cmd

import (
	"encoding/json"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// schemaOfCheck is the version of what check --json prints.
const schemaOfCheck = "halfopen-check/1"

// checkJSON writes one JSON object a line: so it streams, as the capture does.
type checkJSON struct {
	k   *check
	enc *json.Encoder
}

func newCheckJSON(k *check) *checkJSON {
	enc := json.NewEncoder(k.stdout)
	enc.SetEscapeHTML(false)
	return &checkJSON{k, enc}
}

type jsonConnection struct {
	Kind     string             `json:"kind"` // "connection"
	Number   uint64             `json:"number"`
	A        string             `json:"a"`
	B        string             `json:"b"`
	First    uint64             `json:"first_frame"`
	Last     uint64             `json:"last_frame"`
	Began    int64              `json:"began_ns"` // since 1970
	Took     int64              `json:"took_ns"`
	Segments uint64             `json:"segments"`
	Octets   [2]uint64          `json:"octets"` // of text, A's and B's
	End      string             `json:"end"`
	Findings []jsonCheckFinding `json:"findings"`
	Blind    []jsonBlind        `json:"not_judged"`
	Ladder   []jsonCheckLine    `json:"ladder,omitempty"`
}

type jsonCheckFinding struct {
	Rule    string `json:"rule"`
	Name    string `json:"name"`
	Section string `json:"section"`
	Warning bool   `json:"warning"`
	Suspect bool   `json:"suspect"` // illegal if the capture has missed nothing
	Frame   uint64 `json:"frame"`
	Time    int64  `json:"time_ns"`
	By      string `json:"by"`
	Text    string `json:"text"`
	Got     string `json:"got"`
	Want    string `json:"want"`
	Times   uint64 `json:"times"`
}

type jsonBlind struct {
	What        string `json:"what"`
	Why         string `json:"why"`
	Connections uint64 `json:"connections,omitempty"`
}

type jsonCheckLine struct {
	Left    uint64 `json:"left_out,omitempty"` // segments before this one
	Frame   uint64 `json:"frame"`
	Time    int64  `json:"time_ns"`
	By      string `json:"by"`
	Flags   string `json:"flags"`
	Seq     int64  `json:"seq"`
	Ack     int64  `json:"ack"`
	Len     int    `json:"len"`
	Window  int64  `json:"window"`
	Options string `json:"options,omitempty"`
	States  string `json:"states,omitempty"`
	Note    string `json:"note,omitempty"`
}

func (w *checkJSON) connection(c *vantage.Conn) error {
	j := jsonConnection{
		Kind: "connection", Number: c.Number, A: c.Ends[endpoint.A].String(), B: c.Ends[endpoint.B].String(),
		First: c.First, Last: c.Last, Began: c.Began, Took: c.Ended - c.Began, Segments: c.Count,
		Octets: c.Octets, End: c.Why.String(), Findings: []jsonCheckFinding{}, Blind: []jsonBlind{},
	}
	for _, f := range c.Findings() {
		j.Findings = append(j.Findings, jsonCheckFinding{
			f.Rule.ID, f.Rule.Name, f.Rule.Section, f.Warning, f.IfComplete, f.Frame, f.At, f.End.String(),
			f.Text, f.Got, f.Want, f.Times,
		})
	}
	c.Blind().Each(func(_ vantage.Blind, what, why string) {
		j.Blind = append(j.Blind, jsonBlind{What: what, Why: why})
	})
	if w.k.ladder {
		lines := c.Lines()
		for i := range lines {
			j.Ladder = append(j.Ladder, jsonLineOf(&lines[i]))
		}
	}
	return w.enc.Encode(j)
}

func jsonLineOf(l *vantage.Line) jsonCheckLine {
	states := ""
	if l.States != 0 {
		states = l.States.String()
	}
	return jsonCheckLine{
		l.Left, l.Frame, l.At, l.End.String(), l.Flags.String(), l.Seq, l.Ack, l.Text, l.Window,
		l.Options().String(), states, l.Note,
	}
}

type jsonCheck struct {
	Kind        string            `json:"kind"` // "summary"
	Schema      string            `json:"schema"`
	Format      string            `json:"format"`
	Octets      int64             `json:"octets"`
	Packets     uint64            `json:"packets"`
	Segments    uint64            `json:"segments"`
	Skipped     []jsonCount       `json:"not_read"`
	Damaged     uint64            `json:"left_out"` // for their checksum
	Dropped     uint64            `json:"dropped"`  // as the file says
	Connections uint64            `json:"connections"`
	Shown       uint64            `json:"shown"`
	Ends        []jsonCount       `json:"ends"`
	Blind       []jsonBlind       `json:"not_judged"`
	Never       []vantageUnjudged `json:"never_judged"`
	Violations  uint64            `json:"violations"`
	Suspects    uint64            `json:"suspects"`
	Warnings    uint64            `json:"warnings"`
	Error       string            `json:"error,omitempty"`
}

type vantageUnjudged struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

func (w *checkJSON) summary(n *checkCounts) error {
	j := jsonCheck{
		Kind: "summary", Schema: schemaOfCheck, Format: n.Format, Octets: n.Octets, Packets: n.Packets,
		Segments: n.Skipped[capture.Taken], Skipped: []jsonCount{}, Damaged: n.Damaged, Dropped: n.Dropped,
		Connections: n.Connections, Shown: n.Shown, Ends: []jsonCount{}, Blind: []jsonBlind{},
		Violations: n.Violations, Suspects: n.Suspects, Warnings: n.Warnings,
	}
	for i := 1; i < capture.NumSkips; i++ {
		if n.Skipped[i] > 0 {
			j.Skipped = append(j.Skipped, jsonCount{capture.Skip(i).String(), n.Skipped[i]})
		}
	}
	for i, many := range n.Over {
		if many > 0 {
			j.Ends = append(j.Ends, jsonCount{vantage.Why(i).String(), many})
		}
	}
	for reason := vantage.Blind(1); reason != 0; reason <<= 1 {
		if many := n.Blind[reason]; many > 0 {
			reason.Each(func(_ vantage.Blind, what, why string) {
				j.Blind = append(j.Blind, jsonBlind{what, why, many})
			})
		}
	}
	for _, u := range vantage.Unjudgeable() {
		j.Never = append(j.Never, vantageUnjudged(u))
	}
	if n.Err != nil {
		j.Error = n.Err.Error()
	}
	return w.enc.Encode(j)
}
