package faults

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Tracker applies a script to a run: it counts what the ends emit and which
// states they enter, edits fates, and says which faults strike. It is told
// everything and asks nothing. The zero value has an empty script, which costs
// nothing.
//
// A Tracker keeps the script it was given and never changes it. Its own
// memory is reused, from run to run.
type Tracker struct {
	script Script
	healed bool

	emitted [2][endpoint.NumKinds]uint32  // by end and kind; Any: all of the end
	entered [2][endpoint.NumStates]uint32 // by end and state

	// matching holds the indices of the edit lines that may match a segment,
	// grouped by end and kind, in file order; group says where each begins,
	// its last element where the last one ends.
	matching []uint16
	group    [2*endpoint.NumKinds + 1]uint32

	strikes []strike // the struck faults, in file order
	left    int      // how many of them have not struck

	crashes [2]time.Duration // when each end crashed last; below 0: not yet
}

// strike is the state of a struck fault.
type strike struct {
	line  uint16
	phase phase
	at    time.Duration // if due at a time: when
}

type phase uint8

const (
	waiting phase = iota // for its entry, or for the crash before a restart
	timed                // due at a time
	ready                // its entry has happened
	done                 // has struck
)

// Reset begins a run with this script, which the Tracker keeps. It panics if
// the script has more than MaxLines lines.
func (t *Tracker) Reset(s Script) {
	if len(s) > MaxLines {
		panic(ErrLines)
	}
	t.script, t.healed = nil, false
	t.emitted, t.entered = [2][endpoint.NumKinds]uint32{}, [2][endpoint.NumStates]uint32{}
	t.matching, t.strikes, t.left = t.matching[:0], t.strikes[:0], 0
	t.group = [len(t.group)]uint32{}
	t.crashes = [2]time.Duration{-1, -1}
	if len(s) > 0 {
		t.Extend(s)
	}
}

// Extend goes on with a script that begins with the one so far. What the run
// has counted stays counted: a new line acts on what comes, and a restart counts
// from the last crash of its host. It panics as Reset does.
func (t *Tracker) Extend(s Script) {
	if len(s) > MaxLines {
		panic(ErrLines)
	}
	old := len(t.script)
	t.script = s
	t.resetMatching()
	for i := old; i < len(s); i++ {
		f := &s[i]
		if !f.Struck() {
			continue
		}
		one := strike{line: uint16(i)}
		switch {
		case f.Op != Restart && f.When.Timed:
			one.phase, one.at = timed, f.When.At
		case f.Op == Restart && t.crashes[f.End] >= 0:
			one.phase, one.at = timed, t.crashes[f.End]+f.By
		}
		t.strikes = append(t.strikes, one)
		t.left++
	}
}

func (t *Tracker) resetMatching() {
	t.matching = t.matching[:0]
	for g := range len(t.group) - 1 {
		end, kind := endpoint.End(g/endpoint.NumKinds), endpoint.Kind(g%endpoint.NumKinds)
		if kind != endpoint.Any {
			for i := range t.script {
				f := &t.script[i]
				if !f.Struck() && f.End == end && (f.Kind == kind || f.Kind == endpoint.Any) {
					t.matching = append(t.matching, uint16(i))
				}
			}
		}
		t.group[g+1] = uint32(len(t.matching))
	}
}

// CopyFrom makes t a copy of src. The two share the script and nothing else.
func (t *Tracker) CopyFrom(src *Tracker) {
	matching, strikes := t.matching, t.strikes
	*t = *src
	t.matching = append(matching[:0], src.matching...)
	t.strikes = append(strikes[:0], src.strikes...)
}

// Emitted counts a segment that an end has emitted, before any fault, and
// returns its ordinal among those of its kind. It goes on counting after Heal.
func (t *Tracker) Emitted(end endpoint.End, kind endpoint.Kind) (ordinal uint32) {
	t.emitted[end][endpoint.Any]++
	if kind == endpoint.Any { // no segment is; do not count it twice
		return t.emitted[end][endpoint.Any]
	}
	t.emitted[end][kind]++
	return t.emitted[end][kind]
}

// Entered counts that an end has entered a state. It is told of the states
// that a composite edge passes through, too.
func (t *Tracker) Entered(end endpoint.End, s endpoint.State) {
	t.entered[end][s]++
	if t.left == 0 {
		return
	}
	for i := range t.strikes {
		one := &t.strikes[i]
		f := &t.script[one.line]
		if one.phase != waiting || f.Op == Restart || f.When.Entry != (Entry{end, s}) {
			continue
		}
		if t.entered[end][s] == max(f.When.N, 1) {
			one.phase = ready
		}
	}
}

// Crashed says that a host is down: the next restart of it that has not
// struck is due By later. A crash of a host that is down already puts the same
// restart off.
func (t *Tracker) Crashed(end endpoint.End, now time.Duration) {
	t.crashes[end] = now
	for i := range t.strikes {
		one := &t.strikes[i]
		f := &t.script[one.line]
		if f.Op == Restart && f.End == end && one.phase != done {
			one.phase, one.at = timed, now+f.By
			return
		}
	}
}

// Struck returns the index in the script, from 0, of the first fault that is
// due; it will not return it again. Ask until there is none.
func (t *Tracker) Struck(now time.Duration) (index int, ok bool) {
	if t.left == 0 || t.healed {
		return 0, false
	}
	for i := range t.strikes {
		one := &t.strikes[i]
		if one.phase == ready || one.phase == timed && one.at <= now {
			one.phase = done
			t.left--
			return int(one.line), true
		}
	}
	return 0, false
}

// NextTime returns the earliest time at which a fault is known to be due.
// Faults that wait for an entry have none.
func (t *Tracker) NextTime() (at time.Duration, ok bool) {
	if t.left == 0 || t.healed {
		return 0, false
	}
	for i := range t.strikes {
		if one := &t.strikes[i]; one.phase == timed && (!ok || one.at < at) {
			at, ok = one.at, true
		}
	}
	return at, ok
}

// Heal ends the script: from now on it edits nothing and nothing strikes.
func (t *Tracker) Heal() { t.healed = true }

// Healed reports whether Heal was called.
func (t *Tracker) Healed() bool { return t.healed }

// Count is how many segments of a kind (Any: of all) an end has emitted.
func (t *Tracker) Count(end endpoint.End, kind endpoint.Kind) uint32 { return t.emitted[end][kind] }

// Entries is how often an end has entered a state.
func (t *Tracker) Entries(end endpoint.End, s endpoint.State) uint32 { return t.entered[end][s] }
