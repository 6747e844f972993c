package table

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
)

// in is a segment in the window with a good ACK field, of a stack that claims
// RFC 5961.
const in = ACK | InWindow | SEQInWindow | AtNXT | RFC5961

// fin is one whose FIN is in order.
const fin = in | FIN | LEN | Advanced | FINTaken

// matches are steps and what explains them: a row and the debt, or nothing.
var matches = []struct {
	name     string
	from, to endpoint.State
	event    Event
	yes      Fact
	sent     Forms
	want     string // rows, then the debt; "" if nothing explains it
}{
	{"composite: SYN,ACK with FIN", tSYNSENT, tCLOSEWAIT, Segment, SYN | ACK | FIN | LEN | NewACK | Advanced | FINTaken, SendACK,
		"3.10.7.3e/SYN-SENT"},
	{"composite: ACK with FIN", tSYNRECEIVED, tCLOSEWAIT, Segment, fin | NewACK, 0,
		"3.10.7.4-5i/SYN-RECEIVED 3.8f/CLOSE-WAIT delayed"},
	{"composite without the FIN", tSYNRECEIVED, tCLOSEWAIT, Segment, in | NewACK, SendACK, ""},
	{"composite: CLOSE waited", tSYNRECEIVED, tFINWAIT1, Segment, in | NewACK | CLOSECalled, SendText | SendFIN,
		"3.10.7.4-5j/SYN-RECEIVED 3.8a/FIN-WAIT-1 3.8b/FIN-WAIT-1"},
	{"composite: no CLOSE waited", tSYNRECEIVED, tFINWAIT1, Segment, in | NewACK, SendFIN, ""},
	{"composite: both", tSYNRECEIVED, tLASTACK, Segment, fin | NewACK | CLOSECalled, SendFIN,
		"3.10.7.4-5h2/SYN-RECEIVED 3.8b/LAST-ACK 3.8f/LAST-ACK"},

	{"text, ACK later", tESTABLISHED, tESTABLISHED, Segment, in | Text | LEN | Advanced, 0,
		"3.10.7.4-7a/ESTABLISHED delayed"},
	{"text, ACK on text", tESTABLISHED, tESTABLISHED, Segment, in | Text | LEN | Advanced, SendText,
		"3.10.7.4-7a/ESTABLISHED 3.8a/ESTABLISHED"},
	{"text answered with a RST", tESTABLISHED, tESTABLISHED, Segment, in | Text | LEN | Advanced, RSTofACK, ""},
	{"duplicate ACK answered", tESTABLISHED, tESTABLISHED, Segment, in, SendACK, ""},
	{"duplicate ACK, an ACK waited", tESTABLISHED, tESTABLISHED, Segment, in | ACKWaits, SendACK,
		"3.10.7.4-5t/ESTABLISHED 3.8d/ESTABLISHED"},
	{"duplicate ACK, the window opens", tESTABLISHED, tESTABLISHED, Segment, in | WindowUpdate, SendACK,
		"3.10.7.4-5t/ESTABLISHED 3.8e/ESTABLISHED"},
	{"FIN taken, and nothing follows", tESTABLISHED, tESTABLISHED, Segment, fin, SendACK, ""},
	{"FIN taken", tESTABLISHED, tCLOSEWAIT, Segment, fin, SendACK, "3.10.7.4-8a/ESTABLISHED"},
	{"no FIN taken", tESTABLISHED, tCLOSEWAIT, Segment, in, 0, ""},

	{"note 2", tFINWAIT1, tTIMEWAIT, Segment, fin | NewACK | OwnFINAcked, SendACK, "3.10.7.4-8b/FIN-WAIT-1"},
	{"note 2, own FIN not acknowledged", tFINWAIT1, tTIMEWAIT, Segment, fin, SendACK, ""},
	{"old segment, its ACK used (A.2)", tFINWAIT1, tFINWAIT2, Segment, ACK | NearWindow | BeforeNXT | NewACK | OwnFINAcked, SendACK,
		"3.10.7.4-5l/FIN-WAIT-1 3.8g/FIN-WAIT-2"},
	{"beyond the window, its ACK used", tFINWAIT1, tFINWAIT2, Segment, ACK | BeyondNXT | NewACK | OwnFINAcked, SendACK, ""},

	{"challenge", tESTABLISHED, tESTABLISHED, Segment, RST | SEQInWindow | BeyondNXT | InWindow | RFC5961, SendACK, "3.10.7.4-2b/ESTABLISHED"},
	{"challenge missing", tESTABLISHED, tESTABLISHED, Segment, RST | SEQInWindow | BeyondNXT | InWindow | RFC5961, 0, "3.10.7.4-2b/ESTABLISHED soon"},
	{"challenge throttled", tESTABLISHED, tESTABLISHED, Segment, RST | SEQInWindow | BeyondNXT | InWindow | RFC5961 | Throttled, 0, "3.10.7.4-2b/ESTABLISHED"},
	{"RST that is not exact obeyed", tESTABLISHED, tCLOSED, Segment, RST | SEQInWindow | BeyondNXT | InWindow | RFC5961, 0, ""},
	{"the same without the claim", tESTABLISHED, tCLOSED, Segment, RST | SEQInWindow | BeyondNXT | InWindow, 0, "3.10.7.4-2h/ESTABLISHED"},
	{"SYN in the window, RFC 793", tESTABLISHED, tCLOSED, Segment, in&^RFC5961 | SYN | LEN, RSTofACK, "3.10.7.4-4e/ESTABLISHED"},
	{"the same with the claim", tESTABLISHED, tCLOSED, Segment, in | SYN | LEN, RSTofACK, ""},
	{"the same in silence", tESTABLISHED, tCLOSED, Segment, in&^RFC5961 | SYN | LEN, 0, ""},
	{"RST in TIME-WAIT", tTIMEWAIT, tCLOSED, Segment, in | RST | FINTaken, 0, "3.10.7.4-2i/TIME-WAIT"},
	{"RST in TIME-WAIT, RFC 1337", tTIMEWAIT, tCLOSED, Segment, in | RST | FINTaken | RFC1337, 0, ""},
	{"RST in TIME-WAIT ignored", tTIMEWAIT, tTIMEWAIT, Segment, in | RST | FINTaken, 0, ""},
	{"a new connection in TIME-WAIT", tTIMEWAIT, tSYNRECEIVED, Segment, SYN | LEN | InWindow | BeyondNXT | SEQInWindow | Reopens, SendSYNACK, "3.6.1c/TIME-WAIT"},
	{"the same, not claimed", tTIMEWAIT, tSYNRECEIVED, Segment, SYN | LEN | InWindow | BeyondNXT | SEQInWindow, SendSYNACK, ""},
	{"RST to a listener's child", tSYNRECEIVED, tLISTEN, Segment, in | RST | Passive, 0, "3.10.7.4-2f/SYN-RECEIVED"},
	{"RST in a simultaneous open", tSYNRECEIVED, tLISTEN, Segment, in | RST, 0, ""},

	{"CLOSE", tESTABLISHED, tFINWAIT1, Close, Idle, SendFIN, "3.10.4h/ESTABLISHED"},
	{"CLOSE, nothing leaves", tESTABLISHED, tFINWAIT1, Close, Idle, 0, ""},
	{"CLOSE with octets queued", tESTABLISHED, tFINWAIT1, Close, 0, 0, "3.10.4i/ESTABLISHED"},
	{"CLOSE, half-duplex", tESTABLISHED, tCLOSED, Close, Unread | HalfDuplex, RSTofNXT, "3.6.1a/ESTABLISHED"},
	{"CLOSE, half-duplex, not claimed", tESTABLISHED, tCLOSED, Close, Unread, RSTofNXT, ""},
	{"CLOSE, half-duplex, all read", tESTABLISHED, tCLOSED, Close, HalfDuplex, RSTofNXT, ""},
	{"CLOSE, half-duplex, note 3", tESTABLISHED, tTIMEWAIT, Close, Unread | HalfDuplex | Note3, RSTofNXT, "3.6.1a2/ESTABLISHED"},
	{"ABORT", tESTABLISHED, tCLOSED, Abort, 0, RSTofNXT, "3.10.5d/ESTABLISHED"},
	{"ABORT in silence", tESTABLISHED, tCLOSED, Abort, 0, 0, ""},
	{"ABORT, note 3", tESTABLISHED, tTIMEWAIT, Abort, Note3, RSTofNXT, "3.3.2a/ESTABLISHED"},
	{"ABORT, note 3 not claimed", tESTABLISHED, tTIMEWAIT, Abort, 0, RSTofNXT, ""},
	{"ABORT in CLOSING", tCLOSING, tCLOSED, Abort, 0, RSTofNXT, ""},

	{"SYN again", tSYNSENT, tSYNSENT, Timeout, 0, SendSYN, "3.10.8d/SYN-SENT"},
	{"text again", tESTABLISHED, tESTABLISHED, Timeout, 0, SendText, "3.10.8h2/ESTABLISHED"},
	{"window probe", tESTABLISHED, tESTABLISHED, Timeout, SNDZero, SendText, "3.10.8h/ESTABLISHED"},
	{"2 MSL", tTIMEWAIT, tCLOSED, Timeout, 0, 0, "3.10.8l3/TIME-WAIT"},
	{"2 MSL, and a RST", tTIMEWAIT, tCLOSED, Timeout, 0, RSTofNXT, ""},
	{"crash", tESTABLISHED, tCLOSED, Crash, 0, 0, "3.5.1b/ESTABLISHED"},
	{"a RST at a crash", tESTABLISHED, tCLOSED, Crash, 0, RSTofNXT, ""},
	{"no such event", tESTABLISHED, tCLOSED, anyEvent, 0, 0, ""},
	{"no such state", endpoint.State(endpoint.NumStates), tCLOSED, Crash, 0, 0, ""},
}

