// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"bytes"

	"ecot/money"
)

// Reading takes most of the time of a verification, so each field has a short way for the usual line.
// A short way takes a line or leaves it untouched, and takes only what the long way would take, with
// the same value; whatever it leaves, the long way reads or refuses in words.

// ahead gives what follows "key " on the next line and behind it, nil when there is no such line.
func (c *Codec) ahead(key string) []byte {
	if !c.next(key) {
		return nil
	}
	return c.in[c.read+len(key)+1:]
}

// took steps over the line of key whose value has length bytes.
func (c *Codec) took(key string, length int) {
	c.read += len(key) + 1 + length + 1
	c.line++
}

// quickInt takes the line of a whole number.
func (c *Codec) quickInt(key string) (n int64, taken bool) {
	n, length := number(c.ahead(key))
	if length > 0 {
		c.took(key, length)
	}
	return n, length > 0
}

// mostDigits bounds the numbers of the short ways below money.Max, which has one digit more.
const mostDigits = 15

// number reads the whole number that ends the line that rest begins, and gives its length: zero when
// there is none, or one for the long way.
func number(rest []byte) (n int64, length int) {
	negative := len(rest) > 0 && rest[0] == '-'
	first := 0
	if negative {
		first = 1
	}
	for i := first; i < len(rest) && i <= first+mostDigits; i++ {
		d := rest[i] - '0'
		if d > 9 {
			if rest[i] != '\n' || i == first || rest[first] == '0' && i > 1 {
				return 0, 0
			}
			if negative {
				n = -n
			}
			return n, i
		}
		n = n*10 + int64(d)
	}
	return 0, 0
}

// quickWord takes the line of a word that was met before.
func (c *Codec) quickWord(key string) (word string, taken bool) {
	if c.met == nil {
		return "", false
	}
	rest := c.ahead(key)
	end := bytes.IndexByte(rest, '\n')
	if word = c.met.recently(rest, end); word == "" {
		return "", false
	}
	c.took(key, end)
	return word, true
}

// quickUnit takes the line of the unit that was read last.
func (c *Codec) quickUnit(key string) (unit money.Unit, taken bool) {
	if c.met == nil || !begins(c.ahead(key), string(c.met.last), '\n') {
		return "", false
	}
	c.took(key, len(c.met.last))
	return c.met.last, true
}

// begins says whether rest begins with a word, which is not empty, and the byte behind it.
func begins(rest []byte, word string, end byte) bool {
	return word != "" && len(rest) > len(word) && rest[len(word)] == end && string(rest[:len(word)]) == word
}

// dayLength is how many bytes write a day.
const dayLength = 10

// quickDay takes the line of the day that was read last.
func (c *Codec) quickDay(key string) (d Day, taken bool) {
	if c.met == nil || c.met.day == 0 {
		return 0, false
	}
	rest := c.ahead(key)
	if len(rest) <= dayLength || rest[dayLength] != '\n' || [dayLength]byte(rest) != c.met.dayText {
		return 0, false
	}
	c.took(key, dayLength)
	return c.met.day, true
}

// sawDay keeps a day that was read.
func (c *Codec) sawDay(text []byte, d Day) {
	if c.met != nil && len(text) == dayLength {
		c.met.day, c.met.dayText = d, [dayLength]byte(text)
	}
}

// quickPot takes the line of an amount for a pot that was met before.
func (c *Codec) quickPot(key string) (share Share, taken bool) {
	if c.met == nil {
		return Share{}, false
	}
	rest := c.ahead(key)
	end := bytes.IndexByte(rest, ' ')
	pot := c.met.recently(rest, end)
	if pot == "" {
		return Share{}, false
	}
	amount, length := number(rest[end+1:])
	if length == 0 {
		return Share{}, false
	}
	c.took(key, end+1+length)
	return Share{Pot: pot, Amount: amount}, true
}

// quickPost takes the line of a posting to an account that was met before, in the unit that was read
// last.
func (c *Codec) quickPost() (account string, amount int64, taken bool) {
	rest := c.ahead("post")
	end := bytes.IndexByte(rest, ' ')
	if account = c.met.recently(rest, end); account == "" {
		return "", 0, false
	}
	if !begins(rest[end+1:], string(c.met.last), ' ') {
		return "", 0, false
	}
	head := end + 1 + len(c.met.last) + 1
	amount, length := number(rest[head:])
	if length == 0 {
		return "", 0, false
	}
	c.took("post", head+length)
	return account, amount, true
}
