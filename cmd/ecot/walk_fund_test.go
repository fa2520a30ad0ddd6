// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/setup"
	"ecot/clock"
	"ecot/journal"
	"ecot/locale"
	"ecot/mail/mailtest"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	"ecot/pay/stripe/stripetest"
	"ecot/web/page/pagetest"
)

const freshIBAN = "FR7630006000011234567890189"

// freshFund founds a fund by the program, as its first treasurer does, with a project that appeals.
func freshFund(t *testing.T, base string) (data, link, vkey string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "fund")
	_, errOut, status := fed(t, "", "init", "--data", data, "--name", "Les Communs", "--form", "association",
		"--number", "W751234567", "--iban", freshIBAN, "--site", "https://communs.example.org", "--mail",
		"bonjour@communs.example.org")
	if status != 0 {
		t.Fatal(errOut)
	}
	out, errOut, status := fed(t, "", "invite", "--data", data, "--base-url", base, "Odile", "treasurer,admin,editor")
	link = regexp.MustCompile(`http://\S+/sign-in/\S+`).FindString(out)
	if status != 0 || link == "" {
		t.Fatal(out, errOut)
	}
	err := open(streams{ctx: t.Context()}, app.Place{Dir: data}, func(a *app.App) error {
		vkey = a.VKey()
		team := people.New(a, people.Options{})
		defer team.Close()
		founding := setup.New(a, team)
		if err := founding.Change(t.Context(), people.Operator(), map[string]string{"street": "1 rue Neuve",
			"postcode": "75001", "town": "Paris", "country": "FR", "object": "Des communs.", "publisher": "Odile",
			"host": "Un hébergeur, Paris, 01 00 00 00 00"}); err != nil {
			return err
		}
		if err := founding.Publish(t.Context(), people.Operator()); err != nil {
			return err
		}
		return appealFor(t.Context(), a)
	})
	if err != nil {
		t.Fatal(err)
	}
	return data, link, vkey
}

// appealFor opens a project that needs 200,00 a month.
func appealFor(ctx context.Context, a *app.App) error {
	month := journal.DayOf(clock.System().In(a.Zone())).Month()
	for i, command := range []app.Request{
		{Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}}},
		{Command: &appeal.Open{Opened: appeal.Opened{Pot: "lanterne", From: month, By: "treasurer",
			Rule: appeal.Rule{Unit: "EUR", Carry: appeal.CarryYear}}}},
		{Command: &appeal.List{Listed: appeal.Listed{Pot: "lanterne", From: month, By: "treasurer",
			For: []journal.Share{{Pot: "astreinte", Amount: 200_00}}}}},
	} {
		command.Key = fmt.Sprintf("open/%d", i)
		if _, err := a.Do(ctx, command); err != nil {
			return err
		}
	}
	return a.Office().Do(ctx, func(tx *office.Tx) error {
		return tx.PutProject(ctx, office.Project{Slug: "lanterne", Title: "Lanterne", Thanks: "Basile", Lang: "fr",
			Summary: "Un lecteur d’écran.", Status: office.Running, Since: 1, Changed: 1})
	})
}

