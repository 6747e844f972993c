package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// check is the subcommand that judges a capture.
type check struct {
	*command
	ladder, all, json bool
	only              []string
	complete          bool
	checksums         string
	connections       int

	filter  []connFilter
	sums    vantage.Checksums
	counts  checkCounts
	started time.Time
	report  checkReport
}

// checkReport is how the findings are written.
type checkReport interface {
	connection(*vantage.Conn) error
	summary(*checkCounts) error
}

// checkCounts are what a capture came to.
type checkCounts struct {
	Name        string
	Format      string
	Application string
	Octets      int64
	Packets     uint64
	Skipped     [capture.NumSkips]uint64
	Links       []capture.LinkType // of unknown types
	Dropped     uint64             // as the file says
	Connections uint64
	Shown       uint64 // of these, those that the filter lets through
	Over        [5]uint64
	Blind       map[vantage.Blind]uint64 // asked by reason, never walked
	Violations  uint64                   // broken rules,
	In          uint64                   // in so many connections
	Suspects    uint64                   // broken if the capture is complete
	Warnings    uint64
	GivenUp     uint64
	Damaged     uint64 // segments that were left out for their checksum
	Took        time.Duration
	Stopped     bool  // by Ctrl-C
	Err         error // where the capture stopped to make sense
}

func (c *command) checkCommand() *cobra.Command {
	k := &check{command: c}
	cc := &cobra.Command{
		Use:   "check CAPTURE",
		Short: "Judge the TCP connections of a packet capture",
		Long: `check reads a capture as tcpdump and Wireshark write it, judges every TCP
connection in it by what its segments show, and prints what is illegal: a ladder
diagram of the segments around it, with the rule and the section of the RFC that
says so. It says what it could not judge, and why. CAPTURE is a file, the folder
of a counterexample with its capture, or - for standard input.

It reads pcap and pcapng of either byte order, packed with gzip or not; Ethernet
with VLAN tags, Linux cooked, loopback and raw IP; IPv4, and IPv6 with extension
headers. A capture may begin in the middle, have gaps, and be cut short (snaplen).
What a network card does behind the capture (checksums, segments above the MSS) is
recognized. Any size is read in bounded memory. Beside each segment stands the
state that its sender is in by what its segments say; with a ?, one of several.

A capture sees segments pass at one point. It does not see which of them arrive,
so only what no arrivals can explain is called illegal. What a segment that the
capture has missed would explain is a suspect: illegal with --complete. Where the
segments show that some are missing, it is not even that.

Exit status: 0 nothing illegal (suspects and warnings are); 42 a rule was broken;
2 the capture cannot be read, or not to its end (what came before is judged); 130
Ctrl-C stopped it.`,
		Example: `  halfopen check trace.pcapng
  halfopen check --ladder --conn 10.0.0.1:443 trace.pcap
  tcpdump -w - port 443 | halfopen check -`,
		Args: cobra.ExactArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error { return k.run(ctx, args[0]) })
	flags := cc.Flags()
	flags.SortFlags = false
	flags.BoolVar(&k.ladder, "ladder", false, "a ladder of every connection, illegal or not")
	flags.BoolVar(&k.all, "all", false, "every line of a long ladder")
	flags.StringArrayVar(&k.only, "conn", nil,
		"only `THIS`: a number, ADDRESS, :PORT or ADDRESS:PORT; may be given again")
	flags.BoolVar(&k.json, "json", false, "one JSON object a line: the connections, then the summary")
	flags.BoolVar(&k.complete, "complete", false, "the capture has missed nothing: suspects are illegal")
	flags.StringVar(&k.checksums, "checksums", "auto",
		"`WHICH` are left out: auto (wrong), verify (unfilled too), ignore")
	flags.IntVar(&k.connections, "connections", vantage.DefaultConnections, "follow so `MANY` at once")
	complete := cobra.FixedCompletions([]string{"auto", "verify", "ignore"}, cobra.ShellCompDirectiveNoFileComp)
	_ = cc.RegisterFlagCompletionFunc("checksums", complete)
	return cc
}

// choices reads the flags.
func (k *check) choices() error {
	sums := map[string]vantage.Checksums{
		"auto": vantage.ChecksumsAuto, "verify": vantage.ChecksumsVerify, "ignore": vantage.ChecksumsIgnore,
	}
	var ok bool
	if k.sums, ok = sums[k.checksums]; !ok {
		return usage("--checksums: %q; there are: auto, verify, ignore", k.checksums)
	}
	if k.connections < 2 {
		return usage("--connections: %d; it takes 2 at least", k.connections)
	}
	for _, text := range k.only {
		f, err := parseConnFilter(text)
		if err != nil {
			return err
		}
		k.filter = append(k.filter, f)
	}
	return nil
}

