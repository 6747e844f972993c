package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

func rows(t *testing.T) []row {
	t.Helper()
	all, err := readFile(dataFile)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTCP holds the figures of the reference TCP in the data file to what it
// does: within a twentieth, for what is a mean over thousands of losses. If a
// change of the TCP moves them further, measure again and look at the plot.
func TestTCP(t *testing.T) {
	w := sim.NewWorld(offer())
	measured := 0
	for _, r := range rows(t) {
		if r.stack != "tcp" || testing.Short() && r.loss != 10_000 {
			continue
		}
		measured++
		took, err := r.run(w)
		if err != nil {
			t.Error(err)
		} else if d := (took - r.took).Abs(); d > r.took/20 {
			t.Errorf("%v: took %v; %s has %v: go run . -measure tcp", r.transfer, took, dataFile, r.took)
		}
	}
	if want := len(delays); measured < want {
		t.Errorf("%d rows measured, want at least %d", measured, want)
	}
}

// TestComplete: each curve has a figure for each loss and delay.
func TestComplete(t *testing.T) {
	have := map[transfer]int{}
	for _, r := range rows(t) {
		have[r.transfer]++
	}
	for _, c := range curves {
		for _, delay := range delays {
			for _, loss := range losses {
				x := transfer{c.stack, loss, delay, octets, seed}
				if have[x] != 1 {
					t.Errorf("%s has %d rows of %v, want 1", dataFile, have[x], x)
				}
			}
		}
	}
}

// TestMathis: without slips nobody who halves the window is faster than the
// bound; the reference TCP comes near it as long as timeouts are rare.
func TestMathis(t *testing.T) {
	for _, r := range rows(t) {
		if r.loss == 0 || r.stack == "netstack" {
			continue
		}
		of := float64(r.kbps()) / 1e3 / mathis(float64(r.loss), r.delay)
		if of > 1.1 {
			t.Errorf("%v: %.2f of Mathis' bound", r.transfer, of)
		}
		if r.loss <= 10_000 && of < 0.65 {
			t.Errorf("%v: only %.2f of Mathis' bound", r.transfer, of)
		}
	}
}

// TestPlot: the plot shows the file. Its coordinates are floats, which other
// processors may round differently.
func TestPlot(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the last digits may differ")
	}
	want, err := drawAll(rows(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(plotFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what %s draws: go run .", plotFile, dataFile)
	}
}

// TestFormulas: the figures of a 1 % loss and a round trip of 20 ms, by hand.
func TestFormulas(t *testing.T) {
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"mathis", mathis(10_000, 10*time.Millisecond), 7.094},
		{"withTimeouts", withTimeouts(10_000, 10*time.Millisecond), 3.3},
		{"mathis without loss", mathis(0, 10*time.Millisecond), 96.533},
	} {
		if d := c.got - c.want; d > 0.05 || d < -0.05 {
			t.Errorf("%s: %.3f Mbit/s, want %.3f", c.name, c.got, c.want)
		}
	}
}

// TestRefuses: a stack that does not serve the window is not measured.
func TestRefuses(t *testing.T) {
	small := sim.Offer{{Name: "small", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		c.ReceiveBuffer = 32767
		return tcp.New(c)
	}}}
	_, err := transfer{"small", 0, delays[0], 1, 1}.run(sim.NewWorld(small))
	if err == nil || !strings.Contains(err.Error(), "32767 octets, not of 4194304") {
		t.Errorf("%v, want an error that names both sizes", err)
	}
}

func TestReadSaysWhere(t *testing.T) {
	const good = "tcp,0,10ms,1000,1,8ms,1000\n"
	if all, err := read(strings.NewReader(head + good)); err != nil || len(all) != 1 || all[0].kbps() != 1000 {
		t.Errorf("%v, %v", all, err)
	}
	for _, bad := range []string{
		"tcp,-1,10ms,1000,1,8ms,1000\n",
		"tcp,0,10,1000,1,8ms,1000\n",
		"tcp,0,10ms,x,1,8ms,1000\n",
		"tcp,0,10ms,1000,,8ms,1000\n",
		"tcp,0,10ms,1000,1,8,1000\n",
		"tcp,0,10ms,1000,1,8ms,999\n",
		"tcp,0,10ms,1000,1,0s,1000\n",
		"tcp,0,10ms,1000,1,8ms\n",
	} {
		if _, err := read(strings.NewReader(head + good + bad)); err == nil || !strings.Contains(err.Error(), "line 5") {
			t.Errorf("%q: %v, want an error of line 5", bad, err)
		}
	}
}
