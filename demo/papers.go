// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ecot/app"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/office"
)

// spent is an expense of the year, and what became of it.
type spent struct {
	index  int64
	at     time.Time
	fact   giving.Claimed
	person app.Person
	title  string
	steps  []step
}

// step is a signature, a payment or a return, with its entry.
type step struct {
	index   int64
	at      time.Time
	command mechanism.Command
}

// remember keeps what an act says of an expense.
func (p *player) remember(act *act, command mechanism.Command, of, index int64) {
	switch c := command.(type) {
	case *giving.Claim:
		one := &spent{index: index, at: act.at, fact: c.Claimed, person: act.person}
		for _, text := range act.private {
			one.title = text.Value
		}
		p.spent = append(p.spent, one)
	case *giving.Approve, *giving.Pay, *giving.TakeBack:
		for _, one := range p.spent {
			if one.index == of {
				one.steps = append(one.steps, step{index, act.at, command})
			}
		}
	}
}

// layExpenses lays down who is paid, what for, who signed, and the orders that the bank carried out.
func (p *player) layExpenses(ctx context.Context, tx *office.Tx) error {
	team := map[string]office.Member{}
	members, err := p.app.Office().Members(ctx)
	if err != nil {
		return err
	}
	for _, m := range members {
		team[m.Mandate] = m
	}
	known := map[string]bool{}
	for _, one := range p.spent {
		if !known[one.person.Handle] {
			known[one.person.Handle] = true
			if err := one.layPayee(ctx, tx, team); err != nil {
				return err
			}
		}
		if err := one.lay(ctx, tx, team); err != nil {
			return err
		}
	}
	return nil
}

// id gives the name of the expense in the papers, what the one under which it is signed and paid.
func (s *spent) id() string   { return "demo-" + strconv.FormatInt(s.index, 10) }
func (s *spent) what() string { return "expense/" + s.id() }

// payee gives the id of who is paid.
func (s *spent) payee() string {
	name, _, _ := strings.Cut(strings.ToLower(s.person.Handle), "@")
	return "demo-" + strings.ReplaceAll(name, ".", "-")
}

