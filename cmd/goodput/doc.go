// Command goodput measures what a transfer of 100 MB gets through a lossy link,
// and draws it beside what theory says:
//
//	go run .                      draws testdata/goodput.svg from testdata/goodput.csv
//	go run . -measure tcp         measures the reference TCP first, and puts its rows into the file
//	go run . -measure netstack    the same for gVisor's netstack
//
// It is a module of its own, so that nobody who imports halfopen pays for a
// plotting library or for gVisor.
//
// The link has 100 Mbit/s each way and a queue without end. What A sends is lost
// at random, each datagram for itself; acknowledgments are not: that is the
// model of the formulas, too, and the link of gVisor's 17 s (below; 23 s if
// acknowledgments are lost as well). Both ends have windows of 4 MB and everything on:
// window scaling, timestamps, SACK, congestion control that begins with ten
// segments. Time is virtual and runs from A's OPEN until B's program has read
// the last octet. So a figure is the same on every machine.
//
// # The two formulas
//
// Mathis, Semke, Mahdavi and Ott (1997) bound what a congestion control that
// halves its window can get: MSS/RTT * sqrt(3/2)/sqrt(p). The equation of RFC
// 5348 3.1 counts timeouts, too, as a Reno without SACK has them: from 1 % on
// they cost more than the halved windows. RTT is twice the delay, and the rate
// of the link bounds both.
//
// # What gVisor does
//
// At 1 % and 10 ms gVisor takes 17 s for 100 MB, nearly seven times what Mathis'
// bound allows. That comes from a slip in its Reno (transport/tcp/reno.go,
// updateCongestionAvoidance): the count of acknowledged segments is reduced
// modulo the window that has just grown. A count that has reached the window
// exactly, as it does where each segment is acknowledged, is then left as it is,
// and each further ACK opens the window by a segment: slow start for ever. RFC
// 5681 3.1 lets a window grow by one segment a round trip ("MUST NOT increment
// cwnd by more than SMSS bytes"). testdata/gvisor-reno.diff mends that, and
// nothing else; the rows netstack-mended are measured with it:
//
//	go run -modfile=mended.mod . -measure netstack -as netstack-mended
//
// where mended.mod is go.mod and a line that replaces gvisor.dev/gvisor by the
// mended copy. Then it takes 1m49s, as theory says; the reference TCP takes 2m12s.
//
// What is left between the two, above all at 3 % and 5 %, is that gVisor begins a
// repair with three segments more than ssthresh, though with SACK those that the
// duplicate ACKs told of do not count as outstanding any more (RFC 6675 5, step
// 4.2: ssthresh = cwnd = FlightSize / 2). Where windows are of a few segments, that
// saves it timeouts. Mended as well, and without RACK, it took 9m8s instead of
// 5m18s at 5 % and 10 ms, acknowledgments lost, too.
//
// SACK and a window of 4 MB are asked of netstack's adapter by endpoint.Config;
// one that does not serve them is not measured.
package main
