// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import "math/big"

// representation counts the ballots by how many members they approve; index 0 includes blanks.
func representation(p *profile, in set) []int64 {
	count := make([]int64, p.seats+1)
	count[0] = p.blank
	for _, g := range p.groups {
		count[(g.approves & in).size()] += g.voters
	}
	return count
}

// thieleScore is the sum over ballots of give(1) + … + give(number of approved members).
func thieleScore(give func(j int) *big.Rat) func(*profile, table, set) []*big.Rat {
	return func(p *profile, _ table, in set) []*big.Rat {
		count := representation(p, in)
		sum, each := new(big.Rat), new(big.Rat)
		for j := 1; j < len(count); j++ {
			each.Add(each, give(j))
			sum.Add(sum, times(count[j], each))
		}
		return []*big.Rat{sum}
	}
}

// adamsScore is the number of ballots represented, then the harmonic score of further members.
func adamsScore(p *profile, _ table, in set) []*big.Rat {
	count := representation(p, in)
	sum, each := new(big.Rat), new(big.Rat)
	for j := 2; j < len(count); j++ {
		each.Add(each, harmonic(j-1))
		sum.Add(sum, times(count[j], each))
	}
	return []*big.Rat{new(big.Rat).SetInt64(int64(p.voters) - count[0]), sum}
}

// represented is the number of ballots with at least one member, at least two, and so on.
func represented(p *profile, _ table, in set) []*big.Rat {
	count := representation(p, in)
	out := make([]*big.Rat, p.seats)
	var atLeast int64
	for j := p.seats; j >= 1; j-- {
		atLeast += count[j]
		out[j-1] = new(big.Rat).SetInt64(atLeast)
	}
	return out
}

// apart counts the ballots by their Hamming distance to the committee.
func apart(p *profile, in set) []int64 {
	count := make([]int64, p.names.Len()+1)
	count[in.size()] = p.blank
	for _, g := range p.groups {
		count[(g.approves ^ in).size()] += g.voters
	}
	return count
}

// farthest is minus the largest distance.
func farthest(p *profile, _ table, in set) []*big.Rat {
	count := apart(p, in)
	d := len(count) - 1
	for d > 0 && count[d] == 0 {
		d--
	}
	return []*big.Rat{new(big.Rat).SetInt64(int64(-d))}
}

// distances is minus the number of ballots at each distance, the largest first: fewer far
// ballots is better.
func distances(p *profile, _ table, in set) []*big.Rat {
	count := apart(p, in)
	out := make([]*big.Rat, 0, len(count))
	for d := len(count) - 1; d >= 0; d-- {
		out = append(out, new(big.Rat).SetInt64(-count[d]))
	}
	return out
}
