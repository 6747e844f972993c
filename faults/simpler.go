package faults

import (
	"slices"
	"time"

	"example.org/halfopen/endpoint"
)

// Simpler returns the faults that a shrinker tries in place of f, in a fixed
// order, the boldest first. Each differs from f in one thing, which is smaller
// there: one segment instead of many, an earlier ordinal, a shorter and
// rounder time, bit 0, one direction instead of two. So every chain of them
// ends. All are valid if f is.
func Simpler(f Fault) []Fault {
	s := simpler{from: f}
	if f.Struck() {
		s.strike()
	} else {
		s.edit()
	}
	return s.out
}

// simpler collects candidates.
type simpler struct {
	from Fault
	out  []Fault
}

// try adds a candidate: the fault with one change made to it.
func (s *simpler) try(change func(*Fault)) {
	f := s.from
	change(&f)
	if f != s.from && !slices.Contains(s.out, f) {
		s.out = append(s.out, f)
	}
}

func (s *simpler) edit() {
	f := s.from
	if f.Op == Corrupt && !f.Undetected { // a receiver drops it as surely
		s.try(func(f *Fault) { f.Op, f.Bit = Drop, 0 })
	}
	if f.Undetected {
		s.try(func(f *Fault) { f.Undetected = false })
	}
	s.ordinals()
	if f.Kind == endpoint.Any { // the same ordinal of one kind is another segment, but often does
		for k := endpoint.KindRST; k <= endpoint.KindACK; k++ {
			s.try(func(f *Fault) { f.Kind = k })
		}
	}
	for _, n := range smallerNumbers(uint64(f.Behind), 1) {
		s.try(func(f *Fault) { f.Behind = uint32(n) })
	}
	for _, n := range smallerNumbers(uint64(f.Bit), 0) {
		s.try(func(f *Fault) { f.Bit = uint32(n) })
	}
	s.by()
}

func (s *simpler) strike() {
	f := s.from
	if f.Both {
		s.try(func(f *Fault) { f.Both = false })
		s.try(func(f *Fault) { f.Both, f.End = false, endpoint.B })
	}
	if f.Op == Inject {
		s.injected()
	}
	for _, n := range smallerNumbers(uint64(f.When.N), 0) {
		s.try(func(f *Fault) { f.When.N = uint32(n) })
	}
	for _, d := range smallerTimes(f.When.At, 0) {
		s.try(func(f *Fault) { f.When.At = d })
	}
	s.by()
}

func (s *simpler) by() {
	for _, d := range smallerTimes(s.from.By, s.from.leastBy()) {
		s.try(func(f *Fault) { f.By = d })
	}
}

// ordinals tries fewer segments, then earlier ones.
func (s *simpler) ordinals() {
	to := func(first, last uint32) {
		s.try(func(f *Fault) { f.First, f.Last = first, last })
	}
	first, last := s.from.First, s.from.Last
	switch {
	case last == 0: // every one, or an open range
		first = max(first, 1)
		for n := uint32(1); n <= 8 && first <= maxPlus-8; n *= 2 {
			to(first, first+n-1)
		}
		if s.from.First == 0 {
			to(2, 2)
		}
	case first < last:
		to(first, first)
		to(last, last)
		middle := first + (last-first)/2
		to(first, middle)
		to(middle+1, last)
		to(first, last-1)
		to(first+1, last)
	default:
		for _, n := range smallerNumbers(uint64(first), 1) {
			to(uint32(n), uint32(n))
		}
	}
}

func (s *simpler) injected() {
	in := s.from.Injected
	for bit := endpoint.FIN; bit != 0; bit <<= 1 {
		s.try(func(f *Fault) { f.Injected.Flags &^= bit })
	}
	s.try(func(f *Fault) { f.Injected.Ack = Number{} })
	s.try(func(f *Fault) { f.Injected.HasWnd, f.Injected.Wnd = false, 0 })
	for _, n := range smallerNumbers(uint64(in.Text), 0) {
		s.try(func(f *Fault) { f.Injected.Text = uint32(n) })
	}
	for _, n := range smallerNumbers(uint64(in.Wnd), 0) {
		s.try(func(f *Fault) { f.Injected.Wnd = uint16(n) })
	}
	for _, p := range smallerDistances(in.Seq.Plus) {
		s.try(func(f *Fault) { f.Injected.Seq.Plus = p })
	}
	if in.Ack.Base != Absolute { // an absolute ack of 0 is none at all
		for _, p := range smallerDistances(in.Ack.Plus) {
			s.try(func(f *Fault) { f.Injected.Ack.Plus = p })
		}
	}
}

// smallerNumbers returns numbers from least up to, but not including, n:
// the least, then ever less bold ones.
func smallerNumbers(n, least uint64) []uint64 {
	if n <= least {
		return nil
	}
	return []uint64{least, max(n/2, least), max(n-n/4, least), n - 1}
}

// smallerDistances does the same on both sides of zero.
func smallerDistances(p int64) []int64 {
	size, sign := p, int64(1)
	if p < 0 {
		size, sign = -p, -1
	}
	var out []int64
	for _, n := range smallerNumbers(uint64(size), 0) {
		out = append(out, sign*int64(n))
	}
	return out
}

// smallerTimes returns times from least up to, but not including, d: round
// ones first (a shorter text is worth more than a shorter time), then ever
// less bold ones, cut to two digits.
func smallerTimes(d, least time.Duration) []time.Duration {
	if d <= least {
		return nil
	}
	var out []time.Duration
	add := func(t time.Duration) {
		if t = max(t, least); t < d && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	add(0)
	for _, t := range [...]time.Duration{time.Millisecond, time.Second, time.Minute} {
		add(t)
	}
	add(digits(d/2, 1))
	for n := 1; n <= 4; n++ {
		add(digits(d, n))
	}
	for _, t := range [...]time.Duration{d / 2, d - d/4, d - d/8, d - d/16} {
		add(digits(t, 2))
	}
	return out
}

// digits cuts a time down to its first n digits in nanoseconds.
func digits(d time.Duration, n int) time.Duration {
	unit, limit := time.Duration(1), time.Duration(1)
	for range n {
		limit *= 10
	}
	for d/unit >= limit {
		unit *= 10
	}
	return d / unit * unit
}
