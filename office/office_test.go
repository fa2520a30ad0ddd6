// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/store/engine"
	"ecot/store/engine/enginetest"
)

func openOffice(t *testing.T, address string) *Office {
	t.Helper()
	return openIn(t, address, t.TempDir())
}

func openIn(t *testing.T, address, dir string) *Office {
	t.Helper()
	o, err := Open(t.Context(), address, dir, filepath.Join(dir, "backups"))
	must(t, err)
	t.Cleanup(func() { must(t, o.Close()) })
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dump gives everything that a backup would carry.
func dump(t *testing.T, o *Office) (rows []Row) {
	t.Helper()
	must(t, o.Dump(t.Context(), func(row Row) error { rows = append(rows, row); return nil }))
	return rows
}

// fill writes something into every area.
func fill(t *testing.T, o *Office) {
	t.Helper()
	must(t, o.Do(t.Context(), func(tx *Tx) error {
		for i, name := range []string{"Nour", "Zoé"} {
			member := Member{ID: fmt.Sprint("m", i), Name: name, Mail: fmt.Sprintf("p%d@example.org", i),
				Mandate: fmt.Sprint("mandate-", i), Since: int64(i), Roles: []Role{{"treasurer", ""}, {"maintainer", "tamis"}}}
			if err := tx.PutMember(t.Context(), member); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutSetting(t.Context(), "base-url", "https://fonds.example.org", "treasurer", 7),
			fillGiving(t, tx), fillBank(t, tx), fillHand(t, tx), fillPayouts(t, tx))
	}))
}

// fillGiving writes a project and two donors with all that hangs on them.
func fillGiving(t *testing.T, tx *Tx) error {
	ctx := t.Context()
	errs := []error{
		tx.PutProject(ctx, Project{Slug: "tamis", Title: "Tamis", Status: Running, Earmarks: true, Proposer: "p0@example.org"}),
		tx.PutNeed(ctx, "tamis", Need{Need: "astreinte", Title: "Astreinte"}),
		tx.PutUpdate(ctx, "tamis", Update{At: 5, Title: "Version 2", Mandate: "mandate-0"}),
	}
	for i := range int64(2) {
		handle, reference := fmt.Sprintf("p%d@example.org", i), fmt.Sprint("RF", i)
		errs = append(errs,
			tx.PutDonor(ctx, Donor{Handle: handle, Name: "Nour", Shown: ByAlias, Alias: "N.", AmountShown: true, Since: i}),
			tx.PutPurpose(ctx, Purpose{Reference: reference, Handle: handle, Shares: "tamis=1"}),
			tx.PutPromise(ctx, Promise{ID: reference, Reference: reference, Handle: handle, Amount: 12_00, Every: "month",
				Means: "transfer", Status: Waiting}),
			tx.PutGiven(ctx, Given{Index: i, Handle: handle, Shown: "N.", AmountShown: true}),
			tx.PutChoice(ctx, Choice{Promise: fmt.Sprint("p", i), Handle: handle, Kind: "person", Shown: ByAlias,
				Alias: "N.", Legal: `{"name":"Nour Modèle"}`, Receipt: true}),
			tx.PutPayer(ctx, Payer{IBAN: "FR7630006000011234567890189", Handle: handle, Seen: "2026-01-02"}),
			tx.PutCardSession(ctx, CardSession{Provider: "demo", ID: reference, Promise: reference, Handle: handle,
				Status: "open", Since: i, Look: 9}),
			tx.Freeze(ctx, Frozen{Month: 202601, Version: int(i) + 1, Head: "{}"},
				[]FrozenLine{{Index: i, Handle: handle, Shown: "N.", Amount: 12_00}}),
			tx.PutPlaque(ctx, Plaque{ID: reference, Index: i, Handle: handle, Target: "/", Status: PlaqueShown}),
			tx.PutNewsDraft(ctx, NewsDraft{Month: 202600 + int(i), BeforeFR: "Bonjour"}),
			fillLetters(t, tx, handle, i))
	}
	return errors.Join(append(errs, fillCards(ctx, tx))...)
}

// fillCards writes what the card provider said, which names nobody.
func fillCards(ctx context.Context, tx *Tx) error {
	return errors.Join(
		tx.AddCardEvent(ctx, CardEvent{Provider: "demo", ID: "e", Kind: "session-done", Object: "RF0", Came: 1, Look: 1}),
		tx.PutCardPayment(ctx, CardPayment{Provider: "demo", ID: "p", Index: 1, Since: 1, Look: 9}),
		tx.AddCardRefund(ctx, CardRefund{ID: "r", Provider: "demo", Payment: "p", Amount: 5, Mandate: "treasurer"}),
		tx.PutCardPayout(ctx, CardPayout{Provider: "demo", ID: "o", Status: "paid", Amount: 11_57, Complete: true}),
		tx.PutCardLine(ctx, CardLine{Provider: "demo", ID: "l", Payout: "o", Kind: "payment", Payment: "p", Net: 11_57}),
		tx.OpenCardCase(ctx, CardCase{Provider: "demo", Object: "x", Kind: "unknown", Detail: "Whose is it?", Since: 1}))
}

// fillHand writes a cheque of each donor, with its photograph, and a change of a setting.
func fillHand(t *testing.T, tx *Tx) error {
	ctx := t.Context()
	errs := []error{tx.NoteSetting(ctx, SettingChange{At: 3, Name: "iban", Value: "FR1", Member: "m0"})}
	for i := range int64(2) {
		digest := fmt.Sprint("digest-", i)
		errs = append(errs, tx.PutPaper(ctx, Paper{Digest: digest, Kind: "image/png", Data: []byte("Nour"), At: i}),
			tx.PutByHand(ctx, ByHand{Index: i, How: "cheque", Amount: 12_00, Day: "2026-01-02", Cheque: "0001",
				Bank: "Banque", Paper: digest, Handle: fmt.Sprintf("p%d@example.org", i)}))
	}
	return errors.Join(errs...)
}

// fillPayouts writes two payees with an account, an expense and an order each, a refund of each donor, and a
// transfer.
func fillPayouts(t *testing.T, tx *Tx) error {
	ctx := t.Context()
	errs := []error{
		tx.PutPaymentFile(ctx, PaymentFile{ID: "F1", N: 1, Data: []byte("<Nm>p1@example.org</Nm>"), SHA256: "00"}),
		tx.PutPotTransfer(ctx, PotTransfer{ID: "t1", From: "fonds", To: "tamis", Amount: 5, Because: "voté"}),
	}
	for i := range int64(2) {
		id, handle := fmt.Sprint("payee", i), fmt.Sprintf("p%d@example.org", i)
		errs = append(errs,
			tx.PutPayee(ctx, Payee{ID: id, Handle: handle, Mail: handle, Name: handle, Kind: "person"}),
			tx.PutPayeeAccount(ctx, PayeeAccount{Payee: id, N: 1, Name: handle, IBAN: "BE68539007547034", AskedBy: "m0"}),
			tx.PutExpense(ctx, Expense{ID: id, Payee: id, Pot: "tamis", Amount: 5, Title: "Frais de " + handle, Member: "m0"}),
			tx.PutDocument(ctx, id, Document{SHA256: "01", Media: "application/pdf", Data: []byte(handle)}),
			tx.PutSent(ctx, Sent{ID: "E" + id, What: "expense/" + id, File: "F1", Payee: id, Name: handle, IBAN: "BE"}),
			tx.PutRefund(ctx, Refund{ID: id, Gift: i, Handle: handle, Name: handle, IBAN: "BE", Because: handle}),
			tx.PutSignature(ctx, Signature{What: "expense/" + id, Mandate: "mandate-0", Member: "m0"}))
	}
	return errors.Join(errs...)
}

// fillBank writes an account with two lines of p0, one of them known by its account alone, and two of p1,
// one of whose accounts is p0's as well.
func fillBank(t *testing.T, tx *Tx) error {
	ctx, opening := t.Context(), int64(5)
	errs := []error{
		tx.PutBankAccount(ctx, BankAccount{IBAN: "FR1", Currency: "EUR", Asset: "bank"}),
		tx.PutBankStatement(ctx, BankStatement{Digest: "s", Account: "FR1", From: "2026-01-01", To: "2026-01-31", Opening: &opening}),
		tx.PutBankGap(ctx, BankGap{Account: "FR1", Until: "2026-01-31", Note: "asked for"}),
		tx.PutBankBooking(ctx, BankBooking{Line: "p1", Index: 3, Kind: "gift", Amount: 12_00}),
		tx.PutPayer(ctx, Payer{IBAN: "FR-OF-P1", Handle: "p1@example.org"}),
	}
	for key, iban := range map[string]string{"p0": "FR-X", "p1": "FR-Y", "by account": "FR-OF-P1", "shared": "FR7630006000011234567890189"} {
		_, err := tx.PutBankLine(ctx, BankLine{Key: key, Account: "FR1", Booked: "2026-01-02", Amount: 12_00, Currency: "EUR",
			Counterparty: "Nour " + key, IBAN: iban, Text: "don", More: "{}", Status: LineWaiting})
		errs = append(errs, err)
		if len(key) == 2 {
			_, err := tx.TakeBankLine(ctx, BankLine{Key: key, Status: LineWaiting}, "{}", "treasurer", 6)
			errs = append(errs, err, tx.SettleBankLine(ctx, key, BankOutcome{Status: LineBooked, Handle: key + "@example.org"}))
		}
	}
	return errors.Join(errs...)
}

// Of a line of somebody erased, the amount and the day stay and no text does; what may be another's stays.
func TestErasedLinesKeepTheirSums(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		must(t, o.Erase(t.Context(), "p1@example.org", "x"))
		for key, blank := range map[string]bool{"p0": false, "p1": true, "by account": true, "shared": false} {
			l, found, err := o.BankLine(t.Context(), key)
			must(t, err)
			gone := l.Counterparty == "" && l.IBAN == "" && l.Text == "" && l.Handle == "" && l.More == ""
			if !found || l.Amount != 12_00 || l.Booked != "2026-01-02" || gone != blank {
				t.Errorf("%s: %+v", key, l)
			}
		}
		days, err := o.BankDays(t.Context(), "FR1")
		must(t, err)
		want := []BankDay{{"2026-01-02", LineBooked, 2, 2, 24_00, 0}, {"2026-01-02", LineWaiting, 2, 2, 24_00, 0}}
		if diff := cmp.Diff(want, days); diff != "" {
			t.Error(diff)
		}
	})
}

