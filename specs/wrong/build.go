package wrong

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Module is the path of halfopen's module.
const Module = "example.org/halfopen"

// builtFile is the file that says which endpoint was built in.
const builtFile = "specs/wrong/built.go"

// Root is the root of the checkout of halfopen that contains the working
// directory.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if start, err = filepath.EvalSymlinks(start); err != nil {
		return "", err
	}
	for dir := start; ; {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && isModule(text) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("wrong: %s is not inside a checkout of %s: "+
				"a known-wrong endpoint is built from its source", start, Module)
		}
		dir = up
	}
}

// isModule reports whether a go.mod is that of halfopen.
func isModule(text []byte) bool {
	for line := range bytes.Lines(text) {
		if fields := strings.Fields(string(line)); len(fields) > 0 && fields[0] == "module" {
			return len(fields) > 1 && strings.Trim(fields[1], `"`) == Module
		}
	}
	return false
}

// Build builds the package pkg of the checkout at root, as "./cmd/halfopen",
// into the file out, with the known-wrong endpoint of that name in the place of
// the correct one. The checkout itself is not touched.
func Build(ctx context.Context, root, name, pkg, out string) error {
	e, err := Find(name)
	if err != nil {
		return err
	}
	changed, err := e.changed(root)
	if err != nil {
		return err
	}
	if err := BuildChanged(ctx, root, changed, pkg, out); err != nil {
		return fmt.Errorf("with %s: %w", name, err)
	}
	return nil
}

// BuildChanged builds a package of the checkout at root with some files changed,
// or added: the new texts by their names, relative to root and with forward
// slashes. It hands them to `go build -overlay`; the checkout is not touched.
func BuildChanged(ctx context.Context, root string, changed map[string]string, pkg, out string) error {
	return build(ctx, root, changed, out, "build", "-buildvcs=false", pkg)
}

// BuildChangedTest does the same with the test program of a package.
func BuildChangedTest(ctx context.Context, root string, changed map[string]string, pkg, out string) error {
	return build(ctx, root, changed, out, "test", "-c", pkg)
}

// build runs a go command that builds, with an overlay.
func build(ctx context.Context, root string, changed map[string]string, out string, args ...string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	if root, err = filepath.EvalSymlinks(root); err != nil { // an overlay knows a file by one path only
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "halfopen-wrong-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list, err := overlay(root, dir, changed)
	if err != nil {
		return err
	}
	verb, pkg := args[0], args[len(args)-1]
	args = append(append([]string{verb, "-overlay", list, "-o", out}, args[1:len(args)-1]...), pkg)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	said, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("wrong: a known-wrong endpoint is built from source, and there is no go command: %w", err)
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("wrong: go %s %s: %w\n%s", verb, pkg, err, bytes.TrimSpace(said))
	}
	return nil
}

// overlay writes the changed files and the list of them into dir, and returns
// the name of the list. All paths in it are absolute: one that does not match
// is ignored by the go command without a word.
func overlay(root, dir string, changed map[string]string) (string, error) {
	replace := map[string]string{}
	for file, text := range changed {
		copied := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(copied, []byte(text), 0o666); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(file))] = copied
	}
	list, err := json.Marshal(struct{ Replace map[string]string }{replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, list, 0o666)
}

// changed are the files with the bug in them, and the one that says which bug
// it is.
func (e *Endpoint) changed(root string) (map[string]string, error) {
	changed, err := e.apply(root)
	if err != nil {
		return nil, err
	}
	changed[builtFile] = fmt.Sprintf("package wrong\n\nconst Built = %q\n", e.Name)
	return changed, nil
}

// apply makes the edits and returns the changed files by name.
func (e *Endpoint) apply(root string) (map[string]string, error) {
	changed := map[string]string{}
	for _, edit := range e.Edits {
		text, ok := changed[edit.File]
		if !ok {
			octets, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(edit.File)))
			if err != nil {
				return nil, fmt.Errorf("wrong: %s: %w", e.Name, err)
			}
			text = string(octets)
		}
		text, err := edit.apply(text)
		if err != nil {
			return nil, fmt.Errorf("wrong: %s: %w", e.Name, err)
		}
		changed[edit.File] = text
	}
	return changed, nil
}

// apply replaces Old, whole lines that have to stand in text exactly once.
func (e *Edit) apply(text string) (string, error) {
	at, n := -1, 0
	for i := 0; i < len(text); {
		if strings.HasPrefix(text[i:], e.Old) {
			at = i
			n++
		}
		end := strings.IndexByte(text[i:], '\n')
		if end < 0 {
			break
		}
		i += end + 1
	}
	if n != 1 {
		return "", fmt.Errorf("the old text stands in %s %d times, want once:\n%s", e.File, n, e.Old)
	}
	return text[:at] + e.New + text[at+len(e.Old):], nil
}
