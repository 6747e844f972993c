package search

import (
	"strconv"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// words says what a fact is, without numbers: groups of divergences are made of
// such words.
func (f *fact) words() string {
	switch f.what {
	case entered:
		return f.state.String()
	case sent:
		return "[" + f.flags.String() + "]"
	case stopped:
		return f.outcome.String()
	}
	s := f.call.String()
	switch {
	case f.err != 0:
		s += ": " + f.err.Error()
	case f.eof:
		s += ": end of stream"
	}
	return s
}

// numbers says in what two facts of the same words differ.
func (f *fact) numbers(g *fact) string {
	s := ""
	add := func(name string, a, b int64) {
		if a != b {
			s += " " + name + "=" + strconv.FormatInt(a, 10)
		}
	}
	add("Seq", f.seq, g.seq)
	add("Ack", f.ack, g.ack)
	add("MSS", int64(f.mss), int64(g.mss))
	add("after", f.n, g.n)
	return s
}

// words says what a cause was.
func (c *cause) words() string {
	switch c.kind {
	case sim.Call:
		return c.call.String()
	case sim.Timeout:
		return "timeout"
	case sim.Fault:
		return "fault"
	}
	s := "[" + c.flags.String() + "]"
	switch {
	case c.end == c.seq:
	case c.place < 0:
		s += " again"
	case c.place > 0:
		s += " above a gap"
	}
	return s
}

// whyOf is the section of RFC 9293 that an item is about.
func whyOf(it *item) string {
	switch {
	case it.what == stopped:
		return "no RFC: a run ends"
	case it.cause.kind == sim.Call:
		return [sim.NumUserCalls]string{
			"RFC 9293 section 3.10.1", "RFC 9293 section 3.10.1", "RFC 9293 section 3.10.2",
			"RFC 9293 section 3.10.3", "RFC 9293 section 3.10.4", "RFC 9293 section 3.10.5",
		}[it.cause.call]
	case it.cause.kind == sim.Timeout:
		return "RFC 9293 section 3.10.8"
	case it.cause.kind == sim.Fault:
		return "RFC 9293 section 3.10.7.1"
	}
	switch it.before {
	case endpoint.Closed:
		return "RFC 9293 section 3.10.7.1"
	case endpoint.Listen:
		return "RFC 9293 section 3.10.7.2"
	case endpoint.SynSent:
		return "RFC 9293 section 3.10.7.3"
	}
	return "RFC 9293 section 3.10.7.4"
}
