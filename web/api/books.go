// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/web"
	"ecot/web/page"
)

// maxLimit is how many entries one answer lists at most.
const maxLimit = 500

// nowhere refuses an address that is none of the interface's.
func nowhere(*http.Request) (page.Reply, error) {
	return page.Reply{}, fault.New(fault.NotFound,
		"There is nothing at this address; %s/openapi.json lists what there is.", Root)
}

// journal names the state of the journal.
func (d *Door) journal(ctx context.Context) (string, error) {
	size, err := d.rooms.Books.Size(ctx)
	return strconv.FormatInt(size, 10), err
}

func (d *Door) fund(r *http.Request) (any, error) {
	f, err := d.rooms.Books.Fund(r.Context())
	if err != nil {
		return nil, err
	}
	shown := fund{Name: d.Options.Name, Gifts: f.Gifts, Since: f.Since, Journal: head(f.Head),
		Balances: each(f.Balances, func(b web.Balance) balance { return balanceOf(b, web.Query{}) }),
		Assets:   each(f.Assets, holdingOf), Owed: each(f.Owed, holdingOf), Pots: each(f.Pots, potLineOf),
		Months: monthsOf(f.Months, f.Balances, "")}
	return shown, nil
}

func (d *Door) months(r *http.Request) (any, error) {
	f, err := d.rooms.Books.Fund(r.Context())
	return monthList{monthsOf(f.Months, f.Balances, "")}, err
}

func (d *Door) pots(r *http.Request) (any, error) {
	f, err := d.rooms.Books.Fund(r.Context())
	return potList{each(f.Pots, potLineOf)}, err
}

func (d *Door) pot(r *http.Request) (any, error) {
	p, err := d.rooms.Books.Pot(r.Context(), r.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	return pot{potLineOf(p.PotLine), p.Purpose, monthsOf(p.Months, p.Balances, p.Slug)}, nil
}

// figureOf gives a figure with what stands behind its parts, and the entries that it sums.
func figureOf(f web.Figure, q web.Query) figure {
	shown := figure{Amount: amount{string(q.Unit), f.Total()}, Evidence: []part{}, Entries: Root + q.Address()}
	for _, one := range []part{{string(web.Proved), f.Proved}, {string(web.Attested), f.Attested},
		{string(web.Declared), f.Declared}, {string(page.Unsorted), f.Unsorted}} {
		if one.Minor != 0 {
			shown.Evidence = append(shown.Evidence, one)
		}
	}
	return shown
}

// kept gives what is held after In came and Out went; what they do not explain is unsorted.
func kept(holds int64, in, out web.Figure) web.Figure {
	f := web.Figure{Proved: in.Proved - out.Proved, Attested: in.Attested - out.Attested,
		Declared: in.Declared - out.Declared}
	f.Unsorted = holds - f.Total()
	return f
}

func balanceOf(b web.Balance, q web.Query) balance {
	q.Unit = b.Unit
	in, out := q, q
	in.Flow, out.Flow = web.In, web.Out
	return balance{figureOf(kept(b.Holds, b.In, b.Out), q), figureOf(b.In, in), figureOf(b.Out, out), b.Entries}
}

func potLineOf(p web.PotLine) potLine {
	return potLine{p.Slug, p.Name, each(p.Balances, func(b web.Balance) balance {
		return balanceOf(b, web.Query{Pot: p.Slug})
	})}
}

func holdingOf(h web.Holding) holding {
	return holding{h.Account, h.Name, each(h.Balances, func(b web.Balance) balance {
		return balanceOf(b, web.Query{Account: h.Account})
	})}
}

// monthsOf gives months in their order. What stood behind the money at the end of each is found from what
// stands behind it now, by undoing the later months.
func monthsOf(months []web.Month, now []web.Balance, slug string) []month {
	shown := make([]month, len(months))
	order := make([]int, len(months))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(months[b].Month, months[a].Month) })
	for _, b := range now {
		holds := kept(b.Holds, b.In, b.Out)
		for _, i := range order {
			m := months[i]
			if m.Unit != b.Unit {
				continue
			}
			holds.Unsorted += m.Holds - holds.Total()
			q := web.Query{Pot: slug, Month: m.Month, Unit: m.Unit}
			in, out := q, q
			in.Flow, out.Flow = web.In, web.Out
			shown[i] = month{Month: m.Month, Entries: m.Entries, In: figureOf(m.In, in), Out: figureOf(m.Out, out),
				Holds: figureOf(holds, web.Query{Pot: slug, Until: m.Month, Unit: m.Unit})}
			if m.People > 0 {
				shown[i].People = &people{m.People, string(web.Declared)}
			}
			holds = web.Figure{Proved: holds.Proved - m.In.Proved + m.Out.Proved,
				Attested: holds.Attested - m.In.Attested + m.Out.Attested,
				Declared: holds.Declared - m.In.Declared + m.Out.Declared, Unsorted: holds.Unsorted}
		}
	}
	return shown
}

