package search

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/scheduler/stream"
)

// readers are lines that read beside an end's other line. Two ends with small
// buffers that both write first and read later would wait for each other for
// ever: that is the applications' fault, not TCP's.
var readers = [2]scenario.App{
	{Acts: []scenario.Act{{Op: scenario.ActWhen, State: endpoint.Established}, {Op: scenario.ActReceive}}},
	{Acts: []scenario.Act{{Op: scenario.ActWhen, State: endpoint.FinWait1}, {Op: scenario.ActReceive}}},
}

// apps draws what the two applications do: how the connection is opened, what
// is sent, how and by whom it is closed. small says that buffers are.
func (g *Generator) apps(src *stream.Source, apps []scenario.App, hostile, small bool) []scenario.App {
	g.acts = g.acts[:0]
	opening := src.Below(16)
	closing := src.Below(8)
	server := endpoint.B
	if src.Below(8) == 0 {
		server = endpoint.A
	}
	for e := endpoint.A; e <= endpoint.B; e++ {
		first := len(g.acts)
		g.open(src, e, server, opening)
		g.talk(src, e, closing, hostile)
		apps = append(apps, scenario.App{End: e, Acts: g.acts[first:len(g.acts):len(g.acts)]})
		if small {
			for _, r := range readers {
				apps = append(apps, scenario.App{End: e, Acts: r.Acts})
			}
		}
	}
	if src.Below(16) == 0 {
		apps = g.reopen(src, apps)
	}
	return apps
}

// reopen lets one end open again when its connection is over, and the other one,
// mostly, too. What is sent fits into the smallest buffer, so that it may be
// sent before anything is read.
func (g *Generator) reopen(src *stream.Source, apps []scenario.App) []scenario.App {
	e, passive := endpoint.End(src.Below(2)), src.Below(2) == 0
	for range 2 {
		first := len(g.acts)
		g.add(scenario.Act{Op: scenario.ActWhen, State: endpoint.Closed}, scenario.Act{Op: scenario.ActOpen, Passive: passive},
			scenario.Act{Op: scenario.ActSend, N: 1 + int64(src.Below(200))}, scenario.Act{Op: scenario.ActClose}, scenario.Act{Op: scenario.ActReceive})
		apps = append(apps, scenario.App{End: e, Acts: g.acts[first:len(g.acts):len(g.acts)]})
		if src.Below(4) == 0 {
			break
		}
		e = e.Peer()
		passive = !passive && src.Below(4) != 0
	}
	return apps
}

func (g *Generator) add(acts ...scenario.Act) { g.acts = append(g.acts, acts...) }

// open draws one end's part of an opening. server is the end that listens, where
// one does.
func (g *Generator) open(src *stream.Source, e, server endpoint.End, opening uint64) {
	passive := e == server
	switch opening {
	case 0, 1: // simultaneous open
		passive = false
	case 2: // a listener turned active, against a listener
		if !passive {
			g.add(scenario.Act{Op: scenario.ActOpen, Passive: true, NoWait: true}, pause(src, 1000))
		}
	case 3: // the listener comes late: the first SYN is refused, or waits
		if passive {
			g.add(pause(src, 100))
		}
	case 4: // CLOSE in SYN-SENT, or in LISTEN
		g.add(scenario.Act{Op: scenario.ActOpen, Passive: passive, NoWait: true})
		if src.Below(2) == 0 {
			g.add(pause(src, 60))
		}
		return
	case 5: // CLOSE, or SEND, in SYN-RECEIVED
		g.add(scenario.Act{Op: scenario.ActOpen, Passive: passive, NoWait: passive})
		if passive {
			g.add(scenario.Act{Op: scenario.ActWhen, State: endpoint.SynReceived})
		}
		return
	case 6: // SEND before the handshake is done
		g.add(scenario.Act{Op: scenario.ActOpen, Passive: passive, NoWait: !passive})
		return
	case 7: // simultaneous open, not quite
		passive = false
		g.add(pause(src, 60))
	}
	g.add(scenario.Act{Op: scenario.ActOpen, Passive: passive})
}

// pause waits up to so many milliseconds.
func pause(src *stream.Source, ms uint64) scenario.Act {
	return scenario.Act{Op: scenario.ActWait, Every: time.Duration(1+src.Below(ms*1000)) * time.Microsecond}
}

// talk draws what an end sends and reads, and when it closes. Everything is
// read to the end: a zero window that nobody opens would rest for ever
// (RFC 9293 3.8.6.1, MUST-37).
func (g *Generator) talk(src *stream.Source, e endpoint.End, closing uint64, hostile bool) {
	send := scenario.Act{Op: scenario.ActSend, N: size(src)}
	read := scenario.Act{Op: scenario.ActReceive}
	if src.Below(8) == 0 {
		read.Chunk = 200 + int(src.Below(2000))
		read.Every = time.Duration(1+src.Below(500)) * time.Millisecond
	}
	end := scenario.Act{Op: scenario.ActClose}
	if hostile && src.Below(4) == 0 {
		end.Op = scenario.ActAbort
	}
	if send.N > 0 {
		g.add(send)
	}
	if src.Below(4) == 0 {
		g.add(pause(src, 3000))
	}
	switch {
	case closing < 3 && e == endpoint.B, closing == 3 && e == endpoint.A: // the other end closes first
		g.add(read)
		if src.Below(2) == 0 { // and this one goes on sending: half-close
			g.add(scenario.Act{Op: scenario.ActSend, N: 1 + size(src)})
		}
		if src.Below(4) == 0 {
			g.add(pause(src, 5000))
		}
		g.add(end)
	case closing == 4 && e == endpoint.B && src.Below(4) == 0: // never closes: half a connection
		g.add(read)
	default: // closes without waiting: crossing FINs
		g.add(end, read)
	}
}

// size draws how much is sent: nothing, an octet, a few segments, sometimes
// many.
func size(src *stream.Source) int64 {
	switch src.Below(8) {
	case 0:
		return 0
	case 1:
		return 1
	case 2:
		return int64(src.Below(20_000))
	}
	return int64(src.Below(3000))
}
