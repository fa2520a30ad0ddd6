// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/mail/letter"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// donorsAtOnce is how many donors are looked at in one transaction.
const donorsAtOnce = 200

// keepLetters is how long what was sent or withdrawn is remembered: longer than any letter comes round.
const keepLetters = 400 * 24 * time.Hour

// askFor is how many days after its day the yearly question may still be asked.
const askFor = 30

// Tick writes what this day asks for, and destroys what has had its time. It may run as often as one likes.
func (p *Post) Tick(ctx context.Context) error {
	return errors.Join(p.remind(ctx), p.askStillYes(ctx), p.sweep(ctx))
}

// short is an appeal that is not reached yet, on a day on which readers are to be told.
type short struct {
	pot   string
	gauge appeal.Gauge
}

// shortOf gives the appeals that are not reached yet and whose readers are to be told today.
func (p *Post) shortOf(ctx context.Context) (all []short, err error) {
	projects, err := p.office.Projects(ctx)
	if err != nil {
		return nil, err
	}
	takings, err := p.app.Reading().Takings(ctx, p.app.Unit())
	if err != nil {
		return nil, err
	}
	today := p.today()
	for _, project := range projects {
		if project.Status != office.Running {
			continue
		}
		line, err := p.app.Reading().Timeline(ctx, project.Slug)
		if err != nil {
			return nil, err
		}
		taken := func(month int) appeal.Taking { return takings[project.Slug][month] }
		gauges := line.Gauges(taken, today.Month())
		if len(gauges) == 0 || gauges[len(gauges)-1].Unit != p.app.Unit() {
			continue
		}
		if last := gauges[len(gauges)-1]; last.NoteDue(today, appeal.NoteBefore) {
			all = append(all, short{project.Slug, last})
		}
	}
	return all, nil
}

// remind writes to those who asked for it that an appeal is not reached yet: once a month each, about one
// appeal, and to nobody who has given this month.
func (p *Post) remind(ctx context.Context) error {
	shorts, err := p.shortOf(ctx)
	if err != nil || len(shorts) == 0 {
		return err
	}
	month := p.today().Month()
	return p.eachDonor(ctx, func(d office.Donor) (l office.Letter, wanted bool, err error) {
		gave, err := p.gave(ctx, d.Handle, month)
		if err != nil || gave || !d.Reminders {
			return l, false, err
		}
		pot, err := p.nearest(ctx, d.Handle, shorts)
		l = p.write(letter.KindNotReached, d, about{Pot: pot, Month: month})
		l.ID = fmt.Sprintf("%s/%d/%s", letter.KindNotReached, month, p.mark(d.Handle))
		return l, true, err
	})
}

// nearest picks the appeal to tell somebody of: of a pot that they gave to, else the first.
func (p *Post) nearest(ctx context.Context, handle string, shorts []short) (pot string, err error) {
	purposes, err := p.office.Purposes(ctx, handle)
	for _, purpose := range purposes {
		shares, err := gifts.ParseShares(purpose.Shares)
		if err != nil {
			continue // it names no pot
		}
		for _, share := range shares {
			if slices.ContainsFunc(shorts, func(s short) bool { return s.pot == share.Pot }) {
				return share.Pot, nil
			}
		}
	}
	return shorts[0].pot, err
}

// gave says whether somebody gave in a month; their latest gifts are looked at.
func (p *Post) gave(ctx context.Context, handle string, month int) (bool, error) {
	given, err := p.office.GivenBy(ctx, handle)
	for _, g := range given[max(0, len(given)-20):] {
		view, err := p.app.Reading().View(ctx, g.Index)
		if err != nil {
			return false, err
		}
		gift, is := view.Fact.(*giving.Given)
		if is && (gift.Given.Month() == month || gift.Booked().Month() == month) {
			return true, nil
		}
	}
	return false, err
}

// eachDonor writes the letters that fn asks for, donor by donor.
func (p *Post) eachDonor(ctx context.Context, fn func(office.Donor) (office.Letter, bool, error)) error {
	for after := ""; ; {
		donors, err := p.office.Donors(ctx, after, donorsAtOnce)
		if err != nil || len(donors) == 0 {
			return err
		}
		var letters []office.Letter
		for _, d := range donors {
			after = d.Handle
			if d.Mail == "" {
				continue
			}
			l, wanted, err := fn(d)
			if err != nil {
				return err
			}
			if wanted {
				letters = append(letters, l)
			}
		}
		if err := p.put(ctx, letters); err != nil {
			return err
		}
	}
}

