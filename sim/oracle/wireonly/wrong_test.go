package wireonly

import (
	"errors"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// wrong is a TCP with one mistake: hooks change what it hears, says and tells.
type wrong struct {
	endpoint.Endpoint
	hear func(w *wrong, now time.Duration, g *endpoint.Segment) (swallow bool)
	say  func(w *wrong, now time.Duration, g *endpoint.Segment) (swallow bool)
	tell func(w *wrong, st *endpoint.Status)
	cfg  func(c *endpoint.Config) // what it does, while it claims the default

	st    endpoint.Status // the truth
	count int
	from  endpoint.Header
}

func (w *wrong) Profile() endpoint.Profile {
	p := w.Endpoint.(endpoint.Profiler).Profile()
	p.RTOInitial = endpoint.DefaultRTOInitial
	return p
}

func (w *wrong) Arrive(now time.Duration, d []byte) {
	var g endpoint.Segment
	err := endpoint.Decode(d, &w.from, &g)
	w.Endpoint.Status(&w.st)
	if w.hear != nil && (err == nil || errors.Is(err, endpoint.ErrChecksum)) && w.hear(w, now, &g) {
		return
	}
	w.Endpoint.Arrive(now, d)
}

// instead lets the endpoint hear another segment.
func (w *wrong) instead(now time.Duration, g *endpoint.Segment) {
	buf := make([]byte, endpoint.MTU)
	n, _ := endpoint.Encode(buf, &w.from, g)
	w.Endpoint.Arrive(now, buf[:n])
}

func (w *wrong) Emit(now time.Duration, buf []byte) (int, bool) {
	for {
		n, ok := w.Endpoint.Emit(now, buf)
		if !ok || w.say == nil {
			return n, ok
		}
		var h endpoint.Header
		var g endpoint.Segment
		own := append([]byte(nil), buf[:n]...)
		if err := endpoint.Decode(own, &h, &g); err != nil {
			return n, ok
		}
		w.Endpoint.Status(&w.st)
		if w.say(w, now, &g) {
			continue
		}
		n, err := endpoint.Encode(buf, &h, &g)
		return n, err == nil
	}
}

func (w *wrong) Status(st *endpoint.Status) {
	w.Endpoint.Status(st)
	if w.tell != nil {
		w.tell(w, st)
	}
}

// judgeWrong runs lines with the wrong end at B.
func judgeWrong(t *testing.T, lines string, m wrong, blind bool) sim.Violation {
	t.Helper()
	w := sim.NewWorld(append(sim.TCP(), sim.Named{Name: "wrong", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		if m.cfg != nil {
			m.cfg(&c)
		}
		inner, err := tcp.New(c)
		e := m
		e.Endpoint = inner
		return &e, err
	}}))
	s := parse(t, "link delay 10ms\n"+lines)
	s.Ends[B].Endpoint = "wrong"
	var j Judge
	v := judgeRun(t, w, &j, s, blind)
	if !v.Found() {
		v = j.Warning()
	}
	return v
}

const (
	closeBoth = "A: open active; send 300; close\nA: when ESTABLISHED; receive all\n" +
		"B: open passive; receive all; send 200; close\n"
	closeAtOnce = "A: open active; when ESTABLISHED; wait 1s; close; receive all\n" +
		"B: open passive; when ESTABLISHED; wait 990ms; close; receive all\n"
	closeFirst = "A: open active; receive all; close\nB: open passive; close; receive all\n"
	lateClose  = "A: open active; send 300; wait 5s; close; receive all\nB: open passive; receive all; send 200; close\n"
	openAtOnce = "A: open active; close; receive all\nB: open active; close; receive all\n"
)

// An end that tells another state than the one that it is in is caught, for
// every pair of states, in the runs that go through the first.
func TestLiesAreCaught(t *testing.T) {
	runs := []string{closeBoth, closeAtOnce, closeFirst, openAtOnce,
		"A: open active\nB: open passive nowait; when SYN-RECEIVED; close\n", "B: open active; close\n"}
	caught, told := 0, 0
	for truth := endpoint.Closed; int(truth) < endpoint.NumStates; truth++ {
		for lie := endpoint.Closed; int(lie) < endpoint.NumStates; lie++ {
			if truth == lie {
				continue
			}
			found, lied := false, false
			for _, lines := range runs {
				m := wrong{tell: func(_ *wrong, st *endpoint.Status) {
					if st.State == truth {
						st.State, lied = lie, true
					}
				}}
				v := judgeWrong(t, lines, m, false)
				found = found || v.Found()
			}
			if !lied {
				continue
			}
			told++
			if caught++; !found {
				caught--
				t.Errorf("telling %v in %v is not caught", lie, truth)
			}
		}
	}
	t.Logf("%d of %d lies are caught", caught, told)
}

