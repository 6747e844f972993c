package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// WriteJSONL writes the run as JSON Lines, schema [Schema]: line 1 has the
// scenario and what came of it, then one event a line. All numbers are
// integers, sequence numbers absolute. Each event carries its link of a hash
// chain, line 1 the last link.
func WriteJSONL(w io.Writer, t *sim.Trace) error {
	lines, err := jsonLines(t)
	if err != nil {
		return err
	}
	_, err = w.Write(append(bytes.Join(lines, []byte{'\n'}), '\n'))
	return err
}

// jsonLines are the lines of a trace, without newlines.
func jsonLines(t *sim.Trace) ([][]byte, error) {
	l := newLayout(t)
	head, err := encodeLine(headerOf(t, l))
	if err != nil {
		return nil, err
	}
	lines := make([][]byte, 1, 1+len(t.Events))
	h := newChain(head)
	prev := [2]sim.TCB{{Deadline: endpoint.Never}, {Deadline: endpoint.Never}}
	for i := range t.Events {
		e := &t.Events[i]
		body, err := encodeLine(eventOfTrace(t, l, i, &prev[e.End]))
		if err != nil {
			return nil, err
		}
		prev[e.End] = e.TCB
		h.add(body)
		lines = append(lines, h.seal(body))
	}
	lines[0] = h.seal(head)
	return lines, nil
}

// unsealed is how a line ends before its hash is known, and a body is what
// stands before that.
const unsealed = `,"hash":""}`

// encodeLine writes a header or an event as a body.
func encodeLine(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // "->" is to be readable
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte(unsealed+"\n")), nil
}

// chain is a hash chain over bodies: each link is half of the SHA-256 of the
// link before it and of the body.
type chain [16]byte

func newChain(head []byte) chain {
	sum := sha256.Sum256(head)
	return chain(sum[:16])
}

func (c *chain) add(body []byte) {
	sum := sha256.Sum256(append(c[:len(c):len(c)], body...))
	*c = chain(sum[:16])
}

func (c *chain) String() string { return hex.EncodeToString(c[:]) }

// seal makes a line of a body.
func (c *chain) seal(body []byte) []byte {
	line := append(make([]byte, 0, len(body)+len(unsealed)+32), body...)
	return append(append(append(line, `,"hash":"`...), c.String()...), `"}`...)
}

// unseal takes a line apart.
func unseal(line []byte) (body []byte, hash string, ok bool) {
	const tail = len(unsealed) + 32
	if len(line) < tail {
		return nil, "", false
	}
	body, rest := line[:len(line)-tail], string(line[len(line)-tail:])
	if rest[:9] != unsealed[:9] || rest[41:] != `"}` {
		return nil, "", false
	}
	return body, rest[9:41], true
}
