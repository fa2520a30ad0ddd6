// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay/matching"
	"ecot/store/engine/enginetest"
)

const iban = "FR7230006000011234567890A89"

// world is a founded fund with its bank. Everybody in it is invented.
type world struct {
	t     *testing.T
	app   *app.App
	bank  *Bank
	gifts *gifts.Gifts
	clock *clock.Played
	n     int64 // statements so far
	held  int64 // by the bank
}

func open(t *testing.T, address string, unit money.Unit, options Options) *world {
	t.Helper()
	played := &clock.Played{}
	played.Set(time.Date(2025, 11, 20, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Database: address, Clock: played.Now})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal", Currency: unit}))
	fund := profile.Profile{LegalName: "Fonds", Form: profile.Association, IBAN: iban, Prefix: "DON", Pot: "fonds"}
	must(t, fund.Save(t.Context(), a.Office(), "treasurer", 1))
	w := &world{t: t, app: a, bank: New(a, options), gifts: gifts.New(a), clock: played}
	for _, pot := range []string{"fonds", "lanterne", "passerelle"} {
		w.do("pot/"+pot, &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}})
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) do(key string, command mechanism.Command) int64 {
	w.t.Helper()
	answer, err := w.app.Do(w.t.Context(), app.Request{Key: key, Command: command})
	must(w.t, err)
	return answer.Index
}

// donor makes somebody known, and gives the reference under which they give to a pot.
func (w *world) donor(name, pot string) (handle, reference string) {
	w.t.Helper()
	handle = strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.org"
	must(w.t, w.app.Office().Do(w.t.Context(), func(tx *office.Tx) error {
		return tx.PutDonor(w.t.Context(), office.Donor{Handle: handle, Name: name, Mail: handle, Kind: "person", Shown: office.Anonymous})
	}))
	p, err := w.gifts.Reference(w.t.Context(), handle, gifts.Whole(pot), "")
	must(w.t, err)
	return handle, p.Reference
}

// statement makes the next statement of the main account, from and to days.
func (w *world) statement(from, to string, lines ...statement.Line) File {
	w.n++
	opening := w.held
	s := statement.Statement{Source: "test", Account: iban, Currency: w.app.Unit(), ID: fmt.Sprint("S", w.n), Number: w.n, From: from,
		To: to, Opening: &opening}
	for i := range lines {
		lines[i].Currency = w.app.Unit()
		lines[i].EntryReference = fmt.Sprint(w.n, "-", i)
		w.held += lines[i].Amount
	}
	closing := w.held
	s.Closing, s.Lines = &closing, lines
	s.Seal()
	return File{Digest: fmt.Sprint(w.n), Statements: []statement.Statement{s}}
}

func (w *world) bring(f File) Report {
	w.t.Helper()
	report, err := w.bank.Import(w.t.Context(), f, "treasurer", false)
	must(w.t, err)
	return report
}

func (w *world) state() AccountState {
	w.t.Helper()
	state, err := w.bank.State(w.t.Context(), "")
	must(w.t, err)
	return state.Accounts[0]
}

func (w *world) balance(account ledger.Account) int64 {
	w.t.Helper()
	balances, err := w.app.Accounts(w.t.Context(), -1)
	must(w.t, err)
	for _, a := range balances.Accounts {
		if a.Place.Account == account {
			return a.Balance
		}
	}
	return 0
}

func (w *world) waiting(status office.BankStatus) []office.BankLine {
	w.t.Helper()
	lines, err := w.app.Office().BankLinesIn(w.t.Context(), status, office.BankLine{}, 1000)
	must(w.t, err)
	return lines
}

func (w *world) size() int64 {
	w.t.Helper()
	size, err := w.app.Size(w.t.Context())
	must(w.t, err)
	return size
}

