package tcp

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// The kit drives one TCP by hand. The test is the peer: it writes segments
// and expects exactly those that leave, in relative sequence numbers: ours
// begin with ISS 1000 (the SYN), the peer's with IRS 5000.
const (
	ourISS  = endpoint.Seq(1000)
	peerISS = endpoint.Seq(5000)
	window  = 4096 // what the peer's segments advertise
	step    = time.Microsecond
)

var (
	localSocket = netip.MustParseAddrPort("192.0.2.1:100")
	peerSocket  = netip.MustParseAddrPort("192.0.2.2:200")
)

// hand is a TCP in somebody's hand.
type hand struct {
	*testing.T
	tcp *TCP
	now time.Duration
	got []string // what left and was not yet expected
	wnd uint16   // what the peer's next segments advertise

	last endpoint.Segment // what left last
	opts endpoint.Options // what the peer's next segments carry, beside the MSS of a SYN
}

// testConfig has everything that makes figures round; a fixed ISS at time 0
// is exact.
func testConfig() endpoint.Config {
	return endpoint.Config{
		Local: localSocket, Remote: peerSocket, FixedISS: true, ISS: ourISS, MSS: 1000,
		MSL: 30 * time.Second,
	}
}

func newHand(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	c := testConfig()
	for _, f := range change {
		f(&c)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &hand{T: t, tcp: e.(*TCP), wnd: window}
}

// seg is a segment from the peer in the notation of the RFC: flags, then
// SEQ and ACK relative to the initial numbers, then the text. ack < 0 is none.
func (h *hand) seg(flags string, seq, ack int, text string) endpoint.Segment {
	h.Helper()
	f, ok := endpoint.ParseFlags(flags)
	if !ok {
		h.Fatalf("no such flags: %s", flags)
	}
	s := endpoint.Segment{
		SrcPort: peerSocket.Port(), DstPort: localSocket.Port(), Flags: f, Seq: peerISS.Add(seq),
		Wnd: h.wnd, Text: []byte(text),
	}
	if f.Has(endpoint.ACK) {
		s.Ack = ourISS.Add(ack)
	}
	if f.Has(endpoint.SYN) {
		s.Options = endpoint.Options{}.AppendMSS(1000)
	}
	s.Options = append(s.Options, h.opts...).Pad()
	return s
}

// deliver hands a segment to the TCP, from an address.
func (h *hand) deliver(src, dst netip.Addr, s endpoint.Segment) {
	h.Helper()
	var buf [endpoint.MTU]byte
	n, err := endpoint.Encode(buf[:], &endpoint.Header{Src: src, Dst: dst}, &s)
	if err != nil {
		h.Fatal(err)
	}
	h.tcp.Arrive(h.now, buf[:n])
	clear(buf[:]) // a datagram is not kept
	h.drain()
}

// recv is a segment that arrives from the peer.
func (h *hand) recv(flags string, seq, ack int, text string) *hand {
	h.Helper()
	h.deliver(peerSocket.Addr(), localSocket.Addr(), h.seg(flags, seq, ack, text))
	return h
}

// drain asks Emit until it says no.
func (h *hand) drain() {
	h.Helper()
	var buf [endpoint.MTU]byte
	for n := 0; ; n++ {
		k, ok := h.tcp.Emit(h.now, buf[:])
		if !ok {
			break
		}
		if n == 200 {
			h.Fatal("Emit goes on and on")
		}
		var hd endpoint.Header
		var s endpoint.Segment
		if err := endpoint.Decode(buf[:k], &hd, &s); err != nil {
			h.Fatalf("what Emit wrote: %v", err)
		}
		h.got = append(h.got, show(&hd, &s))
		h.last = s
		h.last.Options = bytes.Clone(s.Options)
	}
	if err := h.tcp.valid(); err != nil {
		h.Fatalf("at %v in %v: %v", h.now, h.tcp.state, err)
	}
}

// show writes a segment that left: "SYN,ACK 0 ack 1 wnd 65535", with the
// length of the text if there is any, and the destination if it is not the
// peer.
func show(hd *endpoint.Header, s *endpoint.Segment) string {
	var b strings.Builder
	fmt.Fprint(&b, s.Flags)
	if s.Flags.Has(endpoint.RST|endpoint.ACK) && s.Seq == 0 {
		fmt.Fprintf(&b, " 0 ack %d", s.Ack.Sub(peerISS))
	} else {
		fmt.Fprintf(&b, " %d", s.Seq.Sub(ourISS))
		if s.Flags.Has(endpoint.ACK) {
			fmt.Fprintf(&b, " ack %d", s.Ack.Sub(peerISS))
		}
	}
	if len(s.Text) > 0 {
		fmt.Fprintf(&b, " len %d", len(s.Text))
	}
	if to := netip.AddrPortFrom(hd.Dst, s.DstPort); to != peerSocket {
		fmt.Fprintf(&b, " to %v", to)
	}
	return b.String()
}

// expect says exactly which segments have left since the last expect.
func (h *hand) expect(want ...string) *hand {
	h.Helper()
	if !slices.Equal(h.got, want) {
		h.Fatalf("at %v in %v left\n\t%s\nwant\n\t%s", h.now, h.tcp.state,
			strings.Join(h.got, "\n\t"), strings.Join(want, "\n\t"))
	}
	h.got = nil
	return h
}

// in says in which state the TCP is, and that nothing has left.
func (h *hand) in(state endpoint.State, left ...string) *hand {
	h.Helper()
	h.expect(left...)
	if h.tcp.state != state {
		h.Fatalf("at %v in %v, want %v", h.now, h.tcp.state, state)
	}
	return h
}

func (h *hand) status() (st endpoint.Status) { h.tcp.Status(&st); return st }

func (h *hand) deadline() time.Duration { st := h.status(); return st.Deadline }

// wait lets time pass and runs the timers that are due on the way.
func (h *hand) wait(d time.Duration) *hand {
	h.Helper()
	until := h.now + d
	for n := 0; h.deadline() <= until; n++ {
		if n == 1000 {
			h.Fatal("timers without end")
		}
		h.now = max(h.now, h.deadline())
		h.tcp.Timeout(h.now)
		h.drain()
	}
	h.now = until
	return h
}

// fire lets the next timer run, after exactly d.
func (h *hand) fire(d time.Duration) *hand {
	h.Helper()
	if at := h.deadline(); at != h.now+d {
		h.Fatalf("at %v in %v the next timer is due in %v, want %v", h.now, h.tcp.state, at-h.now, d)
	}
	h.now += d
	h.tcp.Timeout(h.now)
	h.drain()
	return h
}

// idle says that no timer is pending.
func (h *hand) idle() *hand {
	h.Helper()
	if at := h.deadline(); at != endpoint.Never {
		h.Fatalf("a timer is due in %v, want none", at-h.now)
	}
	return h
}

func (h *hand) call(err, want error) *hand {
	h.Helper()
	if err != want {
		h.Fatalf("in %v: error %v, want %v", h.tcp.state, err, want)
	}
	h.drain()
	return h
}

func (h *hand) open(passive bool, want error) *hand {
	h.Helper()
	return h.call(h.tcp.Open(h.now, passive), want)
}

func (h *hand) close(want error) *hand { h.Helper(); return h.call(h.tcp.Close(h.now), want) }
func (h *hand) abort(want error) *hand { h.Helper(); return h.call(h.tcp.Abort(h.now), want) }

// send gives n octets to SEND and wants all of them taken.
func (h *hand) send(n int) *hand {
	h.Helper()
	k, err := h.tcp.Send(h.now, text(h.tcp.out.n, n))
	if k != n || err != nil {
		h.Fatalf("in %v SEND of %d took %d, %v", h.tcp.state, n, k, err)
	}
	h.drain()
	return h
}

func (h *hand) sendErr(want error) *hand {
	h.Helper()
	n, err := h.tcp.Send(h.now, []byte("x"))
	if n != 0 {
		h.Fatalf("in %v SEND took %d octets", h.tcp.state, n)
	}
	return h.call(err, want)
}

// read wants RECEIVE to hand out exactly this, which may be nothing.
func (h *hand) read(want string) *hand {
	h.Helper()
	buf := make([]byte, len(want)+10)
	n, err := h.tcp.Receive(h.now, buf)
	if string(buf[:n]) != want || err != nil {
		h.Fatalf("in %v RECEIVE gave %q, %v, want %q", h.tcp.state, buf[:n], err, want)
	}
	h.drain()
	return h
}

func (h *hand) readErr(want error) *hand {
	h.Helper()
	n, err := h.tcp.Receive(h.now, make([]byte, 10))
	if n != 0 {
		h.Fatalf("in %v RECEIVE gave %d octets", h.tcp.state, n)
	}
	return h.call(err, want)
}

// text is n octets that differ by place.
func text(from, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte((from + i) % 251)
	}
	return b
}

