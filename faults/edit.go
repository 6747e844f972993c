package faults

import (
	"errors"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

var (
	// ErrCopies is returned when a script makes more copies of one datagram
	// than a fate holds.
	ErrCopies = errors.New("faults: more than 8 copies of one datagram")
	// ErrFlips is returned when a script flips more bits of one copy than a
	// fate holds.
	ErrFlips = errors.New("faults: more than 4 flipped bits in one copy")
)

// Edit applies every line that matches to the fate of the segment that was
// counted last, in file order, and appends the numbers, from 1, of the lines
// that changed something. On an error the line that could not be applied has
// changed nothing.
func (t *Tracker) Edit(end endpoint.End, kind endpoint.Kind, now time.Duration, f *link.Fate,
	by []uint16) ([]uint16, error) {
	g := int(end)*endpoint.NumKinds + int(kind)
	lines := t.matching[t.group[g]:t.group[g+1]]
	if len(lines) == 0 || t.healed {
		return by, nil
	}
	for _, i := range lines {
		line := &t.script[i]
		if !line.Means(t.emitted[end][line.Kind]) {
			continue
		}
		changed, err := line.edit(f, i+1)
		if err != nil {
			return by, err
		}
		if changed {
			by = append(by, i+1)
		}
	}
	return by, nil
}

// Means reports whether the n-th segment (from 1) is one of those that the
// line is about.
func (f *Fault) Means(n uint32) bool {
	return n >= f.First && (n <= f.Last || f.Last == 0)
}

// edit applies the line with this number, and reports whether that changed
// the fate.
func (f *Fault) edit(fate *link.Fate, number uint16) (changed bool, err error) {
	copies := fate.Copies[:fate.N]
	switch f.Op {
	case Drop:
		return drop(fate), nil
	case Duplicate:
		if fate.N == 0 {
			return false, nil
		}
		if fate.N == link.MaxCopies {
			return false, ErrCopies
		}
		fate.Copies[fate.N] = copies[0]
		fate.Copies[fate.N].At = later(copies[0].At, f.By)
		fate.N++
		return true, nil
	case Corrupt:
		return f.corrupt(copies)
	}
	for i := range copies {
		if f.Op == Delay {
			copies[i].At = later(copies[i].At, f.By)
		} else {
			copies[i].Aside = number // Reorder, Hold: the last one says until when
		}
	}
	return len(copies) > 0, nil
}

// later adds two times; what lies beyond all times is Never.
func later(at, by time.Duration) time.Duration {
	if at > endpoint.Never-by {
		return endpoint.Never
	}
	return at + by
}

// drop loses the segment. A segment that a model has lost is the script's loss
// from now on, or the loss cap would bring back what the script dropped.
func drop(fate *link.Fate) (changed bool) {
	if fate.N == 0 && fate.Cause != link.LostByModel {
		return false
	}
	fate.N, fate.Cause = 0, link.LostByScript
	return true
}

// corrupt flips a bit of each copy. The last line decides whether the checksum
// is good afterwards, and the loss cap does not undo what a script did.
func (f *Fault) corrupt(copies []link.Copy) (changed bool, err error) {
	for i := range copies {
		if copies[i].NFlips == link.MaxFlips {
			return false, ErrFlips
		}
	}
	for i := range copies {
		c := &copies[i]
		c.Flips[c.NFlips] = f.Bit
		c.NFlips++
		c.Undetected, c.Modelled = f.Undetected, false
	}
	return len(copies) > 0, nil
}
