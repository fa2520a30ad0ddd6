// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/store/engine/enginetest"
)

// Accounts of invented people; each has right check digits.
const (
	fundIBAN   = "FR7230006000011234567890A89"
	basileIBAN = "BE68539007547034"
	newIBAN    = "DE89370400440532013000"
	oldIBAN    = "NO9386011117947"
)

// house is an instance with its members, a payee and money in two pots.
type house struct {
	*Payouts
	t     *testing.T
	app   *app.App
	clock *clock.Played
	post  *letters
	who   map[string]people.Actor
	payee office.Payee
	forms int
}

// letters keeps notices in memory.
type letters struct{ sent []Notice }

// Notify keeps a notice.
func (l *letters) Notify(_ context.Context, _ *office.Tx, n Notice) error {
	l.sent = append(l.sent, n)
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a house on an engine, on a day in September 2025.
func open(t *testing.T, address string) *house {
	t.Helper()
	played := &clock.Played{}
	played.Set(time.Date(2025, 9, 8, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Database: address, Clock: played.Now,
		Seed: []byte("a seed of the tests of payouts...")})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	h := &house{t: t, app: a, clock: played, post: &letters{}, who: map[string]people.Actor{}}
	h.Payouts = New(a, h.post)
	fund := profile.Profile{LegalName: "Fonds de dotation des Communs de Brindeval", Form: profile.Association,
		IBAN: fundIBAN, Pot: "fonds", Town: "Brindeval", Country: "FR"}
	must(t, fund.Save(t.Context(), a.Office(), "", 1))
	for _, m := range []struct{ name, mandate, role, project string }{
		{"odile", "treasurer", people.Treasurer, ""}, {"firmin", "president", people.Approver, ""},
		{"nadia", "approver-2", people.Approver, ""}, {"aicha", "", people.Auditor, ""},
		{"basile", "", people.Maintainer, "lanterne"}, {"mireille", "", people.Maintainer, "passerelle"},
		{"bob", "approver-3", people.Approver, ""},
	} {
		h.member(m.name, m.mandate, office.Role{Name: m.role, Project: m.project})
	}
	for _, pot := range []string{"lanterne", "passerelle", "fonds"} {
		h.do("pot/"+pot, &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}})
		h.do("gift/"+pot, &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 2_000_00,
			Into: "bank", Nature: giving.Gift, Donor: giving.Person, Evidence: giving.Proved},
			To: []journal.Share{{Pot: pot, Amount: 2_000_00}}}})
	}
	h.payee = h.addPayee("Basile Factice", "basile@example.org", basileIBAN)
	return h
}

// do enters a command that no payout makes.
func (h *house) do(key string, c mechanism.Command) int64 {
	h.t.Helper()
	answer, err := h.app.Do(h.t.Context(), app.Request{Key: key, Command: c})
	must(h.t, err)
	return answer.Index
}

// member makes a member, whose mail is their name's, and the actor that they are.
func (h *house) member(name, mandate string, role office.Role) {
	h.t.Helper()
	m := office.Member{ID: "member-" + name, Name: name, Mail: name + "@example.org", Mandate: mandate,
		Roles: []office.Role{role}}
	must(h.t, h.app.Office().Do(h.t.Context(), func(tx *office.Tx) error { return tx.PutMember(h.t.Context(), m) }))
	h.who[name] = people.Actor{Member: m.ID, Name: name, Mandate: mandate, Roles: m.Roles}
}

// addPayee adds a payee whose account the treasurer asked for, the president confirmed, and may be used.
func (h *house) addPayee(name, mail, iban string) office.Payee {
	h.t.Helper()
	payee, err := h.AddPayee(h.t.Context(), h.who["odile"], office.Payee{Name: name, Mail: mail, Kind: "person"})
	must(h.t, err)
	must(h.t, h.AskAccount(h.t.Context(), h.who["odile"], payee.ID, Account{Name: name, IBAN: iban}))
	must(h.t, h.ConfirmAccount(h.t.Context(), h.who["firmin"], payee.ID, 1))
	h.pass(49 * time.Hour)
	return payee
}

// pass lets time go by.
func (h *house) pass(d time.Duration) { h.clock.Set(h.clock.Now().Add(d)) }

// draft is an expense of 220.00 for the pot passerelle, unlike every other.
func (h *house) draft() Draft {
	h.forms++
	return Draft{ID: fmt.Sprintf("form-%04d", h.forms), Payee: h.payee.ID, Pot: "passerelle", Amount: 220_00,
		Destination: giving.Mission, Title: "Frais de serveur, été", On: h.today(),
		Document: []byte(fmt.Sprint("%PDF-1.7 facture ", h.forms))}
}

