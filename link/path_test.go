package link

import (
	"math"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

const ms = time.Millisecond

func newPath(c Config) *Path {
	p := new(Path)
	p.Reset(&c, 1, endpoint.A)
	return p
}

var data = endpoint.Segment{Seq: 100, Flags: endpoint.ACK, Text: make([]byte, 80)}

// draws is the fates of the first n datagrams, one every interval.
func draws(p *Path, n int, every time.Duration) []Fate {
	out := make([]Fate, n)
	for i := range out {
		p.Draw(time.Duration(i)*every, uint64(i), &data, 120, &out[i])
	}
	return out
}

// near fails unless got is within a part of want.
func near(t *testing.T, what string, got, want, part float64) {
	t.Helper()
	if math.Abs(got-want) > want*part {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestZeroConfig(t *testing.T) {
	for i, f := range draws(newPath(Config{}), 100, time.Second) {
		want := time.Duration(i)*time.Second + MinHop
		if f.N != 1 || f.Copies[0] != (Copy{At: want}) || f.Drawn != want || f.Cause != NotLost {
			t.Fatalf("datagram %d: %+v", i, f)
		}
	}
}

// TestMeans compares each model with its closed form.
func TestMeans(t *testing.T) {
	const n = 100_000
	for _, test := range []struct {
		name string
		c    Config
		of   func(*Fate) float64
		want float64
		part float64
	}{
		{"loss", Config{Loss: 100_000}, lost, 0.1, 0.03},
		{"loss 1 ppm", Config{Loss: 1}, lost, 0, 0},
		{"Gilbert", Config{Gilbert: Gilbert{P: 20_000, R: 200_000, LossBad: 1_000_000}}, lost, 20. / 220, 0.05},
		{"Gilbert-Elliott", Config{Gilbert: Gilbert{P: 50_000, R: 150_000, LossGood: 10_000, LossBad: 500_000}},
			lost, (150*0.01 + 50*0.5) / 200, 0.05},
		{"constant", Config{Delay: Delay{Min: 10 * ms}}, travel, 10, 0},
		{"uniform", Config{Delay: Delay{Model: Uniform, Min: 10 * ms, Max: 30 * ms}}, travel, 20, 0.01},
		{"exponential", Config{Delay: Delay{Model: Exponential, Min: 10 * ms, Mean: 5 * ms}}, travel, 15, 0.01},
		{"bimodal", Config{Delay: Delay{Model: Bimodal, Min: 1 * ms, Max: 101 * ms, Tail: 50_000}}, travel, 6, 0.03},
		{"duplicate", Config{Duplicate: 50_000}, func(f *Fate) float64 { return float64(f.N) - 1 }, 0.05, 0.05},
		{"corrupt", Config{Corrupt: 50_000}, corrupted, 0.05, 0.05},
		{"reorder", Config{Reorder: 100_000, Delay: Delay{Min: 10 * ms}}, ahead0, 0.1, 0.03},
		{"reorder gap 5", Config{Reorder: 500_000, Gap: 5, Delay: Delay{Min: 10 * ms}}, ahead0, 0.1, 0.03},
	} {
		sum, p := 0.0, newPath(test.c)
		for i := range uint64(n) {
			var f Fate
			if p.Draw(0, i, &data, 120, &f); f.Drawn < MinHop {
				t.Fatalf("%s: datagram %d takes %v", test.name, i, f.Drawn)
			}
			sum += test.of(&f)
		}
		near(t, test.name, sum/n, test.want, test.part)
	}
}

func lost(f *Fate) float64 {
	if f.N == 0 && f.Cause == LostByModel {
		return 1
	}
	return 0
}

func travel(f *Fate) float64 { return float64(f.Copies[0].At) / float64(ms) }

func corrupted(f *Fate) float64 { return float64(f.Copies[0].NFlips) }

func ahead0(f *Fate) float64 {
	if f.Drawn == MinHop {
		return 1
	}
	return 0
}

// TestUniformBounds: both ends of the range are met.
func TestUniformBounds(t *testing.T) {
	met := map[time.Duration]bool{}
	for _, f := range draws(newPath(Config{Delay: Delay{Model: Uniform, Min: 5000, Max: 5003}}), 1000, 0) {
		met[f.Drawn] = true
	}
	if len(met) != 4 || !met[5000] || !met[5003] {
		t.Errorf("met %v", met)
	}
}

// TestGilbertBursts: bursts last 1,000,000/R datagrams.
func TestGilbertBursts(t *testing.T) {
	losses, bursts, before := 0, 0, false
	p := newPath(Config{Gilbert: Gilbert{P: 10_000, R: 250_000, LossBad: 1_000_000}})
	for i := range uint64(300_000) {
		var f Fate
		p.Draw(0, i, &data, 120, &f)
		now := f.N == 0
		if now {
			losses++
			if !before {
				bursts++
			}
		}
		before = now
	}
	near(t, "mean burst", float64(losses)/float64(bursts), 4, 0.04)
}

func TestReorderGap(t *testing.T) {
	for i, f := range draws(newPath(Config{Reorder: 1_000_000, Gap: 3, Delay: Delay{Min: 10 * ms}}), 30, 0) {
		if want := i%3 == 2; (f.Drawn == MinHop) != want {
			t.Errorf("datagram %d arrives at %v", i, f.Drawn)
		}
	}
}

// TestModelsDoNotDisturbEachOther switches each model off and compares what the
// others drew.
func TestModelsDoNotDisturbEachOther(t *testing.T) {
	full := Config{
		Delay: Delay{Model: Uniform, Min: ms, Max: 90 * ms}, Loss: 100_000,
		Gilbert: Gilbert{P: 50_000, R: 200_000, LossBad: 1_000_000},
		Reorder: 100_000, Duplicate: 100_000, Corrupt: 100_000, Rate: 1_000_000,
	}
	want := draws(newPath(full), 2000, ms)
	for _, test := range []struct {
		name string
		off  func(*Config)
		same func(a, b *Fate) bool
	}{
		{"loss", func(c *Config) { c.Loss = 0 }, sameIfBothArrive},
		{"gilbert", func(c *Config) { c.Gilbert = Gilbert{} }, sameIfBothArrive},
		{"duplicate", func(c *Config) { c.Duplicate = 0 }, func(a, b *Fate) bool {
			return a.Drawn == b.Drawn && a.Cause == b.Cause && (a.N == 0 || a.Copies[0] == b.Copies[0])
		}},
		{"corrupt", func(c *Config) { c.Corrupt = 0 }, func(a, b *Fate) bool {
			return a.Drawn == b.Drawn && a.N == b.N && (a.N < 2 || a.Copies[1].At == b.Copies[1].At)
		}},
		{"reorder", func(c *Config) { c.Reorder = 0 }, func(a, b *Fate) bool {
			return a.N == b.N && a.Cause == b.Cause && (a.N < 2 || a.Copies[1] == b.Copies[1]) &&
				(a.N == 0 || a.Copies[0].Flips == b.Copies[0].Flips)
		}},
		{"delay", func(c *Config) { c.Delay = Delay{} }, func(a, b *Fate) bool {
			return a.N == b.N && a.Cause == b.Cause && (a.N == 0 || a.Copies[0].Flips == b.Copies[0].Flips)
		}},
		{"rate", func(c *Config) { c.Rate = 0 }, func(a, b *Fate) bool { return a.N == b.N && a.Cause == b.Cause }},
	} {
		c := full
		test.off(&c)
		for i, got := range draws(newPath(c), 2000, ms) {
			if !test.same(&want[i], &got) {
				t.Fatalf("without %s, datagram %d has the fate %+v, not %+v", test.name, i, got, want[i])
			}
		}
	}
}

func sameIfBothArrive(a, b *Fate) bool {
	if a.Drawn != b.Drawn {
		return false
	}
	return a.N == 0 || b.N == 0 || a.N == b.N && a.Copies == b.Copies
}

// TestFateOfOneDatagram: without Gilbert, FIFO and a queue, a fate is computed
// from the number alone.
func TestFateOfOneDatagram(t *testing.T) {
	c := Config{Delay: Delay{Model: Exponential, Mean: 9 * ms}, Loss: 200_000, Corrupt: 200_000, Duplicate: 200_000}
	all := draws(newPath(c), 50, 0)
	for i := len(all) - 1; i >= 0; i-- {
		var f Fate
		newPath(c).Draw(0, uint64(i), &data, 120, &f)
		if f != all[i] {
			t.Errorf("datagram %d: alone %+v, in a row %+v", i, f, all[i])
		}
	}
	p := newPath(c)
	p.Reset(&c, 1, endpoint.B)
	if slices.Equal(draws(p, 50, 0), all) {
		t.Errorf("both directions are the same")
	}
}

func TestDownAndMTU(t *testing.T) {
	var f Fate
	newPath(Config{Down: true}).Draw(0, 0, &data, 120, &f)
	if f.N != 0 || f.Cause != LostByDown || f.Drawn != MinHop {
		t.Errorf("down: %+v", f)
	}
	p := newPath(Config{MTU: 120})
	p.Draw(0, 0, &data, 120, &f)
	if f.N != 1 {
		t.Errorf("at the MTU: %+v", f)
	}
	p.Draw(0, 1, &data, 121, &f)
	if f.N != 0 || f.Cause != LostByMTU {
		t.Errorf("above the MTU: %+v", f)
	}
}

func TestFIFO(t *testing.T) {
	c := Config{Delay: Delay{Model: Uniform, Min: ms, Max: 90 * ms}, Duplicate: 100_000, Reorder: 50_000, Loss: 100_000}
	overtaken := func() (n int) {
		var last time.Duration
		for _, f := range draws(newPath(c), 1000, ms) {
			for _, copy := range f.Copies[:f.N] {
				if copy.At < last {
					n++
				}
				last = copy.At
			}
		}
		return n
	}
	if overtaken() == 0 {
		t.Errorf("jitter does not reorder")
	}
	c.FIFO = true
	if n := overtaken(); n != 0 {
		t.Errorf("%d copies overtook another", n)
	}
}

// TestRate: 120 octets at 960 kbit/s take 1 ms.
func TestRate(t *testing.T) {
	for i, f := range draws(newPath(Config{Rate: 960_000, Delay: Delay{Min: 10 * ms}}), 5, 0) {
		if want := time.Duration(i+1)*ms + 10*ms; f.Drawn != want {
			t.Errorf("datagram %d arrives at %v, want %v", i, f.Drawn, want)
		}
	}
	if got := transmission(1, 3); got != 2666666667 {
		t.Errorf("8 bits at 3 bit/s take %d", got)
	}
}

func TestQueue(t *testing.T) {
	for _, c := range []Config{
		{Rate: 960_000, QueuePackets: 2},
		{Rate: 960_000, QueueOctets: 240},
	} {
		p := newPath(c)
		var arrived []int
		for i := range 12 { // a datagram every 0.25 ms, where one takes 1 ms
			var f Fate
			p.Draw(time.Duration(i)*ms/4, uint64(i), &data, 120, &f)
			if f.N > 0 {
				arrived = append(arrived, i)
			} else if f.Cause != LostByQueue {
				t.Errorf("%+v: %v", c, f.Cause)
			}
		}
		// One is sent and two wait; then there is room once a millisecond.
		if want := []int{0, 1, 2, 4, 8}; !slices.Equal(arrived, want) {
			t.Errorf("%+v: %v arrive, want %v", c, arrived, want)
		}
	}
}

// TestQueueLimits: a slow path without a limit does not overflow.
func TestQueueLimits(t *testing.T) {
	p := newPath(Config{Rate: 1, Delay: Delay{Model: Exponential, Mean: maxTime}})
	p.queue.free = farthest - 1
	var f Fate
	p.Draw(0, 0, &data, 1500, &f)
	if f.Drawn < farthest {
		t.Errorf("arrives at %v", f.Drawn)
	}
}

func TestHealed(t *testing.T) {
	c := Config{Delay: Delay{Model: Uniform, Min: 3 * ms, Max: 9 * ms}, Loss: 1_000_000, Down: true, MTU: 1,
		Rate: 1, QueuePackets: 1, FIFO: true, Cap: 2, Corrupt: 1_000_000, Duplicate: 1_000_000}
	p := newPath(c)
	draws(p, 10, 0)
	p.Heal(&c)
	for i, f := range draws(p, 10, 0) {
		if f.N != 1 || f.Copies[0] != (Copy{At: 3 * ms}) || !p.Settle(&data, 0, &f) {
			t.Errorf("datagram %d: %+v", i, f)
		}
	}
}

func TestSmallest(t *testing.T) {
	for _, test := range []struct {
		d    Delay
		want time.Duration
	}{
		{Delay{}, MinHop},
		{Delay{Min: 5 * ms}, 5 * ms},
		{Delay{Model: Uniform, Min: 5 * ms, Max: 9 * ms}, 5 * ms},
		{Delay{Model: Exponential, Mean: 9 * ms}, MinHop},
		{Delay{Model: Bimodal, Min: 5 * ms, Max: 9 * ms, Tail: 999_999}, 5 * ms},
		{Delay{Model: Bimodal, Min: 5 * ms, Max: 9 * ms, Tail: 1_000_000}, 9 * ms},
	} {
		c := Config{Delay: test.d}
		if got := c.Smallest(); got != test.want {
			t.Errorf("%+v: %v, want %v", test.d, got, test.want)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	p := newPath(Config{Delay: Delay{Model: Uniform, Min: ms, Max: 20 * ms}, Loss: 100_000, Cap: 3})
	var f Fate
	n := uint64(0)
	for b.Loop() {
		p.Draw(0, n, &data, 120, &f)
		n++
	}
}

func BenchmarkDrawAndSettle(b *testing.B) {
	p := newPath(Config{Delay: Delay{Model: Uniform, Min: ms, Max: 20 * ms}, Loss: 100_000, Cap: 3})
	var f Fate
	n := uint64(0)
	for b.Loop() {
		p.Draw(0, n, &data, 120, &f)
		p.Settle(&data, 0, &f)
		n++
	}
}
