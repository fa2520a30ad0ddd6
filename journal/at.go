// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"strconv"
	"time"
)

// Day is a civil day, counted from 1970-01-01, which is 0. It has no zone: a fact states the day
// in the zone of its fund. The zero Day stands for "unknown" where a field allows it; no fund's
// book begins on 1 January 1970.
type Day int32

// secondsPerDay turns a day into an instant.
const secondsPerDay = 86_400

// maxDay is 9999-12-31, the last day that the format can write.
const maxDay Day = 2_932_896

// DayOf gives the civil day of t in t's own zone.
func DayOf(t time.Time) Day {
	year, month, day := t.Date()
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDay reads a day written 2006-01-02, from 1970-01-02 to 9999-12-31.
func ParseDay(s string) (Day, bool) { return parseDay([]byte(s)) }

// Time gives the midnight that begins the day, in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// Month gives the day's month as yyyymm, 0 for the unknown day.
func (d Day) Month() int {
	if d == 0 {
		return 0
	}
	year, month, _ := d.Time().Date()
	return year*100 + int(month)
}

// String writes the day as 2006-01-02.
func (d Day) String() string { return string(appendDay(nil, d)) }

// At is when an entry was written: an instant of UTC in whole seconds, or a day alone.
type At struct {
	Seconds int64 // since 1970-01-01T00:00:00Z; for a day alone, the midnight that begins it
	DayOnly bool
}

// Follows says whether an entry may come after one whose clock stood at last (seconds): time never
// goes back, and a day alone is not before the day of last.
func (a At) Follows(last int64) bool {
	if a.DayOnly {
		return a.Seconds+secondsPerDay > last
	}
	return a.Seconds >= last
}

// Advance gives what the journal's clock stands at after this entry.
func (a At) Advance(last int64) int64 { return max(a.Seconds, last) }

// Day gives the civil day of the instant in UTC.
func (a At) Day() Day { return Day(a.Seconds / secondsPerDay) }

// String writes the instant as the leaf does.
func (a At) String() string {
	if a.DayOnly {
		return a.Day().String()
	}
	return time.Unix(a.Seconds, 0).UTC().Format(time.RFC3339)
}

func (c *Codec) at(v *At, dayOnly bool) {
	if dayOnly {
		if day, taken := c.quickDay("at"); taken {
			*v = At{Seconds: int64(day) * secondsPerDay, DayOnly: true}
			return
		}
	}
	value, ok := c.open("at")
	if !ok {
		return
	}
	if c.writing {
		day := Day(v.Seconds / secondsPerDay)
		if v.DayOnly != dayOnly || v.Seconds < secondsPerDay || day > maxDay ||
			dayOnly && v.Seconds%secondsPerDay != 0 {
			c.fail("cannot say the instant %d", v.Seconds)
			return
		}
		c.out = appendDay(c.out, day)
		if !dayOnly {
			c.out = appendClock(c.out, v.Seconds%secondsPerDay)
		}
		c.end()
		return
	}
	v.DayOnly = dayOnly
	day, good := parseDay(value[:min(len(value), 10)])
	v.Seconds = int64(day) * secondsPerDay
	if good && dayOnly {
		good = len(value) == 10
	} else if good {
		var clock int64
		clock, good = parseClock(value[10:])
		v.Seconds += clock
	}
	if !good {
		c.fail("%q is no instant", printable(value))
		return
	}
	c.sawDay(value[:dayLength], day)
}

// Day visits a civil day.
func (c *Codec) Day(key string, v *Day) {
	if day, taken := c.quickDay(key); taken {
		*v = day
		return
	}
	value, ok := c.open(key)
	if !ok {
		return
	}
	if c.writing {
		if *v <= 0 || *v > maxDay {
			c.fail("%q has no day", key)
			return
		}
		c.out = appendDay(c.out, *v)
		c.end()
		return
	}
	day, good := parseDay(value)
	if !good {
		c.fail("%q is no day", printable(value))
	} else {
		c.sawDay(value, day)
	}
	*v = day
}

// OptDay visits a day that may be unknown, which is written as no line.
func (c *Codec) OptDay(key string, v *Day) {
	if c.writing && *v == 0 || !c.writing && !c.next(key) {
		return
	}
	c.Day(key, v)
}

// appendDay and parseDay use the proleptic Gregorian calendar on days alone (the algorithm of
// Howard Hinnant's "chrono-compatible low-level date algorithms"), without a time.Time between.
func appendDay(dst []byte, d Day) []byte {
	z := int64(d) + 719_468
	era := z / 146_097
	doe := z - era*146_097
	yoe := (doe - doe/1_460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month := mp + 3
	year := yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	dst = append(dst, byte('0'+year/1000%10), byte('0'+year/100%10),
		byte('0'+year/10%10), byte('0'+year%10), '-')
	dst = append(dst, byte('0'+month/10), byte('0'+month%10), '-')
	return append(dst, byte('0'+day/10), byte('0'+day%10))
}

func parseDay(b []byte) (Day, bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	year, okYear := digits(b[0:4])
	month, okMonth := digits(b[5:7])
	day, okDay := digits(b[8:10])
	if !okYear || !okMonth || !okDay || year < 1970 || month < 1 || month > 12 ||
		day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	y, m := year, month
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	d := Day(era*146_097 + doe - 719_468)
	return d, d > 0
}

// daysIn gives the number of days of a month.
func daysIn(year, month int64) int64 {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

func digits(b []byte) (n int64, ok bool) {
	for _, d := range b {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int64(d-'0')
	}
	return n, true
}

// appendClock writes Thh:mm:ssZ.
func appendClock(dst []byte, s int64) []byte {
	two := func(n int64) { dst = append(dst, byte('0'+n/10), byte('0'+n%10)) }
	dst = append(dst, 'T')
	two(s / 3600)
	dst = append(dst, ':')
	two(s / 60 % 60)
	dst = append(dst, ':')
	two(s % 60)
	return append(dst, 'Z')
}

func parseClock(b []byte) (int64, bool) {
	if len(b) != 10 || b[0] != 'T' || b[3] != ':' || b[6] != ':' || b[9] != 'Z' {
		return 0, false
	}
	hours, ok1 := digits(b[1:3])
	minutes, ok2 := digits(b[4:6])
	seconds, ok3 := digits(b[7:9])
	return hours*3600 + minutes*60 + seconds, ok1 && ok2 && ok3 && hours < 24 && minutes < 60 && seconds < 60
}

// MonthName writes a month yyyymm as 2006-01.
func MonthName(month int) string {
	return string(append(append(strconv.AppendInt(nil, int64(month/100), 10), '-'),
		byte('0'+month%100/10), byte('0'+month%10)))
}

// Month visits a month, written as the number yyyymm, 197001 to 999912.
func (c *Codec) Month(key string, v *int) {
	n := int64(*v)
	c.Int(key, &n, 1970_01, 9999_12)
	if of := n % 100; of < 1 || of > 12 {
		c.fail("%q is %d, which is no month", key, n)
	}
	*v = int(n)
}
