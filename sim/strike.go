package sim

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
)

// strike lets the next scripted fault that is due happen; false if there is
// none.
func (w *World) strike() bool {
	if w.healed || len(w.scenario.Fault) == 0 {
		return false
	}
	if w.healNow(); w.healed {
		return false
	}
	i, ok := w.script.Struck(w.clock.Now())
	if !ok {
		return false
	}
	w.struck++
	f := &w.scenario.Fault[i]
	c := Cause{Kind: Fault, Fault: uint16(i + 1)}
	switch f.Op {
	case faults.Cut:
		w.begin(f.End, c)
		w.cut(f.End, f, c.Fault)
		if f.Both {
			w.cut(f.End.Peer(), f, c.Fault)
		}
	case faults.Stall:
		w.begin(f.End, c)
		h := &w.ends[f.End]
		h.stalled = max(h.stalled, w.untilHeal(f.By)) // who wants to read wakes up then
	case faults.Crash:
		w.begin(f.End, c)
		w.crash(f.End)
	case faults.Restart:
		w.begin(f.End, c)
		w.ends[f.End].down, w.ends[f.End].poll = false, true
	case faults.Inject:
		w.inject(f, c)
	}
	return true
}

// untilHeal is the end of something that lasts d from now: nothing that a
// script does outlasts heal.
func (w *World) untilHeal(d time.Duration) time.Duration {
	return min(w.clock.Now()+d, w.heal)
}

func (w *World) cut(e endpoint.End, f *faults.Fault, by uint16) {
	h := &w.ends[e]
	if until := w.untilHeal(f.By); until > h.cut {
		h.cut, h.cutBy = until, by
	}
}

// crash makes a host forget everything. Its applications die with it, but for
// lines that still wait at their first "when": these have not begun.
func (w *World) crash(e endpoint.End) {
	h := &w.ends[e]
	w.script.Crashed(e, w.clock.Now())
	h.down, h.crashed = true, w.clock.Now()
	h.st = &w.step.after
	if err := w.boot(e); err != nil {
		h.blame(&ContractError{"a start after a crash", err.Error(), "the same as at the first start"})
	}
	w.step.After = h.now()
	for i := range w.lines {
		if a := &w.scenario.Apps[i]; a.End == e && !(w.lines[i].pc == 0 && len(a.Acts) > 0 && a.Acts[0].Op == scenario.ActWhen) {
			w.lines[i].over = true
		}
	}
	h.wake = endpoint.Never // who has not begun does not pause
	if w.step.Before.State != endpoint.Closed {
		w.entered(e, endpoint.Closed)
	}
}

// inject lets a segment that nobody sent arrive, with the numbers that its
// target expects at this moment. No link is in between.
func (w *World) inject(f *faults.Fault, c Cause) {
	to := f.End.Peer()
	h := &w.ends[to]
	i := w.grab()
	s := w.slots[i]
	sockets := Sockets(w.scenario.IPv6)
	in := &f.Injected
	wnd := uint16(65535)
	if in.HasWnd {
		wnd = in.Wnd
	}
	seg := endpoint.Segment{
		SrcPort: sockets[f.End].Port(), DstPort: sockets[to].Port(),
		Seq: number(&in.Seq, h.now()), Ack: number(&in.Ack, h.now()),
		Flags: in.Flags, Wnd: wnd, Text: zeros[:min(int(in.Text), len(zeros))],
	}
	header := endpoint.Header{Src: sockets[f.End].Addr(), Dst: sockets[to].Addr()}
	n, err := endpoint.Encode(s.buf[:], &header, &seg)
	if err != nil { // Check has ruled it out
		n = 0
	}
	s.fill(n, f.End)
	w.ids++
	s.id, s.n = w.ids, 0
	s.fate = link.Fate{N: 1}
	s.fate.Copies[0].At = w.clock.Now()
	c.Segment, c.Deaf = s.id, h.down
	w.begin(to, c)
	w.held = append(w.held, i)
	w.step.Arrived, w.step.ArrivedErr = &s.seg, s.err
	w.recordInjected(s, f.End)
	if !h.down {
		h.ep.Arrive(w.clock.Now(), s.buf[:s.size])
		w.finish()
	}
}

// zeros is the text of an injected segment.
var zeros [endpoint.MTU - 60]byte

func number(n *faults.Number, st *endpoint.Status) endpoint.Seq {
	var base endpoint.Seq
	switch n.Base {
	case faults.RcvNxt:
		base = st.RCV.NXT
	case faults.SndUna:
		base = st.SND.UNA
	case faults.SndNxt:
		base = st.SND.NXT
	}
	return base + endpoint.Seq(uint32(n.Plus))
}
