package explore

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// books encodes what the judge remembers. Two worlds that will do the same are
// the same state only if the judge will say the same of it, so what it remembers
// is part of the key: every field of it, found by reflection, but for those that
// treatments has something to say of. A field that a later judge gets is so in
// the key without being asked for, in the most careful way (careful).
type books struct {
	judge, status *plan
	longest       time.Duration // that a timer may last, which counts from idleAt
}

// treatment says how a field counts.
type treatment struct {
	omit    bool          // not at all
	instant bool          // it is a time: relative to now
	timers  bool          // and what lies further back than timers last is all alike
	most    time.Duration // and what lies further back than this is all alike
	only    condition     // it counts only if this is true
}

// condition is asked of the struct around a field, and of the one around that. It
// is made for their types; nil, which is always true and so the careful side, if
// they do not have what it asks for.
type condition func(v, around reflect.Type) func(v, around reflect.Value) bool

// treatments has a reason for each field that is not simply in the key.
var treatments = map[string]treatment{
	// Set by Reset from the scenario and the profiles, and never after.
	"Judge.profiles": {omit: true}, "Judge.start": {omit: true}, "Judge.ports": {omit: true},
	"Judge.script": {omit: true}, "Judge.heal": {omit: true}, "Judge.slowest": {omit: true},
	"Judge.bounded": {omit: true}, "Judge.trip": {omit: true}, "Judge.rate": {omit: true}, "Judge.claims": {omit: true}, "Judge.ackRange": {omit: true},

	// The bound on settling counts from heal, and every run here ends before it.
	"Judge.base": {omit: true}, "Judge.settleBy": {omit: true}, "Judge.late": {omit: true},
	"Judge.left": {omit: true}, "Judge.most": {omit: true},

	// What the world delivers is held against what left (I-57): a check of the
	// harness. Of what is under way it knows what the world's own encoding says;
	// the rest are numbers of datagrams, which differ from path to path.
	"Judge.wire": {omit: true},

	// No memory: written anew in each step; or the run is over when it is set; or
	// counted for the report, and never asked.
	"Judge.out": {omit: true}, "Judge.scratch": {omit: true}, "Judge.v": {omit: true},
	"Judge.judged": {omit: true}, "Judge.coverage": {omit: true}, "Judge.step": {omit: true}, "Judge.found": {omit: true}, "Judge.memo": {omit: true},

	// The earlier of the two ends' dues, or before both: then nothing is overdue.
	"Judge.due": {omit: true},

	// A debt that there is not has no date. What it was for is only named.
	"owing.row": {only: set("grace")}, "owing.flags": {omit: true}, "owing.text": {omit: true}, "owing.segment": {omit: true},
	"owing.at": {instant: true, only: set("grace")}, "owing.due": {instant: true, only: set("grace")},

	// A throttle excuses silence for 5 s after an answer.
	"shadow.answered": {instant: true, most: excuse, only: is("everAnswer")},
	"hidden.answered": {instant: true, most: excuse, only: is("answers")},

	// How long a state has lasted is asked of these two.
	"shadow.since":  {instant: true, only: in(endpoint.TimeWait, endpoint.FinWait2)},
	"shadow.twLast": {instant: true, only: in(endpoint.TimeWait)},

	// Since when the octets at SND.UNA have been tried is asked while some are
	// outstanding; the next segment after that begins anew. So is when the peer was
	// heard last, if that is later.
	"tries.from": {only: outstanding}, "tries.next": {only: outstanding}, "tries.resent": {only: outstanding},
	"mark.at": {instant: true},

	"shadow.heardAt": {instant: true, only: heardSince},

	// When the SYN, and the first octet, left last is asked while they may be
	// resent.
	"opening.synAt": {instant: true, only: upTo(0, "syn")}, "opening.textAt": {instant: true, only: upTo(1, "text")},

	// When nothing was outstanding last is asked while nothing is, by timers that
	// run for no longer than RTO may; and by a user timeout.
	"tries.idleAt": {instant: true, timers: true},

	"Status.Deadline": {instant: true},
}

