// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"math/big"
	"strings"

	"ecot/allot/election"
	"ecot/allot/explain"
)

// Rule is the name of the rule in documents.
const Rule = "equal-shares"

// Explain gives the document of an outcome of e under o, which must have asked for the explanation.
func Explain(e *election.Election, o Options, outcome *Outcome) *explain.Document {
	d := &explain.Document{
		Format: explain.Format, Rule: Rule, Utility: string(o.Utility), Completion: string(o.Completion),
		TieRule: string(o.Ties), Voters: e.Voters, Projects: len(e.Projects), Decimals: e.Decimals,
		Budget: e.Amount(e.Budget), Endowment: outcome.Endowment, Raises: outcome.Raises,
		Winners: e.IDs(outcome.Winners), Spent: e.Amount(outcome.Spent), Ties: outcome.Ties,
		Residue: outcome.Residue,
	}
	for _, step := range outcome.Steps {
		d.Steps = append(d.Steps, documentedStep(e, step))
	}
	if outcome.Stop != nil {
		stop := documentedStep(e, *outcome.Stop)
		d.Stop = &stop
	}
	for _, round := range outcome.Rounds {
		d.Rounds = append(d.Rounds, documentedRound(e, round))
	}
	left := e.Budget
	for _, p := range outcome.Winners[:len(outcome.Rounds)] {
		left -= e.Projects[p].Cost
	}
	for _, choice := range outcome.Filled {
		d.Choices = append(d.Choices, documentedChoice(e, choice, left))
		if choice.Verdict == explain.Bought {
			left -= e.Projects[choice.Project].Cost
		}
	}
	return d
}

// Left gives what each voter of e has left after the rounds of an outcome, in 10⁻⁶ units.
func Left(e *election.Election, outcome *Outcome) []int64 {
	left := make([]int64, e.Voters)
	for voter := range left {
		left[voter] = outcome.Endowment
	}
	for _, round := range outcome.Rounds {
		for _, voter := range e.Supporters(round.Project) {
			left[voter] -= min(left[voter], round.Price)
		}
	}
	return left
}

// documentedStep gives a step as documents show it.
func documentedStep(e *election.Election, step Passed) explain.Step {
	spent := int64(0)
	for _, p := range step.Winners {
		spent += e.Projects[p].Cost
	}
	return explain.Step{Raises: step.Raises, Winners: e.IDs(step.Winners), Spent: e.Amount(spent)}
}

// documentedRound gives a round as documents show it.
func documentedRound(e *election.Election, round Round) explain.Round {
	cost := e.Projects[round.Project].Cost
	shown := explain.Round{
		Project: e.Projects[round.Project].ID, Cost: e.Amount(cost), Supporters: e.Votes(round.Project),
		Payers: round.Payers, Full: round.Full, Rest: uint64(round.Rest), Price: uint64(round.Price),
		Effective: effectiveVotes(cost, round.Rest, round.Full), Residue: round.Residue,
	}
	if round.Tied != nil {
		shown.Tied = e.IDs(round.Tied)
	}
	if p := round.RunnerUp; p >= 0 {
		shown.RunnerUp = &explain.RunnerUp{
			Project: e.Projects[p].ID, Full: round.NextFull, Rest: uint64(round.NextRest),
			Effective: effectiveVotes(e.Projects[p].Cost, round.NextRest, round.NextFull),
		}
	}
	return shown
}

// documentedChoice gives a choice by votes as documents show it, left being the money before it.
func documentedChoice(e *election.Election, choice Choice, left int64) explain.Choice {
	return explain.Choice{
		Project: e.Projects[choice.Project].ID, Votes: e.Votes(choice.Project),
		Cost: e.Amount(e.Projects[choice.Project].Cost), Left: e.Amount(left), Verdict: choice.Verdict,
	}
}

// effectiveVotes gives cost ÷ (rest ÷ full), the cost in units and the rest in millionths, with six
// decimals, rounded down.
func effectiveVotes(cost, rest int64, full int) string {
	value := new(big.Int).Mul(big.NewInt(cost), big.NewInt(Micro*Micro))
	value.Mul(value, big.NewInt(int64(full)))
	digits := value.Quo(value, big.NewInt(rest)).String()
	if len(digits) < 7 {
		digits = strings.Repeat("0", 7-len(digits)) + digits
	}
	return digits[:len(digits)-6] + "." + digits[len(digits)-6:]
}
