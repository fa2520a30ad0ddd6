// SPDX-License-Identifier: AGPL-3.0-or-later

package match

import (
	"cmp"
	"fmt"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// given is what one donor gave to one project in all.
type given struct {
	donor  int // by string order of ids
	amount int64
}

// book is a checked round: what was given to each project, in order of donors.
type book struct {
	projects roster.Roster
	donors   int
	gifts    [][]given // by project
	received []int64   // by project
}

func newBook(r Round) (*book, error) {
	for _, check := range []struct {
		name   string
		amount int64
	}{{"pool", r.Pool}, {"cap", r.Cap}, {"bound", r.Bound}} {
		if check.amount < 0 || check.amount > MaxAmount {
			return nil, fault.New(fault.Invalid, "A %s of %d minor units cannot be used; 0 to %d can.",
				check.name, check.amount, int64(MaxAmount))
		}
	}
	projects, err := roster.New("project", r.Projects, MaxProjects)
	if err != nil {
		return nil, err
	}
	if projects.Len() == 0 || len(r.Gifts) > MaxGifts {
		return nil, fault.New(fault.Invalid,
			"%d projects and %d gifts cannot be matched; 1 to %d and up to %d can.",
			projects.Len(), len(r.Gifts), MaxProjects, MaxGifts)
	}
	donors, err := donorsOf(r.Gifts)
	if err != nil {
		return nil, err
	}
	b := &book{projects: projects, donors: len(donors)}
	b.gifts, b.received = make([][]given, projects.Len()), make([]int64, projects.Len())
	return b, b.enter(r.Gifts, donors)
}

// donorsOf numbers the donors in string order of their ids.
func donorsOf(gifts []Gift) (map[string]int, error) {
	number := make(map[string]int)
	var ids []string
	for i, g := range gifts {
		if _, known := number[g.Donor]; known {
			continue
		}
		if flaw := roster.Flaw(g.Donor); flaw != "" {
			return nil, fault.New(fault.Invalid, "The id of the donor of gift %d %s.", i+1, flaw)
		}
		number[g.Donor] = 0
		ids = append(ids, g.Donor)
	}
	slices.Sort(ids)
	for i, id := range ids {
		number[id] = i
	}
	return number, nil
}

// enter adds up each donor's gifts to each project.
func (b *book) enter(gifts []Gift, donors map[string]int) error {
	var sum int64
	for i, g := range gifts {
		p, err := b.projects.Find(g.Project, fmt.Sprintf("Gift %d", i+1))
		if err != nil {
			return err
		}
		if g.Amount < 1 || g.Amount > MaxAmount-sum {
			return fault.New(fault.Invalid,
				"Gift %d has the amount %d; it must be 1 at least, and all gifts %d together at most.",
				i+1, g.Amount, int64(MaxAmount))
		}
		sum += g.Amount
		b.received[p] += g.Amount
		b.gifts[p] = append(b.gifts[p], given{donors[g.Donor], g.Amount})
	}
	for p, list := range b.gifts {
		slices.SortFunc(list, func(x, y given) int { return cmp.Compare(x.donor, y.donor) })
		merged := list[:0]
		for _, g := range list {
			if last := len(merged) - 1; last >= 0 && merged[last].donor == g.donor {
				merged[last].amount += g.amount
			} else {
				merged = append(merged, g)
			}
		}
		b.gifts[p] = merged
	}
	return nil
}
