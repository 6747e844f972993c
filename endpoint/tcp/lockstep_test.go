package tcp

import (
	"bytes"
	"hash/fnv"
	"math/rand/v2"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// sent runs a transfer with drawn extensions on a bad link, and returns a hash of
// all that left. With swap both ends are replaced by copies now and then.
func sent(t *testing.T, seed uint64, swap bool) uint64 {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 12))
	a := endpoint.Config{R2: time.Hour, R2SYN: time.Hour, ReceiveBuffer: 1 + r.IntN(90000), SendBuffer: 1 + r.IntN(90000)}
	b := endpoint.Config{R2: time.Hour, R2SYN: time.Hour, MSS: uint16(100 + r.IntN(1000))}
	extended(r, &a)
	extended(r, &b)
	p := newPair(a, b)
	p.mangle = r
	spare := [2]*TCP{{}, {}}
	sum := fnv.New64a()
	n := 0
	err := p.transfer(1+r.IntN(20_000), func(from int, d []byte) bool {
		sum.Write(d)
		if n++; swap && n%5 == 0 {
			e := 1 - from // not the one that is being asked
			spare[e].CopyFrom(p.end[e])
			was, is := p.end[e].AppendState(nil, p.now), spare[e].AppendState(nil, p.now)
			if !bytes.Equal(was, is) {
				t.Fatalf("seed %d: the copy's encoding differs", seed)
			}
			p.end[e], spare[e] = spare[e], p.end[e]
			spare[e].Reset(p.end[e].cfg)
			spare[e].Open(0, true)
		}
		return r.IntN(100) < 5
	})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return sum.Sum64()
}

// TestCopyFrom_InTheMiddle: a copy goes on where its original was, octet for octet,
// with any extensions and in the middle of any repair.
func TestCopyFrom_InTheMiddle(t *testing.T) {
	for seed := range uint64(200) {
		if sent(t, seed, false) != sent(t, seed, true) {
			t.Errorf("seed %d: another run with copies", seed)
		}
	}
}