// Of two who take a line at the same time, one is given it.
func TestALineIsTakenOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		l, _, err := o.BankLine(t.Context(), "shared")
		must(t, err)
		for turn, want := range []bool{true, false} {
			must(t, o.Do(t.Context(), func(tx *Tx) error {
				taken, err := tx.TakeBankLine(t.Context(), l, "{}", "treasurer", 7)
				if taken != want {
					t.Errorf("turn %d: taken %v", turn, taken)
				}
				return err
			}))
		}
	})
}

// TestEveryTableBelongsToAnArea finds the table that an area forgot to name, which no backup would carry
// and no erasure would clear.
func TestEveryTableBelongsToAnArea(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		openIn(t, address, dir)
		question := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if address != "" {
			question = "SELECT tablename FROM pg_tables WHERE schemaname = 'ecot_office'"
		}
		got := probe(t, dir, address, question)
		want := append(tables(true), "schema_version")
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tables of areas and tables of the database (-want +got):\n%s", diff)
		}
	})
}

// probe asks the database something that no statement of ours asks.
func probe(t *testing.T, dir, address, question string) []string {
	t.Helper()
	if address != "" {
		answer := enginetest.Text(t, address, "SELECT string_agg(x, ' ') FROM ("+question+") AS q(x)")
		found := strings.Fields(answer)
		slices.Sort(found)
		return found
	}
	db, err := engine.OpenSQLite(t.Context(), filepath.Join(dir, "office.db"), engine.Texts{"ask": question})
	must(t, err)
	defer db.Close()
	var found []string
	rows, err := db.Query(t.Context(), "ask")
	must(t, engine.Scan(rows, err, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		found = append(found, name)
		return err
	}))
	slices.Sort(found)
	return found
}

