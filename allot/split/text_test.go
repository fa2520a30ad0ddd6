// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import "testing"

func TestTexts(t *testing.T) {
	fall, err := Waterfall(100, [][]Claim{{{"rent", 1, 60}}, {{"ada", 1, 30}}})
	if err != nil {
		t.Fatal(err)
	}
	flow, err := Along([]Node{
		{ID: "app", Keep: 6, Needs: []Weight{{"lib", 3}, {"old", 1}}, Claimed: true},
		{ID: "lib", Keep: 1, Claimed: true},
		{ID: "old", Keep: 1},
	}, map[string]int64{"app": 100}, 40)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{fall.Text("en"), "Level 1.\nrent: 60.\nLevel 2.\nada: 30.\nNo level takes 10.\n"},
		{fall.Text("fr"), "Palier 1.\nrent : 60.\nPalier 2.\nada : 30.\nAucun palier ne prend 10.\n"},
		{flow.Text("en"), "100 came in; rings of projects taken as one: 0.\napp is paid 60.\n" +
			"lib is owed 30, below the least payout.\n10 are kept for old, whom nobody has claimed.\n"},
		{flow.Text("fr"), "Entrés : 100 ; cycles de projets comptés comme un seul : 0.\napp reçoit 60.\n" +
			"lib : 30 reportés, sous le versement minimal.\n" +
			"10 sont gardés pour old, que personne n'a réclamé.\n"},
	} {
		if c.got != c.want {
			t.Errorf("got\n%swant\n%s", c.got, c.want)
		}
	}
}
