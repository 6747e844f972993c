package lneto_test

import (
	"bytes"
	"net/netip"
	"runtime"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// The stacks at the two ends, by name.
var pairs = [][2]string{{"lneto", "tcp"}, {"tcp", "lneto"}, {"lneto", "lneto"}}

// TestTransfer: a handshake, octets one way and then the other, and a close,
// without a fault.
// What the close does wrong is TestFindings' matter.
func TestTransfer(t *testing.T) {
	for _, ends := range pairs {
		for _, ip := range []string{"ip 4", "ip 6"} {
			s, err := scenario.Parse("transfer", ip+`
				link delay 10ms
				A: open active; send 100000; receive 70000; close
				B: open passive; receive 100000; send 70000; receive all; close`)
			if err != nil {
				t.Fatal(err)
			}
			s.Ends[0].Endpoint, s.Ends[1].Endpoint = ends[0], ends[1]
			w := sim.NewWorld(offer())
			if err := w.Reset(&s); err != nil {
				t.Fatal(err)
			}
			received := transfer(t, w, s.Seed)
			if received != [2]int64{70000, 100000} {
				t.Errorf("%v, %s: A and B received %d", ends, ip, received)
			}
			for e := range ends {
				if st := w.Status(endpoint.End(e)).State; st != endpoint.Closed {
					t.Errorf("%v, %s: %v ends in %v", ends, ip, endpoint.End(e), st)
				}
			}
		}
	}
}

// transfer steps to the end and compares what each end receives.
func transfer(t *testing.T, w *sim.World, seed uint64) (received [2]int64) {
	t.Helper()
	for {
		s, more := w.Step()
		if !more {
			return received
		}
		if s.Cause.Kind != sim.Call || s.Cause.Call != sim.CallReceive {
			continue
		}
		want := sim.Content(sim.ContentStart(seed, int(s.End.Peer())), s.Offset, len(s.Data))
		if !bytes.Equal(s.Data, want) {
			t.Fatalf("%v received other octets than were sent, from %d on", s.End, s.Offset)
		}
		received[s.End] += int64(len(s.Data))
	}
}

// TestDeterminism: a run depends on its scenario alone, be the endpoint new or
// used before; and a sweep on nothing but its seed, be there one goroutine or
// two.
func TestDeterminism(t *testing.T) {
	for _, ends := range pairs {
		g := search.Generator{Ends: ends}
		used := search.NewRunner(offer())
		for i := range uint64(100) {
			var s scenario.Scenario
			g.Scenario(1, i, &s)
			digest := digestOf(t, search.NewRunner(offer()), &s)
			if again := digestOf(t, used, &s); again != digest {
				t.Fatalf("%v: run %d has digest %x, then %x", ends, i, digest, again)
			}
		}
		one, two := sweep(t, ends, 1), sweep(t, ends, 2)
		if one.Digest != two.Digest || one.Violations() != two.Violations() {
			t.Errorf("%v: one goroutine and two differ", ends)
		}
	}
}

func digestOf(t *testing.T, r *search.Runner, s *scenario.Scenario) uint64 {
	t.Helper()
	if _, err := r.Run(s); err != nil {
		t.Fatal(err)
	}
	return r.World.Digest()
}

func sweep(t *testing.T, ends [2]string, jobs int) *search.Result {
	t.Helper()
	r, err := search.Sweep(t.Context(), search.Options{Offer: offer(), Ends: ends, Seed: 1, Runs: 200, Jobs: jobs})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMemory: worlds leave nothing behind, neither memory nor a goroutine.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	g := search.Generator{Ends: [2]string{"lneto", "lneto"}}
	run := func(from, to uint64) {
		for i := from; i < to; i++ {
			var s scenario.Scenario
			g.Scenario(1, i, &s)
			s.Limits.Events = 10_000
			w := sim.NewWorld(offer())
			if err := w.Reset(&s); err != nil {
				t.Fatal(err)
			}
			for {
				if _, more := w.Step(); !more {
					break
				}
			}
		}
	}
	run(0, 200)
	goroutines, heap := runtime.NumGoroutine(), heapInUse()
	run(200, 1200)
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, then %d", goroutines, n)
	}
	const slack = 1 << 20
	if now := heapInUse(); now > heap+slack {
		t.Errorf("%d octets on the heap, then %d", heap, now)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestRefused: a Config that a Handler cannot serve is an error.
func TestRefused(t *testing.T) {
	local := netip.MustParseAddrPort("192.0.2.1:80")
	for name, c := range map[string]endpoint.Config{
		"no local socket": {},
		"no local port":   {Local: netip.AddrPortFrom(local.Addr(), 0)},
		"a buffer of one": {Local: local, ReceiveBuffer: 1},
		"an MSS of three": {Local: local, MSS: 3},
	} {
		if _, err := lneto.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
