package vnet_test

import (
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/vnet"
)

var update = flag.Bool("update", false, "write the golden files anew")

// victims are tests that have to fail: each runs in a process of its own, and
// what it prints is compared with testdata/NAME.golden.
var victims = map[string]func(t *testing.T){
	"left-open": func(t *testing.T) {
		vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
			l := listen(t, n, "server:80")
			dial(t, n, "client", "server:80")
			accept(t, l).Close()
		})
	},
	"goroutine": func(t *testing.T) {
		vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
			go func() { <-make(chan int) }()
		})
	},
	"unknown-host": func(t *testing.T) {
		vnet.Test(t, "link delay 1ms\ndrop sevrer FIN #1", func(t *testing.T, n *vnet.Network) {
			n.Host("server")
		})
	},
	"broken": func(t *testing.T) {
		vnet.SetStacks(sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
			ep, err := tcp.New(c)
			return &cutter{Endpoint: ep}, err
		}}})
		talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
			write(t, client, "hello")
			read(t, server, "hello")
		})
	},
	"hangs": func(t *testing.T) { getFromDeadServer(t, 0) },
	"twice": func(t *testing.T) {
		run := 0
		vnet.Twice(t, "", func(t *testing.T, n *vnet.Network) {
			run++
			go echo(listen(t, n, "server:80"))
			c := dial(t, n, "client", "server:80")
			defer c.Close()
			write(t, c, strings.Repeat("x", run))
			read(t, c, strings.Repeat("x", run))
		})
	},
	"budget": tooMuch,
	"face": func(t *testing.T) {
		vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
			n.Faces(func(r *vnet.Record) bundle.Face {
				return bundle.Face{Name: "said.txt", Write: func(w io.Writer, _ *sim.Trace) error {
					// To the output, too: that is what is compared.
					fmt.Printf("%v wrote %q, %v wrote %q\n", r.Addrs[0], r.Written[0], r.Addrs[1], r.Written[1])
					_, err := w.Write(r.Written[0])
					return err
				}}
			})
			go echo(listen(t, n, "server:80"))
			c := dial(t, n, "client", "server:80")
			defer c.Close()
			write(t, c, "hello")
			read(t, c, "hello")
			t.Error("for the sake of its bundle")
		})
	},
	"own": func(t *testing.T) { // the user's own test fails: what was said shows
		vnet.Test(t, "drop server DATA #1", func(t *testing.T, n *vnet.Network) {
			go echo(listen(t, n, "server:80"))
			c := dial(t, n, "client", "server:80")
			defer c.Close()
			write(t, c, "GET / HTTP/1.1\r\nHost: example\r\n\r\n")
			c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			if _, err := io.ReadFull(c, make([]byte, 33)); err != nil {
				t.Error(err)
			}
		})
	},
}

// cutter is a stack that makes a mistake: the checksum of its FINs is wrong.
type cutter struct{ endpoint.Endpoint }

func (c *cutter) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := c.Endpoint.Emit(now, buf)
	if ok && n > 33 && endpoint.Flags(buf[33]).Has(endpoint.FIN) {
		buf[36] ^= 1
	}
	return n, ok
}

// A victim runs only when it is asked for.
func TestVictim(t *testing.T) {
	if f := victims[os.Getenv("VNET_VICTIM")]; f != nil {
		f(t)
	}
}

// A connection that is left open, a goroutine that is left behind, a rule that is
// broken and a line about nobody fail the test, and what it logs says why.
func TestVerdicts(t *testing.T) {
	for name := range victims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
			cmd.Env = append(os.Environ(), "VNET_VICTIM="+name, "TMPDIR="+t.TempDir(), "GITHUB_ACTIONS=")
			out, err := cmd.Output()
			if err == nil {
				t.Error("it passed")
			}
			got := stable(string(out))
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("it printed\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// stable is an output without what differs from machine to machine.
func stable(out string) string {
	for _, r := range []struct{ expr, with string }{
		{`\(\d+\.\d+s\)`, "(TIME)"},
		{`bundle  \S*/`, "bundle  DIR/"},
		{`\S*/([a-z_]+\.go):\d+( \+0x[0-9a-f]+)?`, "$1:LINE"},
		{`([a-z_]+\.go):\d+:`, "$1:LINE:"},
		{`goroutine \d+`, "goroutine N"},
		{`synctest bubble \d+`, "synctest bubble N"},
		{`\(0x[0-9a-f, ?x]+\)`, "(...)"},
	} {
		out = regexp.MustCompile(r.expr).ReplaceAllString(out, r.with)
	}
	return out
}

// The names of what the tests use, as package net has them.
var (
	_ net.Conn     = (*vnet.Conn)(nil)
	_ net.Listener = (*vnet.Listener)(nil)
	_ interface {
		CloseRead() error
		CloseWrite() error
		SetLinger(int) error
		SetNoDelay(bool) error
		SetKeepAlive(bool) error
		SetKeepAlivePeriod(time.Duration) error
		SetKeepAliveConfig(net.KeepAliveConfig) error
	} = (*vnet.Conn)(nil)
)

func TestStable(t *testing.T) {
	if got := stable("x (0.01s)\n/tmp/a/b_c.go:12 +0x1f goroutine 7 [select]"); strings.ContainsAny(got, "0127") {
		t.Error(got)
	}
}
