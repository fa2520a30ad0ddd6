// SPDX-License-Identifier: AGPL-3.0-or-later

// Package vote counts the decisions of a body with a roll of members: approval, majority
// judgment, Schulze and ranked pairs, with quorum and recusal.
//
// Its one invariant: an outcome depends only on the matter and on the set of counted ballots,
// never on the order of members, options or ballots; and whenever the rule itself leaves options
// equal, the outcome says so and names the tie rule that separated them.
//
// # Who counts
//
// The roll is the list of members. A recused member keeps silent on this matter: a ballot of his
// is set aside uncounted and he is neither in the base nor in the attendance of the quorum. The
// eligible members are the roll less the recused. An eligible member is present when a ballot of
// his is in, even a blank one, or when he is listed as present. With q = Num/Den of Quorum, the
// quorum is met when
//
//	present ≥ q · eligible   (present > q · eligible when Strict),
//
// and present ≥ Least, and present ≥ 1. When it is not met no ballot is counted, and the outcome
// has no ranking.
//
// # Rules
//
//   - Approval (Brams and Fishburn 1978): most approvals first. Cost O(marks).
//   - Judge, majority judgment (Balinski and Laraki, "Majority Judgment", 2010, ch. 1 and 14): every
//     ballot gives every option a grade; what it leaves out has the lowest. The highest lower median
//     grade is first. Equal medians: one such grade is taken from each side and the medians of the
//     rest are compared, again and again, until they differ or no grade is left; only equal tallies
//     stay tied. Cost O(marks + options · log options · grades).
//   - Schulze (Schulze 2011, Soc. Choice Welf. 36, §2.2), on winning votes: a link from a to b has
//     the strength of the ballots that put a before b when these are more than the contrary, else
//     none; a path has the strength of its weakest link; a is before b when its best path to b is
//     stronger than the best path back. Cost O(marks·options + options³).
//   - Pairs, ranked pairs (Tideman 1987; Zavist and Tideman 1989), on winning votes: majorities are
//     taken with the most winning votes first, then the fewest losing votes, then the loser that
//     the tie rule puts last, then the winner that it puts first (so that the first of equals is
//     defended longest); each is locked unless it closes a cycle with those locked before.
//     Cost O(marks·options + options³).
//
// A ranked ballot lists groups of options, best group first; options in one group, and all those
// left out, below every group, are equal to each other.
//
// # Ties
//
// The tie rule is an order of all options: of their ids as strings, or one drawn and published
// before the vote (Matter.Drawn). Each place of the ranking goes to the first, in that order, of
// the options that nobody left precedes by the rule.
package vote

// Limits on input; more is refused.
const (
	MaxMembers = 200_000
	MaxOptions = 200
	MaxGrades  = 20
)

// The names of the tie rules.
const (
	TieByID    = "option-id-string-order"
	TieByDrawn = "drawn-order"
)

// The names of the voting rules.
const (
	RuleApproval = "approval"
	RuleJudgment = "majority-judgment"
	RuleSchulze  = "schulze-winning-votes"
	RulePairs    = "ranked-pairs-winning-votes"
)

// Matter is what is decided, by whom, and on which conditions.
type Matter struct {
	Members []string // the roll
	Options []string // at least one
	Recused []string // of the roll
	Present []string // of the roll, beside those who cast a ballot
	Quorum  Quorum
	Drawn   []string // every option once, first preferred; nil means string order of ids
}

// Quorum is the share Num/Den of the eligible members who must be present, and the least number
// of them. The zero value asks for one member.
type Quorum struct {
	Num, Den int  // 0 ≤ Num ≤ Den; Den 0 is allowed when Num is 0
	Strict   bool // more than the share, not just as much
	Least    int
}

// Outcome is a counted matter and everything needed to check it. It holds integers only.
type Outcome struct {
	Rule       string      `json:"rule"`
	TieRule    string      `json:"tie_rule"`
	Attendance Attendance  `json:"attendance"`
	Options    []string    `json:"options"`              // in string order
	Ranking    []string    `json:"ranking"`              // best first; empty without a quorum
	Ties       []Tie       `json:"ties"`                 // what the tie rule separated
	Approvals  []Approvals `json:"approvals,omitempty"`  // of RuleApproval
	Judgment   *Judgment   `json:"judgment,omitempty"`   // of RuleJudgment
	Duels      *Duels      `json:"duels,omitempty"`      // of RuleSchulze and RulePairs
	Beatpaths  *Beatpaths  `json:"beatpaths,omitempty"`  // of RuleSchulze
	Majorities []Majority  `json:"majorities,omitempty"` // of RulePairs, in the order taken
}

// Attendance shows how the quorum was found.
type Attendance struct {
	Members  int      `json:"members"`
	Recused  []string `json:"recused"`   // in string order
	SetAside int      `json:"set_aside"` // ballots of recused members
	Eligible int      `json:"eligible"`
	Present  int      `json:"present"` // eligible and present
	Needed   int      `json:"needed"`
	Met      bool     `json:"met"`
	Ballots  int      `json:"ballots"` // counted; 0 when the quorum is not met
}

// Tie is one place of the ranking, from 1, and the options that were equal for it.
type Tie struct {
	Place   int      `json:"place"`
	Options []string `json:"options"` // in the order of the tie rule
}

// Winner is the first option of the ranking; none without a quorum.
func (o Outcome) Winner() (string, bool) {
	if len(o.Ranking) == 0 {
		return "", false
	}
	return o.Ranking[0], true
}
