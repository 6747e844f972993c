package pinned

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// kept are the bundles that a module keeps.
const kept = "testdata/bundles/*"

// Bundles demands that each bundle that is kept be what its trace gives today,
// octet for octet.
func (s *Stack) Bundles(t *testing.T) {
	t.Helper()
	for _, dir := range glob(t, kept) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if update() {
				s.run(t, []string{"report", "-o", filepath.Dir(dir), dir}, cmd.ExitLegal, cmd.ExitDiffers)
				return
			}
			out := t.TempDir()
			s.run(t, []string{"report", "-o", out, dir}, cmd.ExitLegal)
			sameFolder(t, filepath.Join(out, filepath.Base(dir)), dir)
		})
	}
}

// BundleFails demands that the Go test of a bundle compile in a module that
// requires halfopen and the one that runs this test, and fail there with the
// bundle's ladder.
func (s *Stack) BundleFails(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds another module")
	}
	bundle := glob(t, kept)[0]
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), requiring(t, read(t, "go.mod"), here))
	write(t, filepath.Join(dir, "go.sum"), read(t, "go.sum"))
	write(t, filepath.Join(dir, "trace_test.go"), read(t, bundle, "trace_test.go"))
	test := exec.CommandContext(t.Context(), "go", "test", ".")
	test.Dir = dir
	test.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	said, err := test.CombinedOutput()
	headline, _, _ := strings.Cut(read(t, bundle, "ladder.txt"), "\n")
	if err == nil || !strings.Contains(string(said), headline) || !strings.Contains(string(said), "\n        !!") {
		t.Errorf("%v; want a failure that says %q\n%s", err, headline, said)
	}
}

// requiring is the go.mod of a module that requires what another requires, and
// that other one, which is here. What the other one replaces by a path that
// begins with a dot stays where it is.
func requiring(t *testing.T, mod, here string) string {
	t.Helper()
	_, name, ok := strings.Cut(mod, "module ")
	if !ok {
		t.Fatal("go.mod has no module line")
	}
	name, _, _ = strings.Cut(name, "\n")
	var b strings.Builder
	for line := range strings.Lines(strings.Replace(mod, "module "+name, "module counterexample", 1)) {
		if from, to, ok := strings.Cut(line, " => ."); ok {
			line = from + " => " + filepath.Join(here, "."+strings.TrimSpace(to)) + "\n"
		}
		b.WriteString(line)
	}
	return b.String() + "\nrequire " + name + " v0.0.0\n\nreplace " + name + " => " + here + "\n"
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
		if !bytes.Equal(a, []byte(read(t, want, f.Name()))) {
			t.Errorf("%s is another; %s. Now:\n%s", f.Name(), again(t), a)
		}
	}
}
