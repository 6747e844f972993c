// Package wire checks the wire codec of package endpoint against that of
// somebody else: github.com/gopacket/gopacket reads what endpoint.Encode
// writes, endpoint.Decode reads what gopacket writes, both write the same
// octets, and both say of the same spoilt datagrams that they are no good.
//
// The datagrams come from pgregory.net/rapid, which shrinks those on which the
// two disagree. There is nothing to import here: all of it is tests.
package wire