func (k *check) run(ctx context.Context, name string) error {
	if err := k.choices(); err != nil {
		return err
	}
	in, size := k.stdin, int64(0)
	if name != "-" {
		f, n, err := openCapture(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in, size, name = f, n, f.Name()
	}
	k.counts = checkCounts{Name: inputName(name), Blind: map[vantage.Blind]uint64{}}
	k.started = time.Now()
	counted := &countingReader{r: in}
	reader, err := capture.NewReader(counted)
	if err != nil {
		return usage("%s: %w", inputName(name), err)
	}
	k.report = &checkText{k: k}
	if k.json {
		k.report = newCheckJSON(k)
	}
	return k.judge(ctx, reader, counted, size)
}

// judge reads the capture to its end, or to where it makes no sense.
func (k *check) judge(ctx context.Context, reader *capture.Reader, counted *countingReader, size int64) error {
	var failed error
	keep := vantage.Keep{Head: 8, Tail: 8, Total: keptLines}
	switch {
	case k.ladder && k.all:
		keep = vantage.Keep{Head: keptLines, Tail: 30, Total: keptLines}
	case k.ladder:
		keep = vantage.Keep{Head: 20, Tail: 30, Total: keptLines}
	}
	table := vantage.NewTable(vantage.TableOptions{
		Judge: vantage.Options{Complete: k.complete, Checksums: k.sums}, Connections: k.connections, Keep: keep,
		Done: func(c *vantage.Conn) {
			if err := k.done(c); err != nil && failed == nil {
				failed = err
			}
		},
	})
	watch := newCheckProgress(k.stderr, counted, size)
	n := &k.counts
	var p capture.Packet
	var s capture.Segment
	for failed == nil {
		err := reader.Next(&p)
		if err != nil {
			n.Err = err
			break
		}
		n.Packets++
		if n.Packets%progressEvery == 0 {
			if n.Stopped = ctx.Err() != nil; n.Stopped {
				break
			}
			watch.show(n)
		}
		why := capture.Decode(&p, &s)
		n.Skipped[why]++
		if why == capture.UnknownLink {
			n.unknown(p.Link)
		}
		if why == capture.Taken {
			table.Segment(&s)
		}
	}
	table.End()
	watch.clear()
	n.Format, n.Application, n.Dropped = reader.Format(), reader.Application(), reader.Dropped()
	n.Octets, n.Took = counted.n, time.Since(k.started)
	n.Connections, n.GivenUp, n.Damaged = table.Connections(), table.GivenUp, table.Damaged
	return k.verdict(failed)
}

// keptLines is how many lines of all connections are kept for ladders.
const keptLines = 500_000

// verdict writes the summary, and makes the exit status.
func (k *check) verdict(failed error) error {
	n := &k.counts
	if errors.Is(n.Err, io.EOF) {
		n.Err = nil
	}
	if failed == nil {
		failed = k.report.summary(n)
	}
	switch {
	case failed != nil:
		return failed
	case n.Stopped:
		return &failure{ExitInterrupted, fmt.Errorf("interrupted after %d packets: what came before is judged", n.Packets)}
	case n.Err != nil:
		return usage("%s: %w; what came before is judged", n.Name, n.Err)
	case n.Packets > 0 && n.Skipped[capture.UnknownLink] == n.Packets:
		return usage("%s: every packet is of %v, which check does not know", n.Name, n.Links[0])
	}
	if n.Violations > 0 {
		k.status = ExitViolation
	}
	return nil
}

// done counts a connection, and reports it if there is something to report.
func (k *check) done(c *vantage.Conn) error {
	if !k.wanted(c) {
		return nil
	}
	n := &k.counts
	n.Shown++
	n.Over[c.Why]++
	c.Blind().Each(func(reason vantage.Blind, _, _ string) { n.Blind[reason]++ })
	before := n.Violations
	for _, f := range c.Findings() {
		switch {
		case f.Warning:
			n.Warnings++
		case f.IfComplete:
			n.Suspects++
		default:
			n.Violations++
		}
	}
	if n.Violations > before {
		n.In++
	}
	if !k.ladder && len(c.Findings()) == 0 {
		return nil
	}
	return k.report.connection(c)
}

func (k *check) wanted(c *vantage.Conn) bool {
	for _, f := range k.filter {
		if f.fits(c) {
			return true
		}
	}
	return len(k.filter) == 0
}

// unknown notes a link type that is not known.
func (n *checkCounts) unknown(l capture.LinkType) {
	for _, known := range n.Links {
		if known == l {
			return
		}
	}
	if len(n.Links) < 8 {
		n.Links = append(n.Links, l)
	}
}

// skippedText lists what was skipped, and how much of it.
func (n *checkCounts) skippedText() string {
	var parts []string
	for i := 1; i < capture.NumSkips; i++ {
		if n.Skipped[i] == 0 {
			continue
		}
		part := fmt.Sprintf("%d %v", n.Skipped[i], capture.Skip(i))
		if capture.Skip(i) == capture.UnknownLink {
			part += fmt.Sprintf(" %v", n.Links)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
