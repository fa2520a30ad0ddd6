// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"ecot/money"
)

// checker keeps the first thing that is wrong.
type checker struct{ err error }

// Check refuses a manifest that does not keep to the schema, with the place of what is wrong.
func (m Manifest) Check() error {
	c := &checker{}
	c.one("entity.type", m.Entity.Type, "individual", "group", "organisation", "other")
	c.one("entity.role", m.Entity.Role, "owner", "steward", "maintainer", "contributor", "other")
	c.text("entity.name", m.Entity.Name, 1, 250)
	c.text("entity.email", m.Entity.Mail, 0, 250)
	c.text("entity.phone", m.Entity.Phone, 0, 32)
	c.text("entity.description", m.Entity.Description, 0, 2000)
	c.address("entity.webpageUrl", m.Entity.Web, false)
	c.count("projects", len(m.Projects), maxProjects)
	c.count("funding.channels", len(m.Channels), maxChannels)
	c.count("funding.plans", len(m.Plans), maxPlans)
	c.count("funding.history", len(m.History), maxHistory)
	if c.err != nil {
		return c.err
	}
	c.projects(m.Projects)
	c.plans(m.Plans, c.channels(m.Channels))
	for i, y := range m.History {
		c.year(fmt.Sprintf("funding.history[%d]", i), y)
	}
	return c.err
}

func (c *checker) refuse(place, format string, args ...any) {
	if c.err == nil {
		c.err = refuse(place, format, args...)
	}
}

func (c *checker) count(place string, n, most int) {
	if n > most {
		c.refuse(place, "There are %d of them, at most %d may be.", n, most)
	}
}

func (c *checker) one(place, value string, of ...string) {
	if !slices.Contains(of, value) {
		c.refuse(place, "%q is none of %s.", shorten(value), strings.Join(of, ", "))
	}
}

func (c *checker) text(place, value string, least, most int) {
	n := utf8.RuneCountInString(value)
	if n < least || n > most || !utf8.ValidString(value) {
		c.refuse(place, "A text of %d to %d characters is wanted, this has %d.", least, most, n)
	}
}

// slug checks an identifier or a tag.
func (c *checker) slug(place, value string) {
	if c.text(place, value, 1, 32); strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		c.refuse(place, "%q holds more than small letters, digits and hyphens.", shorten(value))
	}
}

// isURL says whether a text is an address of the web.
func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func (c *checker) address(place string, a Address, needed bool) {
	if c.text(place+".url", a.URL, 0, 250); !isURL(a.URL) && (needed || a.URL != "") {
		c.refuse(place+".url", "%q is not an address that begins with https:// or http://.", shorten(a.URL))
	}
	if c.text(place+".wellKnown", a.WellKnown, 0, 250); a.WellKnown != "" && (!isURL(a.WellKnown) ||
		!strings.HasSuffix(a.WellKnown, "/.well-known/funding-manifest-urls")) {
		c.refuse(place+".wellKnown", "%q does not end in /.well-known/funding-manifest-urls.", shorten(a.WellKnown))
	}
}

func (c *checker) projects(all []Project) {
	met := map[string]bool{}
	for i, p := range all {
		place := fmt.Sprintf("projects[%d]", i)
		c.slug(place+".guid", p.GUID)
		c.unique(place+".guid", p.GUID, met)
		c.text(place+".name", p.Name, 1, 250)
		c.text(place+".description", p.Description, 0, 2000)
		c.address(place+".webpageUrl", p.Web, true)
		c.address(place+".repositoryUrl", p.Repository, true)
		c.count(place+".licenses", len(p.Licences), 5)
		c.count(place+".tags", len(p.Tags), 10)
		for _, licence := range p.Licences {
			c.text(place+".licenses", licence, 0, 250)
		}
		for _, tag := range p.Tags {
			c.slug(place+".tags", tag)
		}
	}
}

func (c *checker) unique(place, value string, met map[string]bool) {
	if met[value] {
		c.refuse(place, "%q stands twice.", shorten(value))
	}
	met[value] = true
}

// channels checks them and gives their identifiers.
func (c *checker) channels(all []Channel) map[string]bool {
	met := map[string]bool{}
	for i, ch := range all {
		place := fmt.Sprintf("funding.channels[%d]", i)
		c.slug(place+".guid", ch.GUID)
		c.unique(place+".guid", ch.GUID, met)
		c.one(place+".type", ch.Type, "bank", "payment-provider", "cheque", "cash", "other")
		c.text(place+".address", ch.Address, 0, 250)
		c.text(place+".description", ch.Description, 0, 500)
	}
	return met
}

func (c *checker) plans(all []Plan, channels map[string]bool) {
	met := map[string]bool{}
	for i, p := range all {
		place := fmt.Sprintf("funding.plans[%d]", i)
		c.slug(place+".guid", p.GUID)
		c.unique(place+".guid", p.GUID, met)
		c.text(place+".name", p.Name, 1, 250)
		c.text(place+".description", p.Description, 0, 2000)
		c.one(place+".frequency", p.Every, "one-time", "weekly", "fortnightly", "monthly", "yearly", "other")
		c.amount(place+".amount", p.Amount.Minor, p.Amount.Unit)
		c.count(place+".channels", len(p.Channels), maxChannels)
		for _, channel := range p.Channels {
			if !channels[channel] {
				c.refuse(place+".channels", "%q is not the guid of a channel.", shorten(channel))
			}
		}
	}
}

func (c *checker) amount(place string, minor int64, unit money.Unit) {
	if !unit.IsCurrency() {
		c.refuse(place, "%q is not a currency of ISO 4217 in use.", shorten(string(unit)))
	}
	if minor < 0 || minor > money.Max {
		c.refuse(place, "An amount is from 0 to 10 000 000 000 000.")
	}
}

func (c *checker) year(place string, y Year) {
	if y.Year < 1970 || y.Year > 9999 {
		c.refuse(place+".year", "%d is not a year of a history.", y.Year)
	}
	c.amount(place+".currency", 0, y.Unit)
	c.text(place+".description", y.Description, 0, 500)
	for _, figure := range []*int64{y.Income, y.Expenses, y.Taxes} {
		if figure != nil {
			c.amount(place, *figure, y.Unit)
		}
	}
}
