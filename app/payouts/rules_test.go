// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// try is one attempt at something that takes two, and the message that refuses it; empty when it goes.
type try struct {
	who, says string
}

// may says that a try goes.
const may = ""

// rule is one thing that takes two: how it is prepared, and who tries it in turn.
type rule struct {
	prepare func(h *house) (act func(who people.Actor) error)
	tries   []try
}

// expenseRules are those of the signatures under an expense.
func expenseRules() map[string]rule {
	return map[string]rule{
		"an expense of the treasurer": {expenseBy("odile"), []try{
			{"odile", "payouts.own-proposal"}, {"firmin", may}, {"firmin", "payouts.signed-already"},
			{"odile", "payouts.own-proposal"}, {"nadia", may}, {"bob", "payouts.not-waiting"}}},
		"an expense of a maintainer": {expenseBy("basile"), []try{
			{"basile", "forbidden"}, {"aicha", "forbidden"}, {"mireille", "forbidden"}, {"odile", may},
			{"odile", "payouts.signed-already"}, {"firmin", may}}},
		"an expense that pays an approver": {func(h *house) func(people.Actor) error {
			h.payee = h.addPayee("Bob", "bob@example.org", oldIBAN)
			return expenseBy("odile")(h)
		}, []try{{"bob", "payouts.own-payment"}, {"firmin", may}, {"bob", "payouts.own-payment"}, {"nadia", may}}},
		"one mandate of two members": {func(h *house) func(people.Actor) error {
			act := expenseBy("odile")(h)
			must(h.t, act(h.who["firmin"]))
			heir := h.who["nadia"]
			heir.Mandate = "president" // Firmin left, and Nadia has his mandate
			h.who["nadia"] = heir
			return act
		}, []try{{"nadia", "payouts.signed-already"}, {"bob", may}}},
		"one member under two mandates": {func(h *house) func(people.Actor) error {
			act := expenseBy("odile")(h)
			must(h.t, act(h.who["firmin"]))
			again := h.who["firmin"]
			again.Mandate = "approver-9"
			h.who["firmin"] = again
			return act
		}, []try{{"firmin", "payouts.signed-already"}, {"bob", may}}},
		"above a limit": {func(h *house) func(people.Actor) error {
			must(h.t, h.SetLimit(h.t.Context(), admin(), people.Approver, Limit{h.today(), 219_99}))
			return expenseBy("basile")(h)
		}, []try{{"firmin", "payouts.over-limit"}, {"odile", may}, {"nadia", "payouts.over-limit"}}},
	}
}

// otherRules are those of all else that takes two.
func otherRules() map[string]rule {
	return map[string]rule{
		"a payee's account": {func(h *house) func(people.Actor) error {
			must(h.t, h.AskAccount(h.t.Context(), h.who["odile"], h.payee.ID, Account{Name: "B", IBAN: newIBAN}))
			return func(who people.Actor) error { return h.ConfirmAccount(h.t.Context(), who, h.payee.ID, 2) }
		}, []try{{"odile", "payouts.own-account-change"}, {"basile", "forbidden"}, {"aicha", "forbidden"}, {"bob", may},
			{"nadia", "payouts.not-asked"}}},
		"an approver's own account": {func(h *house) func(people.Actor) error {
			payee := h.addPayee("Bob", "bob@example.org", oldIBAN)
			must(h.t, h.AskAccount(h.t.Context(), h.who["odile"], payee.ID, Account{Name: "B", IBAN: newIBAN}))
			return func(who people.Actor) error { return h.ConfirmAccount(h.t.Context(), who, payee.ID, 2) }
		}, []try{{"bob", "payouts.own-account-change"}, {"nadia", may}}},
		"a transfer between pots": {func(h *house) func(people.Actor) error {
			must(h.t, h.AskTransfer(h.t.Context(), h.who["odile"], Transfer{"transfer-0001", "fonds", "lanterne", 1_500_00, "voté"}))
			return func(who people.Actor) error {
				_, err := h.SignTransfer(h.t.Context(), who, "transfer-0001")
				return err
			}
		}, []try{{"odile", "payouts.own-proposal"}, {"aicha", "forbidden"}, {"firmin", may}, {"nadia", "payouts.not-waiting"}}},
		"a refund": {func(h *house) func(people.Actor) error {
			gift := h.given(50_00)
			must(h.t, h.AskRefund(h.t.Context(), h.who["odile"], Refund{ID: "refund-000001", Gift: gift, IBAN: newIBAN,
				Because: "sur demande"}))
			return func(who people.Actor) error { return h.SignRefund(h.t.Context(), who, "refund-000001") }
		}, []try{{"odile", "payouts.own-proposal"}, {"basile", "forbidden"}, {"firmin", may}, {"nadia", "payouts.not-waiting"}}},
		"an order that is dropped": {func(h *house) func(people.Actor) error {
			index := h.approved(h.draft())
			_, err := h.Export(h.t.Context(), h.who["odile"])
			must(h.t, err)
			return func(who people.Actor) error {
				_, err := h.Drop(h.t.Context(), who, fmt.Sprintf("EXP-%d-1", index))
				return err
			}
		}, []try{{"aicha", "forbidden"}, {"odile", may}, {"odile", "payouts.signed-already"}, {"firmin", may},
			{"nadia", "payouts.not-waiting"}}},
	}
}

