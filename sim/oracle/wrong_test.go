package oracle

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// wrong is a TCP with one mistake: hooks change what it hears, says and tells.
type wrong struct {
	endpoint.Endpoint
	hear func(w *wrong, now time.Duration, g *endpoint.Segment, d []byte) (swallow bool)
	say  func(w *wrong, g *endpoint.Segment) (swallow bool)
	read func(p []byte)
	tell func(w *wrong, st *endpoint.Status)
	fire func(w *wrong, now time.Duration) (swallow bool)

	st    endpoint.Status // the truth
	dead  bool
	count int
	from  endpoint.Header
}

func (w *wrong) Profile() endpoint.Profile { return w.Endpoint.(endpoint.Profiler).Profile() }

func (w *wrong) truth() *endpoint.Status {
	w.Endpoint.Status(&w.st)
	return &w.st
}

func (w *wrong) Arrive(now time.Duration, d []byte) {
	var g endpoint.Segment
	err := endpoint.Decode(d, &w.from, &g)
	w.truth()
	if w.hear != nil && (err == nil || errors.Is(err, endpoint.ErrChecksum)) && w.hear(w, now, &g, d) {
		return
	}
	w.Endpoint.Arrive(now, d)
}

func (w *wrong) Receive(now time.Duration, p []byte) (int, error) {
	n, err := w.Endpoint.Receive(now, p)
	if w.read != nil && n > 0 {
		w.read(p[:n])
	}
	return n, err
}

