//go:build linux

// Record makes the captures in this folder: it lets the Linux kernel talk to
// itself in every way to open, use and close a connection, and captures what
// passes. Run as root:
//
//	go run testdata/captures/*.go -o testdata/captures
//
// It needs the tool ip. It works in a network namespace of its own, so nothing
// else is touched, and nothing else is captured.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// files are the captures: over which link, with which settings.
var files = []struct {
	name   string
	link   link
	sysctl map[string]string
}{
	{"linux-loopback.pcap.gz", link{}, nil}, // segments above the MSS, checksums that are not filled in
	{"linux-plain.pcap.gz", link{tun: true, delay: 3}, nil},
	{"linux-lossy.pcap.gz", link{tun: true, delay: 4, jitter: 8, loss: 4, duplicate: 3}, nil},
	{"linux-far.pcap.gz", link{tun: true, delay: 4, jitter: 8, loss: 4, duplicate: 3, far: true}, nil},
	{"linux-bare.pcap.gz", link{tun: true, delay: 2, jitter: 2}, map[string]string{
		"tcp_timestamps": "0", "tcp_sack": "0", "tcp_window_scaling": "0",
	}},
	{"linux-cookies.pcap.gz", link{tun: true, delay: 2}, map[string]string{"tcp_syncookies": "2"}},
}

func main() {
	out := flag.String("o", ".", "the `folder` to write to")
	only := flag.Int("file", -1, "for the program itself: which file to make")
	flag.Parse()
	if *only >= 0 {
		record(filepath.Join(*out, files[*only].name), *only)
		return
	}
	for i := range files {
		c := exec.Command("/proc/self/exe", "-o", *out, "-file", fmt.Sprint(i))
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		check(c.Run())
	}
}

// record makes one file, in a network namespace where nothing else is.
func record(name string, n int) {
	set("tcp_fastopen", "3")
	set("tcp_tw_reuse", "1")
	for key, value := range files[n].sysctl {
		set(key, value)
	}
	l := &files[n].link
	stop := l.up(name)
	scenes(l)
	stop()
}

func run(name string, args ...string) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		panic(fmt.Sprintf("%s %v: %v: %s", name, args, err, out))
	}
}

func set(key, value string) {
	check(os.WriteFile("/proc/sys/net/ipv4/"+key, []byte(value), 0o644))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
