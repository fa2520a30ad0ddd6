// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"strconv"
	"strings"

	"ecot/fault"
)

// ParseLocal reads what a person types. In "fr" the decimal mark is a comma or a point and thousands
// are separated by blanks (ASCII, U+00A0, U+202F); in any other lang ("en") the mark is a point and
// thousands are separated by commas. Thousands must be well placed, a number has at most the
// decimals of its unit, and so `1.200` euros, which could be 1,20 or 1 200, is refused. The
// unit's sign or code may stand before or after; a minus stands first. Hours are typed with their
// letter or a colon: `2 h 30`, `2h`, `45 min`, `2:30`, `1,5 h`. Refusals are fault.Invalid with a
// sentence in lang.
func ParseLocal(s, lang string, u Unit) (Amount, error) {
	decimals, known := u.Decimals()
	if !known {
		return Amount{}, unknownUnit(u)
	}
	typed := typist{lang: lang, unit: u, input: s}
	text := strings.TrimSpace(plainBlanks(s))
	if text == "" || len(s) > longest {
		return Amount{}, typed.unreadable()
	}
	text, negative := cutMinus(text)
	text = typed.cutSign(text)
	if !negative {
		text, negative = cutMinus(text)
	}
	var minor uint64
	var err error
	if u == Hours {
		minor, err = typed.minutes(text)
	} else {
		minor, err = typed.number(text, decimals)
	}
	if err != nil {
		return Amount{}, err
	}
	return Amount{Minor: signed(minor, negative), Unit: u}, nil
}

// typist is one reading: the input as typed, for its refusals, and how to read it.
type typist struct {
	lang  string
	unit  Unit
	input string
}

// refuse makes a refusal in the reader's language; both texts take the input and then args.
func (t typist) refuse(french, english string, args ...any) error {
	args = append([]any{shorten(t.input)}, args...)
	if t.lang == "fr" {
		return fault.New(fault.Invalid, french, args...)
	}
	return fault.New(fault.Invalid, english, args...)
}

func (t typist) unreadable() error {
	if t.unit == Hours {
		return t.refuse("« %s » n’est pas une durée lisible ; écrivez par exemple 2 h 30 ou 45 min.",
			"“%s” is not a duration we can read; write for example 2h 30m or 45 min.")
	}
	return t.refuse("« %s » n’est pas un montant lisible ; écrivez par exemple 1234,56.",
		"“%s” is not an amount we can read; write for example 1234.56.")
}

// cutSign takes the unit's sign or code off either end of text.
func (t typist) cutSign(text string) string {
	signs := []string{string(t.unit), plainBlanks(t.unit.Sign("fr")), plainBlanks(t.unit.Sign("en"))}
	if t.unit == "JPY" || t.unit == "CNY" {
		signs = append(signs, "¥")
	}
	if t.unit == "USD" || t.unit == "CAD" || t.unit == "AUD" {
		signs = append(signs, "$")
	}
	if t.unit == "GBP" {
		signs = append(signs, "£")
	}
	for _, sign := range signs {
		if len(text) >= len(sign) && strings.EqualFold(text[:len(sign)], sign) {
			return strings.TrimSpace(text[len(sign):])
		}
		if at := len(text) - len(sign); at >= 0 && strings.EqualFold(text[at:], sign) {
			return strings.TrimSpace(text[:at])
		}
	}
	return text
}

// number reads a number in the language's own writing into minor units.
func (t typist) number(text string, decimals int) (uint64, error) {
	mark, separator := ".", ","
	if t.lang == "fr" {
		mark, separator = ",", " "
		if !strings.Contains(text, ",") && strings.Count(text, ".") == 1 {
			mark = "."
		}
	}
	whole, fraction, marked := strings.Cut(text, mark)
	if marked && !isDigits(fraction) {
		return 0, t.unreadable()
	}
	joined, ok := joinThousands(whole, separator)
	if !ok {
		return 0, t.misplaced(whole, separator)
	}
	if len(fraction) > decimals {
		return 0, t.tooFine(decimals)
	}
	return toMinor(joined, fraction, decimals)
}

// misplaced refuses thousands that do not stand by three, or a text that is no number at all.
func (t typist) misplaced(whole, separator string) error {
	for _, group := range strings.Split(whole, separator) {
		if !isDigits(group) {
			return t.unreadable()
		}
	}
	return t.refuse("« %s » est ambigu : les milliers vont par trois chiffres ; écrivez par exemple 1234,56.",
		"“%s” is ambiguous: thousands stand by three digits; write for example 1234.56.")
}

