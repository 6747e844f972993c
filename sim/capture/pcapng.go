package capture

import (
	"encoding/binary"
	"math/bits"
)

// Kinds of blocks of a pcapng file. What is not listed is passed over.
const (
	ngSection    = 0x0a0d0d0a
	ngInterface  = 1
	ngOldPacket  = 2 // obsolete, but still about
	ngSimple     = 3
	ngStatistics = 5
	ngPacket     = 6
)

// Options of blocks.
const (
	ngEnd         = 0
	ngApplication = 4  // of a section: who wrote it
	ngResolution  = 9  // of an interface: what its times count
	ngTimeOffset  = 14 // of an interface: seconds to be added
	ngIfDrop      = 5  // of statistics: packets that the interface has dropped
	ngOSDrop      = 7  // and those that the system has
)

const (
	ngBlock       = 8 + 4 // a block without a body: kind, length; the length again
	maxInterfaces = 1 << 16
	maxDescribed  = 1 << 16 // octets that are read of a block that describes something
)

// ngFile is what is known of a pcapng file.
type ngFile struct {
	interfaces  []ngFace // of the section
	application string
	dropped     uint64
}

// ngFace is an interface.
type ngFace struct {
	link    LinkType
	snaplen uint32
	// Times count 10^-power s, or 2^-power s.
	power  uint8
	binary bool
	offset int64 // in seconds
	drops  uint64
}

func (f *ngFile) next(r *Reader, p *Packet) error {
	for {
		if err := r.pass(); err != nil {
			return err
		}
		if more, err := r.more(); !more || err != nil {
			return end(err)
		}
		found, err := f.block(r, p)
		if found || err != nil {
			return err
		}
	}
}

// block reads one block. found says that it is a packet.
func (f *ngFile) block(r *Reader, p *Packet) (found bool, err error) {
	h, err := r.peek(ngBlock, "a block")
	if err != nil {
		return false, err
	}
	kind := binary.BigEndian.Uint32(h)
	if kind == ngSection { // the same in either order
		return false, f.section(r)
	}
	if r.order == nil {
		return false, r.fail("a block before the first section")
	}
	kind = r.order.Uint32(h)
	n, err := f.length(r, h)
	if err != nil {
		return false, err
	}
	switch kind {
	case ngInterface, ngStatistics:
		body, err := f.body(r, n, min(n, maxDescribed))
		if err != nil {
			return false, err
		}
		if kind == ngInterface {
			return false, f.face(r, body)
		}
		f.statistics(r, body)
	case ngPacket, ngSimple, ngOldPacket:
		if n > maxPacket {
			return false, r.fail("a packet in a block of %d octets; more than %d are no packet", n, maxPacket)
		}
		body, err := f.body(r, n, n)
		if err != nil {
			return false, err
		}
		return true, f.packet(r, p, kind, body)
	default:
		r.take(n)
	}
	return false, nil
}

// length is the length of a block, as it says.
func (f *ngFile) length(r *Reader, h []byte) (int, error) {
	n := r.order.Uint32(h[4:])
	if n < ngBlock || n%4 != 0 || n > 1<<30 {
		return 0, r.fail("a block of %d octets; right is a multiple of 4, from %d up to 2^30", n, ngBlock)
	}
	return int(n), nil
}

// body takes a block of n octets and returns what is between its lengths, or
// the beginning of it if only so much of the block is read.
func (f *ngFile) body(r *Reader, n, read int) ([]byte, error) {
	b, err := r.peek(read, "a block")
	if err != nil {
		return nil, err
	}
	r.take(n)
	if read < n {
		return b[8:], nil
	}
	if again := r.order.Uint32(b[n-4:]); int(again) != n {
		return nil, r.fail("a block of %d octets ends with the length %d; right is the same twice", n, again)
	}
	return b[8 : n-4], nil
}

// section begins a section: byte order and interfaces are its own.
func (f *ngFile) section(r *Reader) error {
	const least = ngBlock + 16
	h, err := r.peek(least, "the header of a section")
	if err != nil {
		return err
	}
	switch magic := binary.BigEndian.Uint32(h[8:]); magic {
	case 0x1a2b3c4d:
		r.order = binary.BigEndian
	case 0x4d3c2b1a:
		r.order = binary.LittleEndian
	default:
		return r.fail("the byte order of a section is said to be %#08x; right is 0x1a2b3c4d in either order", magic)
	}
	n, err := f.length(r, h)
	if err != nil {
		return err
	}
	if n < least {
		return r.fail("the header of a section has %d octets; right are %d at least", n, least)
	}
	if major := r.order.Uint16(h[12:]); major != 1 {
		return r.fail("version %d of pcapng; known is 1", major)
	}
	body, err := f.body(r, n, min(n, maxDescribed))
	if err != nil {
		return err
	}
	f.interfaces = f.interfaces[:0]
	options(r.order, body[16:], func(code uint16, v []byte) {
		if code == ngApplication {
			f.application = string(v)
		}
	})
	return nil
}

