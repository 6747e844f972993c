package cells

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// liar is TCP up to the moment of the event, and has a fault then.
type liar struct {
	endpoint.Endpoint
	fault string
	lied  bool
}

// faults are what a liar does wrong, and in which cells no answer allows it.
var faults = []struct {
	name  string
	wrong func(*Cell, []*Answer) bool
}{
	// The first datagram is not sent.
	{"mute", func(c *Cell, right []*Answer) bool {
		return allOf(right, func(a *Answer) bool { return len(a.segments) > 0 })
	}},
	// What arrives is ignored.
	{"deaf", func(c *Cell, right []*Answer) bool {
		return c.Event.Step.Rcv.set && allOf(right, func(a *Answer) bool {
			return !a.stays || len(a.segments) > 0 || a.tells != 0 || a.eof
		})
	}},
	// The acknowledgment number is one too high.
	{"off", func(c *Cell, right []*Answer) bool {
		return allOf(right, func(a *Answer) bool { return len(a.segments) > 0 && a.segments[0].Flags.Has(endpoint.ACK) })
	}},
	// What arrives makes the user abort.
	{"abort", func(c *Cell, right []*Answer) bool {
		sends := c.State.Is >= endpoint.SynReceived && c.State.Is <= endpoint.CloseWait
		stays := c.State.Is != endpoint.Closed && allOf(right, func(a *Answer) bool { return a.stays })
		return c.Event.Step.Rcv.set && (sends || stays)
	}},
}

func allOf(list []*Answer, f func(*Answer) bool) bool {
	return !slices.ContainsFunc(list, func(a *Answer) bool { return !f(a) })
}

// Profile claims what TCP does, and that it withholds nothing.
func (l *liar) Profile() endpoint.Profile {
	p := l.Endpoint.(endpoint.Profiler).Profile()
	p.Unthrottled = true
	return p
}

func (l *liar) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := l.Endpoint.Emit(now, buf)
	if !ok || l.lied || now < eventTime {
		return n, ok
	}
	switch l.fault {
	case "mute":
		l.lied = true
		return l.Endpoint.Emit(now, buf)
	case "off":
		l.lied = true
		buf[endpoint.TCPOffset(buf[:n])+11]++
		endpoint.FixChecksum(buf[:n])
	}
	return n, ok
}

func (l *liar) Arrive(now time.Duration, datagram []byte) {
	switch {
	case l.fault == "deaf" && now == eventTime:
	case l.fault == "abort" && now == eventTime:
		_ = l.Endpoint.Abort(now)
	default:
		l.Endpoint.Arrive(now, datagram)
	}
}

// Every fault is found by the table wherever no answer allows it; and by the
// oracle wherever the table finds it, but in the cells that a list names. A
// name that is on the list without need does no harm: the oracle has become
// better.
func TestLiars(t *testing.T) {
	const file = "testdata/silent.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Split(strings.TrimSpace(string(text)), "\n")
	p := profile(t)
	var silent []string
	for _, f := range faults {
		stack := NewStack(func(config endpoint.Config) (endpoint.Endpoint, error) {
			ep, err := tcp.New(config)
			return &liar{Endpoint: ep, fault: f.name}, err
		}, p)
		wrong, found := 0, 0
		for _, c := range All() {
			var right []*Answer
			for i := range c.Answers {
				if a := &c.Answers[i]; a.holds(&p) {
					right = append(right, a)
				}
			}
			r := stack.Put(&c, Places()[0])
			name := f.name + ": " + c.Name()
			if f.wrong(&c, right) && r.Wrong == "" && !c.Event.Until {
				t.Errorf("%s: got %s, and nobody minds", name, r.Got)
			}
			if r.Wrong == "" {
				continue
			}
			wrong++
			if r.Oracle.Found() {
				found++
			} else if silent = append(silent, name); !slices.Contains(listed, name) {
				t.Errorf("%s: the oracle finds nothing, and %s does not list it", name, file)
			}
		}
		t.Logf("%s: wrong in %d cells, found by the oracle in %d of them", f.name, wrong, found)
	}
	if os.Getenv("HALFOPEN_UPDATE") != "" {
		head := string(text[:strings.Index(string(text), "\n\n")+1])
		if err := os.WriteFile(filepath.FromSlash(file), []byte(head+"\n"+strings.Join(silent, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
