// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"io"
	"strings"

	"ecot/exchange/opencollective"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
)

// ImportOptions say how books are imported.
type ImportOptions struct {
	Pot      string   // slug of the pot, opened when it is not there; empty for the account's handle
	DryRun   bool     // read, map and report, but change nothing
	Progress Progress // told about rows now and then, may be nil
}

// ImportReport says what an import came to. It is computed from what was booked.
type ImportReport struct {
	Rows    int                   `json:"rows"`    // of the file
	Skipped int                   `json:"skipped"` // of them that had been imported before
	Entries int64                 `json:"entries"` // added to the journal
	Kinds   map[string]ImportKind `json:"kinds"`   // by the platform's kind of transaction
	Pot     string                `json:"pot"`
	Unit    money.Unit            `json:"unit"`
	Balance int64                 `json:"balance"` // of the pot, in minor units
	First   string                `json:"first"`   // day of the file's oldest row, UTC
	Last    string                `json:"last"`
	DryRun  bool                  `json:"dryRun"`
}

// ImportKind says what the rows of one kind came to in the pot, in minor units.
type ImportKind struct {
	Rows int   `json:"rows"`
	Net  int64 `json:"net"`
	Fees int64 `json:"fees"` // kept between gross and net, less those that came back
}

// errDryRun undoes a dry run.
var errDryRun = errors.New("dry run")

// pieceOfRows is the number of rows that are looked up and written at once.
const pieceOfRows = 1_000

// rowsBetweenProgress is the number of rows after which progress is told.
const rowsBetweenProgress = 10_000

// ImportBooks books the transactions that Open Collective exported of one account. It is one
// command and one transaction: a row that cannot be booked is named, and nothing has changed. A row
// that was imported before is skipped. A journal that is not founded yet is founded with what books
// must have, in their currency.
func (a *App) ImportBooks(ctx context.Context, in io.Reader, o ImportOptions) (ImportReport, error) {
	books, err := opencollective.Read(in)
	if err != nil {
		return ImportReport{}, err
	}
	i := &importing{app: a, books: books, options: o, scope: "opencollective:" + books.Account,
		report: ImportReport{Rows: len(books.Rows), Kinds: map[string]ImportKind{}, Unit: books.Unit, DryRun: o.DryRun}}
	if i.report.Pot = o.Pot; o.Pot == "" {
		i.report.Pot = slugOf(books.Account)
	}
	i.pot = ledger.Place{Account: ledger.NewAccount(ledger.Pot, i.report.Pot), Unit: books.Unit}
	if a.Founded() {
		err = a.Bulk(ctx, i.run)
	} else {
		err = a.foundAnd(ctx, Charter{Currency: books.Unit}, i.run)
	}
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if err != nil {
		return ImportReport{}, err
	}
	return i.report, nil
}

// foundAnd founds the journal and runs fn, in one transaction.
func (a *App) foundAnd(ctx context.Context, c Charter, fn func(context.Context, *Bulk) error) error {
	f, err := a.prepareFounding(c)
	if err != nil {
		return err
	}
	err = a.Bulk(ctx, func(ctx context.Context, b *Bulk) error {
		if err := f.enter(ctx, b); err != nil {
			return err
		}
		return fn(ctx, b)
	})
	if err != nil {
		return errors.Join(err, f.undo())
	}
	return nil
}

// slugOf makes the slug of a pot out of an account's handle.
func slugOf(handle string) string {
	slug := []byte(strings.ToLower(handle))
	for i, b := range slug {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') {
			slug[i] = '-'
		}
	}
	return strings.Trim(string(slug[:min(len(slug), 40)]), "-")
}

// importing is one import under way.
type importing struct {
	app      *App
	books    *opencollective.Books
	options  ImportOptions
	scope    string // of the claims that its rows make
	pot      ledger.Place
	mapper   opencollective.Mapper
	report   ImportReport
	bookings []opencollective.Booking
	requests []*Request
}

