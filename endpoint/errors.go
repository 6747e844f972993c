package endpoint

// Error is what a user call answers when it cannot be done, or why a
// connection ended (RFC 9293 3.10). The zero value is no error; as an error
// value it allocates nothing and can be compared with ==.
type Error uint8

// The errors of RFC 9293 3.10, in the RFC's words.
const (
	// ErrNotExist is returned by a call on a connection in CLOSED.
	ErrNotExist Error = iota + 1
	// ErrExists is returned by OPEN when there is a connection already.
	ErrExists
	// ErrUnspecified is returned by an active OPEN, or a SEND in LISTEN,
	// without a remote socket.
	ErrUnspecified
	// ErrResources is returned by OPEN when no connection can be made.
	ErrResources
	// ErrClosing is returned by a call that CLOSE, or the peer's FIN, has
	// ruled out.
	ErrClosing
	// ErrReset is returned once the peer has reset the connection.
	ErrReset
	// ErrRefused is returned when the peer reset an active OPEN.
	ErrRefused
	// ErrUserTimeout is returned once the user timeout has ended the
	// connection (RFC 9293 3.10.8).
	ErrUserTimeout
	// ErrTimeout is returned once R2 has ended the connection: a segment was
	// retransmitted too often, too long (RFC 9293 3.8.3).
	ErrTimeout
	// ErrAborted is returned once this end's own ABORT has ended the
	// connection.
	ErrAborted
	// ErrUnreachable is returned once the network has said, by a hard ICMP error,
	// that the peer cannot be reached (RFC 9293 3.9.2.2).
	ErrUnreachable

	// NumErrors counts the errors, and no error.
	NumErrors = int(ErrUnreachable) + 1
)

var errorTexts = [NumErrors]string{
	"no error",
	"connection does not exist",
	"connection already exists",
	"remote socket unspecified",
	"insufficient resources",
	"connection closing",
	"connection reset",
	"connection refused",
	"connection aborted due to user timeout",
	"connection aborted due to retransmission timeout R2",
	"connection aborted",
	"destination unreachable",
}

// Error is the RFC's text.
func (e Error) Error() string {
	if int(e) < NumErrors {
		return errorTexts[e]
	}
	return "no such error"
}
