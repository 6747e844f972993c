package programs_test

import (
	"net"
	"testing"

	"golang.org/x/net/nettest"

	"example.org/halfopen/sim/vnet"
)

// quick is TCPs that do not wait long: these tests cannot run in a bubble, where
// waiting costs nothing.
const quick = "\nclient tcp rto-initial=20ms rto-min=10ms\nserver tcp rto-initial=20ms rto-min=10ms"

// TestConn: a Conn is what package net says a net.Conn is, over paths that lose
// and reorder, too.
func TestConn(t *testing.T) {
	for _, script := range []string{"link delay 100us", "link delay 1ms loss 5%", "link delay 1ms-3ms reorder 10%"} {
		t.Run(script, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				n, err := vnet.NewRealTime(script + quick)
				if err != nil {
					return nil, nil, nil, err
				}
				l, err := n.Host("server").Listen("tcp", ":80")
				if err != nil {
					return nil, nil, nil, err
				}
				if c1, err = n.Host("client").Dial("tcp", "server:80"); err != nil {
					return nil, nil, nil, err
				}
				c2, err = l.Accept()
				return c1, c2, func() { c1.Close(); c2.Close(); n.Close() }, err
			})
		})
	}
}
