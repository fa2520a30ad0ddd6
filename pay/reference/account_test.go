// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"strings"
	"testing"

	"ecot/fault"
)

// registered holds the example of every country of SWIFT's IBAN Registry, release 100.
const registered = `
AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201
AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678
BH67BMAG00001299123456 BI4210000100010000332045181 BR1800360305000010009795493C1
BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066
CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000
DJ2100010000000154000100186 DK5000400440116243 DO28BAGR00000001212453611324 EE382200221020145685
EG380019000500000000263180002 ES9121000418450200051332 FI2112345600000785 FK88SC123456789012
FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917
GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 GT82TRAJ01020000001210029690
HN88CABF00000000000250005469 HR1210010051863000160 HU42117730161111101800000000
IE29AIBK93115212345678 IL620108000000099999999 IQ98NBIQ850123456789012 IS140159260076545510730339
IT60X0542811101000000123456 JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101
KZ86125KZT5004100100 LB62099900000001001901229114 LC55HEMM000100010012001200023015
LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001
LY83002048000020100120361 MC5811222000010123456789030 MD24AG000225100013104168
ME25505000012345678951 MK07250120000058984 MN121234123456789123 MR1300020001010000123456753
MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NI45BAPR00000013000003558124
NL91ABNA0417164300 NO9386011117947 OM810180000001299123456 PK36SCBL0000001123456702
PL61109010140000071219812874 PS92PALS000000000400123456702 PT50000201231234567890154
QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379
RU0304452522540817810538091310419 SA0380000000608010167519 SC18SSCB11010000000000001497USD
SD2129010501234001 SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541
SM86U0322509800000000270100 SO211000001001000100141 ST23000100010051845310146
SV62CENR00000000000000700025 TL380080012345678910157 TN5910006035183598478831
TR330006100519786457841326 UA213223130000026007233566001 VA59001123000012345678
VG96VPVG0000012345678901 XK051212012345678906 YE15CBYE0001018861234567891234
`

func TestEveryCountryOfTheRegistryIsRead(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range strings.Fields(registered) {
		iban, err := ParseIBAN(text)
		if err != nil || string(iban) != text {
			t.Errorf("%s is read as %q, %v", text, iban, err)
		}
		if again, err := ParseIBAN(strings.ToLower(iban.Grouped())); err != nil || again != iban {
			t.Errorf("%s printed and read again is %q, %v", text, again, err)
		}
		seen[iban.Country()] = true
	}
	for cell := range strings.SplitSeq(strings.TrimSuffix(accountShapes, "; "), "; ") {
		if !seen[cell[:2]] {
			t.Errorf("the registry's example of %s is missing", cell[:2])
		}
	}
	if len(seen) != 89 {
		t.Errorf("%d countries, the registry has 89", len(seen))
	}
}

// alike gives the characters that MOD 97-10 tells from c for certain: a digit from every digit, a
// letter from every letter. A digit taken for a letter is found 96 times in 97.
func alike(c byte) string {
	if isDigit(c) {
		return "0123456789"
	}
	return capitals
}

// TestEveryMistypedCharacterIsFound changes each digit of each example into every digit, each letter
// into every letter, and swaps neighbours of one kind.
func TestEveryMistypedCharacterIsFound(t *testing.T) {
	tried := 0
	for _, text := range strings.Fields(registered) {
		for i := 2; i < len(text); i++ {
			for _, c := range alike(text[i]) {
				if changed := text[:i] + string(c) + text[i+1:]; changed != text {
					tried++
					refuseIBAN(t, changed)
				}
			}
			if i > 4 && text[i] != text[i-1] && isDigit(text[i]) == isDigit(text[i-1]) {
				tried++
				refuseIBAN(t, text[:i-1]+string(text[i])+string(text[i-1])+text[i+1:])
			}
			refuseIBAN(t, text[:i]+text[i+1:])
			refuseIBAN(t, text[:i]+"0"+text[i:])
		}
	}
	if tried < 20_000 {
		t.Errorf("only %d changes were tried", tried)
	}
}

func refuseIBAN(t *testing.T, text string) {
	t.Helper()
	if iban, err := ParseIBAN(text); fault.CodeOf(err) != fault.Invalid || err == nil || iban != "" {
		t.Errorf("%q is read as %q, %v", text, iban, err)
	}
}

