package tcp

import (
	"io"
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/congestion"
)

// Open is OPEN (RFC 9293 3.10.1).
func (t *TCP) Open(now time.Duration, passive bool) error {
	if t.state != endpoint.Closed && (t.state != endpoint.Listen || passive) {
		return endpoint.ErrExists // MUST-41: what exists is not touched
	}
	if !passive && !t.remoteKnown() {
		return endpoint.ErrUnspecified
	}
	if t.state == endpoint.Closed {
		t.err, t.eof = 0, false
		t.in.clear()
	}
	if passive {
		t.listen()
	} else {
		t.connect(now)
	}
	return nil
}

// listen enters LISTEN, from CLOSED or back from SYN-RECEIVED. What the user
// has given to SEND waits for the next connection; only the retransmission
// queue is flushed (3.10.7.4, second check).
func (t *TCP) listen() {
	queued, closing := t.out, t.closing
	t.deleteTCB()
	t.out, t.closing = queued, closing
	t.state = endpoint.Listen
}

// connect is an active OPEN, of CLOSED or of a listener: it sends a SYN and
// enters SYN-SENT.
func (t *TCP) connect(now time.Duration) {
	t.begin(now, t.cfg.Remote)
	t.owe.syn = true
	t.closing = false // a CLOSE that waited in SYN-RECEIVED was of the connection that came to nothing
	t.state = endpoint.SynSent
}

// begin makes a TCB for a connection with remote, whose SYN is about to be
// sent.
func (t *TCP) begin(now time.Duration, remote netip.AddrPort) {
	t.soft = softError{}
	t.header.Dst, t.remotePort = remote.Addr(), remote.Port()
	t.iss = t.chooseISS(now, remote)
	t.snd = endpoint.SND{UNA: t.iss, NXT: t.iss + 1}
	t.outSeq = t.iss + 1
	t.rcv.WND = uint32(min(t.cfg.ReceiveBuffer, maxWindow))
	t.most, t.grain = maxWindow, 0
	t.rto = min(t.cfg.RTOInitial, t.cfg.RTOMax)
	t.rtt.start(now, t.iss+1)
	t.beginStamps(remote)
}

// Send is SEND (RFC 9293 3.10.2).
func (t *TCP) Send(now time.Duration, p []byte) (n int, err error) {
	switch t.state {
	case endpoint.Closed:
		return 0, endpoint.ErrNotExist
	case endpoint.Listen, endpoint.SynSent, endpoint.SynReceived, endpoint.Established, endpoint.CloseWait:
		if t.closing {
			return 0, endpoint.ErrClosing
		}
	default:
		return 0, endpoint.ErrClosing
	}
	n = min(len(p), t.cfg.SendBuffer-t.out.n)
	if t.state == endpoint.Listen {
		if !t.remoteKnown() {
			return 0, endpoint.ErrUnspecified
		}
		if n > 0 {
			t.connect(now)
		}
	}
	t.out.push(p[:n])
	return n, nil
}

// Receive is RECEIVE (RFC 9293 3.10.3). What came before the peer's FIN is
// handed out in CLOSING, LAST-ACK and TIME-WAIT, too, as 3.9.1.4 tells the
// user to go on reading; and in CLOSED, if the connection ended in order.
func (t *TCP) Receive(now time.Duration, p []byte) (n int, err error) {
	switch {
	case t.in.n > 0:
		n = t.in.pop(p)
		if t.in.n == 0 && len(t.held) == 0 {
			t.in.clear()
		}
		if n > 0 {
			t.readerMoved()
			t.urgent.read(t.unread())
		}
		return n, nil
	case t.eof:
		return 0, io.EOF
	case t.state != endpoint.Closed:
		return 0, nil
	case t.err != 0:
		return 0, t.err
	}
	return 0, endpoint.ErrNotExist
}

