package gotest

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/gotest/testdata/lossyfin"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

var update = flag.Bool("update", false, "record the golden tests again")

var offer = sim.Offer{
	{Name: "tcp", New: tcp.New},
	{Name: "lossy-fin", New: lossyfin.New},
	{Name: "nameless", New: func(c endpoint.Config) (endpoint.Endpoint, error) { return tcp.New(c) }},
}

// play runs a scenario, judged.
func play(t testing.TB, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(offer)
	if _, err := r.Run(&s); err != nil {
		t.Fatal(err)
	}
	return r.World.Trace().Clone()
}

func written(t testing.TB, trace *sim.Trace) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, trace, offer); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bug is a run in which the stack of somebody else breaks a rule.
const bug = "A lossy-fin\nA: open active; close; receive all\nB: open passive; receive all; close\ndrop A FIN #1\n"

// TestGolden: the files are as recorded, and formatted as gofmt does.
func TestGolden(t *testing.T) {
	wire := play(t, "")
	wire.Violation = sim.Violation{
		Rule: sim.Rule{ID: "wire/ack", Name: "wire-ack", Section: "RFC 9293 section 3.4"}, Text: "a\nb",
	}
	for name, trace := range map[string]*sim.Trace{
		"bug.txt":      play(t, bug),
		"legal.txt":    play(t, ""),
		"nameless.txt": play(t, "A nameless\nB lossy-fin\n"),
		"wire.txt":     wire,
	} {
		got := written(t, trace)
		if formatted, err := format.Source(got); err != nil || !bytes.Equal(formatted, got) {
			t.Errorf("%s: gofmt would change it: %v", name, err)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v; -update records it if that is meant\n%s", name, err, got)
		}
	}
}

// TestFreshModule: in a module that only requires halfopen the file compiles,
// and fails with the ladder of the run; without the violation it passes. The
// module proxy is switched off: the packages that the test needs are of the
// standard library and of halfopen.
func TestFreshModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	trace := play(t, bug)
	if !trace.Violation.Found() {
		t.Fatal("the stack with the bug breaks no rule")
	}
	said, err := inFreshModule(t, written(t, trace))
	if err == nil {
		t.Errorf("the test passes\n%s", said)
	}
	var ladder strings.Builder
	if err := report.Ladder(&ladder, trace, report.LadderOptions{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(ladder.String()) {
		if !strings.Contains(said, strings.TrimSpace(line)) {
			t.Errorf("not said: %s", line)
		}
	}
	if !strings.Contains(said, "--- FAIL: Test") {
		t.Errorf("no failing test:\n%s", said)
	}
	if said, err := inFreshModule(t, written(t, play(t, ""))); err != nil {
		t.Errorf("a legal run: %v\n%s", err, said)
	}
	said, err = inFreshModule(t, written(t, play(t, "A nameless\n")))
	if err == nil || !strings.Contains(said, `no endpoint is called "nameless"`) {
		t.Errorf("a factory that cannot be imported: %v\n%s", err, said)
	}
}

// inFreshModule runs a test file alone in a module that requires this checkout.
func inFreshModule(t *testing.T, file []byte) (said string, err error) {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	var mod bytes.Buffer
	if err := WriteModule(&mod); err != nil {
		t.Fatal(err)
	}
	mod.WriteString("\nreplace example.org/halfopen => " + root + "\n")
	for name, text := range map[string][]byte{ModuleFile: mod.Bytes(), FileName: file} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// TestModuleOf: the longest path that begins a package's is its module's.
func TestModuleOf(t *testing.T) {
	known := []string{module, module + "/endpoint/netstack", "", "example.org/half"}
	for path, want := range map[string]string{
		module + "/endpoint/tcp": module, module + "/endpoint/netstack": module + "/endpoint/netstack",
		module + "/endpoint/netstack/x": module + "/endpoint/netstack", "": "", "somewhere/else": "somewhere/else",
	} {
		if got := moduleOf(path, known); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	got := strings.Join(commands([]string{module + "/endpoint/x", "else.where/y"}), "; ")
	want := "go mod edit -replace example.org/halfopen=PATH/TO/HALFOPEN; " +
		"go mod edit -replace example.org/halfopen/endpoint/x=PATH/TO/HALFOPEN/endpoint/x; " +
		"go mod edit -replace else.where/y=PATH/TO/Y; go mod tidy; go test ."
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		full, path, name string
		ok               bool
	}{
		{"example.org/halfopen/endpoint/tcp.New", "example.org/halfopen/endpoint/tcp", "New", true},
		{"example.com/stack%2ev3.New", "example.com/stack.v3", "New", true},
		{"stack.New", "stack", "New", true},
		{"main.New", "", "", false},
		{"example.com/stack.newTCP", "", "", false},
		{"example.com/stack.init.func1", "", "", false},
		{"example.com/stack.New.func1", "", "", false},
		{"example.com/stack.(*Host).New", "", "", false},
		{"example.com/stack.(*Host).New-fm", "", "", false},
		{"example.com/stack.Make[...]", "", "", false},
		{"example.com/stack_test.New", "", "", false},
		{"stack", "", "", false},
	} {
		path, name, ok := split(c.full)
		if ok != c.ok || ok && (path != c.path || name != c.name) {
			t.Errorf("%s: %q, %q, %t", c.full, path, name, ok)
		}
	}
}

func TestLiteral(t *testing.T) {
	for _, text := range []string{"", "a\nb\t'\"\\", "a`b", "a\rb", "a\x00", "\xff", "a\ufeff", "\u00e9"} {
		got := literal(text)
		if back, err := strconv.Unquote(got); err != nil || back != text {
			t.Errorf("%q is %s, which is %q, %v", text, got, back, err)
		}
		source := "package p\n\nconst s = " + got + "\n"
		if _, err := format.Source([]byte(source)); err != nil {
			t.Errorf("%q is %s: %v", text, got, err)
		}
	}
}

// A package of another module is imported under a name that is known.
func TestForeignPackage(t *testing.T) {
	s := stack{name: "mine"}
	s.locate(tcp.New, "stack1")
	if s.spec() != `"example.org/halfopen/endpoint/tcp"` || s.factory != "tcp.New" {
		t.Errorf("%q, %q", s.spec(), s.factory)
	}
	s = stack{path: "example.com/go-stack/v2", alias: "stack1", factory: "stack1.New"}
	if got := s.spec(); got != `stack1 "example.com/go-stack/v2"` {
		t.Error(got)
	}
}
