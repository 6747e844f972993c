package gotest

import (
	"bytes"
	"cmp"
	"fmt"
	"go/token"
	"net/url"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// module is the path of halfopen's module. The packages of its tree are called
// as the last element of their paths says; of others nobody knows.
const module = "example.org/halfopen"

// stack is an endpoint of the run, and where it comes from.
type stack struct {
	name     string // as scenarios call it
	path     string // of the package with its factory; "" if it cannot be imported
	alias    string // of the import; "" if it needs none
	factory  string // as the test calls it: "netstack.New"
	knownBug string // it is halfopen's own with this bug built in
}

// stacksOf lists the endpoints of a run, each once, A's first.
func stacksOf(t *sim.Trace, offer sim.Offer) []stack {
	var list []stack
	for e := range t.Scenario.Ends {
		s := stack{name: t.Scenario.Ends[e].Endpoint}
		if s.name == "" {
			s.name = scenario.DefaultEndpoint
		}
		if e > 0 && s.name == list[0].name {
			break
		}
		s.knownBug, _ = strings.CutPrefix(s.name, scenario.DefaultEndpoint+"!")
		if s.knownBug == s.name {
			s.knownBug = ""
		}
		for _, n := range offer { // not Find: its factory is one around this
			if n.Name == s.name {
				s.locate(n.New, "stack"+strconv.Itoa(e+1))
				break
			}
		}
		list = append(list, s)
	}
	return list
}

// locate finds out how a test imports a factory. What a function is called
// follows from its source alone.
func (s *stack) locate(factory endpoint.Factory, alias string) {
	f := runtime.FuncForPC(reflect.ValueOf(factory).Pointer())
	if f == nil {
		return
	}
	path, name, ok := split(f.Name())
	if !ok {
		return
	}
	s.path = path
	s.factory = path[strings.LastIndexByte(path, '/')+1:] + "." + name
	if !strings.HasPrefix(path, module+"/") {
		s.alias, s.factory = alias, alias+"."+name
	}
}

// split takes the name of a function apart, as the runtime writes it:
// "example.org/halfopen/endpoint/tcp.New". ok is false for what no other package
// can name: closures, methods, what is not exported, what is in package main or
// in a test.
func split(full string) (path, name string, ok bool) {
	last := full[strings.LastIndexByte(full, '/')+1:]
	dot := strings.IndexByte(last, '.')
	if dot < 0 {
		return "", "", false
	}
	path, name = full[:len(full)-len(last)+dot], last[dot+1:]
	// The linker escapes dots in the last element.
	path, err := url.PathUnescape(path)
	return path, name, err == nil && token.IsExported(name) && token.IsIdentifier(name) &&
		path != "main" && !strings.HasSuffix(path, "_test")
}

// modulesOf lists the modules other than halfopen's that a test has to require, by
// what is known of the program that asks: a package is of the module with the longest
// path that begins its own.
func modulesOf(stacks []stack) (list []string) {
	known := []string{module}
	if info, ok := debug.ReadBuildInfo(); ok {
		known = append(known, info.Main.Path)
		for _, m := range info.Deps {
			known = append(known, m.Path)
		}
	}
	for i := range stacks {
		if m := moduleOf(stacks[i].path, known); m != "" && m != module && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// moduleOf is the module of a package; its own path where none is known; "" for no
// package.
func moduleOf(path string, known []string) string {
	best := ""
	for _, m := range known {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return cmp.Or(best, path)
}

// spec is the import of a stack's package; "" if there is none.
func (s *stack) spec() string {
	switch {
	case s.path == "":
		return ""
	case s.alias == "":
		return quote(s.path)
	}
	return s.alias + " " + quote(s.path)
}

// write writes the element of the offer.
func (s *stack) write(b *bytes.Buffer) {
	if s.knownBug != "" {
		fmt.Fprintf(b, "\t\t// halfopen's own with the bug %s built in; without it this test passes.\n",
			oneLine(s.knownBug))
	}
	if s.path == "" {
		fmt.Fprintf(b, "\t\t// %s: nobody can import its factory from where it stood. Put it here:\n", oneLine(s.name))
		fmt.Fprintf(b, "\t\t// {Name: %s, New: ...},\n", quote(s.name))
		return
	}
	fmt.Fprintf(b, "\t\t{Name: %s, New: %s},\n", quote(s.name), s.factory)
}
