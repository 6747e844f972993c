package cmd

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

var update = flag.Bool("update", false, "record the golden files of testdata again")

// here is where the tests began: some change the directory.
var here, _ = os.Getwd()

// golden compares with a file of testdata. A difference is to be understood
// before it is recorded.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(here, "testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; record it again with -update if that is meant\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// said is what one invocation did.
type said struct {
	status      int
	out, errors string
}

// call invokes the command as somebody at a shell would.
func call(offer sim.Offer, stdin string, args ...string) said {
	return callWith(context.Background(), offer, stdin, args...)
}

func callWith(ctx context.Context, offer sim.Offer, stdin string, args ...string) said {
	var out, errs bytes.Buffer
	status := Main(ctx, args, strings.NewReader(stdin), &out, &errs, offer)
	return said{status, out.String(), errs.String()}
}

// want fails the test if the exit status is another.
func (s said) want(t *testing.T, status int) said {
	t.Helper()
	if s.status != status {
		t.Fatalf("exit status %d, want %d\nstdout:\n%s\nstderr:\n%s", s.status, status, s.out, s.errors)
	}
	return s
}

// contains fails the test if the text lacks one of the parts.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
}

// lossyOffer has a TCP that never sends a FIN again.
func lossyOffer() sim.Offer { return sim.Offer{{Name: "lossy-fin", New: newLossy}} }

func newLossy(c endpoint.Config) (endpoint.Endpoint, error) {
	l := new(lossy)
	return l, l.Reset(c)
}

type lossy struct {
	tcp.TCP
	fins map[endpoint.Seq]bool
}

func (l *lossy) Reset(c endpoint.Config) error {
	l.fins = map[endpoint.Seq]bool{}
	return l.TCP.Reset(c)
}

func (l *lossy) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	for {
		var s endpoint.Segment
		n, ok = l.TCP.Emit(now, buf)
		if !ok || endpoint.Decode(buf[:n], new(endpoint.Header), &s) != nil || !s.Flags.Has(endpoint.FIN) {
			return n, ok
		}
		if fin := s.Seq + endpoint.Seq(s.Len()-1); !l.fins[fin] {
			l.fins[fin] = true
			return n, ok
		}
	}
}
