package scenario

import (
	"strconv"
	"strings"

	"example.org/halfopen/faults/scan"
	"example.org/halfopen/link"
)

// linkWords are the words of a link's line, in the order in which they are
// printed.
var linkWords = [...]string{
	"delay", "loss", "gilbert", "cap", "reorder", "fifo", "duplicate", "corrupt",
	"rate", "queue", "queue-octets", "mtu", "down",
}

// everything is a rate of 100 %, in ppm.
const everything = 1_000_000

// ParseLink reads at least one word, up to the end of the line.
func ParseLink(l *scan.Line) link.Config {
	var c link.Config
	var seen [len(linkWords)]bool
	for {
		t := l.Next()
		at := -1
		for i, word := range linkWords {
			if word == t.Text {
				at = i
			}
		}
		if at < 0 {
			l.Fail(t, "a word of a link: "+scan.List(linkWords[:]))
			return c
		}
		if seen[at] {
			l.Fail(t, "no word twice")
		}
		seen[at] = true
		parseLinkWord(l, t.Text, &c)
		if l.Peek().Text == "" {
			return c
		}
	}
}

func parseLinkWord(l *scan.Line, word string, c *link.Config) {
	const most = 1<<31 - 1 // an int everywhere
	switch word {
	case "delay":
		c.Delay = parseDelay(l)
	case "loss":
		c.Loss = parseRate(l, 0)
	case "gilbert":
		c.Gilbert = parseGilbert(l)
	case "cap":
		c.Cap = int(l.Uint(0, most, "a number of losses"))
	case "reorder":
		c.Reorder = parseRate(l, 1)
		if l.Is("gap") {
			c.Gap = int(l.Uint(1, most, "a number of datagrams"))
		}
	case "fifo":
		c.FIFO = true
	case "duplicate":
		c.Duplicate = parseRate(l, 0)
	case "corrupt":
		c.Corrupt = parseRate(l, 1)
		c.Undetected = l.Is("undetected")
	case "rate":
		c.Rate = parseBitRate(l)
	case "queue":
		c.QueuePackets = int(l.Uint(1, most, "a number of datagrams"))
	case "queue-octets":
		c.QueueOctets = int(l.Uint(1, most, "a number of octets"))
	case "mtu":
		c.MTU = int(l.Uint(1, 1<<16-1, "a number of octets"))
	case "down":
		c.Down = true
	}
}

func parseDelay(l *scan.Line) link.Delay {
	t := l.Next()
	switch t.Text {
	case "exponential":
		d := link.Delay{Model: link.Exponential, Mean: l.Duration(0, scan.MaxTime)}
		if l.Is("min") {
			d.Min = l.Duration(0, scan.MaxTime)
		}
		return d
	case "bimodal":
		d := link.Delay{Model: link.Bimodal, Min: l.Duration(0, scan.MaxTime)}
		d.Max = l.Duration(d.Min, scan.MaxTime)
		l.Must("tail")
		d.Tail = parseRate(l, 0)
		return d
	}
	if dash := strings.IndexByte(t.Text, '-'); dash > 0 {
		low, high := t.Cut(dash)
		_, high = high.Cut(1)
		d := link.Delay{Model: link.Uniform, Min: l.DurationOf(low, 0, scan.MaxTime)}
		d.Max = l.DurationOf(high, d.Min, scan.MaxTime)
		return d
	}
	if t.Text == "" || t.Text[0] < '0' || t.Text[0] > '9' {
		l.Fail(t, `a delay: 10ms, 1ms-20ms, "exponential" or "bimodal"`)
	}
	return link.Delay{Min: l.DurationOf(t, 1, scan.MaxTime)} // 0 would say that none is named
}

// parseGilbert reads P and R; without more, nothing is lost in the good state
// and everything in the bad one.
func parseGilbert(l *scan.Line) link.Gilbert {
	g := link.Gilbert{P: parseRate(l, 0), R: parseRate(l, 0), LossBad: everything}
	if l.Is("good") {
		g.LossGood = parseRate(l, 0)
	}
	if l.Is("bad") {
		g.LossBad = parseRate(l, 0)
	}
	return g
}

// parseRate reads a percentage in steps of 1 ppm, and returns ppm.
func parseRate(l *scan.Line, min uint32) uint32 {
	t := l.Next()
	ppm, ok := ppmOf(t.Text)
	if !ok || ppm < min || ppm > everything {
		from := string(appendRate(nil, min))
		l.Fail(t, "a rate from "+from+" to 100%, in steps of 0.0001%")
		return 0
	}
	return ppm
}

