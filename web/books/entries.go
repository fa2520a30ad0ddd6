// SPDX-License-Identifier: AGPL-3.0-or-later

package books

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"ecot/app/reading"
	"ecot/fault"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/proof"
	"ecot/web"
)

// Entries gives the entries that a query picks, newest first.
func (b *Books) Entries(ctx context.Context, q web.Query) (web.Page, error) {
	browse, err := b.browse(ctx, q)
	if err != nil {
		return web.Page{}, err
	}
	views, older, err := b.read.Browse(ctx, browse)
	if err != nil {
		return web.Page{}, err
	}
	titles, err := b.titles(ctx)
	if err != nil {
		return web.Page{}, err
	}
	lines, err := b.lines(ctx, titles, views...)
	if err != nil {
		return web.Page{}, err
	}
	page := web.Page{Older: older}
	for i, view := range views {
		line := lines[i]
		moves := line.Moves
		line.Moves = picked(moves, browse)
		if q.Appeal {
			line.Moves = counted(view, moves, browse)
		} else if q.Flow != "" {
			fund := len(browse.Accounts) == 0
			line.Moves = ofSign(line.Moves, fund && view.FundFlow(browse.Flow) > 0 || !fund &&
				q.Flow == web.In)
		}
		page.Lines = append(page.Lines, line)
	}
	return page, nil
}

func (b *Books) browse(ctx context.Context, q web.Query) (reading.Browse, error) {
	browse := reading.Browse{Class: string(q.Class), Unit: q.Unit, Before: q.Before, Limit: q.Limit,
		Month: month(q.Month), Until: month(q.Until), Appeal: q.Appeal, Pot: q.Pot}
	switch q.Flow {
	case web.In:
		browse.Flow = 1
	case web.Out:
		browse.Flow = -1
	}
	name := ledger.Account(q.Account)
	if q.Pot != "" {
		if _, err := b.Pot(ctx, q.Pot); err != nil {
			return browse, err
		}
		name = ledger.NewAccount(ledger.Pot, q.Pot)
	}
	if name == "" {
		return browse, nil
	}
	if name.Class() == ledger.Asset {
		browse.Flow = -browse.Flow // an asset that holds more has a smaller number
	}
	var err error
	browse.Accounts, err = b.accounts(ctx, name)
	if err == nil && len(browse.Accounts) == 0 {
		if q.Account != "" {
			return browse, fault.New(fault.NotFound, "There is no account %q.", q.Account)
		}
		browse.Month, browse.Until = 197001, 197001 // a pot that nothing was posted to has no entries
	}
	return browse, err
}

// month reads 2026-01 as 202601, and nothing as 0.
func month(s string) int {
	year, m, ok := strings.Cut(s, "-")
	if !ok {
		return 0
	}
	y, errYear := strconv.Atoi(year)
	n, errMonth := strconv.Atoi(m)
	if errYear != nil || errMonth != nil {
		return 0
	}
	return y*100 + n
}

// titles gives the pots' names by slug.
func (b *Books) titles(ctx context.Context) (map[string]string, error) {
	pots, err := b.read.Pots(ctx)
	titles := make(map[string]string, len(pots))
	for _, pot := range pots {
		titles[pot.Slug] = pot.Title
	}
	return titles, err
}

// lines shows entries as lines of a list, each with all its moves.
func (b *Books) lines(ctx context.Context, titles map[string]string,
	views ...reading.View) ([]web.Line, error) {
	after, err := b.read.BalancesBehind(ctx, views...)
	if err != nil {
		return nil, err
	}
	reversed, err := b.read.Reversed(ctx, views...)
	if err != nil {
		return nil, err
	}
	lines := make([]web.Line, len(views))
	for i, v := range views {
		lines[i] = line(v, titles, after[v.Index])
		lines[i].Reversed = reversed[v.Index]
	}
	return lines, nil
}

// line shows one entry as a line of a list, with the balance behind each of its moves.
func line(v reading.View, titles map[string]string, after []int64) web.Line {
	kind, _, _ := strings.Cut(v.Fact.Name(), "/")
	line := web.Line{Index: v.Index, At: v.At.String(), On: v.Day.String(), Kind: kind,
		Class: web.Class(v.StatedClass())}
	for i, p := range v.Posts {
		move := web.Move{Account: string(p.Account), Amount: money.Amount{Minor: p.Amount, Unit: p.Unit}}
		if i < len(after) {
			move.After = after[i]
		}
		if p.Account.Class() == ledger.Pot {
			move.Pot = p.Account.Segment()
			move.Name = titles[move.Pot]
		}
		line.Moves = append(line.Moves, move)
	}
	return line
}

