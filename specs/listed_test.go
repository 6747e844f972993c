package specs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/specs"
)

// listFile is the environment variable that names the list of TestMute.
const listFile = "HALFOPEN_LIST_FILE"

// bundleFolder is the environment variable that says where its bundles go.
const bundleFolder = "HALFOPEN_BUNDLE_FOLDER"

// mute is a TCP whose ABORT tells the other end nothing.
type mute struct {
	endpoint.Endpoint
	aborted bool
}

func newMute(c endpoint.Config) (endpoint.Endpoint, error) {
	t, err := tcp.New(c)
	return &mute{Endpoint: t}, err
}

func (m *mute) Abort(now time.Duration) error {
	m.aborted = true
	return m.Endpoint.Abort(now)
}

func (m *mute) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	n, ok = m.Endpoint.Emit(now, buf)
	for ok && m.aborted {
		n, ok = m.Endpoint.Emit(now, buf)
	}
	return n, ok
}

// TestMute is a test as somebody writes it for a stack with known faults.
func TestMute(t *testing.T) {
	if os.Getenv(listFile) == "" {
		t.Skip("TestRunListed runs it")
	}
	specs.RunListed(t, os.Getenv(listFile), specs.Kit{
		Name: "mute", New: newMute, Without: []string{"LISTEN -> SYN-SENT"}, Bundles: os.Getenv(bundleFolder),
	})
}

// What mute fails, and what it does not.
const (
	told     = "mute ABORT drops what was not yet sent, and tells the other end\n"
	reported = "mute a RST is reported to the application\n"
	window   = "mute flow control lets a RST through a closed window\n"
	half     = "mute ABORT ends half a connection, too\n"
	fine     = "mute data keeps its order where sequence numbers wrap to 0\n"
	without  = "mute a listener turns active when the user says so\n"
)

// TestRunListed: the right list passes; a failure that is not listed, a listed
// spec that passes or is skipped, and a name that is none, do not.
func TestRunListed(t *testing.T) {
	for _, c := range []struct {
		name, list string
		want       []string // in the output of the test; none: it passes
	}{
		{"right", "# known\n" + told + "\n# these, too\n" + half + reported + window, nil},
		{"not listed", told + half + reported, []string{"does not list it: " + window, "sent no RST at ABORT in ESTABLISHED"}},
		{"no list", "", []string{"does not list it: " + told, "does not list it: " + half, "does not list it: " + reported, "does not list it: " + window}},
		{"passes", told + half + reported + window + fine, []string{"does not fail, it is passed: " + fine}},
		{"skipped", told + half + reported + window + without, []string{"does not fail, it is skipped: " + without}},
		{"no spec", told + half + reported + window + "mute sings\n", []string{"lists what is no spec: mute sings\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "list.txt")
			if c.list != "" {
				write(t, file, c.list)
			}
			out, err := runMute(t, file)
			if (err == nil) != (c.want == nil) {
				t.Errorf("%v\n%s", err, out)
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("does not say %q:\n%s", w, out)
				}
			}
			if n := strings.Count(out, "does not list it: "); n > len(c.want) {
				t.Errorf("%d failures that are not listed:\n%s", n, out)
			}
		})
	}
}

// TestRunListedUpdate: an update keeps the comments that are still of use, and
// what it has written is right.
func TestRunListedUpdate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.txt")
	write(t, file, "# The head.\n\n# known\n"+told+fine+"\n# mended\n"+without)
	if out, err := runMute(t, file, specs.Update+"=1"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "# The head.\n\n# known\n" + told + "\n" + half + reported + window; string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if out, err := runMute(t, file); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestBundles: specs that fail leave the bundles of their runs, and those that
// pass leave none.
func TestBundles(t *testing.T) {
	file, dir := filepath.Join(t.TempDir(), "list.txt"), t.TempDir()
	write(t, file, told+half+reported+window)
	if out, err := runMute(t, file, bundleFolder+"="+dir); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	readmes, err := filepath.Glob(filepath.Join(dir, "*", "README.md"))
	if failing := 4; err != nil || len(readmes) < failing || len(readmes) > 3*failing {
		t.Errorf("%v, %d bundles of %d specs that fail: %v", err, len(readmes), failing, readmes)
	}
}

// runMute runs TestMute with a list.
func runMute(t *testing.T, list string, more ...string) (output string, err error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "-test.run=^TestMute$")
	c.Env = append(append(os.Environ(), specs.Update+"="), append(more, listFile+"="+list)...)
	out, err := c.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