// tooFine refuses more decimals than the unit has, which may as well have been thousands.
func (t typist) tooFine(decimals int) error {
	if decimals == 0 {
		return t.refuse("« %s » est ambigu : %s se compte sans décimales ; écrivez un nombre entier.",
			"“%s” is ambiguous: %s is counted without decimals; write a whole number.",
			t.unit)
	}
	return t.refuse("« %s » est ambigu : %s a %s décimales au plus ; écrivez par exemple 1234,56.",
		"“%s” is ambiguous: %s has at most %s decimals; write for example 1234.56.",
		t.unit, strconv.Itoa(decimals))
}

// minutes reads a duration into minutes.
func (t typist) minutes(text string) (uint64, error) {
	text = strings.ReplaceAll(strings.ToLower(text), " ", "")
	for _, ending := range []string{"minutes", "minute", "mins", "min", "mn"} {
		if cut, found := strings.CutSuffix(text, ending); found {
			text = cut + "m"
			break
		}
	}
	if only, found := strings.CutSuffix(text, "m"); found && isDigits(only) {
		return toMinor(only, "", 0)
	}
	for _, mark := range []string{"hours", "hour", "heures", "heure", "h", ":"} {
		if hours, rest, found := strings.Cut(text, mark); found {
			return t.hours(hours, strings.TrimSuffix(rest, "m"), mark == ":")
		}
	}
	if isDigits(text) {
		return 0, t.refuse("« %s » est ambigu : des heures ou des minutes ? Écrivez 2 h ou 2 min.",
			"“%s” is ambiguous: hours or minutes? Write for example 2h or 2 min.")
	}
	return 0, t.unreadable()
}

// hours reads what stands before and after the mark of hours; after a colon, minutes are required.
func (t typist) hours(hours, rest string, colon bool) (uint64, error) {
	mark, separator := ".", ","
	if t.lang == "fr" {
		hours, separator = strings.Replace(hours, ",", ".", 1), " "
	}
	whole, fraction, marked := strings.Cut(hours, mark)
	whole, grouped := joinThousands(whole, separator)
	switch {
	case !grouped, marked && !isDigits(fraction), marked && (rest != "" || colon):
		return 0, t.unreadable()
	case rest != "" && !isDigits(rest), len(rest) > 2, len(rest) == 2 && rest > "59":
		return 0, t.unreadable()
	case colon && len(rest) != 2:
		return 0, t.unreadable()
	}
	if marked {
		return t.decimalHours(whole, fraction)
	}
	count, err := toMinor(whole, "", 0)
	if err != nil {
		return 0, err
	}
	extra, err := toMinor("0"+rest, "", 0)
	if err != nil {
		return 0, err
	}
	if count*60+extra > Max {
		return 0, outOfRange()
	}
	return count*60 + extra, nil
}

// decimalHours reads hours with at most two decimals, when they make whole minutes.
func (t typist) decimalHours(whole, fraction string) (uint64, error) {
	if len(fraction) > 2 {
		return 0, t.unreadable()
	}
	hundredths, err := toMinor(whole, fraction, 2)
	if err != nil {
		return 0, err
	}
	if hundredths*60%100 != 0 {
		return 0, t.refuse("« %s » ne fait pas un nombre entier de minutes ; écrivez par exemple 0 h 20.",
			"“%s” is not a whole number of minutes; write for example 0h 20m.")
	}
	return hundredths * 60 / 100, nil
}

// plainBlanks turns the blanks of typography into ASCII ones.
func plainBlanks(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ").Replace(s)
}

func cutMinus(text string) (rest string, negative bool) {
	for _, sign := range []string{"-", minus} {
		if after, found := strings.CutPrefix(text, sign); found {
			return strings.TrimSpace(after), true
		}
	}
	return text, false
}

// joinThousands joins groups of digits: each but the first has three, the first does not begin with 0.
func joinThousands(whole, separator string) (string, bool) {
	groups := strings.Split(whole, separator)
	for i, group := range groups {
		if !isDigits(group) || i > 0 && len(group) != 3 {
			return "", false
		}
		if i == 0 && len(groups) > 1 && (len(group) > 3 || group[0] == '0') {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}
