package table

// Fact is a set of things that can be true of a step. The numbers of a segment
// are held against the state before it came; what was taken, or acknowledged,
// is judged at the end of the step.
type Fact uint64

// The segment that arrived.
const (
	SYN         Fact = 1 << iota // its control bits
	FIN                          //
	RST                          //
	ACK                          //
	Text                         // it has text
	LEN                          // SEG.LEN>0: text, SYN or FIN
	BadChecksum                  // MUST-3
	Unclear                      // its header makes no sense (MUST-7), or a port is wrong

	// Its sequence number (RFC 9293 3.4, table 6), from SYN-RECEIVED on.
	InWindow    // it passes the first check of 3.10.7.4
	NearWindow  // it fails it, but A.2 leaves open whether its ACK field is used: it begins before RCV.NXT, or where the window ends, or RCV.WND=0
	SEQInWindow // SEG.SEQ itself is in the window, or is RCV.NXT: how a RST is judged
	AtNXT       // SEG.SEQ=RCV.NXT
	BeforeNXT   // SEG.SEQ<RCV.NXT
	BeyondNXT   // SEG.SEQ>RCV.NXT
	SYNAgain    // a SYN with SEG.SEQ=IRS
	WindowZero  // RCV.WND=0

	// Its acknowledgment.
	NewACK  // SND.UNA<SEG.ACK=<SND.NXT (SND.MAX where SND.NXT is pulled back)
	ACKHigh // SEG.ACK>SND.NXT
	ACKOld  // SEG.ACK<SND.UNA-MAX.SND.WND (MAY-12)

	// What it did.
	Advanced    // RCV.NXT moved
	FINTaken    // RCV.NXT stands behind the peer's FIN
	OwnFINAcked // the own FIN has left and SND.UNA stands behind it

	// What was true before.
	Refused     // the call answered an error
	SENDIssued  // SEND has taken octets since the last OPEN
	Idle        // nothing is unsent or unacknowledged, and the window is open: a FIN can leave at once
	Unread      // octets wait that the application has not read
	Passive     // the origin is LISTEN
	CLOSECalled // CLOSE was called
	CLOSEQueued // CLOSE was called and waits (3.10.4)
	SYNUnacked  // the own SYN is not acknowledged
	SNDZero     // SND.WND=0
	Reopens     // a SYN that the profile lets TIME-WAIT take for a new connection
	Reopened    // the connection came out of TIME-WAIT
	Hidden      // LISTEN may have a connection that it does not show

	// What may leave.
	ACKWaits     // a delayed ACK, or an answer, is owed since an earlier step
	WindowUpdate // an ACK that left moves the right edge of the window
	Throttled    // a throttle may have withheld an ACK

	// What the profile claims.
	RFC5961
	ACKRange         // MAY-12
	RFC1337          // fix 1
	RFC7323          // timestamps are in use, and PAWS may drop
	HalfDuplex       // MAY-1, SHLD-3
	Note3            // of figure 5
	HidesSYNReceived //

	allFacts Fact = 1<<iota - 1

	// Claims are the facts that a profile decides: a row that needs one is not
	// to be expected of a stack that does not make it.
	Claims = RFC5961 | ACKRange | RFC1337 | RFC7323 | HalfDuplex | Note3 | HidesSYNReceived
)

// factNames are the words of the table, in the order of the bits.
var factNames = [...]string{
	"SYN", "FIN", "RST", "ACK", "text", "LEN>0", "bad checksum", "unclear",
	"in window", "near window", "SEQ in window", "at RCV.NXT", "before RCV.NXT",
	"beyond RCV.NXT", "SYN again", "RCV.WND=0",
	"new ACK", "ACK too high", "ACK too old",
	"RCV.NXT advanced", "FIN taken", "own FIN acked",
	"refused", "SEND issued", "idle", "unread", "passive", "CLOSE called", "CLOSE queued",
	"SYN unacked", "SND.WND=0", "reopens", "reopened", "hidden",
	"ACK waits", "window update", "throttled",
	"[RFC 5961]", "[MAY-12]", "[RFC 1337]", "[RFC 7323]", "[half-duplex]", "[note 3]",
	"[hides SYN-RECEIVED]",
}

// String lists the facts by the words of the table: "SYN, in window". No fact
// at all is "".
func (f Fact) String() string { return list(uint64(f), factNames[:], ", ") }

// Facts is what is known of a step: which facts can be true, and which can be
// false. One that is in both is unknown. The zero value says nothing that can
// be: make one with Known.
type Facts struct{ Yes, No Fact }

// Known makes Facts of which all is known: these are true, all others false.
func Known(yes Fact) Facts { return Facts{yes, allFacts &^ yes} }

// Unknown returns f with these facts unknown.
func (f Facts) Unknown(u Fact) Facts { return Facts{f.Yes | u, f.No | u} }

// possible reports whether these can be true, and those false.
func (f *Facts) possible(need, not Fact) bool { return need&^f.Yes|not&^f.No == 0 }

// certain reports whether these are true, and those false, if they can be so.
func (f *Facts) certain(need, not Fact) bool { return need&f.No|not&f.Yes == 0 }

// list names the bits of a set.
func list(set uint64, names []string, between string) string {
	s := ""
	for i, name := range names {
		if set>>i&1 == 0 {
			continue
		}
		if s != "" {
			s += between
		}
		s += name
	}
	return s
}

// bitOf is the inverse of list, for one name: its bit, 0 if there is none.
func bitOf(name string, names []string) uint64 {
	for i, n := range names {
		if n == name {
			return 1 << i
		}
	}
	return 0
}