// A transfer that cites its reference is booked by itself, on the day on which the bank booked it, and a
// second import changes nothing.
func TestACertainLineIsBookedByItself(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := open(t, address, "EUR", Options{})
		handle, reference := w.donor("Nour Modèle", "lanterne")
		must(t, w.app.Office().Do(t.Context(), func(tx *office.Tx) error {
			return tx.PutPromise(t.Context(), office.Promise{ID: "p", Reference: reference, Handle: handle, Amount: 12_00, Every: "once",
				Means: "transfer", Status: office.Waiting})
		}))
		f := w.statement("2025-11-01", "2025-11-19",
			statement.Line{Booked: "2025-11-18", Amount: 12_00, Text: "don " + reference, Counterparty: "N MODELE", IBAN: "FR7630001007941234567890185"})
		dry, err := w.bank.Import(t.Context(), f, "treasurer", true)
		if err != nil || dry.Booked != 1 || dry.Fresh != 1 || w.balance("pot:lanterne") != 0 {
			t.Fatalf("dry: %+v, %v", dry, err)
		}
		if report := w.bring(f); report.Booked != 1 || report.Waiting != 0 || report.Fresh != 1 {
			t.Errorf("%+v", report)
		}
		if w.balance("pot:lanterne") != 12_00 {
			t.Errorf("the pot has %d", w.balance("pot:lanterne"))
		}
		given, err := w.app.Office().GivenBy(t.Context(), handle)
		if err != nil || len(given) != 1 || given[0].Promise != "p" {
			t.Fatalf("%v, %v", given, err)
		}
		promise, _, err := w.app.Office().Promise(t.Context(), "p")
		if err != nil || promise.Status != office.Kept {
			t.Errorf("%+v, %v", promise, err)
		}
		payers, err := w.app.Office().Payers(t.Context(), "FR7630001007941234567890185")
		if err != nil || len(payers) != 1 || payers[0].Handle != handle {
			t.Errorf("%v, %v", payers, err)
		}
		view, err := w.app.Reading().View(t.Context(), given[0].Index)
		must(t, err)
		day, _ := journal.ParseDay("2025-11-18")
		if gift := view.Fact.(*giving.Given); gift.Credited != day || gift.Evidence != giving.Proved || gift.Into != "bank" {
			t.Errorf("%+v", gift)
		}
		size := w.size()
		if again := w.bring(f); again.Fresh != 0 || again.Booked != 0 || w.size() != size {
			t.Errorf("again: %+v", again)
		}
		if s := w.state(); s.Difference() != 0 || s.AsOf != "2025-11-19" || s.Bank != 12_00 || len(s.Gaps) != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What the bank's files say of accounts, currencies and sums is held against what the fund knows.
func TestWhatIsRefused(t *testing.T) {
	w := open(t, "", "EUR", Options{})
	line := statement.Line{Booked: "2025-11-18", Amount: 12_00}
	for name, c := range map[string]struct {
		change func(*statement.Statement)
		key    string
	}{
		"another account":       {func(s *statement.Statement) { s.Account = "NL26VAYB8060476890" }, "bank.unknown-account"},
		"another currency":      {func(s *statement.Statement) { s.Currency = "CHF" }, "bank.currency"},
		"a line in another":     {func(s *statement.Statement) { s.Lines[0].Currency = "CHF" }, "bank.currency"},
		"it does not add up":    {func(s *statement.Statement) { *s.Closing++ }, "bank.adds-up"},
		"a line without a day":  {func(s *statement.Statement) { s.Lines[0].Booked, s.To = "", "" }, "bank.no-day"},
		"a CSV nobody knows of": {nil, "bank.needs-mapping"},
	} {
		f := w.statement("2025-11-01", "2025-11-19", line)
		if c.change != nil {
			c.change(&f.Statements[0])
		} else {
			var err error
			f, err = w.bank.Read(t.Context(), []byte("Jour;Montant\n18/11/2025;12,00\n"), nil)
			must(t, err)
		}
		for _, dry := range []bool{true, false} {
			_, err := w.bank.Import(t.Context(), f, "treasurer", dry)
			var refused *fault.Error
			if !errors.As(err, &refused) || refused.Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if lines := w.waiting(office.LineWaiting); len(lines) != 0 {
		t.Errorf("something was kept: %v", lines)
	}
}

// Every sample beside the project comes in once, whatever it holds, and the second time changes nothing.
func TestSamplesComeInOnce(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "data", "camt", "*.xml"))
	must(t, err)
	if len(files) == 0 {
		t.Skip("shared/data is not beside the project")
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			must(t, err)
			probe := open(t, "", "EUR", Options{})
			f, err := probe.bank.Read(t.Context(), data, nil)
			if strings.Contains(path, "wrong") {
				if fault.CodeOf(err) != fault.Invalid {
					t.Error(err)
				}
				return
			}
			must(t, err)
			w := open(t, "", f.Statements[0].Currency, Options{})
			for i, s := range f.Statements {
				err := w.bank.AddAccount(t.Context(), office.BankAccount{IBAN: s.Account, Asset: fmt.Sprint("other-", i)})
				if err != nil && fault.CodeOf(err) != fault.Conflict {
					t.Fatal(err)
				}
			}
			first, err := w.bank.Import(t.Context(), f, "treasurer", false)
			if strings.Contains(path, "all-balance-types") {
				if fault.CodeOf(err) != fault.Invalid || w.size() != 4 {
					t.Errorf("it does not add up, and yet: %v", err)
				}
				return
			}
			must(t, err)
			if first.Fresh+first.Left != first.Lines {
				t.Errorf("%+v", first)
			}
			size, before := w.size(), everything(t, w)
			again := w.bring(f)
			if again.Fresh != 0 || again.Booked != 0 || again.Arrived != 0 || w.size() != size {
				t.Errorf("again: %+v", again)
			}
			if diff := cmp.Diff(before, everything(t, w)); diff != "" {
				t.Error(diff)
			}
			if len(first.Gaps) != 0 {
				t.Errorf("gaps: %+v", first.Gaps)
			}
		})
	}
}

