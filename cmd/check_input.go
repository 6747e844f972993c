package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/sim/oracle/vantage"
	"example.org/halfopen/sim/report/pcapng"
)

// openCapture opens a capture; a folder stands for the one in it. size is 0 where
// it is not known.
func openCapture(name string) (f *os.File, size int64, err error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		folder := name
		name = filepath.Join(folder, pcapng.FileName)
		if info, err = os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return nil, 0, usage("%s is a folder without a %s; a capture file is needed", folder, pcapng.FileName)
		}
	}
	if err == nil {
		f, err = os.Open(name)
	}
	if err != nil {
		return nil, 0, &failure{ExitUsage, err}
	}
	if info.Mode().IsRegular() {
		size = info.Size()
	}
	return f, size, nil
}

// connFilter is which connections are wanted: one number, or all that have an
// end with this address, this port, or both.
type connFilter struct {
	number uint64
	addr   netip.Addr
	port   uint16
}

// parseConnFilter reads "3", "10.0.0.1", ":443", "10.0.0.1:443", "[fd00::1]:443".
func parseConnFilter(text string) (f connFilter, err error) {
	if f.number, err = strconv.ParseUint(text, 10, 64); err == nil && f.number > 0 {
		return f, nil
	}
	if f.addr, err = netip.ParseAddr(text); err == nil {
		return f, nil
	}
	if port, ok := strings.CutPrefix(text, ":"); ok {
		n, err := strconv.ParseUint(port, 10, 16)
		if err == nil && n > 0 {
			return connFilter{port: uint16(n)}, nil
		}
	} else if both, err := netip.ParseAddrPort(text); err == nil {
		return connFilter{addr: both.Addr(), port: both.Port()}, nil
	}
	return f, usage("--conn: %q is none of: a number (3), an address (10.0.0.1), a port (:443), ADDRESS:PORT ([fd00::1]:443)", text)
}

func (f *connFilter) fits(c *vantage.Conn) bool {
	if f.number > 0 {
		return c.Number == f.number
	}
	for _, end := range c.Ends {
		if (!f.addr.IsValid() || f.addr == end.Addr()) && (f.port == 0 || f.port == end.Port()) {
			return true
		}
	}
	return false
}

// countingReader counts the octets that were read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// progressEvery is after how many packets it is looked whether progress is to be
// shown.
const progressEvery = 8192

// checkProgress shows how far a long capture has been read.
type checkProgress struct {
	w        io.Writer
	in       *countingReader
	size     int64 // 0: not known
	terminal bool
	next     time.Time
	shown    bool
}

func newCheckProgress(w io.Writer, in *countingReader, size int64) *checkProgress {
	p := &checkProgress{w: w, in: in, size: size, terminal: isTerminal(w)}
	p.next = time.Now().Add(p.every())
	return p
}

func (p *checkProgress) every() time.Duration {
	if p.terminal {
		return barEvery
	}
	return lineEvery
}

func (p *checkProgress) show(n *checkCounts) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(p.every())
	text := megabytes(p.in.n)
	if p.size > 0 {
		text = fmt.Sprintf("%d %% of %s", 100*p.in.n/p.size, megabytes(p.size))
	}
	text += fmt.Sprintf(", %d packets, %d illegal", n.Packets, n.Violations)
	if p.terminal {
		fmt.Fprintf(p.w, "\r%s\x1b[K", text)
		p.shown = true
		return
	}
	fmt.Fprintln(p.w, text)
}

// clear takes the line off the terminal.
func (p *checkProgress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// megabytes is a size for people: "12.3 MB".
func megabytes(n int64) string {
	if n < 1000 {
		return count(uint64(n), "octet")
	}
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
