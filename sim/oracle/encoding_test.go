package oracle

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle/table"
)

// unencoded has the fields that AppendState says nothing of, and why.
var unencoded = map[string]string{
	"profiles": set, "claims": set, "ackRange": set, "start": set, "ports": set, "defaultMSS": set,
	"book": set, "odd": set, "sendBuffer": set, "script": set, "heal": set, "slowest": set, "bounded": set, "trip": set, "rate": set,

	"base": healed, "settleBy": healed, "late": healed, "left": healed, "most": healed,

	"out": anew, "step": anew, "found": anew, "scratch": anew, "memo": "what it says the table says",

	"v": "the run is over when it is set", "judged": "for reports", "coverage": "for reports",
	"wire": "what left and is under way is for the world's encoding",
	"due":  "the earlier of the ends' dues, or before both: then nothing is overdue",

	"ends.clock.fired": "asked in the step in which it is set",

	"ends.owed.flags": "for reports", "ends.owed.text": "for reports", "ends.owed.segment": "for reports",
}

const (
	set    = "Reset sets it from the scenario and the profiles, and nobody after"
	healed = "it counts from heal, and the run is over before"
	anew   = "written anew in each step"
)

// spans are the times of an end that are no instants.
var spans = []string{"clock.rto", "clock.srtt", "clock.rttvar", "clock.every"}

// leaves calls f for each field of a value that is no struct and no array.
func leaves(v reflect.Value, name string, f func(name string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() // it is not exported
			leaves(field, strings.TrimPrefix(name+"."+v.Type().Field(i).Name, "."), f)
		}
	case reflect.Array:
		for i := range v.Len() {
			leaves(v.Index(i), name, f)
		}
	default:
		f(name, v)
	}
}

// excused reports whether a field, or what it is in, is unencoded.
func excused(name string, used map[string]bool) bool {
	for of := range unencoded {
		if name == of || strings.HasPrefix(name, of+".") {
			used[of] = true
			return true
		}
	}
	return false
}

// asked is a judge in a state in which every field of an end is asked for.
func asked() *Judge {
	j := &Judge{profiles: [2]endpoint.Profile{{RTOMax: time.Minute}, {RTOMax: time.Minute}}}
	for e := range j.ends {
		d := &j.ends[e]
		d.state, d.una, d.max = sTIMEWAIT, 0, 5
		d.everAnswer, d.hidden.answers = true, true
		d.opening.syn, d.opening.text = true, true
		d.owed.grace = table.Soon
		d.clock.timing, d.clock.running, d.clock.probing = true, true, true
		d.above.n = len(d.above.span)
		leaves(reflect.ValueOf(d).Elem(), "", func(_ string, v reflect.Value) {
			if v.Type() == reflect.TypeFor[time.Duration]() {
				v.SetInt(int64(7 * time.Second))
			}
		})
		d.heardAt++ // since the octets at SND.UNA left
	}
	return j
}

const askedAt = 8 * time.Second

// TestAppendState: each field of the judge is in its encoding, but for those that
// have a reason.
func TestAppendState(t *testing.T) {
	j := asked()
	base := j.AppendState(nil, askedAt)
	used := map[string]bool{}
	leaves(reflect.ValueOf(j).Elem(), "", func(name string, v reflect.Value) {
		if excused(name, used) {
			return
		}
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch {
		case v.Kind() == reflect.Bool:
			v.SetBool(!v.Bool())
		case v.CanInt():
			v.SetInt(v.Int() + 1)
		case v.CanUint():
			v.SetUint(v.Uint() + 1)
		default:
			t.Fatalf("%s is a %v: say in this test how it changes", name, v.Type())
		}
		if bytes.Equal(base, j.AppendState(nil, askedAt)) {
			t.Errorf("%s is not in the encoding; want it there, or a reason in unencoded", name)
		}
		v.Set(old)
	})
	for name := range unencoded {
		if !used[name] {
			t.Errorf("unencoded has %s, and the judge does not", name)
		}
	}
}

// TestAppendStateTimes: the same at another time is the same, and so is what is too
// long ago to be asked for.
func TestAppendStateTimes(t *testing.T) {
	j := asked()
	base := j.AppendState(nil, askedAt)
	for e := range j.ends {
		leaves(reflect.ValueOf(&j.ends[e]).Elem(), "", func(name string, v reflect.Value) {
			if v.Type() == reflect.TypeFor[time.Duration]() && !slices.Contains(spans, name) {
				v.SetInt(v.Int() + int64(time.Hour))
			}
		})
	}
	if !bytes.Equal(base, j.AppendState(nil, askedAt+time.Hour)) {
		t.Error("an hour later all is the same, but the encoding is not")
	}
	idle := func(ago time.Duration) []byte {
		k := *asked()
		for e := range k.ends {
			d := &k.ends[e]
			*d = shadow{state: sESTABLISHED, everAnswer: true, owed: owing{due: endpoint.Never}}
			d.heardAt, d.since, d.twLast, d.opening.synAt, d.owed.at = -ago, -ago, -ago, -ago, -ago
			d.answered, d.try.idleAt = -ago, -ago
		}
		return k.AppendState(nil, 0)
	}
	if !bytes.Equal(idle(2*time.Minute), idle(3*time.Minute)) {
		t.Error("what nobody asks for any more keeps states apart")
	}
	if bytes.Equal(idle(time.Second), idle(2*time.Second)) || bytes.Equal(idle(10*time.Second), idle(20*time.Second)) {
		t.Error("what is still asked for does not keep states apart")
	}
}
