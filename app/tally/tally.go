// SPDX-License-Identifier: AGPL-3.0-or-later

// Package tally sums what entries add to the months of accounts and to published figures.
//
// The writer, the rebuild and the check sum with the same few lines. Its one invariant: an entry
// counts once in a month of an account, whatever the number of its postings there.
package tally

import (
	"slices"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/store"
)

// MonthKey names a month of an account under one class of evidence.
type MonthKey struct {
	Account int64 // as stored
	Month   int   // yyyymm
	Class   string
}

// FigureKey names a published figure of a month.
type FigureKey struct {
	Name  string
	Month int
	Unit  string
}

// Month gives m with the posting at place i of an entry added to it.
func Month(m store.Month, key MonthKey, e *journal.Entry, i int) store.Month {
	if m.Count == 0 {
		m.First, m.Last = e.Index, e.Index
	}
	m.Month, m.Class = int64(key.Month), key.Class
	m.First, m.Last = min(m.First, e.Index), max(m.Last, e.Index)
	amount := e.Posts[i].Amount
	if !slices.ContainsFunc(e.Posts[:i],
		func(p ledger.Posting) bool { return Place(p) == Place(e.Posts[i]) }) {
		m.Count++
	}
	if amount > 0 {
		m.Incoming += amount
	} else {
		m.Outgoing += amount
	}
	return m
}

// Figure adds to a figure.
func Figure(figures map[FigureKey]mechanism.Tally, t mechanism.Tally) {
	key := FigureKey{t.Name, t.Month, string(t.Unit)}
	sum := figures[key]
	t.Amount += sum.Amount
	t.Count += sum.Count
	figures[key] = t
}

// Place gives where a posting stands.
func Place(p ledger.Posting) ledger.Place { return ledger.Place{Account: p.Account, Unit: p.Unit} }
