package endpoint_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	. "example.org/halfopen/endpoint"
)

func TestOptionsAppendAndRead(t *testing.T) {
	blocks := []SACKBlock{{5, 9}, {4294967290, 2}}
	o := Options{}.AppendMSS(1460).AppendNOP().AppendWindowScale(7).AppendSACKPermitted().
		AppendTimestamps(0xfffffffe, 2).Pad()
	want := Options{2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 8, 10, 255, 255, 255, 254, 0, 0, 0, 2}
	if !bytes.Equal(o, want) {
		t.Errorf("got % x, want % x", o, want)
	}
	if mss, ok := o.MSS(); mss != 1460 || !ok {
		t.Errorf("MSS %d %t", mss, ok)
	}
	if shift, ok := o.WindowScale(); shift != 7 || !ok {
		t.Errorf("window scale %d %t", shift, ok)
	}
	if val, ecr, ok := o.Timestamps(); val != 0xfffffffe || ecr != 2 || !ok {
		t.Errorf("timestamps %d %d %t", val, ecr, ok)
	}
	if !o.SACKPermitted() || o.NumSACK() != 0 {
		t.Errorf("SACK-permitted %t, %d blocks", o.SACKPermitted(), o.NumSACK())
	}
	o = Options{}.AppendSACK(blocks...).Pad()
	if got := slices.Collect(o.SACK()); !slices.Equal(got, blocks) || o.NumSACK() != 2 {
		t.Errorf("SACK blocks %v", got)
	}
	if got := o.SACKAt(1); got != blocks[1] {
		t.Errorf("SACK block 1 is %v", got)
	}
	if o.SACKPermitted() {
		t.Error("SACK blocks are taken for SACK-permitted")
	}
	if len(Options(nil).AppendSACK()) != 0 {
		t.Error("no blocks make an option")
	}
}

func TestOptionsString(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{nil, ""},
		{Options{1, 1, 0, 9}, ""},
		{Options{}.AppendMSS(1460).AppendWindowScale(7).AppendSACKPermitted().AppendTimestamps(1, 2),
			"MSS=1460 WS=7 SACK-permitted TS=1/2"},
		{append(Options{}.AppendSACK(SACKBlock{5, 9}, SACKBlock{20, 30}), 254, 3, 8),
			"SACK=5-9,20-30 kind 254 (3 octets)"},
		{Options{2, 3, 9, 5, 2, 4, 3, 1}, "kind 2 (3 octets) kind 5 (2 octets) kind 4 (3 octets)"},
		{Options{3, 2, 8, 4, 1, 2, 5, 3, 1}, "kind 3 (2 octets) kind 8 (4 octets) kind 5 (3 octets)"},
		{Options{4, 2, 2, 0}, "SACK-permitted illegal kind 2"},
		{Options{4, 2, 1, 254}, "SACK-permitted illegal kind 254"},
	} {
		if got := c.o.String(); got != c.want {
			t.Errorf("% x: got %q, want %q", []byte(c.o), got, c.want)
		}
	}
}

// An option of a known kind with another kind's length counts for nothing, and
// does not hide a later one that is right.
func TestOptionsFirstRightOneCounts(t *testing.T) {
	o := Options{2, 3, 9, 3, 4, 1, 1, 4, 3, 0, 8, 4, 0, 0, 5, 3, 0, 2, 4, 0, 77, 2, 4, 0, 78}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	if mss, ok := o.MSS(); mss != 77 || !ok {
		t.Errorf("MSS %d %t", mss, ok)
	}
	_, ws := o.WindowScale()
	_, _, ts := o.Timestamps()
	if ws || ts || o.SACKPermitted() || o.NumSACK() != 0 {
		t.Errorf("read from % x: %t %t %t %d", []byte(o), ws, ts, o.SACKPermitted(), o.NumSACK())
	}
}

func TestOptionsAll(t *testing.T) {
	o := Options{1, 254, 5, 1, 2, 3, 1, 1, 4, 2, 0, 2, 4, 0, 1}
	got := ""
	for kind, value := range o.All() {
		got += fmt.Sprint(kind, value, " ")
	}
	if want := "254 [1 2 3] 4 [] "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for range o.All() {
		break
	}
}

func TestOptionsCheck(t *testing.T) {
	for _, c := range []struct {
		o  Options
		ok bool
	}{
		{nil, true}, {Options{0, 2, 0}, true}, {Options{1, 1}, true}, {Options{254, 2}, true},
		{Options{2}, false}, {Options{1, 2, 0, 0}, false}, {Options{2, 1, 0, 0}, false},
		{Options{2, 4, 0}, false}, {Options{254, 255, 1}, false}, {Options{254, 3, 1, 9}, false},
	} {
		err := c.o.Check()
		if c.ok != (err == nil) || err != nil && !errors.Is(err, ErrOptionLength) {
			t.Errorf("% x: %v", []byte(c.o), err)
		}
	}
	want := "endpoint: illegal option length: kind 2 at octet 1 says 9, 2 octets are left"
	if err := (Options{1, 2, 9}).Check(); err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestOptionsAllocateNothing(t *testing.T) {
	buf := make(Options, 0, MaxOptions)
	sum := 0
	n := testing.AllocsPerRun(100, func() {
		o := buf.AppendMSS(1).AppendTimestamps(1, 2).AppendSACK(SACKBlock{1, 2}, SACKBlock{3, 4}).Pad()
		for kind, value := range o.All() {
			sum += int(kind) + len(value)
		}
		for b := range o.SACK() {
			sum += b.Right.Sub(b.Left)
		}
		if o.Check() != nil {
			sum = 0
		}
	})
	if n != 0 || sum == 0 {
		t.Errorf("%v allocations", n)
	}
}
