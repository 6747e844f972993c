package gen

import (
	"time"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// closer is who closes first.
type closer int

const (
	closeA closer = iota
	closeB
	closeBoth
	closeNobody // hostile only: both wait for the other for ever
	numClosers
)

// fairApps draws two applications that meet, send what they like, read to the
// end and close.
func fairApps(t *rapid.T) []sim.App {
	first := closer(between(t, 0, int(closeBoth), "closes first"))
	apps := open(t)
	for e := range apps {
		apps[e].Acts = append(apps[e].Acts, talk(t, first == closer(e) || first == closeBoth, sim.ActClose)...)
	}
	return apps
}

// open draws an opening from which both ends become ESTABLISHED.
func open(t *rapid.T) []sim.App {
	apps := []sim.App{
		{End: endpoint.A, Acts: []sim.Act{{Op: sim.ActOpen}}},
		{End: endpoint.B, Acts: []sim.Act{{Op: sim.ActOpen, Passive: true}}},
	}
	switch between(t, 0, 5, "opening") {
	case 3: // the two SYNs cross
		apps[1].Acts[0].Passive = false
	case 4: // a listener turns active
		apps[0].Acts = []sim.Act{{Op: sim.ActOpen, Passive: true, NoWait: true}, pause(t, time.Second), {Op: sim.ActOpen}}
	case 5: // SEND before the handshake is done; a CLOSE then would call it off
		apps[0].Acts = []sim.Act{
			{Op: sim.ActOpen, NoWait: true}, {Op: sim.ActSend, N: int64(between(t, 1, 5000, "early octets"))},
			{Op: sim.ActWhen, State: endpoint.Established},
		}
	}
	return apps
}

func pause(t *rapid.T, longest time.Duration) sim.Act {
	return sim.Act{Op: sim.ActWait, Every: span(t, time.Millisecond, longest, "pause")}
}

// talk draws what an application does once it is connected: it closes before
// it has heard the other end's FIN, or after it.
func talk(t *rapid.T, first bool, close sim.ActOp) []sim.Act {
	var acts []sim.Act
	send := func(what string) {
		if n := between(t, 0, 5000, what); n > 0 {
			acts = append(acts, sim.Act{Op: sim.ActSend, N: int64(n)})
		}
	}
	send("octets")
	if oneIn(t, 4, "thinks") {
		acts = append(acts, pause(t, 3*time.Second))
	}
	if first {
		return append(acts, sim.Act{Op: close}, reading(t))
	}
	acts = append(acts, reading(t))
	send("more octets")
	if oneIn(t, 4, "lingers") {
		acts = append(acts, pause(t, 5*time.Second))
	}
	return append(acts, sim.Act{Op: close})
}

// reading reads to the end, sometimes slowly. A window that stays shut because
// nobody reads is legal for ever (RFC 9293 3.8.6.1, MUST-37).
func reading(t *rapid.T) sim.Act {
	a := sim.Act{Op: sim.ActReceive}
	if oneIn(t, 6, "slow reader") {
		a.Chunk = between(t, 200, 2000, "chunk")
		a.Every = span(t, time.Millisecond, 300*time.Millisecond, "every")
	}
	return a
}

// hostileApps draws applications that may also miss each other, close before
// they are connected, abort, or never close.
func hostileApps(t *rapid.T) []sim.App {
	first := closer(between(t, 0, int(numClosers)-1, "closes first"))
	apps := open(t)
	for e := range apps {
		a := &apps[e]
		if oneIn(t, 6, "late") {
			a.Acts = append([]sim.Act{pause(t, time.Second)}, a.Acts...)
		}
		if last := &a.Acts[len(a.Acts)-1]; oneIn(t, 6, "impatient") && last.Op == sim.ActOpen {
			last.NoWait = true
		}
		close := sim.ActClose
		if oneIn(t, 6, "abort") {
			close = sim.ActAbort
		}
		a.Acts = append(a.Acts, talk(t, first == closer(e) || first == closeBoth, close)...)
	}
	if oneIn(t, 4, "again") {
		e := end(t)
		passive := apps[e].Acts[0].Passive
		apps = append(apps, sim.App{End: e, Acts: []sim.Act{
			{Op: sim.ActWhen, State: endpoint.Closed}, pause(t, time.Second),
			{Op: sim.ActOpen, Passive: passive}, {Op: sim.ActClose}, {Op: sim.ActReceive},
		}})
	}
	return apps
}
