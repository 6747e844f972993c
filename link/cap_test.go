package link

import (
	"testing"

	"example.org/halfopen/endpoint"
)

// TestCap: with everything lost, every fourth emission of a range arrives.
func TestCap(t *testing.T) {
	p := newPath(Config{Loss: 1_000_000, Cap: 3, Delay: Delay{Min: 5 * ms}})
	other := data
	other.Seq += 1000
	n := uint64(0)
	for round := range 3 {
		for i := range 4 {
			for _, seg := range []*endpoint.Segment{&data, &other} {
				var f Fate
				p.Draw(0, n, seg, 120, &f)
				n++
				fair := p.Settle(seg, 0, &f)
				if !fair || f.Revived != (i == 3) || (f.N == 1) != (i == 3) {
					t.Errorf("round %d, emission %d: fair %v, %+v", round, i, fair, f)
				}
				if f.Revived && (f.Copies[0] != Copy{At: 5 * ms} || f.Cause != NotLost) {
					t.Errorf("revived as %+v", f)
				}
			}
		}
	}
}

// settle gives a fate to the cap.
func settle(p *Path, seg *endpoint.Segment, f Fate) (Fate, bool) {
	fair := p.Settle(seg, 0, &f)
	return f, fair
}

var (
	byModel  = Fate{Cause: LostByModel, Drawn: 7 * ms}
	byScript = Fate{Cause: LostByScript, Drawn: 7 * ms}
	arrived  = Fate{N: 1, Copies: [MaxCopies]Copy{{At: 7 * ms}}, Drawn: 7 * ms}
)

// flipped is a fate of copies with one flip each.
func flipped(copies ...Copy) Fate {
	f := Fate{N: len(copies), Drawn: 7 * ms}
	for i, c := range copies {
		c.NFlips = 1
		f.Copies[i] = c
	}
	return f
}

// TestCapCauses: all losses count, only a model's is undone.
func TestCapCauses(t *testing.T) {
	model := Copy{At: 9 * ms, Modelled: true, Aside: 2}
	for _, test := range []struct {
		name          string
		last          Fate
		fair, revived bool
	}{
		{"loss", byModel, true, true},
		{"corruption by a model", flipped(model), true, true},
		{"two copies corrupted", flipped(model, model), true, true},
		{"corruption by a script", flipped(Copy{At: 9 * ms}), false, false},
		{"undetected corruption", flipped(Copy{At: 9 * ms, Undetected: true, Modelled: true}), true, false},
		{"script", byScript, false, false},
		{"queue", Fate{Cause: LostByQueue}, false, false},
		{"cut", Fate{Cause: LostByCut}, false, false},
		{"down", Fate{Cause: LostByDown}, false, false},
		{"MTU", Fate{Cause: LostByMTU}, false, false},
		{"arrived", arrived, true, false},
	} {
		p := newPath(Config{Cap: 2})
		for _, f := range []Fate{byScript, flipped(Copy{Modelled: true})} {
			if f, fair := settle(p, &data, f); !fair || f.Revived {
				t.Fatalf("%s: within the cap: fair %v, %+v", test.name, fair, f)
			}
		}
		f, fair := settle(p, &data, test.last)
		if fair != test.fair || f.Revived != test.revived {
			t.Errorf("%s: fair %v, revived %v", test.name, fair, f.Revived)
		}
		if !fair {
			if f, fair := settle(p, &data, byModel); !fair || !f.Revived {
				t.Errorf("%s: a loss after the unfair one is not undone", test.name)
			}
		}
		if len(p.streaks) != 0 {
			t.Errorf("%s: the table has %v", test.name, p.streaks)
		}
	}
	p := newPath(Config{Cap: 1})
	settle(p, &data, byModel)
	if f, _ := settle(p, &data, flipped(Copy{At: 9 * ms}, model)); f.N != 1 || f.Copies[0] != (Copy{At: 9 * ms, Aside: 2}) {
		t.Errorf("a corrupted copy is revived as %+v", f)
	}
}

// TestCapRanges: a bare acknowledgment is another thing than data that begins
// there; a longer or shorter retransmission is the same.
func TestCapRanges(t *testing.T) {
	p := newPath(Config{Cap: 1})
	bare, short, fin, syn := data, data, data, data
	bare.Text, short.Text = nil, data.Text[:1]
	fin.Text, fin.Flags = nil, endpoint.FIN|endpoint.ACK
	syn.Text, syn.Flags, syn.Seq = nil, endpoint.SYN, 99
	for _, test := range []struct {
		seg     *endpoint.Segment
		revived bool
	}{{&data, false}, {&bare, false}, {&syn, false}, {&short, true}, {&bare, true}, {&data, false}, {&fin, true}, {&syn, true}} {
		if f, _ := settle(p, test.seg, byModel); f.Revived != test.revived {
			t.Errorf("%v %d octets: revived is %v", test.seg.Flags, len(test.seg.Text), f.Revived)
		}
	}
}

func TestCapOff(t *testing.T) {
	p := newPath(Config{})
	for range 100 {
		if f, fair := settle(p, &data, byScript); !fair || f.Revived || len(p.streaks) != 0 {
			t.Fatalf("a cap of 0 does something")
		}
	}
}

// TestCapTable: the table is bounded, sorted, and forgets what lies farthest
// back.
func TestCapTable(t *testing.T) {
	p := newPath(Config{Cap: 1})
	seg := data
	start := endpoint.Seq(1<<32 - 100*maxStreaks) // wraps around half way
	for i := range 200 * maxStreaks / 100 {
		seg.Seq = start.Add(100 * i)
		settle(p, &seg, byModel)
	}
	if len(p.streaks) != maxStreaks {
		t.Fatalf("%d ranges", len(p.streaks))
	}
	for i := 1; i < len(p.streaks); i++ {
		if p.streaks[i-1].seq >= p.streaks[i].seq {
			t.Fatalf("not sorted: %v", p.streaks)
		}
	}
	for _, test := range []struct {
		i       int
		revived bool
	}{{2*maxStreaks - 1, true}, {maxStreaks, true}, {maxStreaks - 1, false}} {
		seg.Seq = start.Add(100 * test.i)
		if f, _ := settle(p, &seg, byModel); f.Revived != test.revived {
			t.Errorf("range %d: revived is %v", test.i, f.Revived)
		}
	}
}