// submit submits an expense as the treasurer.
func (h *house) submit(d Draft) int64 {
	h.t.Helper()
	index, err := h.Submit(h.t.Context(), h.who["odile"], d)
	must(h.t, err)
	return index
}

// approved submits an expense and lets two sign it.
func (h *house) approved(d Draft) int64 {
	h.t.Helper()
	index := h.submit(d)
	for _, name := range []string{"firmin", "nadia"} {
		_, err := h.Approve(h.t.Context(), h.who[name], index)
		must(h.t, err)
	}
	return index
}

// line is a line of the bank about an order.
func (h *house) line(key, order string) bank.Seen {
	return bank.Seen{Key: key, ID: order, Asset: "bank", On: h.today(), By: "treasurer"}
}

// holds gives what an account holds, as ledgers count.
func (h *house) holds(account ledger.Account) (sum int64) {
	h.t.Helper()
	all, err := h.read.Ledger(h.t.Context())
	must(h.t, err)
	for _, a := range all {
		if a.Place.Account == account {
			sum += a.Balance
		}
	}
	return sum
}

// stage gives where an expense stands.
func (h *house) stage(index int64) Stage {
	h.t.Helper()
	x, err := h.Expense(h.t.Context(), index)
	must(h.t, err)
	return x.Stage
}

// says wants a refusal that names one message.
func says(t *testing.T, err error, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != key {
		t.Errorf("%v does not say %s", err, key)
	}
}

// The demo's payout that comes back: 220.00 of Passerelle, approved on one day, paid, brought back since the
// account was closed, and paid again once another person had set another account and the delay was over.
func TestReturnedPayout(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		index := h.approved(h.draft())
		if h.holds("owed:payable") != 220_00 || h.holds("pot:passerelle") != 1_780_00 {
			t.Fatalf("payable %d, pot %d", h.holds("owed:payable"), h.holds("pot:passerelle"))
		}
		file, err := h.Export(ctx, h.who["firmin"])
		must(t, err)
		sent, err := h.app.Office().SentIn(ctx, file.ID)
		must(t, err)
		order := sent[0].ID
		if _, err := h.Returned(ctx, h.line("line/0", order)); err == nil {
			t.Error("what was not seen leaving came back")
		}
		h.pass(48 * time.Hour)
		_, err = h.Seen(ctx, h.line("line/1", order))
		must(t, err)
		if h.stage(index) != StagePaid || h.holds("owed:payable") != 0 {
			t.Fatalf("%s, payable %d", h.stage(index), h.holds("owed:payable"))
		}
		h.pass(72 * time.Hour)
		back := h.line("line/2", order)
		back.Code = "AC04"
		_, err = h.Returned(ctx, back)
		must(t, err)
		x, err := h.Expense(ctx, index)
		must(t, err)
		if x.Stage != StageReturned || x.Hold == nil || x.Hold.Key != "payouts.hold.blocked" ||
			h.holds("owed:payable") != 220_00 || x.Orders[0].Code != "ac04" {
			t.Fatalf("%+v", x)
		}
		if _, err := h.Export(ctx, h.who["firmin"]); err == nil {
			t.Fatal("an order was made on the account that is closed")
		}
		says(t, h.AskAccount(ctx, h.who["odile"], h.payee.ID, Account{Name: "B", IBAN: basileIBAN}), "payouts.dead-account")
		must(t, h.AskAccount(ctx, h.who["odile"], h.payee.ID, Account{Name: "Basile Factice", IBAN: newIBAN}))
		says(t, h.ConfirmAccount(ctx, h.who["odile"], h.payee.ID, 2), "payouts.own-account-change")
		must(t, h.ConfirmAccount(ctx, h.who["firmin"], h.payee.ID, 2))
		h.pass(47 * time.Hour)
		if _, err := h.Export(ctx, h.who["firmin"]); err == nil {
			t.Fatal("an order was made before the delay was over")
		}
		h.pass(time.Hour)
		again, err := h.Export(ctx, h.who["firmin"])
		must(t, err)
		if again.ID == file.ID || !strings.Contains(string(again.Data), newIBAN) ||
			!strings.Contains(string(again.Data), fmt.Sprintf("EXP-%d-2", index)) {
			t.Errorf("the second file:\n%s", again.Data)
		}
		_, err = h.Seen(ctx, h.line("line/3", fmt.Sprintf("EXP-%d-2", index)))
		must(t, err)
		h.checkPaidAgain(index)
	})
}

