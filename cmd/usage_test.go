package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
)

// TestHelp: help of each command, with examples.
func TestHelp(t *testing.T) {
	for _, name := range []string{
		"", "run", "fuzz", "merge", "diff", "replay", "show", "report", "check", "rules", "mutants", "wrong",
	} {
		args := append(strings.Fields(name), "--help")
		s := call(sim.TCP(), "", args...).want(t, ExitLegal)
		contains(t, s.out, "Examples:", "halfopen "+name)
		golden(t, strings.TrimSuffix("help-"+name, "-")+".txt", s.out)
		for _, line := range strings.Split(s.out, "\n") {
			if len(line) > 110 {
				t.Errorf("%s: a line of %d columns: %s", name, len(line), line)
			}
		}
	}
}

// TestBadInput: a message that says what and where, and the exit status.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	trace := call(sim.TCP(), "seed 3\n", "show", "--as", "jsonl", "-").want(t, ExitLegal).out
	plain := file("plain", "x\n")
	cases := []struct {
		name   string
		status int
		args   []string
	}{
		{"unknown flag", ExitUsage, []string{"fuzz", "--frobnicate"}},
		{"unknown command", ExitUsage, []string{"fuz"}},
		{"too many arguments", ExitUsage, []string{"run", "a", "b"}},
		{"too few arguments", ExitUsage, []string{"replay"}},
		{"not a number", ExitUsage, []string{"fuzz", "--runs", "many"}},
		{"a rate without its sign", ExitUsage, []string{"fuzz", "--loss", "10"}},
		{"a delay that runs backwards", ExitUsage, []string{"fuzz", "--delay", "20ms-1ms"}},
		{"more than one word", ExitUsage, []string{"fuzz", "--loss", "10% cap 3"}},
		{"an endpoint that is not offered", ExitUsage, []string{"fuzz", "--a", "netstack"}},
		{"a known-wrong endpoint that is none", ExitUsage, []string{"fuzz", "--wrong", "frobnicate"}},
		{"runs and only", ExitUsage, []string{"fuzz", "--runs", "3", "--only", "3"}},
		{"a report of nothing", ExitUsage, []string{"report"}},
		{"a report into a file", ExitUsage, []string{"report", "-o", plain, "-"}},
		{"a report of what is missing", ExitUsage, []string{"report", filepath.Join(dir, "none.jsonl")}},
		{"missing file", ExitUsage, []string{"run", filepath.Join(dir, "none.txt")}},
		{"scenario with a typo", ExitUsage, []string{"run", file("typo.txt", "seed 1\ndrop A SIN #1\n")}},
		{"an endpoint of a scenario", ExitUsage, []string{"run", file("who.txt", "A netstack\n")}},
		{"missing trace", ExitUsage, []string{"replay", filepath.Join(dir, "none")}},
		{"folder without a trace", ExitUsage, []string{"replay", dir}},
		{"scenario for a trace", ExitUsage, []string{"replay", file("scenario.txt", "seed 1\n")}},
		{"empty trace", ExitUsage, []string{"replay", file("empty.jsonl", "")}},
		{"empty trace, shown", ExitUsage, []string{"show", file("empty.jsonl", "")}},
		{"truncated trace", ExitUsage, []string{"replay", file("short.jsonl", trace[:len(trace)*2/3])}},
		{"another schema version", ExitUsage,
			[]string{"show", file("version.jsonl", strings.Replace(trace, "halfopen-trace/1", "halfopen-trace/9", 1))}},
		{"a changed trace", ExitUsage, []string{"replay", file("changed.jsonl", strings.Replace(trace, `"t":0`, `"t":1`, 1))}},
		{"another endpoint", ExitUsage, []string{"replay", file("who.jsonl", strings.NewReplacer(`"tcp"`, `"tcp!none"`).Replace(trace))}},
		{"no such face", ExitUsage, []string{"show", "--as", "pdf", plain}},
		{"a page without a trace", ExitUsage, []string{"replay", file("other.html", "<!DOCTYPE html>\n<title>x</title>\n")}},
		{"a folder without a capture", ExitUsage, []string{"check", dir}},
		{"unwritable folder", ExitUsage, []string{"fuzz", "--runs", "1", "--out", plain}},
		{"unwritable folder below a file", ExitUsage, []string{"fuzz", "--runs", "1", "--out", filepath.Join(plain, "x")}},
		{"one implementation", ExitUsage, []string{"diff", "--a", "tcp"}},
		{"the same one twice", ExitUsage, []string{"diff", "--a", "tcp", "--a", "tcp"}},
		{"an implementation that is not offered", ExitUsage, []string{"diff", "--a", "tcp", "--a", "netstack"}},
		{"unwritable file", ExitFailed, []string{"show", "-o", filepath.Join(dir, "none", "x"), file("ok.jsonl", trace)}},
	}
	var all strings.Builder
	for _, c := range cases {
		s := call(sim.TCP(), "", c.args...)
		if s.status != c.status || s.out != "" || s.errors == "" {
			t.Errorf("%s: exit status %d, want %d\nstdout: %s\nstderr: %s", c.name, s.status, c.status, s.out, s.errors)
		}
		fmt.Fprintf(&all, "# %s: %d\n%s\n", c.name, s.status, s.errors)
	}
	golden(t, "bad-input.txt", strings.ReplaceAll(all.String(), dir, "DIR"))
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}

