// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"strconv"
	"time"

	"ecot/fault"
)

// Moment is a date for a page: `<time datetime="{{.Datetime}}">{{.Words}}</time>`.
type Moment struct {
	Datetime string // what a machine reads: 2026-01, 2026-01-02 or 2026-01-02T09:00:00Z
	Words    string // what a person reads, in the zone asked for
	UTC      string // the same instant in UTC, when it reads otherwise; else empty
}

// Moment reads a date as the journal writes it, a civil day "2026-01-02" or an instant
// "2026-01-02T09:00:00Z", and puts it in words: "2 janvier 2026 à 10 h 00" in zone, and its UTC
// reading beside. A civil day has no zone. Any other text is fault.Internal.
func (t Tongue) Moment(at string, zone *time.Location) (Moment, error) {
	if day, err := time.Parse(time.DateOnly, at); err == nil {
		words, err := t.Day(day)
		return Moment{Datetime: at, Words: words}, err
	}
	instant, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return Moment{}, fault.Wrap(err, fault.Internal, "%q is neither a day nor an instant.", at)
	}
	return t.instant(instant, zone)
}

func (t Tongue) instant(instant time.Time, zone *time.Location) (Moment, error) {
	words, err := t.dayAndHour(instant.In(zone))
	if err != nil {
		return Moment{}, err
	}
	moment := Moment{Datetime: instant.UTC().Format(time.RFC3339), Words: words}
	if _, offset := instant.In(zone).Zone(); offset != 0 {
		moment.UTC, err = t.dayAndHour(instant.UTC())
		moment.UTC += " UTC"
	} else {
		moment.Words += " UTC"
	}
	return moment, err
}

// Day puts the civil day of d in words, in d's own zone: "1er janvier 2026", "1 January 2026".
func (t Tongue) Day(d time.Time) (string, error) {
	day := strconv.Itoa(d.Day())
	if d.Day() == 1 && t.Lang == French {
		day = "1er"
	}
	month, err := t.Text(monthKey(d))
	return day + "\u00a0" + month + " " + strconv.Itoa(d.Year()), err
}

func (t Tongue) dayAndHour(d time.Time) (string, error) {
	day, err := t.Day(d)
	if err != nil {
		return "", err
	}
	hour := d.Format("15:04")
	if t.Lang == French {
		hour = strconv.Itoa(d.Hour()) + "\u00a0h\u00a0" + d.Format("04")
	}
	return t.Text("date.day-and-hour", "day", day, "hour", hour)
}

// Month reads a month "2026-01" and puts it in words: "janvier 2026". Any other text is
// fault.Internal.
func (t Tongue) Month(yearMonth string) (Moment, error) { return t.month(yearMonth, "") }

// ShortMonth is Month with the month's name cut short: "janv. 2026", "Jan 2026".
func (t Tongue) ShortMonth(yearMonth string) (Moment, error) { return t.month(yearMonth, ".short") }

func (t Tongue) month(yearMonth, suffix string) (Moment, error) {
	first, err := time.Parse("2006-01", yearMonth)
	if err != nil {
		return Moment{}, fault.Wrap(err, fault.Internal, "%q is not a month.", yearMonth)
	}
	name, err := t.Text(monthKey(first) + suffix)
	return Moment{Datetime: yearMonth, Words: name + "\u00a0" + strconv.Itoa(first.Year())}, err
}

// MonthInitial gives the letter that a chart writes under a month "2026-01".
func (t Tongue) MonthInitial(yearMonth string) (string, error) {
	first, err := time.Parse("2006-01", yearMonth)
	if err != nil {
		return "", fault.Wrap(err, fault.Internal, "%q is not a month.", yearMonth)
	}
	return t.Text(monthKey(first) + ".initial")
}

func monthKey(d time.Time) string { return "month." + strconv.Itoa(int(d.Month())) }
