// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/money"
)

func fund() Fund {
	return Fund{Name: "Les Amis de la Lanterne", Form: "Fonds de dotation", SIREN: "552 100 554", RNA: "W751234567",
		Address: []string{"12, rue de l’Œuvre", "51000 Châlons-en-Champagne"}}
}

func certificate() Certificate {
	return Certificate{Fund: fund(), Payer: "Zoë Čapková & Ευγενία Жукова", Amount: euros(123_480), Given: "2025-12-31",
		Credited: "2026-01-02", Means: Card, Purpose: "Lanterne – « hébergement »",
		Entry: Entry{Origin: "fonds.example.org/journal", Index: 1_234, Size: 56_789,
			Root: "mhU1lNvgobBPQ/MuTbpMYglxe/UL9+oAF6Y5ItEnlM4="},
		Made: time.Date(2026, 1, 3, 10, 0, 0, 0, time.FixedZone("CET", 3600))}
}

func slip(cheques int) PaymentSlip {
	s := PaymentSlip{Fund: fund(), Account: "FR1420041010050500013M02606", Number: "2026-3", On: "2026-02-01",
		Made: time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)}
	for n := range cheques {
		s.Cheques = append(s.Cheques, Cheque{Drawer: fmt.Sprintf("Tireur %d de la Société des lecteurs réunis", n+1),
			Bank: "Banque Exemple", Number: fmt.Sprintf("%07d", 4_000_000+n), Amount: euros(int64(1_000 + n))})
	}
	return s
}

func euros(minor int64) money.Amount { return money.Amount{Minor: minor, Unit: money.Euro} }

func tongue(t *testing.T, l locale.Lang) locale.Tongue {
	t.Helper()
	tongue, err := locale.Load(l)
	if err != nil {
		t.Fatal(err)
	}
	return tongue
}

