// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ecot/journal"
)

// Every day from 1970-01-02 to 9999-12-31 is written as Go's own calendar writes it, and reads back.
func TestEveryDayReadsBack(t *testing.T) {
	last, ok := journal.ParseDay("9999-12-31")
	if !ok {
		t.Fatal("the last day does not parse")
	}
	for d := journal.Day(1); d <= last; d++ {
		text := d.String()
		if again, ok := journal.ParseDay(text); !ok || again != d {
			t.Fatalf("day %d is %s, which reads as %d", d, text, again)
		}
		if d%97 == 0 && text != d.Time().Format(time.DateOnly) {
			t.Fatalf("day %d is %s, not %s", d, text, d.Time().Format(time.DateOnly))
		}
	}
}

// A text is a day exactly when Go's own calendar says so.
func TestOnlyDaysThatExistParse(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	for range 200_000 {
		text := fmt.Sprintf("%04d-%02d-%02d", random.IntN(10_000), random.IntN(15), random.IntN(34))
		want, err := time.Parse(time.DateOnly, text)
		exists := err == nil && want.Unix() > 0
		if day, ok := journal.ParseDay(text); ok != exists || ok && day != journal.DayOf(want) {
			t.Fatalf("%s: day %d, %v; Go: %v", text, day, ok, err)
		}
	}
}

func TestADayIsThatOfItsZone(t *testing.T) {
	paris := time.FixedZone("Europe/Paris in winter", 3600)
	late := time.Date(2024, 12, 31, 23, 30, 0, 0, time.UTC)
	if day := journal.DayOf(late); day.String() != "2024-12-31" || day.Month() != 202412 {
		t.Errorf("in UTC it is %s", day)
	}
	if day := journal.DayOf(late.In(paris)); day.String() != "2025-01-01" || day.Month() != 202501 {
		t.Errorf("in Paris it is %s", day)
	}
	if journal.Day(0).Month() != 0 || journal.MonthName(202501) != "2025-01" {
		t.Errorf("months are %d and %s", journal.Day(0).Month(), journal.MonthName(202501))
	}
}

// Time never goes back, and a day alone is not before an instant of the same day.
func TestTimeNeverGoesBack(t *testing.T) {
	const midnight = 1_738_540_800 // 2025-02-03
	day := journal.At{Seconds: midnight, DayOnly: true}
	for _, c := range []struct {
		at      journal.At
		last    int64
		follows bool
		clock   int64
	}{
		{journal.At{Seconds: midnight}, midnight, true, midnight},
		{journal.At{Seconds: midnight}, midnight + 1, false, midnight + 1},
		{journal.At{Seconds: midnight + 1}, midnight, true, midnight + 1},
		{day, midnight + 86_399, true, midnight + 86_399},
		{day, midnight + 86_400, false, midnight + 86_400},
		{day, midnight - 1, true, midnight},
	} {
		if c.at.Follows(c.last) != c.follows || c.at.Advance(c.last) != c.clock {
			t.Errorf("%s behind %d: %v, then %d", c.at, c.last, c.at.Follows(c.last), c.at.Advance(c.last))
		}
	}
	if day.String() != "2025-02-03" || day.Day() != 20_122 {
		t.Errorf("the day is %s, %d", day, day.Day())
	}
	at := journal.At{Seconds: midnight + 3_661}
	if at.String() != "2025-02-03T01:01:01Z" || at.Day() != 20_122 {
		t.Errorf("the instant is %s", at)
	}
}