// TestTwoPersonRules holds every rule that one person alone must not get round: for each thing, who tries
// in turn, and what becomes of it.
func TestTwoPersonRules(t *testing.T) {
	rules := expenseRules()
	maps.Copy(rules, otherRules())
	for name, c := range rules {
		t.Run(name, func(t *testing.T) {
			h := open(t, "")
			act := c.prepare(h)
			for i, try := range c.tries {
				err := act(h.who[try.who])
				switch {
				case try.says == may:
					must(t, err)
				case try.says == "forbidden":
					if fault.CodeOf(err) != fault.Forbidden || err == nil {
						t.Errorf("try %d, %s: %v", i, try.who, err)
					}
				default:
					says(t, err, try.says)
				}
			}
		})
	}
}

// admin may change settings, and touches no money.
func admin() people.Actor {
	return people.Actor{Member: "member-admin", Roles: []office.Role{{Name: people.Admin}}}
}

// expenseBy submits an expense as a member, and signs it.
func expenseBy(proposer string) func(h *house) func(people.Actor) error {
	return func(h *house) func(people.Actor) error {
		d := h.draft()
		if proposer == "basile" {
			d.Pot = "lanterne"
		}
		index, err := h.Submit(h.t.Context(), h.who[proposer], d)
		must(h.t, err)
		return func(who people.Actor) error {
			_, err := h.Approve(h.t.Context(), who, index)
			return err
		}
	}
}

// given books a gift that came by transfer from newIBAN, half to each of two pots.
func (h *house) given(amount int64) int64 {
	h.t.Helper()
	h.forms++
	donor := office.Donor{Handle: "lea@example.org", Name: "Léa", Mail: "lea@example.org", Kind: "person"}
	answer, err := gifts.New(h.app).Book(h.t.Context(), gifts.Money{Key: fmt.Sprint("gift/", h.forms), Donor: donor,
		To: gifts.Shares{{Pot: "lanterne", Weight: 1}, {Pot: "fonds", Weight: 1}}, Amount: amount, Into: "bank",
		Given: h.today(), Credited: h.today(), Evidence: giving.Proved})
	must(h.t, err)
	must(h.t, h.app.Office().Do(h.t.Context(), func(tx *office.Tx) error {
		return tx.PutPayer(h.t.Context(), office.Payer{IBAN: newIBAN, Handle: donor.Handle, Name: "Lea", Seen: "2025-09-01"})
	}))
	return answer.Index
}

