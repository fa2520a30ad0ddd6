// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

// penalty scores how hard a code is to read, after ISO/IEC 18004, 7.8.3: long runs, blocks of one
// colour, what looks like a finder, and an uneven share of dark modules. The mask with the least wins.
func (m Matrix) penalty() int {
	total, dark := 0, 0
	for a := range m.side {
		total += lineScore(m.side, func(b int) bool { return m.Dark(b, a) })
		total += lineScore(m.side, func(b int) bool { return m.Dark(a, b) })
		for b := range m.side {
			if m.Dark(a, b) {
				dark++
			}
			if a > 0 && b > 0 && m.plain(a, b) {
				total += 3
			}
		}
	}
	return total + unevenness(dark, m.side*m.side)
}

// plain says whether the four modules that end at column x and row y are of one colour.
func (m Matrix) plain(x, y int) bool {
	d := m.Dark(x, y)
	return m.Dark(x-1, y) == d && m.Dark(x, y-1) == d && m.Dark(x-1, y-1) == d
}

// unevenness scores 10 for each full 5 % by which dark modules miss a half.
func unevenness(dark, all int) int {
	off := 2*dark - all
	if off < 0 {
		off = -off
	}
	return 10 * (10 * off / all)
}

// lineScore scores a row or a column: 3 for five modules of one colour and 1 for each more; 40 for
// each 1011101 with four light modules before or behind.
func lineScore(side int, dark func(int) bool) int {
	const finder, mask = 0b1011101, 0b11111111111
	total, run, seen := 0, 0, 0
	for i := range side {
		if i > 0 && dark(i) == dark(i-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			total += 3
		case run > 5:
			total++
		}
		seen = seen << 1 & mask
		if dark(i) {
			seen |= 1
		}
		if i >= 10 && (seen == finder || seen == finder<<4) {
			total += 40
		}
	}
	return total
}
