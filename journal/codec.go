// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"ecot/money"
)

// Digest is a salted commitment, or the digest of a text that is kept elsewhere.
// The zero Digest stands for "none" and is written as no line at all.
type Digest [32]byte

// Share is an amount, in minor units, that goes to or comes from one pot.
type Share struct {
	Pot    string
	Amount int64
}

// Codec visits the fields of a fact, in one direction: it writes lines, or it reads them. Every
// visit reads exactly the lines that it would write, and refuses all others: that is what makes the
// form of a leaf the only one. The first error stays; every later visit then does nothing.
type Codec struct {
	writing bool
	out     []byte
	in      []byte
	read    int // bytes of in that are behind
	line    int // the line last begun, from 1
	index   int64
	met     *vocabulary // nil for a single text
	err     error
}

// Writing says whether the codec writes; a fact may look at it to prepare what it visits.
func (c *Codec) Writing() bool { return c.writing }

// Refuse stops the visit with a reason, for a rule that a single field cannot express.
func (c *Codec) Refuse(format string, args ...any) { c.fail(format, args...) }

func (c *Codec) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("line %d "+format, append([]any{c.line}, args...)...)
	}
}

// open begins the line of key: writing, it puts the key; reading, it gives the value.
func (c *Codec) open(key string) (value []byte, ok bool) {
	if c.err != nil {
		return nil, false
	}
	c.line++
	if c.writing {
		c.out = append(append(c.out, key...), ' ')
		return nil, true
	}
	if !c.next(key) {
		c.refuseLine("is %q, %q is wanted", key)
		return nil, false
	}
	value = c.in[c.read+len(key)+1:]
	end := bytes.IndexByte(value, '\n')
	if end < 0 {
		c.fail("has no end, %q is wanted", key)
		return nil, false
	}
	c.read += len(key) + 1 + end + 1
	return value[:end], true
}

// refuseLine fails with the line at hand and another word.
func (c *Codec) refuseLine(format, word string) {
	line, _, _ := bytes.Cut(c.in[c.read:], []byte{'\n'})
	c.fail(format, printable(line), word)
}

// next says, reading, whether the next line has the key.
func (c *Codec) next(key string) bool {
	end := c.read + len(key)
	return end < len(c.in) && c.in[end] == ' ' && c.err == nil && string(c.in[c.read:end]) == key
}

// finish sees, reading, that nothing is left.
func (c *Codec) finish() {
	if c.err == nil && c.read < len(c.in) {
		c.line++
		line, _, _ := bytes.Cut(c.in[c.read:], []byte{'\n'})
		c.fail("is %q, one line too many", printable(line))
	}
	c.in = nil
}

func (c *Codec) end() { c.out = append(c.out, '\n') }

// Token visits a word of [a-z0-9:/._@-], 1 to 64 bytes.
func (c *Codec) Token(key string, v *string) {
	if word, taken := c.quickWord(key); taken {
		*v = word
		return
	}
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		c.writeToken(*v)
		c.end()
		return
	}
	*v = c.readToken(value)
}

// OptToken visits a word that may be absent; absent is the empty string.
func (c *Codec) OptToken(key string, v *string) {
	if c.writing && *v == "" || !c.writing && !c.next(key) {
		return
	}
	c.Token(key, v)
}

// Tokens visits one word a line, at least min and at most max times, under one key.
func (c *Codec) Tokens(key string, v *[]string, min, max int) {
	if c.writing {
		for i := range *v {
			c.Token(key, &(*v)[i])
		}
	} else {
		for c.next(key) && len(*v) < max {
			var word string
			c.Token(key, &word)
			*v = append(*v, word)
		}
	}
	if len(*v) < min || len(*v) > max {
		c.fail("has %d of %q, %d to %d are wanted", len(*v), key, min, max)
	}
}

func (c *Codec) writeToken(s string) {
	if !IsToken(s) {
		c.fail("%q is no token", printable([]byte(s)))
		return
	}
	c.out = append(c.out, s...)
}

func (c *Codec) readToken(b []byte) string {
	if c.met != nil {
		if word, met := c.met.words[string(b)]; met {
			c.met.note(word)
			return word
		}
	}
	word := string(b)
	if !IsToken(word) {
		c.fail("%q is no token", printable(b))
		return ""
	}
	if c.met != nil {
		c.met.words[word] = word
		c.met.note(word)
	}
	return word
}

// IsToken says whether s is a word of [a-z0-9:/._@-], 1 to 64 bytes.
func IsToken(s string) bool {
	if len(s) == 0 || len(s) > MaxToken {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', '0' <= b && b <= ':', b == '/', b == '.', b == '_', b == '@', b == '-':
		default:
			return false
		}
	}
	return true
}

// IsSlug says whether s can name a pot: [a-z0-9-], 1 to 40 bytes, a letter or digit at both ends.
func IsSlug(s string) bool {
	if len(s) == 0 || len(s) > 40 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return true
}

