package netstack

import (
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"example.org/halfopen/endpoint"
)

// states are netstack's, in the RFC's words. The two of an endpoint that has
// ended, and those before a connection, are CLOSED.
var states = map[tcp.EndpointState]endpoint.State{
	tcp.StateListen:      endpoint.Listen,
	tcp.StateConnecting:  endpoint.SynSent,
	tcp.StateSynSent:     endpoint.SynSent,
	tcp.StateSynRecv:     endpoint.SynReceived,
	tcp.StateEstablished: endpoint.Established,
	tcp.StateFinWait1:    endpoint.FinWait1,
	tcp.StateFinWait2:    endpoint.FinWait2,
	tcp.StateCloseWait:   endpoint.CloseWait,
	tcp.StateClosing:     endpoint.Closing,
	tcp.StateLastAck:     endpoint.LastAck,
	tcp.StateTimeWait:    endpoint.TimeWait,
}

// current is the endpoint that is shown: the connection, the child that may
// become one, or the listener.
func (e *Endpoint) current() tcpip.Endpoint {
	switch {
	case e.socket != nil:
		return e.socket
	case e.child != nil:
		return e.child
	}
	return e.listener
}

func (e *Endpoint) state() endpoint.State {
	c := e.current()
	if c == nil {
		return endpoint.Closed
	}
	s := states[tcp.EndpointState(c.State())]
	if s == endpoint.Closed && c == e.child { // it has ended, and the listener is still there
		return endpoint.Listen
	}
	return s
}

// Status implements endpoint.Endpoint. netstack keeps no SND.WL1 and no
// SND.WL2: they are 0. Before ESTABLISHED it has no SND.WND: the number in its
// place is the window of whatever segment came last.
func (e *Endpoint) Status(st *endpoint.Status) {
	*st = endpoint.Status{
		State: e.state(), Err: e.err, Deadline: e.host.clock.deadline(),
		Known: endpoint.KnowState | endpoint.KnowErr | endpoint.KnowDeadline | endpoint.KnowBuffers,
	}
	c := e.current()
	if c == nil || st.State == endpoint.Listen {
		return
	}
	s := e.look.at(c)
	st.Readable, st.EOF = s.readable, s.eof
	if st.State == endpoint.Closed {
		return
	}
	e.sequence(st, &s)
	if st.State == endpoint.Established || st.State == endpoint.CloseWait {
		if size := int(c.SocketOptions().GetSendBufferSize()); !s.sndClosed && size > s.unacked {
			st.Room = size - s.unacked
		}
	}
}

// sequence tells the sequence variables.
func (e *Endpoint) sequence(st *endpoint.Status, s *seen) {
	if s.handshake {
		e.iss = s.iss
		if st.State >= endpoint.SynReceived {
			e.irs = s.ackNum - 1
		}
	}
	st.ISS, st.IRS = e.iss, e.irs
	st.Known |= endpoint.KnowISS | endpoint.KnowSND
	if st.State < endpoint.Established || !s.sender {
		st.SND.UNA, st.SND.NXT, st.SND.MAX = e.iss, e.iss+1, e.iss+1
		if st.State == endpoint.SynReceived {
			st.Known |= endpoint.KnowRCV
			st.RCV.NXT, st.RCV.WND = s.ackNum, s.handRCV
		}
		return
	}
	st.Known |= endpoint.KnowWindow
	st.SND.UNA, st.SND.NXT, st.SND.WND = s.una, s.nxt, s.sndWnd
	st.SND.MAX = e.sent.highest(e.iss, s.nxt)
	st.Unsent = e.sent.unsent(e.iss, st.SND.MAX)
	if s.receiver {
		st.Known |= endpoint.KnowRCV
		st.RCV.NXT, st.RCV.WND = s.rcvNxt, 0
		if edge := s.rcvWUP + endpoint.Seq(s.rcvWnd); int32(edge-s.rcvNxt) > 0 {
			st.RCV.WND = uint32(edge - s.rcvNxt)
		}
	}
}
