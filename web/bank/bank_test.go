// SPDX-License-Identifier: AGPL-3.0-or-later

package bank_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/mechanism/giving"
	"ecot/office"
	webbank "ecot/web/bank"
	"ecot/web/page"
)

const iban = "FR7230006000011234567890A89"

// site is a fund with its bank pages; whoever asks is the treasurer.
type site struct {
	t       testing.TB
	app     *app.App
	bank    *bank.Bank
	clock   *clock.Played
	handler http.Handler
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openSite(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, clock: &clock.Played{}}
	s.clock.Set(time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC))
	var err error
	s.app, err = app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: s.clock.Now})
	must(t, err)
	t.Cleanup(func() { must(t, s.app.Close()) })
	must(t, s.app.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	fund := profile.Profile{LegalName: "Fonds", Form: profile.Association, IBAN: iban, Prefix: "DON", Pot: "fonds"}
	must(t, fund.Save(t.Context(), s.app.Office(), "treasurer", 1))
	for _, pot := range []string{"fonds", "lanterne", "passerelle"} {
		_, err := s.app.Do(t.Context(), app.Request{Key: "pot/" + pot,
			Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}}})
		must(t, err)
	}
	s.bank = bank.New(s.app, bank.Options{})
	guard := func(right string, act page.Action) page.Action { return act }
	door := webbank.New(s.bank, webbank.Options{Guard: guard, Mandate: func(context.Context) string { return "treasurer" },
		Pots: func(context.Context) ([]webbank.Pot, error) {
			return []webbank.Pot{{Slug: "fonds", Name: "Fonds"}, {Slug: "lanterne", Name: "Lanterne"}, {Slug: "passerelle", Name: "Passerelle"}}, nil
		}})
	s.handler, err = page.New(page.Options{Name: s.app.Name(), BaseURL: "https://fund.example.org", Zone: s.app.Zone(), Clock: s.clock.Now,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, door)
	must(t, err)
	return s
}

func (s *site) get(address string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, address, nil))
	return recorder
}

// shows asks for a page, which must be there and say all of these.
func (s *site) shows(address string, parts ...string) string {
	s.t.Helper()
	answer := s.get(address)
	if answer.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", address, answer.Code, answer.Body)
	}
	body := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())
	for _, part := range parts {
		if !strings.Contains(body, part) {
			s.t.Errorf("%s does not say %q:\n%s", address, part, body)
		}
	}
	return body
}

func (s *site) post(address string, values url.Values) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder
}

// done sends a form that must be taken, and gives where it leads.
func (s *site) done(address string, values url.Values) string {
	s.t.Helper()
	answer := s.post(address, values)
	if answer.Code != http.StatusSeeOther {
		s.t.Fatalf("%s: %d %s", address, answer.Code, answer.Body)
	}
	return answer.Header().Get("Location")
}

// send sends a file, and gives where its preview is.
func (s *site) send(file string) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "statement")
	must(s.t, err)
	_, err = part.Write([]byte(file))
	must(s.t, err)
	must(s.t, form.Close())
	request := httptest.NewRequest(http.MethodPost, "/desk/bank/statements", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusSeeOther {
		s.t.Fatalf("the file is refused: %d %s", recorder.Code, recorder.Body)
	}
	return recorder.Header().Get("Location")
}

// entry is one entry of a statement.
type entry struct {
	day    string
	cents  int64
	who    string
	iban   string
	text   string
	reason string
}

