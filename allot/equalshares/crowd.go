// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import "ecot/allot/election"

// crowd is an election with the voters of equal ballots taken together: they always hold the same.
type crowd struct {
	sizes  []uint64 // voters of each group
	start  []int    // groups that approve project p are groups[start[p]:start[p+1]]
	groups []uint32
}

// backers gives the groups that approve project p.
func (c *crowd) backers(p int) []uint32 { return c.groups[c.start[p]:c.start[p+1]] }

// crowdOf gives the groups of e when they halve the work at least, else nil.
func crowdOf(e *election.Election) *crowd {
	if c := newCrowd(e); 2*len(c.groups) <= e.Marks() {
		return c
	}
	return nil
}

// newCrowd finds the groups exactly, by refining: project after project, each group is split into
// those who approve it and those who do not. Time is linear in the marks; memory 8 bytes a voter
// besides the result.
func newCrowd(e *election.Election) *crowd {
	group := refined(e)
	number := make(map[uint32]uint32)
	c := &crowd{start: make([]int, len(e.Projects)+1)}
	for voter, g := range group {
		n, known := number[g]
		if !known {
			n = uint32(len(c.sizes))
			number[g] = n
			c.sizes = append(c.sizes, 0)
		}
		c.sizes[n]++
		group[voter] = n
	}
	seen := make([]int, len(c.sizes))
	for p := range e.Projects {
		for _, voter := range e.Supporters(p) {
			if g := group[voter]; seen[g] != p+1 {
				seen[g] = p + 1
				c.groups = append(c.groups, g)
			}
		}
		c.start[p+1] = len(c.groups)
	}
	return c
}

// refined gives each voter a number that voters of equal ballots share and no others.
func refined(e *election.Election) []uint32 {
	group := make([]uint32, e.Voters)
	split := []uint32{0} // by group: the group that its approvers of the project at hand move to
	last := []int{0}     // by group: 1 + the project for which split was set
	for p := range e.Projects {
		for _, voter := range e.Supporters(p) {
			g := group[voter]
			if last[g] != p+1 {
				last[g], split[g] = p+1, uint32(len(split))
				split, last = append(split, 0), append(last, 0)
			}
			group[voter] = split[g]
		}
	}
	return group
}
