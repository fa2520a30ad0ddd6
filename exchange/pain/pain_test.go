// SPDX-License-Identifier: AGPL-3.0-or-later

package pain

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay/reference"
)

func versions() []Version { return []Version{Version09, Version03} }

// order is a file with two days, a reference, a text, a payee outside the EEA and one without BIC.
func order() Order {
	return Order{
		Message: "LANTERNE-2026-0007", Made: time.Date(2026, 3, 5, 9, 30, 0, 0, time.FixedZone("CET", 3600)),
		Debtor: Account{Name: "Les Amis de la Lanterne – fonds de dotation", IBAN: "FR1420041010050500013M02606",
			BIC: "PSSTFRPPPAR", Town: "Châlons", Country: "FR"},
		Transfers: []Transfer{
			{ID: "PAY-41", On: "2026-03-09", To: Account{Name: "Zoë Müller & Cie", IBAN: "BE68539007547034"},
				Amount: euros(123_456), Reference: "RF18539007547034"},
			{ID: "PAY-42", On: "2026-03-06", Purpose: "SUPP",
				To:     Account{Name: "Øystein Łukasz", IBAN: "NO9386011117947", BIC: "DNBANOKK"},
				Amount: euros(1), Text: "Facture n° 12 – « hébergement »\n12 €"},
			{ID: "PAY-43", On: "2026-03-09", To: Account{Name: "Verein Laterne", IBAN: "CH9300762011623852957",
				BIC: "POFICHBEXXX", Town: "Zürich", Country: "CH"}, Amount: euros(maxCents), Text: "Spende"},
		},
	}
}

func euros(minor int64) money.Amount { return money.Amount{Minor: minor, Unit: money.Euro} }

