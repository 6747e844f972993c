package endpoint

import "errors"

// The errors of Decode. All but ErrChecksum come wrapped in a text with the
// figures that are wrong; errors.Is tells them apart.
var (
	// ErrShortDatagram is returned when the octets end before the IP header
	// does.
	ErrShortDatagram = errors.New("endpoint: datagram too short")
	// ErrIPVersion is returned when the datagram is neither IPv4 nor IPv6.
	ErrIPVersion = errors.New("endpoint: unknown IP version")
	// ErrIPHeaderLength is returned when the IHL of an IPv4 header is less
	// than 5 words (RFC 791 3.1).
	ErrIPHeaderLength = errors.New("endpoint: illegal IP header length")
	// ErrIPChecksum is returned when the checksum of the IPv4 header is wrong.
	ErrIPChecksum = errors.New("endpoint: IPv4 header checksum is wrong")
	// ErrTotalLength is returned when the length that the IP header tells is
	// not that of the datagram. Padding of a link layer must be cut off first.
	ErrTotalLength = errors.New("endpoint: IP length does not fit the datagram")
	// ErrFragment is returned when the datagram is a fragment of one.
	ErrFragment = errors.New("endpoint: datagram is a fragment")
	// ErrProtocol is returned when the datagram carries something else than
	// TCP.
	ErrProtocol = errors.New("endpoint: not TCP")
	// ErrExtensionHeader is returned when an IPv6 extension header stands
	// before the segment (RFC 8200 4): these are not read.
	ErrExtensionHeader = errors.New("endpoint: IPv6 extension headers are not supported")
	// ErrShortSegment is returned when the datagram has no room for the 20
	// octets of a TCP header.
	ErrShortSegment = errors.New("endpoint: segment too short")
	// ErrDataOffset is returned when the data offset is less than 5 words or
	// lies past the end of the segment (RFC 9293 3.1).
	ErrDataOffset = errors.New("endpoint: illegal data offset")
	// ErrOptionLength is returned when an option's length is 0 or 1, is
	// missing, or reaches past the end of the options (RFC 9293 3.1, MUST-7).
	ErrOptionLength = errors.New("endpoint: illegal option length")
	// ErrChecksum is returned, bare, when nothing but the TCP checksum is
	// wrong: header and segment are filled in then.
	ErrChecksum = errors.New("endpoint: TCP checksum is wrong")
)

// The errors of Encode, besides ErrOptionLength.
var (
	// ErrShortBuffer is returned when the datagram does not fit the buffer.
	ErrShortBuffer = errors.New("endpoint: buffer too small for the datagram")
	// ErrTooLong is returned when the datagram is longer than IP can say:
	// 65535 octets, for IPv6 without its header.
	ErrTooLong = errors.New("endpoint: segment too long for a datagram")
	// ErrOptionsSize is returned when the options are more than 40 octets, or
	// not whole words of 4.
	ErrOptionsSize = errors.New("endpoint: illegal size of options")
	// ErrAddresses is returned when an address is missing or one is IPv4, the
	// other IPv6.
	ErrAddresses = errors.New("endpoint: addresses are not of one family")
)
