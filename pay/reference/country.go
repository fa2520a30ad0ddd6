// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"fmt"
	"strings"
)

// accountShapes says what stands behind the check digits of an IBAN of each country: so many digits
// (n), letters (a), letters or digits (c). It is the BBAN structure of SWIFT's IBAN Registry, release
// 100 of 2025, with neighbours of one kind joined. Territories use the code of their State: an account
// in Guadeloupe begins with FR, in Jersey with GB, in Åland with FI. Each cell is the code, a blank,
// the shape, a semicolon and a blank.
const accountShapes = "AD 8n12c; AE 19n; AL 8n16c; AT 16n; AZ 4a20c; BA 16n; BE 12n; BG 4a6n8c; " +
	"BH 4a14c; BI 23n; BR 23n1a1c; BY 4c4n16c; CH 5n12c; CR 18n; CY 8n16c; CZ 20n; DE 18n; DJ 23n; " +
	"DK 14n; DO 4c20n; EE 16n; EG 25n; ES 20n; FI 14n; FK 2a12n; FO 14n; FR 10n11c2n; GB 4a14n; " +
	"GE 2a16n; GI 4a15c; GL 14n; GR 7n16c; GT 24c; HN 4a20n; HR 17n; HU 24n; IE 4a14n; IL 19n; " +
	"IQ 4a15n; IS 22n; IT 1a10n12c; JO 4a4n18c; KW 4a22c; KZ 3n13c; LB 4n20c; LC 4a24c; LI 5n12c; " +
	"LT 16n; LU 3n13c; LV 4a13c; LY 21n; MC 10n11c2n; MD 20c; ME 18n; MK 3n10c2n; MN 16n; MR 23n; " +
	"MT 4a5n18c; MU 4a19n3a; NI 4a20n; NL 4a10n; NO 11n; OM 3n16c; PK 4a16c; PL 24n; PS 4a21c; " +
	"PT 21n; QA 4a21c; RO 4a16c; RS 18n; RU 14n15c; SA 2n18c; SC 4a20n3a; SD 14n; SE 20n; SI 15n; " +
	"SK 20n; SM 1a10n12c; SO 19n; ST 21n; SV 4a20n; TL 19n; TN 20n; TR 6n16c; UA 6n19c; VA 18n; " +
	"VG 4a16n; XK 16n; YE 4a4n18c; "

// eea lists the European Economic Area: the 27 of the European Union and Iceland, Liechtenstein and
// Norway, as in 2026.
const eea = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "

// sepaBeyondEEA lists the other countries in the geographical scope of the SEPA schemes, as the
// European Payments Council widened it last on 22 May 2025 (Serbia, live from May 2026): 41 in all.
const sepaBeyondEEA = "AD AL CH GB MC MD ME MK RS SM VA "

// gibraltar is in the scope through the United Kingdom, with a code of its own in IBANs.
const gibraltar = "GI "

// shapeOf gives the shape of a country's accounts, and false when the registry does not know it.
func shapeOf(country string) (string, bool) {
	for cell := range strings.SplitSeq(accountShapes, "; ") {
		if code, shape, ok := strings.Cut(cell, " "); ok && code == country {
			return shape, true
		}
	}
	return "", false
}

// lengthOf gives how many characters a shape asks for.
func lengthOf(shape string) int {
	total, count := 0, 0
	for i := range len(shape) {
		if isDigit(shape[i]) {
			count = count*10 + int(shape[i]-'0')
			continue
		}
		total, count = total+count, 0
	}
	return total
}

// misshapen says what is wrong with an account, of the right length, at its first character of the
// wrong kind; nothing when all is right.
func misshapen(shape, account string) string {
	at, count := 0, 0
	for i := range len(shape) {
		if isDigit(shape[i]) {
			count = count*10 + int(shape[i]-'0')
			continue
		}
		for ; count > 0; count-- {
			c := account[at]
			switch at++; {
			case shape[i] == 'n' && !isDigit(c):
				return fmt.Sprintf("a digit is expected where %q stands, at place %d", c, at+4)
			case shape[i] == 'a' && !isLetter(c):
				return fmt.Sprintf("a letter is expected where %q stands, at place %d", c, at+4)
			}
		}
	}
	return ""
}

// InEEA says whether a country, as two capitals, is in the European Economic Area: a transfer there
// needs neither BIC nor address.
func InEEA(country string) bool { return listed(eea, country) }

// InSEPA says whether euro transfers to a country, as two capitals, go through the SEPA schemes.
func InSEPA(country string) bool {
	return listed(eea, country) || listed(sepaBeyondEEA, country) || listed(gibraltar, country)
}

// listed looks a code of two capitals up in a list of cells of a code and a blank.
func listed(list, country string) bool {
	return len(country) == 2 && isAlnum(country) && strings.Contains(list, country+" ")
}
