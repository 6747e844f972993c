package cmd

import (
	"strings"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/specs/wrong"
)

// ends are the flags that choose the endpoints.
type ends [2]string

func (e *ends) flags(c *command, cc *cobra.Command) {
	first := ""
	if len(c.offer) > 0 {
		first = c.offer[0].Name
	}
	complete := cobra.FixedCompletions(c.names(), cobra.ShellCompDirectiveNoFileComp)
	for i := range e {
		end := endpoint.End(i).String()
		flag := strings.ToLower(end)
		help := "the endpoint at " + end + ", by `NAME` (default " + first + ")"
		cc.Flags().StringVarP(&e[i], flag, flag, "", help)
		_ = cc.RegisterFlagCompletionFunc(flag, complete)
	}
}

// names lists the endpoints that are offered.
func (c *command) names() []string {
	var names []string
	for _, n := range c.offer {
		names = append(names, n.Name)
	}
	return names
}

// chosen is what the flags say, the first of the offer where they say nothing.
func (c *command) chosen(e ends) (ends, error) {
	for i := range e {
		if e[i] == "" {
			e[i] = c.offer[0].Name
		}
		if err := c.offered(e[i]); err != nil {
			return e, err
		}
	}
	return e, nil
}

// assign gives a scenario its endpoints. One that names a stack is run as it
// says, one that names none (tcp at both ends is that) with the first of the
// offer; flags have the last word.
func (c *command) assign(s *scenario.Scenario, e ends) error {
	silent := true
	for i := range s.Ends {
		name := s.Ends[i].Endpoint
		silent = silent && (name == "" || name == scenario.DefaultEndpoint)
	}
	for i := range s.Ends {
		switch {
		case e[i] != "":
			s.Ends[i].Endpoint = e[i]
		case silent:
			s.Ends[i].Endpoint = c.offer[0].Name
		}
	}
	return c.offersAll(s)
}

// namesOf is the endpoints of a scenario, by name.
func namesOf(s *scenario.Scenario) (names [2]string) {
	for i := range s.Ends {
		if names[i] = s.Ends[i].Endpoint; names[i] == "" {
			names[i] = scenario.DefaultEndpoint
		}
	}
	return names
}

// offersAll returns an error if a scenario needs an endpoint that is not here.
func (c *command) offersAll(s *scenario.Scenario) error {
	for _, name := range namesOf(s) {
		if err := c.offered(name); err != nil {
			return err
		}
	}
	return nil
}

// offered returns an error, with a hint where there is one, if there is no
// endpoint of that name.
func (c *command) offered(name string) error {
	if _, err := c.offer.Find(name); err == nil {
		return nil
	}
	hint := ""
	if bug, ok := strings.CutPrefix(name, mutantPrefix); ok && bug != wrong.Built {
		if _, err := wrong.Find(bug); err == nil {
			hint = "\nIt is a known-wrong endpoint: add --wrong " + bug
		}
	}
	return usage("no endpoint is called %q here; there are: %s%s",
		name, strings.Join(c.names(), ", "), hint)
}

// mutantPrefix begins the name of a known-wrong build of halfopen's own
// endpoint.
const mutantPrefix = scenario.DefaultEndpoint + "!"

func mutantName(bug string) string { return mutantPrefix + bug }
