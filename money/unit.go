// SPDX-License-Identifier: AGPL-3.0-or-later

// Package money counts what a fund holds: currencies, hours and things, in whole minor units.
//
// An amount is an int64 of minor units (cents of euro, yen, minutes, pieces) with its unit code.
// Units are never added to one another, nothing is ever a float, and every operation that leaves
// the range |minor| ≤ Max is refused rather than wrapped. Its one invariant: no operation of this
// package creates or loses a minor unit; a split gives back exactly its total.
package money

import "sort"

// Max bounds the minor units of every amount: |minor| ≤ 10¹⁵, ten thousand billion euros.
const Max = 1_000_000_000_000_000

// Unit says what is counted: an ISO 4217 currency code, Hours, or the lower-case token of a kind of
// thing (`[a-z][a-z0-9:/._@-]{0,63}`).
type Unit string

// Units that the rest of Écot names.
const (
	Euro  Unit = "EUR"
	Hours Unit = "HUR" // counted in minutes
)

// ISO 4217, list one, as in force in January 2026, by the number of decimals of the minor unit. The
// codes of metals, baskets, tests and "no currency" (XAU, XDR, XTS, XXX…) have no minor unit and are
// left out. Every constant is sorted and each of its cells is one code and a space.
//
// Sources: the codes are those of Debian's iso-codes 4.15.0 and the decimals those of OpenJDK
// 17.0.15 (java.util.Currency), held against each other, with the amendments of SIX, who keeps the
// standard, since: 176 (XCG for ANG), 177 (ZWG for ZWL), 178 (CUC goes), 179 (XAD), 180 (the euro for
// BGN). That UYW has four decimals is ISO 4217 as we know it: neither source names it.
const (
	zeroDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
	twoDecimals  = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP " +
		"BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP " +
		"GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK " +
		"LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK " +
		"NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP " +
		"STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG " +
		"YER ZAR ZMW ZWG "
	threeDecimals = "BHD IQD JOD KWD LYD OMR TND "
	fourDecimals  = "CLF UYW "

	// withdrawnDecimals lists what left the standard since 2022, all with two decimals: the books
	// of a fund that moves in may still count in them.
	withdrawnDecimals = "ANG BGN CUC HRK SLL ZWL "
)

// Decimals gives how many decimals the unit's minor unit stands for: 0 to 4 for a currency, 0 for
// minutes and things. It is false when the unit is not known.
func (u Unit) Decimals() (int, bool) {
	switch {
	case u == Hours, u.IsThing():
		return 0, true
	case len(u) != 3:
		return 0, false
	case listed(twoDecimals, u), listed(withdrawnDecimals, u):
		return 2, true
	case listed(zeroDecimals, u):
		return 0, true
	case listed(threeDecimals, u):
		return 3, true
	case listed(fourDecimals, u):
		return 4, true
	}
	return 0, false
}

// Valid tells whether the unit is a currency of the table, Hours, or a well-formed kind token.
func (u Unit) Valid() bool {
	_, ok := u.Decimals()
	return ok
}

// IsThing tells whether the unit is a well-formed token of a kind of thing.
func (u Unit) IsThing() bool {
	if len(u) == 0 || len(u) > 64 || u[0] < 'a' || u[0] > 'z' {
		return false
	}
	for i := 1; i < len(u); i++ {
		if !isTokenByte(u[i]) {
			return false
		}
	}
	return true
}

// IsCurrency tells whether the unit is a currency of the table.
func (u Unit) IsCurrency() bool { return u != Hours && !u.IsThing() && u.Valid() }

func isTokenByte(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return true
	}
	return c == ':' || c == '/' || c == '.' || c == '_' || c == '@' || c == '-'
}

// listed searches a sorted table of four-byte cells for the three-letter code u.
func listed(table string, u Unit) bool {
	cell := func(i int) string { return table[4*i : 4*i+3] }
	n := len(table) / 4
	i := sort.Search(n, func(i int) bool { return cell(i) >= string(u) })
	return i < n && cell(i) == string(u)
}
