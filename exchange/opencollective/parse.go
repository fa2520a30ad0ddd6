// SPDX-License-Identifier: AGPL-3.0-or-later

package opencollective

import (
	"slices"
	"strings"
	"time"

	"ecot/exchange/sheet"
	"ecot/fault"
	"ecot/money"
)

// parser makes records into rows.
type parser struct {
	layout *layout
	books  *Books
	amount string
	words  map[string]string // texts met before, so that each is kept once
	line   int
	fields [][]byte
	err    error // the first; every later reading then gives nothing
	memo   []byte
}

// maxWords bounds the texts that are remembered to be shared.
const maxWords = 1 << 17

// add makes one record into a row of the books.
func (p *parser) add(line int, fields [][]byte) error {
	if len(p.books.Rows) == MaxRows {
		return fault.New(fault.Invalid, "line %d: A file has at most %d transactions.", line, MaxRows)
	}
	p.line, p.fields = line, fields
	p.same(&p.books.Account, inAccount)
	p.same((*string)(&p.books.Unit), inCurrency)
	if p.books.Name == "" {
		p.books.Name = p.shared(inAccountName)
	}
	row := Row{Line: line, Made: p.time(inCreated), Kind: p.kind(), Memo: p.joined(),
		Reverse: p.flag(inReverse, "REVERSE", "REFUND"), Dispute: p.text(inReverseKind) == "DISPUTE",
		Party: Party{Handle: p.shared(inHandle), Name: p.shared(inName), Mail: p.shared(inMail),
			Individual: p.text(inSort) == "INDIVIDUAL"}}
	p.fit(&row)
	p.identify(&row)
	p.when(&row)
	p.amounts(&row)
	if p.err != nil {
		return p.err
	}
	p.books.Rows = append(p.books.Rows, row)
	return nil
}

// refuse refuses the value in a column, once.
func (p *parser) refuse(c column, format string, args ...any) {
	if p.err == nil {
		p.err = sheet.Refuse(p.line, p.layout.name(c), format, args...)
	}
}

// text gives a value, empty when the file has no such column.
func (p *parser) text(c column) string {
	at := p.layout.at[c]
	if at < 0 {
		return ""
	}
	return string(p.fields[at])
}

// shared gives a value that other rows are likely to have too.
func (p *parser) shared(c column) string {
	at := p.layout.at[c]
	if at < 0 {
		return ""
	}
	return p.share(p.fields[at])
}

func (p *parser) share(b []byte) string {
	if word, met := p.words[string(b)]; met {
		return word
	}
	word := string(b)
	if len(p.words) < maxWords {
		p.words[word] = word
	}
	return word
}

// same reads a value that every row must share.
func (p *parser) same(kept *string, c column) {
	value := p.fields[p.layout.at[c]]
	switch {
	case len(value) == 0:
		p.refuse(c, "There is nothing here.")
	case string(value) == *kept:
	case *kept != "":
		p.refuse(c, "The rows before say %q, this one says %q: import one account in one currency at a time.",
			*kept, shorten(string(value)))
	case c == inCurrency && !money.Unit(value).IsCurrency():
		p.refuse(c, "%q is no currency of ISO 4217.", shorten(string(value)))
	default:
		*kept = string(value)
	}
}

func (p *parser) flag(c column, yes ...string) bool {
	switch value := p.text(c); {
	case value == "" || value == "false":
		return false
	case value == "true" || slices.Contains(yes, value):
		return true
	default:
		p.refuse(c, "%q is neither %s nor empty.", shorten(value), yes[0])
		return false
	}
}

func (p *parser) kind() Kind {
	value := Kind(p.shared(inKind))
	if !slices.Contains(Kinds(), value) {
		p.refuse(inKind, "%q is no kind of transaction that this import knows.", shorten(string(value)))
	}
	return value
}

// identify reads by what the row is known, to us and to its reversal.
func (p *parser) identify(row *Row) {
	l := p.layout
	if row.ID = p.text(l.id); row.ID == "" {
		p.refuse(l.id, "A transaction without an id cannot be told from others.")
	}
	if len(row.ID) > maxID {
		p.refuse(l.id, "An id has at most %d bytes.", maxID)
	}
	if row.Group = p.text(inGroup); row.Group == "" {
		row.Group = p.text(inShortGroup)
	}
	if len(row.Group) > maxID {
		p.refuse(l.first(inGroup, inShortGroup), "An id has at most %d bytes.", maxID)
	}
	if l.ref != passed {
		row.Ref = p.text(l.ref)
	}
	if row.Reverse && l.target != passed {
		if row.Target = p.text(l.target); row.Target != "" {
			p.books.Targets[row.Target] = true
		}
	}
	if l.id == inShortID {
		row.ID += "/" + row.Group
	}
}

