// SPDX-License-Identifier: AGPL-3.0-or-later

// Package books brings the books that a fund kept elsewhere into the journal.
//
// An import is one command and one transaction over all its rows. Its one invariant: every row of
// the file has moved exactly its net amount, once, however often it is imported; or nothing has
// changed, and the row at fault is named.
package books

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"ecot/app"
	"ecot/exchange/opencollective"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
)

// Options say how books are imported.
type Options struct {
	Pot      string       // slug of the pot, opened when it is not there; empty for the account's handle
	DryRun   bool         // read, map and report, but change nothing
	Progress app.Progress // told about rows now and then, may be nil
}

// Report says what an import came to. It is computed from what was booked.
type Report struct {
	Rows    int             `json:"rows"`    // of the file
	Skipped int             `json:"skipped"` // of them that had been imported before
	Entries int64           `json:"entries"` // added to the journal, without its genesis
	Kinds   map[string]Kind `json:"kinds"`   // of the rows that were booked, as the platform names them
	Pot     string          `json:"pot"`
	Unit    money.Unit      `json:"unit"`
	Balance int64           `json:"balance"` // of the pot, in minor units
	First   string          `json:"first"`   // day of the file's oldest row, UTC
	Last    string          `json:"last"`
	DryRun  bool            `json:"dryRun"`
}

// Kind says what the rows of one kind came to in the pot, in minor units.
type Kind struct {
	Rows int   `json:"rows"`
	Net  int64 `json:"net"`
	Fees int64 `json:"fees"` // kept between gross and net, less those that came back
}

// errDryRun undoes a dry run.
var errDryRun = errors.New("dry run")

const (
	pieceOfRows  = 1_000  // rows that are written at once
	rowsLookedUp = 10_000 // rows whose claims are looked up at once, and after which progress is told
)

// ImportOpenCollective books the transactions that Open Collective exported of one account. A row
// that was imported before is skipped. A journal that is not founded yet is founded in the same
// transaction, with the books' currency.
func ImportOpenCollective(ctx context.Context, a *app.App, in io.Reader, o Options) (Report, error) {
	file, err := opencollective.Read(in)
	if err != nil {
		return Report{}, err
	}
	i := &importing{app: a, file: file, options: o, scope: "opencollective:" + file.Account,
		report: Report{Rows: len(file.Rows), Kinds: map[string]Kind{}, Unit: file.Unit, DryRun: o.DryRun}}
	i.report.First, i.report.Last = file.Days()
	if i.report.Pot = o.Pot; o.Pot == "" {
		i.report.Pot = slugOf(file.Account)
	}
	i.pot = ledger.Place{Account: ledger.NewAccount(ledger.Pot, i.report.Pot), Unit: file.Unit}
	err = a.BulkFounded(ctx, app.Charter{Currency: file.Unit}, i.run)
	if err != nil && !errors.Is(err, errDryRun) {
		return Report{}, err
	}
	return i.report, nil
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
	app      *app.App
	file     *opencollective.Books
	options  Options
	scope    string // of the claims that its rows make
	pot      ledger.Place
	mapper   opencollective.Mapper
	report   Report
	taken    map[app.Once]int64 // by the rows that are looked up
	bookings []opencollective.Booking
	requests []*app.Request
	moved    int64 // in the pot, by the entries of the row under way
}

// run books everything in one transaction.
func (i *importing) run(ctx context.Context, k *app.Bulk) error {
	if !journal.IsSlug(i.report.Pot) {
		return fault.New(fault.Invalid, "%q cannot name a pot; name one of a-z, 0-9 and hyphens, at most 40.",
			i.report.Pot)
	}
	first := k.Next()
	err := i.begin(ctx, k)
	if err != nil {
		return err
	}
	rows := i.file.Rows
	for from := 0; from < len(rows); from += rowsLookedUp {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(from+rowsLookedUp, len(rows))
		if err := i.lookUp(ctx, k, rows[from:to]); err != nil {
			return err
		}
		for part := range slices.Chunk(rows[from:to], pieceOfRows) {
			if err := i.piece(ctx, k, part); err != nil {
				return err
			}
		}
		if i.options.Progress != nil {
			i.options.Progress(int64(to), int64(len(rows)))
		}
	}
	i.report.Entries = k.Next() - first
	if i.report.Balance, err = k.Balance(ctx, i.pot); err != nil {
		return err
	}
	if i.options.DryRun {
		return errDryRun
	}
	return nil
}

