package host_test

import (
	"fmt"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/host"
)

// Two hosts and a network that takes no time: what one emits the other gets.
func Example() {
	client, _ := host.New(host.Config{Addr: netip.MustParseAddr("192.0.2.1")})
	server, _ := host.New(host.Config{Addr: netip.MustParseAddr("192.0.2.2")})
	carry := func(now time.Duration) {
		var buf [endpoint.MTU]byte
		for quiet := 0; quiet < 2; {
			for _, h := range [][2]*host.Host{{client, server}, {server, client}} {
				if n, ok := h[0].Emit(now, buf[:]); ok {
					h[1].Arrive(now, buf[:n])
					quiet = 0
				} else {
					quiet++
				}
			}
		}
	}

	server.Listen(80, 0)
	for range 3 {
		id, err := client.Dial(0, netip.MustParseAddrPort("192.0.2.2:80"), 0)
		if err != nil {
			fmt.Println(err)
		}
		client.Send(0, id, fmt.Append(nil, "I am ", id))
	}
	carry(0)
	for {
		id, ok := server.Accept(80)
		if !ok {
			break
		}
		var p [100]byte
		n, _ := server.Receive(0, id, p[:])
		fmt.Printf("%v: %s\n", id, p[:n])
		server.Abort(0, id)
		server.Release(0, id)
	}
	carry(0)
	for {
		news, ok := client.Changed()
		if !ok {
			break
		}
		var st endpoint.Status
		client.Status(news.ID, &st)
		fmt.Println(news.ID, st.State, st.Err)
	}
	// Output:
	// #1.1: I am #1.1
	// #2.1: I am #2.1
	// #3.1: I am #3.1
	// #1.1 CLOSED connection reset
	// #2.1 CLOSED connection reset
	// #3.1 CLOSED connection reset
}
