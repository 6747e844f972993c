package sim

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
)

// ContractError says that a stack broke the contract of endpoint.Endpoint so
// that there is nothing to go on with. Step panics with one, on the stack's
// behalf and not from a method of World: whoever makes a panic of a stack a
// finding, as sim/search does, makes this one a finding too.
type ContractError struct {
	Call string // the method: "Send"
	Got  string // what it answered
	Want string // what the contract allows
}

// Error tells the call, the answer and what would be right.
func (e *ContractError) Error() string {
	return fmt.Sprintf("endpoint: %s answered %s, want %s", e.Call, e.Got, e.Want)
}

// blame panics on behalf of a stack.
func (h *host) blame(err *ContractError) { panic(err) }

// count checks a number of octets that a stack answered.
func (h *host) count(call string, n, most int) {
	if n < 0 || n > most {
		h.blame(&ContractError{call, fmt.Sprint(n, " octets"), fmt.Sprint("0 to ", most)})
	}
}

func (h *host) send(now time.Duration, p []byte) (int, error) {
	n, err := h.ep.Send(now, p)
	h.count("Send", n, len(p))
	return n, err
}

func (h *host) receive(now time.Duration, p []byte) (int, error) {
	n, err := h.ep.Receive(now, p)
	h.count("Receive", n, len(p))
	return n, err
}

func (h *host) emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := h.ep.Emit(now, buf)
	if ok {
		h.count("Emit", n, len(buf))
	}
	return n, ok
}

// ask asks the stack for its status. What it does not fill in says nothing:
// nothing is left of an older answer. On an error the status says nothing at
// all.
func (h *host) ask() *ContractError {
	st := h.now()
	*st = endpoint.Status{Deadline: endpoint.Never}
	h.ep.Status(st)
	got := ""
	switch {
	case int(st.State) >= endpoint.NumStates:
		got = fmt.Sprint("State ", uint8(st.State))
	case int(st.Err) >= endpoint.NumErrors:
		got = fmt.Sprint("Err ", uint8(st.Err))
	default:
		return nil
	}
	*st = endpoint.Status{Deadline: endpoint.Never}
	return &ContractError{"Status", got, fmt.Sprintf("a State below %d and an Err below %d", endpoint.NumStates, endpoint.NumErrors)}
}

// build makes a stack that remembers nothing; a factory owes one, or an error.
func (n Named) build(c endpoint.Config) (endpoint.Endpoint, error) {
	ep, err := n.New(c)
	if err == nil && ep == nil {
		err = &ContractError{"the factory of " + n.Name, "nil and no error", "an endpoint or an error"}
	}
	return ep, err
}
