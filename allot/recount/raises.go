// SPDX-License-Identifier: AGPL-3.0-or-later

package recount

import (
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"ecot/allot/explain"
)

// With add1 the document says which projects were bought, in which order, after how many raises. Each
// stretch of raises with one order is checked at both ends by a run told that order. A run from a
// smaller share has at every moment smaller purses and higher prices than one from a larger share that
// bought the same. So if, in every round, the winner's price from the smaller share is below
// the price of every other project from the larger, the same order holds from every share between. If
// the ends are too far apart for that, the middle is checked as well, and so on.

// equalShares checks a document of Equal Shares.
func (c *checker) equalShares() error {
	said := c.claim
	c.found.Utility, c.found.Completion, c.found.Raises = said.Utility, said.Completion, said.Raises
	if said.Utility != "cost" && said.Utility != "cardinality" {
		return differs("the utility %.40q is not known", said.Utility)
	}
	exhaustive, raised, filled := false, true, false
	switch said.Completion {
	case "none":
		raised = false
	case "util":
		raised, filled = false, true
	case "add1":
	case "add1u":
		filled = true
	case "add1e":
		exhaustive = true
	case "add1eu":
		exhaustive, filled = true, true
	default:
		return differs("the completion %.40q is not known", said.Completion)
	}
	if said.Raises < 0 || !raised && said.Raises != 0 {
		return differs("there cannot be %d raises", said.Raises)
	}
	endowment, err := c.share(said.Raises)
	if err != nil {
		return err
	}
	c.found.Endowment = int64(endowment)
	s := c.newShares()
	if err := s.replay(endowment); err != nil {
		return err
	}
	c.spent = s.used
	if raised {
		if err := s.raises(exhaustive); err != nil {
			return err
		}
	}
	if filled {
		c.byVotes(false, 0, nil, s.bought())
	}
	return nil
}

// share gives what everyone begins with after some raises: the pool shared out, rounded up, and a
// whole unit of the currency a raise.
func (c *checker) share(raises int) (uint64, error) {
	voters := uint64(c.election.Voters)
	if voters == 0 {
		return 0, differs("there are no ballots")
	}
	pool := uint64(c.election.Budget) * millionths
	share := pool / voters
	if pool%voters > 0 {
		share++
	}
	unit := uint64(millionths)
	for range c.election.Decimals {
		unit *= 10
	}
	high, more := bits.Mul64(uint64(raises), unit)
	if high > 0 || more > 1<<62 || share+more > (1<<63-1)/voters {
		return 0, differs("there cannot be %d raises", raises)
	}
	return share + more, nil
}

// bought marks the winners so far.
func (s *shares) bought() []bool {
	marks := make([]bool, len(s.gone))
	for _, p := range s.won {
		marks[p] = true
	}
	return marks
}

// raises checks the steps on the way and why the raising stopped.
func (s *shares) raises(exhaustive bool) error {
	said := s.claim
	if len(said.Steps) == 0 || said.Steps[0].Raises != 0 {
		return differs("the steps do not begin without raises")
	}
	var stretches []stretch
	for i := range said.Steps {
		step := &said.Steps[i]
		until := said.Raises
		if i+1 < len(said.Steps) {
			until = said.Steps[i+1].Raises - 1
			if slices.Equal(step.Winners, said.Steps[i+1].Winners) {
				return differs("step %d repeats the winners of the one before", i+2)
			}
		}
		if until < step.Raises {
			return differs("step %d does not come after the one before", i+2)
		}
		order, err := s.order(step)
		if err != nil {
			return err
		}
		if s.over(order, exhaustive) && (until > step.Raises || i+1 < len(said.Steps)) {
			return differs("after %d raises there was nothing left to raise for", step.Raises)
		}
		stretches = append(stretches, stretch{step.Raises, until, order})
		if i+1 == len(said.Steps) && !slices.Equal(order, s.won) {
			return differs("the last step has other winners than the rounds")
		}
	}
	if err := s.stretches(stretches); err != nil {
		return err
	}
	return s.stopped(exhaustive)
}

// stretch is numbers of raises, first to last, after which one order is said to hold.
type stretch struct {
	first, last int
	order       []int
}