// valid checks the invariants that the comment of TCP numbers.
func (t *TCP) valid() error {
	never := func(timers ...int) bool {
		for _, i := range timers {
			if t.timer[i] != endpoint.Never {
				return false
			}
		}
		return true
	}
	all := []int{timerRetransmit, timerPersist, timerDelayedACK, timerOverride, timerTimeWait, timerUser}
	outstanding := t.snd.UNA != t.snd.NXT
	switch {
	case !t.snd.UNA.LessEq(t.snd.NXT):
		return fmt.Errorf("1: SND.UNA %d above SND.NXT %d", t.snd.UNA, t.snd.NXT)
	case t.state > endpoint.Listen && t.synUnacked() && (t.snd.UNA != t.iss || t.outSeq != t.iss+1):
		return errors.New("2: SYN not acknowledged, but SND.UNA or outSeq moved")
	case t.state > endpoint.Listen && !t.synUnacked() && t.snd.UNA != t.outSeq && t.snd.UNA != t.outSeq+1:
		return fmt.Errorf("2: SND.UNA %d, outSeq %d", t.snd.UNA, t.outSeq)
	case !never(timerRetransmit) && !never(timerPersist):
		return errors.New("4: retransmission and persist timer at once")
	case t.state > endpoint.Listen && outstanding && never(timerRetransmit, timerPersist):
		return errors.New("4: something is outstanding and nobody will send it again")
	case t.state > endpoint.Listen && !outstanding && !never(timerRetransmit):
		return errors.New("4: nothing is outstanding and the retransmission timer runs")
	case t.state <= endpoint.Listen && !never(all...):
		return fmt.Errorf("5: a timer in %v", t.state)
	case t.state == endpoint.Closed && t.out.n > 0:
		return errors.New("5: a queue in CLOSED")
	case t.in.n+int(t.rcv.WND) > t.cfg.ReceiveBuffer+1:
		return fmt.Errorf("the window %d does not fit behind %d octets", t.rcv.WND, t.in.n)
	}
	return nil
}