// camt writes a statement as a bank does.
func camt(id, from, to string, opening int64, entries ...entry) string {
	amount := func(cents int64) string {
		indicator := "CRDT"
		if cents < 0 {
			indicator, cents = "DBIT", -cents
		}
		return fmt.Sprintf(`<Amt Ccy="EUR">%d.%02d</Amt><CdtDbtInd>%s</CdtDbtInd>`, cents/100, cents%100, indicator)
	}
	var body strings.Builder
	closing := opening
	for i, e := range entries {
		closing += e.cents
		party, account, back := "Dbtr", "DbtrAcct", ""
		if e.cents < 0 {
			party, account = "Cdtr", "CdtrAcct"
		}
		if e.reason != "" {
			back = "<RtrInf><Rsn><Cd>" + e.reason + "</Cd></Rsn></RtrInf>"
		}
		fmt.Fprintf(&body, `<Ntry>%s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s-%d</AcctSvcrRef>
<NtryDtls><TxDtls><RltdPties><%s><Pty><Nm>%s</Nm></Pty></%s><%s><Id><IBAN>%s</IBAN></Id></%s></RltdPties>
<RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls></NtryDtls></Ntry>`, amount(e.cents), e.day, id, i, party, e.who, party, account,
			e.iban, account, e.text, back)
	}
	return fmt.Sprintf(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>%s</Id>
<FrToDt><FrDtTm>%sT00:00:00</FrDtTm><ToDtTm>%sT23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>%s</Stmt></BkToCstmrStmt></Document>`,
		id, from, to, iban, amount(opening), from, amount(closing), to, body.String())
}

const marthe = "FR7630004000031234567890143"

// story brings in November and December of a small fund.
func (s *site) story() {
	s.t.Helper()
	ctx := s.t.Context()
	must(s.t, s.app.Office().Do(ctx, func(tx *office.Tx) error {
		return tx.PutDonor(ctx, office.Donor{Handle: "nour@example.org", Name: "Nour Modèle", Mail: "nour@example.org", Kind: "person", Shown: office.Anonymous})
	}))
	p, err := gifts.New(s.app).Reference(ctx, "nour@example.org", gifts.Whole("lanterne"), "")
	must(s.t, err)
	at := s.send(camt("N1", "2025-11-01", "2025-11-30", 0,
		entry{"2025-11-05", 20_00, "N MODELE", "FR7630001007941234567890185", "don " + p.Reference, ""},
		entry{"2025-11-19", 40_00, "MME BROUILLON", marthe, "VIREMENT", ""}))
	s.shows(at+"?lang=en", "Will be booked by itself</dt><dd>1 line", "Will arrive unattributed</dt><dd>1 line")
	if to := s.done(at, url.Values{"step": {"import"}}); to != "/desk/bank?done=imported" {
		s.t.Fatal(to)
	}
}

// lineKey gives the key of the first line of a page.
func lineKey(body string) string {
	found := regexp.MustCompile(`/desk/bank/lines/([A-Za-z0-9_-]+)`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return found[1]
}

// The whole way of a treasurer without script: a file, its preview, a line said, the next one suggested
// with its reasons, one click, and the page that everybody sees.
func TestATreasurersWay(t *testing.T) {
	s := openSite(t)
	s.shows("/bank", "Aucun relevé avec un solde n’est encore arrivé")
	s.story()
	body := s.shows("/desk/bank?done=imported&lang=en", "The statement is in.", "MME BROUILLON", "Arrived, to be attributed", "Say what it is")
	key := lineKey(body)
	wrong := s.post("/desk/bank/lines/"+key+"?lang=en", url.Values{"as": {"gift"}, "mail": {"marthe@example.org"}})
	if !strings.Contains(wrong.Body.String(), "Choose a pot.") {
		t.Fatalf("a gift without a pot: %d %s", wrong.Code, wrong.Body)
	}
	s.done("/desk/bank/lines/"+key, url.Values{"as": {"gift"}, "mail": {"marthe@example.org"}, "name": {"Marthe Brouillon"}, "pot": {"passerelle"}})
	at := s.send(camt("N2", "2025-12-01", "2025-12-31", 60_00, entry{"2025-12-30", 35_00, "MME BROUILLON", marthe, "DON NOEL", ""}))
	s.done(at, url.Values{"step": {"import"}})
	s.shows("/bank?lang=en", "Bank and books differ by", "€35.00", "31 December 2025", "1 line")
	body = s.shows("/desk/bank?lang=en", "A gift – Marthe Brouillon", "Same account as an earlier gift: "+marthe, "€35.00 to passerelle")
	id := regexp.MustCompile(`name="suggestion" value="([^"]*)"`).FindStringSubmatch(body)[1]
	s.done("/desk/bank/lines/"+lineKey(body)+"/confirm", url.Values{"suggestion": {id}})
	s.shows("/desk/bank?lang=en", "Every line of the bank is booked and attributed.")
	public := s.shows("/bank?lang=en", "Bank = books, difference <span class=\"n\">€0.00</span>", "€95.00", "from a file that the fund supplied",
		"29 December 2025</time> – <time datetime=\"2025-12-31\">")
	s.shows("/bank/2025-11?lang=fr", "novembre 2025", "Banque = grand livre, écart <span class=\"n\">0,00 €</span>")
	for _, private := range []string{"BROUILLON", "Marthe", "NOEL", marthe, iban, "30 December"} {
		if strings.Contains(public, private) {
			t.Errorf("the public page says %q", private)
		}
	}
	// What was said can be undone, and the line waits again.
	s.done("/desk/bank/lines/"+lineKey(body)+"/undo", nil)
	s.shows("/desk/bank/lines/"+lineKey(body)+"?lang=en", "Nobody has said yet what this line is.", "Undone")
}