func TestPostgresKeepsNoSamplesOfPeople(t *testing.T) {
	address := enginetest.Postgres(t)
	o := openOffice(t, address)
	fill(t, o)
	enginetest.Exec(t, address, "ANALYZE")
	n := enginetest.Text(t, address, "SELECT COUNT(*)::text FROM pg_stats WHERE schemaname = 'ecot_office'"+
		" AND (attname IN ('name', 'mail', 'mandate', 'id', 'value'))")
	if n != "0" {
		t.Errorf("samples are kept of %s columns", n)
	}
}

func TestWhatIsDumpedIsRestored(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		from, to := openOffice(t, ""), openOffice(t, address)
		fill(t, from)
		must(t, to.Do(t.Context(), func(tx *Tx) error {
			return tx.PutSetting(t.Context(), "left", "over", "", 1)
		}))
		want := dump(t, from)
		if len(want) < 20 {
			t.Fatalf("only %d rows are dumped", len(want))
		}
		restore(t, to, want, nil)
		if diff := cmp.Diff(want, dump(t, to)); diff != "" {
			t.Errorf("restored (-want +got):\n%s", diff)
		}
		restore(t, to, want, map[string]bool{"party of p1@example.org": true})
		if members, err := to.Members(t.Context()); err != nil || len(members) != 1 || members[0].Name != "Nour" {
			t.Errorf("the erased were restored: %v, %v", members, err)
		}
		r, err := to.Restore(t.Context())
		must(t, err)
		defer r.Rollback()
		if err := r.Add(t.Context(), Row{Table: "session"}); err == nil {
			t.Error("a session came back from a backup")
		}
	})
}

