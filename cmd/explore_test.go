package cmd

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search/explore"
)

func TestExplore(t *testing.T) {
	t.Chdir(t.TempDir())
	contains(t, call(sim.TCP(), "", "explore", "--help").want(t, ExitLegal).out, "Examples:", "halfopen explore")
	golden(t, "help-explore.txt", call(sim.TCP(), "", "explore", "--help").out)
	s := call(sim.TCP(), "", "explore", "--faults", "1", "--verify").want(t, ExitLegal)
	contains(t, s.out, "  client-closes\n", "every placement of up to 1 fault on any datagram",
		"endpoints   A tcp, B tcp\n", "states      ", "verified    ", "pairs       ", "not seen    with up to 1 fault on any datagram: ",
		"violations  none\n")
	if files, _ := os.ReadDir("."); len(files) > 0 {
		t.Errorf("it wrote %v", files)
	}
	contains(t, call(sim.TCP(), "", "explore", "--faults", "2", "--depth", "3", "--model", "both-close").want(t, ExitLegal).out,
		"every placement of up to 2 faults on the first 3 datagrams", "  both-close\n")
	contains(t, call(sim.TCP(), "", "__complete", "explore", "--model", "").want(t, ExitLegal).out, "client-closes\n")
}

// TestExploreJSON: the same octets for the same options, whatever the jobs.
func TestExploreJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"explore", "--faults", "1", "--model", "both-close", "--model", "simultaneous", "--json"}
	one := call(sim.TCP(), "", append(args, "--jobs", "1")...).want(t, ExitLegal)
	two := call(sim.TCP(), "", append(args, "--jobs", "2")...).want(t, ExitLegal)
	if one.out != two.out {
		t.Errorf("one job:\n%s\ntwo:\n%s", one.out, two.out)
	}
	var j jsonExplored
	dec := json.NewDecoder(strings.NewReader(one.out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		t.Fatal(err)
	}
	if len(j.Certificate.Models) != 2 || j.Certificate.Models[0].Runs < 40 {
		t.Errorf("%+v", j.Certificate)
	}
}

// TestExploreFinds: what breaks a rule is shrunk, kept and replayed as by fuzz.
func TestExploreFinds(t *testing.T) {
	t.Chdir(t.TempDir())
	s := call(copiedLossy(), "", "explore", "--faults", "1", "--model", "client-closes", "--certificate", "c.json").want(t, ExitViolation)
	contains(t, s.out, "\n!!", "\nrule    RFC 9293", "\nreplay  halfopen replay counterexamples/", "\nshrunk  from run ",
		"violations  in ", "client-closes:\n", "\n  rule ")
	folders, err := os.ReadDir(defaultFolder)
	if err != nil || len(folders) == 0 {
		t.Fatalf("%v %v", folders, err)
	}
	contains(t, call(copiedLossy(), "", "replay", folders[0].Name()).want(t, ExitViolation).out, "same    byte-identical: ")

	j := call(copiedLossy(), "", "explore", "--faults", "1", "--model", "client-closes", "--json", "--out", "x").want(t, ExitViolation)
	var all jsonExplored
	if err := json.Unmarshal([]byte(j.out), &all); err != nil || len(all.Groups) == 0 {
		t.Fatalf("%v\n%s", err, j.out)
	}
	for _, g := range all.Groups {
		if _, err := os.Stat(filepath.Join("x", g.Shrunk.Name, bundle.TraceFile)); err != nil {
			t.Error(err)
		}
	}
	for _, g := range all.Certificate.Models[0].Groups {
		call(copiedLossy(), g.Scenario, "run", "-").want(t, ExitViolation)
	}
	contains(t, call(copiedLossy(), "", "explore", "--check", "c.json").want(t, ExitViolation).out, "same        as c.json says\n")
}

