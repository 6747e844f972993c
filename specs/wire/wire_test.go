package wire_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/gopacket/gopacket"
	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
)

// What Encode writes, gopacket reads, and finds both checksums right.
func TestGopacketReadsOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := genDatagram(t)
		var g theirs
		if err := g.read(d.encode(t)); err != nil {
			t.Fatal(err)
		}
		if diff := g.differs(&d.header, &d.segment); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What Encode writes, Decode reads, and nothing is lost.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := genDatagram(t)
		wire := d.encode(t)
		var got datagram
		if err := endpoint.Decode(wire, &got.header, &got.segment); err != nil {
			t.Fatal(err)
		}
		if got.header != d.header {
			t.Fatalf("got %+v, want %+v", got.header, d.header)
		}
		if again := got.encode(t); !bytes.Equal(again, wire) {
			t.Fatalf("got\n% x, want\n% x", again, wire)
		}
	})
}

// gopacket writes the octets that we write, but for what stands behind EOL.
func TestSameOctets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := genDatagram(t)
		theirs, err := write(d)
		if err != nil {
			t.Fatal(err)
		}
		clearPadding(d.segment.Options)
		if ours := d.encode(t); !bytes.Equal(ours, theirs) {
			t.Fatalf("we write\n% x, gopacket\n% x", ours, theirs)
		}
	})
}

func clearPadding(o endpoint.Options) {
	for len(o) > 0 && o[0] != 0 {
		if o[0] == 1 {
			o = o[1:]
		} else {
			o = o[o[1]:]
		}
	}
	clear(o)
}

// Spoilt in whatever way, a datagram is good for both or for neither; and
// where nothing but the checksum is wrong, both say so and read the rest alike.
func TestSameVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wire := spoil(t, genDatagram(t).encode(t))
		sameVerdict(t, wire)
	})
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func sameVerdict(t fataler, wire []byte) {
	t.Helper()
	var ours datagram
	var g theirs
	err := endpoint.Decode(wire, &ours.header, &ours.segment)
	theirErr := g.read(wire)
	if (err == nil) != (theirErr == nil) ||
		(err == endpoint.ErrChecksum) != (theirErr == errTheirChecksum) {
		t.Fatalf("we say %v, gopacket says %v, of\n% x", err, theirErr, wire)
	}
	if err != nil && err != endpoint.ErrChecksum {
		return
	}
	if ok := endpoint.ChecksumOK(wire); ok != (err == nil) {
		t.Fatalf("ChecksumOK is %t after %v", ok, err)
	}
	if diff := g.differs(&ours.header, &ours.segment); diff != "" {
		t.Fatalf("%s in\n% x", diff, wire)
	}
}

// spoil changes a few bits, or the length; half of the time the checksums are
// made right again, so that what lies behind them is tried too.
func spoil(t *rapid.T, wire []byte) []byte {
	header := endpoint.TCPOffset(wire)
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		at := rapid.IntRange(0, min(len(wire)-1, header+60)).Draw(t, "octet")
		wire[at] ^= rapid.Byte().Draw(t, "flipped bits")
	}
	switch rapid.IntRange(0, 9).Draw(t, "length") {
	case 0:
		wire = wire[:rapid.IntRange(0, len(wire)).Draw(t, "cut to")]
	case 1:
		wire = append(wire, rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(t, "more octets")...)
	}
	if rapid.Bool().Draw(t, "lengths right") && len(wire) >= 60 && len(wire) < 65536 {
		if wire[0]>>4 == 4 {
			binary.BigEndian.PutUint16(wire[2:], uint16(len(wire)))
		} else {
			binary.BigEndian.PutUint16(wire[4:], uint16(len(wire)-40))
		}
	}
	if rapid.Bool().Draw(t, "checksums right") {
		fix(wire)
	}
	if beyond(wire) {
		t.Skip("not compared")
	}
	return wire
}

// fix makes the checksums right, that of IPv4 with gopacket's arithmetic.
func fix(wire []byte) {
	at := endpoint.TCPOffset(wire)
	if at > 0 && wire[0]>>4 == 4 {
		wire[10], wire[11] = 0, 0
		sum := gopacket.FoldChecksum(gopacket.ComputeChecksum(wire[:at], 0))
		binary.BigEndian.PutUint16(wire[10:], sum)
	}
	endpoint.FixChecksum(wire)
}

// beyond is true for what gopacket looks into and we do not: IPv4 options,
// Multipath TCP, and an IPv4 total length of 0, which it takes for a datagram
// that a network card was to cut into segments.
func beyond(wire []byte) bool {
	at := endpoint.TCPOffset(wire)
	if at < 0 || wire[0]>>4 == 4 && (at != 20 || wire[2] == 0 && wire[3] == 0) {
		return true
	}
	return len(wire) > at+20 && bytes.IndexByte(wire[at+20:min(len(wire), at+60)], 30) >= 0
}

// FuzzVerdict is TestSameVerdict for octets of any origin.
func FuzzVerdict(f *testing.F) {
	for seed := range 16 {
		f.Add(rapid.Custom(func(t *rapid.T) []byte { return genDatagram(t).encode(t) }).Example(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		fix(wire)
		if !beyond(wire) {
			sameVerdict(t, wire)
		}
	})
}
