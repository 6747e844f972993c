package vnet

import (
	"strconv"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/faults/scan"
	"example.org/halfopen/link"
	"example.org/halfopen/sim/scenario"
)

// Script says what the network does to the hosts in it. Its text form is that of
// a scenario's links and faults, with the names of hosts where A and B stand:
//
//	seed 7
//	link delay 20ms loss 5%              every path, in both directions
//	link client->server delay 80ms       one direction of one path
//	server tcp mss=536 msl=1s            how a host's TCP is configured
//	drop server FIN #1-2                 of each connection of the server
//	drop server FIN #1 of conn 2         of the second connection that was opened
//	drop client DATA #1 of port 443      of each connection to that port
//	cut client<->server at 2s for 3s
//	crash server when server CLOSE-WAIT
//	restart server after 2s
//
// Segments are counted, and states entered, in each connection for itself. What
// strikes at a time strikes the host, or the path, with all its connections; a
// crash does so whenever it strikes. The order of the lines matters among
// faults. An empty text is a network that delays each datagram by 10 ms and
// does nothing else.
type Script struct {
	seed  uint64
	links []linkLine
	hosts []hostLine
	lines []faultLine
}

// linkLine is a link statement: for every path if it has no names.
type linkLine struct {
	names  scan.Names
	both   bool
	config link.Config
	number int
}

// hostLine says how a host's TCP is configured.
type hostLine struct {
	name   string
	config endpoint.Config
	number int
}

// faultLine is a fault, the hosts that stand for A and B in it (the second one
// may be empty: whoever the other is), and the connections that it is about.
type faultLine struct {
	fault  faults.Fault
	names  scan.Names
	conn   int    // 0: every one
	port   uint16 // 0: every one
	number int    // of the line in the text
}

