package explore

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// TestAppendStatus: each field of a status is in its encoding, and its deadline is
// relative to now.
func TestAppendStatus(t *testing.T) {
	var st endpoint.Status
	base := appendStatus(nil, &st, 0)
	var change func(v reflect.Value, name string)
	change = func(v reflect.Value, name string) {
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				change(v.Field(i), name+"."+v.Type().Field(i).Name)
			}
			return
		}
		switch {
		case v.Kind() == reflect.Bool:
			v.SetBool(true)
		case v.CanInt():
			v.SetInt(1)
		case v.CanUint():
			v.SetUint(1)
		default:
			t.Fatalf("Status%s is a %v: say in this test how it changes", name, v.Type())
		}
		if bytes.Equal(base, appendStatus(nil, &st, 0)) {
			t.Errorf("Status%s is not in the encoding", name)
		}
		v.SetZero()
	}
	change(reflect.ValueOf(&st).Elem(), "")

	at := func(now, deadline time.Duration) []byte {
		return appendStatus(nil, &endpoint.Status{Deadline: deadline}, now)
	}
	if !bytes.Equal(at(5, 8), at(1005, 1008)) {
		t.Error("a deadline counts as it is, and not relative to now")
	}
	if bytes.Equal(at(5, 8), at(5, endpoint.Never)) || !bytes.Equal(at(5, endpoint.Never), at(6, endpoint.Never)) {
		t.Error("no deadline is not what it should be")
	}
}
