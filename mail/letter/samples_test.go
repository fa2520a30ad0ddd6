// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"strings"
	"testing"
	"time"

	"ecot/locale"
	"ecot/mail"
	"ecot/money"
)

func euros(minor int64) money.Amount { return money.Amount{Minor: minor, Unit: money.Euro} }

func fund() Fund {
	return Fund{
		Name: "Les Communs de Brindeval", Base: "https://brindeval.example.org",
		Legal:   "Fonds de dotation, 3 rue de l’Essai, 26999 Brindeval",
		From:    mail.Mailbox{Name: "Les Communs de Brindeval", Address: "merci@brindeval.example.org"},
		ReplyTo: "tresorerie@brindeval.example.org", Zone: time.FixedZone("", 3600),
	}
}

// sample is the data of a letter, with a name for its variant; the first of a kind is named full.
type sample struct {
	variant string
	data    Data
}

func samples() []sample {
	basile := Person{"Basile Factice", "Lanterne"}
	account := Account{Holder: "Les Communs de Brindeval", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP",
		Reference: "RF18539007547034", QR: "/g/p7/qr"}
	bare := account
	bare.BIC = ""
	monthly := Regular{euros(2000), Monthly, "Lanterne"}
	yearly := Regular{euros(12000), Yearly, "Passerelle"}
	proof := Proof{Index: 1204, Text: []byte("c2sp.org/tlog-proof@v1\nindex 1204\n\nbrindeval.example.org/journal\n"),
		Key:   "brindeval.example.org/journal+8c9fc4b5+ASWeR1ZVZCnCCVWHUYkg6C2G2LUv1CZ5bVTdkWdxmWgP",
		Point: []byte("brindeval.example.org/journal\n1205\n")}
	thanks := Thanks{Name: "Léa", Gross: euros(1200), Fee: euros(43), Seen: "2026-01-01",
		For: []Share{{"Lanterne", euros(1200)}}, Follow: "/entries/1204", Certificate: "/m/tok3n/certificate/1204",
		Manage: "/m/tok3n", Proof: proof, PDF: []byte("%PDF-1.4\n"), Signer: basile}
	split := thanks
	split.Name, split.Fee, split.PDF, split.Proof.Point = "", euros(0), nil, nil
	split.Gross, split.For = euros(600001), []Share{{"Lanterne", euros(300001)}, {"Le fonds", euros(300000)}}
	failed := InstalmentFailed{Name: "Nour", Regular: monthly, Due: "2026-01-05", Cause: CardExpired,
		Again: "2026-01-08", Manage: "/m/tok3n"}
	transfer := Transfer{Name: "Léa", Amount: euros(1200), For: "Lanterne", Rhythm: Once, To: account, Manage: "/m/p7"}
	news := News{Month: "2025-12", Intro: []string{"Le lecteur lit enfin les tableaux.", "Merci à vous tous."},
		People: 1012, Gifts: 1037, Total: euros(1287950), Page: "/news/2025-12", Hash: strings.Repeat("0af9", 16),
		Checkpoint: "brindeval.example.org/journal\n1205\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
			"— brindeval.example.org/journal " + strings.Repeat("Az8/", 24) + "\n",
		Editor: Person{"Odile Maquette", "Trésorière"}, Unsubscribe: "/leave/n3ws"}
	quiet := news
	quiet.Intro, quiet.People, quiet.Gifts, quiet.Total = nil, 0, 0, euros(0)
	all := []sample{
		{"full", thanks}, {"split", split},
		{"full", transfer}, {"full", PromiseReminder{"Léa", euros(1200), "Lanterne", "2025-12-12", account, "/m/p7"}},
		{"bare", PromiseReminder{"", euros(1200), "Lanterne", "2025-12-12", bare, "/m/p7"}},
		{"full", failed},
		{"full", RegularPaused{"Nour", monthly, "2026-03-01", "/m/tok3n"}}, {"bare", RegularPaused{"", yearly, "", "/m/t"}},
		{"full", RegularStopped{"Nour", monthly, 9, euros(18000), "/m/tok3n"}},
		{"bare", RegularStopped{"", yearly, 0, euros(0), "/m/t"}},
		{"full", StillYes{"Nour", monthly, "2025-01-05", 9, euros(18000), "/m/t/keep", "/m/t/change", "/m/t/stop"}},
		{"full", Refund{"Odette", euros(2500), euros(5000), "2025-06-18", "2025-06-25",
			"Vous aviez demandé la moitié en retour.", "/entries/311", basile}},
		{"bare", Refund{"", euros(2500), euros(5000), "2025-06-18", "2025-06-25", "", "/entries/311", basile}},
		{"full", NotReached{"Léa", "Lanterne", "2026-04", 173, euros(12650), euros(20000), "/projects/lanterne",
			"/leave/app3al"}},
		{"none", NotReached{"", "Lanterne", "2026-04", 0, euros(0), euros(20000), "/projects/lanterne", "/leave/x"}},
		{"full", news}, {"quiet", quiet},
		{"full", SignIn{"/sign-in/s3cret", time.Date(2026, 1, 2, 8, 15, 0, 0, time.UTC)}},
		{"full", Invitation{"Aïcha", "Odile Maquette", "commissaire aux comptes", "/join/s3cret",
			time.Date(2026, 1, 9, 8, 0, 0, 0, time.UTC)}},
		{"full", PayeeChanged{"Mireille Essai", "0189", "4477", "Firmin Exemple",
			time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC), "2026-01-09", "/desk/payees/4"}},
		{"first", PayeeChanged{"Mireille Essai", "", "4477", "Firmin Exemple",
			time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC), "2026-01-09", "/desk/payees/4"}},
		{"full", Erased{"2025-09-30", "2035-12-31"}}, {"nothing", Erased{"2025-09-30", ""}},
		{"full", Manage{"Léa", "/mine/tok3n"}},
	}
	for _, cause := range []Cause{NoFunds, Refused, NotSeen} {
		failed.Cause, failed.Again = cause, ""
		all = append(all, sample{string(cause), failed})
	}
	for _, rhythm := range []Rhythm{Monthly, Yearly} {
		transfer.Rhythm = rhythm
		all = append(all, sample{string(rhythm), transfer})
	}
	return all
}

func letterOf(data Data, lang locale.Lang) Letter {
	return Letter{ID: string(data.Kind()) + "/1204", At: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC),
		To: "lea@example.net", Lang: lang, Data: data}
}

func newWriter(t testing.TB) *Writer {
	t.Helper()
	w, err := NewWriter(fund())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// everyLetter renders each sample in each language.
func everyLetter(t *testing.T, visit func(t *testing.T, s sample, e mail.Envelope)) {
	w := newWriter(t)
	for _, s := range samples() {
		for _, lang := range locale.Langs() {
			t.Run(string(s.data.Kind())+"/"+s.variant+"/"+string(lang), func(t *testing.T) {
				e, err := w.Render(letterOf(s.data, lang))
				if err != nil {
					t.Fatal(err)
				}
				visit(t, s, e)
			})
		}
	}
}
