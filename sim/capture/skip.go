package capture

// Skip is why a packet is not judged as a TCP segment.
type Skip uint8

// The reasons. Taken is none: the packet is a segment.
const (
	Taken       Skip = iota
	NotIP            // another protocol of the link
	NotTCP           // another protocol of IP
	Fragment         // a part of a datagram: they are not put together
	Cut              // captured up to some octet of a header, no further
	Malformed        // a header contradicts itself, or the packet
	UnknownLink      // a link type that is not known here

	// NumSkips is how many there are.
	NumSkips = int(UnknownLink) + 1
)

var skipTexts = [NumSkips]string{
	"TCP segments", "not IP", "not TCP", "IP fragments, which are not put together",
	"cut short inside a header", "malformed IP or TCP header", "of an unknown link type",
}

// String says it of several packets: "IP fragments, which are not put together".
func (s Skip) String() string {
	if int(s) < NumSkips {
		return skipTexts[s]
	}
	return "no such reason"
}
