// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"
	"slices"
	"strings"

	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
)

// Browse picks entries for a page, newest first. What is empty picks all.
type Browse struct {
	Accounts []Account // those whose postings are asked; empty for the whole fund
	Month    int       // yyyymm of the day that the money counts for
	Until    int       // that month and all before it
	Class    string
	Unit     money.Unit
	Flow     int    // above zero only what came in, below zero only what went out
	Appeal   bool   // only what counts for the public appeal, in the month of the appeal
	Pot      string // whose appeal; empty for that of any pot
	Before   int64  // only indexes below; 0 for the newest
	Limit    int
}

// maxScanned bounds the entries that one page looks through.
const maxScanned = 20_000

// scanPiece is the number of entries read at once.
const scanPiece = 256

// Browse gives at most Limit entries, and whether older ones may remain.
func (r *Reader) Browse(ctx context.Context, q Browse) (views []View, older bool, err error) {
	first, last, err := r.span(ctx, q)
	if err != nil {
		return nil, false, err
	}
	before := last + 1
	if q.Before > 0 {
		before = min(before, q.Before)
	}
	piece := min(int64(q.Limit+1), scanPiece) // most pages are full after the first few
	for scanned := int64(0); before > first; scanned += piece {
		piece = min(2*piece, scanPiece)
		indexes, err := r.candidates(ctx, q, piece, span{first, before})
		if err != nil {
			return nil, false, err
		}
		if len(indexes) == 0 || scanned >= maxScanned {
			return views, len(indexes) > 0, nil
		}
		before = indexes[len(indexes)-1]
		for some := range slices.Chunk(indexes, q.Limit+1) {
			picked, err := r.pick(ctx, q, some)
			if views = append(views, picked...); err != nil || len(views) > q.Limit {
				return views[:min(len(views), q.Limit)], true, err
			}
		}
	}
	return views, false, nil
}

// pick gives those of the entries that a query picks, in the order of their indexes.
func (r *Reader) pick(ctx context.Context, q Browse, indexes []int64) (views []View, err error) {
	leaves, err := r.store.LeavesAt(ctx, indexes)
	if err != nil {
		return nil, err
	}
	shelf := r.shelf(ctx)
	for _, index := range indexes {
		view, err := r.view(shelf, index, leaves[index])
		if err != nil {
			return nil, err
		}
		if q.picks(view) {
			views = append(views, view)
		}
	}
	return views, nil
}

// span gives the first and last index that a query can pick.
func (r *Reader) span(ctx context.Context, q Browse) (first, last int64, err error) {
	head, err := r.store.Head(ctx)
	if err != nil || q.Month == 0 && q.Until == 0 {
		return 0, head.Size - 1, err
	}
	accounts := q.Accounts
	if len(accounts) == 0 {
		if accounts, err = r.store.Accounts(ctx, -1); err != nil {
			return 0, 0, err
		}
	}
	first, last = head.Size, -1
	if q.Appeal {
		last = head.Size - 1 // a gift counts for the month in which it was given, and may be booked later
	}
	for _, account := range accounts {
		months, err := r.store.Months(ctx, account.ID)
		if err != nil {
			return 0, 0, err
		}
		for _, m := range months {
			if q.holds(int(m.Month)) || q.Appeal && int(m.Month) >= q.Month {
				first, last = min(first, m.First), max(last, m.Last)
			}
		}
	}
	return first, last, nil
}

func (q Browse) holds(month int) bool {
	return (q.Month == 0 || month == q.Month) && (q.Until == 0 || month <= q.Until)
}

// span is the indexes from first up to, and not with, before.
type span struct{ first, before int64 }

// candidates gives the next indexes of a span, about a piece of them, newest first: of the accounts
// asked, or all.
func (r *Reader) candidates(ctx context.Context, q Browse, piece int64, in span) (list []int64, err error) {
	if len(q.Accounts) == 0 {
		for index := in.before - 1; index >= max(in.first, in.before-piece); index-- {
			list = append(list, index)
		}
		return list, nil
	}
	reach := in.first
	for _, account := range q.Accounts {
		postings, err := r.store.Postings(ctx, account.ID, in.before, int(piece))
		if err != nil {
			return nil, err
		}
		for _, p := range postings {
			list = append(list, p.Index)
		}
		if int64(len(postings)) == piece { // this account has more: go no further down than it was read
			reach = max(reach, postings[len(postings)-1].Index)
		}
	}
	slices.SortFunc(list, func(i, j int64) int { return int(j - i) })
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(index int64) bool { return index < reach }), nil
}

// picks says whether a query picks an entry that is among its candidates.
func (q Browse) picks(v View) bool {
	if q.Appeal {
		return len(q.Counted(v)) > 0 && (q.Class == "" || q.Class == v.StatedClass())
	}
	if !q.holds(v.Day.Month()) || q.Class != "" && q.Class != v.StatedClass() {
		return false
	}
	if q.Unit == "" && q.Flow == 0 {
		return true
	}
	if len(q.Accounts) == 0 {
		return q.picksFund(v)
	}
	for _, p := range v.Posts {
		if q.Unit != "" && p.Unit != q.Unit {
			continue
		}
		ours := slices.ContainsFunc(q.Accounts,
			func(a Account) bool { return a.Place == (ledger.Place{Account: p.Account, Unit: p.Unit}) })
		if ours && (q.Flow == 0 || (p.Amount > 0) == (q.Flow > 0)) {
			return true
		}
	}
	return false
}

// Counted gives what an entry adds to the figures of public appeals that a query asks for, a pot each:
// what went back of a gift, or was reversed, is below zero.
func (q Browse) Counted(v View) (counted []mechanism.Tally) {
	for _, t := range v.Tallies {
		family, pot, ok := giving.ParsePotFigure(t.Name)
		if ok && family == giving.FigureAppeal && (q.Pot == "" || q.Pot == pot) && q.holds(t.Month) &&
			(q.Unit == "" || q.Unit == t.Unit) && (q.Flow == 0 || (t.Amount > 0) == (q.Flow > 0)) {
			counted = append(counted, t)
		}
	}
	return counted
}

// picksFund judges by what the whole fund gained or lost. A correction belongs to the flow that it
// corrects.
func (q Browse) picksFund(v View) bool {
	for _, t := range v.Tallies {
		if q.Unit != "" && t.Unit != q.Unit {
			continue
		}
		if q.Flow == 0 || v.FundFlow(q.Flow) != 0 {
			return true
		}
	}
	return false
}

// FundFlow gives what the entry adds to what came into the fund, for a flow above zero, or takes
// from what went out of it, for one below: of a gift its gross and minus its fee. A correction has
// the opposite sign.
func (v View) FundFlow(flow int) (sum int64) {
	for _, t := range v.Tallies {
		switch {
		case flow > 0 && strings.HasPrefix(t.Name, giving.FigureIn):
			sum += t.Amount
		case flow < 0 && strings.HasPrefix(t.Name, giving.FigureOut):
			sum -= t.Amount
		}
	}
	return sum
}

// StatedClass gives the evidence of an entry's money; money that states none is declared, and an
// entry that moves none has no class.
func (v View) StatedClass() string {
	if v.Class == "" && len(v.Posts) > 0 {
		return string(giving.Declared)
	}
	return v.Class
}