func (w *wrong) Timeout(now time.Duration) {
	w.truth()
	if w.fire != nil && w.fire(w, now) {
		return
	}
	w.Endpoint.Timeout(now)
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
		w.truth()
		if w.say(w, &g) {
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
	if w.dead {
		*st = endpoint.Status{State: sCLOSED, Known: endpoint.KnowAll, Err: st.Err, Deadline: endpoint.Never}
	}
}

const (
	closeBoth = "A: open active; send 300; close\nA: when ESTABLISHED; receive all\n" +
		"B: open passive; receive all; send 200; close\n"
	closeAtOnce = "A: open active; when ESTABLISHED; wait 1s; close; receive all\n" +
		"B: open passive; when ESTABLISHED; wait 990ms; close; receive all\n"
	openAtOnce = "A: open active; close; receive all\nB: open active; close; receive all\n"
)

// mutants are the known-wrong stacks that a TCP test has to catch. The wrong
// end is B; the lines are of a link with a delay of 10 ms.
var mutants = []struct {
	name, lines, rules string
	make               wrong
}{
	{"LAST-ACK closes on any ACK", closeBoth + "drop B FIN #1\ninject A->B ACK seq=rcv.nxt ack=snd.una when B LAST-ACK", "I-27",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment, _ []byte) bool {
			w.dead = w.dead || w.st.State == sLASTACK && g.Flags.Has(ACK)
			return w.dead
		}}},
	{"simultaneous close goes to TIME-WAIT", closeAtOnce, "I-27 I-29 I-1",
		wrong{tell: func(w *wrong, st *endpoint.Status) {
			if st.State == sCLOSING {
				st.State = sTIMEWAIT
			}
		}}},
	{"simultaneous close is not seen", closeAtOnce, "I-1",
		wrong{tell: func(w *wrong, st *endpoint.Status) {
			if st.State == sCLOSING {
				st.State = sFINWAIT1
			}
		}}},
	{"wrong ACK number in LAST-ACK", closeBoth, "I-11",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			if w.st.State == sLASTACK {
				g.Ack--
			}
			return false
		}}},
	{"no ACKs in FIN-WAIT-2", "A: open active; receive all; send 500; wait 1s; close\nB: open passive; close; receive all\n", "owed-answer",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			return w.st.State == sFINWAIT2 && g.Kind() == endpoint.KindACK
		}}},
	{"text is dropped in FIN-WAIT-2", "A: open active; receive all; send 500; close\nB: open passive; close; receive all\n", "in-order",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment, _ []byte) bool {
			return w.st.State == sFINWAIT2 && len(g.Text) > 0
		}}},
	{"RST answered with an ACK", closeBoth + "inject A->B RST seq=rcv.nxt-1 when B ESTABLISHED", "unowed-answer",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment, d []byte) bool {
			if !g.Flags.Has(RST) {
				return false
			}
			g.Flags, g.Ack, g.Seq = ACK, w.st.SND.UNA, g.Seq-1 // an old ACK draws one
			buf := make([]byte, 1500)
			n, _ := endpoint.Encode(buf, &w.from, g)
			w.Endpoint.Arrive(now, buf[:n])
			return true
		}}},
	{"simultaneous open is broken", openAtOnce, "owed-answer",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment, _ []byte) bool {
			return w.st.State == sSYNSENT && g.Kind() == endpoint.KindSYN
		}}},
	{"TIME-WAIT does not acknowledge the FIN again", "A: open active; receive all; close\nB: open passive; close; receive all\ndrop B ACK #1\n", "I-32 owed-answer",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment, _ []byte) bool { return w.st.State == sTIMEWAIT }}},
	{"a lost FIN is never resent", closeBoth + "drop B FIN #1\n", "resting settle I-49",
		wrong{tell: func(w *wrong, st *endpoint.Status) {
			if st.State == sLASTACK {
				st.Deadline = endpoint.Never
			}
		}}},
	{"the FIN is resent without its bit", closeAtOnce + "drop B FIN #1\n", "ack-seq earned-give-up settle",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			if g.Flags.Has(FIN) {
				if w.count++; w.count > 1 {
					g.Flags &^= FIN
				}
			}
			return false
		}}},
	{"a SYN in ESTABLISHED is dropped silently",
		"A: open active; wait 5s; close; receive all\nB: open passive; receive all; close\ninject A->B SYN seq=rcv.nxt+9 at 1s\n", "owed-answer",
		wrong{hear: func(w *wrong, _ time.Duration, g *endpoint.Segment, _ []byte) bool {
			return w.st.State.Synchronized() && g.Flags.Has(SYN)
		}}},
	{"ISS changes on the SYN,ACK that is resent", closeBoth + "drop B SYN,ACK #1\n", "I-13",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			if g.Kind() == endpoint.KindSYNACK {
				g.Seq += endpoint.Seq(1000 * w.count)
				w.count++
			}
			return false
		}}},
	{"octets are corrupted", closeBoth, "I-3", wrong{read: func(p []byte) { p[len(p)-1]++ }}},
	{"octets are corrupted on the way out", closeBoth, "I-12",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			if len(g.Text) > 0 {
				g.Text[0]++
			}
			return false
		}}},
	{"TIME-WAIT ends early", "A: open active; receive all; close\nB: open passive; close; receive all\n", "I-31",
		wrong{
			tell: func(w *wrong, st *endpoint.Status) {
				if st.State == sTIMEWAIT && st.Deadline > time.Second {
					st.Deadline -= time.Second
				}
			},
			fire: func(w *wrong, _ time.Duration) bool {
				w.dead = w.st.State == sTIMEWAIT
				return w.dead
			}}},
	{"it gives up at once", closeBoth + "drop B FIN #1\n", "earned-give-up",
		wrong{fire: func(w *wrong, _ time.Duration) bool {
			w.dead = w.st.State == sLASTACK
			return w.dead
		}}},
	{"it takes what the checksum catches", closeBoth + "corrupt A FIN #1 bit 70\n", "I-41",
		wrong{hear: func(w *wrong, now time.Duration, g *endpoint.Segment, d []byte) bool {
			own := append([]byte(nil), d...)
			endpoint.FixChecksum(own)
			w.Endpoint.Arrive(now, own)
			return true
		}}},
	{"the FIN leaves before pending octets", "A: open active; receive all; close\nB: open passive; send 4000; close; receive all\n", "I-14 I-15",
		wrong{say: func(w *wrong, g *endpoint.Segment) bool {
			if len(g.Text) > 0 && w.count < 1 {
				w.count++
				g.Flags |= FIN
			}
			return false
		}}},
}

func TestMutantsAreCaught(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			offer := append(sim.TCP(), sim.Named{Name: "wrong", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
				ep, err := tcp.New(c)
				w := m.make
				w.Endpoint = ep
				return &w, err
			}})
			w := sim.NewWorld(offer)
			var j Judge
			text := "link delay 10ms cap 5\n" + m.lines
			if v, err := run(w, &j, text); err != nil || v.Found() {
				t.Fatal("with the right TCP:", err, v)
			}
			v, err := run(w, &j, "B wrong\n"+text)
			if err != nil {
				t.Fatal(err)
			}
			if !v.Found() || !strings.Contains(" "+m.rules+" ", " "+v.Rule.ID+" ") {
				t.Fatalf("found %q (%s), want one of %s; outcome %v at %v, fair %v", v.Rule.ID, v.Text, m.rules, w.Outcome(), w.Now(), w.Fair())
			}
			t.Log(v.Rule.ID, v.Text)
		})
	}
}
