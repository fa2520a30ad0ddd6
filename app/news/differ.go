// SPDX-License-Identifier: AGPL-3.0-or-later

package news

// Difference is what a version says otherwise than the one before it.
type Difference struct {
	Was, Is   Sum
	Apart     bool    // something is otherwise in what is listed apart
	Records   bool    // or in the records
	Texts     bool    // or in what was written around the figures
	Came      []int64 // entries that were not listed
	Left      []int64 // entries that no longer are
	Changed   []int64 // entries of which more, less or something else is shown
	Withdrawn []int64 // of those, the ones whose givers withdrew
}

// Empty says that there is no difference.
func (d Difference) Empty() bool {
	return d.Was == d.Is && !d.Apart && !d.Records && !d.Texts && len(d.Came)+len(d.Left)+len(d.Changed) == 0
}

// Differ compares two versions of a month's news.
func Differ(was, is Edition) Difference {
	d := Difference{Was: was.Figures.Sum, Is: is.Figures.Sum, Texts: was.FR != is.FR || was.EN != is.EN,
		Records: was.Figures.PeopleRecord != is.Figures.PeopleRecord ||
			was.Figures.TotalRecord != is.Figures.TotalRecord,
		Apart: len(was.Figures.Apart) != len(is.Figures.Apart)}
	for i := 0; i < len(is.Figures.Apart) && !d.Apart; i++ {
		d.Apart = was.Figures.Apart[i] != is.Figures.Apart[i]
	}
	before := make(map[int64]Line, len(was.Lines))
	for _, l := range was.Lines {
		before[l.Index] = l
	}
	for _, l := range is.Lines {
		old, listed := before[l.Index]
		delete(before, l.Index)
		gone := old.Withdrawn
		old.handle, l.handle, old.Withdrawn, l.Withdrawn = "", "", false, false
		switch {
		case !listed:
			d.Came = append(d.Came, l.Index)
		case gone:
			d.Withdrawn = append(d.Withdrawn, l.Index)
			d.Changed = append(d.Changed, l.Index)
		case old != l:
			d.Changed = append(d.Changed, l.Index)
		}
	}
	for _, l := range was.Lines { // in their order
		if _, left := before[l.Index]; left {
			d.Left = append(d.Left, l.Index)
		}
	}
	return d
}
