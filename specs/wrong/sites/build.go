package sites

import (
	"context"
	"maps"

	"example.org/halfopen/specs/wrong"
)

// program is what is built with the changed source.
const program = "./specs/wrong/sites/trial"

// BuildTests builds the tests of the endpoint's own package, with the changed
// source, into the file out. They take the number of the site from the environment.
func (s *Source) BuildTests(ctx context.Context, root, out string) error {
	changed := maps.Clone(s.Changed)
	changed[testedPackage+"/altered_test.go"] = choosing
	return wrong.BuildChangedTest(ctx, root, changed, "./"+testedPackage, out)
}

// Build builds the program that tries sites, from the checkout at root, into the
// file out.
func (s *Source) Build(ctx context.Context, root, out string) error {
	return wrong.BuildChanged(ctx, root, s.Changed, program, out)
}
