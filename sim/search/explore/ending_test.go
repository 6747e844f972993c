package explore

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/search"
)

// TestEndless: two ends that answer each other without end come back to a state
// of their own, which is a run that never ends.
func TestEndless(t *testing.T) {
	m, err := FindModel("client-closes")
	if err != nil {
		t.Fatal(err)
	}
	m.Text = strings.Replace(m.Text, "receive 1; close; receive all", "receive all", 1)
	m.Text = strings.Replace(m.Text, "receive 1; send 1; receive all; close", "receive all", 1)
	m.Text = strings.Replace(m.Text, "iss=4294967295", "iss=1 no-challenge-throttle", 1)
	m.Text = strings.Replace(m.Text, "iss=2147483647", "iss=2 no-challenge-throttle", 1)
	for k := range 2 {
		if k > 0 && testing.Short() {
			break
		}
		r := exploreOf(t, Options{Offer: talker(), Faults: k, Models: []Model{m}, Jobs: 2}).Models[0]
		found := false
		for _, w := range r.Witnesses {
			found = found || w.Ending == "endless" && search.IsBudget(&w.Group.Violation)
		}
		if !found {
			t.Errorf("%d faults: no endless run", k)
			for _, w := range r.Witnesses {
				t.Log(w.Ending, w.Group.Violation.Text)
			}
		}
		if k == 0 && (r.Runs != 1 || r.Broken != 1) {
			t.Errorf("%d of %d runs are broken, want the only one", r.Broken, r.Runs)
		}
	}
}

// TestPanic: a stack that panics is a finding, with the run that made it.
func TestPanic(t *testing.T) {
	o := Options{Offer: panicky(), Faults: 1}
	r := exploreOf(t, o, "client-closes")
	w := r.Models[0].Witnesses
	if len(w) != 1 || w[0].Ending != "panic" || !search.IsPanic(&w[0].Group.Violation) || w[0].Group.Count == 0 {
		t.Fatalf("%+v", w)
	}
	o.Models = []Model{r.Models[0].Model}
	found, err := Find(o, r, nil)
	if err != nil || len(found) != 1 || len(found[0].Trace.Scenario.Fault) != 1 {
		t.Errorf("%v: %+v", err, found)
	}
}

// TestIllegalPair: two active opens in a model that says that B is passive.
func TestIllegalPair(t *testing.T) {
	m, err := FindModel("simultaneous")
	if err != nil {
		t.Fatal(err)
	}
	m.Open = joint.Reliable
	r := exploreOf(t, Options{Models: []Model{m}}).Models[0]
	if len(r.Witnesses) != 1 || r.Witnesses[0].Ending != IllegalPair || r.Broken != 1 {
		t.Fatalf("%+v", r.Witnesses)
	}
	if v := r.Witnesses[0].Group.Violation; v.Text != "A is in SYN-SENT while B is in SYN-SENT" {
		t.Error(v.Text)
	}
}

// TestJoint: no pair outside the matrix is reached, and nearly every pair in it.
func TestJoint(t *testing.T) {
	r := exploreOf(t, Options{})
	if class, of, seen, never := r.Joint(); class != joint.Simultaneous || of != 50 || seen < 40 || len(never) == 0 {
		t.Errorf("without faults %d of %d pairs of the class %v, never %v", seen, of, class, never)
	}
	if testing.Short() {
		return
	}
	r = exploreOf(t, Options{Faults: 3, Jobs: 2, Verify: true})
	for i := range r.Models {
		if m := &r.Models[i]; len(m.Witnesses) > 0 {
			t.Errorf("%s: %s", m.Model.Name, m.Witnesses[0].Group.Violation.Text)
		}
	}
	if class, of, seen, never := r.Joint(); class != joint.Lossy || of != 50 || seen != 50 {
		t.Errorf("with three faults %d of %d pairs of the class %v, never %v", seen, of, class, never)
	}
}

