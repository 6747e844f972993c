package tcp

import (
	"testing"

	"example.org/halfopen/endpoint"
)

// BenchmarkConnection is a handshake, 1,000 octets each way and both closes,
// of two ends with a queue between them, TIME-WAIT included.
func BenchmarkConnection(b *testing.B) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	x, y := p.end[0].cfg, p.end[1].cfg
	b.ReportAllocs()
	for b.Loop() {
		p.now = 0
		p.end[0].Reset(x)
		p.end[1].Reset(y)
		if err := p.transfer(1000, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBulk sends a megabyte each way.
func BenchmarkBulk(b *testing.B) {
	const n = 1 << 20
	p := newPair(endpoint.Config{}, endpoint.Config{})
	x, y := p.end[0].cfg, p.end[1].cfg
	b.ReportAllocs()
	b.SetBytes(2 * n)
	for b.Loop() {
		p.now = 0
		p.end[0].Reset(x)
		p.end[1].Reset(y)
		if err := p.transfer(n, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCopyFrom copies an established connection with 100 octets unread.
func BenchmarkCopyFrom(b *testing.B) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[1].Open(0, true)
	p.end[0].Open(0, false)
	p.run(func() bool { return true }, nil)
	p.end[0].Send(p.now, text(0, 100))
	p.run(func() bool { return true }, nil)
	var c TCP
	c.CopyFrom(p.end[1])
	b.ReportAllocs()
	for b.Loop() {
		c.CopyFrom(p.end[1])
	}
}