// TestWhoSubmits wants a maintainer to submit for their own project, for payees that are theirs, and what is
// not an expense refused with the reason.
func TestWhoSubmits(t *testing.T) {
	h := open(t, "")
	zoe := h.addPayee("Zoé", "zoe@example.org", oldIBAN)
	for name, c := range map[string]struct {
		who, says string
		change    func(*Draft)
	}{
		"own project":     {"basile", "", func(d *Draft) { d.Pot = "lanterne" }},
		"another project": {"basile", "forbidden", func(*Draft) {}},
		"somebody else":   {"basile", "payouts.no-payee", func(d *Draft) { d.Pot, d.Payee = "lanterne", zoe.ID }},
		"an approver":     {"firmin", "forbidden", func(*Draft) {}},
		"no document":     {"odile", "payouts.bad-document", func(d *Draft) { d.Document = nil }},
		"a program":       {"odile", "payouts.bad-document", func(d *Draft) { d.Document = []byte("MZ") }},
		"too large": {"odile", "payouts.bad-document", func(d *Draft) {
			d.Document = append([]byte("%PDF-"), make([]byte, MaxDocument)...)
		}},
		"no amount":    {"odile", "payouts.bad-amount", func(d *Draft) { d.Amount = 0 }},
		"tomorrow":     {"odile", "payouts.bad-day", func(d *Draft) { d.On++ }},
		"no title":     {"odile", "payouts.bad-title", func(d *Draft) { d.Title = " \n " }},
		"long title":   {"odile", "payouts.bad-title", func(d *Draft) { d.Title = strings.Repeat("x", 121) }},
		"no pot":       {"odile", "payouts.no-pot", func(d *Draft) { d.Pot = "nulle-part" }},
		"no purpose":   {"odile", "payouts.bad-destination", func(d *Draft) { d.Destination = "unknown" }},
		"damaged form": {"odile", "payouts.bad-form", func(d *Draft) { d.ID = "" }},
	} {
		d := h.draft()
		c.change(&d)
		_, err := h.Submit(t.Context(), h.who[c.who], d)
		switch {
		case c.says == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case c.says == "forbidden":
			if err == nil || fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		default:
			says(t, err, c.says)
		}
	}
	d := h.draft()
	first, again := h.submit(d), h.submit(d)
	if first != again {
		t.Errorf("the form that was sent twice is entries %d and %d", first, again)
	}
	if _, err := h.Submit(t.Context(), h.who["basile"], Draft{ID: d.ID, Payee: d.Payee, Pot: "lanterne", Amount: 1,
		Destination: giving.Mission, Title: "x", On: d.On, Document: d.Document}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the form of another: %v", err)
	}
}

// TestRefused wants a refused expense to leave the queue and its money in the pot, and its payee to know why.
func TestRefused(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	index := h.approved(h.draft())
	_, err := h.Refuse(ctx, h.who["aicha"], index, "non")
	if fault.CodeOf(err) != fault.Forbidden {
		t.Error(err)
	}
	_, err = h.Refuse(ctx, h.who["nadia"], index, " ")
	says(t, err, "payouts.bad-reason")
	_, err = h.Refuse(ctx, h.who["nadia"], index, "facture en double")
	must(t, err)
	if h.stage(index) != StageRefused || h.holds("owed:payable") != 0 || h.holds("pot:passerelle") != 2_000_00 {
		t.Errorf("%s, payable %d", h.stage(index), h.holds("owed:payable"))
	}
	last := h.post.sent[len(h.post.sent)-1]
	if last.Kind != "expense-refused" || last.Data["reason"] != "facture en double" {
		t.Errorf("%+v", last)
	}
	own, err := h.Submit(ctx, h.who["basile"], Draft{ID: "own", Payee: h.payee.ID, Pot: "lanterne", Amount: 5,
		Destination: giving.Mission, Title: "x", On: h.today(), Document: []byte("%PDF-x")})
	must(t, err)
	_, err = h.Refuse(ctx, h.who["basile"], own, "erreur de ma part")
	must(t, err)
	items, err := h.Queue(ctx)
	if err != nil || len(items) != 0 {
		t.Errorf("%+v, %v", items, err)
	}
}

