package scenario

import (
	"time"

	"example.org/halfopen/faults/scan"
)

// actNames are the first words of the acts.
var actNames = [NumActOps]string{"open", "send", "receive", "close", "abort", "wait", "when"}

// String is the first word of the act: "open".
func (o ActOp) String() string {
	if int(o) < NumActOps {
		return actNames[o]
	}
	return "no such act"
}

// maxOctets is how much an application may send or receive with one act.
const maxOctets = 1 << 40

// parseActs reads acts up to the end of the line. None at all is an
// application that does nothing, which is not the same as no application.
func parseActs(l *scan.Line) []Act {
	if l.Peek().Text == "" {
		return nil
	}
	acts := []Act{parseAct(l)}
	for l.Peek().Text != "" {
		l.Must(";")
		acts = append(acts, parseAct(l))
	}
	return acts
}

func parseAct(l *scan.Line) Act {
	t := l.Next()
	a := Act{Op: ActOp(NumActOps)}
	for i, name := range actNames {
		if name == t.Text {
			a.Op = ActOp(i)
		}
	}
	switch a.Op {
	case ActOpen:
		a.parseOpen(l)
	case ActSend:
		a.N = int64(l.Uint(1, maxOctets, "a number of octets"))
	case ActReceive:
		a.parseReceive(l)
	case ActClose, ActAbort:
	case ActWait:
		a.Every = l.Duration(1, scan.MaxTime)
	case ActWhen:
		a.State = l.State()
		a.N = int64(l.Ordinal())
	default:
		l.Fail(t, "an act: "+scan.List(actNames[:]))
	}
	return a
}

func (a *Act) parseOpen(l *scan.Line) {
	switch t := l.Next(); t.Text {
	case "active":
	case "passive":
		a.Passive = true
	default:
		l.Fail(t, `"active" or "passive"`)
	}
	a.NoWait = l.Is("nowait")
}

func (a *Act) parseReceive(l *scan.Line) {
	if !l.Is("all") {
		a.N = int64(l.Uint(1, maxOctets, `"all" or a number of octets`))
	}
	if !l.Is("by") {
		return
	}
	a.Chunk = int(l.Uint(1, 1<<30, "a number of octets"))
	if l.Is("every") {
		a.Every = l.Duration(1, scan.MaxTime)
	}
}

// append writes the act as parseAct reads it.
func (a *Act) append(b []byte) []byte {
	b = append(b, a.Op.String()...)
	switch a.Op {
	case ActOpen:
		word := " active"
		if a.Passive {
			word = " passive"
		}
		b = append(b, word...)
		if a.NoWait {
			b = append(b, " nowait"...)
		}
	case ActSend:
		b = appendInt(append(b, ' '), a.N)
	case ActReceive:
		if a.N == 0 {
			b = append(b, " all"...)
		} else {
			b = appendInt(append(b, ' '), a.N)
		}
		if a.Chunk != 0 {
			b = appendInt(append(b, " by "...), int64(a.Chunk))
		}
		if a.Every != 0 {
			b = appendTime(append(b, " every "...), a.Every)
		}
	case ActWait:
		b = appendTime(append(b, ' '), a.Every)
	case ActWhen:
		b = append(append(b, ' '), a.State.String()...)
		if a.N != 0 {
			b = appendInt(append(b, " #"...), a.N)
		}
	}
	return b
}

// String is the act as a scenario has it: "open active".
func (a Act) String() string { return string(a.append(nil)) }

func appendTime(b []byte, d time.Duration) []byte { return append(b, d.String()...) }