// excuse is more than the 5 s for which a challenge ACK may excuse silence (RFC
// 5961 section 7).
const excuse = 6 * time.Second

// is makes the condition that a field of bool is true.
func is(name string) condition {
	return func(v, _ reflect.Type) func(v, _ reflect.Value) bool {
		at, ok := places(v, name)
		if !ok {
			return nil
		}
		return func(v, _ reflect.Value) bool { return v.Field(at[0]).Bool() }
	}
}

// set makes the condition that a field of an unsigned kind is not zero.
func set(name string) condition {
	return func(v, _ reflect.Type) func(v, _ reflect.Value) bool {
		at, ok := places(v, name)
		if !ok {
			return nil
		}
		return func(v, _ reflect.Value) bool { return v.Field(at[0]).Uint() != 0 }
	}
}

// in makes the condition that an end is in one of these states.
func in(states ...endpoint.State) condition {
	return func(v, _ reflect.Type) func(v, _ reflect.Value) bool {
		at, ok := places(v, "state")
		if !ok {
			return nil
		}
		return func(v, _ reflect.Value) bool {
			return slices.Contains(states, endpoint.State(v.Field(at[0]).Uint()))
		}
	}
}

// outstanding is asked of a shadow's tries.
func outstanding(tries, shadow reflect.Type) func(tries, shadow reflect.Value) bool {
	in, ok := places(shadow, "una", "max")
	marks, has := places(tries, "from", "next")
	if !ok || !has {
		return nil
	}
	seq, ok := places(tries.Field(marks[0]).Type, "seq")
	if !ok {
		return nil
	}
	return func(tries, shadow reflect.Value) bool {
		una, high := shadow.Field(in[0]).Int(), shadow.Field(in[1]).Int()
		return una < high || tries.Field(marks[0]).Field(seq[0]).Int() > high || tries.Field(marks[1]).Field(seq[0]).Int() > high
	}
}

// heardSince is asked of a shadow: something is outstanding, and a segment has
// come since it left.
func heardSince(shadow, _ reflect.Type) func(shadow, _ reflect.Value) bool {
	at, ok := places(shadow, "una", "max", "heardAt", "try")
	if !ok {
		return nil
	}
	tries := shadow.Field(at[3]).Type
	from, ok := places(tries, "from")
	if !ok {
		return nil
	}
	since, ok := places(tries.Field(from[0]).Type, "at")
	if !ok {
		return nil
	}
	return func(shadow, _ reflect.Value) bool {
		return shadow.Field(at[0]).Int() < shadow.Field(at[1]).Int() &&
			shadow.Field(at[2]).Int() > shadow.Field(at[3]).Field(from[0]).Field(since[0]).Int()
	}
}

// upTo makes the condition that something has left, and SND.UNA is not beyond
// its number. It is asked of the opening of a shadow.
func upTo(n int64, left string) condition {
	return func(opening, shadow reflect.Type) func(opening, shadow reflect.Value) bool {
		has, ok := places(opening, left)
		una, known := places(shadow, "una")
		if !ok || !known {
			return nil
		}
		return func(opening, shadow reflect.Value) bool {
			return opening.Field(has[0]).Bool() && shadow.Field(una[0]).Int() <= n
		}
	}
}

// places is where fields of a struct stand; false if there is one that it does
// not have.
func places(t reflect.Type, names ...string) (at []int, ok bool) {
	for _, name := range names {
		if t == nil || t.Kind() != reflect.Struct {
			return nil, false
		}
		f, has := t.FieldByName(name)
		if !has || len(f.Index) != 1 {
			return nil, false
		}
		at = append(at, f.Index[0])
	}
	return at, true
}

// plan is how the fields of a struct are encoded, worked out once.
type plan struct {
	fields []field
}

type field struct {
	treatment
	asked func(v, around reflect.Value) bool // its condition, if it has one
	index int
	kind  reflect.Kind
	elem  *field // of an array, a slice
	sub   *plan  // of a struct
	time  bool
}

