package main

import (
	"bytes"
	"fmt"
	"image/color"
	"os"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The axes.
const (
	width, height = 24 * vg.Centimeter, 11 * vg.Centimeter
	lowest        = 0.1   // Mbit/s
	highest       = 120.0 // Mbit/s
	leftmost      = 30.0  // ppm: where a loss of 0 stands, which has no logarithm
	rightmost     = 60_000.0
)

// Colours that the colour-blind can tell apart (Okabe and Ito).
var (
	blue   = color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}
	orange = color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}
	green  = color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff}
	grey   = color.RGBA{R: 0x77, G: 0x77, B: 0x77, A: 0xff}
)

// curve is how a stack is shown that has rows in the data file.
type curve struct {
	stack, label string
	colour       color.Color
	shape        draw.GlyphDrawer
}

var curves = []curve{
	{"tcp", "halfopen's TCP", blue, draw.CircleGlyph{}},
	{"netstack-mended", "gVisor, its Reno mended", green, draw.SquareGlyph{}},
	{"netstack", "gVisor, as it is", orange, draw.PyramidGlyph{}},
}

// drawFile writes the plot of all rows: a panel for each delay.
func drawFile(name string, rows []row) error {
	picture, err := drawAll(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(name, picture, 0o666)
}

func drawAll(rows []row) ([]byte, error) {
	panels := make([][]*plot.Plot, 1)
	for _, delay := range delays {
		p, err := panel(rows, delay)
		if err != nil {
			return nil, err
		}
		panels[0] = append(panels[0], p)
	}
	svg := vgsvg.New(width, height)
	canvas := draw.New(svg)
	canvas.FillPolygon(color.White, []vg.Point{{}, {X: width}, {X: width, Y: height}, {Y: height}}) // for pages that are dark
	tiles := draw.Tiles{Rows: 1, Cols: len(delays), PadX: vg.Centimeter, PadTop: vg.Millimeter, PadRight: vg.Centimeter / 2}
	for i, c := range plot.Align(panels, tiles, canvas)[0] {
		panels[0][i].Draw(c)
	}
	var b bytes.Buffer
	_, err := svg.WriteTo(&b)
	return b.Bytes(), err
}

func panel(rows []row, delay time.Duration) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("100 Mbit/s, %v each way", delay)
	p.X.Label.Text, p.Y.Label.Text = "loss of data segments", "goodput, Mbit/s"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = leftmost, rightmost, lowest, highest
	p.X.Tick.Marker = plot.ConstantTicks{
		{Value: leftmost, Label: "0"}, {Value: 100, Label: "0.01 %"}, {Value: 1_000, Label: "0.1 %"},
		{Value: 10_000, Label: "1 %"}, {Value: 50_000, Label: "5 %"},
	}
	p.Y.Tick.Marker = plot.ConstantTicks{
		{Value: 0.1, Label: "0.1"}, {Value: 1, Label: "1"}, {Value: 10, Label: "10"}, {Value: 100, Label: "100"},
	}
	p.Add(plotter.NewGrid())
	p.Legend.XOffs, p.Legend.YOffs, p.Legend.Left = 3*vg.Millimeter, 3*vg.Millimeter, true
	p.Legend.Padding = vg.Millimeter
	addFormula(p, "Mathis' bound", nil, delay, mathis)
	addFormula(p, "RFC 5348, with timeouts", []vg.Length{vg.Points(4), vg.Points(3)}, delay, withTimeouts)
	for _, c := range curves {
		if err := addCurve(p, c, rows, delay); err != nil {
			return nil, fmt.Errorf("goodput: the rows of %s at %v: %w", c.stack, delay, err)
		}
	}
	return p, nil
}

// addCurve draws what was measured of a stack: a line through the losses that have a
// logarithm, and a mark for each and for 0.
func addCurve(p *plot.Plot, c curve, rows []row, delay time.Duration) error {
	var points, lossy plotter.XYs
	for _, r := range rows {
		if r.stack != c.stack || r.delay != delay {
			continue
		}
		at := plotter.XY{X: max(float64(r.loss), leftmost), Y: float64(r.kbps()) / 1e3}
		points = append(points, at)
		if r.loss > 0 {
			lossy = append(lossy, at)
		}
	}
	line, err := plotter.NewLine(lossy)
	if err != nil {
		return err
	}
	marks, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	line.Color, marks.Color, marks.Shape, marks.Radius = c.colour, c.colour, c.shape, vg.Points(3)
	p.Add(line, marks)
	p.Legend.Add(c.label, line, marks)
	return nil
}

// addFormula draws what a formula says from the lowest loss that is measured.
func addFormula(p *plot.Plot, label string, dashes []vg.Length, delay time.Duration, f func(float64, time.Duration) float64) {
	var points plotter.XYs
	for loss := float64(losses[1]); loss <= rightmost; loss *= 1.05 {
		points = append(points, plotter.XY{X: loss, Y: f(loss, delay)})
	}
	line := &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: grey, Width: vg.Points(1), Dashes: dashes}}
	p.Add(line)
	p.Legend.Add(label, line)
}
