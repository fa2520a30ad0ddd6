// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ecot/app"
	bankdesk "ecot/app/bank"
	"ecot/app/gifts"
	"ecot/app/news"
	"ecot/app/people"
	"ecot/app/reading"
	"ecot/app/trail"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/office"
)

// furnish lays the fund's working papers beside the year that was played: who works for it, what it says
// of itself and its projects, who gave and how they want to be named, and what the bank said, line by
// line. Nothing of it enters the journal, and so the root stays what it is.
func (p *player) furnish(ctx context.Context) error {
	now := Opens().Unix()
	if err := profileOf().Save(ctx, p.app.Office(), treasurer, now); err != nil {
		return err
	}
	if err := p.invite(ctx); err != nil {
		return err
	}
	lines, err := p.bankLines(ctx)
	if err != nil {
		return err
	}
	err = p.app.Office().Do(ctx, func(tx *office.Tx) error {
		for _, lay := range []func(context.Context, *office.Tx) error{p.layProjects, p.layDonors, p.layExpenses} {
			if err := lay(ctx, tx); err != nil {
				return err
			}
		}
		return layBank(ctx, tx, lines)
	})
	if err != nil {
		return err
	}
	// Marthe's transfer of November named her account; under her purpose her next one is recognised by it.
	if _, err := gifts.New(p.app).Reference(ctx, martheHandle, gifts.Whole(passerelle), ""); err != nil {
		return err
	}
	return p.freezeNews(ctx)
}

// freezeNews freezes the news of February to November; December's are left for the visitor.
func (p *player) freezeNews(ctx context.Context) error {
	monthly := news.New(p.app, trail.New(p.app))
	for month := 202502; month < 202512; month++ {
		if _, err := monthly.Freeze(ctx, month, treasurer); err != nil {
			return err
		}
	}
	return nil
}