// begin opens the pot when it is not there, and sees that the account's rows are known by one kind
// of id only.
func (i *importing) begin(ctx context.Context, k *app.Bulk) error {
	var marks []app.Once
	for _, identity := range opencollective.Identities() {
		marks = append(marks, i.once("ids", identity))
	}
	taken, err := k.Taken(ctx, marks)
	if err != nil {
		return err
	}
	mark := i.once("ids", i.file.Identity)
	if _, known := taken[mark]; !known && len(taken) > 0 {
		return fault.New(fault.Conflict, "This account was imported by another kind of transaction id than %s; "+
			"export it again with that one, so that nothing is booked twice.", i.file.Identity)
	}
	open := &app.Request{Key: i.scope, Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: i.report.Pot,
		Purpose: giving.Spendable}}}
	if i.file.Name != "" {
		open.Private = []app.Private{{Field: "title", Value: i.file.Name}}
	}
	switch state, err := k.State(ctx, open.Command.Needs().Keys[0]); {
	case err != nil:
		return err
	case state == nil:
		if _, err := k.Enter(ctx, open); err != nil {
			return err
		}
	}
	if len(taken) == 0 {
		k.Claim(mark)
	}
	i.mapper = opencollective.Mapper{Pot: i.report.Pot, Unit: i.file.Unit, Zone: i.app.Zone(), Next: k.Next(),
		Known: map[string]int64{}, Targets: i.file.Targets}
	return nil
}

// once names what a row claims: its id, or with a prefix something else of the account.
func (i *importing) once(prefix, key string) app.Once {
	return app.Once{Scope: i.scope, Key: prefix + ":" + key}
}

// piece books some rows: those that were not imported before.
func (i *importing) piece(ctx context.Context, k *app.Bulk, rows []opencollective.Row) error {
	i.bookings, i.requests = i.bookings[:0], i.requests[:0]
	for n := range rows {
		row := &rows[n]
		once := i.once("row", row.ID)
		if index, known := i.taken[once]; known {
			i.report.Skipped++
			i.mapper.Pass(row, index)
			continue
		}
		kind := i.report.Kinds[string(row.Kind)]
		kind.Rows++
		i.report.Kinds[string(row.Kind)] = kind
		before := len(i.bookings)
		if i.bookings = i.mapper.Row(row, i.bookings); len(i.bookings) == before {
			k.Claim(once)
		}
	}
	for n := range i.bookings {
		i.requests = append(i.requests, i.request(&i.bookings[n]))
	}
	n, err := k.EnterAll(ctx, i.requests, i.entered)
	if err != nil && n < len(i.bookings) {
		return i.located(err, i.bookings[n].Row)
	}
	return err
}

// lookUp finds out which rows were imported before, and where what rows take back was booked.
func (i *importing) lookUp(ctx context.Context, k *app.Bulk, rows []opencollective.Row) (err error) {
	list := make([]app.Once, 0, len(rows))
	refs := map[app.Once]string{}
	for n := range rows {
		row := &rows[n]
		list = append(list, i.once("row", row.ID))
		if row.Target == "" {
			continue
		}
		for _, part := range opencollective.Parts() {
			ref := row.Target + part
			if _, known := i.mapper.Known[ref]; !known {
				once := i.once(i.file.RefPrefix(), ref)
				refs[once] = ref
				list = append(list, once)
			}
		}
	}
	i.taken, err = k.Taken(ctx, list)
	for once, ref := range refs {
		if index, known := i.taken[once]; known {
			i.mapper.Known[ref] = index
		}
	}
	return err
}

// request makes a booking into a request that claims its row.
func (i *importing) request(b *opencollective.Booking) *app.Request {
	row := b.Row
	r := &app.Request{Key: i.scope + "/" + row.ID + b.Part, Command: b.Command}
	if b.First {
		r.Once = append(r.Once, i.once("row", row.ID))
	}
	if prefix := i.file.RefPrefix(); row.Ref != "" && (prefix != "row" || b.Part != "") {
		r.Once = append(r.Once, i.once(prefix, row.Ref+b.Part))
	}
	if !b.Person {
		return r
	}
	if party := row.Party; party.Handle != "" {
		r.Person = app.Person{Handle: "opencollective:" + party.Handle, Kind: string(giving.DonorUnknown),
			Name: party.Name, Mail: party.Mail}
		if party.Individual {
			r.Person.Kind = string(giving.Person)
		}
	}
	if memo := b.Memo(); memo != "" {
		r.Private = []app.Private{{Field: "memo", Value: memo}}
	}
	return r
}

// entered adds the entry that the nth booking of a piece became to the report, and sees behind the
// last of a row that the row has moved what it says.
func (i *importing) entered(n int, e *journal.Entry) error {
	row := i.bookings[n].Row
	for _, post := range e.Posts {
		if post.Account == i.pot.Account {
			i.moved += post.Amount
		}
	}
	kind := i.report.Kinds[string(row.Kind)]
	kind.Fees += feeOf(e.Fact, i.bookings[n].Part)
	if n+1 == len(i.bookings) || i.bookings[n+1].First {
		if i.moved != row.Net {
			return fault.New(fault.Conflict, "It takes back another transaction, which did not go the other way.")
		}
		kind.Net += i.moved
		i.moved = 0
	}
	i.report.Kinds[string(row.Kind)] = kind
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
	switch code := fault.CodeOf(err); code {
	case fault.Internal, fault.Unavailable:
		return err
	default:
		return fault.Wrap(errors.Unwrap(err), code, "%s: %s", i.file.At(row), fault.PublicOf(err))
	}
}