func restore(t *testing.T, o *Office, rows []Row, erased map[string]bool) {
	t.Helper()
	r, err := o.Restore(t.Context())
	must(t, err)
	defer r.Rollback()
	for _, row := range rows {
		must(t, r.Add(t.Context(), row))
	}
	must(t, r.Forget(t.Context(), func(handle string) string { return "party of " + handle }, erased))
	must(t, r.Commit(t.Context()))
}

func TestEraseForgetsOnePerson(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		for handle, want := range map[string]bool{"P1@example.org": true, "nobody@example.org": false} {
			if known, err := o.Knows(t.Context(), handle, "x"); err != nil || known != want {
				t.Errorf("%s is known: %v, %v", handle, known, err)
			}
		}
		must(t, o.Erase(t.Context(), "P1@example.org", "x"))
		if known, err := o.Knows(t.Context(), "p1@example.org", "x"); err != nil || known {
			t.Errorf("still known: %v, %v", known, err)
		}
		for _, row := range dump(t, o) {
			text, err := json.Marshal(row)
			must(t, err)
			if strings.Contains(strings.ToLower(string(text)), "p1@example.org") {
				t.Errorf("left of the erased: %s", text)
			}
		}
		if err := o.Erase(t.Context(), "", "x"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("nobody was erased: %v", err)
		}
		must(t, o.Scrub(t.Context()))
	})
}

func TestTextThatNoDatabaseHolds(t *testing.T) {
	o := openOffice(t, "")
	for _, text := range []string{"a\x00b", "\xff"} {
		err := o.Do(t.Context(), func(tx *Tx) error { return tx.PutSetting(t.Context(), "x", text, "", 1) })
		if fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSettings(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		must(t, o.Do(t.Context(), func(tx *Tx) error {
			if err := tx.PutSetting(t.Context(), "gone", "x", "", 1); err != nil {
				return err
			}
			if err := tx.PutSetting(t.Context(), "base-url", "https://autre.example.org", "", 8); err != nil {
				return err
			}
			return tx.PutSetting(t.Context(), "gone", "", "", 2)
		}))
		all, err := o.Settings(t.Context())
		must(t, err)
		if diff := cmp.Diff(map[string]string{"base-url": "https://autre.example.org"}, all); diff != "" {
			t.Error(diff)
		}
		if value, err := o.Setting(t.Context(), "gone"); err != nil || value != "" {
			t.Errorf("%q, %v", value, err)
		}
	})
}
