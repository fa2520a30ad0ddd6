// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import "ecot/money"

// Rhythm says how often a gift comes.
type Rhythm string

// The rhythms of a gift.
const (
	Once    Rhythm = "once"
	Monthly Rhythm = "monthly"
	Yearly  Rhythm = "yearly"
)

// word gives the rhythm as part of a message's key.
func (r Rhythm) word(d *draft) string {
	if r != Once && r != Monthly && r != Yearly {
		d.refuse("the rhythm is not known")
	}
	return string(r)
}

// Regular is a gift that comes by itself.
type Regular struct {
	Amount money.Amount
	Rhythm Rhythm // Monthly or Yearly
	For    string
}

// words gives "12,00 € par mois pour Lanterne".
func (r Regular) words(d *draft) string {
	return d.text("regular."+r.Rhythm.word(d), "amount", d.amount(r.Amount), "for", d.clean(r.For))
}

// Cause says why an instalment did not come.
type Cause string

// The causes that a donor can do something about, and the rest.
const (
	CardExpired Cause = "expired"
	NoFunds     Cause = "funds"
	Refused     Cause = "refused"  // the bank gave no other reason
	NotSeen     Cause = "not-seen" // a transfer that did not come
)

// InstalmentFailed tells a donor that a regular gift did not come this time.
type InstalmentFailed struct {
	Name    string // may be empty
	Regular Regular
	Due     string // civil day
	Cause   Cause
	Again   string // civil day of the next try; empty when there is none
	Manage  string // signed path: settle, pause, stop
}

// Kind is KindInstalmentFailed.
func (InstalmentFailed) Kind() Kind { return KindInstalmentFailed }

func (f InstalmentFailed) write(d *draft) {
	d.subject("failed.subject")
	d.hello(f.Name)
	d.paragraph("failed.intro", "gift", f.Regular.words(d), "day", d.day(f.Due))
	switch f.Cause {
	case CardExpired, NoFunds, Refused, NotSeen:
		d.paragraph("failed.cause." + string(f.Cause))
	default:
		d.refuse("the cause is not known")
	}
	if f.Again != "" {
		d.paragraph("failed.again", "day", d.day(f.Again))
	} else {
		d.paragraph("failed.last")
	}
	d.link("failed.manage", f.Manage)
	d.because("because.regular")
}

// RegularPaused confirms a pause.
type RegularPaused struct {
	Name    string // may be empty
	Regular Regular
	Until   string // civil day on which it goes on; empty when the donor takes it up again
	Manage  string // signed path
}

// Kind is KindRegularPaused.
func (RegularPaused) Kind() Kind { return KindRegularPaused }

func (p RegularPaused) write(d *draft) {
	d.subject("paused.subject")
	d.hello(p.Name)
	d.paragraph("paused.intro", "gift", p.Regular.words(d))
	if p.Until != "" {
		d.paragraph("paused.until", "day", d.day(p.Until))
	} else {
		d.paragraph("paused.open")
	}
	d.link("gift.manage", p.Manage)
	d.because("because.regular")
}

// RegularStopped confirms an end. It asks neither why nor for anything else.
type RegularStopped struct {
	Name    string // may be empty
	Regular Regular
	Count   int64        // gifts that came
	Total   money.Amount // their sum
	Manage  string       // signed path: the certificates, the export, erasing
}

// Kind is KindRegularStopped.
func (RegularStopped) Kind() Kind { return KindRegularStopped }

func (s RegularStopped) write(d *draft) {
	d.subject("stopped.subject")
	d.hello(s.Name)
	d.paragraph("stopped.intro", "gift", s.Regular.words(d))
	if s.Count > 0 {
		d.paragraph("stopped.thanks", "gifts", d.count("count.gifts", s.Count), "total", d.amount(s.Total))
	}
	d.link("stopped.manage", s.Manage)
	d.because("because.regular")
}

// StillYes asks once a year whether a regular gift is still wanted. The three answers cost as many clicks.
type StillYes struct {
	Name    string // may be empty
	Regular Regular
	Since   string // civil day of the first gift
	Count   int64  // gifts that came since
	Total   money.Amount
	Keep    string // signed paths, one for each answer
	Change  string
	Stop    string
}

// Kind is KindStillYes.
func (StillYes) Kind() Kind { return KindStillYes }

func (s StillYes) write(d *draft) {
	d.subject("still.subject")
	d.hello(s.Name)
	d.paragraph("still.intro", "gift", s.Regular.words(d), "day", d.day(s.Since))
	d.fact("still.count", d.number(s.Count))
	d.fact("still.total", d.amount(s.Total))
	d.paragraph("still.question")
	d.link("still.keep", s.Keep)
	d.link("still.change", s.Change)
	d.link("still.stop", s.Stop)
	d.paragraph("still.silence")
	d.because("because.regular")
}