func newBooks(profiles [2]endpoint.Profile) (b *books, err error) {
	b = &books{}
	for _, p := range profiles {
		b.longest = max(b.longest, p.RTOMax+p.UserTimeout)
	}
	if b.judge, err = b.planOf(reflect.TypeFor[oracle.Judge](), nil); err != nil {
		return nil, err
	}
	b.status, err = b.planOf(reflect.TypeFor[endpoint.Status](), nil)
	return b, err
}

func (b *books) planOf(t, around reflect.Type) (*plan, error) {
	p := &plan{}
	for i := range t.NumField() {
		f := t.Field(i)
		how := treatments[t.Name()+"."+f.Name]
		if how.omit {
			continue
		}
		if how.timers {
			how.most = b.longest + 1
		}
		one, err := b.fieldOf(f.Type, t)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		one.index, one.treatment = i, how
		if how.only != nil {
			one.asked = how.only(t, around)
		}
		p.fields = append(p.fields, *one)
	}
	return p, nil
}

func (b *books) fieldOf(t, around reflect.Type) (f *field, err error) {
	f = &field{kind: t.Kind(), time: t == reflect.TypeFor[time.Duration]()}
	switch f.kind {
	case reflect.Struct:
		f.sub, err = b.planOf(t, around)
	case reflect.Array, reflect.Slice:
		f.elem, err = b.fieldOf(t.Elem(), around)
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	default:
		err = fmt.Errorf("explore: a %v cannot be part of a key; want a plain value", t)
	}
	return f, err
}

// append encodes what a judge remembers, and what the ends told last: it holds
// the next step against that.
func (b *books) append(to []byte, j *oracle.Judge, ends [2]*endpoint.Status, now time.Duration) []byte {
	to = b.appendStruct(to, b.judge, reflect.ValueOf(j).Elem(), reflect.Value{}, now)
	for _, st := range ends {
		to = b.appendStruct(to, b.status, reflect.ValueOf(st).Elem(), reflect.Value{}, now)
	}
	return to
}

func (b *books) appendStruct(to []byte, p *plan, v, around reflect.Value, now time.Duration) []byte {
	for i := range p.fields {
		f := &p.fields[i]
		if f.asked != nil {
			if !f.asked(v, around) {
				to = append(to, 0)
				continue
			}
			to = append(to, 1)
		}
		to = b.appendValue(to, f, v.Field(f.index), v, now)
	}
	return to
}

func (b *books) appendValue(to []byte, f *field, v, around reflect.Value, now time.Duration) []byte {
	switch {
	case f.sub != nil:
		return b.appendStruct(to, f.sub, v, around, now)
	case f.elem != nil:
		to = binary.AppendUvarint(to, uint64(v.Len()))
		for i := range v.Len() {
			to = b.appendValue(to, f.elem, v.Index(i), around, now)
		}
		return to
	case f.time:
		return f.appendTime(to, time.Duration(v.Int()), now)
	case f.kind == reflect.Bool:
		if v.Bool() {
			return append(to, 1)
		}
		return append(to, 0)
	case f.kind == reflect.String:
		return append(binary.AppendUvarint(to, uint64(v.Len())), v.String()...)
	case v.CanInt():
		return binary.AppendVarint(to, v.Int())
	}
	return binary.AppendUvarint(to, v.Uint())
}

// appendTime writes an instant relative to now. Of a time that nobody says
// whether it is an instant or a span it writes both: that is careful, and keeps
// states apart that are the same.
func (f *field) appendTime(to []byte, t, now time.Duration) []byte {
	switch {
	case !f.instant:
		return binary.AppendVarint(binary.AppendVarint(to, int64(t)), int64(now))
	case t == endpoint.Never:
		return append(to, 0)
	}
	ahead := t - now
	if f.most > 0 {
		ahead = max(ahead, -f.most)
	}
	return binary.AppendVarint(append(to, 1), int64(ahead))
}
