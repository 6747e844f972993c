package cmd

import (
	"errors"
	"fmt"
	"strings"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/faults/scan"
	"example.org/halfopen/link"
)

// linkWord is a flag that overrides one thing of every link: a word of a
// scenario's link line, with the same values.
type linkWord struct {
	name, value, help string
	bare              bool // the word takes no value
	copy              func(to, from *link.Config)
}

var linkWords = [...]linkWord{
	{name: "delay", value: "TIME",
		help: `travel time: 10ms, 1ms-20ms, "exponential 5ms min 1ms", "bimodal 10ms 2s tail 1%"`,
		copy: func(to, from *link.Config) { to.Delay = from.Delay }},
	{name: "loss", value: "RATE", help: "each datagram is lost with this probability: 10%",
		copy: func(to, from *link.Config) { to.Loss = from.Loss }},
	{name: "gilbert", value: "RATES",
		help: `losses in bursts (Gilbert-Elliott): "1% 20%" to go bad and good again`,
		copy: func(to, from *link.Config) { to.Gilbert = from.Gilbert }},
	{name: "cap", value: "N", help: "the same octets are lost N times in a row at most; 0 is no cap",
		copy: func(to, from *link.Config) { to.Cap = from.Cap }},
	{name: "reorder", value: "RATE", help: `datagrams that overtake: 5%, "25% gap 3"`,
		copy: func(to, from *link.Config) { to.Reorder, to.Gap = from.Reorder, from.Gap }},
	{name: "fifo", bare: true, help: "no datagram overtakes another",
		copy: func(to, from *link.Config) { to.FIFO = from.FIFO }},
	{name: "duplicate", value: "RATE", help: "datagrams that arrive twice",
		copy: func(to, from *link.Config) { to.Duplicate = from.Duplicate }},
	{name: "corrupt", value: "RATE",
		help: `datagrams with a flipped bit: 5%, "5% undetected" by the checksum`,
		copy: func(to, from *link.Config) { to.Corrupt, to.Undetected = from.Corrupt, from.Undetected }},
	{name: "rate", value: "BITS", help: "bits per second: 64kbit, 1Mbit",
		copy: func(to, from *link.Config) { to.Rate = from.Rate }},
	{name: "queue", value: "N", help: "datagrams that may wait for the rate",
		copy: func(to, from *link.Config) { to.QueuePackets = from.QueuePackets }},
	{name: "queue-octets", value: "N", help: "octets that may wait for the rate",
		copy: func(to, from *link.Config) { to.QueueOctets = from.QueueOctets }},
	{name: "mtu", value: "N", help: "larger datagrams are lost",
		copy: func(to, from *link.Config) { to.MTU = from.MTU }},
	{name: "down", bare: true, help: "everything is lost",
		copy: func(to, from *link.Config) { to.Down = from.Down }},
}

// linkFlags collects what the user wants of every link.
type linkFlags struct {
	set    [len(linkWords)]string // what was said, "" for nothing
	config link.Config
}

func (l *linkFlags) flags(cc *cobra.Command) {
	for i := range linkWords {
		w := &linkWords[i]
		f := cc.Flags().VarPF(&linkFlag{l, i}, w.name, "", w.help)
		if w.bare {
			f.NoOptDefVal = "true"
		}
		_ = cc.RegisterFlagCompletionFunc(w.name, cobra.NoFileCompletions)
	}
}

// override is what search.Options wants, nil if the user wants nothing. It may
// be called concurrently.
func (l *linkFlags) override() func(*link.Config) {
	if l.set == [len(linkWords)]string{} {
		return nil
	}
	return func(c *link.Config) {
		for i := range linkWords {
			if l.set[i] != "" {
				linkWords[i].copy(c, &l.config)
			}
		}
	}
}

// said lists the flags as name and value, in a fixed order.
func (l *linkFlags) said() []linkSaid {
	list := []linkSaid{}
	for i, value := range l.set {
		if value != "" {
			list = append(list, linkSaid{linkWords[i].name, value})
		}
	}
	return list
}

type linkSaid struct {
	Flag  string `json:"flag"`
	Value string `json:"value"`
}

// linkFlag is one of the flags: a pflag.Value.
type linkFlag struct {
	all *linkFlags
	at  int
}

func (f *linkFlag) String() string { return f.all.set[f.at] }

// Type is what help shows as the value; "bool" is none.
func (f *linkFlag) Type() string {
	if linkWords[f.at].bare {
		return "bool"
	}
	return linkWords[f.at].value
}

// Set reads a value with the parser of scenarios. What it has no word for, to
// switch a model off that a run has drawn, is "off" (0% of a rate too).
func (f *linkFlag) Set(value string) error {
	w := &linkWords[f.at]
	c, err := parseLinkWord(w, value)
	if err != nil {
		return err
	}
	w.copy(&f.all.config, &c)
	f.all.set[f.at] = strings.Join(strings.Fields(value), " ")
	return nil
}

func parseLinkWord(w *linkWord, value string) (c link.Config, err error) {
	words := strings.Fields(value)
	switch {
	case len(words) == 0 || strings.ContainsAny(value, "\n#"):
		return c, errors.New("a value is wanted")
	case w.bare && (value == "true" || value == "false"):
		value = ""
		if words[0] == "false" {
			return c, nil
		}
	case w.bare:
		return c, errors.New("no value is wanted")
	case value == "off" && w.name != "delay",
		value == "0%" && (w.name == "reorder" || w.name == "corrupt"):
		return c, nil
	}
	s, err := scenario.Parse("", "link "+w.name+" "+value+"\n")
	var syntax *scan.SyntaxError
	if errors.As(err, &syntax) {
		found := "nothing"
		if syntax.Found != "" {
			found = fmt.Sprintf("%q", syntax.Found)
		}
		return c, fmt.Errorf("found %s, want %s", found, syntax.Want)
	}
	if err != nil {
		return c, err
	}
	c = link.Config{}
	if w.copy(&c, &s.Link[0]); c != s.Link[0] { // the value went on to other words
		return c, fmt.Errorf("%q says more than the %s", value, w.name)
	}
	return c, nil
}
