package link

import "time"

// Limits of a Fate.
const (
	MaxCopies = 8 // copies of one datagram
	MaxFlips  = 4 // flipped bits of one copy
)

// Fate is what happens to one datagram: the list of the copies that will
// arrive. The link's models make it, the fault script edits it, the loss cap
// has the last word.
type Fate struct {
	N      int   // how many of Copies are meant
	Cause  Cause // why there is none, if N is 0
	Copies [MaxCopies]Copy

	// Drawn is when the first copy would arrive had no model lost or corrupted
	// it: the loss cap revives the datagram then.
	Drawn time.Duration
	// Revived says that the loss cap undid a model's loss or corruption.
	Revived bool
}

// Copy is one arrival of a datagram.
type Copy struct {
	At time.Duration // virtual time of the arrival

	// Flips are the flipped bits, counted from the first bit of the TCP header
	// modulo the segment's length; NFlips of them are meant. Unless Undetected
	// is set the checksum is wrong afterwards.
	Flips      [MaxFlips]uint32
	NFlips     uint8
	Undetected bool
	// Modelled says that Config.Corrupt made the flips (the loss cap may undo
	// them), not a script.
	Modelled bool

	// Aside is the number, from 1, of the scripted fault that set this copy
	// aside (reorder, hold); 0 if none did. At is then when it would have
	// arrived.
	Aside uint16
}

// Cause is why a datagram was lost.
type Cause uint8

// The causes. Only a loss by a model (LostByModel) is undone by the loss cap.
const (
	NotLost      Cause = iota
	LostByModel        // Loss or Gilbert
	LostByQueue        // the queue was full
	LostByMTU          // larger than the MTU
	LostByDown         // the direction was down
	LostByScript       // a drop of the fault script
	LostByCut          // a cut of the fault script
	LostByCrash        // the receiving host was down
	NumCauses    = int(LostByCrash) + 1
)

var causeNames = [NumCauses]string{"not lost", "loss", "queue full", "MTU", "link down", "drop", "cut", "host down"}

// String is a word or two for a ladder.
func (c Cause) String() string {
	if int(c) < NumCauses {
		return causeNames[c]
	}
	return "no such cause"
}
