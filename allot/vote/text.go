// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"fmt"
	"strings"
)

// words holds the sentences of one language.
type words struct {
	rules, ties                                                   map[string]string
	roll, met, unmet, approval, grade, decide, equal, path, never string
	locked, skipped, like, tie, ranking                           string
}

func english() words {
	return words{
		rules: map[string]string{
			RuleApproval: "Approval vote", RuleJudgment: "Majority judgment",
			RuleSchulze: "Schulze rule, winning votes", RulePairs: "Ranked pairs, winning votes",
		},
		ties: map[string]string{TieByID: "order of ids", TieByDrawn: "order drawn before the vote"},
		roll: "%s. %d members, %d recused, %d ballots of recused members set aside; " +
			"%d of %d eligible members present, %d needed.\n",
		met:      "The quorum is met; %d ballots are counted.\n",
		unmet:    "The quorum is not met: no ballot is counted.\n",
		approval: "%s: %d approvals.\n",
		grade:    "%s: majority grade %s; tally %s.\n",
		decide:   "%s is before %s: at median %d, %s against %s.\n",
		equal:    "%s and %s have the same tally.\n",
		path:     "Strongest path: %s, strength %d.\n",
		never:    "No path leads from %s to any other option.\n",
		locked:   "%s beats %s by %d to %d: locked%s.\n",
		skipped:  "%s beats %s by %d to %d: left out, the contrary is already locked%s.\n",
		like:     " (equal to another; taken by the %s)",
		tie:      "Place %d: %s are equal; separated by the %s.\n",
		ranking:  "Ranking: %s.\n",
	}
}

func french() words {
	return words{
		rules: map[string]string{
			RuleApproval: "Vote par approbation", RuleJudgment: "Jugement majoritaire",
			RuleSchulze: "Règle de Schulze, voix gagnantes", RulePairs: "Paires ordonnées, voix gagnantes",
		},
		ties: map[string]string{TieByID: "ordre des identifiants", TieByDrawn: "ordre tiré au sort avant le vote"},
		roll: "%s. Membres : %d ; en déport : %d ; bulletins de membres en déport, écartés : %d ; " +
			"présents : %d des %d membres habilités, %d nécessaires.\n",
		met:      "Le quorum est atteint ; bulletins comptés : %d.\n",
		unmet:    "Le quorum n'est pas atteint : aucun bulletin n'est compté.\n",
		approval: "%s : %d approbations.\n",
		grade:    "%s : mention majoritaire %s ; décompte %s.\n",
		decide:   "%s passe devant %s : à la médiane %d, %s contre %s.\n",
		equal:    "%s et %s ont le même décompte.\n",
		path:     "Chemin le plus fort : %s, force %d.\n",
		never:    "Aucun chemin ne mène de %s à une autre option.\n",
		locked:   "%s bat %s par %d contre %d : verrouillé%s.\n",
		skipped:  "%s bat %s par %d contre %d : laissé de côté, le contraire est déjà verrouillé%s.\n",
		like:     " (à égalité avec un autre ; pris selon l'%s)",
		tie:      "Rang %d : %s sont à égalité ; départagés par l'%s.\n",
		ranking:  "Classement : %s.\n",
	}
}

// Text tells the outcome in sentences, in French for "fr" and in English for any other language.
func (o Outcome) Text(lang string) string {
	w := english()
	if lang == "fr" {
		w = french()
	}
	var b strings.Builder
	a := o.Attendance
	fmt.Fprintf(&b, w.roll, w.rules[o.Rule],
		a.Members, len(a.Recused), a.SetAside, a.Present, a.Eligible, a.Needed)
	if !a.Met {
		b.WriteString(w.unmet)
		return b.String()
	}
	fmt.Fprintf(&b, w.met, a.Ballots)
	for _, c := range o.Approvals {
		fmt.Fprintf(&b, w.approval, c.Option, c.Count)
	}
	w.judgment(&b, o.Judgment)
	w.paths(&b, o)
	w.majorities(&b, o)
	for _, t := range o.Ties {
		fmt.Fprintf(&b, w.tie, t.Place, strings.Join(t.Options, ", "), w.ties[o.TieRule])
	}
	fmt.Fprintf(&b, w.ranking, strings.Join(o.Ranking, " > "))
	return b.String()
}

func (w words) judgment(b *strings.Builder, j *Judgment) {
	if j == nil {
		return
	}
	for _, m := range j.Merits {
		var tally []string
		for g, n := range m.Tally {
			tally = append(tally, fmt.Sprintf("%s %d", j.Scale[g], n))
		}
		grade := m.Majority
		if grade == "" {
			grade = "–"
		}
		fmt.Fprintf(b, w.grade, m.Option, grade, strings.Join(tally, ", "))
	}
	for _, d := range j.Decisions {
		if d.Step == 0 {
			fmt.Fprintf(b, w.equal, d.Above, d.Below)
			continue
		}
		fmt.Fprintf(b, w.decide, d.Above, d.Below, d.Step, d.AboveGrade, d.BelowGrade)
	}
}

func (w words) majorities(b *strings.Builder, o Outcome) {
	for _, m := range o.Majorities {
		line, like := w.skipped, ""
		if m.Locked {
			line = w.locked
		}
		if m.Tied {
			like = fmt.Sprintf(w.like, w.ties[o.TieRule])
		}
		fmt.Fprintf(b, line, m.Winner, m.Loser, m.For, m.Against, like)
	}
}

// paths tells the winner's strongest path to each other option.
func (w words) paths(b *strings.Builder, o Outcome) {
	if o.Beatpaths == nil {
		return
	}
	if len(o.Beatpaths.Winner) == 0 {
		fmt.Fprintf(b, w.never, o.Ranking[0])
	}
	at := make(map[string]int)
	for i, id := range o.Options {
		at[id] = i
	}
	for _, path := range o.Beatpaths.Winner {
		strength := o.Beatpaths.Strength[at[path[0]]][at[path[len(path)-1]]]
		fmt.Fprintf(b, w.path, strings.Join(path, " → "), strength)
	}
}
