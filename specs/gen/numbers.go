package gen

import (
	"time"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
)

// oneIn is true in about one case of n, and shrinks to false.
func oneIn(t *rapid.T, n int, what string) bool {
	return rapid.IntRange(0, n-1).Draw(t, what) == n-1
}

func between(t *rapid.T, low, high int, what string) int {
	return rapid.IntRange(low, high).Draw(t, what)
}

func end(t *rapid.T) endpoint.End { return endpoint.End(between(t, 0, 1, "end")) }

// span is a time in milliseconds: a reader compares it with an RTO at a glance.
func span(t *rapid.T, low, high time.Duration, what string) time.Duration {
	const ms = int64(time.Millisecond)
	return time.Duration(rapid.Int64Range(int64(low)/ms, int64(high)/ms).Draw(t, what) * ms)
}

// rate is a percentage, in parts per million.
func rate(t *rapid.T, low, high int, what string) uint32 {
	return uint32(between(t, low, high, what)) * 10_000
}
