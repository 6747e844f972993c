package specs_test

import (
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs"
)

// TestRFC9293 runs the specs on halfopen's own TCP.
func TestRFC9293(t *testing.T) {
	specs.Run(t, specs.Kit{Name: "tcp", New: endpoint.NewTCP})
}