// TestQueue wants each thing that waits to be named, with who can do it and where.
func TestQueue(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	h.submit(h.draft())
	second := h.submit(h.draft())
	_, err := h.Approve(ctx, h.who["firmin"], second)
	must(t, err)
	h.approved(h.draft())
	_, err = h.Export(ctx, h.who["odile"])
	must(t, err)
	h.approved(h.draft())
	other := h.draft()
	payee, err := h.AddPayee(ctx, h.who["odile"], office.Payee{Name: "Zoé", Kind: "company"})
	must(t, err)
	other.Payee = payee.ID
	h.approved(other)
	must(t, h.AskAccount(ctx, h.who["odile"], payee.ID, Account{Name: "Zoe", IBAN: oldIBAN}))
	must(t, h.AskTransfer(ctx, h.who["odile"], Transfer{"transfer-1", "fonds", "lanterne", 1, "x"}))
	must(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000001", Gift: h.given(50_00), IBAN: newIBAN, Because: "x"}))
	items, err := h.Queue(ctx)
	must(t, err)
	var got []string
	for _, item := range items {
		got = append(got, item.Key+" "+string(item.Right))
		if item.Since.IsZero() || item.Href == "" {
			t.Errorf("%+v", item)
		}
	}
	want := "expense-first sign, expense-second sign, payee-account manage-payees, payment-ready sign, " +
		"payment-held manage-payees, payment-unseen reconcile, transfer-second sign, refund-second sign"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
}

// TestRefundGoesBackWhereItCameFrom pays half of a gift back to the account that it came from, and takes it
// in again when the bank brings it back.
func TestRefundGoesBackWhereItCameFrom(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	gift := h.given(50_01)
	says(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000001", Gift: gift, IBAN: oldIBAN, Because: "x"}),
		"payouts.not-their-account")
	says(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000001", Gift: gift, Amount: 50_02, IBAN: newIBAN,
		Because: "x"}), "payouts.too-much")
	says(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000001", Gift: 0, IBAN: newIBAN, Because: "x"}),
		"payouts.no-gift")
	must(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000001", Gift: gift, Amount: 25_01, IBAN: newIBAN,
		Because: "x"}))
	says(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000002", Gift: gift, IBAN: newIBAN, Because: "x"}),
		"payouts.refund-under-way")
	if _, err := h.Export(ctx, h.who["odile"]); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("one signature sent it: %v", err)
	}
	must(t, h.SignRefund(ctx, h.who["firmin"], "refund-000001"))
	_, err := h.Export(ctx, h.who["odile"])
	must(t, err)
	order := "REF-REFUND-00000-1"
	before := h.holds("pot:lanterne") + h.holds("pot:fonds")
	_, err = h.Seen(ctx, h.line("line/1", order))
	must(t, err)
	if now := h.holds("pot:lanterne") + h.holds("pot:fonds"); now != before-25_01 {
		t.Errorf("pots hold %d, they held %d", now, before)
	}
	must(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000003", Gift: gift, IBAN: newIBAN, Because: "le reste"}))
	rest, _, err := h.app.Office().Refund(ctx, "refund-000003")
	if err != nil || rest.Amount != 25_00 {
		t.Errorf("%d is left, %v", rest.Amount, err)
	}
	back := h.line("line/2", order)
	back.Code = "AC06"
	_, err = h.Returned(ctx, back)
	must(t, err)
	if now := h.holds("pot:lanterne") + h.holds("pot:fonds"); now != before {
		t.Errorf("pots hold %d, they held %d", now, before)
	}
	must(t, h.RefuseRefund(ctx, h.who["firmin"], "refund-000003", "en attente d'un autre compte"))
	must(t, h.AskRefund(ctx, h.who["odile"], Refund{ID: "refund-000004", Gift: gift, IBAN: newIBAN, Because: "tout"}))
	all, _, err := h.app.Office().Refund(ctx, "refund-000004")
	if err != nil || all.Amount != 50_01 {
		t.Errorf("%d is left, %v", all.Amount, err)
	}
}

// TestTransferSaysWhy wants the reason of a transfer under a commitment of its entry, and shown.
func TestTransferSaysWhy(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	ask := Transfer{"transfer-1", "fonds", "lanterne", 1_500_00, "Le conseil du 20 novembre l’a voté."}
	must(t, h.AskTransfer(ctx, h.who["odile"], ask))
	must(t, h.AskTransfer(ctx, h.who["odile"], ask))
	index, err := h.SignTransfer(ctx, h.who["firmin"], ask.ID)
	must(t, err)
	fact, because, err := h.PublicTransfer(ctx, index)
	if err != nil || because != ask.Because || strings.Join(fact.By, " ") != "treasurer president" ||
		fact.Because == (journal.Digest{}) || h.holds("pot:fonds") != 500_00 {
		t.Errorf("%+v, %q, %v", fact, because, err)
	}
	must(t, h.AskTransfer(ctx, h.who["odile"], Transfer{"transfer-2", "fonds", "lanterne", 500_01, "trop"}))
	if _, err := h.SignTransfer(ctx, h.who["firmin"], "transfer-2"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("more than there is was moved: %v", err)
	}
	must(t, h.RefuseTransfer(ctx, h.who["firmin"], "transfer-2", "trop peu dans le pot"))
	if _, err := h.SignTransfer(ctx, h.who["nadia"], "transfer-2"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("what was refused was signed: %v", err)
	}
}

