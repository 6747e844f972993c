// Package vnet puts programs on a faulty network: hosts whose net.Conn and
// net.Listener are TCP endpoints of halfopen's, real segments between them, and a
// script that loses, delays, reorders, doubles and damages them, cuts paths and
// crashes hosts. In a bubble of testing/synctest time is virtual: an hour of
// waiting costs nothing, and the same test does the same every time.
//
//	vnet.Test(t, "link delay 20ms loss 5%\ndrop server FIN #1-2", func(t *testing.T, n *vnet.Network) {
//		l, _ := n.Host("server").Listen("tcp", ":80")
//		go http.Serve(l, handler)
//		c := &http.Client{Transport: &http.Transport{DialContext: n.Host("client").DialContext}}
//		defer c.CloseIdleConnections()
//		res, err := c.Get("http://server/")
//		...
//	})
//
// Each connection is a sim.World of its own: end A is the host that dialled, B
// the one that listened. Its segments are judged by sim/oracle as they pass, and
// what was on the wire is a sim.Trace like any other. A violation, a connection
// that is left open and a goroutine that is left behind fail the test, with the
// ladder and a bundle.
//
// # What decides the order
//
// One goroutine, the pump, makes everything happen. Before each event of the
// network it waits until every other goroutine of the bubble is durably blocked;
// what these have asked for since the last event it does in an order that does
// not depend on which of them ran first: by host, connection, end and kind of
// call. So a test sends the same segments at the same times however many
// processors it has. What the program itself leaves open shows nevertheless: a
// select with two ready cases, the order of a map, two goroutines that write to
// one connection, or that dial the same address, at one instant, the randomness of
// cryptography. [Network.Digest] tells whether two runs were the same, [Diverged] where
// they parted, and [Twice] runs a test two times and compares.
//
// A test must not call synctest.Wait while the pump may: use [Network.Wait]. A
// goroutine that waits for a mutex is not durably blocked: if whoever holds it
// waits for the network, in Read, Dial, Accept, or a Write for which there is no
// room, time stands still, and the test hangs. Write with room, Close and the
// deadlines do not wait.
//
// # Where it is not a kernel
//
// Each connection has its path to itself: a link's rate and queue are not shared
// between connections. A full backlog refuses connections with a RST. Nagle's
// algorithm is off, as in Go; keep-alives are off, too, unless the program or the
// script turns them on. What was received and not yet read is lost with a RST
// (RFC 9293 3.10.7.4); Linux keeps it. A connection
// is ended, and its test fails, when its trace is full: after a million events. The octets of the program travel beside the
// segments, whose text is halfopen's table of pseudo-random data: damage that no
// checksum catches reaches the program, but a capture of the segments does not show
// what it said; [Network.Faces] is for who makes one that does.
//
// This room runs programs. It knows worlds, the judge and the reports; it makes no
// rule of TCP and touches no segment.
package vnet
