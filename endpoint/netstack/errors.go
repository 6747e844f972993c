package netstack

import (
	"gvisor.dev/gvisor/pkg/tcpip"

	"example.org/halfopen/endpoint"
)

// errorOf says one of netstack's errors in the RFC's words.
func errorOf(err tcpip.Error) endpoint.Error {
	switch err.(type) {
	case nil:
		return 0
	case *tcpip.ErrConnectionReset:
		return endpoint.ErrReset
	case *tcpip.ErrConnectionRefused:
		return endpoint.ErrRefused
	case *tcpip.ErrTimeout:
		return endpoint.ErrTimeout
	case *tcpip.ErrAborted, *tcpip.ErrConnectionAborted:
		return endpoint.ErrAborted
	case *tcpip.ErrNotConnected:
		return endpoint.ErrNotExist
	case *tcpip.ErrAlreadyConnected, *tcpip.ErrAlreadyConnecting, *tcpip.ErrAlreadyBound, *tcpip.ErrPortInUse:
		return endpoint.ErrExists
	case *tcpip.ErrClosedForSend, *tcpip.ErrClosedForReceive:
		return endpoint.ErrClosing
	}
	return endpoint.ErrResources
}

// failure is errorOf as an error.
func failure(err tcpip.Error) error {
	if e := errorOf(err); e != 0 {
		return e
	}
	return nil
}

// errorNames are the names of the types of netstack's errors that end a
// connection: the one that it keeps can be looked at, but not taken out.
var errorNames = map[string]endpoint.Error{
	"ErrConnectionReset":   endpoint.ErrReset,
	"ErrConnectionRefused": endpoint.ErrRefused,
	"ErrTimeout":           endpoint.ErrTimeout,
	"ErrAborted":           endpoint.ErrReset, // a RST in CLOSE-WAIT
	"ErrConnectionAborted": endpoint.ErrReset,
}
