package explore

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// TestTreatments: each is of a field that there is, and each condition finds
// what it asks for.
func TestTreatments(t *testing.T) {
	seen := map[string]bool{}
	var walk func(in, around reflect.Type)
	walk = func(in, around reflect.Type) {
		for in.Kind() == reflect.Array || in.Kind() == reflect.Slice {
			in = in.Elem()
		}
		if in.Kind() != reflect.Struct {
			return
		}
		for i := range in.NumField() {
			name := in.Name() + "." + in.Field(i).Name
			seen[name] = true
			if only := treatments[name].only; only != nil && only(in, around) == nil {
				t.Errorf("%s: its condition asks for a field that there is not any more", name)
			}
			walk(in.Field(i).Type, in)
		}
	}
	walk(reflect.TypeFor[oracle.Judge](), nil)
	walk(reflect.TypeFor[endpoint.Status](), nil)
	for name := range treatments {
		if !seen[name] {
			t.Errorf("%s: there is no such field of the judge any more", name)
		}
	}
}

// TestUnknownFields: a field that nobody has said anything of is in the key,
// and a time only together with now; what cannot be in a key is refused.
func TestUnknownFields(t *testing.T) {
	type later struct {
		N    int32
		At   time.Duration
		Name string
		List []struct{ On bool }
	}
	var b books
	p, err := b.planOf(reflect.TypeFor[later](), nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(v later, now time.Duration) []byte {
		return b.appendStruct(nil, p, reflect.ValueOf(v), reflect.Value{}, now)
	}
	base := later{1, 5, "x", []struct{ On bool }{{true}}}
	for _, other := range []later{
		{2, 5, "x", base.List}, {1, 6, "x", base.List}, {1, 5, "y", base.List}, {1, 5, "x", nil},
		{1, 5, "x", []struct{ On bool }{{false}}},
	} {
		if bytes.Equal(of(base, 0), of(other, 0)) {
			t.Errorf("%+v and %+v are one", base, other)
		}
	}
	if bytes.Equal(of(base, 0), of(base, 1)) {
		t.Error("a time of which nobody knows what it is counts as relative, or as absolute")
	}
	for _, bad := range []reflect.Type{
		reflect.TypeFor[struct{ P *int }](), reflect.TypeFor[struct{ M map[int]int }](), reflect.TypeFor[struct{ F func() }](),
	} {
		if _, err := b.planOf(bad, nil); err == nil || !strings.Contains(err.Error(), "want a plain value") {
			t.Errorf("%v: error %v", bad, err)
		}
	}
}

// TestInstants: the same books at another time are the same.
func TestInstants(t *testing.T) {
	b, err := newBooks([2]endpoint.Profile{})
	if err != nil {
		t.Fatal(err)
	}
	var j oracle.Judge
	at := func(now, deadline time.Duration) []byte {
		st := endpoint.Status{Deadline: deadline}
		return b.append(nil, &j, [2]*endpoint.Status{&st, &st}, now)
	}
	if !bytes.Equal(at(5, 8), at(1005, 1008)) {
		t.Error("a deadline counts as it is, and not relative to now")
	}
	if bytes.Equal(at(5, 8), at(5, 9)) || bytes.Equal(at(5, 8), at(5, endpoint.Never)) {
		t.Error("a deadline does not count")
	}
	if !bytes.Equal(at(5, endpoint.Never), at(6, endpoint.Never)) {
		t.Error("no deadline depends on now")
	}
}
