// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"strconv"
	"strings"
)

// Blanks and signs of written numbers, after CLDR 48 and French typography.
const (
	narrowBlank = "\u202f" // between the thousands, in French
	blank       = "\u00a0" // between number and sign
	minus       = "\u2212"
)

// String gives the plain form that Parse reads back: "-1234.50", with exactly the unit's decimals.
// Hours are in minutes. An amount of unknown unit shows its minor units.
func (a Amount) String() string {
	whole, fraction := a.digits()
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	if a.Minor < 0 {
		return "-" + text
	}
	return text
}

// Format writes the amount for a person: lang "fr" gives `1 234,56 €` with U+202F in the thousands
// and U+00A0 before the sign, any other lang the English `€1,234.56`. Hours are `12 h 30` and
// `12h 30m`; things are the number and the token. A negative amount begins with U+2212. Currency
// signs are CLDR's for EUR, USD, GBP, JPY (English only), CAD, AUD, XAF, XOF and XPF; every other
// currency shows its code: `1 234,56 CHF`, `CHF 1,234.56`.
func (a Amount) Format(lang string) string {
	text := a.formatPositive(lang)
	if a.Minor < 0 {
		return minus + text
	}
	return text
}

// FormatBare is Format without the unit's sign, for a column whose heading names the unit. Hours keep
// their letters.
func (a Amount) FormatBare(lang string) string {
	if a.Unit == Hours {
		return a.Format(lang)
	}
	if a.Minor < 0 {
		return minus + a.formatNumber(lang)
	}
	return a.formatNumber(lang)
}

// formatPositive writes the amount without its sign.
func (a Amount) formatPositive(lang string) string {
	if a.Unit == Hours {
		return formatMinutes(magnitude(a.Minor), lang)
	}
	number := a.formatNumber(lang)
	sign := a.Unit.Sign(lang)
	switch {
	case lang == "fr" || !a.Unit.IsCurrency():
		return number + blank + sign
	case sign == string(a.Unit) || strings.HasPrefix(sign, "F"): // letters need a blank
		return sign + blank + number
	}
	return sign + number
}

// formatNumber writes the number alone, grouped by thousands, with the decimal mark of lang.
func (a Amount) formatNumber(lang string) string {
	whole, fraction := a.digits()
	separator, mark := ",", "."
	if lang == "fr" {
		separator, mark = narrowBlank, ","
	}
	number := grouped(whole, separator)
	if fraction != "" {
		number += mark + fraction
	}
	return number
}

// digits gives the digits of |minor| before and after the decimal mark.
func (a Amount) digits() (whole, fraction string) {
	decimals, _ := a.Unit.Decimals()
	all := strconv.FormatUint(magnitude(a.Minor), 10)
	if len(all) <= decimals {
		all = strings.Repeat("0", decimals-len(all)+1) + all
	}
	cut := len(all) - decimals
	return all[:cut], all[cut:]
}

// FormatCount writes a bare whole number as lang groups it: `1 234` with U+202F, `1,234`.
func FormatCount(n int64, lang string) string {
	text := Amount{Minor: n}.formatNumber(lang)
	if n < 0 {
		return minus + text
	}
	return text
}

// Sign gives what stands for the unit beside a number in lang: a currency sign, or the unit itself.
func (u Unit) Sign(lang string) string {
	french := lang == "fr"
	switch u {
	case Euro:
		return "€"
	case "USD":
		return either(french, "$US", "$")
	case "GBP":
		return either(french, "£GB", "£")
	case "JPY":
		return either(french, "JPY", "¥")
	case "CAD":
		return either(french, "$CA", "CA$")
	case "AUD":
		return either(french, "$AU", "A$")
	case "XAF":
		return "FCFA"
	case "XOF":
		return "F" + narrowBlank + "CFA"
	case "XPF":
		return either(french, "FCFP", "CFPF")
	}
	return string(u)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// grouped puts separator between each three digits from the right.
func grouped(digits, separator string) string {
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// formatMinutes writes a duration: French `12 h 30`, `12 h`, `30 min`; English `12h 30m`, `12h`, `30m`.
func formatMinutes(minutes uint64, lang string) string {
	hours, rest := minutes/60, minutes%60
	count := FormatCount(int64(hours), lang)
	if lang == "fr" {
		switch {
		case hours == 0:
			return strconv.FormatUint(rest, 10) + blank + "min"
		case rest == 0:
			return count + blank + "h"
		}
		return count + blank + "h" + blank + twoDigits(rest)
	}
	switch {
	case hours == 0:
		return strconv.FormatUint(rest, 10) + "m"
	case rest == 0:
		return count + "h"
	}
	return count + "h" + blank + strconv.FormatUint(rest, 10) + "m"
}

func twoDigits(n uint64) string {
	if n < 10 {
		return "0" + strconv.FormatUint(n, 10)
	}
	return strconv.FormatUint(n, 10)
}