// The states, each built on another.

func listening(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return newHand(t, change...).open(true, nil).in(endpoint.Listen).idle()
}

func synSent(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return newHand(t, change...).open(false, nil).in(endpoint.SynSent, "SYN 0")
}

func synReceivedPassive(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return listening(t, change...).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
}

func synReceivedActive(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return synSent(t, change...).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
}

func established(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return synReceivedPassive(t, change...).recv("ACK", 1, 1, "").in(endpoint.Established).idle()
}

func finWait1(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return established(t, change...).close(nil).in(endpoint.FinWait1, "FIN,ACK 1 ack 1")
}

func finWait2(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return finWait1(t, change...).recv("ACK", 1, 2, "").in(endpoint.FinWait2).idle()
}

func closeWait(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return established(t, change...).recv("FIN,ACK", 1, 1, "").in(endpoint.CloseWait, "ACK 1 ack 2").idle()
}

func closing(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return finWait1(t, change...).recv("FIN,ACK", 1, 1, "").in(endpoint.Closing, "ACK 2 ack 2")
}

func lastAck(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return closeWait(t, change...).close(nil).in(endpoint.LastAck, "FIN,ACK 1 ack 2")
}

func timeWait(t *testing.T, change ...func(*endpoint.Config)) *hand {
	t.Helper()
	return finWait2(t, change...).recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")
}

// maker makes a TCP in one state.
type maker func(*testing.T, ...func(*endpoint.Config)) *hand

// makers has every state but CLOSED.
var makers = []struct {
	name string
	make maker
}{
	{"LISTEN", listening}, {"SYN-SENT", synSent}, {"SYN-RECEIVED passive", synReceivedPassive},
	{"SYN-RECEIVED active", synReceivedActive}, {"ESTABLISHED", established}, {"FIN-WAIT-1", finWait1},
	{"FIN-WAIT-2", finWait2}, {"CLOSE-WAIT", closeWait}, {"CLOSING", closing}, {"LAST-ACK", lastAck},
	{"TIME-WAIT", timeWait},
}

// synchronized are the states of 3.10.7.4 but SYN-RECEIVED, with the SEQ and
// ACK that both sides have reached in the constructors above.
var synchronized = []struct {
	state    endpoint.State
	make     maker
	seq, ack int    // what the peer sends next and acknowledges: all it has seen
	empty    string // our ACK, <SEQ=SND.NXT><ACK=RCV.NXT>
}{
	{endpoint.Established, established, 1, 1, "ACK 1 ack 1"},
	{endpoint.FinWait1, finWait1, 1, 1, "ACK 2 ack 1"},
	{endpoint.FinWait2, finWait2, 1, 2, "ACK 2 ack 1"},
	{endpoint.CloseWait, closeWait, 2, 1, "ACK 1 ack 2"},
	{endpoint.Closing, closing, 2, 1, "ACK 2 ack 2"},
	{endpoint.LastAck, lastAck, 2, 1, "ACK 2 ack 2"},
	{endpoint.TimeWait, timeWait, 2, 2, "ACK 2 ack 2"},
}
