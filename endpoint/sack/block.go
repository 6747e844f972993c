package sack

import "encoding/binary"

// Block is a contiguous range of sequence space: from Left up to but not with
// Right (RFC 2018 3). The zero value is empty.
type Block struct{ Left, Right uint32 }

// How many blocks a SACK option has room for.
const (
	MaxBlocks           = 4 // RFC 2018 3
	MaxBlocksTimestamps = 3 // beside the timestamps option
)

// DupThresh is how much news above a hole says that it is a loss: segments
// above it (RFC 6675 2).
const DupThresh = 3

// less reports whether sequence number a stands before b (RFC 9293 3.4).
func less(a, b uint32) bool { return int32(a-b) < 0 }

func lower(a, b uint32) uint32 {
	if less(b, a) {
		return b
	}
	return a
}

func higher(a, b uint32) uint32 {
	if less(a, b) {
		return b
	}
	return a
}

// size is how many octets b has; it is not negative.
func (b Block) size() int { return int(b.Right - b.Left) }

func (b Block) empty() bool { return !less(b.Left, b.Right) }

// touches reports whether b and o overlap or are neighbours.
func (b Block) touches(o Block) bool { return !less(b.Right, o.Left) && !less(o.Right, b.Left) }

func (b Block) contains(o Block) bool { return !less(o.Left, b.Left) && !less(b.Right, o.Right) }

// union of two blocks that touch.
func (b Block) union(o Block) Block { return Block{lower(b.Left, o.Left), higher(b.Right, o.Right)} }

// below is how many octets of b stand before edge.
func (b Block) below(edge uint32) int {
	if !less(b.Left, edge) {
		return 0
	}
	return int(lower(b.Right, edge) - b.Left)
}

func appendBlocks(b []byte, blocks ...Block) []byte {
	for _, x := range blocks {
		b = append32(b, x.Left, x.Right)
	}
	return b
}

func append32(b []byte, v ...uint32) []byte {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}