// layPayee lays down who is paid and on which account; Mireille's first one was closed in September.
func (s *spent) layPayee(ctx context.Context, tx *office.Tx, team map[string]office.Member) error {
	begun := Opens().AddDate(-1, 0, 14).Unix()
	err := tx.PutPayee(ctx, office.Payee{ID: s.payee(), Handle: strings.ToLower(s.person.Handle),
		Mail: s.person.Mail,
		Name: s.person.Name, Kind: string(s.fact.Payee), Lang: "fr", Note: s.title, MadeBy: team[treasurer].ID,
		Since: begun})
	if err != nil {
		return err
	}
	for i, iban := range payeeIBANs()[s.payee()] {
		asked := begun
		if i > 0 {
			asked = time.Date(2025, time.September, 16, 9, 0, 0, 0, time.UTC).Unix()
		}
		a := office.PayeeAccount{Payee: s.payee(), N: int64(i) + 1, Name: s.person.Name, IBAN: iban,
			AskedBy: team[treasurer].ID, AskedMandate: treasurer, Asked: asked, ConfirmedBy: team[president].ID,
			ConfirmedMandate: president, Confirmed: asked + 3600, Usable: asked + 3600 + 72*3600}
		if err := tx.PutPayeeAccount(ctx, a); err != nil {
			return err
		}
		if _, err := tx.ConfirmPayeeAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// lay lays an expense down with its invoice and all that was done with it.
func (s *spent) lay(ctx context.Context, tx *office.Tx, team map[string]office.Member) error {
	id := s.id()
	by := team[s.fact.Pot]
	e := office.Expense{ID: id, Payee: s.payee(), Pot: s.fact.Pot, Amount: s.fact.Amount,
		Destination: string(s.fact.Destination), Title: s.title, Text: s.title, On: s.fact.On.String(),
		Member: by.ID, Mandate: by.Mandate, Since: s.at.Unix()}
	if err := tx.PutExpense(ctx, e); err != nil {
		return err
	}
	if err := tx.ClaimExpense(ctx, id, s.index); err != nil {
		return err
	}
	invoice := invoiceOf(s.title)
	sum := sha256.Sum256(invoice)
	err := tx.PutDocument(ctx, id, office.Document{SHA256: hex.EncodeToString(sum[:]), Media: "application/pdf",
		Size: int64(len(invoice)), Data: invoice})
	var order office.Sent
	for i := 0; i < len(s.steps) && err == nil; i++ {
		order, err = s.layStep(ctx, tx, team, order, s.steps[i])
	}
	return err
}

// layStep lays down one thing that was done; order is the last one that the bank carried out.
func (s *spent) layStep(ctx context.Context, tx *office.Tx, team map[string]office.Member, order office.Sent,
	done step) (office.Sent, error) {
	what := s.what()
	switch c := done.command.(type) {
	case *giving.Approve:
		return order, tx.PutSignature(ctx, office.Signature{What: what, Mandate: c.By, Member: team[c.By].ID,
			At: done.at.Unix(), Index: done.index})
	case *giving.Pay:
		return s.layPayment(ctx, tx, done, c.On, order)
	case *giving.TakeBack:
		order.BackOn, order.Back, order.Code = c.On.String(), done.index, c.Code
		order.BackLine = fmt.Sprintf("demo-%d", done.index)
		if _, err := tx.TurnSent(ctx, order.ID, office.Seen, office.Returning); err != nil {
			return order, err
		}
		if err := tx.NoteReturned(ctx, order); err != nil {
			return order, err
		}
		if err := tx.EndPayeeAccount(ctx, order.Payee, order.Account, done.at.Unix(), c.Code); err != nil {
			return order, err
		}
		return order, tx.FreeLive(ctx, what, order.ID)
	}
	return order, nil
}

// layPayment lays down the order of a payment that the bank showed on a day, behind the one before.
func (s *spent) layPayment(ctx context.Context, tx *office.Tx, done step, on journal.Day,
	before office.Sent) (office.Sent, error) {
	turn, what := before.Account, s.what()
	order := office.Sent{ID: fmt.Sprintf("EXP-%d-%d", s.index, turn+1), What: what,
		File: "DEMO-" + strings.ReplaceAll(on.String(), "-", ""), Place: 1, Payee: s.payee(), Account: turn + 1,
		Name: s.person.Name, IBAN: payeeIBANs()[s.payee()][turn], Amount: s.fact.Amount, Made: done.at.Unix(),
		Mandates: treasurer + " " + president, SeenOn: on.String(), Entry: done.index,
		Line: fmt.Sprintf("demo-%d", done.index)}
	if err := tx.PutSent(ctx, order); err != nil {
		return order, err
	}
	if _, err := tx.TakeLive(ctx, what, order.ID, turn); err != nil {
		return order, err
	}
	if _, err := tx.TurnSent(ctx, order.ID, office.Ordered, office.Seeing); err != nil {
		return order, err
	}
	return order, tx.NoteSeen(ctx, order)
}

// payeeIBANs gives the invented accounts of those who are paid, each payee's the oldest first.
func payeeIBANs() map[string][]string {
	return map[string][]string{
		"demo-basile-factice":   {"FR7630006000010000000000152"},
		"demo-mireille-essai":   {"FR7630006000010000000000249", "FR7630006000010000000000346"},
		"demo-jules-esquisse":   {"FR7630006000010000000000443"},
		"demo-cabinet-controle": {"FR7630006000010000000000540"},
	}
}

// invoiceOf draws an invented invoice: one page with one line, letters without their accents.
func invoiceOf(title string) []byte {
	plain := strings.NewReplacer("é", "e", "è", "e", "à", "a", "’", "'", "(", "", ")", "").Replace(title)
	text := "BT /F 14 Tf 40 780 Td (DEMONSTRATION: " + plain + ") Tj ET"
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(text), text),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
	out, places := "%PDF-1.4\n", ""
	for i, object := range objects {
		places += fmt.Sprintf("%010d 00000 n \n", len(out))
		out += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := len(out)
	out += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n%s", len(objects)+1, places)
	out += fmt.Sprintf("trailer<</Size %d/Root 1 0 R>>\nstartxref\n", len(objects)+1)
	return []byte(out + fmt.Sprintf("%d\n%%%%EOF\n", start))
}
