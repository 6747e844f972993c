package vnet_test

import (
	"errors"
	"strings"
	"testing"

	"example.org/halfopen/faults/scan"
	"example.org/halfopen/sim/vnet"
)

// everything is a script in its canonical form that has each kind of line.
const everything = `seed 7
link delay 20ms loss 5%
link client->server delay 80ms
link a.b<->c-d delay 1ms
server tcp mss=536 msl=1s
drop server FIN #1-2
drop server FIN #1 of conn 2
delay client DATA #1 by 1.5s of port 443
duplicate client ANY after 1ms
hold B ACK #2 until A TIME-WAIT or 1m0s
cut client<->server at 2s for 3s
cut client->server when client FIN-WAIT-1 for 3s
stall server reads at 1s for 10s
inject client->server RST seq=rcv.nxt+100 when server ESTABLISHED
crash server when server CLOSE-WAIT
restart server after 2s
`

// The text that a script prints is the text that it was read from.
func TestScriptPrintsWhatItRead(t *testing.T) {
	s, err := vnet.ParseScript("script", everything)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.String(); got != strings.Replace(everything, "1m0s", "60s", 1) && got != everything {
		t.Errorf("%s\nwant\n%s", got, everything)
	}
}

// What is wrong in a script is named, with its place and what would be right.
func TestScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		"seed 1\nseed 2":                             `script:2:1: found "seed", want it once only: line 1 says it already`,
		"link delay soon":                            `soon`,
		"drop server FIN #1 of conn 0":               `script:1:28: found "0", want the number of a connection`,
		"drop server FIN #1 of port 70000":           `script:1:28: found "70000", want a port`,
		"drop server FIN #1 of course":               `script:1:23: found "course", want conn or port`,
		"cut client<->server at 1s for 1s of conn 1": `no connection: it strikes the whole host or path`,
		"server udp":                                 `want a statement: seed, link, HOST tcp`,
		"-x tcp":                                     `want a statement: seed, link, the name of a host`,
		"drop server FIN junk":                       `junk`,
	} {
		_, err := vnet.ParseScript("script", text)
		var syntax *scan.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// New refuses a script that does not read.
func TestNewRefusesScript(t *testing.T) {
	if _, err := vnet.New("nonsense"); err == nil {
		t.Error("it was accepted")
	}
}

// FuzzScript: whatever is read is printed so that it reads as the same.
func FuzzScript(f *testing.F) {
	f.Add(everything)
	f.Add("# a comment\n\nlink\nlink a<->b\nx tcp\n")
	for line := range strings.Lines(everything) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := vnet.ParseScript("script", text)
		if err != nil {
			return
		}
		printed := s.String()
		again, err := vnet.ParseScript("printed", printed)
		if err != nil {
			t.Fatalf("%q was read, but %q, which it prints, is not: %v", text, printed, err)
		}
		if got := again.String(); got != printed {
			t.Errorf("%q prints as %q, and that as %q", text, printed, got)
		}
	})
}
