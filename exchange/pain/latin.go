// SPDX-License-Identifier: AGPL-3.0-or-later

package pain

import (
	"strings"
	"unicode"

	"ecot/fault"
)

// basic is what SEPA lets through beside letters and digits (EPC217-08, "Latin character set").
const basic = "/-?:().,'+ "

// How letters of Europe's languages are written in basic Latin ones: each cell is the writing, a blank
// and the small letters that become it; capitals follow. Accents are dropped rather than spelt out (ä
// is a, not ae), so that names keep their length. The choice is ours, in the manner of EPC217-08.
const (
	latinLetters = "a àáâãäåāăąǎạª;ae æ;c çćĉċč;d ďđð;e èéêëēĕėęěẹ;g ĝğġģ;h ĥħ;i ìíîïĩīĭįǐı;j ĵ;k ķĸ;" +
		"l ĺļľŀł;n ñńņňŋ;o òóôõöøōŏőǒọº;oe œ;r ŕŗř;s śŝşšș;ss ß;t ţťŧț;th þ;u ùúûüũūŭůűųǔ;w ŵẁẃẅ;" +
		"y ýÿŷỳ;z źżž;1 ¹;2 ²;3 ³"
	greekLetters = "a αά;v β;g γ;d δ;e εέ;z ζ;i ηήιίϊΐ;th θ;k κ;l λ;m μµ;n ν;x ξ;o οόωώ;p π;r ρ;s σς;t τ;" +
		"y υύϋΰ;f φ;ch χ;ps ψ"
	cyrillicLetters = "a аъ;b б;v в;g гґ;d д;e еёєэ;zh ж;z з;i иіїѝ;y йьы;k к;l л;m м;n н;o о;p п;r р;s с;t т;" +
		"u уў;f ф;h х;ts ц;ch ч;sh ш;sht щ;yu ю;ya я;j ј;dj ђ;lj љ;nj њ;c ћ;dz џѕ;gj ѓ;kj ќ"
)

// plainSigns says how other signs are written; any other that is no letter becomes a point.
const plainSigns = "' ’‘‛`´ʼ′;- –—‐‑‒―−_~;+ &;E €"

// Latin writes a text in the characters that SEPA lets through: accents are dropped, ligatures, Greek
// and Cyrillic are spelt, other signs become a point, blanks of any kind one blank. It never drops a
// letter or digit: one that it cannot write is fault.Invalid and named, and so is a text that would be
// left with neither letter nor digit.
func Latin(text string) (string, error) {
	var out strings.Builder
	for _, r := range text {
		switch {
		case isBasic(r):
			out.WriteRune(r)
		case unicode.IsSpace(r), unicode.IsControl(r):
			out.WriteByte(' ')
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			// an accent that follows its letter, a joiner: nothing of the word
		default:
			written, err := plain(r)
			if err != nil {
				return "", err
			}
			out.WriteString(written)
		}
	}
	latin := strings.Join(strings.Fields(out.String()), " ")
	if !strings.ContainsFunc(latin, isPlain) {
		return "", fault.New(fault.Invalid, "Nothing is left of %q in the letters that banks can write.", text)
	}
	return latin, nil
}

// isPlain says whether r is a basic Latin letter or digit.
func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// isBasic says whether r may stand in a SEPA text.
func isBasic(r rune) bool { return isPlain(r) || strings.ContainsRune(basic, r) }

// plain gives the writing of one rune that is not basic.
func plain(r rune) (string, error) {
	if written, ok := lookUp(plainSigns, r); ok {
		return written, nil
	}
	lower := unicode.ToLower(r)
	if isPlain(lower) { // a capital that only Turkish or a unit of measure has
		return strings.ToUpper(string(lower)), nil
	}
	for _, table := range [...]string{latinLetters, greekLetters, cyrillicLetters} {
		written, ok := lookUp(table, lower)
		switch {
		case ok && lower != r:
			return strings.ToUpper(written[:1]) + written[1:], nil
		case ok:
			return written, nil
		}
	}
	if unicode.IsLetter(r) || unicode.IsNumber(r) || r == unicode.ReplacementChar {
		return "", fault.New(fault.Invalid, "Banks cannot write the character %q; use Latin letters.", r)
	}
	return ".", nil
}

// lookUp finds r behind the blank of a cell, and gives what stands before it.
func lookUp(table string, r rune) (string, bool) {
	for cell := range strings.SplitSeq(table, ";") {
		if writing, from, ok := strings.Cut(cell, " "); ok && strings.ContainsRune(from, r) {
			return writing, true
		}
	}
	return "", false
}