// stretches checks stretches on all processors, each with purses of its own, and gives the error of the
// first that does not hold.
func (s *shares) stretches(all []stretch) error {
	errs := make([]error, len(all))
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(len(all), runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			own := s.newShares()
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				errs[i] = own.stretch(all[i])
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// order gives the projects of a step and writes it as the ballots give it.
func (s *shares) order(step *explain.Step) ([]int, error) {
	order, spent, err := s.listed(step)
	if err != nil {
		return nil, err
	}
	if spent > s.election.Budget {
		return nil, differs("after %d raises the budget was exceeded", step.Raises)
	}
	s.found.Steps = append(s.found.Steps, explain.Step{
		Raises: step.Raises, Winners: s.election.IDs(order), Spent: s.election.Amount(spent)})
	return order, nil
}

// listed gives the projects of a step and what they cost together.
func (s *shares) listed(step *explain.Step) (order []int, spent int64, err error) {
	named := make([]bool, len(s.gone))
	for _, id := range step.Winners {
		p, err := s.project(id)
		if err != nil {
			return nil, 0, err
		}
		if named[p] {
			return nil, 0, differs("after %d raises project %q is bought twice", step.Raises, id)
		}
		if spent > s.election.Budget {
			return nil, 0, differs("after %d raises project %q is bought beyond the budget", step.Raises, id)
		}
		named[p] = true
		order = append(order, p)
		spent += s.election.Projects[p].Cost
	}
	return order, spent, nil
}

// over says whether an outcome ends the raising: nothing with supporters is left, or nothing that fits.
func (s *shares) over(order []int, exhaustive bool) bool {
	marks := make([]bool, len(s.gone))
	left := s.election.Budget
	for _, p := range order {
		marks[p] = true
		left -= s.election.Projects[p].Cost
	}
	for p, project := range s.election.Projects {
		if !marks[p] && s.election.Votes(p) > 0 && (!exhaustive || project.Cost <= left) {
			return false
		}
	}
	return true
}

// stopped checks the run that exceeded the pool, or that there was none to make.
func (s *shares) stopped(exhaustive bool) error {
	ended := s.over(s.won, exhaustive)
	if stop := s.claim.Stop; ended || stop == nil {
		if ended && stop == nil {
			return nil
		}
		return differs("it does not say rightly why the raising stopped")
	}
	stop := s.claim.Stop
	order, spent, err := s.listed(stop)
	if err != nil {
		return err
	}
	if len(order) == 0 || spent <= s.election.Budget ||
		spent-s.election.Projects[order[len(order)-1]].Cost > s.election.Budget {
		return differs("the last raise does not end with the purchase that exceeds the budget")
	}
	raises := s.claim.Raises + 1
	if _, _, err := s.run(raises, order, nil, true); err != nil {
		return err
	}
	s.found.Stop = &explain.Step{Raises: raises, Winners: s.election.IDs(order), Spent: s.election.Amount(spent)}
	return nil
}

// stretch checks one stretch. Nothing is proved from the run without raises, because that one alone
// is kept from exceeding the pool.
func (s *shares) stretch(it stretch) error {
	below, _, err := s.run(it.first, it.order, nil, false)
	if err != nil {
		return err
	}
	targets := []int{it.last}
	for done := it.first; done < it.last; {
		target := targets[len(targets)-1]
		prices, clear, err := s.run(target, it.order, below, false)
		switch {
		case err != nil:
			return err
		case target == done+1 || clear && done > 0:
			done, below, targets = target, prices, targets[:len(targets)-1]
		case done == 0:
			targets = append(targets, 1)
		default:
			targets = append(targets, done+(target-done)/2)
		}
	}
	return nil
}

// run checks that order is what is bought after some raises and gives the prices paid. With prices
// below, of a run of the same order from a smaller share, clear says whether in every round the other
// projects are dearer here than the winner was there. With open the run may go on after the order.
func (s *shares) run(raises int, order []int, below []offer, open bool) (prices []offer, clear bool,
	err error) {
	endowment, err := s.share(raises)
	if err != nil {
		return nil, false, err
	}
	s.start(endowment, raises == 0)
	clear = below != nil
	for i, winner := range order {
		if err := s.ctx.Err(); err != nil {
			return nil, false, err
		}
		s.round++
		price, affordable := s.price(winner)
		if !affordable {
			return nil, false, differs("after %d raises project %q cannot be bought", raises,
				s.election.Projects[winner].ID)
		}
		prices = append(prices, price)
		clear = clear && s.clears(winner, below[i])
		if _, err := s.others(winner, price, winner, price); err != nil {
			return nil, false, err
		}
		s.win(winner, price)
	}
	if !open {
		err = s.finish()
	}
	return prices, clear, err
}

// clears says whether every other project comes after the winner at the price it had elsewhere.
func (s *shares) clears(winner int, price offer) bool {
	bar := s.value(winner, price)
	for q, worth := range s.worth {
		if worth < bar || q == winner || s.compare(winner, price, q, s.least[q]) < 0 {
			continue
		}
		exact, affordable := s.price(q)
		if !affordable {
			continue
		}
		if order := s.compare(winner, price, q, exact); order > 0 || order == 0 && s.precedes(q, winner) {
			return false
		}
	}
	return true
}