// checkPaidAgain holds an expense that was paid, came back and was paid again against what everybody sees of
// it, and looks at the letters.
func (h *house) checkPaidAgain(index int64) {
	t := h.t
	if h.stage(index) != StagePaid || h.holds("owed:payable") != 0 || h.holds("asset:bank") != -(6_000_00-220_00) {
		t.Errorf("%s, payable %d, bank %d", h.stage(index), h.holds("owed:payable"), h.holds("asset:bank"))
	}
	public, err := h.Public(t.Context(), index)
	must(t, err)
	if public.Bears != "fonds" || len(public.Orders) != 2 || public.Orders[0].IBAN != "" || public.Title == "" ||
		strings.Join(public.By, " ") != "president approver-2" || public.Signed[0].Member != "" {
		t.Errorf("%+v", public)
	}
	var kinds []string
	for _, n := range h.post.sent {
		kinds = append(kinds, n.Kind)
		if n.Mail != "basile@example.org" || strings.Contains(fmt.Sprint(n.Data), newIBAN) {
			t.Errorf("%+v", n)
		}
	}
	want := "payee-asked payee-confirmed payment-returned payee-asked payee-confirmed"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("letters %s, want %s", got, want)
	}
}

// A line of the bank may be told again and comes to the same entry; a second line for the same order, and a
// withdrawal of what is on its way, are refused.
func TestSeenOnce(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	index := h.approved(h.draft())
	file, err := h.Export(ctx, h.who["nadia"])
	must(t, err)
	if _, err := h.Export(ctx, h.who["nadia"]); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("it was sent twice: %v", err)
	}
	order := fmt.Sprintf("EXP-%d-1", index)
	_, err = h.Refuse(ctx, h.who["nadia"], index, "trop tard")
	says(t, err, "payouts.on-its-way")
	expected, err := h.Expected(ctx)
	must(t, err)
	if len(expected) != 1 || expected[0].ID != order || expected[0].Batch != file.ID+"-1" || expected[0].Amount != 220_00 {
		t.Errorf("%+v", expected)
	}
	first, err := h.Seen(ctx, h.line("line/1", order))
	must(t, err)
	again, err := h.Seen(ctx, h.line("line/1", order))
	if err != nil || again != first {
		t.Errorf("told again: %d, %v; it was %d", again, err, first)
	}
	if _, err := h.Seen(ctx, h.line("line/2", order)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("another line paid it again: %v", err)
	}
	if _, err := h.Seen(ctx, h.line("line/3", "EXP-999-1")); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an order that nobody sent: %v", err)
	}
	if _, err := h.Drop(ctx, h.who["nadia"], order); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("what was paid was dropped: %v", err)
	}
	if h.holds("owed:payable") != 0 || h.holds("asset:bank") != -5_780_00 {
		t.Errorf("payable %d, bank %d", h.holds("owed:payable"), h.holds("asset:bank"))
	}
}

// schema finds the schema of the orders, or skips the test.
func schema(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ECOT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(dir, "data", "iso20022", "pain.001.001.09.xsd")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the schema of pain.001.001.09 is not beside the project")
	}
	return path
}

// The file is valid, holds each order that can be sent and no other, comes out the same on another machine
// that knows the same, and is kept with its hash.
func TestFile(t *testing.T) {
	var files []office.PaymentFile
	for range 2 {
		h := open(t, "")
		h.approved(h.draft())
		odd := h.draft()
		odd.Title, odd.Amount = strings.Repeat("é", 60), 1
		h.approved(odd)
		other := h.addPayee("Zoé Œuvre", "", oldIBAN)
		held := h.draft()
		held.Payee = other.ID
		h.approved(held)
		must(t, h.Judge(t.Context(), h.who["odile"], other.ID, 1, VerdictNone))
		orders, err := h.Orders(t.Context())
		must(t, err)
		if len(orders) != 3 || orders[2].Hold == nil || orders[2].Hold.Key != "payouts.hold.no-match" {
			t.Errorf("%+v", orders)
		}
		file, err := h.Export(t.Context(), h.who["odile"])
		must(t, err)
		kept, err := h.File(t.Context(), h.who["odile"], file.ID)
		must(t, err)
		if string(kept.Data) != string(file.Data) || kept.Orders != 2 || kept.Total != 220_01 || len(kept.SHA256) != 64 {
			t.Errorf("%+v", kept)
		}
		if strings.Contains(string(file.Data), oldIBAN) {
			t.Error("an account whose holder has another name is paid")
		}
		files = append(files, file)
	}
	if files[0].SHA256 != files[1].SHA256 {
		t.Error("the same orders gave another file")
	}
	path := filepath.Join(t.TempDir(), "orders.xml")
	must(t, os.WriteFile(path, files[0].Data, 0o600))
	xsd := schema(t)
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	if out, err := exec.Command(lint, "--noout", "--schema", xsd, path).CombinedOutput(); err != nil {
		t.Errorf("the file is not valid: %s", out)
	}
}