// Choice visits a word that is one of those allowed.
func Choice[T ~string](c *Codec, key string, v *T, allowed ...T) {
	rest := c.ahead(key)
	for _, word := range allowed {
		if begins(rest, string(word), '\n') {
			*v = word
			c.took(key, len(word))
			return
		}
	}
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		value = []byte(*v)
	}
	for _, word := range allowed {
		if string(value) == string(word) {
			*v = word
			if c.writing {
				c.out = append(c.out, word...)
				c.end()
			}
			return
		}
	}
	c.fail("%q is not among the values of %q", printable(value), key)
}

// Int visits a whole number n with min ≤ n ≤ max, |n| ≤ money.Max.
func (c *Codec) Int(key string, v *int64, min, max int64) {
	if n, taken := c.quickInt(key); taken {
		*v = n
	} else if value, ok := c.open(key); !ok {
		return
	} else if c.writing {
		c.out = strconv.AppendInt(c.out, *v, 10)
		c.end()
	} else {
		*v = c.readInt(value)
	}
	if *v < min || *v > max {
		c.fail("%q is %d, %d to %d are wanted", key, *v, min, max)
	}
}

// readInt reads a decimal number without leading zeros or "-0".
func (c *Codec) readInt(b []byte) int64 {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 16 || digits[0] == '0' && len(b) > 1 {
		c.fail("%q is no whole number", printable(b))
		return 0
	}
	var n int64
	for _, d := range digits {
		if d < '0' || d > '9' {
			c.fail("%q is no whole number", printable(b))
			return 0
		}
		n = n*10 + int64(d-'0')
	}
	if n > money.Max {
		c.fail("%q is beyond 10^15", printable(b))
		return 0
	}
	if len(digits) < len(b) {
		return -n
	}
	return n
}

// Amount visits a number of minor units from min to money.Max.
func (c *Codec) Amount(key string, v *int64, min int64) { c.Int(key, v, min, money.Max) }

// Flag visits a yes or no, written 1 or 0.
func (c *Codec) Flag(key string, v *bool) {
	var n int64
	if *v {
		n = 1
	}
	c.Int(key, &n, 0, 1)
	*v = n == 1
}

// Ref visits the index of an earlier entry.
func (c *Codec) Ref(key string, v *int64) { c.Int(key, v, 0, c.index-1) }

// OptRef visits the index of an earlier entry that may be absent; absent is 0, which no reference
// can be since entry 0 is the genesis.
func (c *Codec) OptRef(key string, v *int64) {
	if c.writing && *v == 0 || !c.writing && !c.next(key) {
		return
	}
	c.Int(key, v, 1, c.index-1)
}

// Unit visits a unit of account.
func (c *Codec) Unit(key string, v *money.Unit) {
	if unit, taken := c.quickUnit(key); taken {
		*v = unit
		return
	}
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		c.writeUnit(*v)
		c.end()
		return
	}
	*v = c.readUnit(value)
}

func (c *Codec) writeUnit(u money.Unit) {
	if !u.Valid() {
		c.fail("%q is no unit", printable([]byte(u)))
		return
	}
	c.out = append(c.out, u...)
}

func (c *Codec) readUnit(b []byte) money.Unit {
	if c.met != nil {
		if string(b) == string(c.met.last) && c.met.last != "" {
			return c.met.last
		}
		if unit, met := c.met.units[string(b)]; met {
			c.met.last = unit
			return unit
		}
	}
	unit := money.Unit(b)
	if !unit.Valid() {
		c.fail("%q is no unit", printable(b))
		return ""
	}
	if c.met != nil {
		c.met.units[string(unit)] = unit
	}
	return unit
}

// Digest visits 32 bytes, as padded standard base64.
func (c *Codec) Digest(key string, v *Digest) {
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		c.out = base64.StdEncoding.AppendEncode(c.out, v[:])
		c.end()
		return
	}
	var buffer [33]byte
	n := 0
	if len(value) == digestLength && strings.IndexByte(lastOfDigest, value[digestLength-2]) >= 0 {
		n, _ = base64.StdEncoding.Decode(buffer[:], value)
	}
	if n != len(v) {
		c.fail("%q is no digest", printable(value))
		return
	}
	*v = Digest(buffer[:n])
}

// A digest is 43 base64 digits and one "="; the last digit has two spare bits, which are zero.
const (
	digestLength = 44
	lastOfDigest = "AEIMQUYcgkosw048"
)

// OptDigest visits a digest that may be absent; absent is the zero Digest.
func (c *Codec) OptDigest(key string, v *Digest) {
	if c.writing && *v == (Digest{}) || !c.writing && !c.next(key) {
		return
	}
	c.Digest(key, v)
	if *v == (Digest{}) {
		c.fail("%q is written though it is zero", key)
	}
}

// maxText bounds a text visited by Text.
const maxText = 256

// Text visits visible ASCII without spaces, 1 to 256 bytes: keys and names of zones, never prose.
func (c *Codec) Text(key string, v *string) {
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		value = []byte(*v)
	}
	if len(value) == 0 || len(value) > maxText {
		c.fail("%q has %d bytes, 1 to %d are wanted", key, len(value), maxText)
		return
	}
	for _, b := range value {
		if b <= ' ' || b > '~' {
			c.fail("%q holds the byte %#x", key, b)
			return
		}
	}
	if c.writing {
		c.out = append(c.out, value...)
		c.end()
		return
	}
	*v = string(value)
}