func (p *Post) put(ctx context.Context, letters []office.Letter) error {
	if len(letters) == 0 {
		return nil
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		for _, l := range letters {
			if _, err := tx.PutLetter(ctx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// askStillYes asks, once a year, whoever gives regularly.
func (p *Post) askStillYes(ctx context.Context) error {
	today := p.today()
	for after := ""; ; {
		promises, err := p.office.PromisesIn(ctx, office.Active, after, donorsAtOnce)
		if err != nil || len(promises) == 0 {
			return err
		}
		var letters []office.Letter
		for _, promise := range promises {
			after = promise.ID
			l, wanted, err := p.question(ctx, promise, today)
			if err != nil {
				return err
			}
			if wanted {
				letters = append(letters, l)
			}
		}
		if err := p.put(ctx, letters); err != nil {
			return err
		}
	}
}

func (p *Post) question(ctx context.Context, promise office.Promise, today journal.Day) (
	l office.Letter, wanted bool, err error) {
	if promise.Regular == "" {
		return l, false, nil
	}
	gift, err := p.app.Reading().Regular(ctx, promise.Regular)
	if err != nil || gift == nil {
		return l, false, err
	}
	day := gift.Question()
	if day == 0 || today < day || today > day+askFor {
		return l, false, nil
	}
	donor, found, err := p.office.Donor(ctx, promise.Handle)
	if err != nil || !found || donor.Mail == "" {
		return l, false, err
	}
	l = p.write(letter.KindStillYes, donor, about{Promise: promise.ID})
	l.ID = string(letter.KindStillYes) + "/" + promise.ID + "/" + day.String()
	return l, true, nil
}

// QueueNews writes the news of an issue, such as 2026-01, to everybody who asked for them, once.
func (p *Post) QueueNews(ctx context.Context, issue string) error {
	return p.eachDonor(ctx, func(d office.Donor) (office.Letter, bool, error) {
		l := p.write(letter.KindNews, d, about{Issue: issue})
		l.ID = string(letter.KindNews) + "/" + issue + "/" + p.mark(d.Handle)
		return l, d.News, nil
	})
}

// sweep destroys old letters, and what the archive need not keep any longer.
func (p *Post) sweep(ctx context.Context) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		_, err := tx.SweepArchive(ctx, p.today().String())
		return errors.Join(err, tx.SweepLetters(ctx, p.app.Now().Add(-keepLetters).Unix()))
	})
}

// notReached says that an appeal is not reached yet, unless it is meanwhile, the month is over, or its reader
// gave.
func (s *says) notReached(ctx context.Context) (letter.Data, error) {
	month := s.about.Month
	gave, err := s.gave(ctx, s.donor.Handle, month)
	if err != nil || gave || s.today().Month() != month {
		return nil, errors.Join(err, errNothing)
	}
	shorts, err := s.shortOf(ctx)
	at := slices.IndexFunc(shorts, func(one short) bool { return one.pot == s.about.Pot })
	if err != nil || at < 0 {
		return nil, errors.Join(err, errNothing)
	}
	project, _, err := s.office.Project(ctx, s.about.Pot)
	if err != nil {
		return nil, err
	}
	leave, err := s.LeavePath(ctx, s.donor.Handle, office.ListReminders)
	g := shorts[at].gauge
	return letter.NotReached{Name: s.donor.Name, Project: project.Title, Month: journal.MonthName(month),
		People: g.People, Reached: money.Amount{Minor: max(0, g.Level), Unit: g.Unit},
		Needed: money.Amount{Minor: g.Need, Unit: g.Unit}, Page: "/projects/" + s.about.Pot,
		Unsubscribe: leave}, err
}

// news says the news as they were frozen.
func (s *says) news(ctx context.Context) (letter.Data, error) {
	if s.options.News == nil {
		return nil, fault.New(fault.Unavailable, "Nothing here keeps news.")
	}
	data, err := s.options.News(ctx, s.about.Issue, s.lang)
	if err == nil {
		data.Unsubscribe, err = s.LeavePath(ctx, s.donor.Handle, office.ListNews)
	}
	return data, err
}
