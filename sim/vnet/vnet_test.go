package vnet_test

import (
	"io"
	"net"
	"testing"

	"example.org/halfopen/sim/vnet"
)

func TestEcho(t *testing.T) {
	vnet.Test(t, "link delay 20ms loss 20%\ndrop server FIN #1", func(t *testing.T, n *vnet.Network) {
		l, err := n.Host("server").Listen("tcp", ":80")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func(c net.Conn) {
					io.Copy(c, c)
					c.Close()
				}(c)
			}
		}()
		c, err := n.Host("client").Dial("tcp", "server:80")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 5)
		if _, err := io.ReadFull(c, b); err != nil || string(b) != "hello" {
			t.Fatalf("%q, %v", b, err)
		}
		t.Log(n.Now())
	})
}
