// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"bytes"
	"slices"
	"strconv"

	"ecot/ledger"
	"ecot/money"
)

// Shares visits min to 8 lines "key pot amount", amounts above zero, no pot twice.
func (c *Codec) Shares(key string, v *[]Share, min int) {
	if c.writing {
		for _, share := range *v {
			if _, ok := c.open(key); !ok {
				return
			}
			c.writeToken(share.Pot)
			c.out = strconv.AppendInt(append(c.out, ' '), share.Amount, 10)
			c.end()
		}
	} else {
		c.readShares(key, v)
	}
	if len(*v) < min || len(*v) > maxShares {
		c.fail("has %d of %q, %d to %d are wanted", len(*v), key, min, maxShares)
	}
	for i, share := range *v {
		if share.Amount <= 0 || share.Amount > money.Max || !IsSlug(share.Pot) {
			c.fail("gives %d to pot %q", share.Amount, printable([]byte(share.Pot)))
		}
		for _, other := range (*v)[:i] {
			if other.Pot == share.Pot {
				c.fail("names pot %q twice", share.Pot)
			}
		}
	}
}

func (c *Codec) readShares(key string, v *[]Share) {
	var read [maxShares]Share
	n := 0
	for ; n < maxShares && c.next(key); n++ {
		value, _ := c.open(key)
		pot, amount, _ := bytes.Cut(value, []byte{' '})
		read[n] = Share{Pot: c.readToken(pot), Amount: c.readInt(amount)}
	}
	switch {
	case n == 0:
	case c.met == nil:
		*v = slices.Clone(read[:n])
	default:
		*v = c.met.shares.take(n)
		copy(*v, read[:n])
	}
}

// maxShares bounds the pots that one fact may name, and with it the states that a command loads.
const maxShares = 8

func (c *Codec) posts(v *[]ledger.Posting) {
	if c.writing {
		if len(*v) > MaxPosts {
			c.fail("has %d postings, at most %d are wanted", len(*v), MaxPosts)
		}
		for _, p := range *v {
			if _, ok := c.open("post"); !ok {
				return
			}
			c.writeToken(string(p.Account))
			c.out = append(c.out, ' ')
			c.writeUnit(p.Unit)
			c.out = strconv.AppendInt(append(c.out, ' '), p.Amount, 10)
			c.end()
		}
		return
	}
	if n := bytes.Count(c.in[c.read:], []byte{'\n'}); n > 0 && n <= MaxPosts {
		*v = c.met.posts.take(n)[:0]
	}
	for c.next("post") {
		value, _ := c.open("post")
		account, rest, _ := bytes.Cut(value, []byte{' '})
		unit, amount, _ := bytes.Cut(rest, []byte{' '})
		*v = append(*v, ledger.Posting{
			Account: ledger.Account(c.readToken(account)),
			Unit:    c.readUnit(unit),
			Amount:  c.readInt(amount),
		})
		if len(*v) > MaxPosts {
			c.fail("is one posting too many, at most %d", MaxPosts)
		}
	}
}
