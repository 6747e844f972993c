package specs

import (
	"slices"
	"testing"

	"example.org/halfopen/sim/scenario"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/matchers"
)

// Kit is a stack to be described: both ends of every run are made by New.
type Kit struct {
	// Name is what scenarios and reports call the stack: one word.
	Name string
	// New makes an endpoint. Where it refuses the Config that a spec needs,
	// the spec is skipped, and says so. What may be expected of the stack is
	// what its endpoints say themselves (endpoint.Profiler).
	New endpoint.Factory
	// Without are labels, of edges for example, of which the stack has no
	// part: sockets have no call that turns a listener active. Specs that have
	// one of these labels are skipped.
	Without []string
	// Also are chapters to be told besides those that every kit has:
	// Requirements, for one.
	Also []func(Kit)
	// Bundles is the folder that gets the bundle of each run of a spec that
	// fails (package bundle); "" is none.
	Bundles string

	taken *oracle.Coverage // edges that the current spec took; nil outside Run
}

// topics are the chapters, in the order in which they are told.
var topics = []func(Kit){
	ThreeWayHandshake, SimultaneousOpen, Data, Retransmission, FlowControl,
	FourWayClose, ThreeSegmentClose, SimultaneousClose, HalfClose, Reset,
	HalfOpenDiscovery, TimeWait, ClassicDiagram,
}

// Run describes each kit and runs the specs. It may be called once in a test
// binary: that is Ginkgo's rule.
func Run(t *testing.T, kits ...Kit) {
	t.Helper()
	RegisterFailHandler(Fail)
	for _, k := range kits {
		Describe(k.Name, func() { describe(k) })
	}
	ReportAfterSuite("every core edge has a spec", func(r Report) {
		for _, k := range kits {
			Expect(untold(r, k)).To(BeEmpty(), "edges of which no spec of %s tells", k.Name)
		}
	})
	RunSpecs(t, "RFC 9293")
}

// describe tells every topic of a kit, and holds each spec to the edges that
// it is labelled with.
func describe(k Kit) {
	k.taken = &oracle.Coverage{}
	BeforeEach(func() {
		*k.taken = oracle.Coverage{}
		for _, l := range CurrentSpecReport().Labels() {
			if slices.Contains(k.Without, l) {
				Skip(k.Name + " has no part of " + l)
			}
		}
	})
	AfterEach(func() {
		spec := CurrentSpecReport()
		if spec.Failed() {
			return
		}
		for _, e := range edgesOf(spec.Labels()) {
			Expect(k.taken.Edges[e.From][e.To]).NotTo(BeZero(), "the spec is labelled %v and does not take it", e)
		}
	})
	for _, topic := range slices.Concat(topics, k.Also) {
		topic(k)
	}
}

// untold lists the core edges that no spec of the kit is labelled with, if all
// specs were meant to run.
func untold(r Report, k Kit) []string {
	c := r.SuiteConfig
	if len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles)+len(c.LabelFilter) > 0 ||
		r.SuiteHasProgrammaticFocus {
		return nil
	}
	told := map[oracle.Edge]bool{}
	for _, s := range r.SpecReports {
		if names := s.ContainerHierarchyTexts; len(names) > 0 && names[0] == k.Name {
			for _, e := range edgesOf(s.Labels()) {
				told[e] = true
			}
		}
	}
	var missing []string
	for _, e := range oracle.CoreEdges() {
		if !told[e] {
			missing = append(missing, e.String())
		}
	}
	return missing
}

// Run runs a scenario, both of whose ends are the stack, and returns its
// judged trace. It is called in a spec; the spec's report gets the ladder. The
// lines that begin with "A tcp" or "B tcp" configure the stack, whatever its
// name.
func (k Kit) Run(text string) *sim.Trace {
	GinkgoHelper()
	s, err := scenario.Parse("the scenario of this spec", text)
	Expect(err).NotTo(HaveOccurred())
	for e := range s.Ends {
		if k.Name != scenario.DefaultEndpoint {
			s.Ends[e].Endpoint = k.Name
		}
	}
	Expect(s.Check()).To(Succeed())
	offer := sim.Offer{{Name: k.Name, New: k.New}}
	r := search.NewRunner(offer)
	if _, err := r.Run(&s); err != nil {
		Skip(err.Error())
	}
	if k.taken != nil {
		k.taken.Merge(r.Judge.Coverage())
	}
	t := r.World.Trace().Clone()
	AddReportEntry("the run", matchers.Ladder(t), ReportEntryVisibilityFailureOrVerbose)
	if k.Bundles != "" {
		DeferCleanup(func() {
			if CurrentSpecReport().Failed() {
				path, err := bundle.Write(k.Bundles, t, bundle.Options{Offer: offer})
				Expect(err).NotTo(HaveOccurred())
				AddReportEntry("the bundle", path, ReportEntryVisibilityFailureOrVerbose)
			}
		})
	}
	return t
}

// Profile is what the stack says may be expected of it.
func (k Kit) Profile() endpoint.Profile {
	sockets := sim.Sockets(false)
	ep, err := k.New(endpoint.Config{Local: sockets[a], Remote: sockets[b]})
	if err != nil {
		return endpoint.Profile{}
	}
	if p, ok := ep.(endpoint.Profiler); ok {
		return p.Profile()
	}
	return endpoint.Profile{}
}
