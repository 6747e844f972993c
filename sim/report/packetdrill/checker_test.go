package packetdrill

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// checker reads a script as packetdrill's documentation says that it is read
// (syntax.md, and for what follows from no grammar the tool's own messages):
// the part of the language that this package writes, and nothing else. It
// knows nothing of how scripts are written here.
type checker struct {
	words []string
	last  float64         // when the last event was due; -1 before the first
	forms map[string]bool // what was met: "inject", "expect", "call", "option"
}

// tokens are those of the language: comments and blanks are left out.
var tokens = regexp.MustCompile(`--[a-zA-Z0-9_]+|\.\.\.|[-]?[0-9]*\.[0-9]+|[-]?[0-9]+|[a-zA-Z0-9_]+|[^ \t\n]`)

// check reads a script. The error names the first word that does not fit.
func check(script string) (forms map[string]bool, err error) {
	c := checker{forms: map[string]bool{}, last: -1}
	for line := range strings.Lines(script) {
		line, _, _ = strings.Cut(line, "//")
		c.words = append(c.words, tokens.FindAllString(line, -1)...)
	}
	defer func() {
		if bad, ok := recover().(syntax); ok {
			err = fmt.Errorf("%s, before %q", string(bad), c.words[:min(8, len(c.words))])
		}
	}()
	for strings.HasPrefix(c.peek(), "--") {
		c.option()
	}
	for len(c.words) > 0 {
		c.event()
	}
	return c.forms, nil
}

// syntax is what a checker panics with.
type syntax string

func (c *checker) fail(format string, args ...any) { panic(syntax(fmt.Sprintf(format, args...))) }

func (c *checker) peek() string {
	if len(c.words) == 0 {
		return ""
	}
	return c.words[0]
}

func (c *checker) next() string {
	w := c.peek()
	if w == "" {
		c.fail("the script ends too early")
	}
	c.words = c.words[1:]
	return w
}

func (c *checker) want(words ...string) {
	for _, w := range words {
		if got := c.next(); got != w {
			c.fail("%q, want %q", got, w)
		}
	}
}

// is takes a word if it comes next.
func (c *checker) is(w string) bool {
	if c.peek() == w {
		c.words = c.words[1:]
		return true
	}
	return false
}

func (c *checker) integer(bits int) uint64 {
	w := c.next()
	n, err := strconv.ParseUint(w, 10, bits)
	if err != nil {
		c.fail("%q is no number of %d bits", w, bits)
	}
	return n
}

// option_flag '=' option_value
func (c *checker) option() {
	c.want("--ip_version", "=")
	if w := c.next(); w != "ipv4" && w != "ipv6" {
		c.fail("ip_version %q", w)
	}
	c.forms["option"] = true
}

// time is FLOAT or INTEGER, in seconds; packetdrill counts in microseconds.
func (c *checker) time() float64 {
	w := c.next()
	at, err := strconv.ParseFloat(w, 64)
	if err != nil || !regexp.MustCompile(`^[0-9]+(\.[0-9]{1,6})?$`).MatchString(w) {
		c.fail("time %q", w)
	}
	return at
}

// event_time action, with event_time: time, or time '~' time.
func (c *checker) event() {
	at := c.time()
	if c.is("~") && c.time() < at {
		c.fail("a range of time runs backwards")
	}
	switch {
	case c.last < 0 && at != 0:
		c.fail("first event should be at time 0")
	case at < c.last:
		c.fail("time runs backwards")
	}
	c.last = at
	switch {
	case c.is("<"):
		c.forms["inject"] = true
		c.packet(true)
	case c.is(">"):
		c.forms["expect"] = true
		c.packet(false)
	default:
		c.call()
	}
}