func everything(t *testing.T, w *world) (rows []office.Row) {
	t.Helper()
	must(t, w.app.Office().Dump(t.Context(), func(row office.Row) error { rows = append(rows, row); return nil }))
	return rows
}

func shared(t *testing.T) string {
	t.Helper()
	if root := os.Getenv("ECOT_SHARED"); root != "" {
		return root
	}
	dir, err := os.Getwd()
	must(t, err)
	for {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return filepath.Join(dir, "..", "shared")
		}
		dir = filepath.Dir(dir)
	}
}

// A statement that is missing is told, by its sum and by its number, until it comes.
func TestAMissingStatementIsTold(t *testing.T) {
	w := open(t, "", "EUR", Options{})
	files := make([]File, 4)
	for i := range files {
		day := fmt.Sprintf("2025-11-0%d", i+1)
		amount := []int64{10_00, 20_00, -20_00, 5_00}[i]
		files[i] = w.statement(day, day, statement.Line{Booked: day, Amount: amount, Text: "x"})
	}
	w.bring(files[0])
	report := w.bring(files[2])
	want := []Gap{{Account: iban, After: "2025-11-01", Until: "2025-11-03", Missing: 20_00, Numbers: 1, Closing: "2025-11-03"}}
	if diff := cmp.Diff(want, report.Gaps); diff != "" {
		t.Error(diff)
	}
	must(t, w.bank.NoteGap(t.Context(), iban, "2025-11-03", "asked for on Monday", "treasurer"))
	if report = w.bring(files[3]); len(report.Gaps) != 1 || report.Gaps[0].Note == "" {
		t.Errorf("%+v", report.Gaps)
	}
	if report = w.bring(files[1]); len(report.Gaps) != 0 {
		t.Errorf("it came, and yet: %+v", report.Gaps)
	}
	if s := w.state(); s.AsOf != "2025-11-04" || s.Bank != 15_00 {
		t.Errorf("%+v", s)
	}
}