// ParseScript reads a script. name is that of the file, for errors; they are of
// type *scan.SyntaxError.
func ParseScript(name, text string) (*Script, error) {
	s := new(Script)
	seeded := 0
	err := scan.Lines(name, text, func(l *scan.Line) error {
		switch t := l.Peek(); {
		case t.Text == "seed":
			if seeded > 0 {
				l.Fail(t, "it once only: line "+strconv.Itoa(seeded)+" says it already")
			}
			seeded = l.Number()
			l.Next()
			s.seed = l.Uint(0, 1<<64-1, "a number")
		case t.Text == "link":
			s.parseLink(l)
		default:
			s.parseNamed(l, t)
		}
		l.End()
		return l.Err()
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// parseLink reads "link WORDS" or "link HOST->HOST WORDS".
func (s *Script) parseLink(l *scan.Line) {
	l.Next()
	one := linkLine{number: l.Number()}
	if t := l.Peek(); isDirection(t.Text) {
		l.Call(&one.names)
		_, one.both = l.Direction(true)
		l.Call(nil)
	}
	one.config = scenario.ParseLink(l)
	s.links = append(s.links, one)
}

func isDirection(word string) bool {
	for i := range len(word) - 1 {
		if word[i:i+2] == "->" {
			return true
		}
	}
	return false
}

// parseNamed reads "HOST tcp KEYS", or a fault.
func (s *Script) parseNamed(l *scan.Line, t scan.Token) {
	if _, ok := faults.ParseOp(t.Text); ok {
		s.parseFault(l)
		return
	}
	if !scan.IsName(t.Text) {
		l.Fail(t, "a statement: seed, link, the name of a host, "+faults.OpList())
		return
	}
	l.Next()
	if !l.Is("tcp") {
		l.Fail(t, "a statement: seed, link, HOST tcp ..., "+faults.OpList())
		return
	}
	h := hostLine{name: t.Text, number: l.Number()}
	scenario.ParseConfig(l, &h.config)
	s.hosts = append(s.hosts, h)
}

// parseFault reads a fault, and behind it "of conn N" or "of port N".
func (s *Script) parseFault(l *scan.Line) {
	f := faultLine{number: l.Number()}
	l.Call(&f.names)
	f.fault = faults.ParseFault(l)
	l.Call(nil)
	if l.Is("of") {
		switch t := l.Next(); t.Text {
		case "conn":
			f.conn = int(l.Uint(1, 1<<31-1, "the number of a connection"))
		case "port":
			f.port = uint16(l.Uint(1, 1<<16-1, "a port"))
		default:
			l.Fail(t, "conn or port")
		}
		if f.striking() {
			l.Fail(l.Peek(), "no connection: it strikes the whole host or path")
		}
	}
	if len(s.lines) == faults.MaxLines {
		l.Fail(l.Peek(), "at most "+strconv.Itoa(faults.MaxLines)+" faults")
	}
	s.lines = append(s.lines, f)
}

// striking reports whether the line is about a host or path as a whole, and
// not about a connection.
func (f *faultLine) striking() bool {
	switch f.fault.Op {
	case faults.Restart:
		return true
	case faults.Crash, faults.Cut, faults.Stall:
		return f.fault.When.Timed
	}
	return false
}

// String is the script as ParseScript reads it: the seed, the links, the hosts,
// the faults.
func (s *Script) String() string {
	var b []byte
	if s.seed != 0 {
		b = append(strconv.AppendUint(append(b, "seed "...), s.seed, 10), '\n')
	}
	for i := range s.links {
		b = append(s.links[i].append(b), '\n')
	}
	for i := range s.hosts {
		b = append(append(b, s.hosts[i].name...), " tcp"...)
		b = append(scenario.AppendConfig(b, &s.hosts[i].config), '\n')
	}
	for i := range s.lines {
		b = append(s.lines[i].append(b), '\n')
	}
	return string(b)
}

func (l *linkLine) append(b []byte) []byte {
	b = append(b, "link"...)
	if l.names[0] != "" {
		arrow := "->"
		if l.both {
			arrow = "<->"
		}
		b = append(append(append(append(b, ' '), l.names[0]...), arrow...), l.names[1]...)
	}
	if l.config == (link.Config{}) {
		return append(b, " loss 0%"...) // the line counts, it takes others back, and a line says something
	}
	return scenario.AppendLink(b, &l.config)
}

func (f *faultLine) append(b []byte) []byte {
	b = append(b, f.fault.Named(f.names)...)
	if f.conn > 0 {
		b = strconv.AppendInt(append(b, " of conn "...), int64(f.conn), 10)
	}
	if f.port > 0 {
		b = strconv.AppendUint(append(b, " of port "...), uint64(f.port), 10)
	}
	return b
}

// link is the configuration of one direction of a path: the last line that is
// about it.
func (s *Script) link(from, to string) (c link.Config) {
	for i := range s.links {
		l := &s.links[i]
		if l.names[0] == "" || l.names == (scan.Names{from, to}) || l.both && l.names == (scan.Names{to, from}) {
			c = l.config
		}
	}
	return c
}

// config is how a host's TCP is configured.
func (s *Script) config(host string) (c endpoint.Config, ok bool) {
	for i := range s.hosts {
		if s.hosts[i].name == host {
			c, ok = s.hosts[i].config, true
		}
	}
	return c, ok
}

// between is the fault as a connection between two hosts has it, with A and B for
// them; false if it is about others.
func (f *faultLine) between(a, b string) (faults.Fault, bool) {
	switch {
	case f.names[0] == a && (f.names[1] == b || f.names[1] == ""):
		return f.fault, true
	case f.names[0] == b && (f.names[1] == a || f.names[1] == ""):
		return f.fault.Swapped(), true
	}
	return faults.Fault{}, false
}

// unknown is the first line that names a host which is not there, and its name.
func (s *Script) unknown(known func(string) bool) (number int, name string) {
	check := func(line int, names ...string) {
		for _, n := range names {
			if n != "" && !known(n) && (number == 0 || line < number) {
				number, name = line, n
			}
		}
	}
	for i := range s.links {
		check(s.links[i].number, s.links[i].names[:]...)
	}
	for i := range s.hosts {
		check(s.hosts[i].number, s.hosts[i].name)
	}
	for i := range s.lines {
		check(s.lines[i].number, s.lines[i].names[:]...)
	}
	return number, name
}

// never is the heal time of every connection: the network stays as it is.
const never = scan.MaxTime

// longest is the latest time that a run may come to.
const longest time.Duration = scan.MaxTime - time.Hour