// maxID bounds the bytes of an id; those of the platform have 36 at most.
const maxID = 100

// when reads the times of the row.
func (p *parser) when(row *Row) {
	for _, c := range []column{inEffective, inCreated, inDay} {
		if row.Time = p.time(c); row.Time != 0 || p.err != nil {
			return
		}
	}
	p.refuse(p.layout.first(inEffective, inCreated, inDay), "A transaction needs its date.")
}

// time reads an instant, 0 when the file has none there.
func (p *parser) time(c column) int64 {
	value := strings.TrimSuffix(p.text(c), "Z")
	if value == "" {
		return 0
	}
	form := "2006-01-02T15:04:05"
	if len(value) == len(time.DateOnly) {
		form = time.DateOnly
	}
	t, err := time.Parse(form, value)
	if err != nil || t.Unix() < secondsPerDay || t.Year() > 9998 {
		p.refuse(c, "%q is no date like 2025-06-30T09:55:14, or not one after 1970.", shorten(value))
		return 0
	}
	return t.Unix()
}

const secondsPerDay = 86_400

// amounts reads the row's amounts, and checks that they belong together.
func (p *parser) amounts(row *Row) {
	row.Processor, row.Host = p.money(inProcessorFee), p.money(inHostFee)
	row.Platform, row.Tax = p.money(inPlatformFee), p.money(inTaxAmount)
	row.Net, row.Gross = p.money(inNet), p.money(inGross)
	if p.err != nil {
		return
	}
	at := p.layout.first(inNet, inGross)
	fees := row.Processor + row.Host + row.Platform + row.Tax // four amounts within 10^15 each
	switch has := p.layout.at; {
	case has[inGross] < 0:
		row.Gross = row.Net - fees
	case has[inNet] < 0:
		row.Net = row.Gross + fees
	case row.Net-row.Gross == fees:
	case has[inProcessorFee] < 0:
		row.Processor += row.Net - row.Gross - fees
	default:
		p.refuse(at, "The gross amount and its fees do not add up to this net amount.")
	}
	for _, amount := range []int64{row.Net, row.Gross, row.Processor} {
		if amount > money.Max || amount < -money.Max {
			p.refuse(at, "This amount is beyond the largest that the books can hold.")
		}
	}
	switch way := p.text(inDirection); {
	case way != "CREDIT" && way != "DEBIT":
		p.refuse(inDirection, "%q is neither CREDIT nor DEBIT.", shorten(way))
	case row.Gross > 0 && way == "DEBIT", row.Gross < 0 && way == "CREDIT":
		p.refuse(inDirection, "It says %s, and the amount goes the other way.", way)
	}
}

// money reads an amount, zero when the file has none there.
func (p *parser) money(c column) int64 {
	at := p.layout.at[c]
	if at < 0 || len(p.fields[at]) == 0 && c != inNet && c != inGross || p.err != nil {
		return 0
	}
	amount, err := money.Parse(string(p.fields[at]), p.books.Unit)
	if err != nil {
		p.refuse(c, "%s", fault.PublicOf(err))
	}
	return amount.Minor
}

// joined joins the words that are kept, each behind the name of its column.
func (p *parser) joined() string {
	p.memo = p.memo[:0]
	for _, at := range p.layout.memos {
		if len(p.fields[at]) == 0 {
			continue
		}
		if len(p.memo) > 0 {
			p.memo = append(p.memo, '\n')
		}
		p.memo = append(append(append(p.memo, p.layout.header[at]...), ": "...), p.fields[at]...)
	}
	return p.share(p.memo)
}

// Limits of what the vault takes, in bytes.
const (
	maxName = 300
	maxMemo = 9_500
)

// fit refuses texts that are too long to be kept; a long name is kept whole in the memo.
func (p *parser) fit(row *Row) {
	if len(row.Party.Handle) > maxName {
		p.refuse(inHandle, "A handle has at most %d bytes.", maxName)
	}
	if len(row.Party.Mail) > maxName {
		p.refuse(inMail, "A mail address has at most %d bytes.", maxName)
	}
	if len(row.Party.Name) > maxName {
		row.Memo += "\n" + p.layout.name(inName) + ": " + row.Party.Name
		row.Party.Name = strings.ToValidUTF8(row.Party.Name[:maxName], "")
	}
	if len(row.Memo) > maxMemo {
		p.err = fault.New(fault.Invalid, "line %d: The texts of this row have %d bytes together, at most %d "+
			"are kept; export without the longest column.", p.line, len(row.Memo), maxMemo)
	}
}

// shorten keeps a quoted piece of input short enough for a sentence.
func shorten(s string) string {
	const most = 40
	runes := []rune(s[:min(len(s), 4*most)])
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}
