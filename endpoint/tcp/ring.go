package tcp

// ring is a queue of octets in one owned slice. It allocates nothing until
// there is something to hold, at least doubles where it has to grow, up to a
// limit, and keeps its memory: a connection that moves little costs little, and
// one whose like has been seen costs no allocation.
type ring struct {
	buf   []byte
	flat  []byte // for a view across the end of buf
	head  int    // index of the first octet
	n     int    // octets in the queue
	limit int    // what a growth does not go beyond without need, in octets
}

// ringMin is the least that a ring allocates.
const ringMin = 256

// reserve makes room for n octets from the head on.
func (r *ring) reserve(n int) {
	if n <= len(r.buf) {
		return
	}
	buf := make([]byte, max(n, min(max(2*len(r.buf), ringMin), r.limit)))
	// All of it moves: what lies behind the queue may be held out of order.
	k := copy(buf, r.buf[r.head:])
	copy(buf[k:], r.buf[:r.head])
	r.buf, r.head = buf, 0
}

// at is the index of the octet that stands off octets behind the head.
func (r *ring) at(off int) int {
	at := r.head + off
	if at >= len(r.buf) {
		at -= len(r.buf)
	}
	return at
}

// put writes p at off octets behind the head. It does not lengthen the queue.
func (r *ring) put(off int, p []byte) {
	if len(p) == 0 {
		return
	}
	r.reserve(off + len(p))
	at := r.at(off)
	k := copy(r.buf[at:], p)
	copy(r.buf, p[k:])
}

// push appends p to the queue.
func (r *ring) push(p []byte) {
	r.put(r.n, p)
	r.n += len(p)
}

// pop moves octets from the head of the queue into p.
func (r *ring) pop(p []byte) int {
	n := min(len(p), r.n)
	k := copy(p[:n], r.buf[r.head:])
	copy(p[k:n], r.buf)
	r.drop(n)
	return n
}

// drop removes n octets from the head of the queue.
func (r *ring) drop(n int) {
	if n == 0 {
		return
	}
	r.head = r.at(n)
	r.n -= n
}

// view shows n octets from off on as one slice, valid until the next call.
func (r *ring) view(off, n int) []byte {
	if at := r.at(off); at+n <= len(r.buf) {
		return r.buf[at : at+n]
	}
	return r.joined(off, n)
}

// joined is view across the end of buf.
func (r *ring) joined(off, n int) []byte {
	r.flat = r.appendRange(r.flat[:0], off, n)
	return r.flat
}

// clear empties the queue and forgets what lies behind it.
func (r *ring) clear() { r.head, r.n = 0, 0 }

// copyFrom copies the octets of src in its queue, and no others.
func (r *ring) copyFrom(src *ring) {
	r.clear()
	r.copyRange(src, 0, src.n)
	r.n = src.n
}

// copyRange copies n octets from off on, to the same place behind the head.
func (r *ring) copyRange(src *ring, off, n int) {
	if n == 0 {
		return
	}
	at := src.at(off)
	k := min(n, len(src.buf)-at)
	r.put(off, src.buf[at:at+k])
	r.put(off+k, src.buf[:n-k])
}

// appendRange appends n octets from off on to b.
func (r *ring) appendRange(b []byte, off, n int) []byte {
	if n == 0 {
		return b
	}
	at := r.at(off)
	k := min(n, len(r.buf)-at)
	b = append(b, r.buf[at:at+k]...)
	return append(b, r.buf[:n-k]...)
}
