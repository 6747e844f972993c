package page

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// The size of text in pictures: a monospaced font, so that the room that a
// text takes is known without asking a browser.
const (
	textSize   = 12 // pixels
	lineHeight = 15
	cell100    = 725 // hundredths of a pixel that a character is wide, at most
)

// textWidth is how many pixels a text of printable ASCII takes, at most.
func textWidth(s string) int { return (utf8.RuneCountInString(s)*cell100 + 99) / 100 }

// columnsIn is how many characters fit into a width in pixels.
func columnsIn(width int) int { return max(1, width*100/cell100) }

// anchor is the point of a text that stands at its x.
type anchor uint8

const (
	atStart anchor = iota
	atMiddle
	atEnd
)

var anchorNames = [...]string{"", ` text-anchor="middle"`, ` text-anchor="end"`}

// svg is a picture under construction. Coordinates are pixels.
type svg struct {
	b []byte

	// up is subtracted from every y: each picture of a long ladder begins at 0,
	// because a browser is exact only as far as a float32 goes.
	up int
}

// raw appends markup.
func (g *svg) raw(s string) { g.b = append(g.b, s...) }

// rawf appends formatted markup: numbers and our own words only.
func (g *svg) rawf(format string, a ...any) { g.b = fmt.Appendf(g.b, format, a...) }

// begin opens a picture that shows the rectangle from (x, y) on. Without a
// label it is a part of something that has one.
func (g *svg) begin(class string, x, y, width, height int, label string) {
	g.up = y
	g.rawf(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="%d 0 %d %d" width="%d" height="%d"`,
		class, x, width, height, width, height)
	if label == "" {
		g.raw(" role=\"none\">\n")
		return
	}
	g.raw(` role="img" aria-label="`)
	g.escaped(label)
	g.raw("\">\n")
}

func (g *svg) end() { g.raw("</svg>\n") }

// escaped appends text that anybody may have written.
func (g *svg) escaped(s string) { g.b = appendEscaped(g.b, s) }

// text writes a line of text with its baseline at y. What is not printable
// ASCII has an unknown width, and is replaced.
func (g *svg) text(x, y int, a anchor, class, s string) {
	g.raw(`<text x="`)
	g.int(x)
	g.raw(`" y="`)
	g.int(y - g.up)
	g.raw(`"`)
	g.raw(anchorNames[a])
	if class != "" {
		g.raw(` class="` + class + `"`)
	}
	g.raw(">")
	g.escaped(ascii(s))
	g.raw("</text>")
}

func (g *svg) rect(x, y, width, height int, class string) {
	g.rawf(`<rect x="%d" y="%d" width="%d" height="%d" class="%s"/>`, x, y-g.up, width, height, class)
}

func (g *svg) dot(x, y int, class string) {
	g.rawf(`<circle cx="%d" cy="%d" r="4" class="%s"/>`, x, y-g.up, class)
}

func (g *svg) int(n int) { g.b = strconv.AppendInt(g.b, int64(n), 10) }

// tenth writes a number of tenths as a decimal.
func (g *svg) tenth(n int) {
	if n < 0 {
		g.raw("-")
		n = -n
	}
	g.int(n / 10)
	if n%10 != 0 {
		g.raw(".")
		g.int(n % 10)
	}
}

// at writes the coordinates of a path, given in tenths of a pixel.
func (g *svg) at(command byte, x, y int) {
	y -= g.up * 10
	g.b = append(g.b, command)
	g.tenth(x)
	if y >= 0 {
		g.raw(" ")
	}
	g.tenth(y)
}

// arrow appends the path of a line from one point to another with a filled
// head at its end, the coordinates in pixels.
func (g *svg) arrow(x0, y0, x1, y1 int) {
	g.line(x0, y0, x1, y1)
	g.head(x1-x0, y1-y0, x1, y1)
}

// head appends the path of an arrow's head at (x, y), in the direction (dx, dy).
func (g *svg) head(dx, dy, x, y int) {
	const long, half = 80, 35 // tenths of a pixel
	n := max(1, root(int64(dx)*int64(dx)+int64(dy)*int64(dy)))
	bx, by := x*10-dx*long/n, y*10-dy*long/n
	g.at('M', x*10, y*10)
	g.at('L', bx-dy*half/n, by+dx*half/n)
	g.at('L', bx+dy*half/n, by-dx*half/n)
	g.raw("Z")
}

// line appends the path of a line.
func (g *svg) line(x0, y0, x1, y1 int) {
	g.at('M', x0*10, y0*10)
	g.at('L', x1*10, y1*10)
}

// cross appends the path of a small cross at (x, y).
func (g *svg) cross(x, y int) {
	g.at('M', (x-5)*10, (y-5)*10)
	g.raw("l10 10m0-10l-10 10")
}

// root is the integer square root.
func root(n int64) int {
	r := int64(0)
	for b := int64(1) << 31; b > 0; b >>= 1 {
		if (r+b)*(r+b) <= n {
			r += b
		}
	}
	return int(r)
}

// appendEscaped appends text for HTML and XML, in an element or an attribute in
// double quotes. Characters that neither allows are replaced.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\n', r == '\t':
			b = append(b, byte(r))
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			b = append(b, "\uFFFD"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// ascii replaces what is not printable ASCII by question marks.
func ascii(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			b := make([]byte, 0, len(s))
			for _, r := range s {
				if r < ' ' || r > '~' {
					r = '?'
				}
				b = append(b, byte(r))
			}
			return string(b)
		}
	}
	return s
}

// wrapped breaks a text into lines of at most width characters, at spaces where
// it can. There is at least one line.
func wrapped(s string, width int) []string {
	s = ascii(s)
	var lines []string
	for len(s) > width {
		cut := width
		for i := width; i > 0; i-- {
			if s[i] == ' ' {
				cut = i
				break
			}
		}
		lines = append(lines, s[:cut])
		s = s[cut:]
		for len(s) > 0 && s[0] == ' ' {
			s = s[1:]
		}
	}
	return append(lines, s)
}