// Close is CLOSE (RFC 9293 3.10.4). Where the RFC changes the state once the
// FIN is sent, Emit does.
func (t *TCP) Close(now time.Duration) error {
	switch t.state {
	case endpoint.Closed:
		return endpoint.ErrNotExist
	case endpoint.Listen, endpoint.SynSent:
		t.end(0)
		return nil
	case endpoint.SynReceived, endpoint.Established, endpoint.CloseWait:
		if t.closing {
			return endpoint.ErrClosing
		}
	default:
		return endpoint.ErrClosing
	}
	t.closing = true
	// In SYN-RECEIVED a CLOSE with data queued waits for ESTABLISHED; in
	// CLOSE-WAIT the state changes with the FIN.
	if t.state == endpoint.Established || t.state == endpoint.SynReceived && t.out.n == 0 {
		t.state = endpoint.FinWait1
	}
	return nil
}

// Abort is ABORT (RFC 9293 3.10.5).
func (t *TCP) Abort(now time.Duration) error {
	switch t.state {
	case endpoint.Closed:
		return endpoint.ErrNotExist
	case endpoint.SynReceived, endpoint.Established, endpoint.FinWait1, endpoint.FinWait2, endpoint.CloseWait:
		t.rst = reset{owed: true, dst: t.header.Dst, port: t.remotePort, seq: t.snd.NXT, bits: endpoint.RST}
		t.stampReset(now)
	}
	t.end(endpoint.ErrAborted)
	return nil
}

// Status is STATUS (RFC 9293 3.10.6).
func (t *TCP) Status(st *endpoint.Status) {
	st.State = t.state
	st.Known = endpoint.KnowAll
	st.Err = t.err
	st.EOF = t.eof
	st.ISS, st.IRS = t.iss, t.irs
	st.SND, st.RCV = t.snd, t.rcv
	st.SND.MAX = t.snd.NXT
	st.Readable = t.in.n
	st.Room, st.Unsent = 0, 0
	switch t.state {
	case endpoint.SynSent, endpoint.SynReceived, endpoint.Established, endpoint.CloseWait:
		if !t.closing {
			st.Room = t.cfg.SendBuffer - t.out.n
		}
		st.Unsent = t.unsent()
	case endpoint.Listen:
		if t.remoteKnown() && !t.closing {
			st.Room = t.cfg.SendBuffer - t.out.n
		}
		st.Unsent = t.out.n
	case endpoint.FinWait1, endpoint.Closing, endpoint.LastAck:
		st.Unsent = t.unsent()
	}
	st.Deadline = t.deadline()
}

// deadline is when the first timer is due.
func (t *TCP) deadline() time.Duration {
	first := t.timer[0]
	for i := 1; i < numTimers; i++ {
		first = min(first, t.timer[i])
	}
	return first
}

// end enters CLOSED. Without an error, after the peer's FIN, what came before
// it stays to be read; in all other cases the queues are flushed.
func (t *TCP) end(err endpoint.Error) {
	if err != 0 || !t.eof {
		t.eof = false
		t.in.clear()
	}
	t.deleteTCB()
	t.err = err
	t.state = endpoint.Closed
}

// deleteTCB forgets the connection, but for what RECEIVE may still read.
func (t *TCP) deleteTCB() {
	if t.state != endpoint.Closed && t.state != endpoint.Listen {
		t.past = past{any: true, remote: t.remote(), high: t.snd.NXT}
	}
	t.passive, t.closing, t.finSent = false, false, false
	t.iss, t.irs, t.snd, t.rcv, t.maxWND, t.mss = 0, 0, endpoint.SND{}, endpoint.RCV{}, 0, 0
	t.header.Dst, t.remotePort = netip.Addr{}, 0
	t.out.clear()
	t.outSeq = 0
	t.held, t.gotFIN, t.peerFIN = t.held[:0], false, 0
	t.owe, t.rtt, t.rto, t.resent = owed{}, rtt{}, 0, resent{}
	t.on, t.path = spoken{}, path{}
	if t.cfg.Timestamps {
		t.stamps = stamps{}
	}
	if t.cfg.Congestion || t.cfg.SACK {
		t.network, t.again, t.lately = congestion.Control{}, false, 0
		t.board.Reset(0, 0, 0)
		t.reports.Reset(0)
	}
	t.asked, t.urgent = 0, urgent{}
	t.armed, t.persist, t.probed, t.alive, t.throttle = 0, 0, false, 0, throttle{}
	t.stopTimers()
}

func (t *TCP) remote() netip.AddrPort { return netip.AddrPortFrom(t.header.Dst, t.remotePort) }
