// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"ecot/app/bank"
	"ecot/exchange/bankcsv"
	"ecot/exchange/grid"
	"ecot/fault"
	"ecot/money"
	"ecot/web/page"
)

// statementsPage asks for a file.
type statementsPage struct {
	page.Frame
	Problems []page.Problem
	File     page.Field
}

// statements asks for a file.
func (d *Door) statements(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.askFile(r, p, page.NewForm(p, nil))
}

func (d *Door) askFile(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	return d.Private(r, p, "bank-statements", statementsPage{Frame: d.Frame(r, p, "desk-bank",
		p.Words("bank.upload")),
		Problems: f.Problems(), File: f.Field("file", "bank.file", page.As("file", "", ""))})
}

// upload keeps the file that was sent, to be looked at before anything is written.
func (d *Door) upload(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	data, err := fileOf(r)
	var digest string
	if err == nil {
		digest, err = d.bank.Upload(r.Context(), data)
	}
	if err == nil {
		return d.SeeOther(r, "/desk/bank/statements/"+digest), nil
	}
	if err := f.RefuseFault("file", err); err != nil {
		return page.Reply{}, err
	}
	return d.askFile(r, p, f)
}

// fileOf reads the file of a form.
func fileOf(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, fault.New(fault.Invalid, "No file was chosen.").In("bank.no-file")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file cannot be read.").In("form.broken")
	}
	defer file.Close()
	return io.ReadAll(file)
}

// previewPage says what a file would come to, and asks what the columns of a CSV mean.
type previewPage struct {
	page.Frame
	Problems   []page.Problem
	Action     string
	Mapping    *mappingView // of a CSV
	Statements []importView
	Warnings   []string
	Fresh      string
	Known      string
	Booked     string
	Arrived    string
	Waiting    string
	Ready      bool
}

// importView is one statement of a file.
type importView struct {
	Account          string
	From, To         string
	Opening, Closing string
	Lines, Fresh     string
}

// mappingView is what the columns of a CSV mean, with the first records below.
type mappingView struct {
	Fields  []page.Field
	Columns []columnView
	Caption string
}

// columnView is one column: its name, its role, and what stands in it.
type columnView struct {
	Name   string
	Role   page.Field
	Sample []string
}

// preview shows what a file would come to.
func (d *Door) preview(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.foresee(r, p, page.NewForm(p, nil), false)
}

// bring brings a file in, or shows it again with the mapping that was sent.
func (d *Door) bring(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	return d.foresee(r, p, f, f.Value("step") == "import")
}

func (d *Door) foresee(r *http.Request, p *page.Pen, f *page.Form, write bool) (page.Reply, error) {
	digest := r.PathValue("digest")
	data, err := d.bank.Uploaded(r.Context(), digest)
	if err != nil {
		return page.Reply{}, err
	}
	made := previewPage{Action: "/desk/bank/statements/" + digest}
	file, err := d.readFile(r, p, f, data, &made)
	var report bank.Report
	if err == nil {
		report, err = d.bank.Import(r.Context(), file, d.by(r), !write)
	}
	if err == nil && write {
		return d.SeeOther(r, "/desk/bank?done=imported"), d.bank.Drop(r.Context(), digest)
	}
	field := ""
	if made.Mapping != nil {
		field = "role-0"
	}
	if err != nil {
		if err := f.RefuseFault(field, err); err != nil {
			return page.Reply{}, err
		}
	}
	made.Frame, made.Problems, made.Ready = d.Frame(r, p, "desk-bank", p.Words("bank.preview")), f.Problems(),
		err == nil
	made.say(p, report)
	return d.Private(r, p, "bank-preview", made)
}