// face is the description of an interface.
func (f *ngFile) face(r *Reader, body []byte) error {
	if len(body) < 8 {
		return r.fail("the description of an interface has %d octets; right are 8 at least", len(body))
	}
	if len(f.interfaces) == maxInterfaces {
		return r.fail("more than %d interfaces", maxInterfaces)
	}
	i := ngFace{link: LinkType(r.order.Uint16(body)), snaplen: r.order.Uint32(body[4:]), power: 6}
	options(r.order, body[8:], func(code uint16, v []byte) {
		switch {
		case code == ngResolution && len(v) == 1:
			i.power, i.binary = v[0]&0x7f, v[0]&0x80 != 0
		case code == ngTimeOffset && len(v) == 8:
			i.offset = int64(r.order.Uint64(v))
		}
	})
	f.interfaces = append(f.interfaces, i)
	return nil
}

// statistics are told at the end, or several times: the last ones count.
func (f *ngFile) statistics(r *Reader, body []byte) {
	if len(body) < 12 || uint64(r.order.Uint32(body)) >= uint64(len(f.interfaces)) {
		return
	}
	drops := uint64(0)
	options(r.order, body[12:], func(code uint16, v []byte) {
		if (code == ngIfDrop || code == ngOSDrop) && len(v) == 8 {
			drops += r.order.Uint64(v)
		}
	})
	i := &f.interfaces[r.order.Uint32(body)]
	f.dropped += drops - i.drops
	i.drops = drops
}

// packet reads one of the three kinds of packets.
func (f *ngFile) packet(r *Reader, p *Packet, kind uint32, body []byte) error {
	u32 := r.order.Uint32
	head := 20
	if kind == ngSimple {
		head = 4
	}
	if len(body) < head {
		return r.fail("a packet block with %d octets; right are %d at least", len(body), head)
	}
	var face, got, length uint32
	var at uint64
	switch kind {
	case ngSimple:
		length = u32(body)
		got = min(length, uint32(len(body)-head))
	case ngOldPacket:
		face = uint32(r.order.Uint16(body))
		at, got, length = uint64(u32(body[4:]))<<32|uint64(u32(body[8:])), u32(body[12:]), u32(body[16:])
	default:
		face = u32(body)
		at, got, length = uint64(u32(body[4:]))<<32|uint64(u32(body[8:])), u32(body[12:]), u32(body[16:])
	}
	if uint64(face) >= uint64(len(f.interfaces)) {
		return r.fail("a packet of interface %d; the section has described %d", face, len(f.interfaces))
	}
	i := &f.interfaces[face]
	if kind == ngSimple && i.snaplen > 0 {
		got = min(got, i.snaplen)
	}
	if uint64(got) > uint64(len(body)-head) || length > 1<<31-1 {
		return r.fail("%d octets of a packet of %d are said to be captured; its block has room for %d", got, length, len(body)-head)
	}
	r.n++
	*p = Packet{
		N: r.n, Link: i.link, Data: body[head : head+int(got)], Len: max(int(length), int(got)), Offset: r.at,
	}
	if kind != ngSimple {
		p.At = i.nanoseconds(at)
	}
	return nil
}

// nanoseconds is a time of the interface, in ns since 1970.
func (i *ngFace) nanoseconds(at uint64) int64 {
	const second = 1_000_000_000
	if i.binary {
		power := min(uint(i.power), 63)
		hi, lo := bits.Mul64(at&(1<<power-1), second)
		return (int64(at>>power)+i.offset)*second + int64(hi<<(64-power)|lo>>power)
	}
	unit := uint64(1)
	for range min(i.power, 19) {
		unit *= 10
	}
	part := at % unit
	if unit <= second {
		part *= second / unit
	} else {
		part /= unit / second
	}
	return (int64(at/unit)+i.offset)*second + int64(part)
}

// options walks the options of a block. What is malformed ends the walk: no
// option is needed to read a packet.
func options(order binary.ByteOrder, b []byte, do func(code uint16, value []byte)) {
	for len(b) >= 4 {
		code, n := order.Uint16(b), int(order.Uint16(b[2:]))
		if code == ngEnd || 4+n > len(b) {
			return
		}
		do(code, b[4:4+n])
		b = b[min(len(b), 4+(n+3)&^3):]
	}
}
