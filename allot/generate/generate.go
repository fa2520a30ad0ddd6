// SPDX-License-Identifier: AGPL-3.0-or-later

// Package generate makes synthetic elections that behave like real ones, of any size, for
// measurements and trials.
//
// The model: projects belong to topics, 100 of them or one for every 10 projects; their popularity is
// lognormal with σ = 1.3, independent of their cost; costs are lognormal with σ = 1.1 and together 2.5
// times the pool, which is 20.00 a voter. A voter has one topic, makes 1 to 2K−1 marks, K on average,
// and draws each with probability 0.6 from the topic, else from all projects, by popularity.
//
// Ballots are made as they are asked for: memory is linear in the projects, time in the marks, about
// 25 ns each. Limits: those of package election; K from 1 to 1 000.
//
// Popularity is drawn with floating point, rounded to whole weights once: nothing of money or of a
// vote is computed with it. Invariant: the same options give the same election, ballot by ballot.
package generate

import (
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"

	"ecot/allot/election"
	"ecot/fault"
)

// The constants of the model.
const (
	mostTopics      = 100
	ownTopicOf10    = 6     // marks of ten that fall in the voter's own topic
	perVoter        = 20_00 // the pool, in cents a voter
	popularitySigma = 1.3
	costSigma       = 1.1
	weightUnit      = 1 << 16 // the median of drawn weights
	blockVoters     = 4096    // ballots that share one sequence of random numbers
	drawsPerMark    = 32      // tries for a mark that is not on the ballot yet
)

// Decimals is the number of decimals of a generated election: amounts are in cents.
const Decimals = 2

// Options are the size of the election and the seed of its randomness.
type Options struct {
	Voters   int
	Projects int
	Marks    int // mean number of marks on a ballot
	Seed     uint64
}

// Generator makes the election of its options.
type Generator struct {
	Projects []election.Project
	Budget   int64 // in cents

	options Options
	all     *lottery
	topics  []*lottery
	members [][]uint32 // projects of each topic
}

// New draws the projects. It refuses sizes outside the limits.
func New(o Options) (*Generator, error) {
	switch {
	case o.Voters < 1 || o.Voters >= math.MaxUint32:
		return nil, fault.New(fault.Invalid, "There must be between 1 and %d voters.", math.MaxUint32-1)
	case o.Projects < 1 || o.Projects > 10_000_000:
		return nil, fault.New(fault.Invalid, "There must be between 1 and 10 000 000 projects.")
	case o.Marks < 1 || o.Marks > 1000:
		return nil, fault.New(fault.Invalid, "A ballot must have between 1 and 1 000 marks on average.")
	}
	g := &Generator{options: o, Budget: int64(o.Voters) * perVoter}
	random := rand.New(rand.NewPCG(o.Seed, math.MaxUint64))
	topics := max(1, min(mostTopics, o.Projects/10))
	weights := lognormal(random, o.Projects, popularitySigma)
	g.members = make([][]uint32, topics)
	for p, cost := range g.costs(lognormal(random, o.Projects, costSigma)) {
		g.Projects = append(g.Projects, election.Project{ID: strconv.Itoa(p + 1), Cost: cost})
		topic := random.IntN(topics)
		g.members[topic] = append(g.members[topic], uint32(p))
	}
	g.all = newLottery(weights)
	for _, members := range g.members {
		own := make([]uint64, len(members))
		for i, p := range members {
			own[i] = weights[p]
		}
		g.topics = append(g.topics, newLottery(own))
	}
	return g, nil
}

// lognormal draws n weights whose logarithms have the standard deviation sigma. The float is of the draw
// alone: it is cut to a whole weight at once, and no amount or vote is ever reckoned with it. What the
// exponential rounds to may differ by a machine's architecture, and then another election is drawn.
func lognormal(random *rand.Rand, n int, sigma float64) []uint64 {
	weights := make([]uint64, n)
	for i := range weights {
		weights[i] = 1 + uint64(weightUnit*math.Exp(sigma*random.NormFloat64()))
	}
	return weights
}

// costs shares 2.5 times the pool out by sizes, a cent at least each.
func (g *Generator) costs(sizes []uint64) []int64 {
	total := uint64(0)
	for _, size := range sizes {
		total += size
	}
	costs := make([]int64, len(sizes))
	for p, size := range sizes {
		high, low := bits.Mul64(size, uint64(g.Budget)*5/2)
		cost, _ := bits.Div64(high, low, total)
		costs[p] = max(1, int64(cost))
	}
	return costs
}

// Ballots gives every ballot in turn: the projects it approves, in the order drawn, none twice. The
// slice is valid until the next ballot.
func (g *Generator) Ballots() iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		seen := make([]uint32, len(g.Projects))
		var ballot []uint32
		var source *rand.PCG
		for voter := range g.options.Voters {
			if voter%blockVoters == 0 {
				source = rand.NewPCG(g.options.Seed, uint64(voter/blockVoters))
			}
			ballot = g.mark(source, ballot[:0], seen, uint32(voter+1))
			if !yield(ballot) {
				return
			}
		}
	}
}

// mark draws one ballot; seen holds for each project the stamp of the last ballot it is on.
func (g *Generator) mark(source *rand.PCG, ballot, seen []uint32, stamp uint32) []uint32 {
	topic := below(source.Uint64()>>32, len(g.topics))
	marks := min(1+below(source.Uint64()>>32, 2*g.options.Marks-1), len(g.Projects))
	for tries := marks * drawsPerMark; len(ballot) < marks && tries > 0; tries-- {
		ticket := source.Uint64()
		own := below(ticket&math.MaxUint32, 10) < ownTopicOf10
		var p uint32
		if own && len(g.members[topic]) > 0 {
			p = g.members[topic][g.topics[topic].draw(source.Uint64())]
		} else {
			p = uint32(g.all.draw(source.Uint64()))
		}
		if seen[p] != stamp {
			seen[p] = stamp
			ballot = append(ballot, p)
		}
	}
	return ballot
}

// below maps 32 random bits to 0..n−1.
func below(random uint64, n int) int { return int(random * uint64(n) >> 32) }
