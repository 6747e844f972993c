//go:build linux

package main

import (
	"compress/gzip"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// link is what the kernel talks to itself over. The zero value is the loopback
// device. With tun it is a device of which this program is the other end: it
// gives each datagram back with its two addresses exchanged, so that each of two
// sockets of one host takes the other for one of another host.
type link struct {
	tun             bool
	delay, jitter   int  // ms
	loss, duplicate int  // percent
	far             bool // captured near the server instead of the client

	fd     int
	mu     sync.Mutex
	random *rand.Rand
	file   *gzip.Writer
}

// The addresses of the tun device, and how the other end is called.
var addresses = [2][2][]byte{
	{{10, 9, 8, 1}, {10, 9, 8, 2}},
	{append([]byte{0xfd, 9}, append(make([]byte, 13), 1)...), append([]byte{0xfd, 9}, append(make([]byte, 13), 2)...)},
}

// address is a port of this host, or of the peer.
func (l *link) address(six bool, port int, peer bool) syscall.Sockaddr {
	which := 0
	if peer {
		which = 1
	}
	switch {
	case six && !l.tun:
		a := &syscall.SockaddrInet6{Port: port}
		a.Addr[15] = 1
		return a
	case six:
		return &syscall.SockaddrInet6{Port: port, Addr: [16]byte(addresses[1][which])}
	case !l.tun:
		return &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
	}
	return &syscall.SockaddrInet4{Port: port, Addr: [4]byte(addresses[0][which])}
}

// up makes the device, and captures what passes to a file, until stop is called.
func (l *link) up(name string) (stop func()) {
	f, err := os.Create(name)
	check(err)
	l.file = gzip.NewWriter(f)
	l.random = rand.New(rand.NewPCG(1, 2))
	le := binary.LittleEndian
	header := make([]byte, 24)
	le.PutUint32(header, 0xa1b23c4d) // in ns
	le.PutUint16(header[4:], 2)
	le.PutUint16(header[6:], 4)
	le.PutUint32(header[16:], 1<<18)
	run("ip", "link", "set", "lo", "mtu", "1500", "up")
	var over atomic.Bool
	if l.tun {
		le.PutUint32(header[20:], 101) // raw IP
		l.open()
		go l.forward()
	} else {
		le.PutUint32(header[20:], 1) // Ethernet
		go l.listen(&over)
	}
	l.file.Write(header)
	return func() {
		time.Sleep(300 * time.Millisecond)
		over.Store(true)
		l.mu.Lock()
		defer l.mu.Unlock()
		check(l.file.Close())
		check(f.Close())
		l.file = nil
	}
}

// open makes the tun device.
func (l *link) open() {
	const tunSetIff, iffTun, iffNoPI = 0x400454ca, 1, 0x1000
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR, 0)
	check(err)
	request := [40]byte{'t', '0', 16: iffTun, 17: iffNoPI >> 8}
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&request))); errno != 0 {
		panic(errno)
	}
	l.fd = fd
	for _, command := range []string{
		"link set t0 up", "addr add 10.9.8.1/24 dev t0", "-6 addr add fd09::1/64 dev t0 nodad",
	} {
		run("ip", strings.Fields(command)...)
	}
}

// forward carries every datagram that the kernel sends.
func (l *link) forward() {
	buf := make([]byte, 1<<16)
	for {
		n, err := syscall.Read(l.fd, buf)
		check(err)
		if d := append([]byte(nil), buf[:n]...); isTCP(d) {
			l.carry(d)
		}
	}
}

func isTCP(d []byte) bool { return d[0]>>4 == 4 && d[9] == 6 || d[0]>>4 == 6 && d[6] == 6 }

// carry captures a datagram where the point of the capture is, and delivers it.
func (l *link) carry(d []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	near := fromClient(d) != l.far // it passes the point first, and the link then
	if near {
		l.write(d)
	}
	copies := 1
	if l.random.IntN(100) < l.duplicate {
		copies = 2
	}
	if l.random.IntN(100) < l.loss {
		copies = 0
	}
	for range copies {
		by := time.Duration(l.delay) * time.Millisecond
		if l.jitter > 0 {
			by += time.Duration(l.random.IntN(l.jitter*1000)) * time.Microsecond
		}
		time.AfterFunc(by, func() {
			if !near {
				l.mu.Lock()
				l.write(d)
				l.mu.Unlock()
			}
			syscall.Write(l.fd, exchanged(d))
		})
	}
}

// fromClient reports whether the port says that the client has sent a datagram.
func fromClient(d []byte) bool {
	header := 20
	if d[0]>>4 == 6 {
		header = 40
	}
	return d[header+1]%2 == client
}

// exchanged is a datagram with its two addresses exchanged: the checksums stay.
func exchanged(d []byte) []byte {
	d = append([]byte(nil), d...)
	from, n := 12, 4
	if d[0]>>4 == 6 {
		from, n = 8, 16
	}
	was := append([]byte(nil), d[from:from+n]...)
	copy(d[from:], d[from+n:from+2*n])
	copy(d[from+n:], was)
	return d
}

// write captures a datagram: one of the server as the client calls it.
func (l *link) write(d []byte) {
	if l.tun && !fromClient(d) {
		d = exchanged(d)
	}
	if l.file == nil {
		return
	}
	now := time.Now()
	le := binary.LittleEndian
	record := make([]byte, 16)
	le.PutUint32(record, uint32(now.Unix()))
	le.PutUint32(record[4:], uint32(now.Nanosecond()))
	le.PutUint32(record[8:], uint32(len(d)))
	le.PutUint32(record[12:], uint32(len(d)))
	l.file.Write(record)
	l.file.Write(d)
}

// listen captures what passes the loopback device.
func (l *link) listen(over *atomic.Bool) {
	const all = 0x0300 // ETH_P_ALL in network order
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, all)
	check(err)
	check(syscall.Bind(fd, &syscall.SockaddrLinklayer{Protocol: all, Ifindex: 1}))
	check(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 8<<20))
	buf := make([]byte, 1<<18)
	for !over.Load() {
		n, from, err := syscall.Recvfrom(fd, buf, 0)
		if err != nil || from.(*syscall.SockaddrLinklayer).Pkttype == syscall.PACKET_OUTGOING {
			continue // each datagram passes twice: it is taken when it comes in
		}
		l.mu.Lock()
		l.write(buf[:n])
		l.mu.Unlock()
	}
}
