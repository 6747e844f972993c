package cmd

import (
	"encoding/json"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// shy is a TCP that claims nothing and keeps RCV to itself.
type shy struct{ endpoint.Endpoint }

func (x *shy) Status(st *endpoint.Status) {
	x.Endpoint.Status(st)
	st.Known &^= endpoint.KnowRCV
	st.RCV = endpoint.RCV{}
}

func shyOffer() sim.Offer {
	return append(sim.TCP(), sim.Named{Name: "shy", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		tcp, err := tcp.New(c)
		return &shy{tcp}, err
	}})
}

// TestNotJudgedIsSaid: what could not be judged stands in the summary, under
// the verdict and in the JSON; of an end that tells all there is nothing to say.
func TestNotJudgedIsSaid(t *testing.T) {
	const (
		whole = "\nnot judged  B shy: I-11 (needs RCV), "
		part  = "\nin part     B shy: I-1 (needs RCV), "
	)
	fuzz := call(shyOffer(), "", "fuzz", "--runs", "300", "--b", "shy", "--out", t.TempDir()).want(t, ExitLegal)
	contains(t, fuzz.out, whole, part, "\nnot judged  A tcp: settle (needs MSL of the peer, ", "violations  none")
	run := call(shyOffer(), "drop A FIN #1\n", "run", "--b", "shy", "-").want(t, ExitLegal)
	contains(t, run.out, "\nverdict legal"+"\nnot judged  A tcp: ", whole, part)
	for _, args := range []string{"fuzz --runs 100", "run"} {
		s := call(shyOffer(), "", append(strings.Fields(args), "--a", "tcp", "--b", "tcp")...).want(t, ExitLegal)
		if strings.Contains(s.out, "not judged") || strings.Contains(s.out, "in part") {
			t.Errorf("%s: something of tcp is not judged:\n%s", args, s.out)
		}
	}
}

func TestNotJudgedInJSON(t *testing.T) {
	args := []string{"fuzz", "--runs", "300", "--json", "--b", "shy", "--out", t.TempDir(), "--jobs"}
	one := call(shyOffer(), "", append(args, "1")...).want(t, ExitLegal)
	two := call(shyOffer(), "", append(args, "2")...).want(t, ExitLegal)
	if one.out != two.out {
		t.Error("what was judged depends on the number of jobs")
	}
	var j jsonResult
	if err := json.Unmarshal([]byte(one.out), &j); err != nil {
		t.Fatal(err)
	}
	want := jsonUnjudged{"B", "shy", "I-11", "ack-is-rcv-nxt", []string{"RCV"}, false}
	for _, u := range j.NotJudged {
		if u.End == want.End && u.Rule == want.Rule {
			if u.Endpoint != want.Endpoint || u.Name != want.Name || u.Part || len(u.Needs) != 1 || u.Needs[0] != "RCV" {
				t.Errorf("%+v, want %+v", u, want)
			}
			return
		}
	}
	t.Errorf("no %+v in %+v", want, j.NotJudged)
}

// TestReplaySaysWhatWasNotJudged: the verdict of a replay is worth no more than
// that of a run.
func TestReplaySaysWhatWasNotJudged(t *testing.T) {
	for _, end := range []string{"A", "B"} {
		trace := call(shyOffer(), end+" shy\n", "show", "--as", "jsonl", "-").want(t, ExitLegal).out
		ran := call(shyOffer(), end+" shy\n", "run", "-").want(t, ExitLegal).out
		_, said, ok := strings.Cut(ran, "verdict legal\n")
		if !ok || !strings.Contains(said, "not judged  "+end+" shy: ") {
			t.Fatalf("run:\n%s", ran)
		}
		contains(t, call(shyOffer(), trace, "replay", "-").want(t, ExitLegal).out, "verdict legal\n"+said)
	}
}
