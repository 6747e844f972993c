package netstack_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

var update = flag.Bool("update", false, "record the bundles of testdata/bundles again")

// TestBundles: each bundle that is kept is what its trace gives today, octet for
// octet.
func TestBundles(t *testing.T) {
	kept, err := filepath.Glob("testdata/bundles/*")
	if err != nil || len(kept) == 0 {
		t.Fatalf("%d bundles, %v", len(kept), err)
	}
	for _, dir := range kept {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			out := t.TempDir()
			if *update {
				out = "testdata/bundles"
			}
			var said, errs bytes.Buffer
			status := cmd.Main(t.Context(), []string{"report", "-o", out, dir}, nil, &said, &errs, offer)
			if status != cmd.ExitLegal && !(*update && status == cmd.ExitDiffers) {
				t.Fatalf("exit status %d\n%s%s", status, said.String(), errs.String())
			}
			sameFolder(t, filepath.Join(out, filepath.Base(dir)), dir)
		})
	}
}

// TestBundleFails: the Go test of a bundle compiles in a module that requires
// halfopen and this one, and fails with the bundle's ladder.
func TestBundleFails(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	kept, err := filepath.Glob("testdata/bundles/*")
	if err != nil || len(kept) == 0 {
		t.Fatalf("%d bundles, %v", len(kept), err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	const own = "example.org/halfopen/endpoint/netstack"
	dir := t.TempDir()
	mod := strings.Replace(read(t, "go.mod"), "module "+own, "module counterexample", 1)
	mod = strings.Replace(mod, "=> ../..", "=> "+filepath.Join(here, "../.."), 1)
	mod += "\nrequire " + own + " v0.0.0\n\nreplace " + own + " => " + here + "\n"
	for name, text := range map[string]string{
		"go.mod": mod, "go.sum": read(t, "go.sum"), "trace_test.go": read(t, kept[0], "trace_test.go"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	test := exec.Command("go", "test", ".")
	test.Dir = dir
	test.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	said, err := test.CombinedOutput()
	headline, _, _ := strings.Cut(read(t, kept[0], "ladder.txt"), "\n")
	if err == nil || !strings.Contains(string(said), headline) || !strings.Contains(string(said), "\n        !!") {
		t.Errorf("%v; want a failure that says %q\n%s", err, headline, said)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sameFolder demands that two folders hold the same files, octet for octet.
func sameFolder(t *testing.T, got, want string) {
	t.Helper()
	files, err := os.ReadDir(want)
	if err != nil {
		t.Fatal(err)
	}
	if have, err := os.ReadDir(got); err != nil || len(have) != len(files) {
		t.Errorf("%d files, want %d: %v", len(have), len(files), err)
	}
	for _, f := range files {
		a, err := os.ReadFile(filepath.Join(got, f.Name()))
		if err != nil {
			t.Error(err)
		}
		b, err := os.ReadFile(filepath.Join(want, f.Name()))
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s is another; -update records it if that is meant. Now:\n%s", f.Name(), a)
		}
	}
}
