// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"fmt"
	"strings"
)

// words holds the sentences of one language; phases maps Round.Phase to what was compared.
type words struct {
	head, round, out, tie, score, ties, elected, nobody string
	phases                                              map[string]string
}

func english() words {
	return words{
		head:    "Rule %s: %d seats, %d candidates, %d ballots.\n",
		round:   "%d. %s comes in with %s.",
		out:     "%d. %s goes out with %s.",
		tie:     " Tied: %s; the first id in string order goes first.",
		score:   "Best score: %s.",
		ties:    " %d committees have it; the first in string order is taken.",
		elected: "Elected: %s.\n",
		nobody:  "nobody",
		phases: map[string]string{
			"approvals": "%s approvals", "shared-votes": "%s shared votes", "gain": "a gain of %s",
			"loss": "a loss of %s", "load": "a load of %s per supporter", "weight": "a remaining weight of %s",
			"least-support": "a least support of %s", "payment": "a largest payment of %s per supporter",
			"elimination": "%s approvals among the lowest",
		},
	}
}

func french() words {
	return words{
		head:    "Règle %s : %d sièges, %d candidatures, %d bulletins.\n",
		round:   "%d. %s entre avec %s.",
		out:     "%d. %s sort avec %s.",
		tie:     " À égalité : %s ; le premier identifiant dans l'ordre des caractères passe devant.",
		score:   "Meilleur score : %s.",
		ties:    " %d comités l'atteignent ; le premier dans l'ordre des caractères est retenu.",
		elected: "Comité élu : %s.\n",
		nobody:  "personne",
		phases: map[string]string{
			"approvals": "%s approbations", "shared-votes": "%s voix partagées", "gain": "un gain de %s",
			"loss": "une perte de %s", "load": "une charge de %s par soutien", "weight": "un poids restant de %s",
			"least-support": "un plus petit soutien de %s", "payment": "un plus grand paiement de %s par soutien",
			"elimination": "%s approbations parmi les plus bas",
		},
	}
}

// Text tells the result in sentences, in French for "fr" and in English for any other language.
func (r Result) Text(lang string) string {
	w := english()
	if lang == "fr" {
		w = french()
	}
	var b strings.Builder
	fmt.Fprintf(&b, w.head, r.Rule, r.Seats, r.Candidates, r.Voters)
	for i, round := range r.Rounds {
		line := w.round
		if round.Phase == "loss" || round.Phase == "elimination" {
			line = w.out
		}
		fmt.Fprintf(&b, line, i+1, round.Candidate, fmt.Sprintf(w.phases[round.Phase], round.Score))
		if len(round.Tied) > 1 {
			fmt.Fprintf(&b, w.tie, strings.Join(round.Tied, ", "))
		}
		b.WriteByte('\n')
	}
	if len(r.Score) > 0 {
		fmt.Fprintf(&b, w.score, strings.Join(r.Score, ", "))
		if r.Tied > 1 {
			fmt.Fprintf(&b, w.ties, r.Tied)
		}
		b.WriteByte('\n')
	}
	elected := strings.Join(r.Committee, ", ")
	if elected == "" {
		elected = w.nobody
	}
	fmt.Fprintf(&b, w.elected, elected)
	return b.String()
}
