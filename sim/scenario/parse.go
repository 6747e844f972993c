package scenario

import (
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/faults/scan"
)

// header begins every printed scenario. A reader that meets another version
// refuses it: it would understand something else.
const (
	headerName    = "halfopen scenario"
	headerVersion = "1"
)

// Parse reads a scenario. name is that of the file, for errors; they are of
// type *scan.SyntaxError. Any subset of lines is legal, and an empty text is
// the zero Scenario. Order matters among faults and among the application
// lines of an end; nothing else may be said twice.
func Parse(name, text string) (Scenario, error) {
	var p parser
	err := scan.Lines(name, text, func(l *scan.Line) error {
		p.line(l)
		l.End()
		return l.Err()
	})
	if err != nil {
		return Scenario{}, err
	}
	return p.s, nil
}

// parser collects a scenario, and remembers on which line each thing that may
// be said once was said.
type parser struct {
	s    Scenario
	any  bool // a line has been read: too late for the header
	seen [numOnce]int
}

// once is a thing that is said once.
type once uint8

const (
	onceSeed once = iota
	onceIP
	onceEndA
	onceEndB
	onceLinkA
	onceLinkB
	onceHeal
	onceEvents
	onceInstant
	onceTime
	numOnce
)

// once fails at t if what has been said before.
func (p *parser) once(l *scan.Line, t scan.Token, what once) {
	if before := p.seen[what]; before > 0 {
		l.Fail(t, "it once only: line "+strconv.Itoa(before)+" says it already")
	}
	p.seen[what] = l.Number()
}

// line reads one line.
func (p *parser) line(l *scan.Line) {
	t := l.Peek()
	first := !p.any
	p.any = true
	switch t.Text {
	case "halfopen":
		parseHeader(l, first)
	case "seed":
		p.once(l, l.Next(), onceSeed)
		p.s.Seed = l.Uint(0, 1<<64-1, "a number")
	case "ip":
		p.once(l, l.Next(), onceIP)
		p.ip(l)
	case "A", "B":
		p.end(l)
	case "link":
		p.link(l)
	case "heal":
		p.once(l, l.Next(), onceHeal)
		l.Must("at")
		p.s.Heal = l.Duration(1, scan.MaxTime)
	case "limit":
		l.Next()
		p.limit(l)
	default:
		p.fault(l, t)
	}
}

func parseHeader(l *scan.Line, first bool) {
	t := l.Next()
	if !first {
		l.Fail(t, "the header on the first line only")
	}
	l.Must("scenario")
	if v := l.Next(); v.Text != headerVersion {
		l.Fail(v, "version "+headerVersion+", the only one that this program reads")
	}
}

func (p *parser) ip(l *scan.Line) {
	switch t := l.Next(); t.Text {
	case "4":
		p.s.IPv6 = false
	case "6":
		p.s.IPv6 = true
	default:
		l.Fail(t, "a version of IP: 4 or 6")
	}
}

func (p *parser) limit(l *scan.Line) {
	const most = 1<<31 - 1 // an int everywhere
	limits := &p.s.Limits
	switch t := l.Next(); t.Text {
	case "events":
		p.once(l, t, onceEvents)
		limits.Events = int(l.Uint(1, most, "a number of events"))
	case "instant":
		p.once(l, t, onceInstant)
		limits.Instant = int(l.Uint(1, most, "a number of events"))
	case "time":
		p.once(l, t, onceTime)
		limits.Time = l.Duration(1, scan.MaxTime)
	default:
		l.Fail(t, "a limit: events, instant or time")
	}
}

// end reads "A NAME KEYS" or "A: ACTS".
func (p *parser) end(l *scan.Line) {
	t := l.Peek()
	end := l.EndAB()
	if l.Is(":") {
		p.s.Apps = append(p.s.Apps, App{End: end, Acts: parseActs(l)})
		return
	}
	p.once(l, t, onceEndA+once(end))
	name := l.Next()
	if !endpointName(name.Text) {
		l.Fail(name, `":" or the name of an endpoint, such as tcp`)
	}
	host := &p.s.Ends[end]
	if name.Text != DefaultEndpoint { // "" says the same, and only one may be the canonical form
		host.Endpoint = name.Text
	}
	ParseConfig(l, &host.Config)
}

// endpointName reports whether a factory may be called so in a scenario.
func endpointName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && (i == 0 || c != '!' && c != '-' && c != '_' && c != '.' && c != '/') {
			return false
		}
	}
	return s != ""
}

// fault reads a line whose first word t is that of no other statement.
func (p *parser) fault(l *scan.Line, t scan.Token) {
	if _, ok := faults.ParseOp(t.Text); !ok {
		l.Fail(t, "a statement: halfopen, seed, ip, A, B, link, heal, limit, "+faults.OpList())
		return
	}
	if len(p.s.Fault) == faults.MaxLines {
		l.Fail(t, "at most "+strconv.Itoa(faults.MaxLines)+" faults")
		return
	}
	f, err := faults.ParseLine(l)
	if err == nil {
		p.s.Fault = append(p.s.Fault, f)
	}
}

// link reads "link WORDS" or "link A->B WORDS".
func (p *parser) link(l *scan.Line) {
	start := l.Next()
	from, to := endpoint.A, endpoint.B
	if t := l.Peek(); t.Text == "A->B" || t.Text == "B->A" {
		from, _ = l.Direction(false)
		to = from
	}
	for end := from; end <= to; end++ {
		p.once(l, start, onceLinkA+once(end))
	}
	c := ParseLink(l)
	for end := from; end <= to; end++ {
		p.s.Link[end] = c
	}
}
