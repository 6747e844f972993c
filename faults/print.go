package faults

import (
	"strconv"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
)

// String is the script as Parse reads it: one line a fault, each ended by a
// newline.
func (s Script) String() string {
	var b strings.Builder
	for i := range s {
		b.Write(s[i].append(nil, &ab))
		b.WriteByte('\n')
	}
	return b.String()
}

// String is the fault as Parse reads it, without a newline.
func (f Fault) String() string { return string(f.append(nil, &ab)) }

// Named is String with names for A and B, as scan.Line's Call reads it.
func (f *Fault) Named(names scan.Names) string { return string(f.append(nil, &names)) }

// ab is what the ends are called.
var ab = scan.Names{"A", "B"}

// nameOf is what an end is called. What is neither A nor B prints as B, as
// endpoint.End does.
func nameOf(n *scan.Names, e endpoint.End) string {
	if e == endpoint.A {
		return n[0]
	}
	return n[1]
}

// append writes the one canonical text of the fault.
func (f *Fault) append(b []byte, n *scan.Names) []byte {
	b = append(b, f.Op.String()...)
	b = append(b, ' ')
	switch f.Op {
	case Drop, Delay, Duplicate, Reorder, Corrupt, Hold:
		b = append(b, nameOf(n, f.End)...)
		b = append(b, ' ')
		b = append(b, f.Kind.String()...)
		return f.appendEdit(appendOrdinals(b, f.First, f.Last), n)
	}
	return f.appendStrike(b, n)
}

func (f *Fault) appendEdit(b []byte, n *scan.Names) []byte {
	switch f.Op {
	case Delay:
		b = append(b, " by "...)
		b = append(b, f.By.String()...)
	case Duplicate:
		b = append(b, " after "...)
		b = append(b, f.By.String()...)
	case Reorder:
		b = append(b, " behind "...)
		b = strconv.AppendUint(b, uint64(f.Behind), 10)
		b = f.appendOr(b)
	case Corrupt:
		b = append(b, " bit "...)
		b = strconv.AppendUint(b, uint64(f.Bit), 10)
		if f.Undetected {
			b = append(b, " undetected"...)
		}
	case Hold:
		b = append(b, " until "...)
		b = f.appendOr(f.Until.append(b, n))
	}
	return b
}

func (f *Fault) appendStrike(b []byte, n *scan.Names) []byte {
	switch f.Op {
	case Cut:
		b = f.When.append(appendDirection(b, f.End, f.Both, n), n)
		b = append(b, " for "...)
		b = append(b, f.By.String()...)
	case Crash:
		b = f.When.append(append(b, nameOf(n, f.End)...), n)
	case Restart:
		b = append(b, nameOf(n, f.End)...)
		b = append(b, " after "...)
		b = append(b, f.By.String()...)
	case Stall:
		b = append(b, nameOf(n, f.End)...)
		b = f.When.append(append(b, " reads"...), n)
		b = append(b, " for "...)
		b = append(b, f.By.String()...)
	case Inject:
		b = append(appendDirection(b, f.End, false, n), ' ')
		b = f.When.append(f.Injected.append(b), n)
	}
	return b
}

func appendOrdinals(b []byte, first, last uint32) []byte {
	if first == 0 {
		return b
	}
	b = append(b, " #"...)
	b = strconv.AppendUint(b, uint64(first), 10)
	if last == first {
		return b
	}
	b = append(b, '-')
	if last == 0 {
		return b
	}
	return strconv.AppendUint(b, uint64(last), 10)
}

func appendDirection(b []byte, from endpoint.End, both bool, n *scan.Names) []byte {
	arrow := "->"
	if both {
		arrow = "<->"
	}
	b = append(b, nameOf(n, from)...)
	b = append(b, arrow...)
	return append(b, nameOf(n, from.Peer())...)
}

func (f *Fault) appendOr(b []byte) []byte {
	if f.By == 0 {
		return b
	}
	return append(append(b, " or "...), f.By.String()...)
}

func (e Entry) append(b []byte, n *scan.Names) []byte {
	b = append(b, nameOf(n, e.End)...)
	b = append(b, ' ')
	return append(b, e.State.String()...)
}

func (w When) append(b []byte, n *scan.Names) []byte {
	if w.Timed {
		return append(append(b, " at "...), w.At.String()...)
	}
	b = w.Entry.append(append(b, " when "...), n)
	if w.N == 0 {
		return b
	}
	return strconv.AppendUint(append(b, " #"...), uint64(w.N), 10)
}

func (in *Injected) append(b []byte) []byte {
	b = append(b, in.Flags.String()...)
	b = in.Seq.append(append(b, " seq="...))
	if in.Ack != (Number{}) {
		b = in.Ack.append(append(b, " ack="...))
	}
	if in.Text != 0 {
		b = strconv.AppendUint(append(b, " len="...), uint64(in.Text), 10)
	}
	if in.HasWnd {
		b = strconv.AppendUint(append(b, " wnd="...), uint64(in.Wnd), 10)
	}
	return b
}

func (n Number) append(b []byte) []byte {
	if n.Base == Absolute {
		return strconv.AppendInt(b, n.Plus, 10)
	}
	if int(n.Base) < len(baseNames) {
		b = append(b, baseNames[n.Base]...)
	}
	if n.Plus > 0 {
		b = append(b, '+')
	}
	if n.Plus != 0 {
		b = strconv.AppendInt(b, n.Plus, 10)
	}
	return b
}