// seen are wrong stacks that the segments alone give away, each with the rule
// (without Prefix): the judge is shown no state. The wrong end is B.
var seen = []struct {
	name, lines, rule string
	make              wrong
}{
	{"wrong ACK number in LAST-ACK", closeBoth, "I-11",
		wrong{say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if w.st.State == sLASTACK {
				g.Ack--
			}
			return false
		}}},
	{"ISS changes on the SYN,ACK that is resent", closeBoth + "drop B SYN,ACK #1\n", "I-13",
		wrong{say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if g.Kind() == endpoint.KindSYNACK {
				g.Seq += endpoint.Seq(1000 * w.count)
				w.count++
			}
			return false
		}}},
	{"octets are corrupted on the way out", closeBoth, "I-12",
		wrong{say: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if len(g.Text) > 0 {
				g.Text[0]++
			}
			return false
		}}},
	{"the FIN moves when it is resent", closeBoth + "drop B FIN #1\n", "I-14",
		wrong{say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if g.Flags.Has(FIN) {
				g.Seq -= endpoint.Seq(w.count)
				w.count++
			}
			return false
		}}},
	{"a FIN that nobody asked for", "A: open active; send 10\nB: open passive; receive all\n", "I-15",
		wrong{say: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if g.Kind() == endpoint.KindACK {
				g.Flags |= FIN
			}
			return false
		}}},
	{"text without ACK", closeBoth, "I-16",
		wrong{say: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if len(g.Text) > 0 {
				g.Flags &^= ACK
			}
			return false
		}}},
	{"SYN,ACK in ESTABLISHED", lateClose + "duplicate A SYN #1 after 1s\n", "I-19",
		wrong{say: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			if now > time.Second && g.Kind() == endpoint.KindACK && w.count == 0 {
				w.count++
				g.Flags, g.Seq, g.Ack = SYN|ACK, w.st.ISS, w.st.IRS+1
			}
			return false
		}}},
	{"an old segment draws a RST", lateClose + "duplicate A DATA #1 after 5ms\n", "I-21",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			w.count = 0
			if w.st.State == sESTABLISHED && g.Seq.Less(w.st.RCV.NXT) && len(g.Text) > 0 {
				w.count = 1
			}
			return false
		}, say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if w.count == 1 {
				g.Flags, g.Seq = RST, w.st.SND.NXT
			}
			return false
		}}},
	{"a SYN in ESTABLISHED resets",
		"A: open active; wait 5s; close; receive all\nB: open passive; receive all; close\ninject A->B SYN seq=rcv.nxt+9 at 1s\n", "I-21",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			if !w.st.State.Synchronized() || !g.Flags.Has(SYN) {
				return false
			}
			w.Endpoint.Abort(now)
			return true
		}}},
	{"a RST in the window is obeyed", lateClose + "inject A->B RST seq=rcv.nxt+9 when B ESTABLISHED\n", "I-21",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			if g.Flags.Has(RST) && w.st.State == sESTABLISHED {
				g.Seq = w.st.RCV.NXT
				w.instead(now, g)
				return true
			}
			return false
		}}},
	{"a RST that is good is ignored", closeFirst + "inject A->B RST seq=rcv.nxt when B ESTABLISHED\n", "I-22",
		wrong{hear: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool { return g.Flags.Has(RST) }}},
	{"LISTEN takes any ACK for a handshake", "A: open active; send 10\nB: open passive\ninject A->B ACK seq=5 ack=5 at 1ms\n", "I-23",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			w.count = 0
			if w.st.State == sLISTEN && g.Flags.Has(ACK) {
				w.count = 1
			}
			return false
		}, say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if w.count == 1 {
				g.Flags, g.Ack = ACK, 6
			}
			return false
		}}},
	{"TIME-WAIT does not acknowledge the FIN again", closeFirst + "drop B ACK #1\n", "I-32",
		wrong{hear: func(w *wrong, _ time.Duration, _ *endpoint.Segment) bool { return w.st.State == sTIMEWAIT }}},
	{"the peer's MSS is ignored", "A tcp mss=100\nA: open active; receive all\nB: open passive; send 200\n", "I-34",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			if g.Flags.Has(SYN) {
				g.Options = endpoint.Options(nil).AppendMSS(1460)
				w.instead(now, g)
				return true
			}
			return false
		}}},
	{"the peer's window is ignored", "A tcp receive-buffer=300\nA: open active\nB: open passive; send 2000\n", "I-35",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			g.Wnd = 5000
			w.instead(now, g)
			return true
		}}},
	{"the window is taken back", lateClose, "I-37",
		wrong{say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if w.count++; w.count > 1 {
				g.Wnd = 100
			}
			return false
		}}},
	{"an ACK draws an ACK", "A: open active; wait 1s; close; receive all\nB: open passive; send 400; receive all; close\n", "I-43",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment) bool {
			if w.st.State == sESTABLISHED && g.Kind() == endpoint.KindACK {
				old := *g
				w.Endpoint.Arrive(now, nil)
				w.instead(now, g)
				old.Seq -= 2000
				w.instead(now, &old)
				return true
			}
			return false
		}}},
	{"the timer does not wait", closeBoth + "drop B SYN,ACK #1-3\n", "I-48",
		wrong{cfg: func(c *endpoint.Config) { c.RTOInitial = 300 * time.Millisecond }}},
	{"options that nobody offered", closeBoth, "I-52",
		wrong{say: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if g.Kind() == endpoint.KindACK {
				g.Options = endpoint.Options(nil).AppendTimestamps(1, 1).Pad()
			}
			return false
		}}},
	{"a number is skipped", closeBoth, "seq",
		wrong{say: func(_ *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if len(g.Text) > 0 {
				g.Seq++
			}
			return false
		}}},
	{"CLOSED answers with an ACK", closeBoth + "duplicate A FIN #1 after 2s\n", "explained",
		wrong{say: func(w *wrong, _ time.Duration, g *endpoint.Segment) bool {
			if w.st.State == sCLOSED && g.Flags.Has(RST) {
				g.Flags, g.Ack = ACK, 1
			}
			return false
		}}},
}

func TestWrongStacksAreSeen(t *testing.T) {
	for _, m := range seen {
		t.Run(m.name, func(t *testing.T) {
			v := judgeWrong(t, m.lines, m.make, true)
			if v.Rule.ID != Prefix+m.rule {
				t.Errorf("broke %q: %s (got %s, want %s); want %s", v.Rule.ID, v.Text, v.Got, v.Want, m.rule)
			}
		})
	}
}
