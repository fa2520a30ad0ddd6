// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import "ecot/money"

// form is a plural category of CLDR that French or English cardinals use.
type form string

const (
	one   form = "one"
	many  form = "many" // French whole millions: "1 000 000 de dons"
	other form = "other"
)

// formOf gives the plural form for n: French is singular for 0 and 1 and has a form for whole
// millions; English is singular for 1 only (CLDR 48, cardinal rules, integers).
func formOf(lang Lang, n int64) form {
	if n < 0 {
		n = -n
	}
	if lang == French {
		switch {
		case n <= 1:
			return one
		case n%1_000_000 == 0:
			return many
		}
		return other
	}
	if n == 1 {
		return one
	}
	return other
}

// Count gives the message of a counted thing, `key.one`, `key.many` or `key.other` as n asks, with
// {n} written as the language groups digits. Errors are those of Text.
func (t Tongue) Count(key string, n int64, pairs ...string) (string, error) {
	values := append([]string{"n", money.FormatCount(n, string(t.Lang))}, pairs...)
	return t.Text(key+"."+string(formOf(t.Lang, n)), values...)
}

// Number writes a bare whole number as the language groups digits.
func (t Tongue) Number(n int64) string { return money.FormatCount(n, string(t.Lang)) }

// Amount writes an amount with its sign, as money.Amount.Format does.
func (t Tongue) Amount(a money.Amount) string { return a.Format(string(t.Lang)) }
