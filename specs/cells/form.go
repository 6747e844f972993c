package cells

import (
	"fmt"
	"strconv"
	"strings"

	"example.org/halfopen/endpoint"
)

// Form is a segment in the RFC's notation, <SEQ=RCV.NXT><CTL=RST>, and the
// number of its octets of text, LEN=10.
type Form struct {
	Flags    endpoint.Flags
	Text     int // octets
	seq, ack sum
	any      bool // the sequence number is the sender's choice
	set      bool
}

// sum is a number in the RFC's words: SEG.SEQ+SEG.LEN.
type sum []term

type term struct {
	minus bool
	name  string // a variable; "" is n itself
	n     uint32
}

// assignment is a variable and its value.
type assignment struct {
	name string
	sum  sum
}

// variables are numbers by their names.
type variables map[string]endpoint.Seq

// names are the variables that the table knows.
var names = [...]string{"ISS", "IRS", "SND.UNA", "SND.NXT", "RCV.NXT", "SEG.SEQ", "SEG.ACK", "SEG.LEN"}

func (s sum) in(v variables) endpoint.Seq {
	var total endpoint.Seq
	for _, t := range s {
		n := endpoint.Seq(t.n)
		if t.name != "" {
			n = v[t.name]
		}
		if t.minus {
			n = -n
		}
		total += n
	}
	return total
}

// len is SEG.LEN.
func (f *Form) len() int {
	s := endpoint.Segment{Flags: f.Flags, Text: make([]byte, f.Text)}
	return s.Len()
}

// parseSum reads a number: variables and numbers, with + and - between.
func parseSum(text string) (sum, error) {
	var s sum
	for rest := text; ; {
		var t term
		if len(s) > 0 {
			t.minus, rest = rest[0] == '-', rest[1:]
		}
		word := rest
		if i := strings.IndexAny(rest, "+-"); i >= 0 {
			word = rest[:i]
		}
		rest = rest[len(word):]
		if n, err := strconv.ParseUint(word, 10, 32); err == nil {
			t.n = uint32(n)
		} else if known(word) {
			t.name = word
		} else {
			return nil, fmt.Errorf("%q: %q is neither a number nor one of %s", text, word, strings.Join(names[:], ", "))
		}
		if s = append(s, t); rest == "" {
			return s, nil
		}
	}
}

func known(name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// parseForm reads a segment.
func parseForm(text string) (Form, error) {
	f := Form{set: true}
	bracketed, length, _ := strings.Cut(text, " ")
	if length != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(length, "LEN="))
		if err != nil || n <= 0 {
			return f, fmt.Errorf("%q: behind a segment stands LEN=, and how many octets", text)
		}
		f.Text = n
	}
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(bracketed, "<"), ">"), "><")
	control := false
	for _, p := range parts {
		key, value, _ := strings.Cut(p, "=")
		var err error
		switch key {
		case "SEQ":
			if f.any = value == "any"; !f.any {
				f.seq, err = parseSum(value)
			}
		case "ACK":
			f.ack, err = parseSum(value)
		case "CTL":
			f.Flags, control = endpoint.ParseFlags(value)
		default:
			err = fmt.Errorf("%q: no part of a segment", p)
		}
		if err != nil {
			return f, err
		}
	}
	if !control || f.seq == nil && !f.any || (f.ack != nil) != f.Flags.Has(endpoint.ACK) {
		return f, fmt.Errorf("%q: a segment is <SEQ=><CTL=>, or <SEQ=><ACK=><CTL=> if its control bits have ACK", text)
	}
	return f, nil
}