// run books everything in one transaction.
func (i *importing) run(ctx context.Context, k *Bulk) error {
	if !journal.IsSlug(i.report.Pot) {
		return fault.New(fault.Invalid, "%q cannot name a pot; name one of a-z, 0-9 and hyphens, at most 40.", i.report.Pot)
	}
	first := k.Next()
	if err := i.begin(ctx, k); err != nil {
		return err
	}
	rows := i.books.Rows
	for from := 0; from < len(rows); {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+pieceOfRows, len(rows))
		if err := i.piece(ctx, k, rows[from:to]); err != nil {
			return err
		}
		if i.options.Progress != nil && (to/rowsBetweenProgress > from/rowsBetweenProgress || to == len(rows)) {
			i.options.Progress(int64(to), int64(len(rows)))
		}
		from = to
	}
	i.report.Entries = k.Next() - first
	i.report.Balance = k.b.book.Balance(i.pot)
	if i.options.DryRun {
		return errDryRun
	}
	return nil
}

// begin opens the pot when it is not there, and sees that the account's rows are known by one kind
// of id only.
func (i *importing) begin(ctx context.Context, k *Bulk) error {
	i.report.First, i.report.Last = i.books.Days()
	var marks []Once
	for _, identity := range opencollective.Identities() {
		marks = append(marks, i.once("ids", identity))
	}
	taken, err := k.Taken(ctx, marks)
	if err != nil {
		return err
	}
	mark := i.once("ids", i.books.Identity)
	if _, known := taken[mark]; !known && len(taken) > 0 {
		return fault.New(fault.Conflict, "This account was imported by another kind of transaction id than %s; "+
			"export it again with that one, so that nothing is booked twice.", i.books.Identity)
	}
	open := &Request{Key: i.scope, Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: i.report.Pot,
		Purpose: giving.Spendable}}}
	if i.books.Name != "" {
		open.Private = []Private{{Field: "title", Value: i.books.Name}}
	}
	if err := k.Prepare(ctx, []*Request{open}); err != nil {
		return err
	}
	if k.b.desk.State(open.Command.Needs().Keys[0]) == nil {
		if _, err := k.Enter(ctx, open); err != nil {
			return err
		}
	}
	if len(taken) == 0 {
		k.b.change.Claim(claimOf(mark, Answer{Index: k.Next()}, k.b.moment.Seconds))
	}
	if err := k.b.loadAccounts(ctx, []ledger.Posting{{Account: i.pot.Account, Unit: i.pot.Unit}}); err != nil {
		return err
	}
	i.mapper = opencollective.Mapper{Pot: i.report.Pot, Unit: i.books.Unit, Zone: i.app.zone, Next: k.Next(),
		Known: map[string]int64{}, Targets: i.books.Targets}
	return nil
}

// once names what a row claims: its id, or with a prefix something else of the account.
func (i *importing) once(prefix, key string) Once {
	return Once{Scope: i.scope, Key: prefix + ":" + key}
}

// piece books some rows: those that were not imported before.
func (i *importing) piece(ctx context.Context, k *Bulk, rows []opencollective.Row) error {
	taken, err := i.taken(ctx, k, rows)
	if err != nil {
		return err
	}
	i.bookings, i.requests = i.bookings[:0], i.requests[:0]
	for n := range rows {
		row := &rows[n]
		once := i.once("row", row.ID)
		if index, known := taken[once]; known {
			i.report.Skipped++
			i.mapper.Pass(row, index)
			continue
		}
		kind := i.report.Kinds[string(row.Kind)]
		kind.Rows++
		i.report.Kinds[string(row.Kind)] = kind
		before := len(i.bookings)
		if i.bookings = i.mapper.Row(row, i.bookings); len(i.bookings) == before {
			k.b.change.Claim(claimOf(once, Answer{Index: i.mapper.Next}, k.b.moment.Seconds))
		}
	}
	for n := range i.bookings {
		i.requests = append(i.requests, i.request(&i.bookings[n]))
	}
	for n, r := range i.requests {
		if err := r.checkPrivate(); err != nil {
			return i.located(err, i.bookings[n].Row)
		}
	}
	if err := k.Prepare(ctx, i.requests); err != nil {
		return err
	}
	if err := i.enter(ctx, k); err != nil {
		return err
	}
	return k.b.flush(ctx)
}