// picked keeps the moves of the accounts asked for, assets turned to positive; of the whole fund all
// but those of assets, and those of assets where nothing else moved.
func picked(moves []web.Move, q reading.Browse) []web.Move {
	var kept []web.Move
	for _, move := range moves {
		account := ledger.Account(move.Account)
		asset := account.Class() == ledger.Asset
		wanted := len(q.Accounts) == 0 && !asset
		for _, one := range q.Accounts {
			wanted = wanted || one.Place == ledger.Place{Account: account, Unit: move.Amount.Unit}
		}
		if !wanted {
			continue
		}
		if asset {
			move.Amount.Minor, move.After = -move.Amount.Minor, -move.After
		}
		kept = append(kept, move)
	}
	return kept
}

// counted gives what an entry adds to appeals, a line a pot, with the pot's balance behind the entry.
func counted(view reading.View, moves []web.Move, q reading.Browse) (list []web.Move) {
	for _, t := range q.Counted(view) {
		_, slug, _ := giving.ParsePotFigure(t.Name)
		one := web.Move{Pot: slug, Amount: money.Amount{Minor: t.Amount, Unit: t.Unit}}
		for _, move := range moves {
			if move.Pot == slug && move.Amount.Unit == t.Unit {
				one.Account, one.Name, one.After = move.Account, move.Name, move.After
			}
		}
		list = append(list, one)
	}
	return list
}

// ofSign keeps the moves that a figure of one flow sums: a gift brings in its gross and takes out its
// fee in one entry.
func ofSign(moves []web.Move, positive bool) []web.Move {
	return slices.DeleteFunc(moves, func(move web.Move) bool { return move.Amount.Minor > 0 != positive })
}

// Entry gives one entry whole, with its proof.
func (b *Books) Entry(ctx context.Context, index int64) (web.Entry, error) {
	view, err := b.read.View(ctx, index)
	if err != nil {
		return web.Entry{}, err
	}
	titles, err := b.titles(ctx)
	if err != nil {
		return web.Entry{}, err
	}
	lines, err := b.lines(ctx, titles, view)
	if err != nil {
		return web.Entry{}, err
	}
	entry := web.Entry{Leaf: string(view.Leaf), Line: lines[0]}
	entry.Postings = entry.Moves
	entry.Moves = picked(entry.Moves, reading.Browse{})
	if err := b.references(ctx, &entry); err != nil {
		return entry, err
	}
	hash := proof.LeafHash(view.Leaf)
	entry.LeafHash = base64.StdEncoding.EncodeToString(hash[:])
	return entry, b.prove(ctx, &entry)
}

// references adds the entries that this one refers to, and the last that undid some of it.
func (b *Books) references(ctx context.Context, entry *web.Entry) error {
	for _, line := range strings.Split(entry.Leaf, "\n") {
		key, value, _ := strings.Cut(line, " ")
		if key != "of" && key != "arrival" {
			continue
		}
		if index, err := strconv.ParseInt(value, 10, 64); err == nil {
			entry.References = append(entry.References, web.Reference{Role: key, Index: index})
		}
	}
	whole, by, err := b.read.Undone(ctx, entry.Index)
	if err != nil || by == 0 {
		return err
	}
	view, err := b.read.View(ctx, by)
	if err != nil {
		return err
	}
	role := "reversed-by"
	if !whole {
		role = map[string]string{"refund/v1": "refunded-by", "gift/v1": "placed-by"}[view.Fact.Name()]
	}
	if role != "" {
		entry.References = append(entry.References, web.Reference{Role: role, Index: by})
	}
	return nil
}

// prove adds the proof against the last published checkpoint, which may not hold the newest entries
// yet: they are proved a moment later.
func (b *Books) prove(ctx context.Context, entry *web.Entry) error {
	receipt, err := b.app.Receipt(ctx, entry.Index)
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	point, err := proof.OpenCheckpoint(receipt.Checkpoint, b.app.VKey())
	if err != nil {
		return err
	}
	for _, hash := range receipt.Hashes {
		entry.Proof = append(entry.Proof, hash.String())
	}
	entry.Note = string(receipt.Checkpoint)
	entry.Head = web.Head{Size: point.Size, Root: point.Root.String()}
	return nil
}
