// SPDX-License-Identifier: AGPL-3.0-or-later

package recount

import (
	"math/big"
	"math/bits"
	"slices"

	"ecot/allot/explain"
	"ecot/allot/pages"
)

// offer is the price of a project: each of full supporters pays rest ÷ full.
type offer struct{ rest, full uint64 }

// ceiling gives the price rounded up.
func (o offer) ceiling() uint64 {
	whole := o.rest / o.full
	if whole*o.full < o.rest {
		whole++
	}
	return whole
}

// shares is one run of Equal Shares, told who wins.
type shares struct {
	*checker
	byCost bool
	capped bool     // nothing may be bought beyond the pool: the run without raises
	purses []uint64 // by voter
	least  []offer  // by project: a price it had, or began with
	worth  []uint64 // by project: how good a buy it is at least, rounded down; 0 when it is gone
	fresh  []int    // by project: the round for which least is exact
	gone   []bool   // bought, or never affordable again
	spare  []uint64
	round  int
	used   int64 // spent so far, in units
}

// newShares prepares runs.
func (c *checker) newShares() *shares {
	m, most := len(c.election.Projects), 0
	for p := range m {
		most = max(most, c.election.Votes(p))
	}
	s := &shares{
		checker: c, byCost: c.claim.Utility == "cost", purses: make([]uint64, c.election.Voters),
		least: make([]offer, m), worth: make([]uint64, m), fresh: make([]int, m), gone: make([]bool, m),
		spare: make([]uint64, most),
	}
	pages.PreferLarge(s.purses)
	return s
}

// start gives everyone the endowment.
func (s *shares) start(endowment uint64, capped bool) {
	s.capped, s.round, s.used = capped, 0, 0
	for voter := range s.purses {
		s.purses[voter] = endowment
	}
	for p, project := range s.election.Projects {
		votes := uint64(s.election.Votes(p))
		s.least[p] = offer{uint64(project.Cost) * millionths, votes}
		s.fresh[p] = 0
		s.worth[p] = 0
		if s.gone[p] = votes == 0; !s.gone[p] {
			s.worth[p] = s.value(p, s.least[p])
		}
	}
}

// value gives how good a buy p is at a price, as a number that is never above that of a better buy: what
// it brings for each part of the price (its cost, or 1), times 2³¹, rounded down, and at least 1. That
// is at most the number of its supporters before the factor.
func (s *shares) value(p int, price offer) uint64 {
	brings := uint64(millionths)
	if s.byCost {
		brings *= uint64(s.election.Projects[p].Cost)
	}
	high, low := bits.Mul64(brings, price.full)
	whole, rest := bits.Div64(high, low, price.rest)
	high, low = bits.Mul64(rest, 1<<31)
	part, _ := bits.Div64(high, low, price.rest)
	return max(1, whole<<31+part)
}

// leave takes p out: it is bought, or will never be affordable again.
func (s *shares) leave(p int) { s.gone[p], s.worth[p] = true, 0 }

// price finds the exact price of p now, false when p cannot be bought any more.
func (s *shares) price(p int) (offer, bool) {
	if s.gone[p] || s.fresh[p] == s.round {
		return s.least[p], !s.gone[p]
	}
	cost := s.election.Projects[p].Cost
	if s.capped && s.used+cost > s.election.Budget {
		s.leave(p)
		return offer{}, false
	}
	needed := uint64(cost) * millionths
	able, floor, kept, held := s.spare, s.least[p].ceiling(), 0, uint64(0)
	for _, voter := range s.election.Supporters(p) {
		purse := s.purses[voter]
		able[kept] = purse
		held += purse
		kept += int((floor - 1 - purse) >> 63) // 1 when the purse reaches the floor; both are below 2⁶³
	}
	for _, purse := range able[:kept] {
		held -= purse
	}
	needed -= min(needed, held)
	for able = able[:kept]; len(able) > 0 && needed > 0; able = able[:kept] {
		now := offer{needed, uint64(len(able))}
		floor, kept = now.ceiling(), 0
		for _, purse := range able {
			able[kept] = purse
			if purse >= floor {
				kept++
			} else {
				needed -= min(needed, purse)
			}
		}
		if kept == len(able) {
			s.least[p], s.worth[p], s.fresh[p] = now, s.value(p, now), s.round
			return now, true
		}
	}
	s.leave(p)
	return offer{}, false
}

// compare orders p at the price a and q at the price b: negative when p is the better buy.
func (s *shares) compare(p int, a offer, q int, b offer) int {
	weightA, weightB := uint64(1), uint64(1)
	if s.byCost {
		weightA, weightB = uint64(s.election.Projects[q].Cost), uint64(s.election.Projects[p].Cost)
	}
	left, right := times(a.rest, b.full, weightA), times(b.rest, a.full, weightB)
	return slices.Compare(left[:], right[:])
}

// times gives the product of three numbers in base 2⁶⁴, the highest digit first.
func times(a, b, c uint64) (digits [3]uint64) {
	high, low := bits.Mul64(a, b)
	carry, last := bits.Mul64(low, c)
	first, middle := bits.Mul64(high, c)
	middle, over := bits.Add64(middle, carry, 0)
	return [3]uint64{first + over, middle, last}
}

