// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"bytes"
	"testing"
	"time"

	"ecot/app"
	"ecot/fault"
)

func TestASealHoldsWhatItSays(t *testing.T) {
	now := newHand().Now()
	s, other := Seals{bytes.Repeat([]byte{1}, 32)}, Seals{bytes.Repeat([]byte{2}, 32)}
	for _, subject := range []string{"", "regular/ab12", "é\x00\xff"} {
		for _, until := range []time.Time{{}, now.Add(time.Second)} {
			sealed := s.Seal("manage", subject, until)
			if got, err := s.Open("manage", sealed, now); err != nil || got != subject {
				t.Errorf("%q came back as %q, %v", subject, got, err)
			}
			_, err := s.Open("unsubscribe", sealed, now)
			refused(t, err, fault.Forbidden, "damaged")
			_, err = other.Open("manage", sealed, now)
			refused(t, err, fault.Forbidden, "damaged")
			_, err = s.Open("manage", sealed, now.Add(time.Second))
			check(t, (err == nil) == until.IsZero(), "behind its time: %v", err)
			for i := range sealed {
				changed := []byte(sealed)
				changed[i] ^= 4
				if _, err := s.Open("manage", string(changed), now); err == nil {
					t.Fatalf("character %d can be changed", i)
				}
			}
		}
	}
}

func TestSealsAreTheInstancesOwn(t *testing.T) {
	one, other := openFund(t, app.Place{Dir: t.TempDir()}, newHand()), openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	sealed := SealsOf(one.app).Seal("manage", "x", time.Time{})
	_, err := SealsOf(one.app).Open("manage", sealed, one.clock.Now())
	must(t, err)
	_, err = SealsOf(other.app).Open("manage", sealed, one.clock.Now())
	refused(t, err, fault.Forbidden)
}

// FuzzSeal looks for a text that opens and was not sealed.
func FuzzSeal(f *testing.F) {
	s, now := Seals{make([]byte, 32)}, newHand().Now()
	good := s.Seal("manage", "subject", now.Add(time.Hour))
	for _, text := range []string{"", "x", good, good[:20], good + "A", s.Seal("manage", "", time.Time{})} {
		f.Add("manage", text)
	}
	f.Fuzz(func(t *testing.T, purpose, text string) {
		subject, err := s.Open(purpose, text, now)
		if err != nil {
			return
		}
		if s.Seal(purpose, subject, now.Add(time.Hour)) != text && s.Seal(purpose, subject, time.Time{}) != text {
			t.Errorf("%q opens as %q", text, subject)
		}
	})
}