// camtOf writes a statement of the fund's bank of today: a line for each reference.
func camtOf(id string, opening int64, lines []camtLine) string {
	plain := func(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }
	today := time.Now().Format(time.DateOnly)
	sum, entries := opening, ""
	for i, l := range lines {
		sum += l.amount
		entries += fmt.Sprintf(`<Ntry><NtryRef>%d</NtryRef><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s-%d</AcctSvcrRef><BkTxCd><Prtry><Cd>VIR</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>DON %s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
			i+1, plain(l.amount), today, id, i, plain(l.amount), l.reference)
	}
	balance := func(code string, minor int64) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + plain(minor) +
			`</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>` + today + `</Dt></Dt></Bal>`
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>` + id +
		`</MsgId><CreDtTm>` + today + `T20:00:00Z</CreDtTm></GrpHdr><Stmt><Id>` + id + `</Id><CreDtTm>` + today +
		`T20:00:00Z</CreDtTm><FrToDt><FrDtTm>` + today + `T00:00:00Z</FrDtTm><ToDtTm>` + today +
		`T23:59:59Z</ToDtTm></FrToDt><Acct><Id><IBAN>` + freshIBAN + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` +
		balance("OPBD", opening) + balance("CLBD", sum) + entries + `</Stmt></BkToCstmrStmt></Document>`
}

// camtLine is money that came with a reference.
type camtLine struct {
	reference string
	amount    int64
}

// bring uploads a statement as the treasurer does, and confirms what the next page shows.
func (c *caller) bring(statement string) {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "releve.xml")
	if err == nil {
		_, err = part.Write([]byte(statement))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	status, page, at := c.send(c.base+"/desk/bank/statements", form.FormDataContentType(), &body)
	if status != http.StatusOK || !strings.Contains(at, "/statements/") {
		c.t.Fatalf("the statement: %d at %s: %s", status, at, words(page))
	}
	if status, page, _ = c.post(at, url.Values{"step": {"import"}}); status != http.StatusOK {
		c.t.Fatalf("bringing it in: %d %s", status, words(page))
	}
}

// announced gives the reference that the page of a promise shows.
func (v *visitor) announced() string {
	v.t.Helper()
	found := regexp.MustCompile(`RF\d\d( [A-Z0-9]{1,4})+`).FindString(v.text())
	if found == "" {
		v.t.Fatalf("no reference on %s", v.text())
	}
	return strings.ReplaceAll(found, " ", "")
}

// TestAGiftFromWishToThanks takes gifts through a fund that the program founded: by transfer with and
// without scripts, by card with half given back, and a regular one that is stopped from the mail's link.
func TestAGiftFromWishToThanks(t *testing.T) {
	ctx := pagetest.Browser(t)
	listen := freePort(t)
	base := "http://" + listen
	data, link, vkey := freshFund(t, base)
	post := mailtest.Start(t, mailtest.Options{})
	deliver := func(ctx context.Context, body []byte, header http.Header) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/hooks/stripe", bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header = header
		answer, err := http.DefaultClient.Do(request)
		if err == nil && answer.StatusCode != http.StatusOK {
			err = fmt.Errorf("answered %d", answer.StatusCode)
		}
		return err
	}
	till := stripetest.Start(t, clock.System, standin.Config{Base: "https://checkout.stripe.example/pay",
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000)}, deliver)
	running(t, base, append([]string{"serve", "--data", data, "--listen", listen, "--base-url", base, "--smtp",
		post.Address(), "--stripe-test", "--stripe-api", till.Address}, keyFiles(t, stripetest.Key)...)...)
	odile := newCaller(t, base)
	odile.enter(link)
	v := &visitor{t: t, ctx: ctx, base: base, lang: locale.French}
	lines := giveByTransfer(v)
	odile.bring(camtOf("S1", 0, lines))
	letters := thanked(t, post, 2)
	agree(t, v, "24,00 €")
	halfBack(t, v, till.World)
	stopRegular(t, v, odile, post)
	companyGives(t, v, odile)
	bundleHolds(t, data, vkey, letters)
}

// companyGives has a company give 6 000.01 by transfer, half of it directed: the odd cent is the giver's.
func companyGives(t *testing.T, v *visitor, odile *caller) {
	t.Helper()
	v.visit("/give/lanterne")
	for name, value := range map[string]string{"every": "once", "other": "6000,01", "for": "half", "means": "transfer",
		"kind": "company", "shown": "name", "name": "Tuileries Imaginaires", "mail": "dons@tuileries.example"} {
		v.fill(name, value)
	}
	v.press("Continuer")
	for name, value := range map[string]string{"legal-name": "Tuileries Imaginaires SAS", "legal-form": "SAS",
		"number": "123456782", "year-end": "12-31", "contact1-name": "Une Personne", "contact1-mail": "une@example.com",
		"contact2-name": "Une Autre", "contact2-mail": "autre@example.com"} {
		v.fill(name, value)
	}
	v.sees("company-check", v.press("Continuer"), "6 000,01 €", "3 000,01 €", "3 000,00 €")
	v.sees("company-pay", v.press("Confirmer mon don"), "Il reste à payer 6 000,01 €")
	odile.bring(camtOf("S3", 36_00, []camtLine{{v.announced(), 6_000_01}}))
	v.visit("/entries?flow=in")
	index := regexp.MustCompile(`Don nº (\d+)`).FindStringSubmatch(v.text())
	if index == nil {
		t.Fatal("no gift is among the entries")
	}
	v.sees("company-entry", v.visit("/entries/"+index[1]), "lanterne +3 000,01 €", "+3 000,00 €", "donor company")
}

// thanked waits for the thanks to so many gifts: the letters that carry a proof.
func thanked(t *testing.T, post *mailtest.Server, n int) (letters []mailtest.Letter) {
	t.Helper()
	for range 300 {
		letters = nil
		for _, l := range post.Letters() {
			if len(l.Files) > 0 {
				letters = append(letters, l)
			}
		}
		if len(letters) >= n {
			return letters
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("%d gifts were thanked for within a minute, not %d", len(letters), n)
	return nil
}

// giveByTransfer gives 12 € twice, with scripts and without, and gives what the bank will show.
func giveByTransfer(v *visitor) (lines []camtLine) {
	for _, scripts := range []bool{true, false} {
		if err := pagetest.Scripts(v.ctx, scripts); err != nil {
			v.t.Fatal(err)
		}
		v.give("lanterne", "transfer", fmt.Sprintf("donor-%v@example.org", scripts))
		v.sees(fmt.Sprintf("transfer-%v", scripts), v.press("Confirmer mon don"), "Il reste à payer 12,00 €")
		lines = append(lines, camtLine{v.announced(), 12_00})
	}
	if err := pagetest.Scripts(v.ctx, true); err != nil {
		v.t.Fatal(err)
	}
	return lines
}

// agree wants the wall, the gauge, the bank page and the path of a gift to say the same.
func agree(t *testing.T, v *visitor, sum string) {
	t.Helper()
	v.sees("wall", v.visit("/wall"), "Une passante")
	v.sees("gauge", v.visit("/projects/lanterne"), "2 personnes ont donné", "Il faut 200,00 € ; "+sum)
	v.sees("bank", v.visit("/bank"), "écart 0,00 €", sum)
	v.sees("entries", v.visit("/entries"), "12,00 €")
	index := regexp.MustCompile(`Don nº (\d+)`).FindStringSubmatch(v.text())
	if index == nil {
		t.Fatal("no gift is among the entries")
	}
	v.sees("follow", v.visit("/follow/"+index[1]), "12,00 €", "Pas encore dépensé")
}

// halfBack gives 12 € by card, of which the provider then gives 6 € back.
func halfBack(t *testing.T, v *visitor, world *standin.Provider) {
	t.Helper()
	v.give("lanterne", "card", "carte@example.org")
	v.press("Confirmer mon don")
	promise := v.address()
	_, page := newCaller(t, v.base).get(promise)
	session := regexp.MustCompile(`https://checkout\.stripe\.example/pay/([\w-]+)`).FindStringSubmatch(page)
	if session == nil {
		t.Fatal("the page does not lead to the provider")
	}
	payment, err := world.Play(t.Context(), standin.Pay, session[1])
	if err != nil {
		t.Fatal(err)
	}
	v.sees("card", v.visit(promise), "Merci pour vos 12,00 €", "12,00 € − 0,43 € = 11,57 €")
	if _, err := world.Refund(t.Context(), pay.RefundOrder{Payment: payment, Amount: paytest.Euros(600),
		Key: "half"}); err != nil {
		t.Fatal(err)
	}
	v.sees("half-back", v.visit(promise), "12,00 €", "6,00 €")
	v.sees("half-back-gauge", v.visit("/entries"), "Remboursement", "−6,00 €")
}

// stopRegular gives 12 € each month by transfer, and stops it from the link in the thanks.
func stopRegular(t *testing.T, v *visitor, odile *caller, post *mailtest.Server) {
	t.Helper()
	v.visit("/give/lanterne")
	for name, value := range map[string]string{"every": "month", "means": "transfer",
		"shown": "anonymous", "mail": "monthly@example.org"} {
		v.fill(name, value)
	}
	v.twelve()
	v.press("Continuer")
	v.press("Confirmer mon don")
	odile.bring(camtOf("S2", 24_00, []camtLine{{v.announced(), 12_00}}))
	manage := ""
	for range 300 {
		for _, l := range post.Letters() {
			if strings.Contains(strings.Join(l.To, " "), "monthly@") {
				manage = regexp.MustCompile(`http://\S+/mine/[\w-]+`).FindString(l.Text)
			}
		}
		if manage != "" {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	v.sees("mine", v.visit(manage), "12,00 € chaque mois")
	v.sees("stop", v.press("Arrêter"))
	v.press("Arrêter")
	v.sees("stopped", v.visit(manage), "Aucun don régulier en cours")
}

// bundleHolds verifies what the fund publishes against the receipts that the donors were sent.
func bundleHolds(t *testing.T, data, vkey string, letters []mailtest.Letter) {
	t.Helper()
	bundle, kept := filepath.Join(t.TempDir(), "bundle"), t.TempDir()
	if _, errOut, status := fed(t, "", "export", "--data", data, bundle); status != 0 {
		t.Fatal(errOut)
	}
	for i, l := range letters {
		args := []string{"verify", bundle, "--key", vkey}
		for _, file := range l.Files {
			path := filepath.Join(kept, fmt.Sprintf("%d-%s", i, file.Name))
			if err := os.WriteFile(path, file.Content, 0o600); err != nil {
				t.Fatal(err)
			}
			flag := map[bool]string{true: "--receipt", false: "--since"}[strings.HasPrefix(file.Name, "proof")]
			args = append(args, flag, path)
		}
		out, errOut, status := fed(t, "", args...)
		if status != 0 || !strings.Contains(out, "PROVED") || len(l.Files) != 2 {
			t.Errorf("letter %d with %d files: %d %s%s", i, len(l.Files), status, out, errOut)
		}
	}
}