// TestRefused: what cannot be explored says so.
func TestRefused(t *testing.T) {
	m, err := FindModel("both-close")
	if err != nil {
		t.Fatal(err)
	}
	changed := func(text string) Options {
		m := m
		m.Text += text
		return Options{Models: []Model{m}}
	}
	bare := sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		tcp, err := tcp.New(c)
		return struct{ endpoint.Endpoint }{tcp}, err
	}}}
	for _, c := range []struct {
		says string
		o    Options
	}{
		{"9 faults; want 0 to 8", Options{Faults: 9}},
		{"depth -1; want 0 to", Options{Depth: -1}},
		{"does more than delay", changed("link loss 10%\n")},
		{"has the fault drop A SYN #1; want none", changed("drop A SYN #1\n")},
		{"cannot be copied", Options{Offer: bare}},
		{"model both-close", changed("frobnicate\n")},
	} {
		o := c.o
		if o.Offer == nil {
			o.Offer = sim.TCP()
		}
		if _, err := Explore(context.Background(), o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
	m.Text = strings.Replace(m.Text, "heal at 24h0m0s", "heal at 1m0s", 1)
	if _, err := Explore(context.Background(), Options{Offer: sim.TCP(), Models: []Model{m}}); err == nil || !strings.Contains(err.Error(), "heals at 1m0s") {
		t.Errorf("error %v", err)
	}
	if _, err := FindModel("x"); err == nil || !strings.Contains(err.Error(), "client-closes") {
		t.Errorf("error %v", err)
	}
}

func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	r, err := Explore(ctx, Options{Offer: sim.TCP(), Faults: 3, Progress: func(uint64, uint64) { stop() }})
	if err != nil || !r.Stopped || r.States == 0 || len(r.Models) > 0 {
		t.Errorf("%v %+v", err, r)
	}
	if _, err := Certify(Options{Offer: sim.TCP()}, r); err == nil {
		t.Error("a search that was stopped has a certificate")
	}
}

// TestCertificateIsWhole: whatever is changed in a certificate is found out, by
// its hashes; and with hashes made good again, by what contradicts it.
func TestCertificateIsWhole(t *testing.T) {
	all := Options{Offer: sim.TCP(), Faults: 1}
	c, err := Certify(all, exploreOf(t, all))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCertificate(c.Encode()); err != nil {
		t.Errorf("all models: %v", err)
	}
	o := Options{Offer: sim.TCP(), Faults: 1, Models: Models()[:1]}
	c, err = Certify(o, exploreOf(t, o))
	if err != nil {
		t.Fatal(err)
	}
	text := c.Encode()
	if again, err := ReadCertificate(text); err != nil || again.Compare(c) != nil {
		t.Fatalf("%v %v", err, again)
	}
	for i := range text {
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		changed := append([]byte(nil), text...)
		changed[i] = '0' + (changed[i]-'0'+1)%10
		if _, err := ReadCertificate(changed); !errors.Is(err, ErrCertificate) {
			t.Fatalf("octet %d of %d was changed: error %v", i, len(text), err)
		}
	}
	for _, change := range []func(m *CertificateModel){
		func(m *CertificateModel) { m.States++ },
		func(m *CertificateModel) { m.Ends++ },
		func(m *CertificateModel) { m.Runs = 0 },
		func(m *CertificateModel) { m.Broken++ },
		func(m *CertificateModel) { m.Class = "never" },
		func(m *CertificateModel) { m.Pairs = m.Pairs[1:] },
		func(m *CertificateModel) { m.Pairs = append(m.Pairs, "CLOSE-WAIT/CLOSE-WAIT") },
		func(m *CertificateModel) { m.Pairs = append(m.Pairs, "x") },
		func(m *CertificateModel) { m.Name = "x" },
	} {
		d, err := ReadCertificate(text)
		if err != nil {
			t.Fatal(err)
		}
		change(&d.Models[0])
		if _, err := ReadCertificate(d.Sealed().Encode()); !errors.Is(err, ErrCertificate) {
			t.Errorf("%+v: error %v", d.Models[0], err)
		}
	}
	back, err := c.Resume()
	if err != nil {
		t.Fatal(err)
	}
	back.Offer = sim.TCP()
	again, err := Certify(back, exploreOf(t, back))
	if err != nil || again.Hash != c.Hash {
		t.Errorf("%v: explored again: %v", err, c.Compare(again))
	}
}
