package endpoint

import (
	"encoding/binary"
	"fmt"
	"iter"
	"strconv"
)

// OptionKind is the first octet of a TCP option.
type OptionKind uint8

// The kinds that halfopen reads and writes. All others are kept as they came.
const (
	OptionEOL           OptionKind = 0 // end of option list (RFC 9293 3.2)
	OptionNOP           OptionKind = 1 // no-operation (RFC 9293 3.2)
	OptionMSS           OptionKind = 2 // maximum segment size (RFC 9293 3.7.1)
	OptionWindowScale   OptionKind = 3 // RFC 7323 2.2
	OptionSACKPermitted OptionKind = 4 // RFC 2018 2
	OptionSACK          OptionKind = 5 // RFC 2018 3
	OptionTimestamps    OptionKind = 8 // RFC 7323 3.2
)

// MaxOptions is how many octets of options a TCP header has room for.
const MaxOptions = 40

// Options are the options of a TCP header as they stand there, padding
// included (RFC 9293 3.1). The zero value is no options. Where an option occurs
// twice, the first counts; one whose length is not its kind's is as one of an
// unknown kind.
type Options []byte

// next splits off the first option, NOP included. ok is false at the end: at
// EOL, behind the last option, or where a length is illegal; illegal tells
// the last of these from the others.
func (o Options) next() (kind OptionKind, value, rest Options, ok, illegal bool) {
	if len(o) == 0 || o[0] == byte(OptionEOL) {
		return 0, nil, nil, false, false
	}
	if o[0] == byte(OptionNOP) {
		return OptionNOP, nil, o[1:], true, false
	}
	if len(o) < 2 || o[1] < 2 || int(o[1]) > len(o) {
		return OptionKind(o[0]), nil, o, false, true
	}
	n := int(o[1])
	return OptionKind(o[0]), o[2:n:n], o[n:], true, false
}

// Check walks the options to their end. The error is an ErrOptionLength with
// the figures (RFC 9293 3.1, MUST-7); the total size is Encode's to check.
func (o Options) Check() error {
	rest := o
	for {
		kind, _, r, ok, illegal := rest.next()
		if illegal {
			return o.illegal(kind, rest)
		}
		if !ok {
			return nil
		}
		rest = r
	}
}

func (o Options) illegal(kind OptionKind, rest Options) error {
	at := len(o) - len(rest)
	if len(rest) < 2 {
		return fmt.Errorf("%w: kind %d at octet %d has none", ErrOptionLength, kind, at)
	}
	return fmt.Errorf("%w: kind %d at octet %d says %d, %d octets are left",
		ErrOptionLength, kind, at, rest[1], len(rest))
}

// All iterates over the options in order: the kind, and the octets that follow
// kind and length. NOPs are left out; EOL or an illegal length ends it.
func (o Options) All() iter.Seq2[OptionKind, []byte] {
	return func(yield func(OptionKind, []byte) bool) {
		for rest := o; ; {
			kind, value, r, ok, _ := rest.next()
			if !ok || kind != OptionNOP && !yield(kind, value) {
				return
			}
			rest = r
		}
	}
}

// find returns the value of the first option of the kind whose value is n
// octets.
func (o Options) find(kind OptionKind, n int) (value Options, ok bool) {
	for rest := o; ; {
		k, v, r, ok, _ := rest.next()
		if !ok || k == kind && len(v) == n {
			return v, ok
		}
		rest = r
	}
}

// MSS returns the maximum segment size, in octets.
func (o Options) MSS() (mss uint16, ok bool) {
	v, ok := o.find(OptionMSS, 2)
	if !ok {
		return 0, false
	}
	return binary.BigEndian.Uint16(v), true
}

// WindowScale returns the shift count as it was sent. One above 14 means 14
// (RFC 7323 2.3).
func (o Options) WindowScale() (shift uint8, ok bool) {
	v, ok := o.find(OptionWindowScale, 1)
	if !ok {
		return 0, false
	}
	return v[0], true
}

// SACKPermitted reports whether the option is there.
func (o Options) SACKPermitted() bool {
	_, ok := o.find(OptionSACKPermitted, 0)
	return ok
}

// Timestamps returns TSval and TSecr.
func (o Options) Timestamps() (val, ecr uint32, ok bool) {
	v, ok := o.find(OptionTimestamps, 8)
	if !ok {
		return 0, 0, false
	}
	return binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:]), true
}

// SACKBlock is a contiguous block of octets that was received: from Left up to
// but without Right (RFC 2018 3).
type SACKBlock struct {
	Left, Right Seq
}

// sack returns the blocks of the first SACK option with whole blocks.
func (o Options) sack() Options {
	for rest := o; ; {
		k, v, r, ok, _ := rest.next()
		if !ok {
			return nil
		}
		if k == OptionSACK && len(v) > 0 && len(v)%8 == 0 {
			return v
		}
		rest = r
	}
}

