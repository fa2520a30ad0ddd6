// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"slices"
	"strings"

	"ecot/exchange/statement"
	"ecot/money"
	"ecot/pay/reference"
)

// Book holds candidates so that the few which a line may be are found without a look at each. It is
// never changed once it is made, and may be used by many at once.
type Book struct {
	promises []candidate
	payouts  []candidate
	payments []candidate
	gifts    []candidate
	batches  []candidate // payments of one file, together
	found    map[string][]place
}

// candidate is what all kinds have in common.
type candidate struct {
	ids       []string
	reference string // in its plain form, empty when its check digits are wrong
	cited     string // the reference as it was given, folded
	endToEnd  string
	mark      string // a batch, or the trace of a payout
	amount    int64
	unit      money.Unit
	names     []name
	accounts  []string
	days      []string
}

// name is one name of a candidate, and its words.
type name struct {
	text  string
	words []string
}

// place is where a candidate is: which list, and where in it.
type place struct {
	kind Kind
	at   int
}

// crowd is how many candidates may share a mere word or amount before it tells nothing by itself.
const crowd = 60

// NewBook takes candidates in.
func NewBook(all Candidates) *Book {
	b := &Book{found: map[string][]place{}}
	for _, p := range all.Promises {
		c := candidate{ids: []string{p.ID}, endToEnd: p.EndToEnd, amount: p.Amount, unit: p.Unit,
			names: namesOf(p.Names...), accounts: accounts(p.IBANs...), days: p.Due}
		c.cite(p.Reference)
		b.promises = append(b.promises, c)
	}
	for _, p := range all.Payouts {
		b.payouts = append(b.payouts, candidate{ids: []string{p.ID}, mark: p.Trace, amount: p.Amount, unit: p.Unit,
			names: namesOf(p.Names...), days: days(p.Due)})
	}
	for _, p := range all.Payments {
		b.payments = append(b.payments, candidate{ids: []string{p.ID}, endToEnd: p.EndToEnd, mark: p.Batch,
			amount: p.Amount, unit: p.Unit, names: namesOf(p.Name), accounts: accounts(p.IBAN), days: days(p.Sent)})
	}
	for _, g := range all.Gifts {
		c := candidate{ids: []string{g.ID}, endToEnd: g.EndToEnd, amount: g.Amount, unit: g.Unit,
			names: namesOf(g.Names...), accounts: accounts(g.IBAN), days: days(g.Booked)}
		c.cite(g.Reference)
		b.gifts = append(b.gifts, c)
	}
	b.batches = together(b.payments)
	for kind, list := range b.lists() {
		for i := range *list {
			b.index(place{kind, i}, (*list)[i])
		}
	}
	return b
}

// lists gives where the candidates of each kind are kept.
func (b *Book) lists() map[Kind]*[]candidate {
	return map[Kind]*[]candidate{KeepsPromise: &b.promises, IsPayout: &b.payouts, IsPayment: &b.payments,
		ReturnsGift: &b.gifts, IsPaymentBatch: &b.batches}
}

// cite keeps a reference, plainly when its check digits are right.
func (c *candidate) cite(text string) {
	c.cited = compact(text)
	if r, err := reference.Parse(text); err == nil {
		c.reference = string(r)
	}
}

// compact writes an identifier or an account without blanks, in capitals.
func compact(text string) string { return strings.ToUpper(strings.Join(strings.Fields(text), "")) }

func namesOf(texts ...string) (names []name) {
	for _, text := range texts {
		if w := words(text, maxWords); len(w) > 0 {
			names = append(names, name{text, w})
		}
	}
	return names
}

func accounts(ibans ...string) (plain []string) {
	for _, iban := range ibans {
		if iban != "" {
			plain = append(plain, compact(iban))
		}
	}
	return plain
}

func days(day string) []string {
	if day == "" {
		return nil
	}
	return []string{day}
}

