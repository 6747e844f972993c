package faults

import (
	"errors"
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
)

// Limits of a script.
const (
	// MaxLines is how many faults a script has at most.
	MaxLines = 1<<16 - 1
	// MaxText is how many octets of text an injected segment has at most: what
	// an IPv6 datagram of the network's MTU holds.
	MaxText = endpoint.MTU - 60
)

// ErrLines is returned for a script of more than MaxLines faults.
var ErrLines = errors.New("faults: a script has at most 65535 lines")

// Check returns an error that says what is wrong with a script that Parse
// could not have returned, or nil.
func (s Script) Check() error {
	if len(s) > MaxLines {
		return ErrLines
	}
	for i := range s {
		if err := s[i].Check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return nil
}

// Hostile reports whether one of the faults is.
func (s Script) Hostile() bool {
	for i := range s {
		if s[i].Hostile() {
			return true
		}
	}
	return false
}

// Check returns an error that says what is wrong with a fault that Parse
// could not have returned, or nil.
func (f *Fault) Check() error {
	if int(f.Op) >= NumOps {
		return fmt.Errorf("faults: no operation %d", f.Op)
	}
	if f.End > endpoint.B || f.Until.End > endpoint.B || f.When.Entry.End > endpoint.B {
		return f.wrong("an end is neither A nor B")
	}
	if int(f.Kind) >= endpoint.NumKinds {
		return f.wrong("no kind %d", f.Kind)
	}
	if int(f.Until.State) >= endpoint.NumStates || int(f.When.Entry.State) >= endpoint.NumStates {
		return f.wrong("no such state")
	}
	if f.Last != 0 && f.Last < f.First || f.First == 0 && f.Last != 0 {
		return f.wrong("the last ordinal %d is before the first, %d", f.Last, f.First)
	}
	if least := f.leastBy(); f.By < least || f.By > scan.MaxTime {
		return f.wrong("time %v is not from %v to %v", f.By, least, scan.MaxTime)
	}
	if f.Op == Reorder && f.Behind == 0 {
		return f.wrong("behind 0 is not behind anything")
	}
	if f.When.At < 0 || f.When.At > scan.MaxTime {
		return f.wrong("time %v is not from 0s to %v", f.When.At, scan.MaxTime)
	}
	if err := f.checkInjected(); err != nil {
		return err
	}
	if *f != f.meant() {
		return f.wrong("a field is set that means nothing here")
	}
	return nil
}

func (f *Fault) wrong(format string, a ...any) error {
	return fmt.Errorf("faults: %v: "+format, append([]any{f.Op}, a...)...)
}

// leastBy is the shortest By that the operation takes.
func (f *Fault) leastBy() time.Duration {
	switch f.Op {
	case Delay, Cut, Stall:
		return 1
	}
	return 0
}

func (f *Fault) checkInjected() error {
	in := &f.Injected
	if in.Text > MaxText {
		return f.wrong("%d octets of text are more than %d", in.Text, MaxText)
	}
	for _, n := range [...]Number{in.Seq, in.Ack} {
		if n.Base > SndNxt {
			return f.wrong("no base %d", n.Base)
		}
		if n.Plus > maxPlus || n.Plus < -maxPlus || n.Base == Absolute && n.Plus < 0 {
			return f.wrong("%d is no sequence number", n.Plus)
		}
	}
	return nil
}

// meant is the fault without the fields that its operation does not use.
func (f *Fault) meant() Fault {
	g := Fault{Op: f.Op, End: f.End}
	if !f.Struck() {
		g.Kind, g.First, g.Last = f.Kind, f.First, f.Last
	} else if f.Op != Restart {
		g.When = f.When.meant()
	}
	switch f.Op {
	case Drop, Crash:
	case Corrupt:
		g.Bit, g.Undetected = f.Bit, f.Undetected
	case Inject:
		g.Injected = f.Injected
		if !g.Injected.HasWnd {
			g.Injected.Wnd = 0
		}
	case Reorder:
		g.Behind, g.By = f.Behind, f.By
	case Hold:
		g.Until, g.By = f.Until, f.By
	case Cut:
		g.By, g.Both = f.By, f.Both
		if f.Both {
			g.End = endpoint.A // A<->B leaves both; A by convention
		}
	default:
		g.By = f.By
	}
	return g
}

func (w When) meant() When {
	if w.Timed {
		return When{Timed: true, At: w.At}
	}
	return When{Entry: w.Entry, N: w.N}
}
