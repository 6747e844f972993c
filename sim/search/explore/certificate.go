package explore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim/oracle/joint"
)

// CertificateSchema is the version of a Certificate.
const CertificateSchema = "halfopen-certificate/1"

// Certificate says what was explored, so that somebody else can explore it
// again and compare. It names no host, path, wall clock or job count: the same
// Options give the same octets.
type Certificate struct {
	Schema  string             `json:"schema"`
	Options CertificateOptions `json:"options"`
	// OptionsHash is the SHA-256 of Options as JSON without white space.
	OptionsHash string             `json:"options_hash"`
	Models      []CertificateModel `json:"models"`
	// Hash is the SHA-256 of all of this as JSON without white space, with an
	// empty Hash.
	Hash string `json:"hash"`
}

// CertificateOptions are the Options that decide the result.
type CertificateOptions struct {
	Endpoints [2]string     `json:"endpoints"`
	Faults    int           `json:"faults"`
	Depth     int           `json:"depth"` // 0: every datagram
	Kinds     []string      `json:"kinds"` // as lines about the first segment of A
	Models    []ModelAsFile `json:"models"`
}

// ModelAsFile is a Model.
type ModelAsFile struct {
	Name     string `json:"name"`
	Open     string `json:"open"` // the class of its run
	Scenario string `json:"scenario"`
}

// CertificateModel is a ModelResult.
type CertificateModel struct {
	Name        string             `json:"name"`
	Class       string             `json:"class"`
	Runs        uint64             `json:"runs"`
	States      uint64             `json:"states"`
	Transitions uint64             `json:"transitions"`
	Ends        uint64             `json:"ends"`
	Recognised  uint64             `json:"recognised"`
	Broken      uint64             `json:"broken"`
	Digest      string             `json:"digest"`
	Pairs       []string           `json:"pairs"`
	Missing     []string           `json:"missing"`
	Groups      []CertificateGroup `json:"groups"`
}

// CertificateGroup is a Witness.
type CertificateGroup struct {
	Ending   string `json:"ending"`
	Rule     string `json:"rule"`
	Runs     uint64 `json:"runs"`
	First    uint64 `json:"first"`
	Scenario string `json:"scenario"`
}

// ErrCertificate is returned for what is no certificate, or was changed after it
// was written.
var ErrCertificate = errors.New("explore: not a certificate")

// ErrDiffers is returned when what was explored again is not what a certificate
// says.
var ErrDiffers = errors.New("explore: differs from its certificate")

// Certify makes the certificate of a result.
func Certify(o Options, r *Result) (*Certificate, error) {
	if err := o.resolve(); err != nil {
		return nil, err
	}
	if r.Stopped {
		return nil, fmt.Errorf("explore: a search that was stopped has no certificate")
	}
	c := &Certificate{Schema: CertificateSchema, Options: CertificateOptions{
		Endpoints: o.Ends, Faults: o.Faults, Depth: o.Depth,
	}}
	for _, f := range o.Kinds {
		f.First, f.Last = 1, 1
		c.Options.Kinds = append(c.Options.Kinds, f.String())
	}
	for i := range r.Models {
		m := &r.Models[i]
		c.Options.Models = append(c.Options.Models, ModelAsFile{m.Model.Name, m.Model.Open.String(), m.Model.Text})
		c.Models = append(c.Models, certificateOf(m))
	}
	return c.Sealed(), nil
}

// Sealed is the certificate with the hashes that it ought to have.
func (c Certificate) Sealed() *Certificate {
	c.OptionsHash = hashOf(c.Options)
	c.Hash = c.hash()
	return &c
}

func certificateOf(m *ModelResult) CertificateModel {
	one := CertificateModel{
		Name: m.Model.Name, Class: m.Class.String(), Runs: m.Runs, States: m.States,
		Transitions: m.Transitions, Ends: m.Ends, Recognised: m.Recognised, Broken: m.Broken, Digest: m.Digest,
		Pairs: append([]string{}, m.Pairs...), Missing: append([]string{}, m.Missing...), Groups: []CertificateGroup{},
	}
	for _, w := range m.Witnesses {
		one.Groups = append(one.Groups, CertificateGroup{
			w.Ending, w.Group.Violation.Rule.Name, w.Group.Count, w.Group.Run, w.Scenario.String(),
		})
	}
	return one
}

// hash is what Hash has to be.
func (c Certificate) hash() string {
	c.Hash = ""
	return hashOf(c)
}

func hashOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values: they marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Encode is the certificate as a file.
func (c *Certificate) Encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		panic(err) // plain values: they marshal
	}
	return b.Bytes()
}

// ReadCertificate reads a file and checks what can be checked without exploring
// anything: both hashes, that its figures fit each other, and that the pairs that
// it lists are of their class. The error wraps ErrCertificate.
func ReadCertificate(b []byte) (*Certificate, error) {
	c := new(Certificate)
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	if c.Schema != CertificateSchema {
		return nil, fmt.Errorf("%w: its schema is %q; want %q", ErrCertificate, c.Schema, CertificateSchema)
	}
	if want := hashOf(c.Options); c.OptionsHash != want {
		return nil, fmt.Errorf("%w: options_hash is %q, but the options have %q: one was changed", ErrCertificate, c.OptionsHash, want)
	}
	if want := c.hash(); c.Hash != want {
		return nil, fmt.Errorf("%w: hash is %q, but the file has %q: it was changed", ErrCertificate, c.Hash, want)
	}
	if len(c.Models) != len(c.Options.Models) {
		return nil, fmt.Errorf("%w: it has figures of %d models, and its options name %d", ErrCertificate, len(c.Models), len(c.Options.Models))
	}
	for i := range c.Models {
		if err := c.Models[i].check(&c.Options.Models[i], c.Options.Faults); err != nil {
			return nil, fmt.Errorf("%w: model %s: %w", ErrCertificate, c.Models[i].Name, err)
		}
	}
	return c, nil
}

