// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"testing"
	"time"

	"ecot/fault"
)

func TestMoments(t *testing.T) {
	paris := time.FixedZone("CET", 3600)
	french, english := load(t, French), load(t, English)
	for _, c := range []struct {
		tongue Tongue
		at     string
		zone   *time.Location
		want   Moment
	}{
		{french, "2026-01-02", paris, Moment{"2026-01-02", "2\u00a0janvier 2026", ""}},
		{french, "2026-08-01", paris, Moment{"2026-08-01", "1er\u00a0août 2026", ""}},
		{english, "2026-08-01", paris, Moment{"2026-08-01", "1\u00a0August 2026", ""}},
		{french, "2026-01-02T08:05:00Z", paris, Moment{"2026-01-02T08:05:00Z",
			"2\u00a0janvier 2026 à 9\u00a0h\u00a005", "2\u00a0janvier 2026 à 8\u00a0h\u00a005 UTC"}},
		{english, "2025-12-31T23:30:00Z", paris, Moment{"2025-12-31T23:30:00Z",
			"1\u00a0January 2026 at 00:30", "31\u00a0December 2025 at 23:30 UTC"}},
		{english, "2026-01-02T08:00:00Z", time.UTC, Moment{"2026-01-02T08:00:00Z",
			"2\u00a0January 2026 at 08:00 UTC", ""}},
	} {
		if got, err := c.tongue.Moment(c.at, c.zone); err != nil || got != c.want {
			t.Errorf("%s in %s: %+v, %v; want %+v", c.at, c.tongue.Lang, got, err, c.want)
		}
	}
}

func TestMonths(t *testing.T) {
	french, english := load(t, French), load(t, English)
	for _, c := range []struct {
		read func(string) (Moment, error)
		want string
	}{
		{french.Month, "décembre\u00a02025"}, {english.Month, "December\u00a02025"},
		{french.ShortMonth, "déc.\u00a02025"}, {english.ShortMonth, "Dec\u00a02025"},
	} {
		if got, err := c.read("2025-12"); err != nil || got.Words != c.want || got.Datetime != "2025-12" {
			t.Errorf("got %+v, %v; want %q", got, err, c.want)
		}
	}
	if got, err := french.MonthInitial("2025-12"); err != nil || got != "D" {
		t.Errorf("initial: %q, %v", got, err)
	}
}

func TestNoDates(t *testing.T) {
	french := load(t, French)
	for _, text := range []string{"", "2026", "2026-13-01", "2026-02-30", "yesterday", "2026-01-02T25:00:00Z"} {
		if got, err := french.Moment(text, time.UTC); fault.CodeOf(err) != fault.Internal || err == nil {
			t.Errorf("%q is read as %+v, %v", text, got, err)
		}
		if got, err := french.Month(text); err == nil {
			t.Errorf("%q is read as the month %+v", text, got)
		}
		if got, err := french.MonthInitial(text); err == nil {
			t.Errorf("%q is read as the month %q", text, got)
		}
	}
}

func TestNegotiate(t *testing.T) {
	for _, c := range []struct {
		header   string
		fallback Lang
		want     Lang
	}{
		{"", French, French}, {"", English, English}, {"fr", English, French}, {"en-GB,en;q=0.9", French, English},
		{"de, fr-CA;q=0.7, en;q=0.8", French, English}, {"FR-fr", English, French}, {"de,es", English, English},
		{"fr;q=0, en;q=0.001", French, English}, {"fr;q=0", English, English}, {"*", French, French},
		{"*;q=0.5, en;q=0.4", French, French}, {"en;q=0.5, fr;q=0.5", French, English}, {"en;q=2", French, French},
		{"en;q=0.1234", French, French}, {"en;q=x", French, French}, {"en;q=", French, French},
		{"fr;q=0.9;x=1, en", French, English}, {"en; q = 1", French, English}, {",,;;q=,", French, French},
	} {
		if got := Negotiate(c.header, c.fallback); got != c.want {
			t.Errorf("%q with fallback %s gives %s, want %s", c.header, c.fallback, got, c.want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("fr-CA;q=0.7, en;q=0.8, *;q=0")
	f.Fuzz(func(t *testing.T, header string) {
		if _, known := ParseLang(string(Negotiate(header, French))); !known {
			t.Fatalf("%q gives a language we do not speak", header)
		}
	})
}
