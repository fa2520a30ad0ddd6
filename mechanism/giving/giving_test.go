// SPDX-License-Identifier: AGPL-3.0-or-later

package giving_test

import (
	"strings"
	"testing"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/mechanismtest"
)

var rewrite = mechanismtest.RewriteFlag()

func rules() *mechanism.Set { return mechanism.NewSet(charter.Rules{}, giving.Rules{}) }

func genesis() mechanism.Command {
	return &charter.Found{Genesis: charter.Genesis{Origin: "brindeval.example/journal",
		Key: "brindeval.example/journal+1234abcd+AQID", Unit: "EUR", Zone: "Europe/Paris", Closing: charter.ByHand}}
}

func TestScenarios(t *testing.T) {
	mechanismtest.Play(t, rules(), genesis(), verbs(), *rewrite)
}

// verbs are the words of the scenarios in testdata, one a command of giving.
func verbs() mechanismtest.Verbs {
	return mechanismtest.Verbs{
		"open":      openPot,
		"give":      give,
		"receive":   receive,
		"refund":    refund,
		"fee":       fee,
		"move":      move,
		"transfer":  transfer,
		"spend":     spend,
		"reverse":   reverse,
		"claim":     claim,
		"approve":   approve,
		"pay":       pay,
		"take-back": takeBack,
		"withdraw":  withdraw,
		"close":     closeMonth,
	}
}

type args = mechanismtest.Args

func openPot(a *args) mechanism.Command {
	return &giving.OpenPot{PotOpened: giving.PotOpened{Slug: a.Word(),
		Purpose: giving.Purpose(a.Text("purpose", string(giving.Spendable)))}}
}

func inflow(a *args) giving.Inflow {
	return giving.Inflow{Unit: a.Unit(), Gross: a.Sum(), Fee: a.Amount("fee"), Into: a.Text("into", "bank"),
		Nature: giving.Nature(a.Text("nature", string(giving.Gift))),
		Donor:  giving.Donor(a.Text("donor", string(giving.Person))),
		Given:  a.Day("given"), Credited: a.Day("credited"), Reward: a.Amount("reward"),
		Generosity: a.Text("appeal", "yes") == "yes", Evidence: evidence(a), Source: a.Text("source", "")}
}

func evidence(a *args) giving.Evidence {
	return giving.Evidence(a.Text("evidence", string(giving.Proved)))
}

func give(a *args) mechanism.Command {
	in := inflow(a)
	return &giving.Give{Given: giving.Given{Inflow: in, To: a.Shares("to", in.Gross),
		Arrival: a.EntryOr("arrival", 0), Need: a.Text("need", ""), Regular: a.Text("regular", ""),
		Counts: counts(a)}}
}

// counts reads nth=1 nth-fund=3 (the giver's gifts to the pot and to the fund) and first=pot,fund.
func counts(a *args) (n giving.Counts) {
	n.Nth, n.NthFund = a.Number("nth"), a.Number("nth-fund")
	for _, word := range a.List("first") {
		n.FirstOfMonth = n.FirstOfMonth || word == "pot"
		n.FirstOfMonthFund = n.FirstOfMonthFund || word == "fund"
	}
	return n
}

func receive(a *args) mechanism.Command {
	return &giving.Receive{Arrived: giving.Arrived{Inflow: inflow(a)}}
}

func refund(a *args) mechanism.Command {
	return &giving.GiveBack{Refunded: giving.Refunded{Of: a.Entry(), Unit: a.Unit(), Back: a.Shares("back", 0),
		Fee: a.Amount("fee"), Through: a.Text("through", "bank"),
		Reason: giving.Reason(a.Text("reason", string(giving.GivenBack))),
		On:     a.Day("day"), Evidence: evidence(a), Source: a.Text("source", "")}}
}

