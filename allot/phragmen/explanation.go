// SPDX-License-Identifier: AGPL-3.0-or-later

package phragmen

import (
	"ecot/allot/election"
	"ecot/allot/explain"
)

// Explain gives the document of an outcome of e under o, counted without money from the start.
func Explain(e *election.Election, o Options, outcome *Outcome) *explain.Document {
	d := &explain.Document{
		Format: explain.Format, Rule: Rule, TieRule: string(o.Ties),
		Voters: e.Voters, Projects: len(e.Projects), Decimals: e.Decimals, Budget: e.Amount(e.Budget),
		Winners: e.IDs(outcome.Winners), Spent: e.Amount(outcome.Spent), Ties: outcome.Ties,
		Residue: outcome.Residue,
	}
	for _, round := range outcome.Rounds {
		d.Rounds = append(d.Rounds, documented(e, round))
	}
	if outcome.Beyond != nil {
		beyond := documented(e, *outcome.Beyond)
		d.Beyond = &beyond
	}
	return d
}

// documented gives a round as documents show it.
func documented(e *election.Election, round Round) explain.Round {
	shown := explain.Round{
		Project: e.Projects[round.Project].ID, Cost: e.Amount(e.Projects[round.Project].Cost),
		Supporters: round.Supporters, Payers: round.Supporters, Full: round.Supporters,
		Rest: round.Rest, Price: uint64(round.Load), Residue: round.Residue,
	}
	if round.Tied != nil {
		shown.Tied = e.IDs(round.Tied)
	}
	return shown
}
