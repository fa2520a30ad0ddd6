// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"runtime"
	"sync"
)

// partBackers is how many purses one processor should have to go through, at least, before
// another is set to help: waking it costs about as much as a thousand purses.
const partBackers = 1 << 12

// part is one stretch of the purses behind a project, for one processor.
type part[B uint32 | uint64] struct {
	backers []uint32
	rich    []B      // purses not known to be below the price
	weights []uint64 // with a crowd: voters behind each of them
	full    uint64   // voters behind rich
	poor    uint64   // held by the other voters
}

// task is what is done with every part.
type task int

// The tasks of looking at a project and of buying it.
const (
	gather     task = iota // read the purses; those below the bound are poor
	impoverish             // move the purses below the bound from rich to poor
	pay                    // take the bound, or what is there, and count those who had anything as full
)

// cut divides the backers of project p into parts of nearly equal length, one for each processor that
// is worth it.
func (r *run[B]) cut(p int) {
	backers := r.backers(p)
	count := max(1, min(len(backers)/partBackers, runtime.GOMAXPROCS(0)))
	r.parts = r.parts[:0]
	for i := range count {
		from, to := len(backers)*i/count, len(backers)*(i+1)/count
		s := part[B]{backers: backers[from:to], rich: r.scratch[from:to]}
		if r.crowd != nil {
			s.weights = r.weights[from:to]
		}
		r.parts = append(r.parts, s)
	}
}

// each does a task with every part, on as many processors.
func (r *run[B]) each(t task, bound uint64) {
	if len(r.parts) == 1 {
		r.do(t, bound, &r.parts[0])
		return
	}
	r.spread(t, bound)
}

// spread is each for several parts.
func (r *run[B]) spread(t task, bound uint64) {
	var running sync.WaitGroup
	for i := range r.parts {
		running.Go(func() { r.do(t, bound, &r.parts[i]) })
	}
	running.Wait()
}

// do does one task with one part.
func (r *run[B]) do(t task, bound uint64, s *part[B]) {
	switch {
	case t == gather && r.crowd == nil:
		r.gather(s, B(bound))
	case t == gather:
		r.gatherCrowd(s, B(bound))
	case t == impoverish && r.crowd == nil:
		s.impoverish(bound)
	case t == impoverish:
		s.impoverishCrowd(bound)
	case r.crowd == nil:
		r.pay(s, B(bound))
	default:
		r.payCrowd(s, B(bound))
	}
}

// look finds the exact price of project p, false when its supporters cannot pay for it. As long as
// some purse is below the price, its owner is poor and the others pay more.
func (r *run[B]) look(p int32) bool {
	asked := &r.queue.prices[p]
	least := asked.each()
	if uint64(B(least)) != least {
		return false // more than any purse can hold
	}
	r.cut(int(p))
	r.each(gather, least)
	cost := uint64(r.election.Projects[p].Cost) * Micro
	full, poor := r.sums()
	for full > 0 && poor < cost {
		asked.rest, asked.full = cost-poor, full
		r.each(impoverish, asked.each())
		if full, poor = r.sums(); full == asked.full {
			return true
		}
	}
	return false
}

// sums adds up the parts.
func (r *run[B]) sums() (full, poor uint64) {
	for i := range r.parts {
		full += r.parts[i].full
		poor += r.parts[i].poor
	}
	return full, poor
}

// gather reads the purses of a part.
func (r *run[B]) gather(s *part[B], least B) {
	purses, rich := r.purses, s.rich
	total, kept := uint64(0), 0
	below := uint64(least) - 1 // 1 ≤ least, and purses stay below 2⁶³: no branch, so that loads overlap
	for _, voter := range s.backers {
		purse := purses[voter]
		total += uint64(purse)
		rich[kept] = purse
		kept += int((below - uint64(purse)) >> 63)
	}
	s.rich, s.full, s.poor = rich[:kept], uint64(kept), total
	for _, purse := range s.rich {
		s.poor -= uint64(purse)
	}
}

// gatherCrowd is gather for groups of voters.
func (r *run[B]) gatherCrowd(s *part[B], least B) {
	kept := 0
	for _, group := range s.backers {
		purse, weight := r.purses[group], r.crowd.sizes[group]
		s.rich[kept], s.weights[kept] = purse, weight
		if purse >= least {
			kept++
			s.full += weight
		} else {
			s.poor += uint64(purse) * weight
		}
	}
	s.rich, s.weights = s.rich[:kept], s.weights[:kept]
}

// impoverish leaves out the purses below least.
func (s *part[B]) impoverish(least uint64) {
	kept := 0
	for _, purse := range s.rich {
		s.rich[kept] = purse
		if uint64(purse) >= least {
			kept++
		} else {
			s.poor += uint64(purse)
		}
	}
	s.rich, s.full = s.rich[:kept], uint64(kept)
}

// impoverishCrowd is impoverish for groups of voters.
func (s *part[B]) impoverishCrowd(least uint64) {
	kept := 0
	for i, purse := range s.rich {
		weight := s.weights[i]
		s.rich[kept], s.weights[kept] = purse, weight
		if uint64(purse) >= least {
			kept++
		} else {
			s.poor += uint64(purse) * weight
			s.full -= weight
		}
	}
	s.rich, s.weights = s.rich[:kept], s.weights[:kept]
}

// pay takes price, or what is there, from every purse of a part.
func (r *run[B]) pay(s *part[B], price B) {
	purses, payers := r.purses, 0
	for _, voter := range s.backers {
		purse := purses[voter]
		if purse > 0 {
			payers++
		}
		purses[voter] = max(purse, price) - price
	}
	s.full = uint64(payers)
}

// payCrowd is pay for groups of voters.
func (r *run[B]) payCrowd(s *part[B], price B) {
	for _, group := range s.backers {
		purse := r.purses[group]
		if purse > 0 {
			s.full += r.crowd.sizes[group]
		}
		r.purses[group] = max(purse, price) - price
	}
}