// ppmOf reads 12.5%.
func ppmOf(s string) (ppm uint32, ok bool) {
	s, ok = strings.CutSuffix(s, "%")
	whole, fraction, point := strings.Cut(s, ".")
	if !ok || len(whole) > 3 || len(fraction) > 4 || point && fraction == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+fraction+"0000"[len(fraction):], 10, 32)
	return uint32(n), err == nil && whole != ""
}

// appendRate writes the shortest exact percentage.
func appendRate(b []byte, ppm uint32) []byte {
	b = strconv.AppendUint(b, uint64(ppm/10_000), 10)
	if rest := ppm % 10_000; rest != 0 {
		digits := strconv.Itoa(int(10_000 + rest))[1:]
		b = append(append(b, '.'), strings.TrimRight(digits, "0")...)
	}
	return append(b, '%')
}

// parseBitRate reads bits per second: 1000000, 1000kbit or 1Mbit.
func parseBitRate(l *scan.Line) int64 {
	const most = 1 << 50
	t := l.Next()
	factor := uint64(1)
	digits := t
	for _, unit := range [...]struct {
		name   string
		factor uint64
	}{{"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}, {"bit", 1}} {
		if strings.HasSuffix(t.Text, unit.name) {
			digits, _ = t.Cut(len(t.Text) - len(unit.name))
			factor = unit.factor
			break
		}
	}
	n, err := strconv.ParseUint(digits.Text, 10, 64)
	if err != nil || n < 1 || n > most/factor {
		l.Fail(t, "a rate in bits per second from 1 to 1125899906842624, such as 64000, 64kbit or 1Mbit")
		return 0
	}
	return int64(n * factor)
}

// appendLink writes the words of a link, each with a space before it.
func AppendLink(b []byte, c *link.Config) []byte {
	b = appendDelay(b, c.Delay)
	if c.Loss != 0 {
		b = appendRate(append(b, " loss "...), c.Loss)
	}
	b = appendGilbert(b, c.Gilbert)
	b = appendWord(b, " cap ", int64(c.Cap))
	if c.Reorder != 0 {
		b = appendRate(append(b, " reorder "...), c.Reorder)
		b = appendWord(b, " gap ", int64(c.Gap))
	}
	b = appendFlag(b, " fifo", c.FIFO)
	if c.Duplicate != 0 {
		b = appendRate(append(b, " duplicate "...), c.Duplicate)
	}
	if c.Corrupt != 0 {
		b = appendRate(append(b, " corrupt "...), c.Corrupt)
		b = appendFlag(b, " undetected", c.Undetected)
	}
	b = appendWord(b, " rate ", c.Rate)
	b = appendWord(b, " queue ", int64(c.QueuePackets))
	b = appendWord(b, " queue-octets ", int64(c.QueueOctets))
	b = appendWord(b, " mtu ", int64(c.MTU))
	return appendFlag(b, " down", c.Down)
}

func appendDelay(b []byte, d link.Delay) []byte {
	if d == (link.Delay{}) {
		return b
	}
	b = append(b, " delay "...)
	switch d.Model {
	case link.Uniform:
		b = appendTime(append(appendTime(b, d.Min), '-'), d.Max)
	case link.Exponential:
		b = appendTime(append(b, "exponential "...), d.Mean)
		if d.Min != 0 {
			b = appendTime(append(b, " min "...), d.Min)
		}
	case link.Bimodal:
		b = append(appendTime(append(b, "bimodal "...), d.Min), ' ')
		b = appendRate(append(appendTime(b, d.Max), " tail "...), d.Tail)
	default:
		b = appendTime(b, d.Min)
	}
	return b
}

func appendGilbert(b []byte, g link.Gilbert) []byte {
	if g == (link.Gilbert{}) {
		return b
	}
	b = appendRate(append(b, " gilbert "...), g.P)
	b = appendRate(append(b, ' '), g.R)
	if g.LossGood != 0 {
		b = appendRate(append(b, " good "...), g.LossGood)
	}
	if g.LossBad != everything {
		b = appendRate(append(b, " bad "...), g.LossBad)
	}
	return b
}

func appendWord(b []byte, word string, n int64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(append(b, word...), n, 10)
}

func appendFlag(b []byte, word string, on bool) []byte {
	if !on {
		return b
	}
	return append(b, word...)
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
