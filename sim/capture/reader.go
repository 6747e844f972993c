package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
)

// Packet is one packet of a capture.
type Packet struct {
	N      uint64 // its number in the file, from 1, as Wireshark counts
	At     int64  // when it was captured, in ns since 1970; 0 if the file does not say
	Link   LinkType
	Data   []byte // what was captured of it; valid until the next call of Next
	Len    int    // how long it was on the wire, in octets
	Offset int64  // where its record begins in the file (in what gzip unpacks)
}

// FormatError is a file that is not as its format says.
type FormatError struct {
	Offset int64 // in octets from the beginning of the file
	Text   string
}

// Error is "at octet 24: ...".
func (e *FormatError) Error() string {
	return fmt.Sprintf("capture: at octet %d: %s", e.Offset, e.Text)
}

// Sizes, in octets.
const (
	maxPacket = 1 << 20     // the longest record that is taken for one
	buffered  = 1<<20 + 256 // what one record and its header need
)

// Reader reads the packets of one file, in the order in which they stand there.
type Reader struct {
	r      *bufio.Reader
	at     int64 // octets read
	order  binary.ByteOrder
	format format
	n      uint64
	taken  int // octets that were peeked at, to be passed before the next record

	pcap pcapFile
	ng   ngFile
}

// format is a kind of file.
type format interface {
	next(r *Reader, p *Packet) error
}

// NewReader reads the beginning of a file. The error is a *FormatError if it is
// no capture.
func NewReader(r io.Reader) (*Reader, error) {
	b := bufio.NewReaderSize(r, buffered)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, &FormatError{0, "packed with gzip, but: " + err.Error()}
		}
		b = bufio.NewReaderSize(z, buffered)
	}
	c := &Reader{r: b}
	magic, err := c.peek(4, "a capture file")
	if err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint32(magic) == ngSection {
		c.format = &c.ng
		return c, nil
	}
	c.format = &c.pcap
	return c, c.pcap.begin(c)
}

// Next reads the next packet. It returns io.EOF behind the last one, and a
// *FormatError where the file breaks off or makes no sense. After an error there
// is nothing more to read.
func (r *Reader) Next(p *Packet) error {
	if err := r.pass(); err != nil {
		return err
	}
	return r.format.next(r, p)
}

// Offset is how many octets of the file have been read.
func (r *Reader) Offset() int64 { return r.at }

// Format is "pcap" or "pcapng".
func (r *Reader) Format() string {
	if r.format == &r.ng {
		return "pcapng"
	}
	return "pcap"
}

// Dropped is how many packets the capturing program says that it has missed, as
// far as the file has been read. Only pcapng has a place for it.
func (r *Reader) Dropped() uint64 { return r.ng.dropped }

// Application is the program that wrote the file, if it says so.
func (r *Reader) Application() string { return r.ng.application }

// peek looks at the next octets, which stay valid until the next call of Next
// or pass. what names them if the file is too short.
func (r *Reader) peek(n int, what string) ([]byte, error) {
	b, err := r.r.Peek(n)
	switch {
	case err == nil:
		return b, nil
	case err != io.EOF && err != io.ErrUnexpectedEOF:
		return nil, r.failed(err)
	}
	return nil, r.fail("the file ends inside %s: %d octets are needed, %d are left", what, n, len(b))
}

// more reports whether the file goes on, or an error if that cannot be told.
func (r *Reader) more() (bool, error) {
	_, err := r.r.Peek(1)
	switch err {
	case nil:
		return true, nil
	case io.EOF:
		return false, nil
	}
	return false, r.failed(err)
}

// failed is an error of what the file is read from.
func (r *Reader) failed(err error) error {
	return fmt.Errorf("capture: at octet %d: %w", r.at, err)
}

// take leaves what was peeked at to the next call of pass: it is still used.
func (r *Reader) take(n int) { r.taken = n }

// pass goes beyond what was taken.
func (r *Reader) pass() error {
	n, err := r.r.Discard(r.taken)
	r.at += int64(n)
	if err != nil {
		return r.fail("the file ends inside a block: %d octets are needed, %d are left", r.taken, n)
	}
	r.taken = 0
	return nil
}

func (r *Reader) fail(format string, args ...any) error {
	return &FormatError{r.at, fmt.Sprintf(format, args...)}
}
