// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/gifts"
	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/journal"
	"ecot/locale"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/web/page"
	"ecot/web/page/pagetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is a fund that is served; who comes is whoever the test says.
type place struct {
	t      *testing.T
	app    *app.App
	cases  *payouts.Payouts
	clock  *clock.Played
	server *httptest.Server
	who    map[string]people.Actor
	now    string // who is signed in
}

// guard lets in whoever the test says, as far as their rights go: the real one is the back office's.
func (pl *place) guard(right string, act page.Action) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		who := pl.who[pl.now]
		r = page.Signed(r.WithContext(people.With(r.Context(), who)), who.Name, func(right string) bool {
			return right == "" || who.May(people.Right(right))
		})
		if right != "" {
			if err := people.Allowed(who, people.Right(right)); err != nil {
				return page.Reply{}, err
			}
		}
		return act(r)
	}
}

// openPlace serves a fund with members, money and a payee.
func openPlace(t *testing.T) *place {
	t.Helper()
	pl := &place{t: t, clock: &clock.Played{}, who: map[string]people.Actor{}, now: "odile"}
	pl.clock.Set(time.Date(2025, 9, 8, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: pl.clock.Now})
	must(t, err)
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal", Name: "Fonds des Communs"}))
	pl.app, pl.cases = a, payouts.New(a, nil)
	must(t, profile.Profile{LegalName: "Fonds des Communs", Form: profile.Association, Pot: "fonds",
		IBAN: "FR7230006000011234567890A89"}.Save(t.Context(), a.Office(), "", 1))
	for _, m := range [][3]string{{"odile", "treasurer", people.Treasurer}, {"firmin", "president", people.Approver},
		{"nadia", "approver-2", people.Approver}, {"aicha", "", people.Auditor}, {"basile", "", people.Maintainer}} {
		role := office.Role{Name: m[2]}
		if role.Name == people.Maintainer {
			role.Project = "lanterne"
		}
		member := office.Member{ID: "member-" + m[0], Name: m[0], Mail: m[0] + "@example.org", Mandate: m[1],
			Roles: []office.Role{role}}
		must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error { return tx.PutMember(t.Context(), member) }))
		pl.who[m[0]] = people.Actor{Member: member.ID, Name: m[0], Mandate: m[1], Roles: member.Roles}
	}
	for _, pot := range []string{"lanterne", "fonds"} {
		_, err := a.Do(t.Context(), app.Request{Key: "pot/" + pot, Command: &giving.OpenPot{PotOpened: giving.PotOpened{
			Slug: pot, Purpose: giving.Spendable}}})
		must(t, err)
		donor := office.Donor{Handle: "lea@example.org", Name: "Léa", Mail: "lea@example.org", Kind: "person"}
		_, err = gifts.New(a).Book(t.Context(), gifts.Money{Key: "gift/" + pot, Donor: donor, To: gifts.Whole(pot),
			Amount: 2_000_00, Into: "bank", Given: 20_000, Credited: 20_000, Evidence: giving.Proved})
		must(t, err)
		must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
			return tx.PutPayer(t.Context(), office.Payer{IBAN: "DE89370400440532013000", Handle: donor.Handle, Name: "Lea"})
		}))
	}
	pl.serve()
	return pl
}

func (pl *place) serve() {
	root, err := page.New(page.Options{Name: pl.app.Name(), Clock: pl.clock.Now, Zone: time.UTC,
		Log: slog.New(slog.DiscardHandler)}, New(pl.cases, pl.app.Unit(), pl.guard))
	must(pl.t, err)
	pl.server = httptest.NewServer(root)
	pl.t.Cleanup(func() {
		pl.server.Close()
		must(pl.t, pl.app.Close())
	})
}

// sending is what a form sends; without a type it is a page that is asked for.
type sending struct {
	kind string
	body io.Reader
}

