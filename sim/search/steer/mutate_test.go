package steer

import (
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

// Whatever is changed, and however often, the result is valid; it depends on
// the scenarios and the draws alone, and leaves the scenarios as they were.
func TestMutate(t *testing.T) {
	var g search.Generator
	var fresh scenario.Scenario
	n := uint64(30_000)
	if testing.Short() {
		n = 3000
	}
	s := scenario.Scenario{}
	for i := range n {
		g.Scenario(3, i, &fresh)
		if i%20 == 0 {
			s = fresh.Clone()
		}
		src := stream.New(4, "mutate").Sequence(i)
		again := src
		before, donor := s.String(), fresh.String()
		m := Mutate(&src, &s, &fresh)
		if err := m.Check(); err != nil {
			t.Fatalf("run %d: %v\n%s", i, err, m.String())
		}
		if s.String() != before || fresh.String() != donor {
			t.Fatalf("run %d: what was to be changed was changed in place", i)
		}
		if twice := Mutate(&again, &s, &fresh); !twice.Equal(&m) {
			t.Fatalf("run %d: the same draws made\n%sand\n%s", i, m.String(), twice.String())
		}
		s = m
	}
}

// Within makes a scenario that is valid, and of the class.
func TestWithin(t *testing.T) {
	var g search.Generator
	var fresh, s scenario.Scenario
	for c := coverage.ClientServer; c < coverage.Outlived; c++ {
		was := 0
		for i := range uint64(2000) {
			g.Scenario(5, i, &fresh)
			src := stream.New(6, "within").Sequence(i)
			s = Mutate(&src, &fresh, &fresh)
			Within(c, &s)
			if err := s.Check(); err != nil {
				t.Fatalf("run %d: %v\n%s", i, err, s.String())
			}
			got := coverage.ClassOf(&s)
			if got == c {
				was++
			}
			if got > c || got == coverage.NoClass || c == coverage.Reopened && got > coverage.AnyOpen && got != c {
				t.Fatalf("run %d: class %d is not within %d:\n%s", i, got, c, s.String())
			}
		}
		if was == 0 {
			t.Errorf("none was of class %d itself", c)
		}
	}
}

// A search must not cry wolf: what mutation makes of a sweep's scenarios breaks
// no rule.
func TestMutantsAreClean(t *testing.T) {
	n := uint64(100_000)
	if testing.Short() {
		n = 5000
	}
	r := observing(&coverage.Space{})
	var g search.Generator
	var fresh scenario.Scenario
	var s scenario.Scenario
	for i := range n {
		g.Scenario(7, i, &fresh)
		if i%10 == 0 {
			s = fresh.Clone()
		}
		src := stream.New(8, "mutate").Sequence(i)
		s = Mutate(&src, &s, &fresh)
		v, err := r.Run(&s)
		if err != nil || v.Found() {
			t.Fatalf("run %d: %v: %v %s\n%s", i, err, v.Rule.ID, v.Text, s.String())
		}
	}
}

// No script makes more copies of a datagram, or damages one more often, than a
// fate holds.
func TestFewEnough(t *testing.T) {
	lines := func(n int, line string) faults.Script {
		script, err := faults.Parse(strings.Repeat(line+"\n", n))
		if err != nil {
			t.Fatal(err)
		}
		return script
	}
	for _, c := range []struct {
		line       string
		have, want int
	}{
		{"corrupt A SYN #1 bit 7", 5, link.MaxFlips - 1},
		{"duplicate A SYN #1 after 1ms", 9, link.MaxCopies - 2},
		{"drop A SYN #1", 50, maxFaults},
		{"drop A SYN #1", 2, 2},
	} {
		if got := fewEnough(lines(c.have, c.line)); len(got) != c.want {
			t.Errorf("%d lines of %q are left, want %d", len(got), c.line, c.want)
		}
	}
}