func (d *Door) entries(r *http.Request) (any, error) {
	query, err := web.ParseQuery(r)
	if err != nil {
		return nil, err
	}
	if text := r.URL.Query().Get("limit"); text != "" {
		if query.Limit, err = strconv.Atoi(text); err != nil || query.Limit < 1 || query.Limit > maxLimit {
			return nil, fault.New(fault.Invalid, "A list has from 1 to %d entries.", maxLimit)
		}
	}
	found, err := d.rooms.Books.Entries(r.Context(), query)
	if err != nil {
		return nil, err
	}
	list := entryList{Entries: each(found.Lines, lineOf)}
	if n := len(found.Lines); found.Older && n > 0 {
		query.Before = found.Lines[n-1].Index
		list.Next = Root + query.Address()
		if text := r.URL.Query().Get("limit"); text != "" {
			list.Next += "&limit=" + text // the address names Before already
		}
	}
	return list, nil
}

func lineOf(l web.Line) entry {
	return entry{Index: l.Index, At: l.At, On: l.On, Kind: l.Kind, Evidence: string(l.Class),
		Reversed: l.Reversed, Moves: each(l.Moves, moveOf), Address: entryAddress(l.Index)}
}

func entryAddress(index int64) string { return Root + "/entries/" + strconv.FormatInt(index, 10) }

func moveOf(m web.Move) move {
	unit := string(m.Amount.Unit)
	return move{m.Account, m.Pot, m.Name, amount{unit, m.Amount.Minor}, amount{unit, m.After}}
}

func (d *Door) entry(r *http.Request) (any, error) {
	index, err := web.ParseIndex(r.PathValue("index"))
	if err != nil {
		return nil, err
	}
	e, err := d.rooms.Books.Entry(r.Context(), index)
	if err != nil {
		return nil, err
	}
	return entryWhole{entry: lineOf(e.Line), Leaf: e.Leaf, LeafHash: e.LeafHash,
		Postings: each(e.Postings, moveOf), Proof: append([]string{}, e.Proof...), Journal: head(e.Head),
		Checkpoint: e.Note, References: each(e.References, func(one web.Reference) reference {
			return reference{one.Role, one.Index, entryAddress(one.Index)}
		})}, nil
}

func (d *Door) checkpoint(r *http.Request) (any, error) {
	note, err := d.rooms.Books.Checkpoint(r.Context())
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(note), "\n") // C2SP tlog-checkpoint: origin, size, root
	if len(lines) < 3 {
		return nil, fault.New(fault.Internal, "The checkpoint is broken.")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The checkpoint is broken.")
	}
	return checkpoint{lines[0], head{size, lines[2]}, string(note)}, nil
}

// each gives what of makes of every one, never nil.
func each[A, B any](all []A, of func(A) B) []B {
	list := make([]B, 0, len(all))
	for _, one := range all {
		list = append(list, of(one))
	}
	return list
}
