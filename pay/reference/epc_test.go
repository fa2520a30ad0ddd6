// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"encoding/xml"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"ecot/fault"
	"ecot/money"
)

// example is the transfer of the shared example.
func example() EPC {
	return EPC{Name: "Fonds de dotation Exemple", IBAN: "FR7230006000011234567890A89",
		Amount: money.Amount{Minor: 5000, Unit: money.Euro}, Purpose: "CHAR", Reference: "RF50DON2026000042"}
}

// shared gives a file of the folder that lies beside the project.
func shared(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("ECOT_SHARED"); dir != "" {
		return filepath.Join(dir, name)
	}
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "shared", "data")); missing == nil {
			return filepath.Join(dir, "shared", "data", name)
		}
		dir = filepath.Dir(dir)
	}
	t.Skip("shared/data is not beside the project")
	return ""
}

func TestPayloadIsTheExample(t *testing.T) {
	want, err := os.ReadFile(shared(t, "epc-qr/epc.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := example().Payload()
	if err != nil || got != strings.TrimRight(string(want), "\n") {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestPayloadLines(t *testing.T) {
	full := EPC{Name: "Les Amis de la Lanterne", BIC: "PSSTFRPPPAR", IBAN: "FR1420041010050500013M02606",
		Amount: money.Amount{Minor: maxCents, Unit: money.Euro}, Purpose: "GDDS", Text: "Un don", Note: "Merci !"}
	want := "BCD\n002\n1\nSCT\nPSSTFRPPPAR\nLes Amis de la Lanterne\nFR1420041010050500013M02606\n" +
		"EUR999999999.99\nGDDS\n\nUn don\nMerci !"
	if got, err := full.Payload(); err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	least := EPC{Name: "L", IBAN: "BE68539007547034"}
	if got, err := least.Payload(); err != nil || got != "BCD\n002\n1\nSCT\n\nL\nBE68539007547034" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPayloadRefuses(t *testing.T) {
	for says, change := range map[string]func(*EPC){
		"not a valid IBAN":            func(e *EPC) { e.IBAN = "FR7230006000011234567890A88" },
		"valid IBAN":                  func(e *EPC) { e.IBAN = "FR72 3000 6000 0112 3456 7890 A89" },
		"not in SEPA":                 func(e *EPC) { e.IBAN = "XK051212012345678906" },
		"needs its BIC":               func(e *EPC) { e.IBAN = "CH9300762011623852957" },
		"not a valid BIC":             func(e *EPC) { e.BIC = "PSSTFRP" },
		"either a reference or":       func(e *EPC) { e.Text = "both" },
		"reference of the QR code is": func(e *EPC) { e.Reference = "RF51DON2026000042" },
		"in euros, not in USD":        func(e *EPC) { e.Amount.Unit = "USD" },
		"between 0.01 and":            func(e *EPC) { e.Amount.Minor = maxCents + 1 },
		"0.01 and 999999999.99":       func(e *EPC) { e.Amount.Minor = -1 },
		"needs the name":              func(e *EPC) { e.Name = "" },
		"name of the QR code has":     func(e *EPC) { e.Name = strings.Repeat("é", 71) },
		"name of the QR code begins":  func(e *EPC) { e.Name = " Exemple" },
		"name of the QR code holds":   func(e *EPC) { e.Name = "Exemple\nRF" },
		"note of the QR code holds":   func(e *EPC) { e.Note = "a\x00b" },
		"text of the QR code has":     func(e *EPC) { e.Reference, e.Text = "", strings.Repeat("x", 141) },
		"note of the QR code has":     func(e *EPC) { e.Note = strings.Repeat("x", 71) },
		"purpose of the QR code has":  func(e *EPC) { e.Purpose = "CHARS" },
		"capitals or digits, such as": func(e *EPC) { e.Purpose = "char" },
		"takes 332 bytes of 331":      func(e *EPC) { *e = sized(332) },
	} {
		e := example()
		change(&e)
		if got, err := e.Payload(); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" ||
			!strings.Contains(fault.PublicOf(err), says) {
			t.Errorf("%q, %v; it should say %q", got, err, says)
		}
		if _, err := e.QR(); err == nil {
			t.Errorf("drawn: %q", says)
		}
	}
}

// sized gives a transfer whose payload has so many bytes, 250 to 490.
func sized(bytes int) EPC {
	e := EPC{Name: strings.Repeat("é", 70), IBAN: "FR7230006000011234567890A89", Text: strings.Repeat("x", 60)}
	for payload := e.lines(); len(payload) < bytes; payload = e.lines() {
		if len(e.Text) < 139 {
			e.Text += "x"
		} else {
			e.Note += "x"
		}
	}
	return e
}

// decode reads a code as a telephone does, from a picture of three points a module.
func decode(t *testing.T, m Matrix) string {
	t.Helper()
	const scale = 3
	size := scale * (m.Side() + 2*quiet)
	picture := image.NewGray(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			picture.SetGray(x, y, color.Gray{Y: 255})
			if m.Dark(x/scale-quiet, y/scale-quiet) {
				picture.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		t.Fatalf("a code of %d modules: %v", m.Side(), err)
	}
	if got := result.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]; got != "M" {
		t.Errorf("error correction %v", got)
	}
	return result.GetText()
}

func TestCodesAreReadAgain(t *testing.T) {
	cases := []EPC{example(), {Name: "Œuvre de l’Été", IBAN: "BE68539007547034", Text: "Pour « la lanterne »"}}
	for bytes := 250; bytes <= maxBytes; bytes += 9 {
		cases = append(cases, sized(bytes))
	}
	for _, e := range append(cases, sized(maxBytes)) {
		want, err := e.Payload()
		if err != nil {
			t.Fatal(err)
		}
		m, err := e.QR()
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, m); got != want {
			t.Errorf("%q is read as %q", want, got)
		}
		if m.Side() > 69 {
			t.Errorf("%d modules are beyond version 13", m.Side())
		}
	}
	if _, err := Encode(strings.Repeat("é", 166)); fault.CodeOf(err) != fault.Invalid || err == nil {
		t.Errorf("332 bytes: %v", err)
	}
}

// drawing is the SVG, read back.
type drawing struct {
	Role    string `xml:"role,attr"`
	ViewBox string `xml:"viewBox,attr"`
	Style   string `xml:"style,attr"`
	Title   string `xml:"title"`
	Desc    string `xml:"desc"`
	Paths   []struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
}

func TestSVG(t *testing.T) {
	m, err := example().QR()
	if err != nil {
		t.Fatal(err)
	}
	svg := m.SVG("Code à scanner <QR>", `L’IBAN & la référence sont "à côté"`)
	if len(svg) > 6_000 {
		t.Errorf("%d bytes", len(svg))
	}
	var d drawing
	if err := xml.Unmarshal([]byte(svg), &d); err != nil {
		t.Fatal(err)
	}
	if d.Role != "img" || d.Style != "" || d.Title != "Code à scanner <QR>" ||
		d.Desc != `L’IBAN & la référence sont "à côté"` || len(d.Paths) != 2 {
		t.Errorf("%+v", d)
	}
	read := stroked(t, d.Paths[1].D, m.Side()+2*quiet)
	for y := range read {
		for x := range read {
			if read[y][x] != m.Dark(x-quiet, y-quiet) {
				t.Fatalf("the module %d, %d is drawn wrong", x, y)
			}
		}
	}
}

// stroked gives the modules that a path of M, m and h covers.
func stroked(t *testing.T, path string, side int) [][]bool {
	t.Helper()
	modules := make([][]bool, side)
	for y := range modules {
		modules[y] = make([]bool, side)
	}
	x, y := 0, 0
	for len(path) > 0 {
		end := strings.IndexAny(path[1:], "Mmh") + 1
		if end == 0 {
			end = len(path)
		}
		var a, b int
		fields := strings.Fields(path[1:end])
		a = number(t, fields[0])
		if len(fields) > 1 {
			b = number(t, strings.TrimSuffix(fields[1], ".5"))
		}
		switch path[0] {
		case 'M':
			x, y = a, b
		case 'm':
			x, y = x+a, y+b
		case 'h':
			for ; a > 0; a-- {
				modules[y][x] = true
				x++
			}
		}
		path = path[end:]
	}
	return modules
}

func number(t *testing.T, digits string) int {
	t.Helper()
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			t.Fatalf("%q is not a number", digits)
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func TestLineScore(t *testing.T) {
	for line, want := range map[string]int{
		"10101010101":     0,
		"11111":           3,
		"0000000":         5,
		"111110000010":    6,
		"00001011101":     40,
		"10111010000":     40,
		"000010111010000": 80,
		"10111010001":     0,
	} {
		if got := lineScore(len(line), func(i int) bool { return line[i] == '1' }); got != want {
			t.Errorf("%s scores %d, want %d", line, got, want)
		}
	}
	for dark, want := range map[int]int{50: 0, 54: 0, 45: 10, 56: 10, 0: 100, 100: 100} {
		if got := unevenness(dark, 100); got != want {
			t.Errorf("%d %% of dark modules scores %d, want %d", dark, got, want)
		}
	}
}