// readBack is an independent reading of a file of either version.
type readBack struct {
	XMLName xml.Name
	MsgID   string `xml:"CstmrCdtTrfInitn>GrpHdr>MsgId"`
	Made    string `xml:"CstmrCdtTrfInitn>GrpHdr>CreDtTm"`
	Count   string `xml:"CstmrCdtTrfInitn>GrpHdr>NbOfTxs"`
	Sum     string `xml:"CstmrCdtTrfInitn>GrpHdr>CtrlSum"`
	Blocks  []struct {
		ID    string `xml:"PmtInfId"`
		Count string `xml:"NbOfTxs"`
		Sum   string `xml:"CtrlSum"`
		Batch string `xml:"BtchBookg"`
		Local string `xml:"PmtTpInf>LclInstrm>Cd"`
		Day   struct {
			Text string `xml:",chardata"`
			Dt   string `xml:"Dt"`
		} `xml:"ReqdExctnDt"`
		Name   string `xml:"Dbtr>Nm"`
		Town   string `xml:"Dbtr>PstlAdr>TwnNm"`
		IBAN   string `xml:"DbtrAcct>Id>IBAN"`
		BIC09  string `xml:"DbtrAgt>FinInstnId>BICFI"`
		BIC03  string `xml:"DbtrAgt>FinInstnId>BIC"`
		NoBIC  string `xml:"DbtrAgt>FinInstnId>Othr>Id"`
		Orders []struct {
			ID     string `xml:"PmtId>EndToEndId"`
			Amount struct {
				Unit  string `xml:"Ccy,attr"`
				Value string `xml:",chardata"`
			} `xml:"Amt>InstdAmt"`
			BIC09   string `xml:"CdtrAgt>FinInstnId>BICFI"`
			BIC03   string `xml:"CdtrAgt>FinInstnId>BIC"`
			Name    string `xml:"Cdtr>Nm"`
			Town    string `xml:"Cdtr>PstlAdr>TwnNm"`
			Country string `xml:"Cdtr>PstlAdr>Ctry"`
			IBAN    string `xml:"CdtrAcct>Id>IBAN"`
			Purpose string `xml:"Purp>Cd"`
			Text    string `xml:"RmtInf>Ustrd"`
			Ref     string `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
			RefType string `xml:"RmtInf>Strd>CdtrRefInf>Tp>CdOrPrtry>Cd"`
		} `xml:"CdtTrfTxInf"`
	} `xml:"CstmrCdtTrfInitn>PmtInf"`
}

func read(t *testing.T, file []byte) readBack {
	t.Helper()
	var r readBack
	if err := xml.Unmarshal(file, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, o Order, v Version) []byte {
	t.Helper()
	file, err := o.XML(v)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOrderIsReadBack(t *testing.T) {
	for _, v := range versions() {
		r := read(t, write(t, order(), v))
		if r.XMLName.Space != "urn:iso:std:iso:20022:tech:xsd:"+string(v) || r.MsgID != "LANTERNE-2026-0007" ||
			r.Made != "2026-03-05T09:30:00" || r.Count != "3" || r.Sum != "1000001234.56" {
			t.Errorf("%s: the header reads %+v", v, r)
		}
		if len(r.Blocks) != 2 {
			t.Fatalf("%s: %d blocks", v, len(r.Blocks))
		}
		first, second := r.Blocks[0], r.Blocks[1]
		if first.ID != "LANTERNE-2026-0007-1" || strings.TrimSpace(first.Day.Dt+first.Day.Text) != "2026-03-06" ||
			first.Sum != "0.01" || first.Town != "" || first.Name != "Les Amis de la Lanterne - fonds de dotation" {
			t.Errorf("%s: the first block reads %+v", v, first)
		}
		if second.ID != "LANTERNE-2026-0007-2" || strings.TrimSpace(second.Day.Dt+second.Day.Text) != "2026-03-09" ||
			second.Sum != "1000001234.55" || second.Count != "2" || second.Town != "Chalons" || second.Local != "" {
			t.Errorf("%s: the second block reads %+v", v, second)
		}
		if first.BIC09+first.BIC03 != "PSSTFRPPPAR" || (first.BIC09 == "") != (v == Version03) {
			t.Errorf("%s: the fund's bank reads %q and %q", v, first.BIC09, first.BIC03)
		}
		norway, belgium, swiss := first.Orders[0], second.Orders[0], second.Orders[1]
		if norway.Name != "Oystein Lukasz" || norway.Text != "Facture n. 12 - . hebergement . 12 E" ||
			norway.Amount.Unit != "EUR" || norway.Amount.Value != "0.01" || norway.Purpose != "SUPP" ||
			norway.BIC09+norway.BIC03 != "DNBANOKK" || norway.Ref != "" {
			t.Errorf("%s: %+v", v, norway)
		}
		if belgium.Name != "Zoe Muller + Cie" || belgium.Ref != "RF18539007547034" || belgium.RefType != "SCOR" ||
			belgium.Text != "" || belgium.BIC09+belgium.BIC03 != "" || belgium.IBAN != "BE68539007547034" {
			t.Errorf("%s: %+v", v, belgium)
		}
		if swiss.Town != "Zurich" || swiss.Country != "CH" || swiss.ID != "PAY-43" || swiss.Text != "Spende" {
			t.Errorf("%s: %+v", v, swiss)
		}
	}
}

func TestWithoutBICAndInstant(t *testing.T) {
	o := order()
	o.Debtor.BIC, o.Debtor.Country, o.Debtor.Town, o.Instant, o.Together = "", "", "", true, true
	o.Transfers = o.Transfers[:1]
	for _, v := range versions() {
		b := read(t, write(t, o, v)).Blocks[0]
		if b.NoBIC != "NOTPROVIDED" || b.BIC09+b.BIC03 != "" || b.Local != "INST" || b.Batch != "true" {
			t.Errorf("%s: %+v", v, b)
		}
	}
}

// draw makes an order of 1 to 40 transfers that are all right.
func draw(r *rand.Rand) Order {
	payees := []Account{
		{Name: "Zoë Müller & Cie", IBAN: "BE68539007547034"},
		{Name: "Γιώργος Ψαράς", IBAN: "GR1601101250000000012300695", BIC: "ETHNGRAA"},
		{Name: "Цветан Щерев", IBAN: "BG80BNBG96611020345678"},
		{Name: strings.Repeat("Š", MaxName), IBAN: "LV80BANK0000435195001"},
		{Name: "O’Brien <Ltd>", IBAN: "GB29NWBK60161331926819", BIC: "NWBKGB2L", Town: "London", Country: "GB"},
	}
	o := order()
	o.Transfers, o.Instant, o.Together = nil, r.Intn(2) == 0, r.Intn(2) == 0
	for n := range 1 + r.Intn(40) {
		t := Transfer{ID: fmt.Sprintf("PAY/%d", n), On: fmt.Sprintf("2026-03-%02d", 5+r.Intn(4)),
			To: payees[r.Intn(len(payees))], Amount: euros(1 + r.Int63n(1<<uint(1+r.Intn(36))))}
		switch r.Intn(3) {
		case 0:
			t.Reference = reference.For([]byte("sixteen bytes or more"), t.ID, t.On)
		case 1:
			t.Text = strings.Repeat("é", 1+r.Intn(MaxText))
		}
		o.Transfers = append(o.Transfers, t)
	}
	return o
}

// TestControlSumsAreExact reckons the sums of random files again with fractions.
func TestControlSumsAreExact(t *testing.T) {
	random := rand.New(rand.NewSource(4))
	for range 200 {
		o := draw(random)
		v := versions()[random.Intn(2)]
		file := write(t, o, v)
		if again := write(t, o, v); !bytes.Equal(file, again) {
			t.Fatal("the same order gives other bytes")
		}
		r := read(t, file)
		all, count, day := new(big.Rat), 0, ""
		for _, b := range r.Blocks {
			sum := new(big.Rat)
			for _, transfer := range b.Orders {
				sum.Add(sum, fraction(t, transfer.Amount.Value))
			}
			if sum.Cmp(fraction(t, b.Sum)) != 0 || b.Count != fmt.Sprint(len(b.Orders)) {
				t.Fatalf("the block %s says %s of %s, and holds %s of %d", b.ID, b.Sum, b.Count, sum, len(b.Orders))
			}
			if next := strings.TrimSpace(b.Day.Dt + b.Day.Text); next <= day {
				t.Fatalf("the day %s follows %s", next, day)
			} else {
				day = next
			}
			all.Add(all, sum)
			count += len(b.Orders)
		}
		total, err := o.Total()
		if err != nil || all.Cmp(fraction(t, r.Sum)) != 0 || all.Cmp(fraction(t, total.String())) != 0 ||
			r.Count != fmt.Sprint(count) || count != len(o.Transfers) {
			t.Fatalf("the file says %s of %s, and holds %s of %d", r.Sum, r.Count, all, count)
		}
	}
}

func fraction(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// schemas gives the folder of ISO 20022's schemas that lies beside the project.
func schemas(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("ECOT_SHARED"); dir != "" {
		return filepath.Join(dir, "iso20022")
	}
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "shared", "data")); missing == nil {
			return filepath.Join(dir, "shared", "data", "iso20022")
		}
		dir = filepath.Dir(dir)
	}
	t.Skip("shared/data is not beside the project")
	return ""
}

func TestSchema(t *testing.T) {
	dir := schemas(t)
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	random := rand.New(rand.NewSource(5))
	orders := []Order{order()}
	for range 20 {
		orders = append(orders, draw(random))
	}
	for _, v := range versions() {
		args := []string{"--noout", "--nonet", "--schema", filepath.Join(dir, string(v)+".xsd")}
		for i, o := range orders {
			name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.xml", i))
			if err := os.WriteFile(name, write(t, o, v), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, name)
		}
		if out, err := exec.Command(xmllint, args...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", v, err, out)
		}
		broken := filepath.Join(t.TempDir(), "broken.xml")
		file := bytes.Replace(write(t, order(), v), []byte("<ChrgBr>SLEV</ChrgBr>"), nil, 1)
		file = bytes.Replace(file, []byte("<NbOfTxs>3"), []byte("<NbOfTxs>three"), 1)
		if err := os.WriteFile(broken, file, 0o600); err != nil {
			t.Fatal(err)
		}
		if exec.Command(xmllint, append(args[:4:4], broken)...).Run() == nil {
			t.Errorf("%s: xmllint lets a broken file through", v)
		}
	}
}

func TestRefuses(t *testing.T) {
	for says, change := range map[string]func(*Order){
		"file's name, \"\"":          func(o *Order) { o.Message = "" },
		"not 1 to 30 characters":     func(o *Order) { o.Message = strings.Repeat("A", 31) },
		"\"/A\"":                     func(o *Order) { o.Message = "/A" },
		"when it was made":           func(o *Order) { o.Made = time.Time{} },
		"at least one":               func(o *Order) { o.Transfers = nil },
		"at most 10000 transfers":    func(o *Order) { o.Transfers = make([]Transfer, MaxTransfers+1) },
		"fund's own account":         func(o *Order) { o.Debtor.IBAN = "FR1420041010050500013M02607" },
		"the name is too long":       func(o *Order) { o.Debtor.Name = strings.Repeat("æ", 36) },
		"the name has no Latin":      func(o *Order) { o.Transfers[0].To.Name = "李雷" },
		"Nothing is left of \"…!\"":  func(o *Order) { o.Transfers[0].To.Name = "…!" },
		"Nothing is left of \"\"":    func(o *Order) { o.Transfers[0].To.Name = "" },
		"\"PAY-41\" cannot be":       func(o *Order) { o.Transfers[0].To.IBAN = "" },
		"XK, is not in SEPA":         func(o *Order) { o.Transfers[0].To.IBAN = "XK051212012345678906" },
		"its BIC is not valid":       func(o *Order) { o.Transfers[0].To.BIC = "PSST" },
		"Economic Area needs a BIC":  func(o *Order) { o.Transfers[2].To.BIC = "" },
		"states its town and":        func(o *Order) { o.Debtor.Town, o.Debtor.Country = "", "" },
		"is not two capitals":        func(o *Order) { o.Debtor.Country = "France" },
		"the town has no Latin":      func(o *Order) { o.Debtor.Town = "" },
		"the town is too long":       func(o *Order) { o.Debtor.Town = strings.Repeat("x", 36) },
		"identifier has characters":  func(o *Order) { o.Transfers[0].ID = "A//B" },
		"characters that banks":      func(o *Order) { o.Transfers[0].ID = "é" },
		"is empty or too long":       func(o *Order) { o.Transfers[0].ID = strings.Repeat("9", 36) },
		"same identifier":            func(o *Order) { o.Transfers[1].ID = "PAY-41" },
		"written like 2026-01-02":    func(o *Order) { o.Transfers[0].On = "2026-02-30" },
		"day of execution is past":   func(o *Order) { o.Transfers[0].On = "2026-03-04" },
		"not in euros":               func(o *Order) { o.Transfers[0].Amount.Unit = "CHF" },
		"does not lie between":       func(o *Order) { o.Transfers[0].Amount.Minor = 0 },
		"between 0.01 and":           func(o *Order) { o.Transfers[0].Amount.Minor = maxCents + 1 },
		"code of up to 4":            func(o *Order) { o.Transfers[0].Purpose = "salary" },
		"that it is drawn on":        func(o *Order) { o.Transfers[0].To.IBAN = o.Debtor.IBAN },
		"only one of them":           func(o *Order) { o.Transfers[0].Text = "and a text" },
		"its reference is not valid": func(o *Order) { o.Transfers[0].Reference = "RF19539007547034" },
		"the text is too long":       func(o *Order) { o.Transfers[1].Text = strings.Repeat("œ", 71) },
		"'\u4e2d'; use Latin":        func(o *Order) { o.Transfers[1].Text = "for \u4e2d" },
	} {
		o := order()
		change(&o)
		if file, err := o.XML(Version09); fault.CodeOf(err) != fault.Invalid || file != nil || err == nil ||
			!strings.Contains(fault.PublicOf(err), says) {
			t.Errorf("%v; it should say %q", err, says)
		}
	}
	o := order()
	o.Debtor.BIC = "E097BEB1"
	if _, err := o.XML(Version09); err != nil {
		t.Error(err)
	}
	if _, err := o.XML(Version03); err == nil || !strings.Contains(fault.PublicOf(err), "pain.001.001.09 only") {
		t.Errorf("a BIC with digits in .03: %v", err)
	}
	if _, err := order().XML("pain.001.001.11"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an unknown version: %v", err)
	}
}

func TestLatin(t *testing.T) {
	for text, want := range map[string]string{
		"Été à l’Œuvre":             "Ete a l'Oeuvre",
		"Straße & Söhne":            "Strasse + Sohne",
		"e\u0301te\u0301":           "ete",
		" a\u00a0\tb\r\n c ":        "a b c",
		"Þórður Æ Ø Å":              "Thordur Ae O A",
		"Αθήνα":                     "Athina",
		"Щастие":                    "Shtastie",
		"İstanbul Ğ ş":              "Istanbul G s",
		"A/B-C?:().,'+":             "A/B-C?:().,'+",
		"10 m² à 5 €; 100 %":        "10 m2 a 5 E. 100 .",
		"🌻 merci":                   ". merci",
		"Zażółć gęślą jaźń":         "Zazolc gesla jazn",
		"Příliš žluťoučký kůň":      "Prilis zlutoucky kun",
		"Árvíztűrő tükörfúrógép":    "Arvizturo tukorfurogep",
		"zero\u200bwidth\ufeffjoin": "zerowidthjoin",
	} {
		if got, err := Latin(text); err != nil || got != want {
			t.Errorf("%q is written %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "  ", "…", "-", "日本", "a\ufffd", "\xff", "Ⅷ", "שלום"} {
		if got, err := Latin(text); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" {
			t.Errorf("%q is written %q, %v", text, got, err)
		}
	}
}

// TestTablesAreSound wants each letter to stand once, its writing to be basic, and its capital to be
// written as a capital.
func TestTablesAreSound(t *testing.T) {
	seen := map[rune]string{}
	for _, table := range []string{latinLetters, greekLetters, cyrillicLetters, plainSigns} {
		for cell := range strings.SplitSeq(table, ";") {
			writing, letters, ok := strings.Cut(cell, " ")
			if !ok || writing == "" || letters == "" || strings.ContainsFunc(writing, func(r rune) bool { return !isBasic(r) }) {
				t.Errorf("the cell %q", cell)
			}
			for _, r := range letters {
				if other, twice := seen[r]; twice {
					t.Errorf("%q is both %q and %q", r, other, writing)
				}
				seen[r] = writing
			}
		}
	}
}

func FuzzLatin(f *testing.F) {
	f.Add("Été à l’Œuvre ½ 日本")
	f.Fuzz(func(t *testing.T, text string) {
		latin, err := Latin(text)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || latin != "" {
				t.Fatalf("%q: %q, %v", text, latin, err)
			}
			return
		}
		if strings.ContainsFunc(latin, func(r rune) bool { return !isBasic(r) }) ||
			strings.TrimSpace(latin) != latin || strings.Contains(latin, "  ") {
			t.Fatalf("%q is written %q", text, latin)
		}
		if again, err := Latin(latin); err != nil || again != latin {
			t.Fatalf("%q is written %q, and again %q, %v", text, latin, again, err)
		}
	})
}