// do asks for an address as somebody, and wants a status; it gives where it was sent on to, and the page.
func (pl *place) do(who, address string, sent sending, status int) (location, text string) {
	pl.t.Helper()
	pl.now = who
	method := http.MethodPost
	if sent.kind == "" {
		method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(pl.t.Context(), method, pl.server.URL+address, sent.body)
	must(pl.t, err)
	r.Header.Set("Accept-Language", "en")
	if sent.kind != "" {
		r.Header.Set("Content-Type", sent.kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	must(pl.t, err)
	defer got.Body.Close()
	all, err := io.ReadAll(got.Body)
	must(pl.t, err)
	if got.StatusCode != status {
		pl.t.Fatalf("%s %s as %s: %d, want %d\n%s", method, address, who, got.StatusCode, status, all)
	}
	return got.Header.Get("Location"), string(all)
}

func (pl *place) get(who, address string, status int) string {
	pl.t.Helper()
	_, text := pl.do(who, address, sending{}, status)
	return text
}

func (pl *place) post(who, address string, status int, pairs ...string) (location, text string) {
	pl.t.Helper()
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return pl.do(who, address, sending{"application/x-www-form-urlencoded", strings.NewReader(values.Encode())}, status)
}

// upload sends a form with a document.
func (pl *place) upload(who, address string, status int, document string, pairs ...string) (location, text string) {
	pl.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		must(pl.t, form.WriteField(pairs[i], pairs[i+1]))
	}
	if document != "" {
		part, err := form.CreateFormFile("document", "facture.pdf")
		must(pl.t, err)
		_, err = part.Write([]byte(document))
		must(pl.t, err)
	}
	must(pl.t, form.Close())
	return pl.do(who, address, sending{form.FormDataContentType(), &body}, status)
}

// found gives what a pattern finds in a page.
func (pl *place) found(text, pattern string) string {
	pl.t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if match == nil {
		pl.t.Fatalf("%s is not in %s", pattern, text)
	}
	return match[1]
}

// payee adds a payee with an account that may be used, by the pages.
func (pl *place) payee() string {
	pl.t.Helper()
	_, again := pl.post("odile", "/desk/payees/new", http.StatusBadRequest, "name", "Basile Factice")
	if !strings.Contains(again, "Say what this payee is.") || !strings.Contains(again, `value="Basile Factice"`) {
		pl.t.Errorf("the form of a payee came back as %s", again)
	}
	at, _ := pl.post("odile", "/desk/payees/new", http.StatusSeeOther, "name", "Basile Factice", "kind", "person",
		"mail", "basile@example.org")
	pl.post("odile", at, http.StatusBadRequest, "name", "Basile", "iban", "BE68539007547035")
	at, _ = pl.post("odile", at, http.StatusSeeOther, "name", "Basile Factice", "iban", "BE68 5390 0754 7034")
	_, refused := pl.post("odile", at+"/confirm", http.StatusForbidden, "n", "1")
	if !strings.Contains(refused, "An account is confirmed by another member") {
		pl.t.Errorf("confirmed by who asked: %s", refused)
	}
	pl.post("firmin", at+"/confirm", http.StatusSeeOther, "n", "1")
	if text := pl.get("odile", at, http.StatusOK); !strings.Contains(text, "before the delay is over") {
		pl.t.Errorf("the delay is not told: %s", text)
	}
	pl.clock.Set(pl.clock.Now().Add(49 * time.Hour))
	return strings.TrimPrefix(at, "/desk/payees/")
}

// submit submits an expense by the page, and gives its address.
func (pl *place) submit(who, payee string) string {
	pl.t.Helper()
	form := pl.found(pl.get(who, "/desk/expenses/new", http.StatusOK), `name="form" value="([a-z0-9]+)"`)
	fields := []string{"form", form, "pot", "lanterne", "payee", payee, "title", "Astreinte de décembre", "amount",
		"1,200.00", "destination", "mission", "on", "2025-09-01", "text", "Selon contrat."}
	pl.upload(who, "/desk/expenses/new", http.StatusBadRequest, "", fields...)
	at, _ := pl.upload(who, "/desk/expenses/new", http.StatusSeeOther, "%PDF-1.7 facture", fields...)
	return at
}

// TestAnExpenseFromItsInvoiceToTheStatement follows the demonstration's last act: an invoice of 1 200.00 is
// signed by one, refused a second signature by the same, signed by another, sent, and seen.
func TestAnExpenseFromItsInvoiceToTheStatement(t *testing.T) {
	pl := openPlace(t)
	at := pl.submit("basile", pl.payee())
	public := strings.Replace(at, "/desk", "", 1)
	if text := pl.get("basile", at, http.StatusOK); !strings.Contains(text, "Signatures: 0 of 2") {
		t.Error(text)
	}
	pl.post("basile", at+"/approve", http.StatusForbidden)
	pl.post("aicha", at+"/approve", http.StatusForbidden)
	pl.post("odile", at+"/approve", http.StatusSeeOther)
	_, alone := pl.post("odile", at+"/approve", http.StatusForbidden)
	if !strings.Contains(alone, "the other signature is another member’s") {
		t.Errorf("alone: %s", alone)
	}
	if text := pl.get("odile", at, http.StatusOK); !strings.Contains(text, "Signatures: 1 of 2") {
		t.Error(text)
	}
	pl.post("firmin", at+"/approve", http.StatusSeeOther)
	where, _ := pl.post("firmin", "/desk/payments/export", http.StatusSeeOther)
	if where != "/desk/payments#files" {
		t.Errorf("sent on to %s", where)
	}
	payments := pl.get("firmin", "/desk/payments", http.StatusOK)
	file := pl.get("firmin", pl.found(payments, `href="(/desk/payments/files/[^"]+)"`), http.StatusOK)
	if !strings.Contains(file, "<CtrlSum>1200.00</CtrlSum>") || !strings.Contains(payments, "not seen yet") {
		t.Errorf("%s\n%s", file, payments)
	}
	pl.post("firmin", "/desk/payments/export", http.StatusConflict)
	order := pl.found(payments, `(EXP-[0-9]+-1)`)
	_, err := pl.cases.Seen(t.Context(), bank.Seen{Key: "line/1", ID: order, Asset: "bank",
		On: journal.DayOf(pl.clock.Now())})
	must(t, err)
	for _, address := range []string{at, public} {
		if text := pl.get("aicha", address, http.StatusOK); !strings.Contains(text, "Signatures: 2 of 2") ||
			!strings.Contains(text, "<dd>paid</dd>") || !strings.Contains(text, "president") {
			t.Errorf("%s: %s", address, text)
		}
	}
	if got := pl.get("odile", at+"/document", http.StatusOK); got != "%PDF-1.7 facture" {
		t.Errorf("the document is %q", got)
	}
}

// TestNothingPrivateIsPublic looks for names, accounts and documents on the pages that anybody can open, and
// tries the private ones as who may not.
func TestNothingPrivateIsPublic(t *testing.T) {
	pl := openPlace(t)
	payee := pl.payee()
	at := pl.submit("odile", payee)
	pl.post("firmin", at+"/approve", http.StatusSeeOther)
	pl.post("nadia", at+"/approve", http.StatusSeeOther)
	pl.post("nadia", "/desk/payments/export", http.StatusSeeOther)
	public := pl.get("aicha", strings.Replace(at, "/desk", "", 1), http.StatusOK)
	for _, private := range []string{"Basile", "BE68", "7034", "contrat", "facture", "member-", "document\""} {
		if strings.Contains(public, private) {
			t.Errorf("the public page of an expense shows %q", private)
		}
	}
	for _, address := range []string{at, at + "/document", "/desk/payees", "/desk/payees/" + payee, "/desk/payments",
		"/desk/refunds", "/desk/transfers/new", "/desk/refunds/new"} {
		pl.now = "basile"
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, pl.server.URL+address, nil)
		must(t, err)
		got, err := http.DefaultClient.Do(r)
		must(t, err)
		must(t, got.Body.Close())
		if got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusNotFound {
			t.Errorf("a maintainer opens %s: %d", address, got.StatusCode)
		}
	}
	pl.get("aicha", "/expenses/1", http.StatusNotFound)
	pl.get("aicha", "/transfers/1", http.StatusNotFound)
}

// pairs makes a transfer and a refund by the pages, and gives their addresses.
func (pl *place) pairs() (transfer, refund, public string) {
	pl.t.Helper()
	form := pl.found(pl.get("odile", "/desk/transfers/new", http.StatusOK), `name="form" value="([a-z0-9]+)"`)
	pl.post("odile", "/desk/transfers/new", http.StatusBadRequest, "form", form, "from", "fonds", "to", "fonds",
		"amount", "15", "because", "x")
	transfer, _ = pl.post("odile", "/desk/transfers/new", http.StatusSeeOther, "form", form, "from", "fonds", "to",
		"lanterne", "amount", "1500", "because", "Le conseil l’a voté.")
	pl.post("odile", transfer+"/sign", http.StatusForbidden)
	pl.post("firmin", transfer+"/sign", http.StatusSeeOther)
	public = pl.found(pl.get("aicha", transfer, http.StatusOK), `href="(/transfers/[0-9]+)"`)
	form = pl.found(pl.get("odile", "/desk/refunds/new", http.StatusOK), `name="form" value="([a-z0-9]+)"`)
	_, text := pl.post("odile", "/desk/refunds/new", http.StatusOK, "form", form, "gift", "2")
	if !strings.Contains(text, "DE… 3000") {
		pl.t.Errorf("the giver's account is not offered: %s", text)
	}
	refund, _ = pl.post("odile", "/desk/refunds/new", http.StatusSeeOther, "form", form, "gift", "2", "iban",
		"DE89370400440532013000", "amount", "25", "because", "demandé")
	return transfer, refund, public
}

func TestTransfersAndRefunds(t *testing.T) {
	pl := openPlace(t)
	_, refund, public := pl.pairs()
	if text := pl.get("aicha", public, http.StatusOK); !strings.Contains(text, "Le conseil l’a voté.") {
		t.Errorf("the reason is not published: %s", text)
	}
	pl.post("odile", refund+"/sign", http.StatusForbidden)
	pl.post("firmin", refund+"/refuse", http.StatusBadRequest, "reason", " ")
	pl.post("firmin", refund+"/sign", http.StatusSeeOther)
	pl.post("odile", "/desk/payments/export", http.StatusSeeOther)
	payments := pl.get("odile", "/desk/payments", http.StatusOK)
	order := pl.found(payments, `name="order" value="([^"]+)"`)
	pl.post("odile", "/desk/payments/drop", http.StatusSeeOther, "order", order)
	pl.post("odile", "/desk/payments/drop", http.StatusForbidden, "order", order)
	pl.post("firmin", "/desk/payments/drop", http.StatusSeeOther, "order", order)
	pl.post("firmin", refund+"/refuse", http.StatusSeeOther, "reason", "elle a changé d’avis")
	if text := pl.get("odile", refund, http.StatusOK); !strings.Contains(text, "never carried out") {
		t.Error(text)
	}
}

// TestPagesAreOpenToAll looks at every page in a real browser.
func TestPagesAreOpenToAll(t *testing.T) {
	ctx := pagetest.Browser(t)
	pl := openPlace(t)
	payee := pl.payee()
	at := pl.submit("odile", payee)
	pl.post("firmin", at+"/approve", http.StatusSeeOther)
	second := pl.submit("odile", payee)
	for _, name := range []string{"firmin", "nadia"} {
		pl.post(name, second+"/approve", http.StatusSeeOther)
	}
	pl.post("firmin", "/desk/payments/export", http.StatusSeeOther)
	transfer, refund, public := pl.pairs()
	pl.post("odile", "/desk/payees/"+payee+"/account", http.StatusSeeOther, "name", "B", "iban", "NO9386011117947")
	var pages []pagetest.Page
	for name, address := range map[string]string{"expenses": "/desk/expenses", "expense": at, "expense-sent": second,
		"expense-new": "/desk/expenses/new", "refuse": at + "/refuse", "payees": "/desk/payees", "payee": "/desk/payees/" + payee,
		"payee-new": "/desk/payees/new", "account": "/desk/payees/" + payee + "/account", "payments": "/desk/payments",
		"transfers": "/desk/transfers", "transfer": transfer, "transfer-new": "/desk/transfers/new", "refunds": "/desk/refunds",
		"refund": refund, "refund-new": "/desk/refunds/new?gift=2", "expense-public": strings.Replace(second, "/desk", "", 1),
		"transfer-public": public} {
		pages = append(pages, pagetest.Page{Name: "payouts-" + name, Address: pl.server.URL + address})
	}
	pl.now = "odile"
	pagetest.Try(t, ctx, pages)
}

// TestEveryRefusalHasWords wants each message that the use-cases name to be in both languages.
func TestEveryRefusalHasWords(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "app", "payouts", "*.go"))
	must(t, err)
	named := regexp.MustCompile(`"(payouts\.[a-z-]+(?:\.[a-z-]+)?)"`)
	keys := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		for _, match := range named.FindAllStringSubmatch(string(text), -1) {
			keys[match[1]] = true
		}
		for _, match := range regexp.MustCompile(`p\.item\("([a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
			keys["queue."+match[1]] = true
		}
	}
	if len(keys) < 40 {
		t.Fatalf("only %d messages are named", len(keys))
	}
	for _, lang := range locale.Langs() {
		tongue, err := locale.Load(lang)
		must(t, err)
		for key := range keys {
			if !tongue.Has(key) {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
}
