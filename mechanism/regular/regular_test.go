// SPDX-License-Identifier: AGPL-3.0-or-later

package regular_test

import (
	"testing"

	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/mechanismtest"
	"ecot/mechanism/regular"
)

var rewrite = mechanismtest.RewriteFlag()

func rules() *mechanism.Set { return mechanism.NewSet(charter.Rules{}, regular.Rules{}) }

func genesis() mechanism.Command {
	return &charter.Found{Genesis: charter.Genesis{Origin: "brindeval.example/journal",
		Key: "brindeval.example/journal+1234abcd+AQID", Unit: "EUR", Zone: "Europe/Paris", Closing: charter.ByHand}}
}

func TestScenarios(t *testing.T) {
	mechanismtest.Play(t, rules(), genesis(), verbs(), *rewrite)
}

type args = mechanismtest.Args

func verbs() mechanismtest.Verbs {
	verbs := mechanismtest.Verbs{"begin": begin, "miss": miss, "forge": forge}
	for verb, change := range map[string]regular.Change{"pause": regular.Paused, "resume": regular.Resumed,
		"stop": regular.Stopped, "amend": regular.Amended, "keep": regular.Kept} {
		verbs[verb] = func(a *args) mechanism.Command { return &regular.Alter{Changed: changed(a, change)} }
	}
	return verbs
}

// begin reads "begin r1 20.00 to=lanterne every=month means=card from=2025-02-05".
func begin(a *args) mechanism.Command {
	f := regular.Begun{ID: a.Word(), Unit: a.Unit(), Amount: a.Sum(), Every: regular.Every(a.Text("every", "month")),
		Means: regular.Means(a.Text("means", "card")), From: a.Day("from"), On: a.Day("day")}
	f.To = a.Shares("to", f.Amount)
	return &regular.Begin{Begun: f}
}

// changed reads "pause r1 until=2025-11-01 why=donor" and "amend r1 amount=25.00 to=lanterne".
func changed(a *args, change regular.Change) regular.Changed {
	f := regular.Changed{ID: a.Word(), Change: change, Why: regular.Why(a.Text("why", "donor")), Until: a.Day("until"),
		Amount: a.Amount("amount"), On: a.Day("day")}
	f.To = a.Shares("to", f.Amount)
	return f
}

// forge writes a stop that says itself, wrongly or not, what it changes.
func forge(a *args) mechanism.Command {
	f := changed(a, regular.Stopped)
	f.Unit, f.Active, f.Monthly = a.Unit(), a.Number("active"), a.Amount("monthly")
	return forged{&f}
}

// miss reads "miss r1 202503 why=refused".
func miss(a *args) mechanism.Command {
	return &regular.Miss{Missed: regular.Missed{ID: a.Word(), Month: int(a.Number("month")),
		Why: regular.WhyMissed(a.Text("why", "no-money-seen")), On: a.Day("day")}}
}