// readFile reads a file, by the mapping of the form when that has one.
func (d *Door) readFile(r *http.Request, p *page.Pen, f *page.Form, data []byte,
	made *previewPage) (bank.File, error) {
	file, err := d.bank.Read(r.Context(), data, nil)
	if err != nil || file.Proposal == nil {
		return file, err
	}
	mapping := file.Proposal.Mapping
	sent := f.Value("step") != ""
	if sent {
		mapping = mappingOf(f, mapping)
	}
	made.Mapping = askMapping(p, f, mapping, file.Proposal.Sample)
	if !sent && len(mapping.Missing()) > 0 {
		return file, fault.New(fault.Invalid, "Say what the columns mean.").In("bank.say-columns")
	}
	read, err := d.bank.Read(r.Context(), data, &mapping)
	read.Digest = file.Digest
	return read, err
}

// mappingOf reads what the form says of the columns.
func mappingOf(f *page.Form, m bankcsv.Mapping) bankcsv.Mapping {
	m.Roles = slices.Clone(m.Roles)
	for i := range m.Roles {
		m.Roles[i] = bankcsv.Role(f.Value("role-" + strconv.Itoa(i)))
	}
	m.Decimal, m.Date, m.Account = f.Value("decimal"), f.Value("date"), f.Value("account")
	m.Currency = money.Unit(f.Value("currency"))
	return m
}

// askMapping makes the table of columns.
func askMapping(p *page.Pen, f *page.Form, m bankcsv.Mapping, sample [][]string) *mappingView {
	chosen := func(name, value string, all []page.Option) func(*page.Field) {
		return func(field *page.Field) {
			field.Value, field.Options = value, all
			for i := range all {
				all[i].On = all[i].Value == value
			}
		}
	}
	var dates []page.Option
	for _, layout := range grid.Layouts() {
		dates = append(dates, page.Option{Value: layout, Label: p.Label("bank.date", layout)})
	}
	view := &mappingView{Caption: p.Words("bank.columns"), Fields: []page.Field{
		f.Field("account", "bank.account", chosen("account", m.Account, nil)),
		f.Field("currency", "bank.currency-of", chosen("currency", string(m.Currency), nil), page.Narrow),
		f.Field("date", "bank.date", chosen("date", m.Date, dates)),
		f.Field("decimal", "bank.decimal", chosen("decimal", m.Decimal, []page.Option{
			{Value: ",", Label: p.Words("bank.decimal.comma")}, {Value: ".", Label: p.Words("bank.decimal.point")}})),
	}}
	for i, role := range m.Roles {
		var options []page.Option
		for _, r := range bankcsv.Roles() {
			name := string(r)
			if r == bankcsv.Passed {
				name = "passed"
			}
			options = append(options, page.Option{Value: string(r), Label: p.Words("bank.role." + name),
				On: r == role})
		}
		number := strconv.Itoa(i)
		column := columnView{Name: p.Words("bank.column", "n", strconv.Itoa(i+1)),
			Role: page.Field{Name: "role-" + number, Options: options}}
		if i < len(m.Shape.Names) {
			column.Name = m.Shape.Names[i]
		}
		column.Role.Label = column.Name
		for _, record := range sample[:min(len(sample), 3)] {
			if i < len(record) {
				column.Sample = append(column.Sample, record[i])
			}
		}
		view.Columns = append(view.Columns, column)
	}
	return view
}

// say puts a report into words.
func (v *previewPage) say(p *page.Pen, r bank.Report) {
	amount := func(minor *int64, unit money.Unit) string {
		if minor == nil {
			return "–"
		}
		return p.Figure(*minor, unit, "").Text
	}
	for _, s := range r.Statements {
		v.Statements = append(v.Statements, importView{Account: s.Account, From: s.From, To: s.To,
			Opening: amount(s.Opening, s.Unit), Closing: amount(s.Closing, s.Unit),
			Lines: p.Counted("bank.lines", s.Lines), Fresh: p.Counted("bank.lines", s.Fresh)})
	}
	v.Warnings = r.Warnings
	v.Fresh, v.Known = p.Counted("bank.lines", r.Fresh), p.Counted("bank.lines", r.Lines-r.Left-r.Fresh)
	v.Booked, v.Arrived = p.Counted("bank.lines", r.Booked), p.Counted("bank.lines", r.Arrived)
	v.Waiting = p.Counted("bank.lines", r.Waiting)
}
