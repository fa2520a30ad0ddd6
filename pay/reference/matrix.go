// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"html"
	"strconv"
	"strings"

	"rsc.io/qr/coding"

	"ecot/fault"
)

// What EPC069-12 allows: level M, and versions up to 13, of 69 modules a side.
const (
	level      = coding.M
	maxVersion = coding.Version(13)
)

// quiet is the white border that a QR code needs, in modules (ISO/IEC 18004, 9.1).
const quiet = 4

// Matrix is a QR code as a square of modules, row by row, without the white border around it. It is
// immutable.
type Matrix struct {
	side int
	dark []bool
}

// Encode gives the QR code of a text of UTF-8 in the smallest version that holds it, with error
// correction M and the mask that ISO/IEC 18004 prefers. A text beyond version 13 is fault.Invalid.
func Encode(text string) (Matrix, error) {
	content := coding.String(text)
	for version := coding.MinVersion; coding.Version(version) <= maxVersion; version++ {
		v := coding.Version(version)
		if content.Bits(v) <= v.DataBytes(level)*8 {
			return encodeAs(content, v)
		}
	}
	return Matrix{}, fault.New(fault.Invalid, "This text is too long for a QR code: it takes %d bytes of %d.",
		len(text), maxBytes)
}

// encodeAs draws content in one version, by each mask, and keeps the easiest to read.
func encodeAs(content coding.Encoding, v coding.Version) (Matrix, error) {
	var best Matrix
	least := -1
	for mask := range coding.Mask(8) {
		plan, err := coding.NewPlan(v, level, mask)
		if err != nil {
			return Matrix{}, fault.Wrap(err, fault.Internal, "The QR code could not be planned.")
		}
		code, err := plan.Encode(content)
		if err != nil {
			return Matrix{}, fault.Wrap(err, fault.Internal, "The QR code could not be drawn.")
		}
		m := matrixOf(code)
		if p := m.penalty(); least < 0 || p < least {
			best, least = m, p
		}
	}
	return best, nil
}

// matrixOf copies the modules of a code.
func matrixOf(code *coding.Code) Matrix {
	m := Matrix{side: code.Size, dark: make([]bool, code.Size*code.Size)}
	for y := range m.side {
		for x := range m.side {
			m.dark[y*m.side+x] = code.Black(x, y)
		}
	}
	return m
}

// Side gives how many modules a side has: 21 to 69.
func (m Matrix) Side() int { return m.side }

// Dark says whether the module in column x and row y, from 0 at the top left, is dark. Everything
// around the code is light.
func (m Matrix) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.side && y < m.side && m.dark[y*m.side+x]
}

// SVG draws the code as one path on a white ground with its quiet border, for a page in light or dark
// colours. Title and desc say in the reader's language what the code is and what to do without it.
// There is no style, script or id in it, and it has no size of its own: the page gives one.
func (m Matrix) SVG(title, desc string) string {
	side := strconv.Itoa(m.side + 2*quiet)
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ` + side + " " + side + `">`)
	b.WriteString("<title>" + html.EscapeString(title) + "</title><desc>" + html.EscapeString(desc) + "</desc>")
	b.WriteString(`<path fill="#fff" d="M0 0h` + side + "v" + side + `H0z"/>`)
	b.WriteString(`<path stroke="#000" shape-rendering="crispEdges" d="` + m.path() + `"/></svg>`)
	return b.String()
}

// path strokes each run of dark modules along the middle of its row, moving from the end of the one
// before.
func (m Matrix) path() string {
	var b strings.Builder
	for y := range m.side {
		from := -1 // where the pen stands in this row
		for x := 0; x < m.side; x++ {
			if !m.Dark(x, y) {
				continue
			}
			end := x
			for m.Dark(end, y) {
				end++
			}
			if from < 0 {
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + ".5")
			} else {
				b.WriteString("m" + strconv.Itoa(x-from) + " 0")
			}
			b.WriteString("h" + strconv.Itoa(end-x))
			from, x = end, end
		}
	}
	return b.String()
}
