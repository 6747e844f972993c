package vnet_test

import (
	"fmt"
	"io"

	"example.org/halfopen/sim/vnet"
)

// Outside a bubble, and without a test, a network runs in real time: for a quick
// look. Test is for tests.
func ExampleNewRealTime() {
	n, err := vnet.NewRealTime("link delay 1ms\ndrop client DATA #1\nclient tcp rto-initial=10ms rto-min=10ms")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	l, err := n.Host("server").Listen("tcp", ":7")
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		io.Copy(c, c)
		c.Close()
	}()
	c, err := n.Host("client").Dial("tcp", "server:7")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Fprint(c, "hello")
	c.(interface{ CloseWrite() error }).CloseWrite()
	b, err := io.ReadAll(c)
	fmt.Printf("%s %v\n", b, err)

	_, err = n.Host("client").Dial("tcp", "server:8")
	fmt.Println(err)
	// Output:
	// hello <nil>
	// dial tcp 10.0.0.1:8: connect: connection refused
}

// A script is the network's, and prints as it was read.
func ExampleParseScript() {
	s, err := vnet.ParseScript("lost.txt", "link delay 20ms loss 5%\n\ndrop server FIN #1-2 of port 80 # the goodbye\n")
	fmt.Print(s)
	fmt.Println(err)
	_, err = vnet.ParseScript("lost.txt", "drop server FINN")
	fmt.Println(err)
	// Output:
	// link delay 20ms loss 5%
	// drop server FIN #1-2 of port 80
	// <nil>
	// lost.txt:1:13: found "FINN", want a kind of segment: ANY, RST, SYN,ACK, SYN, FIN, DATA or ACK
}
