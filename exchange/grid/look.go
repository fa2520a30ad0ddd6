// SPDX-License-Identifier: AGPL-3.0-or-later

package grid

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Look guesses the shape of a file: its encoding, its separator, and its header, which is the row
// with the most names that known says yes to, each in its folded form (see Fold). A file in which no
// row has two such names has no header.
func Look(file []byte, known func(folded string) bool) (Shape, *Table, error) {
	shape := Shape{Encoding: UTF8}
	if !utf8.Valid(bytes.TrimPrefix(file, []byte("\uFEFF"))) {
		shape.Encoding = Windows1252
	}
	var best []Row
	most, refused := -1, error(nil)
	for _, separator := range Separators() {
		rows, err := records(file, shape.Encoding, separator)
		if err != nil {
			if refused == nil {
				refused = err
			}
			continue
		}
		if fits := agreeing(rows, known); fits > most {
			best, most, shape.Separator = rows, fits, separator
		}
	}
	if best == nil {
		return Shape{}, nil, refused
	}
	shape.Columns = len(trimmed(best[len(best)-1].Cells))
	for _, row := range best {
		shape.Columns = max(shape.Columns, len(trimmed(row.Cells)))
	}
	if at := headerOf(best, known); at >= 0 {
		shape.Names = trimmed(best[at].Cells)
		shape.Columns = len(shape.Names)
	}
	t, err := shape.table(best)
	if err != nil {
		return Shape{}, nil, err
	}
	return shape, t, nil
}

// agreeing judges a separator: known names in the header count most, then how many rows have as many
// values as the commonest number above one.
func agreeing(rows []Row, known func(string) bool) int {
	score := 0
	if at := headerOf(rows, known); at >= 0 {
		score = names(rows[at].Cells, known) * (MaxRows + 1)
	}
	widths := map[int]int{}
	most := 0
	for _, row := range rows {
		if len(row.Cells) > 1 {
			widths[len(row.Cells)]++
			most = max(most, widths[len(row.Cells)])
		}
	}
	return score + most
}

// headerOf gives the place of the row that looks most like a header, or -1.
func headerOf(rows []Row, known func(string) bool) int {
	at, most := -1, 1
	for i, row := range rows[:min(len(rows), maxHeader)] {
		if met := names(row.Cells, known); met > most {
			at, most = i, met
		}
	}
	return at
}

// names counts the cells that are known names.
func names(cells []string, known func(string) bool) (met int) {
	for _, cell := range cells {
		if cell != "" && known(Fold(cell)) {
			met++
		}
	}
	return met
}

// trimmed gives cells without the empty ones at their end, and at least one.
func trimmed(cells []string) []string {
	end := len(cells)
	for end > 1 && cells[end-1] == "" {
		end--
	}
	return cells[:end]
}

// Fold writes a name so that it can be compared: small letters without accents, digits, and single
// blanks for all else.
func Fold(name string) string {
	const accented, plain = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
	from := []rune(accented)
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		for i, a := range from {
			if r == a {
				r = rune(plain[i])
				break
			}
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case r >= 0x300 && r <= 0x36F: // accents that stand apart
		case r > 0x7F && unicode.IsLetter(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