// The story of November and December: money without a reference arrives, is attributed five days later;
// the next money from the same account is suggested to be that donor's, and says why.
func TestMoneyWithoutAReference(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := open(t, address, "EUR", Options{})
		account := "FR7630004000031234567890143"
		report := w.bring(w.statement("2025-11-01", "2025-11-19",
			statement.Line{Booked: "2025-11-19", Amount: 40_00, Counterparty: "MME BROUILLON", IBAN: account, Text: "VIREMENT"}))
		if report.Arrived != 1 || w.balance(unattributed) != 40_00 {
			t.Fatalf("%+v, unattributed %d", report, w.balance(unattributed))
		}
		w.clock.Set(time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC))
		arrived := w.waiting(office.LineArrived)
		must(t, w.bank.BookAs(t.Context(), arrived[0].Key, Decision{Parts: []Part{{Kind: Gift, Amount: 40_00, Gift: &GiftOf{
			Donor: office.Donor{Handle: "marthe@example.org", Name: "Marthe Brouillon", Kind: "person"}, To: "passerelle=1"}}}}, "treasurer"))
		if w.balance(unattributed) != 0 || w.balance("pot:passerelle") != 40_00 {
			t.Errorf("unattributed %d, passerelle %d", w.balance(unattributed), w.balance("pot:passerelle"))
		}
		w.clock.Set(time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC))
		report = w.bring(w.statement("2025-12-01", "2025-12-31",
			statement.Line{Booked: "2025-12-30", Amount: 35_00, Counterparty: "MME BROUILLON", IBAN: account, Text: "DON NOEL"}))
		if report.Waiting != 1 || report.Arrived != 0 {
			t.Fatalf("%+v", report)
		}
		line := w.waiting(office.LineWaiting)[0]
		must(t, w.bank.BookAs(t.Context(), line.Key, Decision{Parts: []Part{{Kind: Arrival, Amount: 35_00}}}, "treasurer"))
		if s := w.state(); s.Difference() != 0 || w.balance(unattributed) != 35_00 {
			t.Errorf("%+v", s)
		}
		line = w.waiting(office.LineArrived)[0]
		all, err := w.bank.Suggest(t.Context(), line)
		must(t, err)
		if len(all) != 1 || all[0].Name != "Marthe Brouillon" || all[0].Kind != matching.KeepsPromise ||
			!slices.ContainsFunc(all[0].Reasons, func(r matching.Reason) bool { return r.Code == matching.SameAccount }) {
			t.Fatalf("%+v", all)
		}
		must(t, w.bank.Confirm(t.Context(), line.Key, all[0].ID, "treasurer"))
		if w.balance(unattributed) != 0 || w.balance("pot:passerelle") != 75_00 {
			t.Errorf("unattributed %d, passerelle %d", w.balance(unattributed), w.balance("pot:passerelle"))
		}
		// Undone, it is unattributed again; undone once more, it waits; then it can be booked anew.
		must(t, w.bank.Undo(t.Context(), line.Key, "treasurer"))
		if w.balance(unattributed) != 35_00 || len(w.waiting(office.LineArrived)) != 1 {
			t.Errorf("unattributed %d, %v", w.balance(unattributed), w.waiting(office.LineArrived))
		}
		must(t, w.bank.Undo(t.Context(), line.Key, "treasurer"))
		if s := w.state(); w.balance(unattributed) != 0 || s.Difference() != 35_00 || s.Unexplained() != 0 || s.Waiting.Lines != 1 {
			t.Errorf("unattributed %d, %+v", w.balance(unattributed), s)
		}
		must(t, w.bank.Confirm(t.Context(), line.Key, all[0].ID, "treasurer"))
		if s := w.state(); s.Difference() != 0 || w.balance("pot:passerelle") != 75_00 {
			t.Errorf("%+v, passerelle %d", s, w.balance("pot:passerelle"))
		}
	})
}
