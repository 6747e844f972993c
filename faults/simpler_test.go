package faults

import (
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// size is the measure that Simpler makes smaller: none of its figures grows,
// and one shrinks. Each is bounded from below, so every chain ends.
func size(f Fault) []uint64 {
	one := func(b bool) uint64 {
		if b {
			return 1
		}
		return 0
	}
	far := func(n int64) uint64 { return uint64(max(n, -n)) }
	return []uint64{
		uint64(f.Op), one(f.Undetected), one(f.Both), one(f.Kind == endpoint.Any),
		ordinalSize(f), uint64(f.By), uint64(f.Behind), uint64(f.Bit),
		uint64(f.When.At), uint64(f.When.N),
		uint64(f.Injected.Flags), uint64(f.Injected.Text), uint64(f.Injected.Wnd) + one(f.Injected.HasWnd),
		far(f.Injected.Seq.Plus), uint64(f.Injected.Ack.Base)<<40 + far(f.Injected.Ack.Plus),
	}
}

// ordinalSize orders every one > open range > range > one.
func ordinalSize(f Fault) uint64 {
	switch {
	case f.First == 0:
		return 1 << 63
	case f.Last == 0:
		return 1<<62 + uint64(f.First)
	}
	return uint64(f.Last-f.First)<<32 + uint64(f.First)
}

func TestSimplerIsSimpler(t *testing.T) {
	var all Script
	for _, test := range statements {
		all = append(all, test.want)
	}
	for seed := range uint64(500) {
		all = append(all, generate(seed, GenerateOptions{Hostile: true, Lines: 8})...)
	}
	for _, f := range all {
		seen := map[Fault]bool{f: true}
		for _, s := range Simpler(f) {
			if seen[s] {
				t.Errorf("%v: %v twice", f, s)
			}
			seen[s] = true
			if err := s.Check(); err != nil {
				t.Errorf("%v: %v", f, err)
			}
			smaller := false
			from, to := size(f), size(s)
			for i := range from {
				if to[i] > from[i] {
					t.Errorf("%v is not simpler than %v in figure %d", s, f, i)
				}
				smaller = smaller || to[i] < from[i]
			}
			if !smaller {
				t.Errorf("%v is not simpler than %v", s, f)
			}
		}
	}
}

// TestSimplerOrder: the boldest first.
func TestSimplerOrder(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"drop A SYN #1", ""},
		{"drop A SYN #8", "drop A SYN #1|drop A SYN #4|drop A SYN #6|drop A SYN #7"},
		{"drop A SYN #2-5", "drop A SYN #2|drop A SYN #5|drop A SYN #2-3|drop A SYN #4-5|drop A SYN #2-4|drop A SYN #3-5"},
		{"drop A SYN", "drop A SYN #1|drop A SYN #1-2|drop A SYN #1-4|drop A SYN #1-8|drop A SYN #2"},
		{"drop A ANY #1", "drop A RST #1|drop A SYN,ACK #1|drop A SYN #1|drop A FIN #1|drop A DATA #1|drop A ACK #1"},
		{"corrupt A SYN #1 bit 2", "drop A SYN #1|corrupt A SYN #1 bit 0|corrupt A SYN #1 bit 1"},
		{"corrupt A SYN #1 bit 0 undetected", "corrupt A SYN #1 bit 0"},
		{"reorder A FIN #1 behind 2 or 2ms", "reorder A FIN #1 behind 1 or 2ms|reorder A FIN #1 behind 2|" +
			"reorder A FIN #1 behind 2 or 1ms|reorder A FIN #1 behind 2 or 1.5ms|" +
			"reorder A FIN #1 behind 2 or 1.7ms|reorder A FIN #1 behind 2 or 1.8ms"},
		{"cut A<->B when A LISTEN #1 for 1ns", "cut A->B when A LISTEN #1 for 1ns|" +
			"cut B->A when A LISTEN #1 for 1ns|cut A<->B when A LISTEN for 1ns"},
		{"delay A FIN #1 by 1.234s", "delay A FIN #1 by 1ns|delay A FIN #1 by 1ms|delay A FIN #1 by 1s|" +
			"delay A FIN #1 by 600ms|delay A FIN #1 by 1.2s|delay A FIN #1 by 1.23s|" +
			"delay A FIN #1 by 610ms|delay A FIN #1 by 920ms|" +
			"delay A FIN #1 by 1.1s"},
		{"inject A->B RST,ACK seq=rcv.nxt-1 ack=snd.una wnd=0 at 0s", "inject A->B ACK seq=rcv.nxt-1 ack=snd.una wnd=0 at 0s|" +
			"inject A->B RST seq=rcv.nxt-1 ack=snd.una wnd=0 at 0s|inject A->B RST,ACK seq=rcv.nxt-1 wnd=0 at 0s|" +
			"inject A->B RST,ACK seq=rcv.nxt-1 ack=snd.una at 0s|inject A->B RST,ACK seq=rcv.nxt ack=snd.una wnd=0 at 0s"},
	} {
		s := mustParse(t, test.text)
		var got []string
		for _, f := range Simpler(s[0]) {
			got = append(got, f.String())
		}
		if strings.Join(got, "|") != test.want {
			t.Errorf("%s:\n%s", test.text, strings.Join(got, "\n"))
		}
	}
}

// TestSimplerFindsTheThreshold: a shrinker that takes the first candidate that
// still fails comes close to the smallest time that does.
func TestSimplerFindsTheThreshold(t *testing.T) {
	for _, threshold := range []time.Duration{1, 990 * time.Millisecond, time.Second, 1234567 * time.Microsecond} {
		f := Fault{Op: Delay, By: 987654321987}
	again:
		for _, s := range Simpler(f) {
			if s.By >= threshold {
				f = s
				goto again
			}
		}
		if f.By > threshold+threshold/9 {
			t.Errorf("threshold %v: stuck at %v", threshold, f.By)
		}
	}
}