// TestLinkFlags: the words of a scenario's link, and nothing else is touched.
func TestLinkFlags(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"loss", "10%", "loss 10%"},
		{"delay", "1ms-20ms", "delay 1ms-20ms"},
		{"delay", "exponential 5ms min 1ms", "delay exponential 5ms min 1ms"},
		{"reorder", "25% gap 3", "reorder 25% gap 3"},
		{"reorder", "0%", ""},
		{"corrupt", "0.0001% undetected", "corrupt 0.0001% undetected"},
		{"corrupt", "off", ""},
		{"cap", "3", "cap 3"},
		{"fifo", "true", "fifo"},
		{"fifo", "false", ""},
		{"rate", "64kbit", "rate 64000"},
		{"gilbert", "1% 20%", "gilbert 1% 20%"},
	} {
		var l linkFlags
		for i := range linkWords {
			if linkWords[i].name != c.flag {
				continue
			}
			if err := (&linkFlag{&l, i}).Set(c.value); err != nil {
				t.Errorf("--%s %s: %v", c.flag, c.value, err)
			}
		}
		want, err := scenario.Parse("", "link mtu 999 "+c.want+"\n")
		if err != nil {
			t.Fatal(err)
		}
		got := want
		for e := range got.Link { // everything of the word is on, and gets what was said
			got.Link[e].MTU = 999
			l.override()(&got.Link[e])
		}
		if !got.Equal(&want) {
			t.Errorf("--%s %s gives\n%swant\n%s", c.flag, c.value, got.String(), want.String())
		}
	}
	if (&linkFlags{}).override() != nil {
		t.Error("no flags override something")
	}
}

// TestLinkFlagsSwitchOff: "off" overrides what a run has drawn.
func TestLinkFlagsSwitchOff(t *testing.T) {
	drawn, err := scenario.Parse("", "link delay 5ms loss 20% gilbert 1% 2% cap 2 reorder 5% fifo duplicate 1% corrupt 1% rate 1Mbit queue 4\n")
	if err != nil {
		t.Fatal(err)
	}
	var l linkFlags
	for i := range linkWords {
		value := "off"
		switch {
		case linkWords[i].name == "delay":
			continue
		case linkWords[i].bare:
			value = "false"
		}
		if err := (&linkFlag{&l, i}).Set(value); err != nil {
			t.Errorf("--%s %s: %v", linkWords[i].name, value, err)
		}
	}
	l.override()(&drawn.Link[0])
	l.override()(&drawn.Link[1])
	if want := "halfopen scenario 1\nlink delay 5ms\n"; drawn.String() != want {
		t.Errorf("got %q, want %q", drawn.String(), want)
	}
}

// TestVersionAndCompletion: what the command-line library is asked for.
func TestVersionAndCompletion(t *testing.T) {
	contains(t, call(sim.TCP(), "", "--version").want(t, ExitLegal).out, "halfopen ", "go1.")
	contains(t, call(sim.TCP(), "", "completion", "bash").want(t, ExitLegal).out, "halfopen")
	contains(t, call(sim.TCP(), "", "__complete", "show", "--as", "").want(t, ExitLegal).out, "ladder\nreadme\nhtml\nsvg\n")
	contains(t, call(lossyOffer(), "", "__complete", "fuzz", "--a", "").want(t, ExitLegal).out, "lossy-fin\n")
	contains(t, call(sim.TCP(), "", "__complete", "fuzz", "--wrong", "").want(t, ExitLegal).out, "last-ack-any-ack")
	contains(t, call(sim.TCP(), "").want(t, ExitLegal).out, "Available Commands:")
}

// TestFullDisk: output that cannot be written is a failure.
func TestFullDisk(t *testing.T) {
	var errs strings.Builder
	status := Main(t.Context(), []string{"run"}, strings.NewReader(""), full{}, &errs, sim.TCP())
	if status != ExitFailed || !strings.Contains(errs.String(), "no space") {
		t.Errorf("exit status %d: %s", status, errs.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
