// SPDX-License-Identifier: AGPL-3.0-or-later

// Package committee elects k of m candidates from approval ballots: every candidate costs one
// seat. It is for boards, juries and shortlists; package allot counts projects with prices.
//
// Its one invariant: a result depends only on the set of candidates and the multiset of
// ballots, never on their order. A rule whose outcome depends on the order of ballots
// (greedy Monroe as usually written) or on chance (random serial dictator) is therefore not here;
// neither is the trivial rule, under which every committee wins.
//
// Laws that the tests prove on random elections: pav and the equal-shares rules, the one with
// increments aside, give extended justified representation; seqphragmen, leximaxphragmen and
// maximin-support give proportional justified representation; one more ballot for a winner alone
// costs nobody a seat under av and sav; Elect's committee is one of All's.
//
// All arithmetic is on integers and math/big rationals. The rules, in the names of the
// abcvoting library, with definitions in Lackner and Skowron, "Multi-Winner Voting with
// Approval Preferences" (Springer 2023), chapter 2, unless another source is named:
//
//   - av, sav: most approvals; each ballot's one vote shared among those it approves.
//   - pav, slav, cc, geom2: Thiele's optimum. A ballot with j approved members gives the sum of
//     the first j of 1, 1/2, 1/3…; 1, 1/3, 1/5…; 1, 0, 0…; 1, 1/2, 1/4….
//   - adams: most ballots represented, then the most of 1, 1/2, 1/3… for second, third… members.
//   - lexcc: most ballots with one member, then most with two, and so on.
//   - seqpav, seqslav, seqcc: a member a round, the largest gain of the same score.
//   - revseqpav: from all candidates, one out a round, the smallest loss.
//   - seqphragmen: each seat is one unit of load on its supporters; the lowest new load is next.
//   - minimaxphragmen: the smallest largest load, loads shared optimally; leximaxphragmen: then
//     the smallest second largest, and so on (Brill, Freeman, Janson, Lackner 2017).
//   - maximin-support: a member a round, the largest least support (Sánchez-Fernández et al. 2022).
//   - monroe: ballots are divided into k equal districts, one a member; most ballots in a
//     district of a member they approve.
//   - minimaxav, lexminimaxav: the smallest largest Hamming distance to a ballot; then the
//     second largest, and so on.
//   - equal-shares…: each ballot holds k/n; a member costs 1; least payment per supporter first
//     (Peters and Skowron 2020). The name equal-shares alone completes by seqphragmen with what is
//     left as credit; -without-completion stops; -with-av-completion adds by approvals;
//     -with-increment-completion reruns with (k+1)/n, (k+2)/n… until k are elected.
//   - phragmen-enestroem: each ballot holds 1, a member costs n/k, most money first (Janson 2016, §18.5).
//   - consensus-rule: each round gives each ballot 1, supporters share the price n (Lackner 2020).
//   - eph: "E Pluribus Hugo": of the two lowest by shared votes, the one with fewer approvals
//     leaves (Quinn and Schneier 2016).
//
// Ties: Elect takes the candidate whose id is first in string order, or, for a rule that
// compares whole committees, the first committee in lexicographic order; it lists what was tied.
// All gives every committee that some way of breaking ties leads to.
//
// Cost: a sequential rule takes O(k·m·d) rational operations for d distinct ballots; an optimum
// rule visits all m-over-k committees; the four rules that share voters (monroe,
// minimaxphragmen, leximaxphragmen, maximin-support) also keep a table of 2^m counts. At the limits
// below, Elect takes seconds.
package committee

import (
	"slices"

	"ecot/fault"
)

// Limits on input. Beyond them Elect and All refuse.
const (
	MaxCandidates      = 64        // of any rule
	MaxTableCandidates = 20        // of the rules that keep 2^m counts
	MaxBallots         = 1_000_000 // of any rule
	MaxWork            = 1 << 26   // committees × distinct ballots (or subsets) of an optimum rule
	MaxFractions       = 1 << 21   // seats × candidates × distinct ballots of a rule with purses
	MaxEnestroemSeats  = 12        // its fractions double in length with each seat
	MaxTied            = 50_000    // committees that All gives
	MaxCourses         = 1 << 18   // courses × distinct ballots that All follows at once
)

// TieRule names how Elect breaks ties.
const TieRule = "candidate-id-string-order"

// Election is what a rule counts. Ballots name the candidates they approve; an empty ballot
// approves nobody and still counts among the voters.
type Election struct {
	Seats      int
	Candidates []string
	Ballots    [][]string
}

// Result is one elected committee and why. It holds no float: scores are exact fractions.
type Result struct {
	Rule       Rule     `json:"rule"`
	TieRule    string   `json:"tie_rule"`
	Seats      int      `json:"seats"`
	Voters     int      `json:"voters"`
	Candidates int      `json:"candidates"`
	Committee  []string `json:"committee"`        // in string order
	Rounds     []Round  `json:"rounds,omitempty"` // of a rule that goes in rounds
	Score      []string `json:"score,omitempty"`  // of a rule that compares committees
	Tied       int      `json:"tied_committees"`  // optimum rules: how many share that score; else 1
}

// Round is one step of a rule that goes in rounds.
type Round struct {
	Phase     string   `json:"phase"`     // what was done and by which score, a key of Text
	Candidate string   `json:"candidate"` // who came in, or went out
	Score     string   `json:"score"`     // exact, "7" or "7/3"
	Tied      []string `json:"tied"`      // all who had that score, in string order
}

// Elect gives one committee of e.Seats members, ties broken by TieRule. Under
// equal-shares-without-completion seats may stay empty. Errors are fault.Invalid.
func Elect(rule Rule, e Election) (Result, error) {
	m, p, err := prepare(rule, e)
	if err != nil {
		return Result{}, err
	}
	r := Result{
		Rule: rule, TieRule: TieRule, Seats: p.seats, Voters: p.voters, Candidates: p.names.Len(), Tied: 1,
	}
	won, err := m.elect(p, &r)
	if err != nil {
		return Result{}, err
	}
	r.Committee = p.ids(won)
	return r, nil
}

// All gives every committee that some way of breaking ties leads to, each in string order, in
// lexicographic order. It refuses more than MaxTied of them, and rules that are defined for a
// fixed tie order only.
func All(rule Rule, e Election) ([][]string, error) {
	m, p, err := prepare(rule, e)
	if err != nil {
		return nil, err
	}
	sets, err := m.all(p)
	if err != nil {
		return nil, err
	}
	if len(sets) > MaxTied {
		return nil, tooManyTies()
	}
	out := make([][]string, len(sets))
	for i, s := range sets {
		out[i] = p.ids(s)
	}
	slices.SortFunc(out, slices.Compare[[]string])
	return slices.CompactFunc(out, slices.Equal[[]string]), nil
}

func tooManyTies() error {
	return fault.New(fault.Invalid, "Too many committees are tied to be listed; ask for one of them.")
}

// prepare checks the rule's limits and turns the election into a profile.
func prepare(rule Rule, e Election) (method, *profile, error) {
	m, ok := methods()[rule]
	if !ok {
		return nil, nil, fault.New(fault.Invalid, "There is no committee rule %q.", string(rule))
	}
	p, err := newProfile(e)
	if err != nil {
		return nil, nil, err
	}
	return m, p, nil
}
