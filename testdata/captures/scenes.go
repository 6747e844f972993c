//go:build linux

package main

import (
	"encoding/binary"
	"fmt"
	"syscall"
	"time"
)

// scenes are the connections, one after the other, over IPv4 and IPv6.
func scenes(l *link) {
	net = l
	for _, six := range []bool{false, true} {
		for _, scene := range []func(bool){
			closeByClient, closeByServer, halfClose, closeAtOnce, abort, unread, refused, openAtOnce,
			stalledReader, keepAlive, fastOpen, reopen, wrongSegments, talk,
		} {
			scene(six)
		}
	}
	time.Sleep(time.Second)
}

var port = 20000

// net is the link that the scenes are played on.
var net *link

// The client has odd ports, the server even ones.
const (
	client = 1
	server = 0
)

// address is a new port of an end, as it binds it.
func address(six bool, end int) syscall.Sockaddr {
	port += 2
	return net.address(six, port+end, false)
}

// peer is the same as its peer calls it.
func peer(a syscall.Sockaddr) syscall.Sockaddr {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return net.address(false, a.Port, true)
	case *syscall.SockaddrInet6:
		return net.address(true, a.Port, true)
	}
	panic("no address")
}

// socket is a TCP socket, bound to an address if there is one.
func socket(six bool, bind syscall.Sockaddr) int {
	family := syscall.AF_INET
	if six {
		family = syscall.AF_INET6
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	check(err)
	option(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	option(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	if bind != nil {
		check(syscall.Bind(fd, bind))
	}
	return fd
}

func option(fd, level, name, value int) { check(syscall.SetsockoptInt(fd, level, name, value)) }

// pair is an open connection: the client's socket and the server's.
func pair(six bool, buffer int) (c, s int) {
	to := address(six, server)
	listener := socket(six, to)
	if buffer > 0 {
		option(listener, syscall.SOL_SOCKET, syscall.SO_RCVBUF, buffer)
	}
	check(syscall.Listen(listener, 8))
	c = socket(six, address(six, client))
	check(syscall.Connect(c, peer(to)))
	s, _, err := syscall.Accept(listener)
	check(err)
	syscall.Close(listener)
	return c, s
}

func send(fd, n int) {
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(i*7 + i>>8)
	}
	for len(text) > 0 {
		k, err := syscall.Write(fd, text)
		check(err)
		text = text[k:]
	}
}

// receive reads n octets, or up to the FIN.
func receive(fd, n int) {
	buf := make([]byte, 1<<16)
	for n > 0 {
		k, err := syscall.Read(fd, buf[:min(n, len(buf))])
		if err != nil || k == 0 {
			return
		}
		n -= k
	}
}

const everything = 1 << 30

func wait(d time.Duration) { time.Sleep(d) }

func closeByClient(six bool) {
	c, s := pair(six, 0)
	send(c, 300)
	receive(s, 300)
	send(s, 5000)
	receive(c, 5000)
	syscall.Close(c)
	receive(s, everything)
	syscall.Close(s)
	wait(100 * time.Millisecond)
}

func closeByServer(six bool) {
	c, s := pair(six, 0)
	send(s, 700)
	syscall.Close(s)
	receive(c, everything)
	syscall.Close(c)
	wait(100 * time.Millisecond)
}

func halfClose(six bool) {
	c, s := pair(six, 0)
	send(c, 100)
	check(syscall.Shutdown(c, syscall.SHUT_WR))
	receive(s, everything)
	for range 5 {
		send(s, 2000)
		wait(5 * time.Millisecond)
	}
	syscall.Close(s)
	receive(c, everything)
	syscall.Close(c)
	wait(100 * time.Millisecond)
}

// closeAtOnce: both FINs are under way at the same time.
func closeAtOnce(six bool) {
	c, s := pair(six, 0)
	send(c, 50)
	send(s, 60)
	wait(30 * time.Millisecond)
	check(syscall.Shutdown(c, syscall.SHUT_WR))
	check(syscall.Shutdown(s, syscall.SHUT_WR))
	receive(c, everything)
	receive(s, everything)
	syscall.Close(c)
	syscall.Close(s)
	wait(100 * time.Millisecond)
}

func abort(six bool) {
	c, s := pair(six, 0)
	send(c, 4000)
	wait(20 * time.Millisecond)
	check(syscall.SetsockoptLinger(c, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1}))
	syscall.Close(c)
	wait(20 * time.Millisecond)
	syscall.Close(s)
}

// unread: CLOSE with text that nobody has read is a RST.
func unread(six bool) {
	c, s := pair(six, 0)
	send(c, 4000)
	wait(50 * time.Millisecond)
	syscall.Close(s)
	wait(50 * time.Millisecond)
	syscall.Close(c)
}

func refused(six bool) {
	c := socket(six, address(six, client))
	syscall.Connect(c, peer(address(six, server)))
	syscall.Close(c)
}

// openAtOnce: both SYNs are under way at the same time.
func openAtOnce(six bool) {
	a, b := address(six, client), address(six, server)
	x, y := socket(six, a), socket(six, b)
	check(syscall.SetNonblock(x, true))
	check(syscall.SetNonblock(y, true))
	syscall.Connect(x, peer(b))
	syscall.Connect(y, peer(a))
	wait(1500 * time.Millisecond) // a SYN may have been lost
	syscall.Write(x, []byte("both at once"))
	syscall.Write(y, []byte("both"))
	wait(50 * time.Millisecond)
	syscall.Close(x)
	syscall.Close(y)
	wait(100 * time.Millisecond)
}

// stalledReader: the window closes, is probed, and opens again.
func stalledReader(six bool) {
	c, s := pair(six, 6000)
	check(syscall.SetNonblock(c, true))
	text := make([]byte, 30000)
	for range 20 {
		syscall.Write(c, text[:3000])
		wait(2 * time.Millisecond)
	}
	wait(1200 * time.Millisecond)
	go receive(s, everything)
	wait(400 * time.Millisecond)
	syscall.Close(c)
	wait(600 * time.Millisecond)
	syscall.Close(s)
}

func keepAlive(six bool) {
	c, s := pair(six, 0)
	option(c, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
	option(c, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 1)
	option(c, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, 1)
	send(c, 10)
	receive(s, 10)
	wait(3200 * time.Millisecond)
	syscall.Close(c)
	wait(50 * time.Millisecond)
	syscall.Close(s)
}

// fastOpen: twice, to have a cookie the second time.
func fastOpen(six bool) {
	const tcpFastOpen, msgFastOpen = 23, 0x20000000
	to := address(six, server)
	l := socket(six, to)
	option(l, syscall.IPPROTO_TCP, tcpFastOpen, 8)
	check(syscall.Listen(l, 8))
	for range 2 {
		c := socket(six, address(six, client))
		check(syscall.Sendto(c, []byte("on the SYN"), msgFastOpen, peer(to)))
		s, _, err := syscall.Accept(l)
		check(err)
		send(s, 3000)
		receive(c, 3000)
		syscall.Close(c)
		receive(s, everything)
		syscall.Close(s)
		wait(100 * time.Millisecond)
	}
	syscall.Close(l)
}

// reopen: the same two sockets again and again, from TIME-WAIT at the server, or
// at the client.
func reopen(six bool) {
	to, from := address(six, server), address(six, client)
	l := socket(six, to)
	check(syscall.Listen(l, 8))
	for i := range 4 {
		c := socket(six, from)
		if err := syscall.Connect(c, peer(to)); err != nil {
			fmt.Println("reopen:", err) // the clock of the timestamps has not gone on
			syscall.Close(c)
			continue
		}
		s, _, err := syscall.Accept(l)
		check(err)
		send(c, 200)
		receive(s, 200)
		first, second := s, c
		if i == 2 {
			first, second = c, s
		}
		syscall.Close(first)
		wait(40 * time.Millisecond)
		receive(second, everything)
		syscall.Close(second)
		wait(1100 * time.Millisecond) // the clock of the timestamps has to go on
	}
	syscall.Close(l)
}

// wrongSegments: an open connection is sent a SYN, a RST in its window and an ACK
// of what was never sent; the kernel answers each with an ACK.
func wrongSegments(six bool) {
	c, s := pair(six, 0)
	send(c, 500)
	receive(s, 500)
	if net.tun && !six {
		from, _ := syscall.Getsockname(c)
		to, _ := syscall.Getsockname(s)
		a, b := from.(*syscall.SockaddrInet4).Port, to.(*syscall.SockaddrInet4).Port
		inject(a, b, 12345, 0, 0x02)
		wait(30 * time.Millisecond)
		inject(a, b, 54321, 99999, 0x10)
		wait(30 * time.Millisecond)
	}
	send(s, 900)
	receive(c, 900)
	syscall.Close(c)
	wait(50 * time.Millisecond)
	syscall.Close(s)
}

// inject sends a segment in the name of a client.
func inject(from, to int, seq, ack uint32, flags byte) {
	be := binary.BigEndian
	b := make([]byte, 40)
	b[0], b[8], b[9] = 0x45, 64, 6
	be.PutUint16(b[2:], 40)
	copy(b[12:], []byte{10, 9, 8, 1, 10, 9, 8, 2})
	be.PutUint16(b[10:], sum(b[:20], 0))
	t := b[20:]
	be.PutUint16(t, uint16(from))
	be.PutUint16(t[2:], uint16(to))
	be.PutUint32(t[4:], seq)
	be.PutUint32(t[8:], ack)
	t[12], t[13] = 5<<4, flags
	be.PutUint16(t[14:], 1000)
	be.PutUint16(t[16:], sum(b[12:], 6+20))
	net.carry(b)
}

// sum is the Internet checksum.
func sum(b []byte, s uint32) uint16 {
	for i := 0; i < len(b); i += 2 {
		s += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

// talk: both ends send at once, for a while.
func talk(six bool) {
	c, s := pair(six, 0)
	for i := range 12 {
		send(c, 400+i)
		send(s, 300+i)
		wait(3 * time.Millisecond)
	}
	check(syscall.Shutdown(c, syscall.SHUT_WR))
	wait(50 * time.Millisecond)
	receive(s, everything)
	syscall.Close(s)
	receive(c, everything)
	syscall.Close(c)
	wait(100 * time.Millisecond)
}
