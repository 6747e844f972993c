package faults

import (
	"slices"
	"testing"
	"time"

	"example.org/halfopen/scheduler/stream"
)

func generate(seed uint64, o GenerateOptions) Script {
	src := stream.New(seed, "faults").Sequence(0)
	return Generate(&src, o)
}

// TestGenerateIsValid: what is drawn survives Check, print and parse, and keeps
// to the options; every operation that is on is met.
func TestGenerateIsValid(t *testing.T) {
	for _, o := range []GenerateOptions{
		{}, {Hostile: true}, {Hostile: true, Lines: 9, Longest: time.Hour},
		{Ops: 1<<Drop | 1<<Cut}, {Longest: time.Nanosecond},
	} {
		var met [NumOps]bool
		undetected := false
		for seed := range uint64(2000) {
			s := generate(seed, o)
			if err := s.Check(); err != nil {
				t.Fatalf("seed %d: %v\n%v", seed, err, s)
			}
			again, err := Parse(s.String())
			if err != nil || !slices.Equal(s, again) {
				t.Fatalf("seed %d: %v, %v", seed, err, s)
			}
			if n := len(s); n == 0 || n > max(o.Lines, 3) {
				t.Fatalf("seed %d: %d lines", seed, n)
			}
			if s.Hostile() && !o.Hostile {
				t.Fatalf("seed %d: hostile\n%v", seed, s)
			}
			for i := range s {
				met[s[i].Op] = true
				undetected = undetected || s[i].Undetected
				if o.Longest > 0 && s[i].By > o.Longest {
					t.Fatalf("seed %d: too long: %v", seed, s[i])
				}
			}
		}
		for op, met := range met {
			f := Fault{Op: Op(op)}
			want := (o.Ops == 0 || o.Ops.Has(f.Op)) && (o.Hostile || !f.Hostile())
			if met != want {
				t.Errorf("%+v: %v met: %v", o, f.Op, met)
			}
		}
		if undetected != o.Hostile {
			t.Errorf("%+v: undetected corruption met: %v", o, undetected)
		}
	}
	if s := generate(1, GenerateOptions{Ops: 1 << Crash}); s != nil {
		t.Errorf("a hostile operation alone, not allowed: %v", s)
	}
}

// TestGenerateIsPinned holds the draws fast: a seed means the same for ever.
func TestGenerateIsPinned(t *testing.T) {
	const want = `cut A->B when A LISTEN #2 for 1s
corrupt B SYN,ACK #2 bit 259
delay B ACK #3-5 by 10s
reorder A ACK #1 behind 2
`
	if got := generate(1, GenerateOptions{Hostile: true, Lines: 8}).String(); got != want {
		t.Errorf("got\n%s", got)
	}
}