// TestCertificate: what was explored can be explored again and compared; a file
// that was changed is refused, and figures that differ are named.
func TestCertificate(t *testing.T) {
	t.Chdir(t.TempDir())
	call(sim.TCP(), "", "explore", "--faults", "1", "--model", "late-server", "--depth", "5", "--certificate", "c.json").want(t, ExitLegal)
	contains(t, call(sim.TCP(), "", "explore", "--check", "c.json").want(t, ExitLegal).out, "same        as c.json says\n")
	contains(t, call(sim.TCP(), "", "explore", "--check", "c.json", "--quick").want(t, ExitLegal).out, "unchanged   c.json fits itself: ")
	text, err := os.ReadFile("c.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, quick := range [][]string{nil, {"--quick"}} {
		changed := strings.Replace(string(text), `"faults": 1`, `"faults": 2`, 1)
		refused := call(sim.TCP(), changed, append([]string{"explore", "--check", "-"}, quick...)...).want(t, ExitUsage)
		contains(t, refused.errors, "standard input: explore: not a certificate: options_hash is ", "was changed")
	}

	c, err := explore.ReadCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Models[0].Digest = strings.Repeat("0", 32)
	lie := c.Sealed().Encode()
	call(sim.TCP(), string(lie), "explore", "--check", "-", "--quick").want(t, ExitLegal)
	differs := call(sim.TCP(), string(lie), "explore", "--check", "-").want(t, ExitDiffers)
	contains(t, differs.errors, "differs from its certificate: model late-server: digest was 0000", ", is ")
	other := call(copiedLossy(), string(text), "explore", "--check", "-").want(t, ExitUsage)
	contains(t, other.errors, `no endpoint is called "tcp" here`)
}

// TestExploreUsage: messages that say what and where.
func TestExploreUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		status int
		says   string
		args   []string
	}{
		{ExitUsage, "--faults: 9 is not from 0 to 8", []string{"--faults", "9"}},
		{ExitUsage, "--depth: -1 is not", []string{"--depth", "-1"}},
		{ExitUsage, "--jobs: -1 is less than none", []string{"--jobs", "-1"}},
		{ExitUsage, "--model: explore: no model is called \"x\"; there are: client-closes, ", []string{"--model", "x"}},
		{ExitUsage, "nothing to check quickly", []string{"--quick"}},
		{ExitUsage, "no such file", []string{"--check", "none.json"}},
		{ExitUsage, "[check faults]", []string{"--check", "c.json", "--faults", "2"}},
		{ExitFailed, "cannot be copied", []string{"--a", "lossy-fin"}},
	} {
		s := call(append(sim.TCP(), lossyOffer()...), "", append([]string{"explore"}, c.args...)...).want(t, c.status)
		contains(t, s.errors, c.says)
	}
}

// TestExploreInterrupted: Ctrl-C ends it, and nothing is claimed.
func TestExploreInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := callWith(ctx, sim.TCP(), "", "explore", "--faults", "5", "--out", t.TempDir()).want(t, ExitInterrupted)
	contains(t, s.out, "stopped     after 0 states", "nothing is claimed")
	j := callWith(ctx, sim.TCP(), "", "explore", "--json", "--out", t.TempDir()).want(t, ExitInterrupted)
	if j.out != "" {
		t.Errorf("a program would read %q", j.out)
	}
	contains(t, j.errors, "nothing is claimed")
}

// TestExploreWrong: a known bug is built in, and found.
func TestExploreWrong(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	s := call(sim.TCP(), "", "explore", "--wrong", "time-wait-no-ack", "--faults", "1", "--model", "client-closes",
		"--out", t.TempDir()).want(t, ExitViolation)
	contains(t, s.out, "tcp!time-wait-no-ack", "time-wait-answer", "replay  halfopen replay --wrong time-wait-no-ack ")
}

// copiedLossy is lossyOffer with a TCP that can be copied and recognised.
func copiedLossy() sim.Offer {
	return sim.Offer{{Name: "lossy-fin", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		l := new(copyableLossy)
		return l, l.Reset(c)
	}}}
}

// copyableLossy never sends a FIN again. What it has sent is told by SND.NXT.
type copyableLossy struct{ lossy }

func (l *copyableLossy) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*copyableLossy)
	if !ok {
		return false
	}
	l.fins = map[endpoint.Seq]bool{}
	for fin := range o.fins {
		l.fins[fin] = true
	}
	return l.TCP.CopyFrom(&o.TCP)
}
