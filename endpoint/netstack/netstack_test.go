package netstack_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

var offer = sim.Offer{{Name: "netstack", New: netstack.New}, {Name: "tcp", New: tcp.New}}

// play runs a scenario to its end and returns what it broke, if anything: a
// rule, or "panic".
func play(t *testing.T, text string) (r *search.Runner, broken string) {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r = search.NewRunner(offer)
	defer func() {
		if p := recover(); p != nil {
			broken = fmt.Sprintf("panic: %v", p)
		}
	}()
	v, err := r.Run(&s)
	if err != nil {
		t.Fatal(err)
	}
	if v.Found() {
		return r, v.Rule.ID + ": " + v.Text
	}
	return r, ""
}

// TestTalk: each pair opens, sends both ways, and closes; with sequence numbers
// that wrap, and over IPv6.
func TestTalk(t *testing.T) {
	wait := ""
	if version != today {
		wait = "wait 10s; " // with text unsent, CLOSE is the finding close-with-data
	}
	pairs := [][2]string{{"netstack", "tcp"}, {"tcp", "netstack"}, {"netstack", "netstack"}}
	for _, p := range pairs {
		for _, more := range []string{"", "ip 6\n"} {
			text := fmt.Sprintf("%sA %s iss=4294967290\nB %s iss=2147483640\n", more, p[0], p[1]) +
				"A: open active; send 100000; " + wait + "close; receive all\n" +
				"B: open passive; receive all; send 5000; close\n"
			r, broken := play(t, text)
			if broken != "" {
				t.Errorf("%v: %s", p, broken)
			}
			read := [2]int64{}
			for _, e := range r.World.Trace().Events {
				if e.Cause.Kind == sim.Call && e.Cause.Call == sim.CallReceive {
					read[e.End] += int64(e.Cause.N)
				}
			}
			if read != [2]int64{5000, 100000} {
				t.Errorf("%v: read %v", p, read)
			}
			for e := range 2 {
				if s := r.World.Status(endpoint.End(e)); s.State != endpoint.Closed || s.Err != 0 {
					t.Errorf("%v: %v ends in %v, %v", p, endpoint.End(e), s.State, s.Err)
				}
			}
		}
	}
}

// TestISS: the initial sequence number is the Config's, plus netstack's clock:
// 15625 a millisecond.
func TestISS(t *testing.T) {
	sockets := sim.Sockets(false)
	e, err := netstack.New(endpoint.Config{
		Local: sockets[0], Remote: sockets[1], FixedISS: true, ISS: endpoint.Seq(math.MaxUint32),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		var st endpoint.Status
		now, want := time.Duration(i)*time.Millisecond, endpoint.Seq(15625*i)-1
		if err := e.Open(now, false); err != nil {
			t.Fatal(err)
		}
		if e.Status(&st); st.ISS != want || st.State != endpoint.SynSent {
			t.Errorf("ISS %d in %v, want %d", st.ISS, st.State, want)
		}
		if err := e.Close(now); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDeterministic: the same runs give the same digest, whatever GOMAXPROCS
// is, and however many run at once.
func TestDeterministic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runs := uint64(2000)
	if testing.Short() {
		runs = 200
	}
	for _, ends := range [][2]string{{"netstack", "tcp"}, {"netstack", "netstack"}} {
		var want *search.Result
		for _, procs := range []int{1, 2, 4} {
			runtime.GOMAXPROCS(procs)
			o := search.Options{Offer: offer, Ends: ends, Seed: 7, Runs: runs, Jobs: procs}
			r, err := search.Sweep(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = r
			}
			if r.Digest != want.Digest || r.Steps != want.Steps || len(r.Groups) != len(want.Groups) {
				t.Errorf("%v: GOMAXPROCS %d gives %x in %d steps, 1 gives %x in %d",
					ends, procs, r.Digest, r.Steps, want.Digest, want.Steps)
			}
		}
	}
}

// BenchmarkRun is one lossy handshake, a thousand octets each way, and the
// close, judged.
func BenchmarkRun(b *testing.B) {
	for _, ends := range [][2]string{{"netstack", "netstack"}, {"netstack", "tcp"}, {"tcp", "tcp"}} {
		b.Run(ends[0]+"-"+ends[1], func(b *testing.B) {
			s, err := scenario.Parse("bench", fmt.Sprintf("A %s\nB %s\n", ends[0], ends[1])+
				"A: open active; send 1000; close; receive all\nB: open passive; receive all; send 1000; close\ndrop A SYN #1\n")
			if err != nil {
				b.Fatal(err)
			}
			r := search.NewRunner(offer)
			for b.Loop() {
				if v, err := r.Run(&s); err != nil || v.Found() {
					b.Fatal(v.Text, err)
				}
			}
		})
	}
}
