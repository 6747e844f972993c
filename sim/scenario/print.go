package scenario

import (
	"errors"
	"fmt"
	"slices"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// String is the scenario as Parse reads it, in canonical form: the header, and
// a line for everything that is not the default.
func (s *Scenario) String() string { return string(s.Append(nil)) }

// Append appends String to b.
func (s *Scenario) Append(b []byte) []byte {
	b = append(b, headerName+" "+headerVersion+"\n"...)
	if s.Seed != 0 {
		b = fmt.Appendf(b, "seed %d\n", s.Seed)
	}
	if s.IPv6 {
		b = append(b, "ip 6\n"...)
	}
	for end := range s.Ends {
		b = s.Ends[end].append(b, endpoint.End(end))
	}
	b = s.appendLinks(b)
	for i := range s.Apps {
		b = s.Apps[i].append(b)
	}
	b = append(b, s.Fault.String()...)
	if s.Heal != 0 {
		b = fmt.Appendf(b, "heal at %v\n", s.Heal)
	}
	if s.Limits.Events != 0 {
		b = fmt.Appendf(b, "limit events %d\n", s.Limits.Events)
	}
	if s.Limits.Instant != 0 {
		b = fmt.Appendf(b, "limit instant %d\n", s.Limits.Instant)
	}
	if s.Limits.Time != 0 {
		b = fmt.Appendf(b, "limit time %v\n", s.Limits.Time)
	}
	return b
}

// name is the host's endpoint, the default filled in.
func (h *Host) name() string {
	if h.Endpoint == "" {
		return DefaultEndpoint
	}
	return h.Endpoint
}

func (h *Host) append(b []byte, end endpoint.End) []byte {
	start := len(b)
	b = append(append(b, end.String()...), ' ')
	b = append(b, h.name()...)
	keys := len(b)
	b = AppendConfig(b, &h.Config)
	if h.name() == DefaultEndpoint && len(b) == keys {
		return b[:start]
	}
	return append(b, '\n')
}

// appendLinks writes one line if both directions are alike.
func (s *Scenario) appendLinks(b []byte) []byte {
	if s.Link[endpoint.A] == s.Link[endpoint.B] {
		return appendLinkLine(b, "link", &s.Link[endpoint.A])
	}
	b = appendLinkLine(b, "link A->B", &s.Link[endpoint.A])
	return appendLinkLine(b, "link B->A", &s.Link[endpoint.B])
}

func appendLinkLine(b []byte, start string, c *link.Config) []byte {
	if *c == (link.Config{}) {
		return b
	}
	return append(AppendLink(append(b, start...), c), '\n')
}

func (a *App) append(b []byte) []byte {
	b = append(append(b, a.End.String()...), ':')
	for i := range a.Acts {
		if i > 0 {
			b = append(b, ';')
		}
		b = a.Acts[i].append(append(b, ' '))
	}
	return append(b, '\n')
}

// errUnsaid is what Check answers where no line of the text form goes wrong.
var errUnsaid = errors.New("scenario: a field of the scenario is set that its text form cannot say")

// Check returns an error if the scenario is one that Parse could not have
// returned: then its text form says something else, and nobody could replay
// it.
func (s *Scenario) Check() error {
	for end := range s.Link {
		if err := s.Link[end].Check(); err != nil {
			return fmt.Errorf("scenario: %v: %w", endpoint.End(end), err)
		}
	}
	if err := s.Fault.Check(); err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	t, err := Parse("", s.String())
	if err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	if !s.Equal(&t) {
		return errUnsaid
	}
	return nil
}

// Equal reports whether two scenarios have the same text form, if they are
// valid.
func (s *Scenario) Equal(t *Scenario) bool {
	return s.Seed == t.Seed && s.IPv6 == t.IPv6 && s.Link == t.Link &&
		s.Heal == t.Heal && s.Limits == t.Limits &&
		s.Ends[0].equal(&t.Ends[0]) && s.Ends[1].equal(&t.Ends[1]) &&
		slices.Equal(s.Fault, t.Fault) &&
		slices.EqualFunc(s.Apps, t.Apps, func(a, b App) bool {
			return a.End == b.End && slices.Equal(a.Acts, b.Acts)
		})
}

func (h *Host) equal(g *Host) bool { return h.name() == g.name() && h.Config == g.Config }

// Clone returns a copy that shares no memory with s.
func (s *Scenario) Clone() Scenario {
	t := *s
	t.Fault = slices.Clone(s.Fault)
	t.Apps = slices.Clone(s.Apps)
	for i := range t.Apps {
		t.Apps[i].Acts = slices.Clone(t.Apps[i].Acts)
	}
	return t
}
