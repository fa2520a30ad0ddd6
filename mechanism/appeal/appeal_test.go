// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal_test

import (
	"testing"

	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/mechanismtest"
)

var rewrite = mechanismtest.RewriteFlag()

func rules() *mechanism.Set { return mechanism.NewSet(charter.Rules{}, appeal.Rules{}) }

func genesis() mechanism.Command {
	return &charter.Found{Genesis: charter.Genesis{Origin: "brindeval.example/journal",
		Key: "brindeval.example/journal+1234abcd+AQID", Unit: "EUR", Zone: "Europe/Paris", Closing: charter.ByHand}}
}

func TestScenarios(t *testing.T) {
	mechanismtest.Play(t, rules(), genesis(), mechanismtest.Verbs{"open": open, "list": list, "end": end}, *rewrite)
}

type args = mechanismtest.Args

// open reads "open lanterne from=202502 carry=months months=2"; without carry, the default.
func open(a *args) mechanism.Command {
	return &appeal.Open{Opened: appeal.Opened{Pot: a.Word(), From: int(a.Number("from")), By: by(a), On: a.Day("day"),
		Rule: appeal.Rule{Unit: a.Unit(), Carry: appeal.Carry(a.Text("carry", "")), Months: a.Number("months")}}}
}

// list reads "list lanterne from=202502 for=astreinte:120.00,hebergement:20.00".
func list(a *args) mechanism.Command {
	return &appeal.List{Listed: appeal.Listed{Pot: a.Word(), From: int(a.Number("from")), For: a.Shares("for", 0),
		By: by(a), On: a.Day("day")}}
}

// end reads "end lanterne last=202512".
func end(a *args) mechanism.Command {
	return &appeal.End{Ended: appeal.Ended{Pot: a.Word(), Last: int(a.Number("last")), By: by(a), On: a.Day("day")}}
}

func by(a *args) string { return a.Text("by", "editor") }