// together makes one candidate of the payments of each file that was sent with more than one.
func together(payments []candidate) (batches []candidate) {
	at := map[string]int{}
	for _, p := range payments {
		if p.mark == "" || p.amount <= 0 {
			continue
		}
		key := string(p.unit) + " " + p.mark
		i, met := at[key]
		if !met {
			at[key] = len(batches)
			batches = append(batches, candidate{ids: slices.Clone(p.ids), mark: p.mark, amount: p.amount, unit: p.unit,
				days: slices.Clone(p.days)})
			continue
		}
		batch := &batches[i]
		if sum, err := money.Add(batch.amount, p.amount); err == nil && batch.amount > 0 {
			batch.amount = sum
		} else {
			batch.amount = 0 // no line is as large: nothing is suggested
		}
		batch.ids = append(batch.ids, p.ids...)
		batch.days = append(batch.days, p.days...)
	}
	for i := range batches {
		slices.Sort(batches[i].ids)
		slices.Sort(batches[i].days)
	}
	return slices.DeleteFunc(batches, func(c candidate) bool { return len(c.ids) < 2 })
}

// index notes under what a candidate is to be found.
func (b *Book) index(p place, c candidate) {
	note := func(key string) {
		if list := b.found[key]; len(list) == 0 || list[len(list)-1] != p {
			b.found[key] = append(list, p)
		}
	}
	for _, id := range []string{c.reference, c.cited, compact(c.endToEnd), compact(c.mark)} {
		if id != "" {
			note("id " + id)
		}
	}
	for _, account := range c.accounts {
		note("account " + account)
	}
	for _, n := range c.names {
		for _, word := range n.words {
			note("word " + word)
		}
	}
	note("amount " + sized(c.amount, c.unit))
}

// sized writes an amount without regard to its sign, to look it up.
func sized(minor int64, unit money.Unit) string {
	return money.Amount{Minor: max(minor, -minor), Unit: unit}.String() + " " + string(unit)
}

// reach gives the candidates that have anything in common with a line: each once, in any order.
func (b *Book) reach(s sight) map[place]bool {
	reached := map[place]bool{}
	take := func(key string, most int) {
		list := b.found[key]
		if most > 0 && len(list) > most {
			return
		}
		for _, p := range list {
			reached[p] = true
		}
	}
	for _, id := range s.ids {
		take("id "+id, 0)
	}
	if s.account != "" {
		take("account "+s.account, 0)
	}
	for _, word := range append(slices.Clone(s.words), s.text...) {
		take("word "+word, crowd)
	}
	take("amount "+sized(s.line.Amount, s.line.Currency), crowd)
	take("amount "+sized(s.undone, s.line.Currency), crowd)
	return reached
}

// sight is a line as it is looked at.
type sight struct {
	line    statement.Line
	undone  int64    // its amount without the charges that the bank netted
	ids     []string // every identifier and reference that it gives, plainly
	cites   []string // of these, what may be a creditor reference with right check digits
	account string
	words   []string // of the other side's name
	text    []string // words of its text
	folded  string   // its text
}

// look takes in a line.
func look(l statement.Line) sight {
	s := sight{line: l, undone: l.Amount, account: compact(l.IBAN), words: words(l.Counterparty, maxWords),
		text: words(l.Text, maxTextWords)}
	if undone, err := money.Sub(l.Amount, l.Fees()); err == nil {
		s.undone = undone
	}
	s.folded = fold(l.Text)
	for _, id := range []string{l.Reference, l.EndToEnd, l.Returns, l.Batch, l.Transaction, l.Instruction} {
		if id = compact(id); id != "" {
			s.ids = append(s.ids, id)
		}
	}
	for _, text := range []string{l.Reference, l.EndToEnd, l.Text} {
		for _, r := range reference.Find(text) {
			if !slices.Contains(s.cites, string(r)) {
				s.cites = append(s.cites, string(r))
			}
		}
	}
	s.ids = append(s.ids, s.cites...)
	for _, word := range strings.Fields(l.Text) {
		s.ids = append(s.ids, compact(strings.Trim(word, ".,;:()/")))
	}
	return s
}
