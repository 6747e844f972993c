package faults

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
)

// opNames are the first words of the statements, in the order of the
// operations.
var opNames = [NumOps]string{
	"drop", "delay", "duplicate", "reorder", "corrupt", "hold",
	"cut", "crash", "restart", "stall", "inject",
}

// String is the first word of the statement: "drop".
func (o Op) String() string {
	if int(o) < NumOps {
		return opNames[o]
	}
	return "no such operation"
}

// ParseOp is the inverse of String.
func ParseOp(s string) (Op, bool) {
	for i, n := range opNames {
		if n == s {
			return Op(i), true
		}
	}
	return 0, false
}

// OpList names the operations as a sentence does, for errors.
func OpList() string { return scan.List(opNames[:]) }

// Parse reads a script: one fault a line, blank lines and comments between
// them. The error is a *scan.SyntaxError or ErrLines.
func Parse(text string) (Script, error) {
	var s Script
	err := scan.Lines("", text, func(l *scan.Line) error {
		f, err := ParseLine(l)
		if err == nil && len(s) == MaxLines {
			err = ErrLines
		}
		s = append(s, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// ParseLine reads the rest of a line as one fault.
func ParseLine(l *scan.Line) (Fault, error) {
	f := ParseFault(l)
	l.End()
	if err := l.Err(); err != nil {
		return Fault{}, err
	}
	return f, nil
}

// ParseFault reads one fault; more may stand behind it on the line. What is
// wrong the line knows (Err).
func ParseFault(l *scan.Line) Fault {
	t := l.Next()
	op, ok := ParseOp(t.Text)
	if !ok {
		l.Fail(t, "a fault: "+OpList())
	}
	f := Fault{Op: op}
	switch op {
	case Drop, Delay, Duplicate, Reorder, Corrupt, Hold:
		f.End, f.Kind = l.EndAB(), l.Kind()
		f.First, f.Last = l.Ordinals()
		f.parseEdit(l)
	default:
		f.parseStrike(l)
	}
	return f
}

// parseEdit reads what follows the segments meant.
func (f *Fault) parseEdit(l *scan.Line) {
	switch f.Op {
	case Delay:
		l.Must("by")
		f.By = l.Duration(1, scan.MaxTime)
	case Duplicate:
		l.Must("after")
		f.By = l.Duration(0, scan.MaxTime)
	case Reorder:
		l.Must("behind")
		f.Behind = uint32(l.Uint(1, 1<<32-1, "a number of datagrams"))
		f.By = parseOr(l)
	case Corrupt:
		l.Must("bit")
		f.Bit = uint32(l.Uint(0, 1<<32-1, "a bit"))
		f.Undetected = l.Is("undetected")
	case Hold:
		l.Must("until")
		f.Until = parseEntry(l)
		f.By = parseOr(l)
	}
}

// parseStrike reads the whole of a struck fault after its first word.
func (f *Fault) parseStrike(l *scan.Line) {
	switch f.Op {
	case Cut:
		f.End, f.Both = l.Direction(true)
		f.When = parseWhen(l)
		l.Must("for")
		f.By = l.Duration(1, scan.MaxTime)
	case Crash:
		f.End = l.EndAB()
		f.When = parseWhen(l)
	case Restart:
		f.End = l.EndAB()
		l.Must("after")
		f.By = l.Duration(0, scan.MaxTime)
	case Stall:
		f.End = l.EndAB()
		l.Must("reads")
		f.When = parseWhen(l)
		l.Must("for")
		f.By = l.Duration(1, scan.MaxTime)
	case Inject:
		f.End, _ = l.Direction(false)
		f.Injected = parseInjected(l)
		f.When = parseWhen(l)
	}
}

func parseOr(l *scan.Line) time.Duration {
	if !l.Is("or") {
		return 0
	}
	return l.Duration(1, scan.MaxTime)
}

func parseEntry(l *scan.Line) Entry { return Entry{End: l.EndAB(), State: l.State()} }

// parseWhen reads "at TIME" or "when END STATE [#n]".
func parseWhen(l *scan.Line) When {
	switch {
	case l.Is("at"):
		return When{Timed: true, At: l.Duration(0, scan.MaxTime)}
	case l.Is("when"):
		e := parseEntry(l)
		return When{Entry: e, N: l.Ordinal()}
	}
	l.Fail(l.Peek(), `a moment: "at" or "when"`)
	return When{}
}

// parseInjected reads flags and keys; the keys in any order, seq at least.
func parseInjected(l *scan.Line) Injected {
	t := l.Next()
	flags, ok := endpoint.ParseFlags(t.Text)
	if !ok {
		l.Fail(t, `control bits such as RST or SYN,ACK, or "none"`)
	}
	in := Injected{Flags: flags}
	var seen [4]bool
	for {
		t := l.Peek()
		key := injectedKey(t.Text)
		if key < 0 {
			break
		}
		l.Next()
		if seen[key] {
			l.Fail(t, "no key twice")
		}
		seen[key] = true
		l.Must("=")
		in.parseKey(l, key)
	}
	if !seen[0] {
		l.Fail(l.Peek(), `"seq"`)
	}
	return in
}

var injectedKeys = [...]string{"seq", "ack", "len", "wnd"}

func injectedKey(word string) int {
	for i, k := range injectedKeys {
		if k == word {
			return i
		}
	}
	return -1
}

func (in *Injected) parseKey(l *scan.Line, key int) {
	switch key {
	case 0:
		in.Seq = parseNumber(l)
	case 1:
		in.Ack = parseNumber(l)
	case 2:
		in.Text = uint32(l.Uint(0, MaxText, "a number of octets"))
	case 3:
		in.Wnd, in.HasWnd = uint16(l.Uint(0, 1<<16-1, "a window")), true
	}
}

// baseNames are the words of the bases; Absolute has none.
var baseNames = [...]string{RcvNxt: "rcv.nxt", SndUna: "snd.una", SndNxt: "snd.nxt"}

// parseNumber reads 17, rcv.nxt, rcv.nxt+17 or rcv.nxt-17.
func parseNumber(l *scan.Line) Number {
	t := l.Next()
	for b := RcvNxt; b <= SndNxt; b++ {
		name := baseNames[b]
		if len(t.Text) < len(name) || t.Text[:len(name)] != name {
			continue
		}
		_, rest := t.Cut(len(name))
		if rest.Text == "" {
			return Number{Base: b}
		}
		sign, digits := rest.Cut(1)
		switch sign.Text {
		case "+":
			return Number{b, int64(l.UintOf(digits, 0, maxPlus, "a number"))}
		case "-":
			return Number{b, -int64(l.UintOf(digits, 0, maxPlus, "a number"))}
		}
		l.Fail(rest, `"+" or "-"`)
		return Number{}
	}
	if t.Text == "" || t.Text[0] < '0' || t.Text[0] > '9' {
		l.Fail(t, "a sequence number, rcv.nxt, snd.una or snd.nxt")
	}
	return Number{Absolute, int64(l.UintOf(t, 0, maxPlus, "a sequence number"))}
}

// maxPlus is the largest distance between two sequence numbers.
const maxPlus = 1<<32 - 1
