package faults

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

func mustParse(t testing.TB, text string) Script {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newTracker(t testing.TB, text string) *Tracker {
	t.Helper()
	tr := new(Tracker)
	tr.Reset(mustParse(t, text))
	return tr
}

// arrives is the fate of a datagram that the models left alone.
func arrives(at time.Duration) link.Fate {
	f := link.Fate{N: 1, Drawn: at}
	f.Copies[0].At = at
	return f
}

// emit counts a segment and edits its fate.
func emit(t testing.TB, tr *Tracker, end endpoint.End, kind endpoint.Kind, f *link.Fate) []uint16 {
	t.Helper()
	tr.Emitted(end, kind)
	by, err := tr.Edit(end, kind, 0, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

// TestOrdinals says which segments each form of ordinals means.
func TestOrdinals(t *testing.T) {
	tr := newTracker(t, `
drop A SYN #1
drop A DATA #2-3
drop A FIN #2-
drop B ANY #3
drop B ACK`)
	for i, e := range []struct {
		end  endpoint.End
		kind endpoint.Kind
		lost bool
	}{
		{endpoint.A, endpoint.KindSYN, true}, {endpoint.A, endpoint.KindSYN, false},
		{endpoint.B, endpoint.KindSYN, false},
		{endpoint.A, endpoint.KindDATA, false}, {endpoint.A, endpoint.KindDATA, true},
		{endpoint.A, endpoint.KindDATA, true}, {endpoint.A, endpoint.KindDATA, false},
		{endpoint.A, endpoint.KindFIN, false}, {endpoint.A, endpoint.KindFIN, true},
		{endpoint.B, endpoint.KindACK, true}, {endpoint.B, endpoint.KindDATA, true},
		{endpoint.A, endpoint.KindFIN, true}, {endpoint.B, endpoint.KindSYN, false},
		{endpoint.B, endpoint.KindACK, true},
	} {
		f := arrives(time.Second)
		emit(t, tr, e.end, e.kind, &f)
		if lost := f.N == 0; lost != e.lost {
			t.Errorf("segment %d: lost is %v", i, lost)
		}
	}
	if n := tr.Count(endpoint.A, endpoint.Any); n != 9 {
		t.Errorf("A emitted %d, want 9", n)
	}
}

func TestEmittedCountsByKind(t *testing.T) {
	tr := newTracker(t, "")
	for i, e := range []struct {
		kind endpoint.Kind
		want uint32
	}{{endpoint.KindSYN, 1}, {endpoint.KindSYN, 2}, {endpoint.KindACK, 1}, {endpoint.KindSYN, 3}} {
		if got := tr.Emitted(endpoint.A, e.kind); got != e.want {
			t.Errorf("segment %d has ordinal %d, want %d", i, got, e.want)
		}
	}
	if got := tr.Count(endpoint.A, endpoint.Any); got != 4 {
		t.Errorf("%d in all, want 4", got)
	}
}

// struck asks until there is none.
func struck(tr *Tracker, now time.Duration) (lines []int) {
	for {
		i, ok := tr.Struck(now)
		if !ok {
			return lines
		}
		lines = append(lines, i)
	}
}

func TestStruck(t *testing.T) {
	tr := newTracker(t, `
cut A->B when A FIN-WAIT-1 #2 for 3s
drop A SYN
crash B at 2s
restart B after 5s
stall B reads when A FIN-WAIT-1 for 1s
crash A at 1s
restart A after 0s`)
	expect := func(now time.Duration, want ...int) {
		t.Helper()
		if got := struck(tr, now); !slices.Equal(got, want) {
			t.Errorf("at %v: %v, want %v", now, got, want)
		}
	}
	next := func(want time.Duration) {
		t.Helper()
		if at, ok := tr.NextTime(); !ok || at != want {
			t.Errorf("next time is %v, %v, want %v", at, ok, want)
		}
	}
	expect(0)
	next(time.Second)
	tr.Entered(endpoint.B, endpoint.FinWait1)
	expect(0)
	tr.Entered(endpoint.A, endpoint.FinWait1)
	expect(0, 4)
	expect(time.Second - 1)
	expect(time.Second, 5)
	tr.Crashed(endpoint.A, time.Second)
	expect(time.Second, 6)
	next(2 * time.Second)
	tr.Entered(endpoint.A, endpoint.FinWait1)
	expect(3*time.Second, 0, 2) // both due: in file order
	if at, ok := tr.NextTime(); ok {
		t.Errorf("a restart is due at %v before the crash", at)
	}
	tr.Crashed(endpoint.B, 3*time.Second)
	next(8 * time.Second)
	tr.Crashed(endpoint.B, 4*time.Second) // put off
	next(9 * time.Second)
	expect(9*time.Second, 3)
	tr.Crashed(endpoint.B, 10*time.Second)
	tr.Entered(endpoint.A, endpoint.FinWait1)
	expect(time.Hour)
	if n := tr.Entries(endpoint.A, endpoint.FinWait1); n != 3 {
		t.Errorf("%d entries", n)
	}
}

// TestRestartsFollowCrashes: the second restart of a host is for its second
// crash.
func TestRestartsFollowCrashes(t *testing.T) {
	tr := newTracker(t, "restart A after 1s\nrestart A after 2s")
	tr.Crashed(endpoint.A, 0)
	if got := struck(tr, time.Minute); !slices.Equal(got, []int{0}) {
		t.Errorf("after one crash: %v", got)
	}
	tr.Crashed(endpoint.A, time.Minute)
	if at, _ := tr.NextTime(); at != time.Minute+2*time.Second {
		t.Errorf("the second restart is due at %v", at)
	}
}

func TestHeal(t *testing.T) {
	tr := newTracker(t, "drop A SYN\ncrash B at 2s\ncut A->B when A LISTEN for 1s")
	tr.Entered(endpoint.A, endpoint.Listen)
	tr.Heal()
	f := arrives(1)
	if by := emit(t, tr, endpoint.A, endpoint.KindSYN, &f); by != nil || f.N != 1 {
		t.Errorf("a healed script edits")
	}
	if got := struck(tr, time.Hour); got != nil {
		t.Errorf("%v struck after heal", got)
	}
	if _, ok := tr.NextTime(); ok || !tr.Healed() {
		t.Errorf("something is due after heal")
	}
}

func TestTrackerCopyAndState(t *testing.T) {
	const text = `
drop A DATA #2
drop A FIN #2-
crash B at 2s
crash A when A ESTABLISHED #2
restart B after 1s`
	a, b := newTracker(t, text), newTracker(t, "drop A SYN\ncrash A at 1s")
	b.CopyFrom(a)
	same := func(want bool, what string) {
		t.Helper()
		if bytes.Equal(a.AppendState(nil, 0), b.AppendState(nil, 0)) != want {
			t.Errorf("%s: equal is not %v", what, want)
		}
	}
	same(true, "a copy")
	a.Emitted(endpoint.A, endpoint.KindSYN)
	same(true, "after a segment that no line counts")
	a.Emitted(endpoint.A, endpoint.KindDATA)
	same(false, "after a segment that a line counts")
	b.CopyFrom(a)
	a.Emitted(endpoint.A, endpoint.KindDATA)
	b.Emitted(endpoint.A, endpoint.KindDATA)
	a.Emitted(endpoint.A, endpoint.KindDATA)
	same(true, "after the last segment that a line counts")
	a.Entered(endpoint.A, endpoint.Listen)
	same(true, "after an entry that no line counts")
	a.Entered(endpoint.A, endpoint.Established)
	same(false, "after an entry that a line counts")
	b.Entered(endpoint.A, endpoint.Established)
	same(true, "after the same entries")
	if !bytes.Equal(a.AppendState(nil, time.Second)[:1], a.AppendState(nil, 0)[:1]) ||
		bytes.Equal(a.AppendState(nil, time.Second), a.AppendState(nil, 0)) {
		t.Errorf("the time to a crash is not in the state")
	}
	a.Crashed(endpoint.B, 0)
	same(false, "after a crash")
	a.Heal()
	b.Heal()
	same(true, "after heal")
}

// TestTrackerLimits: a script that is too long is a mistake of the program.
func TestTrackerLimits(t *testing.T) {
	defer func() {
		if r := recover(); r != ErrLines {
			t.Errorf("panic with %v, want ErrLines", r)
		}
	}()
	new(Tracker).Reset(make(Script, MaxLines+1))
}

func TestTrackerDoesNotAllocate(t *testing.T) {
	long := mustParse(t, "drop A DATA #2\ndelay A DATA by 1s\ncrash B at 2s\ncut A->B when A LISTEN for 1s")
	var tr, other Tracker
	var by []uint16
	var state []byte
	n := testing.AllocsPerRun(100, func() {
		tr.Reset(long)
		f := arrives(1)
		tr.Emitted(endpoint.A, endpoint.KindDATA)
		by, _ = tr.Edit(endpoint.A, endpoint.KindDATA, 0, &f, by[:0])
		tr.Entered(endpoint.A, endpoint.Listen)
		tr.Struck(time.Second)
		other.CopyFrom(&tr)
		state = other.AppendState(state[:0], 0)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTracker(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"NoLines", ""},
		{"FiveLines", "drop A SYN #1\ndrop B SYN,ACK #1\ndelay A DATA #2 by 1s\ndrop B FIN #1\ncrash B when B CLOSE-WAIT"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			tr := newTracker(b, bench.text)
			var by []uint16
			f := arrives(1)
			for b.Loop() {
				tr.Emitted(endpoint.A, endpoint.KindDATA)
				by, _ = tr.Edit(endpoint.A, endpoint.KindDATA, 0, &f, by[:0])
				tr.Struck(0)
			}
		})
	}
}
