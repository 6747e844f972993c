package lneto

import (
	"fmt"
	"reflect"

	"github.com/soypat/lneto/tcp"

	"example.org/halfopen/endpoint"
)

var states = [...]endpoint.State{
	tcp.StateClosed:      endpoint.Closed,
	tcp.StateListen:      endpoint.Listen,
	tcp.StateSynRcvd:     endpoint.SynReceived,
	tcp.StateSynSent:     endpoint.SynSent,
	tcp.StateEstablished: endpoint.Established,
	tcp.StateFinWait1:    endpoint.FinWait1,
	tcp.StateFinWait2:    endpoint.FinWait2,
	tcp.StateClosing:     endpoint.Closing,
	tcp.StateTimeWait:    endpoint.TimeWait,
	tcp.StateCloseWait:   endpoint.CloseWait,
	tcp.StateLastAck:     endpoint.LastAck,
}

// Status implements endpoint.Endpoint.
func (e *Endpoint) Status(st *endpoint.Status) {
	state := e.h.State()
	*st = endpoint.Status{
		State: states[state], Known: endpoint.KnowAll &^ endpoint.KnowErr,
		Readable: e.h.BufferedInput(), Deadline: e.deadline(),
	}
	if state == tcp.StateClosed {
		return
	}
	p := &e.peek
	st.ISS, st.IRS = endpoint.Seq(p.iss()), endpoint.Seq(p.irs())
	st.SND = endpoint.SND{
		UNA: endpoint.Seq(p.una()), NXT: endpoint.Seq(p.nxt()), MAX: endpoint.Seq(e.high),
		WND: p.wnd(), WL1: endpoint.Seq(p.wl1()), WL2: endpoint.Seq(p.wl2()),
	}
	st.RCV = endpoint.RCV{NXT: endpoint.Seq(p.rcvNXT()), WND: p.rcvWND()}
	if state.TxDataOpen() && !e.closed {
		st.Room = e.h.FreeOutput()
	}
	st.Unsent = max(0, e.h.BufferedUnsent()-max(0, st.SND.MAX.Sub(st.SND.NXT)))
	st.EOF = !state.IsPreestablished() && !state.RxDataOpen() && !state.IsClosed()
}

// peek reads the variables of a Handler's control block, which has no calls
// for them.
type peek struct {
	values [len(peeked)]reflect.Value
}

// peeked are the paths from a Handler.
var peeked = [...][3]string{
	{"scb", "snd", "ISS"}, {"scb", "snd", "UNA"}, {"scb", "snd", "NXT"},
	{"scb", "snd", "WND"}, {"scb", "snd", "WL1"}, {"scb", "snd", "WL2"},
	{"scb", "rcv", "IRS"}, {"scb", "rcv", "NXT"}, {"scb", "rcv", "WND"},
}

// bind looks the variables up. It panics if lneto has no such ones any more:
// then this file is for another version.
func (p *peek) bind(h *tcp.Handler) {
	if p.values[0].IsValid() {
		return // a Handler does not move
	}
	for i, path := range peeked {
		v := reflect.ValueOf(h).Elem()
		for _, name := range path {
			if v = v.FieldByName(name); !v.IsValid() {
				panic(fmt.Sprintf("lneto: a Handler has no %v", path))
			}
		}
		p.values[i] = v
	}
}

func (p *peek) get(i int) uint32 { return uint32(p.values[i].Uint()) }

func (p *peek) iss() uint32    { return p.get(0) }
func (p *peek) una() uint32    { return p.get(1) }
func (p *peek) nxt() uint32    { return p.get(2) }
func (p *peek) wnd() uint32    { return p.get(3) }
func (p *peek) wl1() uint32    { return p.get(4) }
func (p *peek) wl2() uint32    { return p.get(5) }
func (p *peek) irs() uint32    { return p.get(6) }
func (p *peek) rcvNXT() uint32 { return p.get(7) }
func (p *peek) rcvWND() uint32 { return p.get(8) }