// check says which figures of a model contradict each other.
func (m *CertificateModel) check(of *ModelAsFile, faults int) error {
	open, err := classNamed(of.Open)
	if err != nil {
		return err
	}
	model := Model{Name: of.Name, Text: of.Scenario, Open: open}
	class := model.class(faults)
	broken := uint64(0)
	for _, g := range m.Groups {
		broken = add(broken, g.Runs)
	}
	switch {
	case m.Name != of.Name:
		return fmt.Errorf("its options are of %q", of.Name)
	case m.Class != class.String():
		return fmt.Errorf("class %q; want %q", m.Class, class)
	case m.Transitions-m.Ends+min(m.States, 1) != m.States+m.Recognised: // the beginning leads to the first state
		return fmt.Errorf("%d transitions of which %d end a run cannot lead to %d states, %d of them twice",
			m.Transitions, m.Ends, m.States, m.Recognised)
	case m.Runs == 0 || faults == 0 && m.Runs != 1:
		return fmt.Errorf("%d runs with %d faults", m.Runs, faults)
	case m.Broken != broken || m.Broken > m.Runs:
		return fmt.Errorf("%d of %d runs are broken, in the groups %d", m.Broken, m.Runs, broken)
	}
	var seen pairs
	illegalPairs := slices.ContainsFunc(m.Groups, func(g CertificateGroup) bool { return g.Ending == illegal.String() })
	for _, text := range m.Pairs {
		p, err := parsePair(text)
		if err != nil {
			return err
		}
		if !joint.Legal(class, p.a, p.b) && !illegalPairs && m.Broken == 0 {
			return fmt.Errorf("the pair %s is not of the class %v", p, class)
		}
		seen.add(p)
	}
	var want []string
	for _, p := range missing(&seen, class) {
		want = append(want, p.String())
	}
	if !slices.Equal(want, m.Missing) {
		return fmt.Errorf("missing pairs %v; by the pairs that were seen %v", m.Missing, want)
	}
	return nil
}

func parsePair(text string) (pair, error) {
	for _, p := range everyPair() {
		if p.String() == text {
			return p, nil
		}
	}
	return pair{}, fmt.Errorf("%q is no pair of states; want for example %q", text, pair{})
}

func classNamed(name string) (joint.Class, error) {
	for c := joint.Reliable; int(c) < joint.NumClasses; c++ {
		if c.String() == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("no class is called %q; want for example %q", name, joint.Reliable)
}

// Resume are the Options of a certificate: exploring them again has to give the
// same. Offer, Jobs, Verify and Progress are left to the caller.
func (c *Certificate) Resume() (Options, error) {
	o := Options{Ends: c.Options.Endpoints, Faults: c.Options.Faults, Depth: c.Options.Depth}
	for _, line := range c.Options.Kinds {
		s, err := faults.Parse(line)
		if err != nil || len(s) != 1 {
			return o, fmt.Errorf("%w: kind %q: %w", ErrCertificate, line, err)
		}
		s[0].First, s[0].Last = 0, 0
		o.Kinds = append(o.Kinds, s[0])
	}
	for _, m := range c.Options.Models {
		open, err := classNamed(m.Open)
		if err != nil {
			return o, fmt.Errorf("%w: %w", ErrCertificate, err)
		}
		o.Models = append(o.Models, Model{m.Name, m.Scenario, open})
	}
	return o, nil
}

// Compare returns nil if two certificates say the same, and else an error that
// wraps ErrDiffers and names the first figure that differs.
func (c *Certificate) Compare(again *Certificate) error {
	if c.Hash == again.Hash {
		return nil
	}
	if c.OptionsHash != again.OptionsHash {
		return fmt.Errorf("%w: its options are others", ErrDiffers)
	}
	for i := range c.Models {
		was, is := figures(&c.Models[i]), figures(&again.Models[i])
		for k := range was {
			if was[k] != is[k] {
				return fmt.Errorf("%w: model %s: %s was %s, is %s", ErrDiffers, c.Models[i].Name, was[k].name, was[k].value, is[k].value)
			}
		}
	}
	return fmt.Errorf("%w: hash was %s, is %s", ErrDiffers, c.Hash, again.Hash)
}

type figure struct{ name, value string }

func figures(m *CertificateModel) []figure {
	list := []figure{{"class", m.Class}}
	for _, f := range []struct {
		name string
		n    uint64
	}{
		{"runs", m.Runs}, {"states", m.States}, {"transitions", m.Transitions}, {"ends", m.Ends},
		{"recognised", m.Recognised}, {"broken", m.Broken},
	} {
		list = append(list, figure{f.name, fmt.Sprint(f.n)})
	}
	return append(list, figure{"pairs", fmt.Sprint(m.Pairs)}, figure{"missing", fmt.Sprint(m.Missing)},
		figure{"groups", fmt.Sprint(m.Groups)}, figure{"digest", m.Digest})
}

// Collision is a bound on the probability that any two of n states share a key
// by accident: it is less than 1 in 2 to this power.
func Collision(n uint64) int { return 129 - 2*bits.Len64(n) }
