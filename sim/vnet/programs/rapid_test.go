package programs_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.org/halfopen/sim/vnet"
)

// faultLine draws a fault that a network may have.
func faultLine() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		host := rapid.SampledFrom([]string{"client", "server"}).Draw(t, "host")
		n := rapid.IntRange(1, 3).Draw(t, "n")
		switch rapid.IntRange(0, 3).Draw(t, "fault") {
		case 0:
			return fmt.Sprintf("drop %s DATA #%d", host, n)
		case 1:
			return fmt.Sprintf("delay %s ANY #%d by %dms", host, n, 100*rapid.IntRange(1, 30).Draw(t, "delay"))
		case 2:
			return fmt.Sprintf("drop %s FIN #%d", host, n)
		}
		return fmt.Sprintf("cut client<->server at %dms for %ds", 10*rapid.IntRange(1, 30).Draw(t, "at"), n)
	})
}

// patient is a program that gives up too early: it asks once, and waits for half a second.
func patient(n *vnet.Network, timeout time.Duration) error {
	l, err := n.Host("server").Listen("tcp", ":80")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	go server.Serve(l)
	defer server.Close()
	tr := &http.Transport{DialContext: n.Host("client").DialContext, DisableKeepAlives: true}
	res, err := (&http.Client{Transport: tr, Timeout: timeout}).Get("http://server/")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// survives runs the program under a script.
func survives(t *rapid.T, script string, timeout time.Duration) (err error) {
	rapid.SyncTest(t, func(t *rapid.T) {
		n, e := vnet.New(script)
		if e != nil {
			t.Fatal(e)
		}
		err = patient(n, timeout)
		time.Sleep(time.Hour) // the connections end
		if r, broken := n.Broken(); broken {
			t.Errorf("%s: %s", &r, r.Trace.Violation.Text)
		}
		n.Close()
		synctest.Wait()
	})
	return err
}

// TestRapid: over any few faults a program that waits for two minutes gets its
// answer.
func TestRapid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		script := strings.Join(rapid.SliceOfN(faultLine(), 0, 6).Draw(t, "script"), "\n")
		if err := survives(t, script, 2*time.Minute); err != nil {
			t.Errorf("%s:\n%v", script, err)
		}
	})
}

// TestImpatient is a program that waits for half a second only: some faults break
// it. It runs when TestRapidShrinks asks for it.
func TestImpatient(t *testing.T) {
	if os.Getenv("IMPATIENT") == "" {
		t.Skip("it fails; TestRapidShrinks runs it")
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(faultLine(), 0, 6).Draw(t, "script")
		if survives(t, strings.Join(lines, "\n"), 500*time.Millisecond) != nil {
			t.Fatalf("broken by %d: %q", len(lines), lines)
		}
	})
}

// TestRapidShrinks: rapid finds the fewest faults that break the impatient program.
func TestRapidShrinks(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestImpatient$", "-rapid.seed=1", "-rapid.nofailfile")
	cmd.Env = append(os.Environ(), "IMPATIENT=1")
	out, err := cmd.Output()
	if err == nil {
		t.Fatal("it passed")
	}
	all := regexp.MustCompile(`broken by (\d): .*`).FindAllStringSubmatch(string(out), -1)
	if len(all) == 0 || all[len(all)-1][1] != "1" {
		t.Errorf("want one fault in the end:\n%s", out)
		return
	}
	t.Log(all[len(all)-1][0])
}
