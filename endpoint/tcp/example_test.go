package tcp_test

import (
	"fmt"
	"net/netip"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// Two TCPs and no network between them: what one emits the other gets.
func Example() {
	a := netip.MustParseAddrPort("192.0.2.1:1000")
	b := netip.MustParseAddrPort("192.0.2.2:80")
	var end [2]endpoint.Endpoint
	end[endpoint.A], _ = tcp.New(endpoint.Config{Local: a, Remote: b, FixedISS: true, ISS: 100})
	end[endpoint.B], _ = tcp.New(endpoint.Config{Local: b, FixedISS: true, ISS: 300})

	end[endpoint.B].Open(0, true)
	end[endpoint.A].Open(0, false)

	var buf [endpoint.MTU]byte
	for quiet := 0; quiet < 2; {
		for _, from := range []endpoint.End{endpoint.A, endpoint.B} {
			n, ok := end[from].Emit(0, buf[:])
			if !ok {
				quiet++
				continue
			}
			quiet = 0
			var h endpoint.Header
			var s endpoint.Segment
			if err := endpoint.Decode(buf[:n], &h, &s); err != nil {
				fmt.Println(err)
				return
			}
			end[from.Peer()].Arrive(0, buf[:n])
			var st endpoint.Status
			end[from.Peer()].Status(&st)
			fmt.Printf("%v: <SEQ=%d><ACK=%d><CTL=%v> brings %v to %v\n",
				from, s.Seq, s.Ack, s.Flags, from.Peer(), st.State)
		}
	}
	// Output:
	// A: <SEQ=100><ACK=0><CTL=SYN> brings B to SYN-RECEIVED
	// B: <SEQ=300><ACK=101><CTL=SYN,ACK> brings A to ESTABLISHED
	// A: <SEQ=101><ACK=301><CTL=ACK> brings B to ESTABLISHED
}