// none is the number of no project.
const none = -1

// others checks every project but the winner against the project second at its price: it must come
// after it in the order of the rule. With none as second, no other project may be affordable.
// It gives those that are exactly equal to the winner.
func (s *shares) others(winner int, price offer, second int, its offer) (equal []int, err error) {
	bar := uint64(1)
	if second != none {
		bar = s.value(second, its)
	}
	for q, worth := range s.worth {
		if worth < bar || q == winner || second != none && s.compare(second, its, q, s.least[q]) < 0 {
			continue
		}
		exact, affordable := s.price(q)
		if !affordable {
			continue
		}
		id := s.election.Projects[q].ID
		if second == none {
			return nil, differs("round %d does not see that project %q is affordable", s.round, id)
		}
		order := s.compare(second, its, q, exact)
		if order > 0 || order == 0 && q != second && s.precedes(q, second) {
			return nil, differs("in round %d project %q is better than %q", s.round, id,
				s.election.Projects[second].ID)
		}
		if s.compare(winner, price, q, exact) == 0 {
			equal = append(equal, q)
		}
	}
	return equal, nil
}

// win takes the payments for the winner and says how many supporters had anything.
func (s *shares) win(winner int, price offer) (payers int) {
	asked := price.ceiling()
	for _, voter := range s.election.Supporters(winner) {
		switch purse := s.purses[voter]; {
		case purse == 0:
			continue
		case purse < asked:
			s.purses[voter] = 0
		default:
			s.purses[voter] = purse - asked
		}
		payers++
	}
	s.leave(winner)
	s.used += s.election.Projects[winner].Cost
	return payers
}

// finish checks that nothing is affordable after the last round.
func (s *shares) finish() error {
	s.round++
	_, err := s.others(none, offer{}, none, offer{})
	return err
}

// replay derives the rounds of the run that stands.
func (s *shares) replay(endowment uint64) error {
	s.start(endowment, s.claim.Raises == 0)
	for i := range s.claim.Rounds {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.round++
		if err := s.purchase(&s.claim.Rounds[i]); err != nil {
			return err
		}
	}
	return s.finish()
}

// purchase derives one round from who is said to have won it and to have come next.
func (s *shares) purchase(said *explain.Round) error {
	winner, err := s.project(said.Project)
	if err != nil {
		return err
	}
	price, affordable := s.price(winner)
	if !affordable {
		return differs("in round %d project %q cannot be bought", s.round, said.Project)
	}
	second, its := none, offer{}
	if said.RunnerUp != nil {
		if second, err = s.project(said.RunnerUp.Project); err != nil {
			return err
		}
		if its, affordable = s.price(second); !affordable || second == winner {
			return differs("in round %d project %q cannot come next", s.round, said.RunnerUp.Project)
		}
		order := s.compare(winner, price, second, its)
		if order > 0 || order == 0 && s.precedes(second, winner) {
			return differs("in round %d project %q is better than %q", s.round, said.RunnerUp.Project, said.Project)
		}
	}
	equal, err := s.others(winner, price, second, its)
	if err != nil {
		return err
	}
	s.tell(winner, price, second, its, equal)
	return nil
}

// tell buys the winner and writes the round as the ballots give it.
func (s *shares) tell(winner int, price offer, second int, its offer, equal []int) {
	project := s.election.Projects[winner]
	found := explain.Round{
		Project: project.ID, Cost: s.election.Amount(project.Cost), Supporters: s.election.Votes(winner),
		Payers: s.win(winner, price), Full: int(price.full), Rest: price.rest, Price: price.ceiling(),
		Effective: s.effective(winner, price), Residue: int64(price.ceiling()*price.full - price.rest),
	}
	if equal != nil {
		equal = append(equal, winner)
		slices.SortFunc(equal, func(a, b int) int {
			if s.precedes(a, b) {
				return -1
			}
			return 1
		})
		found.Tied = s.election.IDs(equal)
		s.found.Ties++
	}
	if second != none {
		found.RunnerUp = &explain.RunnerUp{
			Project: s.election.Projects[second].ID, Full: int(its.full), Rest: its.rest,
			Effective: s.effective(second, its),
		}
	}
	s.found.Residue += found.Residue
	s.found.Rounds = append(s.found.Rounds, found)
	s.won = append(s.won, winner)
}

// effective gives the cost of p ÷ price, to six decimals, rounded down.
func (s *shares) effective(p int, price offer) string {
	votes := new(big.Rat).SetFrac(
		new(big.Int).Mul(big.NewInt(s.election.Projects[p].Cost), new(big.Int).SetUint64(price.full)),
		new(big.Int).SetUint64(price.rest))
	votes.Mul(votes, big.NewRat(millionths*millionths, 1))
	whole := new(big.Int).Quo(votes.Num(), votes.Denom())
	part := new(big.Int)
	whole.QuoRem(whole, big.NewInt(millionths), part)
	padded := part.Add(part, big.NewInt(millionths)).String()
	return whole.String() + "." + padded[1:]
}
