package cmd

import (
	"runtime"
	"runtime/debug"

	"example.org/halfopen/specs/wrong"
)

// version says which build this is, as far as the build knows.
func version() string {
	v := "(devel)"
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && v == "(devel)" {
				revision = " " + s.Value
			}
		}
	}
	if wrong.Built != "" {
		revision += " " + mutantName(wrong.Built)
	}
	return v + revision + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}
