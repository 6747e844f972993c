package vnet

import (
	"fmt"
	"io"
	"net/netip"
	"slices"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
)

// Record is what was on the wire of one connection. In its trace end A is the
// host that dialled, B the one that listened.
type Record struct {
	Number int // of the connection, from 1
	Hosts  [2]string
	Addrs  [2]netip.AddrPort
	Open   [2]bool // the program has not closed it
	Trace  *sim.Trace
	// Written is what each host's program has written, all of it, if Faces was
	// asked for any: the octet at sequence number ISS+1 is its first.
	Written [2][]byte
	said    []said
	digest  uint64 // of the trace
}

// mostEnded is how many connections that are over a network remembers.
const mostEnded = 100

func recordOf(c *connection) Record {
	r := Record{Number: c.number, Addrs: c.addrs, Trace: c.world.Trace().Clone(), said: slices.Clone(c.said), digest: c.world.Digest()}
	for e, x := range c.ends {
		r.Hosts[e], r.Open[e], r.Written[e] = c.hosts[e].name, x.held(), slices.Clone(x.written)
	}
	if r.Trace.Outcome == sim.Unfinished && isNever(c.world.Next()) && !r.Open[0] && !r.Open[1] {
		r.Trace.Outcome = sim.Quiet // no program is there to go on
	}
	return r
}

// record remembers a connection that is over.
func (n *Network) record(c *connection) {
	if c.over {
		return
	}
	n.digest = mix(n.digest, c.world.Digest()^uint64(c.number))
	if len(n.ended) >= mostEnded && !n.remember {
		n.ended = append(n.ended[:0], n.ended[1:]...)
	}
	n.ended = append(n.ended, recordOf(c))
}

// Connections are those that were open, the last hundred that are over first, in
// the order in which they ended, and then those that are not over.
func (n *Network) Connections() []Record {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := append([]Record(nil), n.ended...)
	for number := 1; number <= n.conns; number++ {
		for _, c := range n.queue {
			if c.number == number && !c.over && !n.stopped {
				list = append(list, recordOf(c))
			}
		}
	}
	return list
}

// Faces adds files to the bundle that Test writes on failure. Each is asked for
// with the record of the connection, of which all octets are kept then: a capture
// with the program's own text and the hosts' addresses can be made of it. It is
// called before connections are opened.
func (n *Network) Faces(faces ...func(r *Record) bundle.Face) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faces = append(n.faces, faces...)
}

// Broken is the first connection in which a rule of TCP was broken, up to
// there; false if none was. It is a bug of halfopen's TCP or of the judge.
func (n *Network) Broken() (Record, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken == nil {
		return Record{}, false
	}
	return *n.broken, true
}

// String says which connection it is: "connection 2: client 10.0.0.1:49153 (A)
// to server 10.0.0.2:80 (B)".
func (r *Record) String() string {
	return fmt.Sprintf("connection %d: %s %v (A) to %s %v (B)", r.Number,
		r.Hosts[endpoint.A], r.Addrs[endpoint.A], r.Hosts[endpoint.B], r.Addrs[endpoint.B])
}

// Ladder writes what was on the wire.
func (r *Record) Ladder(w io.Writer) error {
	if _, err := fmt.Fprintln(w, r); err != nil {
		return err
	}
	return report.Ladder(w, r.Trace, report.LadderOptions{NoReplay: true, Program: r.program()})
}

// program is what the reports are told of the two hosts.
func (r *Record) program() *report.Program {
	return &report.Program{Names: r.Hosts, Said: r.Said}
}