// flags seq opt_ack opt_window opt_urg_ptr opt_tcp_options
func (c *checker) packet(inbound bool) {
	flags := c.next()
	if flags != "." && flags != "-" {
		if strings.Trim(flags, "FSRPEWU") != "" {
			c.fail("flags %q", flags)
		}
		if c.is(".") {
			flags += "."
		}
	}
	start := c.integer(32)
	c.want(":")
	end := c.integer(32)
	c.want("(")
	length := c.integer(16)
	c.want(")")
	if start+length != end {
		c.fail("%d:%d(%d): inconsistent numbers and payload size", start, end, length)
	}
	if c.is("ack") {
		c.integer(32)
		c.forms["ack"] = true
	} else if strings.HasSuffix(flags, ".") {
		c.fail("an ACK without its number")
	}
	if c.is("win") {
		c.integer(16)
	} else if inbound {
		c.fail("window must be specified for inbound packets")
	}
	if c.is("urg") {
		c.integer(16)
		c.forms["urg"] = true
	}
	if c.is("<") {
		c.options(inbound)
	}
}

// '<' tcp_option_list '>' | '<' ELLIPSIS '>'
func (c *checker) options(inbound bool) {
	if c.is("...") {
		if inbound {
			c.fail("<...> can only be used with outbound packets")
		}
		c.want(">")
		c.forms["<...>"] = true
		return
	}
	octets := 0
	for {
		word := c.next()
		c.forms[word] = true
		switch word {
		case "nop", "eol":
			octets++
		case "mss":
			c.integer(16)
			octets += 4
		case "wscale":
			c.integer(8)
			octets += 3
		case "sackOK":
			octets += 2
		case "sack":
			octets += 2 + 8*c.blocks()
		default:
			c.fail("option %q", word)
		}
		if !c.is(",") {
			break
		}
	}
	c.want(">")
	if octets%4 != 0 || octets > 40 {
		c.fail("options of %d octets: not padded to 4, or too large", octets)
	}
}

// sack_block_list: INTEGER ':' INTEGER, at least once.
func (c *checker) blocks() (n int) {
	for n == 0 || c.peek() != "," && c.peek() != ">" {
		c.integer(32)
		c.want(":")
		c.integer(32)
		n++
	}
	return n
}

// function_name function_arguments '=' expression opt_errno
func (c *checker) call() {
	name := c.next()
	args, known := map[string]int{
		"socket": 3, "bind": 3, "listen": 2, "accept": 3, "connect": 3, "fcntl": 3,
		"setsockopt": 5, "write": 3, "read": 3, "shutdown": 2, "close": 1,
	}[name]
	if !known {
		c.fail("system call %q", name)
	}
	c.forms[name] = true
	c.want("(")
	for i := range args {
		if i > 0 {
			c.want(",")
		}
		c.expression()
	}
	c.want(")", "=")
	if w := c.next(); w == "-1" {
		if !regexp.MustCompile(`^E[A-Z]+$`).MatchString(c.next()) || !c.is("(") {
			c.fail("-1 without errno and its text")
		}
		for !c.is(")") {
			c.next()
		}
	} else if _, err := strconv.ParseUint(w, 10, 31); err != nil {
		c.fail("result %q", w)
	}
}

var symbols = regexp.MustCompile(`^[A-Z][A-Z_0-9]*$`)

// expression: ELLIPSIS | INTEGER | WORD | WORD '|' WORD | array | linger
func (c *checker) expression() {
	switch w := c.next(); {
	case w == "...":
	case w == "[":
		c.integer(31)
		c.want("]")
		c.forms["array"] = true
	case w == "{":
		c.want("onoff", "=")
		c.integer(31)
		c.want(",", "linger", "=")
		c.integer(31)
		c.want("}")
		c.forms["linger"] = true
	case symbols.MatchString(w):
		for c.is("|") {
			if w := c.next(); !symbols.MatchString(w) {
				c.fail("symbol %q", w)
			}
		}
	default:
		if _, err := strconv.ParseUint(w, 10, 31); err != nil {
			c.fail("expression %q", w)
		}
	}
}
