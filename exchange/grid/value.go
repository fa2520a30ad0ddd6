// SPDX-License-Identifier: AGPL-3.0-or-later

package grid

import (
	"strings"
	"time"
	"unicode"

	"ecot/fault"
	"ecot/money"
)

// Clean collapses blanks of every kind, line ends among them, and makes one of whatever would steer a
// terminal or hide in a text.
func Clean(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
}

// Layouts gives the ways to write a day that are read, in the words of package time.
func Layouts() []string {
	return []string{"02/01/2006", "2006-01-02", "02-01-2006", "02.01.2006", "2006/01/02", "02/01/06",
		"20060102", "01/02/2006"}
}

// Day reads a day in a layout, which a time may follow, and gives it as 2026-01-02.
func Day(text, layout string) (string, error) {
	if len(text) >= len(layout) && (len(text) == len(layout) || isTime(text[len(layout):])) {
		day, err := time.Parse(layout, text[:len(layout)])
		if err == nil && day.Year() >= 1970 {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", fault.New(fault.Invalid, "%q is not a day written like %s.", shorten(text), sample(layout))
}

// sample writes the layout as the last day of January 2026 would be.
func sample(layout string) string {
	return time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC).Format(layout)
}

// isTime says whether text, behind a day, is a time of that day.
func isTime(text string) bool {
	if text[0] != ' ' && text[0] != 'T' {
		return false
	}
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05Z07:00", "15:04:05 MST", "15:04:05 -0700"} {
		if _, err := time.Parse(layout, text[1:]); err == nil {
			return true
		}
	}
	return false
}

// LayoutOf gives the first layout in which each of the values is a day, empty when there is none or
// no value. Days before months come before months before days.
func LayoutOf(values []string) string {
	for _, layout := range Layouts() {
		met := false
		fits := true
		for _, value := range values {
			if value == "" {
				continue
			}
			met = true
			if _, err := Day(value, layout); err != nil {
				fits = false
				break
			}
		}
		if met && fits {
			return layout
		}
	}
	return ""
}

// Amount reads an amount whose decimal mark is "," or "." into minor units. A sign may stand before it
// or behind it, the unit's own sign or code on either side; thousands are set apart by blanks,
// apostrophes, or the mark that is not the decimal one, and well placed.
func Amount(text, decimal string, unit money.Unit) (int64, error) {
	if decimal != "," && decimal != "." {
		return 0, fault.New(fault.Invalid, "The decimal mark is a comma or a point, not %q.", shorten(decimal))
	}
	plain, fits := plainly(text, decimal, unit)
	if !fits {
		return 0, fault.New(fault.Invalid, "%q is not an amount written like 1234%s56.", shorten(text), decimal)
	}
	amount, err := money.Parse(plain, unit)
	return amount.Minor, err
}

// withoutUnit takes the unit's code or sign off either end.
func withoutUnit(text string, unit money.Unit) string {
	signs := []string{string(unit), Clean(unit.Sign("fr")), Clean(unit.Sign("en")), "euros"}
	if unit != "EUR" {
		signs = signs[:3]
	}
	for _, sign := range signs {
		if sign == "" || len(text) < len(sign) {
			continue
		}
		if end := len(text) - len(sign); strings.EqualFold(text[end:], sign) {
			return strings.TrimSpace(text[:end])
		}
		if strings.EqualFold(text[:len(sign)], sign) {
			return strings.TrimSpace(text[len(sign):])
		}
	}
	return text
}

// plainly writes an amount as money.Parse reads it. Its sign stands outside of its unit or within.
func plainly(text, decimal string, unit money.Unit) (string, bool) {
	text, minus, signed := cutSign(text)
	text = withoutUnit(text, unit)
	if !signed {
		text, minus, _ = cutSign(text)
	}
	whole, fraction, pointed := strings.Cut(text, decimal)
	digits, fits := ungrouped(whole, decimal)
	if pointed && digits == "" {
		digits = "0"
	}
	if !fits || digits == "" || pointed && !isDigits(fraction) {
		return "", false
	}
	if pointed {
		fraction = "." + fraction
	}
	return minus + digits + fraction, true
}

// cutSign takes one sign off either end, and gives "-" for those that say minus.
func cutSign(text string) (rest, minus string, signed bool) {
	for _, sign := range []string{"-", "−", "+"} {
		rest, signed = strings.CutPrefix(text, sign)
		if !signed {
			rest, signed = strings.CutSuffix(text, sign)
		}
		if signed && sign != "+" {
			minus = "-"
		}
		if signed {
			return strings.TrimSpace(rest), minus, true
		}
	}
	return text, "", false
}

// ungrouped joins groups of three digits that one separator sets apart.
func ungrouped(whole, decimal string) (string, bool) {
	if whole == "" || isDigits(whole) {
		return whole, true
	}
	for _, separator := range []string{" ", "'", "’", ".", ","} {
		if separator == decimal || !strings.Contains(whole, separator) {
			continue
		}
		groups := strings.Split(whole, separator)
		for i, group := range groups {
			if !isDigits(group) || len(group) > 3 || i > 0 && len(group) != 3 {
				return "", false
			}
		}
		return strings.Join(groups, ""), true
	}
	return "", false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// DecimalOf gives the decimal mark with which each of the values is an amount, empty when there is
// none or no value. Where both would do, a comma in any value decides, else the point.
func DecimalOf(values []string, unit money.Unit) string {
	fits := map[string]bool{",": true, ".": true}
	met, comma := false, false
	for _, value := range values {
		if value == "" {
			continue
		}
		met = true
		comma = comma || strings.Contains(value, ",")
		for _, mark := range []string{",", "."} {
			if _, err := Amount(value, mark, unit); err != nil {
				fits[mark] = false
			}
		}
	}
	switch {
	case !met:
		return ""
	case fits[","] && (comma || !fits["."]):
		return ","
	case fits["."]:
		return "."
	}
	return ""
}

// shorten keeps a quoted piece of input short enough for a sentence.
func shorten(s string) string {
	const most = 60
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
