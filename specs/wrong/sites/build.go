package sites

import (
	"context"

	"example.org/halfopen/specs/wrong"
)

// program is what is built with the changed source.
const program = "./specs/wrong/sites/trial"

// Build builds the program that tries sites, from the checkout at root, into the
// file out.
func (s *Source) Build(ctx context.Context, root, out string) error {
	return wrong.BuildChanged(ctx, root, s.Changed, program, out)
}