// taken looks up the rows of a piece, and what those that take something back name.
func (i *importing) taken(ctx context.Context, k *Bulk, rows []opencollective.Row) (map[Once]int64, error) {
	list := make([]Once, 0, len(rows))
	refs := map[Once]string{}
	for n := range rows {
		row := &rows[n]
		list = append(list, i.once("row", row.ID))
		if row.Target == "" {
			continue
		}
		for _, part := range opencollective.Parts() {
			ref := row.Target + part
			if _, known := i.mapper.Known[ref]; !known {
				once := i.once(i.books.RefPrefix(), ref)
				refs[once] = ref
				list = append(list, once)
			}
		}
	}
	taken, err := k.Taken(ctx, list)
	for once, ref := range refs {
		if index, known := taken[once]; known {
			i.mapper.Known[ref] = index
		}
	}
	return taken, err
}

// request makes a booking into a request that claims its row.
func (i *importing) request(b *opencollective.Booking) *Request {
	row := b.Row
	r := &Request{Key: i.scope + "/" + row.ID + b.Part, Command: b.Command}
	if b.First {
		r.Once = append(r.Once, i.once("row", row.ID))
	}
	if prefix := i.books.RefPrefix(); row.Ref != "" && (prefix != "row" || b.Part != "") {
		r.Once = append(r.Once, i.once(prefix, row.Ref+b.Part))
	}
	if !b.Person {
		return r
	}
	if party := row.Party; party.Handle != "" {
		r.Person = Person{Handle: "opencollective:" + party.Handle, Kind: string(giving.DonorUnknown),
			Name: party.Name, Mail: party.Mail}
		if party.Individual {
			r.Person.Kind = string(giving.Person)
		}
	}
	if memo := b.Memo(); memo != "" {
		r.Private = []Private{{Field: "memo", Value: memo}}
	}
	return r
}

// enter enters the requests of a piece, and sees that each row moved what it says.
func (i *importing) enter(ctx context.Context, k *Bulk) error {
	var moved int64
	for n, r := range i.requests {
		row := i.bookings[n].Row
		answer, err := k.enter(ctx, r)
		if err != nil {
			return i.located(err, row)
		}
		e := k.b.desk.entries[answer.Index]
		for _, post := range e.Posts {
			if post.Account == i.pot.Account {
				moved += post.Amount
			}
		}
		kind := i.report.Kinds[string(row.Kind)]
		kind.Fees += feeOf(e.Fact, i.bookings[n].Part)
		if n+1 == len(i.requests) || i.bookings[n+1].Row != row {
			if moved != row.Net {
				return fault.New(fault.Conflict, "%s: It takes back another transaction, which did not go the other way.",
					i.books.At(row))
			}
			kind.Net += moved
			moved = 0
		}
		i.report.Kinds[string(row.Kind)] = kind
	}
	return nil
}

// feeOf gives what of an entry was kept between the gross and the net amount of its row, below zero
// for what came back; a part beside a row's main entry is all of that.
func feeOf(fact journal.Fact, part string) int64 {
	switch f := fact.(type) {
	case *giving.Given:
		if part != "" {
			return -f.Gross + f.Fee
		}
		return f.Fee
	case *giving.Spent:
		return f.Fee
	case *giving.FeeCharged:
		if part != "" {
			return f.Amount
		}
	case *giving.Refunded:
		if part != "" {
			return -f.Back[0].Amount
		}
		return -f.Fee
	}
	return 0
}

// located names the row behind a refusal.
func (i *importing) located(err error, row *opencollective.Row) error {
	if !refused(err) {
		return err
	}
	return fault.Wrap(errors.Unwrap(err), fault.CodeOf(err), "%s: %s", i.books.At(row), fault.PublicOf(err))
}
