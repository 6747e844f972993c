package oracle

// far is how far from an initial sequence number a relative number still says
// something to a reader: no window is larger (RFC 7323 2.3).
const far = 1 << 30

// figures prints two numbers of one sequence space: relative to its initial
// number, unless one of them lies before that or far beyond; then both as they
// are on the wire, and space says so.
func figures(base uint32, a, b int64) (x, y, space string) {
	if a >= 0 && b >= 0 && a <= b+far && b <= a+far {
		return printed(a), printed(b), ""
	}
	return printed(base + uint32(a)), printed(base + uint32(b)), " (absolute)"
}
