// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"bytes"
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
	var list []Share
	if c.met != nil {
		list = c.met.shares.open(maxShares)
	}
	for len(list) < maxShares && c.next(key) {
		if share, taken := c.quickPot(key); taken {
			list = append(list, share)
			continue
		}
		value, _ := c.open(key)
		pot, amount, _ := bytes.Cut(value, []byte{' '})
		list = append(list, Share{Pot: c.readToken(pot), Amount: c.readInt(amount)})
	}
	if c.met != nil {
		list = c.met.shares.close(list)
	}
	*v = list
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
	c.readPosts(v)
}

// readPosts reads the postings, which end a leaf.
func (c *Codec) readPosts(v *[]ledger.Posting) {
	posts := c.met.posts.open(MaxPosts)
	for c.next("post") {
		if len(posts) == MaxPosts {
			c.line++
			c.fail("is one posting too many, at most %d", MaxPosts)
			return
		}
		if account, amount, taken := c.quickPost(); taken {
			posts = append(posts, ledger.Posting{Account: ledger.Account(account), Unit: c.met.last, Amount: amount})
			continue
		}
		value, _ := c.open("post")
		account, rest, _ := bytes.Cut(value, []byte{' '})
		unit, amount, _ := bytes.Cut(rest, []byte{' '})
		posts = append(posts, ledger.Posting{
			Account: ledger.Account(c.readToken(account)),
			Unit:    c.readUnit(unit),
			Amount:  c.readInt(amount),
		})
	}
	*v = c.met.posts.close(posts)
}