// NumSACK is how many SACK blocks there are; 0 without the option.
func (o Options) NumSACK() int { return len(o.sack()) / 8 }

// SACKAt returns block i, counted from 0, and panics if there is none.
func (o Options) SACKAt(i int) SACKBlock { return blockAt(o.sack(), i) }

func blockAt(v Options, i int) SACKBlock {
	b := v[8*i : 8*i+8]
	return SACKBlock{Seq(binary.BigEndian.Uint32(b)), Seq(binary.BigEndian.Uint32(b[4:]))}
}

// SACK iterates over the blocks in the order in which they were sent.
func (o Options) SACK() iter.Seq[SACKBlock] {
	return func(yield func(SACKBlock) bool) {
		v := o.sack()
		for i := range len(v) / 8 {
			if !yield(blockAt(v, i)) {
				return
			}
		}
	}
}

// AppendMSS appends the option, 4 octets.
func (o Options) AppendMSS(mss uint16) Options {
	return append(o, byte(OptionMSS), 4, byte(mss>>8), byte(mss))
}

// AppendWindowScale appends the option, 3 octets.
func (o Options) AppendWindowScale(shift uint8) Options {
	return append(o, byte(OptionWindowScale), 3, shift)
}

// AppendSACKPermitted appends the option, 2 octets.
func (o Options) AppendSACKPermitted() Options {
	return append(o, byte(OptionSACKPermitted), 2)
}

// AppendSACK appends the option, 2 octets and 8 for each block; nothing if
// there is none. A header has room for 4 blocks.
func (o Options) AppendSACK(blocks ...SACKBlock) Options {
	if len(blocks) == 0 {
		return o
	}
	o = append(o, byte(OptionSACK), byte(2+8*len(blocks)))
	for _, b := range blocks {
		o = binary.BigEndian.AppendUint32(o, uint32(b.Left))
		o = binary.BigEndian.AppendUint32(o, uint32(b.Right))
	}
	return o
}

// AppendTimestamps appends the option, 10 octets.
func (o Options) AppendTimestamps(val, ecr uint32) Options {
	o = append(o, byte(OptionTimestamps), 10)
	o = binary.BigEndian.AppendUint32(o, val)
	return binary.BigEndian.AppendUint32(o, ecr)
}

// AppendNOP appends one no-operation, to align what follows.
func (o Options) AppendNOP() Options { return append(o, byte(OptionNOP)) }

// Pad appends zeros, the first of which is EOL, until the options are whole
// words of 4 octets. What would be appended behind them is not read.
func (o Options) Pad() Options {
	for len(o)%4 != 0 {
		o = append(o, byte(OptionEOL))
	}
	return o
}

// String writes the options for people: "MSS=1460 WS=7 SACK-permitted TS=1/2
// SACK=5-9,20-30 kind 254 (3 octets)", without NOPs and padding. It is empty
// without options; the octets of an unknown kind are counted with its kind and
// length.
func (o Options) String() string {
	var b []byte
	for rest := o; ; {
		kind, value, r, ok, illegal := rest.next()
		switch {
		case illegal:
			b = append(word(b), "illegal kind "...)
			b = strconv.AppendUint(b, uint64(kind), 10)
			return string(b)
		case !ok:
			return string(b)
		case kind != OptionNOP:
			b = appendOption(word(b), kind, value)
		}
		rest = r
	}
}

func word(b []byte) []byte {
	if len(b) > 0 {
		b = append(b, ' ')
	}
	return b
}

func appendOption(b []byte, kind OptionKind, v Options) []byte {
	be := binary.BigEndian
	switch {
	case kind == OptionMSS && len(v) == 2:
		return strconv.AppendUint(append(b, "MSS="...), uint64(be.Uint16(v)), 10)
	case kind == OptionWindowScale && len(v) == 1:
		return strconv.AppendUint(append(b, "WS="...), uint64(v[0]), 10)
	case kind == OptionSACKPermitted && len(v) == 0:
		return append(b, "SACK-permitted"...)
	case kind == OptionTimestamps && len(v) == 8:
		b = strconv.AppendUint(append(b, "TS="...), uint64(be.Uint32(v)), 10)
		return strconv.AppendUint(append(b, '/'), uint64(be.Uint32(v[4:])), 10)
	case kind == OptionSACK && len(v) > 0 && len(v)%8 == 0:
		b = append(b, "SACK="...)
		for i := range len(v) / 8 {
			if i > 0 {
				b = append(b, ',')
			}
			k := blockAt(v, i)
			b = strconv.AppendUint(b, uint64(k.Left), 10)
			b = strconv.AppendUint(append(b, '-'), uint64(k.Right), 10)
		}
		return b
	}
	b = strconv.AppendUint(append(b, "kind "...), uint64(kind), 10)
	b = strconv.AppendInt(append(b, " ("...), int64(len(v)+2), 10)
	return append(b, " octets)"...)
}