func fee(a *args) mechanism.Command {
	return &giving.Charge{FeeCharged: giving.FeeCharged{Unit: a.Unit(), Amount: a.Sum(), Pot: a.Text("pot", ""),
		Through: a.Text("through", "bank"), For: giving.FeeKind(a.Text("for", string(giving.BankFee))),
		Of: a.EntryOr("of", 0), On: a.Day("day"), Evidence: evidence(a), Source: a.Text("source", "")}}
}

func move(a *args) mechanism.Command {
	return &giving.Move{Moved: giving.Moved{Unit: a.Unit(), Amount: a.Sum(), From: a.Text("from", "provider"),
		Into: a.Text("into", "bank"), On: a.Day("day"), Evidence: evidence(a)}}
}

func transfer(a *args) mechanism.Command {
	return &giving.Transfer{Transferred: giving.Transferred{Unit: a.Unit(), Amount: a.Sum(),
		From: a.Text("from", ""), To: a.Text("to", ""), By: a.List("by"), On: a.Day("day")}}
}

func spend(a *args) mechanism.Command {
	return &giving.Spend{Spent: giving.Spent{Unit: a.Unit(), Amount: a.Sum(), Fee: a.Amount("fee"),
		Pot: a.Text("pot", ""), Through: a.Text("through", "bank"),
		As:          giving.Spending(a.Text("as", string(giving.Expense))),
		Destination: giving.Destination(a.Text("for", string(giving.Mission))),
		Payee:       giving.Donor(a.Text("payee", string(giving.Company))),
		On:          a.Day("day"), Evidence: evidence(a), Source: a.Text("source", "")}}
}

// reverse looks up the origin as the program does, unless the line gives it.
func reverse(a *args) mechanism.Command {
	of, origin := a.Entry(), int64(0)
	if e := a.World.Entry(of); e != nil {
		origin = giving.Origin(e.Fact)
	}
	return &giving.Reverse{Reversed: giving.Reversed{Of: of, By: a.Text("by", "treasurer"), On: a.Day("day")},
		Origin: a.EntryOr("origin", origin)}
}

func claim(a *args) mechanism.Command {
	return &giving.Claim{Claimed: giving.Claimed{Unit: a.Unit(), Amount: a.Sum(), Pot: a.Text("pot", ""),
		Destination: giving.Destination(a.Text("for", string(giving.Mission))),
		Payee:       giving.Donor(a.Text("payee", string(giving.Person))), On: a.Day("day")}}
}

func approve(a *args) mechanism.Command {
	return &giving.Approve{Approved: giving.Approved{Of: a.Entry(), By: a.Text("by", ""), On: a.Day("day")}}
}

func pay(a *args) mechanism.Command {
	return &giving.Pay{Paid: giving.Paid{Of: a.Entry(), Through: a.Text("through", "bank"),
		On: a.Day("day"), Evidence: evidence(a)}}
}

func takeBack(a *args) mechanism.Command {
	return &giving.TakeBack{Returned: giving.Returned{Of: a.Entry(), Through: a.Text("through", "bank"),
		Code: strings.ToLower(a.Text("code", "ac04")), On: a.Day("day"), Evidence: evidence(a)}}
}

func withdraw(a *args) mechanism.Command {
	return &giving.Withdraw{Withdrawn: giving.Withdrawn{Of: a.Entry(), By: a.Text("by", "treasurer"),
		On: a.Day("day")}}
}

// closeMonth closes with what the journal says: off= is what the closing says beyond it, bank= what the
// statement says beyond that; because=yes explains a difference.
func closeMonth(a *args) mechanism.Command {
	month := int(a.Number("month"))
	fact := charter.Closed{Month: month, Unit: a.Unit(), By: a.Text("by", "treasurer"),
		Ledger: a.Amount("off") - a.World.Held(month, a.Unit())}
	fact.Statement = fact.Ledger + a.Amount("bank")
	if a.Text("because", "") != "" {
		fact.Because = journal.Digest{1}
	}
	return &charter.Close{Closed: fact}
}
