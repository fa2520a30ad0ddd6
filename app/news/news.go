// SPDX-License-Identifier: AGPL-3.0-or-later

// Package news makes the monthly news from the journal: how many people gave, what they gave, whether it
// is a record, and who they are as far as they allow it.
//
// A person writes around the figures; then a version is frozen, with the digest of its bytes, the size of
// the journal that it was made from, and that journal's signed checkpoint. A frozen version never changes,
// but for this: when somebody withdraws their consent, what it shows of them is destroyed at once, and it
// says that they withdrew. The digest stays; the bytes that it is of are gone then. Whatever else turns out
// otherwise is a new version, with the difference.
//
// The total is of gifts alone, less what had gone back when the figures were made. What companies gave,
// what went to the endowment, sponsorship, sales and grants are listed apart. Its one invariant: over all
// months, what the news sum is what the journal says that was given and not given back.
package news

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"ecot/app"
	"ecot/app/trail"
	"ecot/mechanism/giving"
	"ecot/office"
)

// News are the news of one instance. It is safe for many goroutines.
type News struct {
	app    *app.App
	office *office.Office
	trail  *trail.Trail

	mu   sync.Mutex
	read map[[2]int]Edition // frozen versions that were read, by month and version
}

// New gives the news of an instance, whose gifts the trail follows.
func New(a *app.App, t *trail.Trail) *News {
	return &News{app: a, office: a.Office(), trail: t, read: map[[2]int]Edition{}}
}

// Part says where the news list a gift.
type Part string

// The parts. All but Gift are apart: they are in no total and no record.
const (
	Gift        Part = "gift"
	Patronage   Part = "patronage" // a company's gift (CGI art. 238 bis)
	Endowment   Part = "endowment" // kept as capital
	Sponsorship Part = "sponsorship"
	Sale        Part = "sale"
	Grant       Part = "grant"
	Other       Part = "unsorted"
)

// partOf says where a gift is listed.
func partOf(g *trail.Gift, endowed map[string]bool) Part {
	switch f := g.Fact; {
	case f.Nature == giving.Sponsorship:
		return Sponsorship
	case f.Nature == giving.Sale:
		return Sale
	case f.Nature == giving.Grant || f.Nature == giving.Gift && f.Donor == giving.PublicBody:
		return Grant
	case f.Nature != giving.Gift:
		return Other
	case endowed[f.To[0].Pot]:
		return Endowment
	case f.Donor == giving.Company:
		return Patronage
	}
	return Gift
}

// Sum is gifts counted together.
type Sum struct {
	People int64 `json:"people"` // counted once a month, by the operator's word
	Gifts  int64 `json:"gifts"`
	Total  int64 `json:"total"` // minor units, less what had gone back
}

// Apart is what one part comes to.
type Apart struct {
	Part  Part  `json:"part"`
	Gifts int64 `json:"gifts"`
	Total int64 `json:"total"` // minor units
}

// Record says how a month compares with those before it.
type Record struct {
	Best  bool `json:"best"`  // more than in every month before it, of which there is at least one
	Since int  `json:"since"` // else the last month, yyyymm, that had as much or more; 0 for none
}

// Figures are the figures of one month.
type Figures struct {
	Sum
	PeopleRecord Record  `json:"people_record"`
	TotalRecord  Record  `json:"total_record"`
	Apart        []Apart `json:"apart"`
}

// Line is one gift in the list, as its giver wants it shown.
type Line struct {
	Index        int64  `json:"entry"`
	Shown        string `json:"name"`   // empty for anonymous
	Amount       int64  `json:"amount"` // minor units that stood, -1 for not shown
	Nth          int64  `json:"nth"`    // the giver's Nth gift, 0 for anonymous or not known
	Organisation bool   `json:"organisation"`
	Part         Part   `json:"part"`
	Words        string `json:"words,omitempty"`
	Link         string `json:"link,omitempty"`
	Withdrawn    bool   `json:"withdrawn,omitempty"` // the consent was withdrawn since the news were frozen

	handle string
}

// month gathers what the book says of every month at a size of the journal.
type month struct {
	Sum
	apart map[Part]*Apart
	gifts []*trail.Gift
}

// gather sums the gifts of a book by month, as they stood at a size of the journal.
func gather(b *trail.Book, size int64, endowed map[string]bool) map[int]*month {
	months := map[int]*month{}
	for _, g := range b.Gifts {
		amount := g.At(size)
		if amount <= 0 {
			continue
		}
		m := months[g.Month()]
		if m == nil {
			m = &month{apart: map[Part]*Apart{}}
			months[g.Month()] = m
		}
		m.gifts = append(m.gifts, g)
		part := partOf(g, endowed)
		if part != Gift {
			if m.apart[part] == nil {
				m.apart[part] = &Apart{Part: part}
			}
			m.apart[part].Gifts++
			m.apart[part].Total += amount
			continue
		}
		m.Gifts++
		m.Total += amount
		if g.Fact.Counts.FirstOfMonthFund || g.Fact.Counts.NthFund == 0 && g.Fact.Counts.Nth == 0 {
			m.People++ // a giver who is not known counts as one
		}
	}
	return months
}

// figures gives the figures of one of the months.
func figures(months map[int]*month, of int) Figures {
	m := months[of]
	if m == nil {
		m = &month{}
	}
	f := Figures{Sum: m.Sum, Apart: []Apart{}}
	for _, apart := range m.apart {
		f.Apart = append(f.Apart, *apart)
	}
	slices.SortFunc(f.Apart, func(a, b Apart) int { return cmp.Compare(a.Part, b.Part) })
	f.PeopleRecord = record(months, of, func(s Sum) int64 { return s.People })
	f.TotalRecord = record(months, of, func(s Sum) int64 { return s.Total })
	return f
}

// record compares a month with those before it.
func record(months map[int]*month, of int, value func(Sum) int64) Record {
	if months[of] == nil || value(months[of].Sum) == 0 {
		return Record{}
	}
	r := Record{}
	before := false
	for at, m := range months {
		if at >= of {
			continue
		}
		before = before || value(m.Sum) > 0
		if value(m.Sum) >= value(months[of].Sum) {
			r.Since = max(r.Since, at)
		}
	}
	r.Best = before && r.Since == 0
	return r
}

// endowed gives the pots that are kept as capital.
func (n *News) endowed(ctx context.Context) (map[string]bool, error) {
	pots, err := n.app.Reading().Pots(ctx)
	endowed := map[string]bool{}
	for _, p := range pots {
		endowed[p.Slug] = p.Purpose == giving.Endowment
	}
	return endowed, err
}

// Month gives the figures of a month, yyyymm, as the journal stands now.
func (n *News) Month(ctx context.Context, of int) (f Figures, err error) {
	endowed, err := n.endowed(ctx)
	if err != nil {
		return f, err
	}
	err = n.trail.Read(ctx, func(b *trail.Book) error {
		f = figures(gather(b, b.Size, endowed), of)
		return nil
	})
	return f, err
}

// Months gives the figures of every month that has gifts, as the journal stands now.
func (n *News) Months(ctx context.Context) (map[int]Figures, error) {
	endowed, err := n.endowed(ctx)
	if err != nil {
		return nil, err
	}
	all := map[int]Figures{}
	err = n.trail.Read(ctx, func(b *trail.Book) error {
		months := gather(b, b.Size, endowed)
		for of := range months {
			all[of] = figures(months, of)
		}
		return nil
	})
	return all, err
}
