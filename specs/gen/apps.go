package gen

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
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
func fairApps(t *rapid.T) []scenario.App {
	first := closer(between(t, 0, int(closeBoth), "closes first"))
	apps := open(t)
	for e := range apps {
		apps[e].Acts = append(apps[e].Acts, talk(t, first == closer(e) || first == closeBoth, scenario.ActClose)...)
	}
	return append(apps, reader(t, &apps[0]), reader(t, &apps[1]))
}

// open draws an opening from which both ends become ESTABLISHED.
func open(t *rapid.T) []scenario.App {
	apps := []scenario.App{
		{End: endpoint.A, Acts: []scenario.Act{{Op: scenario.ActOpen}}},
		{End: endpoint.B, Acts: []scenario.Act{{Op: scenario.ActOpen, Passive: true}}},
	}
	switch between(t, 0, 5, "opening") {
	case 3: // the two SYNs cross
		apps[1].Acts[0].Passive = false
	case 4: // a listener turns active
		apps[0].Acts = []scenario.Act{{Op: scenario.ActOpen, Passive: true, NoWait: true}, pause(t, time.Second), {Op: scenario.ActOpen}}
	case 5: // SEND before the handshake is done; a CLOSE then would call it off
		apps[0].Acts = []scenario.Act{
			{Op: scenario.ActOpen, NoWait: true}, {Op: scenario.ActSend, N: int64(between(t, 1, 5000, "early octets"))},
			{Op: scenario.ActWhen, State: endpoint.Established},
		}
	}
	return apps
}

// aside is added to the pauses of applications, so that a call hardly ever
// falls on the very instant of an arrival: which of the two comes first is the
// harness's business, and not TCP's.
const aside = 137 * time.Microsecond

func pause(t *rapid.T, longest time.Duration) scenario.Act {
	return scenario.Act{Op: scenario.ActWait, Every: aside + span(t, time.Millisecond, longest, "pause")}
}

// talk draws what an application does once it is connected: it closes before
// it knows of the other end's FIN, or after that, and may go on sending until
// then.
func talk(t *rapid.T, first bool, close scenario.ActOp) []scenario.Act {
	acts := send(t, nil, "octets")
	if oneIn(t, 4, "thinks") {
		acts = append(acts, pause(t, 3*time.Second))
	}
	if !first {
		acts = send(t, append(acts, scenario.Act{Op: scenario.ActWhen, State: endpoint.CloseWait}), "more octets")
		if oneIn(t, 4, "lingers") {
			acts = append(acts, pause(t, 5*time.Second))
		}
	}
	return append(acts, scenario.Act{Op: close})
}

func send(t *rapid.T, acts []scenario.Act, what string) []scenario.Act {
	if n := between(t, 0, 5000, what); n > 0 {
		acts = append(acts, scenario.Act{Op: scenario.ActSend, N: int64(n)})
	}
	return acts
}

// reader reads to the end, sometimes slowly, beside whatever else its end does
// once it has called OPEN: two ends that send before they read may wait for each other for ever,
// and a window that stays shut because nobody reads is legal for as long (RFC
// 9293 3.8.6.1, MUST-37).
func reader(t *rapid.T, opener *scenario.App) scenario.App {
	a := scenario.Act{Op: scenario.ActReceive}
	if oneIn(t, 6, "slow reader") {
		a.Chunk = between(t, 200, 2000, "chunk")
		a.Every = aside + span(t, time.Millisecond, 300*time.Millisecond, "every")
	}
	begun := endpoint.SynSent
	for _, act := range opener.Acts {
		if act.Op == scenario.ActOpen && act.Passive {
			begun = endpoint.Listen
		}
	}
	return scenario.App{End: opener.End, Acts: []scenario.Act{{Op: scenario.ActWhen, State: begun}, a}}
}

// hostileApps draws applications that may also miss each other, close before
// they are connected, abort, never close, or come back.
func hostileApps(t *rapid.T) []scenario.App {
	first := closer(between(t, 0, int(numClosers)-1, "closes first"))
	apps := open(t)
	for e := range apps {
		a := &apps[e]
		if oneIn(t, 6, "impatient") {
			a.Acts[len(a.Acts)-1].NoWait = a.Acts[len(a.Acts)-1].Op == scenario.ActOpen
		}
		if oneIn(t, 6, "late") {
			a.Acts = append([]scenario.Act{pause(t, time.Second)}, a.Acts...)
		}
		close := scenario.ActClose
		if oneIn(t, 6, "abort") {
			close = scenario.ActAbort
		}
		a.Acts = append(a.Acts, talk(t, first == closer(e) || first == closeBoth, close)...)
	}
	apps = append(apps, reader(t, &apps[0]), reader(t, &apps[1]))
	if oneIn(t, 4, "again") {
		apps = append(apps, again(t, end(t)))
	}
	return apps
}

// again is a second connection of an end, once the first is gone and all of it
// is read: what is not read yet is lost when OPEN is called.
func again(t *rapid.T, e endpoint.End) scenario.App {
	return scenario.App{End: e, Acts: []scenario.Act{
		{Op: scenario.ActWhen, State: endpoint.Closed}, {Op: scenario.ActReceive}, pause(t, time.Second),
		{Op: scenario.ActOpen, Passive: e == endpoint.B}, {Op: scenario.ActClose}, {Op: scenario.ActReceive},
	}}
}