// made gives the PDF, or fails.
func made(t *testing.T, l locale.Lang, write func(locale.Tongue) ([]byte, error)) []byte {
	t.Helper()
	file, err := write(tongue(t, l))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// words reads a PDF as pdftotext does, with every run of blanks as one.
func words(t *testing.T, file []byte) string {
	t.Helper()
	out, err := exec.Command("pdftotext", "-layout", saved(t, file), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func saved(t *testing.T, file []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not installed")
	}
}

func TestCertificateSays(t *testing.T) {
	need(t, "pdftotext")
	for l, says := range map[locale.Lang][]string{
		locale.French: {"Attestation de paiement", "n’est pas un reçu fiscal", "Les Amis de la Lanterne",
			"Fonds de dotation", "552 100 554", "W751234567", "12, rue de l’Œuvre, 51000 Châlons-en-Champagne",
			"Zoë Čapková & Ευγενία Жукова", "1 234,80 €",
			"mille deux cent trente-quatre euros et quatre-vingts centimes", "31 décembre 2025", "2 janvier 2026",
			"carte bancaire", "Lanterne – « hébergement »", "écriture n° 1 234 du journal fonds.example.org/journal",
			"mhU1lNvgobBPQ/MuTbpMYglxe/UL9+oAF6Y5ItEnlM4=", "Fait le 3 janvier 2026"},
		locale.English: {"Payment certificate", "This is no tax receipt", "€1,234.80",
			"one thousand, two hundred and thirty-four euros and eighty cents", "31 December 2025", "card",
			"entry 1,234 of the journal", "After 56,789 entries"},
	} {
		got := words(t, made(t, l, certificate().PDF))
		for _, want := range says {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing from %q", l, want, got)
			}
		}
	}
	c := certificate()
	c.Credited, c.Fund.SIREN, c.Fund.RNA = "", "", ""
	if got := words(t, made(t, locale.French, c.PDF)); !strings.Contains(got, "pas encore") ||
		strings.Contains(got, "SIREN") || strings.Contains(got, "RNA") {
		t.Errorf("not yet credited: %q", got)
	}
}

func TestSlipSays(t *testing.T) {
	need(t, "pdftotext")
	s := slip(60)
	got := words(t, made(t, locale.French, s.PDF))
	for _, want := range []string{"Bordereau de remise de chèques", "FR14 2004 1010 0505 0001 3M02 606", "2026-3",
		"1er février 2026", "Nombre de chèques 60", "Total 617,70 €", "1/4", "4/4"} {
		if !strings.Contains(got, want) && !strings.Contains(strings.ReplaceAll(got, " ", ""), want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
	for _, c := range s.Cheques {
		if strings.Count(got, c.Number) != 1 {
			t.Errorf("the cheque %s stands %d times", c.Number, strings.Count(got, c.Number))
		}
	}
	if n := strings.Count(got, "Tireur Banque N° du chèque"); n != 4 {
		t.Errorf("the heading of the table stands %d times", n)
	}
	if got := words(t, made(t, locale.English, slip(1).PDF)); !strings.Contains(got, "Cheque deposit slip") ||
		!strings.Contains(got, "Total €10.00") || !strings.Contains(got, "1/1") {
		t.Errorf("one cheque: %q", got)
	}
}

// TestSlipsOfEveryLengthListEachChequeOnce turns pages at every place, and wants each cheque and the
// total once, in pages of which none is empty.
func TestSlipsOfEveryLengthListEachChequeOnce(t *testing.T) {
	need(t, "pdftotext")
	for n := 10; n <= 60; n += 3 {
		s := slip(n)
		out, err := exec.Command("pdftotext", "-layout", saved(t, made(t, locale.French, s.PDF)), "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
		for i, page := range pages {
			if lines := len(strings.Fields(page)); lines < 8 {
				t.Errorf("%d cheques: page %d of %d is nearly empty: %q", n, i+1, len(pages), page)
			}
		}
		for _, c := range s.Cheques {
			if strings.Count(string(out), c.Number) != 1 {
				t.Errorf("%d cheques: %s stands %d times", n, c.Number, strings.Count(string(out), c.Number))
			}
		}
		if strings.Count(string(out), "Total") != 2 || strings.Count(string(out), "Signature") != 1 {
			t.Errorf("%d cheques: the end is not whole: %q", n, pages[len(pages)-1])
		}
	}
}

func TestFilesAreSoundAndAlwaysTheSame(t *testing.T) {
	_, missing := exec.LookPath("qpdf")
	for name, write := range map[string]func(locale.Tongue) ([]byte, error){
		"certificate": certificate().PDF, "slip": slip(40).PDF,
	} {
		file := made(t, locale.French, write)
		for range 5 {
			if !bytes.Equal(file, made(t, locale.French, write)) {
				t.Fatalf("%s: the same input gives other bytes", name)
			}
		}
		if len(file) > 80_000 {
			t.Errorf("%s: %d bytes", name, len(file))
		}
		if missing != nil {
			continue
		}
		if out, err := exec.Command("qpdf", "--check", saved(t, file)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	later := certificate()
	later.Made = later.Made.Add(time.Second)
	if bytes.Equal(made(t, locale.French, later.PDF), made(t, locale.French, certificate().PDF)) {
		t.Error("the instant of making is not in the file")
	}
	if missing != nil {
		t.Skip("qpdf is not installed")
	}
}

func TestCertificateRefuses(t *testing.T) {
	for says, change := range map[string]func(*Certificate){
		"name of who paid":           func(c *Certificate) { c.Payer = " " },
		"what the payment was for":   func(c *Certificate) { c.Purpose = "" },
		"name of the fund":           func(c *Certificate) { c.Fund.Name = "" },
		"legal form":                 func(c *Certificate) { c.Fund.Form = "" },
		"address has 1 to 8 lines":   func(c *Certificate) { c.Fund.Address = nil },
		"has 1 to 8 lines":           func(c *Certificate) { c.Fund.Address = make([]string, 9) },
		"origin of the journal":      func(c *Certificate) { c.Entry.Origin = "" },
		"root of the journal":        func(c *Certificate) { c.Entry.Root = "" },
		"lies under its root":        func(c *Certificate) { c.Entry.Size = c.Entry.Index },
		"amount of money above zero": func(c *Certificate) { c.Amount.Minor = 0 },
		"of money above":             func(c *Certificate) { c.Amount.Unit = money.Hours },
		"before it is given":         func(c *Certificate) { c.Credited = "2025-12-30" },
		"\"barter\" is not a means":  func(c *Certificate) { c.Means = "barter" },
		"is not a day":               func(c *Certificate) { c.Given = "2025-13-31" },
		"when it was made":           func(c *Certificate) { c.Made = time.Time{} },
		"cannot write '李'":           func(c *Certificate) { c.Payer = "李雷" },
		"cannot write '🌻'":           func(c *Certificate) { c.Purpose = "🌻" },
		"line's end":                 func(c *Certificate) { c.Payer = "a\nb" },
		"more than 300 characters":   func(c *Certificate) { c.Purpose = strings.Repeat("x", 301) },
		"is broken":                  func(c *Certificate) { c.Payer = "\xff" },
	} {
		c := certificate()
		change(&c)
		if file, err := c.PDF(tongue(t, locale.French)); fault.CodeOf(err) != fault.Invalid || file != nil ||
			!strings.Contains(fault.PublicOf(err), says) {
			t.Errorf("%v; it should say %q", err, says)
		}
	}
}

func TestSlipRefuses(t *testing.T) {
	for says, change := range map[string]func(*PaymentSlip){
		"1 to 500 cheques":         func(s *PaymentSlip) { s.Cheques = nil },
		"lists 1 to 500":           func(s *PaymentSlip) { *s = slip(501) },
		"Cheque 2 is not for":      func(s *PaymentSlip) { s.Cheques[1].Amount.Minor = 0 },
		"cannot be reckoned":       func(s *PaymentSlip) { s.Cheques[1].Amount.Unit = "CHF" },
		"number of the slip":       func(s *PaymentSlip) { s.Number = "" },
		"not an IBAN":              func(s *PaymentSlip) { s.Account = "" },
		"is not a day":             func(s *PaymentSlip) { s.On = "" },
		"cannot write '李', please": func(s *PaymentSlip) { s.Cheques[0].Drawer = "李雷" },
	} {
		s := slip(3)
		change(&s)
		says = strings.TrimSuffix(says, ", please")
		if file, err := s.PDF(tongue(t, locale.English)); fault.CodeOf(err) != fault.Invalid || file != nil ||
			!strings.Contains(fault.PublicOf(err), says) {
			t.Errorf("%v; it should say %q", err, says)
		}
	}
}

// TestLettersAreInBothFonts compares what we say can be written with the fonts' own tables.
func TestLettersAreInBothFonts(t *testing.T) {
	for name, font := range map[string]string{"regular": regularFont, "bold": boldFont} {
		written := glyphs(t, []byte(font))
		for r := rune(0); r <= 0xFFFF; r++ {
			if got := written[r]; got != hasLetter(r) && r != '\uFFFD' {
				t.Errorf("%s: %U is in the font: %v; we say: %v", name, r, got, !got)
			}
		}
		if len(font) > 100_000 {
			t.Errorf("%s: %d bytes in the program", name, len(font))
		}
	}
}

// glyphs gives the characters of a font, after its cmap table of format 4 (OpenType, "cmap").
func glyphs(t *testing.T, font []byte) map[rune]bool {
	t.Helper()
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	for i := range u16(4) {
		if entry := 12 + 16*i; string(font[entry:entry+4]) == "cmap" {
			cmap := u32(entry + 8)
			for j := range u16(cmap + 2) {
				if table := cmap + u32(cmap+4+8*j+4); u16(table) == 4 {
					return segments(table, u16)
				}
			}
		}
	}
	t.Fatal("the font has no table of characters")
	return nil
}

// segments reads a table of format 4.
func segments(table int, u16 func(int) int) map[rune]bool {
	found := map[rune]bool{}
	count := u16(table+6) / 2
	ends := table + 14
	starts := ends + 2*count + 2
	deltas, offsets := starts+2*count, starts+4*count
	for i := range count {
		for c := u16(starts + 2*i); c <= u16(ends+2*i) && c < 0xFFFF; c++ {
			glyph := c
			if offset := u16(offsets + 2*i); offset != 0 {
				glyph = u16(offsets + 2*i + offset + 2*(c-u16(starts+2*i)))
			}
			if (glyph+u16(deltas+2*i))&0xFFFF != 0 {
				found[rune(c)] = true
			}
		}
	}
	return found
}
