// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"strconv"
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/pay/reference"
)

// maxCheques bounds a slip; banks want several slips long before.
const maxCheques = 500

// PaymentSlip lists the cheques that a fund takes to its bank together.
type PaymentSlip struct {
	Fund    Fund
	Account reference.IBAN // to credit
	Number  string         // of the slip, as the fund counts them
	On      string         // civil day of the deposit, as 2026-01-02
	Cheques []Cheque       // 1 to 500, in one currency
	Made    time.Time      // when the slip was made, in the fund's zone; it is also the file's date
}

// Cheque is one line of a slip.
type Cheque struct {
	Drawer string // who wrote it
	Bank   string // on which it is drawn
	Number string // printed on it
	Amount money.Amount
}

// Total gives the sum of the cheques, which is refused with fault.Invalid when they are of several
// currencies or none.
func (s PaymentSlip) Total() (money.Amount, error) {
	if len(s.Cheques) == 0 || len(s.Cheques) > maxCheques {
		return money.Amount{}, fault.New(fault.Invalid, "A slip lists 1 to %d cheques.", maxCheques)
	}
	total := money.Amount{Unit: s.Cheques[0].Amount.Unit}
	for i, c := range s.Cheques {
		if c.Amount.Minor <= 0 || !c.Amount.Unit.IsCurrency() {
			return money.Amount{}, fault.New(fault.Invalid, "Cheque %d is not for an amount above zero.", i+1)
		}
		var err error
		if total, err = total.Add(c.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}

// PDF writes the slip in the language of t, over as many pages as it takes. What is missing or cannot
// be printed is fault.Invalid.
func (s PaymentSlip) PDF(t locale.Tongue) ([]byte, error) {
	d := newDocument(t, "paper.slip", s.Fund, s.Made)
	d.need("the number of the slip", s.Number)
	account, err := reference.ParseIBAN(string(s.Account))
	d.keep(err)
	total, err := s.Total()
	d.keep(err)
	d.pageNumbers()
	d.title("paper.slip")
	d.fund(s.Fund)
	d.row("paper.account", account.Grouped())
	d.row("paper.slip.number", s.Number)
	d.row("paper.slip.on", d.day(s.On))
	d.row("paper.slip.count", strconv.Itoa(len(s.Cheques)))
	d.row("paper.total", total.Format(string(t.Lang)))
	if d.err != nil {
		return nil, d.err
	}
	d.cheques(s.Cheques)
	d.room(6 * lineHeight)
	d.rule()
	d.line([]string{"", d.text("paper.total"), "", "", total.Format(string(t.Lang))}, "B")
	d.made(s.Made)
	return d.bytes()
}

// pageNumbers writes at the foot of each page which it is.
func (d *document) pageNumbers() {
	const pages = "{pages}"
	d.pdf.AliasNbPages(pages)
	d.pdf.SetFooterFunc(func() {
		d.pdf.SetY(-foot + lineHeight)
		d.pdf.SetFont(family, "", smallSize)
		number := d.text("paper.page", "page", strconv.Itoa(d.pdf.PageNo()), "pages", pages)
		d.pdf.CellFormat(width, lineHeight, number, "", 0, "R", false, 0, "")
		d.pdf.SetFont(family, "", textSize)
	})
}

// cheques writes the table, with its heading on every page.
func (d *document) cheques(cheques []Cheque) {
	head := []string{d.text("paper.cheque.place"), d.text("paper.cheque.drawer"), d.text("paper.bank"),
		d.text("paper.cheque.number"), d.text("paper.amount")}
	d.rule()
	d.line(head, "B")
	for i, c := range cheques {
		cells := []string{strconv.Itoa(i + 1), d.checked(c.Drawer), d.checked(c.Bank), d.checked(c.Number),
			c.Amount.Format(string(d.tongue.Lang))}
		if d.room(d.height(cells)) {
			d.line(head, "B")
		}
		d.line(cells, "")
	}
}

// room begins a new page when height does not fit on this one, and says so.
func (d *document) room(height float64) (turned bool) {
	if d.pdf.GetY()+height <= 297-foot {
		return false
	}
	d.pdf.AddPage()
	return true
}

// columns gives the widths of the table of cheques.
func columns() [5]float64 { return [5]float64{12, 56, 38, 30, 34} }

// height gives how high a line of the table is: its longest cell, over several lines of text.
func (d *document) height(cells []string) float64 {
	most := 1
	for i, cell := range cells {
		most = max(most, len(d.pdf.SplitText(cell, columns()[i])))
	}
	return float64(most) * lineHeight
}

// line writes one line of the table; the first cell and the last are numbers.
func (d *document) line(cells []string, style string) {
	d.pdf.SetFont(family, style, textSize)
	x, y := d.pdf.GetXY()
	height := d.height(cells)
	for i, cell := range cells {
		align := "L"
		if i == len(cells)-1 {
			align = "R"
		}
		d.pdf.SetXY(x, y)
		d.pdf.MultiCell(columns()[i], lineHeight, cell, "", align, false)
		x += columns()[i]
	}
	d.pdf.SetFont(family, "", textSize)
	d.pdf.SetXY(margin, y+height)
}