func TestMatch(t *testing.T) {
	for _, c := range matches {
		f := Match(&Step{From: c.from, To: c.to, Event: c.event, Facts: Known(c.yes), Sent: c.sent})
		var words []string
		for _, id := range f.Rows(nil) {
			words = append(words, id.String())
		}
		if f.Debt != Now {
			words = append(words, f.Debt.String())
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is unknown can explain a step both ways, and decides nothing.
func TestUnknownFacts(t *testing.T) {
	s := Step{From: tESTABLISHED, Event: Segment, Facts: Known(in | LEN | FIN).Unknown(FINTaken | Advanced), Sent: SendACK}
	for to, want := range map[endpoint.State]bool{tESTABLISHED: true, tCLOSEWAIT: true, tFINWAIT1: false, tCLOSED: false} {
		if s.To = to; Match(&s).Explained() != want {
			t.Errorf("to %v: explained %t", to, !want)
		}
	}
	// A RST of which the number is unknown may be obeyed, challenged or dropped.
	s = Step{From: tESTABLISHED, Event: Segment, Facts: Known(RST | RFC5961).Unknown(InWindow | SEQInWindow | AtNXT)}
	for _, c := range []struct {
		to   endpoint.State
		sent Forms
		want bool
	}{{tESTABLISHED, 0, true}, {tESTABLISHED, SendACK, true}, {tCLOSED, 0, true}, {tCLOSED, RSTofNXT, false}, {tLISTEN, 0, false}} {
		if s.To, s.Sent = c.to, c.sent; Match(&s).Explained() != c.want {
			t.Errorf("to %v with %q: explained %t", c.to, c.sent, !c.want)
		}
	}
	s = Step{From: tESTABLISHED, To: tESTABLISHED, Event: Segment, Facts: Known(fin).Unknown(FINTaken), Sent: SendACK}
	if !Match(&s).Explained() {
		t.Error("a FIN that may not have been taken was taken")
	}
	var none Step
	if f := Match(&none); f.Explained() {
		t.Errorf("the zero step is explained by %v", f.Row)
	}
}

// A report can say what would have been right.
func TestExpected(t *testing.T) {
	s := Step{From: tLASTACK, To: tTIMEWAIT, Event: Segment, Facts: Known(in | NewACK | OwnFINAcked | FINTaken)}
	list := Expected(&s)
	if len(list) != 1 || list[0].ID != "3.10.7.4-5n/LAST-ACK" {
		t.Errorf("%v", list)
	}
	const want = "3.10.7.4-5n/LAST-ACK: LAST-ACK on segment if own FIN acked -> CLOSED"
	if len(list) == 1 && list[0].String() != want {
		t.Errorf("%q, want %q", list[0], want)
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	s := textStep()
	var m Memo
	if n := testing.AllocsPerRun(100, func() {
		if Match(&s) != m.Match(&s) {
			t.Error("a memo does not say what Match says")
		}
	}); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func textStep() Step {
	return Step{From: tESTABLISHED, To: tESTABLISHED, Event: Segment, Facts: Known(in | Text | LEN | Advanced), Sent: SendACK}
}

func BenchmarkMatch(b *testing.B) {
	ack := textStep()
	ack.Facts, ack.Sent = Known(in|NewACK), SendText
	call := Step{From: tESTABLISHED, To: tESTABLISHED, Event: Send, Facts: Known(0), Sent: SendText}
	for _, c := range []struct {
		name string
		step Step
	}{{"text", textStep()}, {"ACK", ack}, {"SEND", call}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Match(&c.step).Row == 0 {
					b.Fatal("not explained")
				}
			}
		})
	}
}
