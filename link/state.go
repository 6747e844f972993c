package link

import (
	"encoding/binary"
	"time"
)

// AppendState appends a canonical encoding: two paths with the same Config and
// seed that will act alike from now on append the same octets. Times are
// relative to now. The number of the next datagram is part of it only if a
// model draws.
func (p *Path) AppendState(b []byte, now time.Duration) []byte {
	if p.config.random() {
		b = binary.AppendUvarint(b, p.next)
		b = append(b, flag(p.bad))
	}
	if p.config.FIFO {
		b = binary.AppendUvarint(b, ahead(p.last, now))
	}
	if p.config.Rate > 0 {
		b = p.queue.append(b, now)
	}
	if p.config.Cap <= 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(p.streaks)))
	for _, s := range p.streaks {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.seq))
		b = append(b, flag(s.bare))
		b = binary.AppendUvarint(b, uint64(s.count))
	}
	return b
}

func (q *queue) append(b []byte, now time.Duration) []byte {
	b = binary.AppendUvarint(b, ahead(q.free, now))
	for _, d := range q.waiting[q.head:] {
		if d.at > now {
			b = binary.AppendUvarint(b, ahead(d.at, now))
			b = binary.AppendUvarint(b, uint64(d.size))
		}
	}
	return append(b, 0) // departures are above 0: this ends them
}

// ahead is how far a time lies ahead: what is past is all alike.
func ahead(at, now time.Duration) uint64 { return uint64(max(at-now, 0)) }

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// random reports whether the fate of a datagram depends on its number.
func (c *Config) random() bool {
	return c.Loss > 0 || c.Gilbert != Gilbert{} || c.Delay.Model != Constant ||
		c.Reorder > 0 || c.Duplicate > 0 || c.Corrupt > 0
}
