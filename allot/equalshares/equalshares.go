// SPDX-License-Identifier: AGPL-3.0-or-later

// Package equalshares counts the Method of Equal Shares for participatory budgeting, exactly.
//
// Definition (D. Peters and P. Skowron, "Proportionality and the Limits of Welfarism", EC 2020, §3;
// D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive
// Utilities", NeurIPS 2021, §3). The pool is shared out equally among the voters. A project is
// affordable when its supporters together hold its cost; its price is the largest payment of any of
// them when all pay the same, or everything they have if that is less. Round by round the project
// with the best value is bought: with [ByCost] the highest cost ÷ price, called effective votes; with
// [ByNumber] the lowest price. It ends when no project is affordable.
//
// Here all of it is defined on integers. Purses are in 10⁻⁶ units of the election; everyone begins with
// ⌈pool ÷ voters⌉. When R supporters can pay the full price and the others give all they have, the price
// is the fraction rest ÷ R, compared by cross products of 192 bits, and each of the R pays ⌈rest ÷ R⌉, so
// no purse falls below zero and the surplus, below R, goes to a named residue. What is bought never
// exceeds the pool. Projects of equal value are settled by the tie rule, and listed.
//
// Cost: a priority queue holds for each project the price it had when it was last looked at. Purses only
// fall, so prices only rise and an old price is a lower bound; only a project at the head of the queue is
// looked at again. About 3.5 readings of a purse for each mark; 4 or 8 bytes a voter, 48 a project.
//
// Limits: those of package election, and voters × endowment below 2⁶³.
//
// Invariant: the outcome depends on the election and the options only: not on the order of voters
// or projects, nor on the number of processors.
package equalshares

import (
	"context"

	"ecot/allot/election"
	"ecot/allot/explain"
	"ecot/fault"
)

// Micro is how many of the units in which purses are kept make one unit of the election.
const Micro = 1_000_000

// Utility says what a voter gains from an approved project that is bought.
type Utility string

// The utilities.
const (
	ByCost   Utility = "cost"        // as much as the project costs
	ByNumber Utility = "cardinality" // one, whatever it costs
)

// Completion says how to go on when money is left.
type Completion string

// The completions. The add1 family gives every voter one whole unit of the currency more and counts
// afresh, for as long as the outcome fits the pool; the last outcome that fits is the result.
const (
	None  Completion = "none"   // stop
	Util  Completion = "util"   // by votes, skipping what does not fit
	Add1  Completion = "add1"   // raise until an outcome exceeds the pool
	Add1e Completion = "add1e"  // the same, but stop at the first outcome that leaves nothing that fits
	Add1u Completion = "add1u"  // add1, then util
	Addeu Completion = "add1eu" // add1e, then util
)

// Options are the choices of a count.
type Options struct {
	Utility    Utility
	Completion Completion
	Ties       election.TieRule
	Explain    bool             // keep what [Explain] needs; costs about one more look a round
	Progress   func(spent Step) // when not nil, told of every round, from the counting goroutine
}

// Step is how far a count has come.
type Step struct {
	Raise  int   // steps of add1 so far
	Round  int   // projects bought in this step
	Spent  int64 // on them, in units
	Budget int64 // the pool, in units
}

// Round is one purchase.
type Round struct {
	Project  int
	Payers   int   // supporters with money left
	Full     int   // those of them who pay the full price
	Rest     int64 // what the Full pay together, in 10⁻⁶ units: the price is the fraction Rest ÷ Full
	Price    int64 // what each of the Full pays, ⌈Rest ÷ Full⌉, in 10⁻⁶ units
	Residue  int64 // Full × Price − Rest
	Tied     []int // projects of exactly the same value, in tie order, Project among them; nil when alone
	RunnerUp int   // the best of the others, −1 when none is affordable or no explanation was asked for
	NextRest int64 // the price of the runner-up is NextRest ÷ NextFull
	NextFull int
}

// Outcome is the result of a count.
type Outcome struct {
	Winners   []int // in the order in which they were bought, those of util last
	Spent     int64 // in units
	Endowment int64 // what every voter began with in the run that stands, in 10⁻⁶ units
	Raises    int   // steps of add1 in it
	Rounds    []Round
	Filled    []Choice // the choices of util
	Steps     []Passed // with Explain and add1: the first run, and those whose winners or order differ
	Stop      *Passed  // with Explain and add1: the run that exceeded the pool, to that purchase
	Ties      int      // rounds in which projects were exactly equal
	Residue   int64    // in 10⁻⁶ units
}

// Passed is a run on the way to the one that stands.
type Passed struct {
	Raises  int
	Winners []int // in the order bought
}

// Choice is a project that util considered.
type Choice struct {
	Project int
	Verdict explain.Verdict
}

// Count counts e by the rule. It refuses options that it does not know, an election without voters,
// and amounts too large, and gives the context's error when that ends first.
func Count(ctx context.Context, e *election.Election, o Options) (*Outcome, error) {
	if o.Utility != ByCost && o.Utility != ByNumber {
		return nil, fault.New(fault.Invalid, "There is no utility %q: use cost or cardinality.", o.Utility)
	}
	order, err := e.TieOrder(o.Ties)
	if err != nil {
		return nil, err
	}
	c := &completion{ctx: ctx, election: e, options: o, order: order}
	switch o.Completion {
	case None, Util:
		err = c.once(0, o.Explain)
	case Add1, Add1u:
		err = c.raise(false)
	case Add1e, Addeu:
		err = c.raise(true)
	default:
		return nil, fault.New(fault.Invalid,
			"There is no completion %q: use none, util, add1, add1e, add1u or add1eu.", o.Completion)
	}
	if err != nil {
		return nil, err
	}
	if o.Completion == Util || o.Completion == Add1u || o.Completion == Addeu {
		c.fill()
	}
	return c.best, nil
}
