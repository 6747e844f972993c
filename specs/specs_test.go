package specs_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/specs"
)

// TestRFC9293 runs the specs on halfopen's own TCP, and on the same as a
// stranger's: one that has nothing but what the interface asks for, and claims
// nothing.
func TestRFC9293(t *testing.T) {
	specs.Run(t,
		specs.Kit{Name: own, New: tcp.New, Also: []func(specs.Kit){specs.Requirements}},
		specs.Kit{Name: "stranger", New: newStranger, Without: []string{"LISTEN -> SYN-SENT"}},
	)
}

const own = "tcp"

// A spec can hand over its run as a test does.
var _ bundle.TB = (*GinkgoTBWrapper)(nil)

// stranger hides what TCP can do beside being an Endpoint.
type stranger struct{ endpoint.Endpoint }

func newStranger(c endpoint.Config) (endpoint.Endpoint, error) {
	t, err := tcp.New(c)
	return stranger{t}, err
}

// Our own TCP skips nothing; a stranger skips what it is without.
var _ = ReportAfterSuite("who skips what", func(r Report) {
	if r.PreRunStats.SpecsThatWillRun < r.PreRunStats.TotalSpecs {
		return // somebody asked for some of the specs only
	}
	for _, s := range r.SpecReports {
		if names := s.ContainerHierarchyTexts; len(names) > 0 && s.State.String() == "skipped" {
			Expect(names[0]).NotTo(Equal(own), s.FullText())
			Expect(s.Labels()).To(ContainElement(BeElementOf("LISTEN -> SYN-SENT", "RFC 5961 3.2", "RFC 5961 4.2")), s.FullText())
		}
	}
})