func TestNoIBAN(t *testing.T) {
	for text, says := range map[string]string{
		"":                                 "not an IBAN",
		"FR":                               "not an IBAN",
		"FR14":                             "not an IBAN",
		"1234":                             "not an IBAN",
		"FRXX20041010050500013M02606":      "not an IBAN",
		"FR14 2004-1010":                   "not an IBAN",
		"ZZ1420041010050500013M02606":      "No IBAN begins with ZZ",
		"GP1420041010050500013M02606":      "No IBAN begins with GP",
		"FR1420041010050500013M0260":       "has 27 characters; this one has 26",
		"FR142004101005050001\u00e9M02606": "not an IBAN",
		"FRA420041010050500013M02606":      "not an IBAN",
		"FR1420041O10050500013M02606":      "a digit is expected where 'O' stands, at place 10",
		"GB29N0BK60161331926819":           "a letter is expected where '0' stands, at place 6",
		"FR1520041010050500013M02606":      "check digits",
		"BE00539007547034":                 "check digits", // 00 and 97 leave the same remainder
	} {
		if _, err := ParseIBAN(text); err == nil || !strings.Contains(fault.PublicOf(err), says) {
			t.Errorf("%q: %v; it should say %q", text, err, says)
		}
	}
}

// TestCheckDigitsAreCanonical wants 02 to 98 only: 00, 01 and 99 leave the same remainder as 97, 98
// and 02, and no bank gives them out.
func TestCheckDigitsAreCanonical(t *testing.T) {
	tried := 0
	for n := range 200 {
		account := "3704004405320" + string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10)) + "00"
		other := map[string]string{"97": "00", "98": "01", "02": "99"}[checkDigits("DE", account)]
		if other == "" {
			continue
		}
		tried++
		if _, err := ParseIBAN("DE" + checkDigits("DE", account) + account); err != nil {
			t.Errorf("DE %s: %v", account, err)
		}
		refuseIBAN(t, "DE"+other+account)
	}
	if tried < 3 {
		t.Errorf("only %d accounts have such check digits", tried)
	}
}

func TestRIBKey(t *testing.T) {
	for account, want := range map[string]string{
		"20041010050500013M026": "06", // the registry's example
		"112220000101234567890": "30", // of Monaco
		"300060000112345678901": "89", // digits alone
	} {
		if got := ribKey(account); got != want {
			t.Errorf("the key of %s is %s, want %s", account, got, want)
		}
	}
	account := "20041010050500013M02607" // a wrong key below right check digits
	if _, err := ParseIBAN("FR" + checkDigits("FR", account) + account); err == nil ||
		!strings.Contains(fault.PublicOf(err), "RIB key") {
		t.Errorf("a wrong RIB key: %v", err)
	}
}

func TestCountries(t *testing.T) {
	eeas, sepas := 0, 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			country := string(a) + string(b)
			if InEEA(country) {
				eeas++
				if !InSEPA(country) {
					t.Errorf("%s is in the EEA and not in SEPA", country)
				}
			}
			if InSEPA(country) {
				sepas++
				if _, known := shapeOf(country); !known {
					t.Errorf("%s is in SEPA and has no IBAN", country)
				}
			}
		}
	}
	if eeas != 30 || sepas != 42 { // 41 countries, and Gibraltar
		t.Errorf("%d countries in the EEA, %d in SEPA", eeas, sepas)
	}
	for country, want := range map[string][2]bool{
		"FR": {true, true}, "NO": {true, true}, "CH": {false, true}, "GB": {false, true}, "RS": {false, true},
		"US": {false, false}, "XK": {false, false}, "": {false, false}, "T ": {false, false}, "fr": {false, false},
	} {
		if got := [2]bool{InEEA(country), InSEPA(country)}; got != want {
			t.Errorf("%q: in the EEA and SEPA %v, want %v", country, got, want)
		}
	}
}

func TestBIC(t *testing.T) {
	for text, want := range map[string]BIC{
		"PSSTFRPPPAR": "PSSTFRPPPAR", "psst fr pp": "PSSTFRPP", "AGRIFRPP882": "AGRIFRPP882", "E097BEB1": "E097BEB1",
	} {
		if got, err := ParseBIC(text); err != nil || got != want {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
	if got := BIC("PSSTFRPPPAR").Country(); got != "FR" {
		t.Errorf("country %q", got)
	}
	for _, text := range []string{"", "PSSTFRP", "PSSTFRPPP", "PSSTFRPPPA", "PSSTFRPPPARX", "PSST1RPP", "PSSTF1PP",
		"PSS-FRPP", "PSSTFRPÉ"} {
		if got, err := ParseBIC(text); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
}

func FuzzParseIBAN(f *testing.F) {
	for _, text := range strings.Fields(registered) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		iban, err := ParseIBAN(text)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || iban != "" {
				t.Fatalf("%q: %q, %v", text, iban, err)
			}
			return
		}
		if again, err := ParseIBAN(iban.Grouped()); err != nil || again != iban {
			t.Fatalf("%q is %q, and again %q, %v", text, iban, again, err)
		}
		if mod97(0, string(iban[4:]+iban[:4])) != 1 {
			t.Fatalf("%q passes without leaving 1", text)
		}
	})
}