// A month is closed once all is booked and both sides agree; then nothing is booked in it any more.
func TestClosingAMonth(t *testing.T) {
	s := openSite(t)
	s.story()
	s.shows("/desk/bank/months?lang=en", "Close November 2025", "€60.00", "€0.00", "This cannot be undone.")
	refused := s.post("/desk/bank/months/2025-12?lang=en", nil)
	if !strings.Contains(refused.Body.String(), "the next is 2025-11") {
		t.Errorf("December before November: %d %s", refused.Code, refused.Body)
	}
	at := s.done("/desk/bank/months/2025-11", nil)
	closed := s.shows(at+"?lang=en", "November 2025 is closed", "Its hash", "€0.00")
	if !regexp.MustCompile(`<code>[A-Za-z0-9+/]{43}=</code>`).MatchString(closed) {
		t.Errorf("no hash: %s", closed)
	}
	day, _ := gifts.ParseShares("lanterne=1")
	_, err := gifts.New(s.app).Book(t.Context(), gifts.Money{Key: "late", To: day, Amount: 1, Into: "bank", Given: 20_410, Evidence: giving.Proved})
	if err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a gift in a closed month: %v", err)
	}
	// The money that waits is attributed on the first open day, and both sides still agree.
	s.done("/desk/bank/lines/"+lineKey(s.shows("/desk/bank")), url.Values{"as": {"gift"}, "pot": {"passerelle"}})
	s.shows("/bank/2025-11?lang=en", "Bank = books, difference <span class=\"n\">€0.00</span>", "closed")
	s.shows("/desk/bank/months/2025-12?lang=en", "No statement says what the bank account held at the end of 2025-12.")
}

// A bank's CSV is asked about once: its columns are kept with the account.
func TestTheColumnsOfACSVAreKept(t *testing.T) {
	s := openSite(t)
	first := "Date;Libellé;Montant;Truc\n05/11/2025;VIR DON;20,00;x\n06/11/2025;FRAIS;-4,90;y\n"
	at := s.send(first)
	body := s.shows(at+"?lang=en", "What the columns mean", "VIR DON")
	values := url.Values{"step": {"look"}, "account": {iban}, "currency": {"EUR"}, "date": {"02/01/2006"}, "decimal": {","},
		"role-0": {"booked"}, "role-1": {"text"}, "role-2": {"amount"}, "role-3": {""}}
	looked := s.post(at+"?lang=en", values)
	if !strings.Contains(looked.Body.String(), "Will arrive unattributed</dt><dd>1 line") {
		t.Fatalf("%s\n%s", body, looked.Body)
	}
	values.Set("step", "import")
	s.done(at, values)
	second := s.send("Date;Libellé;Montant;Truc\n07/11/2025;VIR DON;30,00;x\n")
	if strings.Contains(s.shows(second+"?lang=en", "Will arrive unattributed</dt><dd>1 line"), "role-0") {
		t.Error("the columns are asked about again")
	}
	s.shows("/bank?lang=en", "No statement with a balance has come in yet", "November 2025")
}