// TestLimitsAreDated wants a limit to count from its day on, and not before.
func TestLimitsAreDated(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	if err := h.SetLimit(ctx, h.who["firmin"], people.Approver, Limit{h.today(), 1}); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an approver set their own limit: %v", err)
	}
	says(t, h.SetLimit(ctx, admin(), people.Auditor, Limit{h.today(), 1}), "payouts.bad-limit")
	says(t, h.SetLimit(ctx, admin(), people.Approver, Limit{h.today() - 1, 1}), "payouts.bad-limit")
	must(t, h.SetLimit(ctx, admin(), people.Approver, Limit{h.today() + 2, 0}))
	must(t, h.SetLimit(ctx, admin(), people.Approver, Limit{h.today() + 1, 100}))
	for _, want := range []string{"", "payouts.over-limit", ""} {
		_, err := h.Approve(ctx, h.who["firmin"], h.submit(h.draft()))
		if want == "" {
			must(t, err)
		} else {
			says(t, err, want)
		}
		h.pass(24 * time.Hour)
	}
	for _, wrong := range []string{"x", "2025-01-01", "2025-01-01=x", "2025-13-01=5", "2025-01-01=-5"} {
		if _, ok := parseLimits(wrong); ok {
			t.Errorf("%q is taken for limits", wrong)
		}
	}
}

// TestBearer wants each fee on the pot that the rule names.
func TestBearer(t *testing.T) {
	h := open(t, "")
	for kind, want := range map[giving.FeeKind]string{giving.ProcessorFee: "lanterne", giving.BankFee: "fonds",
		giving.ReturnFee: "fonds", giving.DisputeFee: "fonds"} {
		if pot, err := h.Bearer(t.Context(), kind, "lanterne"); err != nil || pot != want {
			t.Errorf("%s is borne by %s, %v", kind, pot, err)
		}
	}
	must(t, h.app.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.PutSetting(t.Context(), bearerSetting(giving.ReturnFee), "pot", "treasurer", 1)
	}))
	if pot, err := h.Bearer(t.Context(), giving.ReturnFee, "lanterne"); err != nil || pot != "lanterne" {
		t.Errorf("a return's fee is borne by %s, %v", pot, err)
	}
}

// TestErasedPayee wants nothing to name somebody who was erased: no page, no file, no order. The expense and
// its totals stay.
func TestErasedPayee(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	index := h.approved(h.draft())
	file, err := h.Export(ctx, h.who["odile"])
	must(t, err)
	_, err = h.Seen(ctx, h.line("line/1", fmt.Sprintf("EXP-%d-1", index)))
	must(t, err)
	_, err = h.app.Erase(ctx, "basile@example.org")
	must(t, err)
	if _, err := h.Document(ctx, h.who["odile"], index); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the document of somebody erased is shown: %v", err)
	}
	if _, err := h.File(ctx, h.who["odile"], file.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the file that names somebody erased is shown: %v", err)
	}
	x, err := h.Expense(ctx, index)
	if err != nil || x.Payee.Name+x.Payee.Handle+x.Orders[0].Name+x.Orders[0].IBAN+x.Title != "" || x.Stage != StagePaid {
		t.Errorf("%+v, %v", x, err)
	}
	if h.holds("asset:bank") != -5_780_00 {
		t.Errorf("the bank holds %d", h.holds("asset:bank"))
	}
	var left int
	must(t, h.app.Office().Dump(ctx, func(row office.Row) error {
		for _, cell := range row.Cells {
			if cell.Text != nil && (strings.Contains(*cell.Text, "Basile") || strings.Contains(*cell.Text, basileIBAN)) {
				left++
			}
		}
		return nil
	}))
	if left != 0 {
		t.Errorf("%d texts still name them", left)
	}
}

// TestSignedBeforeTheCrash wants a signature that the journal has, and that the papers could not note any
// more, to count: the same member does not sign again under another mandate.
func TestSignedBeforeTheCrash(t *testing.T) {
	h := open(t, "")
	ctx := t.Context()
	index := h.submit(h.draft())
	h.Payouts.crash = func(point string) error {
		if point == "signed" {
			return errCrash
		}
		return nil
	}
	if _, err := h.Approve(ctx, h.who["firmin"], index); err == nil {
		t.Fatal("nothing stopped")
	}
	h.Payouts.crash = func(string) error { return nil }
	again := h.who["firmin"]
	again.Mandate = "approver-9"
	for _, who := range []people.Actor{again, h.who["firmin"]} {
		_, err := h.Approve(ctx, who, index)
		says(t, err, "payouts.signed-already")
	}
	_, err := h.Approve(ctx, h.who["nadia"], index)
	must(t, err)
	if h.stage(index) != StageApproved {
		t.Errorf("it is %s", h.stage(index))
	}
}
