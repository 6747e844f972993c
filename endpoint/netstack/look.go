package netstack

import (
	"reflect"

	"gvisor.dev/gvisor/pkg/tcpip"

	"example.org/halfopen/endpoint"
)

// seen is what a netstack endpoint holds in fields that it does not export.
type seen struct {
	handshake         bool // these are known
	iss, ackNum       endpoint.Seq
	handRCV           uint32
	sender            bool // these are
	una, nxt          endpoint.Seq
	sndWnd            uint32
	receiver          bool // and these
	rcvNxt, rcvWUP    endpoint.Seq
	rcvWnd            uint32
	eof               bool
	readable, unacked int
	sndClosed         bool
	err               endpoint.Error
}

// look finds those fields, by name, once for each type of endpoint.
type look struct {
	of    reflect.Type
	paths [numFields][]int
}

// The fields that are looked at: those of an endpoint, then those of its
// handshake, sender, receiver and send queue.
const (
	fHandshake = iota
	fSender
	fReceiver
	fRcvBufUsed
	fSendQueue
	fHardError
	fISS
	fAckNum
	fHandRCV
	fUNA
	fNXT
	fSndWnd
	fRcvNxt
	fRcvWUP
	fRcvWnd
	fClosed
	fSndBufUsed
	fSndClosed
	numFields
)

var fieldNames = [numFields]struct {
	in   int // the field in which it is, numFields for the endpoint
	name string
}{
	fHandshake:  {numFields, "h"},
	fSender:     {numFields, "snd"},
	fReceiver:   {numFields, "rcv"},
	fRcvBufUsed: {numFields, "RcvBufUsed"},
	fSendQueue:  {numFields, "sndQueueInfo"},
	fHardError:  {numFields, "hardError"},
	fISS:        {fHandshake, "iss"},
	fAckNum:     {fHandshake, "ackNum"},
	fHandRCV:    {fHandshake, "rcvWnd"},
	fUNA:        {fSender, "SndUna"},
	fNXT:        {fSender, "SndNxt"},
	fSndWnd:     {fSender, "SndWnd"},
	fRcvNxt:     {fReceiver, "RcvNxt"},
	fRcvWUP:     {fReceiver, "rcvWUP"},
	fRcvWnd:     {fReceiver, "rcvWnd"},
	fClosed:     {fReceiver, "closed"},
	fSndBufUsed: {fSendQueue, "SndBufUsed"},
	fSndClosed:  {fSendQueue, "SndClosed"},
}

// learn finds the fields of a type of endpoint.
func (l *look) learn(endpoint reflect.Type) {
	var types [numFields + 1]reflect.Type
	types[numFields] = endpoint
	for i, f := range fieldNames {
		in := types[f.in]
		field, ok := in.FieldByName(f.name)
		if !ok {
			panic("netstack: this version of gVisor has no " + in.String() + "." + f.name)
		}
		l.paths[i], types[i] = field.Index, field.Type
		if field.Type.Kind() == reflect.Pointer {
			types[i] = field.Type.Elem()
		}
	}
	l.of = endpoint
}

// at looks at an endpoint. The netstack has to be quiet.
func (l *look) at(ep tcpip.Endpoint) (s seen) {
	v := reflect.ValueOf(ep).Elem()
	if l.of != v.Type() {
		l.learn(v.Type())
	}
	if h := l.field(v, fHandshake); !h.IsNil() {
		h = h.Elem()
		s.handshake = true
		s.iss, s.ackNum = l.number(h, fISS), l.number(h, fAckNum)
		s.handRCV = uint32(l.number(h, fHandRCV))
	}
	if snd := l.field(v, fSender); !snd.IsNil() {
		snd = snd.Elem()
		s.sender = true
		s.una, s.nxt = l.number(snd, fUNA), l.number(snd, fNXT)
		s.sndWnd = uint32(l.number(snd, fSndWnd))
	}
	if rcv := l.field(v, fReceiver); !rcv.IsNil() {
		rcv = rcv.Elem()
		s.receiver = true
		s.rcvNxt, s.rcvWUP = l.number(rcv, fRcvNxt), l.number(rcv, fRcvWUP)
		s.rcvWnd = uint32(l.number(rcv, fRcvWnd))
		s.eof = l.field(rcv, fClosed).Bool()
	}
	s.readable = int(l.field(v, fRcvBufUsed).Int())
	q := l.field(v, fSendQueue)
	s.unacked = int(l.field(q, fSndBufUsed).Int())
	s.sndClosed = l.field(q, fSndClosed).Bool()
	if err := l.field(v, fHardError); !err.IsNil() {
		s.err = errorNames[err.Elem().Type().Elem().Name()]
	}
	return s
}

func (l *look) field(v reflect.Value, f int) reflect.Value { return v.FieldByIndex(l.paths[f]) }

func (l *look) number(v reflect.Value, f int) endpoint.Seq {
	return endpoint.Seq(l.field(v, f).Uint())
}
