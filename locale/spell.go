// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"strings"

	"ecot/fault"
	"ecot/money"
)

// Spell writes an amount of money in words, as a certificate repeats it: "deux mille quatre-vingts
// euros et cinq centimes", "two thousand and eighty euros and five cents". A currency whose name it
// does not know is written by its code, with what is behind the decimal mark in figures. An amount
// that is negative or no currency is fault.Invalid.
func (l Lang) Spell(a money.Amount) (string, error) {
	decimals, known := a.Unit.Decimals()
	if !known || !a.Unit.IsCurrency() || a.Minor < 0 || a.Minor > money.Max {
		return "", fault.New(fault.Invalid, "Only an amount of money that is not negative can be put in words.")
	}
	parts := int64(1)
	for range decimals {
		parts *= 10
	}
	whole, rest := a.Minor/parts, a.Minor%parts
	names, named := l.coins(a.Unit)
	text := l.spell(whole) + " " + l.joint(whole, names.many) + names.of(whole, l)
	switch {
	case rest == 0:
		return text, nil
	case !named:
		_, digits, _ := strings.Cut(a.String(), ".")
		return text + " " + l.and() + " " + digits + "/1" + strings.Repeat("0", decimals), nil
	case whole == 0:
		return l.spell(rest) + " " + names.part(rest), nil
	}
	return text + " " + l.and() + " " + l.spell(rest) + " " + names.part(rest), nil
}

// coin names a currency's units and their hundredths, one and several.
type coin struct{ one, many, onePart, manyParts string }

// coins gives the names of a currency; an unknown one goes by its code, and is not named.
func (l Lang) coins(unit money.Unit) (names coin, named bool) {
	french := l == French
	switch {
	case unit == money.Euro && french:
		return coin{"euro", "euros", "centime", "centimes"}, true
	case unit == money.Euro:
		return coin{"euro", "euros", "cent", "cents"}, true
	case unit == "CHF" && french:
		return coin{"franc suisse", "francs suisses", "centime", "centimes"}, true
	case unit == "CHF":
		return coin{"Swiss franc", "Swiss francs", "centime", "centimes"}, true
	case unit == "USD" && french:
		return coin{"dollar des États-Unis", "dollars des États-Unis", "cent", "cents"}, true
	case unit == "USD":
		return coin{"US dollar", "US dollars", "cent", "cents"}, true
	case unit == "GBP" && french:
		return coin{"livre sterling", "livres sterling", "penny", "pence"}, true
	case unit == "GBP":
		return coin{"pound sterling", "pounds sterling", "penny", "pence"}, true
	}
	return coin{one: string(unit), many: string(unit)}, false
}

// of gives the name for so many units; French counts from two, English everything but one.
func (c coin) of(n int64, l Lang) string {
	if n == 1 || n == 0 && l == French {
		return c.one
	}
	return c.many
}

// part gives the name for so many hundredths, at least one.
func (c coin) part(n int64) string {
	if n == 1 {
		return c.onePart
	}
	return c.manyParts
}

// and joins units and hundredths.
func (l Lang) and() string {
	if l == French {
		return "et"
	}
	return "and"
}

// joint gives what French puts between a round million or more and what is counted: "un million
// d'euros", "deux milliards de francs".
func (l Lang) joint(n int64, name string) string {
	switch {
	case l != French || n == 0 || n%million != 0:
		return ""
	case strings.HasPrefix(name, "e"):
		return "d'"
	}
	return "de "
}

const million = 1_000_000

// spell writes a whole number from 0 to money.Max in words: in French in the spelling before 1990
// ("quatre-vingt-un", "deux cents", "soixante et onze"), else in British English ("one hundred and one").
func (l Lang) spell(n int64) string {
	if n == 0 {
		return either(l == French, "zéro", "zero")
	}
	if l == French {
		return spellFrench(n)
	}
	return spellEnglish(n)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// scale gives the name of a group of three digits, counted from 0 at the right.
func scale(l Lang, group int) string {
	if l == French {
		return [...]string{"", "mille", "million", "milliard", "billion", "billiard"}[group]
	}
	return [...]string{"", "thousand", "million", "billion", "trillion", "quadrillion"}[group]
}

// groups cuts n into groups of three digits, the last first.
func groups(n int64) []int {
	var cut []int
	for ; n > 0; n /= 1000 {
		cut = append(cut, int(n%1000))
	}
	return cut
}

// spellFrench writes n > 0. A plural s on vingt and cent falls away when a number or mille follows;
// million and milliard are nouns, and take one.
func spellFrench(n int64) string {
	var words []string
	cut := groups(n)
	for group := len(cut) - 1; group >= 0; group-- {
		count, name := cut[group], scale(French, group)
		switch {
		case count == 0:
		case group == 1 && count == 1:
			words = append(words, name)
		case group == 1:
			words = append(words, frenchBelowThousand(count, false), name)
		case group == 0:
			words = append(words, frenchBelowThousand(count, true))
		default:
			words = append(words, frenchBelowThousand(count, true), name+either(count > 1, "s", ""))
		}
	}
	return strings.Join(words, " ")
}

// frenchBelowThousand writes 1 to 999; last says that no number follows, so that vingt and cent may
// take their s.
func frenchBelowThousand(n int, last bool) string {
	hundreds, rest := n/100, n%100
	plural := either(last, "s", "")
	var words []string
	switch {
	case hundreds == 1:
		words = append(words, "cent")
	case hundreds > 1:
		words = append(words, frenchBelowHundred(hundreds, ""), "cent"+either(rest == 0, plural, ""))
	}
	if rest > 0 {
		words = append(words, frenchBelowHundred(rest, plural))
	}
	return strings.Join(words, " ")
}

// frenchBelowHundred writes 1 to 99; plural is what quatre-vingt takes when it ends the number.
func frenchBelowHundred(n int, plural string) string {
	small := [...]string{"", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
		"onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"}
	tens := [...]string{"", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante",
		"quatre-vingt", "quatre-vingt"}
	if n < 20 {
		return small[n]
	}
	ten, rest := n/10, n%10
	if ten == 7 || ten == 9 {
		rest += 10
	}
	switch {
	case rest == 0 && ten == 8:
		return tens[ten] + plural
	case rest == 0:
		return tens[ten]
	case (rest == 1 || rest == 11) && ten < 8:
		return tens[ten] + " et " + small[rest]
	}
	return tens[ten] + "-" + small[rest]
}

// spellEnglish writes n > 0: commas between groups, and before what is below a hundred.
func spellEnglish(n int64) string {
	cut := groups(n)
	text := ""
	for group := len(cut) - 1; group >= 0; group-- {
		count := cut[group]
		switch {
		case count == 0:
			continue
		case text != "" && group == 0 && count < 100:
			text += " and "
		case text != "":
			text += ", "
		}
		text += englishBelowThousand(count)
		if group > 0 {
			text += " " + scale(English, group)
		}
	}
	return text
}

// englishBelowThousand writes 1 to 999.
func englishBelowThousand(n int) string {
	small := [...]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
		"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	text := ""
	if n >= 100 {
		text = small[n/100] + " hundred" + either(n%100 > 0, " and ", "")
	}
	switch rest := n % 100; {
	case rest < 20:
		return text + small[rest]
	case rest%10 == 0:
		return text + tens[rest/10]
	default:
		return text + tens[rest/10] + "-" + small[rest%10]
	}
}
