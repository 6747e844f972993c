package capture

import (
	"encoding/binary"
	"io"
)

// The first four octets of a pcap file, in its own byte order.
const (
	pcapMicro = 0xa1b2c3d4
	pcapNano  = 0xa1b23c4d
)

const (
	pcapHeader = 24 // of the file
	pcapRecord = 16 // of a packet
)

// pcapFile is what the header of a pcap file says.
type pcapFile struct {
	link LinkType
	unit int64 // what the second part of a time counts, in ns
}

// begin reads the header of the file.
func (f *pcapFile) begin(r *Reader) error {
	magic, err := r.peek(4, "a capture file")
	if err != nil {
		return err
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(magic) {
		case pcapMicro:
			r.order, f.unit = order, 1000
		case pcapNano:
			r.order, f.unit = order, 1
		}
	}
	if r.order == nil {
		return r.fail("no capture file begins with % x; pcap begins with a1 b2 c3 d4 (or a1 b2 3c 4d), in either order, pcapng with 0a 0d 0d 0a", magic)
	}
	h, err := r.peek(pcapHeader, "the header of a pcap file")
	if err != nil {
		return err
	}
	if major := r.order.Uint16(h[4:]); major != 2 {
		return r.fail("version %d of pcap; known is 2", major)
	}
	f.link = LinkType(r.order.Uint32(h[20:]) & 0x03ffffff) // above it: the length of an FCS
	r.take(pcapHeader)
	return nil
}

func (f *pcapFile) next(r *Reader, p *Packet) error {
	if more, err := r.more(); !more || err != nil {
		return end(err)
	}
	h, err := r.peek(pcapRecord, "the header of a packet")
	if err != nil {
		return err
	}
	got, length := r.order.Uint32(h[8:]), r.order.Uint32(h[12:])
	if got > maxPacket || length > 1<<31-1 {
		return r.fail("a packet of %d octets, %d of them captured; more than %d are no packet", length, got, maxPacket)
	}
	n := pcapRecord + int(got)
	record, err := r.peek(n, "a packet")
	if err != nil {
		return err
	}
	r.n++
	*p = Packet{
		N: r.n, Link: f.link, Data: record[pcapRecord:], Len: max(int(length), int(got)), Offset: r.at,
		At: int64(r.order.Uint32(record))*1e9 + int64(r.order.Uint32(record[4:]))*f.unit,
	}
	r.take(n)
	return nil
}

// end is io.EOF, unless there is another error.
func end(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}