// invite lets in those who work for the fund.
func (p *player) invite(ctx context.Context) error {
	in := people.New(p.app, people.Options{})
	defer in.Close()
	for _, m := range members() {
		_, err := in.Invite(ctx, people.Invitation{Name: m.name, Mail: m.mail, Mandate: m.mandate, Lang: "fr",
			Roles: m.roles()})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *player) layProjects(ctx context.Context, tx *office.Tx) error {
	begun := time.Date(2025, time.January, 2, 9, 0, 0, 0, time.UTC).Unix()
	var errs []error
	for i, project := range projects() {
		project.Lang, project.Since, project.Changed = "fr", begun+int64(i), begun+int64(i)
		errs = append(errs, tx.PutProject(ctx, project))
	}
	for _, need := range needs() {
		errs = append(errs, tx.PutNeed(ctx, lanterne, need))
	}
	told := time.Date(2025, time.December, 20, 11, 0, 0, 0, time.UTC).Unix()
	return errors.Join(append(errs, tx.PutUpdate(ctx, lanterne, office.Update{At: told, Mandate: "lanterne",
		Title: "Un jour par semaine, à partir de janvier",
		Body: "Grâce à vous, l’astreinte a tenu toute l’année. " +
			"En janvier, il faut 900,00 € pour que Basile y travaille un jour par semaine."}))...)
}

// layDonors lays down who gave, and how each gift is shown. Who was erased is not among them.
func (p *player) layDonors(ctx context.Context, tx *office.Tx) error {
	known := map[string]bool{}
	for _, g := range p.gifts {
		if g.person.Handle == "" || p.erased[g.person.Handle] {
			continue
		}
		d := donorOf(g.person)
		if !known[d.Handle] {
			known[d.Handle] = true
			if err := tx.PutDonor(ctx, d); err != nil {
				return err
			}
		}
		given := office.Given{Index: g.index, Handle: d.Handle, AmountShown: d.AmountShown, Words: g.words}
		switch d.Shown {
		case office.ByName:
			given.Shown = d.Name
		case office.ByAlias:
			given.Shown = d.Alias
		}
		if err := tx.PutGiven(ctx, given); err != nil {
			return err
		}
	}
	return tx.PutPayer(ctx, office.Payer{IBAN: martheIBAN, Handle: martheHandle,
		Name: "MARTHE BROUILLON", Seen: "2025-11-19"})
}

// donorOf says how somebody of the play wants to be named: by alias, where the name is one, anonymous
// where there is none.
func donorOf(p app.Person) office.Donor {
	d := office.Donor{Handle: strings.ToLower(p.Handle), Name: p.Name, Mail: p.Mail, Lang: "fr", Kind: p.Kind,
		Shown: office.ByName, AmountShown: len(p.Name)%7 != 0}
	first, _, _ := strings.Cut(p.Name, " ")
	switch {
	case p.Name == "":
		d.Shown = office.Anonymous
	case strings.Contains(aliasNouns, first):
		d.Shown, d.Alias = office.ByAlias, p.Name
	}
	return d
}

// bankLines gives the lines of the bank, one for each entry that moved its account; an entry and its
// reversal, of which the bank knows nothing, are left out.
func (p *player) bankLines(ctx context.Context) (lines []bankLine, err error) {
	place := ledger.Place{Account: ledger.NewAccount(ledger.Asset, bank), Unit: euro}
	reversed := map[int64]bool{}
	err = p.app.Reading().Moves(ctx, place, 0, func(v reading.View, amount int64) {
		if f, ok := v.Fact.(*giving.Reversed); ok {
			reversed[f.Of], reversed[v.Index] = true, true
		}
		if !reversed[v.Index] {
			lines = append(lines, bankLine{index: v.Index, day: v.Day, amount: -amount, fact: v.Fact,
				from: p.persons[v.Index]})
		}
	})
	return lines, err
}

// bankLine is a line of the bank and the entry that it was booked as.
type bankLine struct {
	index  int64
	day    journal.Day
	amount int64
	fact   journal.Fact
	from   app.Person
}

// layBank lays down the account, its statements of each month, and their lines, newest first.
func layBank(ctx context.Context, tx *office.Tx, lines []bankLine) error {
	err := tx.PutBankAccount(ctx, office.BankAccount{IBAN: fundIBAN, Name: "Compte courant", Currency: euro,
		Asset: bank,
		Since: Opens().Unix()})
	if err != nil {
		return err
	}
	sums, counts := map[int]int64{}, map[int]int64{}
	for _, l := range lines {
		sums[l.day.Month()] += l.amount
		counts[l.day.Month()]++
	}
	var held int64
	for month := 202501; month <= 202512; month++ {
		opening, closing := held, held+sums[month]
		held = closing
		if err := tx.PutBankStatement(ctx, statementOf(month, opening, closing, counts[month])); err != nil {
			return err
		}
	}
	for _, l := range lines {
		if err := l.lay(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// statementOf gives the statement of a month.
func statementOf(month int, opening, closing, lines int64) office.BankStatement {
	first := time.Date(month/100, time.Month(month%100), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	name := "demo-" + first.Format("2006-01")
	return office.BankStatement{Digest: name, Account: fundIBAN, Source: "camt.053.001.08", ID: name,
		Number: int64(month % 100), From: first.Format(time.DateOnly), To: last.Format(time.DateOnly),
		Opening: &opening, Closing: &closing, Lines: lines, Fresh: lines, File: name,
		Imported: last.AddDate(0, 0, 2).Unix(), Mandate: treasurer}
}

// lay lays a line down, and what it was booked as.
func (l bankLine) lay(ctx context.Context, tx *office.Tx) error {
	key := fmt.Sprintf("demo-%d", l.index)
	kind, status := kindOf(l.fact), office.LineBooked
	line := office.BankLine{Key: key, Statement: fmt.Sprintf("demo-2025-%02d", l.day.Month()%100),
		Account: fundIBAN,
		Entry:   key, Booked: l.day.String(), Amount: l.amount, Currency: euro,
		Counterparty: strings.ToUpper(l.from.Name),
		Text:         "VIR SEPA", Handle: strings.ToLower(l.from.Handle), Mandate: treasurer, At: Opens().Unix()}
	if _, ok := l.fact.(*giving.Arrived); ok {
		line.IBAN = martheIBAN
		if line.Text = "VIR SEPA 35,00 DON NOEL"; l.amount == 35_00 {
			status = office.LineArrived
		} else {
			line.Text = "VIR SEPA SANS MOTIF"
		}
	}
	line.Status = status
	if _, err := tx.PutBankLine(ctx, line); err != nil {
		return err
	}
	return tx.PutBankBooking(ctx, office.BankBooking{Line: key, Index: l.index, Kind: kind, Amount: l.amount})
}

// kindOf names what a line was booked as.
func kindOf(f journal.Fact) string {
	switch f.(type) {
	case *giving.Given:
		return "gift"
	case *giving.Arrived:
		return "arrival"
	case *giving.FeeCharged:
		return "fee"
	case *giving.Paid:
		return "payment"
	case *giving.Returned:
		return "return"
	case *giving.Refunded:
		return "refund"
	}
	return "move"
}

// January gives the bank's next statement, which the demo leaves beside its data for the visitor to drop
// in: one line, by which the provider pays out all that it holds. It goes on where the statements that are
// in end, so that it follows whatever the visitor had arrive before it.
func January(ctx context.Context, a *app.App) ([]byte, error) {
	now, err := a.Accounts(ctx, -1)
	if err != nil {
		return nil, err
	}
	var payout int64
	for _, b := range now.Accounts {
		if b.Place.Account == ledger.NewAccount(ledger.Asset, provider) {
			payout = -b.Balance
		}
	}
	to, closing, err := stated(ctx, a)
	if err != nil {
		return nil, err
	}
	return write(statement{id: "demo-2026-01", from: to.AddDate(0, 0, 1), to: Opens().AddDate(0, 0, 29),
		opening: closing, amount: payout, booked: Opens().AddDate(0, 0, 3), line: "DEMO-2026-01-0001",
		text: "VIR PRESTATAIRE DE CARTES"}), nil
}

// stated gives the last day to which the bank stated the fund's account, and what it held then.
func stated(ctx context.Context, a *app.App) (to time.Time, closing int64, err error) {
	state, err := bankdesk.New(a, bankdesk.Options{}).State(ctx, "")
	if err != nil {
		return to, 0, err
	}
	for _, account := range state.Accounts {
		if account.Asset == bank {
			to, err = time.Parse(time.DateOnly, account.AsOf)
			return to, account.Bank, err
		}
	}
	return to, 0, fault.New(fault.Internal, "The demo's bank has stated nothing.")
}
