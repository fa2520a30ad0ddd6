// SPDX-License-Identifier: AGPL-3.0-or-later

// Package paper makes the documents that a fund prints or sends as PDF: a certificate of a payment, and
// the slip with which cheques are taken to the bank.
//
// A document embeds its letters (DejaVu Sans, cut down to the scripts of Europe; see font/LICENSE) and
// asks nothing of the machine that shows it. Its one invariant: the same input gives the same bytes,
// so that a file can be named by its hash; and what the letters cannot write is refused, never dropped.
package paper

import (
	"bytes"
	_ "embed" // for the fonts
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"

	"ecot/fault"
	"ecot/locale"
)

// The fonts, made with fonttools from DejaVu Sans 2.37 without hinting. Strings, since the writer of
// PDF may change the bytes that it is given.
var (
	//go:embed font/DejaVuSans.ttf
	regularFont string
	//go:embed font/DejaVuSans-Bold.ttf
	boldFont string
)

// Measures of a page of A4, in millimetres, and sizes of letters, in points.
const (
	family     = "DejaVu"
	margin     = 20.0
	width      = 210 - 2*margin
	lineHeight = 6.0
	foot       = 20.0
	textSize   = 10.0
	titleSize  = 18.0
	smallSize  = 8.0
)

// Limits of what is printed.
const (
	maxText    = 300 // characters of one text
	maxAddress = 8   // lines of an address
)

// Fund is the legal body that a document speaks for.
type Fund struct {
	Name    string   // as registered
	Form    string   // legal form, in the document's language: fonds de dotation, association
	SIREN   string   // may be empty
	RNA     string   // may be empty
	Address []string // its lines, at most eight
}

// document is a PDF that is being written in one language.
type document struct {
	pdf    *fpdf.Fpdf
	tongue locale.Tongue
	err    error // the first that was met
}

// newDocument begins a document with its title, made at an instant that the input gives.
func newDocument(t locale.Tongue, title string, author Fund, made time.Time) *document {
	d := &document{pdf: fpdf.New("P", "mm", "A4", ""), tongue: t}
	if made.IsZero() {
		d.err = fault.New(fault.Invalid, "A document says when it was made.")
	}
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(made.UTC())
	d.pdf.SetModificationDate(made.UTC())
	d.pdf.SetProducer("Écot", true)
	d.pdf.SetLang(string(t.Lang))
	d.pdf.SetTitle(d.text(title), true)
	d.pdf.SetAuthor(author.Name, true)
	d.pdf.SetMargins(margin, margin, margin)
	d.pdf.SetAutoPageBreak(true, foot)
	d.pdf.AddUTF8FontFromBytes(family, "", []byte(regularFont))
	d.pdf.AddUTF8FontFromBytes(family, "B", []byte(boldFont))
	d.pdf.SetFont(family, "", textSize)
	return d
}

// bytes ends the document.
func (d *document) bytes() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	var out bytes.Buffer
	if err := d.pdf.Output(&out); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The document could not be written.")
	}
	return out.Bytes(), nil
}

// text gives a message of the document's language.
func (d *document) text(key string, pairs ...string) string {
	text, err := d.tongue.Text(key, pairs...)
	d.keep(err)
	return text
}

// keep remembers the first error.
func (d *document) keep(err error) {
	if d.err == nil {
		d.err = err
	}
}

// need refuses an empty text; what names it in the sentence.
func (d *document) need(what, text string) {
	if strings.TrimSpace(text) == "" {
		d.keep(fault.New(fault.Invalid, "This document needs %s.", what))
	}
}

// day puts a civil day such as 2026-01-02 in words.
func (d *document) day(text string) string {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		d.keep(fault.New(fault.Invalid, "%q is not a day like 2026-01-02.", text))
		return ""
	}
	words, err := d.tongue.Day(day)
	d.keep(err)
	return words
}

// checked gives text back, and refuses it when it cannot be printed.
func (d *document) checked(text string) string {
	switch {
	case !utf8.ValidString(text), utf8.RuneCountInString(text) > maxText:
		d.keep(fault.New(fault.Invalid,
			"A text of this document is broken or has more than %d characters.", maxText))
		return ""
	case strings.ContainsFunc(text, unicode.IsControl):
		d.keep(fault.New(fault.Invalid, "A text of this document holds a line's end or another sign of control."))
		return ""
	}
	for _, r := range text {
		if !hasLetter(r) {
			d.keep(fault.New(fault.Invalid,
				"The letters of our documents cannot write %q; please give the text in another script.", r))
			return ""
		}
	}
	return text
}

// title writes the document's heading.
func (d *document) title(key string) {
	d.pdf.AddPage()
	d.pdf.SetFont(family, "B", titleSize)
	d.pdf.MultiCell(width, 2*lineHeight, d.text(key), "", "L", false)
	d.pdf.SetFont(family, "", textSize)
	d.pdf.Ln(lineHeight / 2)
}

// row writes a label and what it names, over as many lines as that takes.
func (d *document) row(label, value string) {
	const labelWidth = 50.0
	d.pdf.SetFont(family, "", textSize)
	d.pdf.CellFormat(labelWidth, lineHeight, d.text(label), "", 0, "L", false, 0, "")
	d.pdf.SetFont(family, "B", textSize)
	d.pdf.MultiCell(width-labelWidth, lineHeight, d.checked(value), "", "L", false)
	d.pdf.SetFont(family, "", textSize)
	d.pdf.Ln(lineHeight / 4)
}

// fund writes who the document speaks for.
func (d *document) fund(f Fund) {
	d.need("the name of the fund", f.Name)
	d.need("the legal form of the fund", f.Form)
	if len(f.Address) == 0 || len(f.Address) > maxAddress {
		d.keep(fault.New(fault.Invalid, "The fund's address has 1 to %d lines.", maxAddress))
		return
	}
	d.row("paper.fund", f.Name)
	d.row("paper.form", f.Form)
	if f.SIREN != "" {
		d.row("paper.siren", f.SIREN)
	}
	if f.RNA != "" {
		d.row("paper.rna", f.RNA)
	}
	d.row("paper.address", strings.Join(f.Address, ", "))
}

// rule draws a hairline over the page.
func (d *document) rule() {
	d.pdf.SetLineWidth(0.1)
	y := d.pdf.GetY() + lineHeight/4
	d.pdf.Line(margin, y, margin+width, y)
	d.pdf.Ln(lineHeight)
}

// made writes the day on which the document was made, and room to sign.
func (d *document) made(at time.Time) {
	d.pdf.Ln(lineHeight)
	words, err := d.tongue.Day(at)
	d.keep(err)
	d.pdf.CellFormat(width/2, lineHeight, d.text("paper.made", "day", words), "", 0, "L", false, 0, "")
	d.pdf.CellFormat(width/2, lineHeight, d.text("paper.signature"), "", 1, "L", false, 0, "")
}
