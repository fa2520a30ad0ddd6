// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"ecot/app"
	"ecot/journal"
	"ecot/mechanism/giving"
)

// gift is a gift as the door takes it.
type gift struct {
	Key    string `json:"key"`
	Pot    string `json:"pot"`
	Amount int64  `json:"amount"` // cents
	Handle string `json:"handle,omitempty"`
	Name   string `json:"name,omitempty"`
}

// hot is the number of pots that everybody gives to.
const hot = 5

func potName(n int) string { return "pot-" + strconv.Itoa(n) }

// splitStatements cuts a script at its semicolons.
func splitStatements(script string) (list []string) {
	for statement := range strings.SplitSeq(script, ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			list = append(list, statement)
		}
	}
	return list
}

// openPots opens so many pots, hot ones first.
func openPots(pots int) func(context.Context, *app.Bulk) error {
	return func(ctx context.Context, b *app.Bulk) error {
		for n := range pots {
			command := &giving.OpenPot{PotOpened: giving.PotOpened{Slug: potName(n), Purpose: giving.Spendable}}
			if _, err := b.Enter(ctx, &app.Request{Key: potName(n), Command: command}); err != nil {
				return err
			}
		}
		return nil
	}
}

// request is the gift as app takes it.
func (g gift) request() app.Request {
	command := &giving.Give{Given: giving.Given{
		Inflow: giving.Inflow{Unit: "EUR", Gross: g.Amount, Into: "bank", Nature: giving.Gift, Donor: giving.Person,
			Evidence: giving.Declared},
		To: []journal.Share{{Pot: g.Pot, Amount: g.Amount}},
	}}
	return app.Request{Key: g.Key, Command: command, Person: app.Person{Handle: g.Handle, Name: g.Name}}
}

// maker makes gifts, no two alike.
type maker struct {
	made  atomic.Int64
	from  int // first pot
	pots  int
	named bool // whether a new giver stands behind each
}

func (m *maker) next() gift {
	n := int(m.made.Add(1))
	g := gift{Key: "gift-" + strconv.Itoa(n), Pot: potName(m.from + n*7919%m.pots), Amount: int64(100 + n%5000)}
	if m.named {
		g.Handle, g.Name = fmt.Sprintf("giver-%d@example.org", n), fmt.Sprintf("Giver %d", n)
	}
	if m.from > 0 {
		g.Key += "/" + strconv.Itoa(m.from)
	}
	return g
}

// giver takes gifts: an instance of ours, the naive ledger, or a door to either.
type giver func(context.Context, gift) error

func (i *instance) give(ctx context.Context, g gift) (index int64, receipt []byte, err error) {
	answer, err := i.Do(ctx, g.request())
	if err != nil {
		return 0, nil, err
	}
	proof, err := answer.Prove(ctx)
	if err != nil {
		return 0, nil, err
	}
	receipt, err = proof.MarshalText()
	return answer.Index, receipt, err
}

func (i *instance) giver() giver {
	return func(ctx context.Context, g gift) error {
		_, _, err := i.give(ctx, g)
		return err
	}
}

func (n *naive) giver() giver {
	return func(ctx context.Context, g gift) error {
		_, err := n.give(ctx, g)
		return err
	}
}

// by makes a giver's gifts the deeds of clients.
func (m *maker) by(to giver) deed {
	return func(ctx context.Context, _, _ int) error { return to(ctx, m.next()) }
}
