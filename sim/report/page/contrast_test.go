package page

import (
	"math"
	"regexp"
	"strconv"
	"testing"

	"example.org/halfopen/endpoint"
)

// Text can be read, by WCAG 2's measure (level AA, 4.5 to 1), in both palettes.
func TestContrast(t *testing.T) {
	light := palette(t, pictureCSS, `(?s)^svg\{(.*?)\}`)
	dark := palette(t, pageCSS, `(?s)\nsvg\{(.*?)\}`)
	for name, p := range map[string]map[string]float64{"light": light, "dark": dark} {
		pairs := [][2]string{{"bad", "band"}}
		for _, text := range []string{"ink", "dim", "fault", "own", "bad", "a", "b"} {
			pairs = append(pairs, [2]string{text, "paper"})
		}
		for s := range endpoint.NumStates {
			pairs = append(pairs, [2]string{"ink", "s" + strconv.Itoa(s)})
		}
		for _, pair := range pairs {
			a, ok1 := p[pair[0]]
			b, ok2 := p[pair[1]]
			if !ok1 || !ok2 {
				t.Errorf("%s: no colour --%s or --%s", name, pair[0], pair[1])
				continue
			}
			if c := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); c < 4.5 {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f, want 4.5", name, pair[0], pair[1], c)
			}
		}
	}
}

// palette is the luminance of each colour that a block of a style sheet names.
func palette(t *testing.T, css, block string) map[string]float64 {
	t.Helper()
	m := regexp.MustCompile(block).FindStringSubmatch(css)
	if m == nil {
		t.Fatalf("no block %s", block)
	}
	p := map[string]float64{}
	for _, c := range regexp.MustCompile(`--(\w+):#([0-9a-f]{6}|[0-9a-f]{3})\b`).FindAllStringSubmatch(m[1], -1) {
		p[c[1]] = luminance(c[2])
	}
	return p
}

func luminance(hex string) float64 {
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
