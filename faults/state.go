package faults

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/endpoint"
)

// AppendState appends a canonical encoding: two trackers with the same script
// that will act alike from now on append the same octets. So counts are cut
// off where no line cares any more, and times are relative to now.
func (t *Tracker) AppendState(b []byte, now time.Duration) []byte {
	if t.healed || len(t.script) == 0 {
		return append(b, 0)
	}
	b = append(b, 1)
	if len(t.matching) > 0 {
		b = t.appendCounts(b)
	}
	for i := range t.strikes {
		b = t.appendStrike(b, &t.strikes[i], now)
	}
	return b
}

// appendCounts writes how many segments were emitted, as far as a line still
// cares: above its last ordinal, or the first of an open range, all are alike.
func (t *Tracker) appendCounts(b []byte) []byte {
	var horizon [2][endpoint.NumKinds]uint32
	for i := range t.script {
		f := &t.script[i]
		if f.Struck() || f.First == 0 {
			continue
		}
		h := &horizon[f.End][f.Kind]
		if f.Last == 0 {
			*h = max(*h, f.First-1)
		} else {
			*h = max(*h, f.Last)
		}
	}
	for end := range horizon {
		for kind, h := range horizon[end] {
			if h > 0 {
				b = binary.AppendUvarint(b, uint64(min(t.emitted[end][kind], h)))
			}
		}
	}
	return b
}

// appendStrike writes what a struck fault waits for.
func (t *Tracker) appendStrike(b []byte, one *strike, now time.Duration) []byte {
	f := &t.script[one.line]
	switch one.phase {
	case timed:
		b = append(b, byte(timed))
		return binary.AppendUvarint(b, uint64(max(one.at-now, 0)))
	case waiting:
		b = append(b, byte(waiting))
		if f.Op != Restart {
			seen := t.entered[f.When.Entry.End][f.When.Entry.State]
			b = binary.AppendUvarint(b, uint64(max(f.When.N, 1)-seen))
		}
		return b
	}
	return append(b, byte(one.phase))
}
