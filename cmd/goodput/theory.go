package main

import (
	"math"
	"time"
)

// What the formulas are fed with.
const (
	text    = 1448    // octets of data in a segment: MTU 1500 less the headers with timestamps
	wire    = 1500    // octets of it on the link
	minimum = 1.0     // seconds: the least RTO (RFC 6298 2.4)
	million = 1000000 // ppm
)

// lossless is what the link carries of data, in Mbit/s.
const lossless = float64(rate) / 1e6 * text / wire

// mathis is the bound of Mathis et al. for segments that are each acknowledged,
// in Mbit/s.
func mathis(loss float64, delay time.Duration) float64 {
	rtt := 2 * delay.Seconds()
	return min(lossless, text*8/1e6/rtt*math.Sqrt(1.5/(loss/million)))
}

// withTimeouts is the equation of RFC 5348 3.1, with b = 1, in Mbit/s.
func withTimeouts(loss float64, delay time.Duration) float64 {
	p, rtt := loss/million, 2*delay.Seconds()
	rto := max(minimum, 4*rtt)
	segment := rtt*math.Sqrt(2*p/3) + rto*3*math.Sqrt(3*p/8)*p*(1+32*p*p) // seconds
	return min(lossless, text*8/1e6/segment)
}
