// SPDX-License-Identifier: AGPL-3.0-or-later

// Package setup brings a fund from its founding to its opening: what must be said before its pages may be
// seen, who said it, and which steps come next.
//
// Its one invariant: a fund that does not say who it is, who answers for its pages and how to reach them
// stays unpublished (loi 2004-575 du 21 juin 2004, art. 1-1; règlement (UE) 2016/679, art. 13).
package setup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/queue"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// Setup sets one instance up.
type Setup struct {
	app    *app.App
	office *office.Office
	people *people.People
}

// New gives the setup of an instance.
func New(a *app.App, p *people.People) *Setup { return &Setup{app: a, office: a.Office(), people: p} }

// Profile gives what the fund says of itself.
func (s *Setup) Profile(ctx context.Context) (profile.Profile, error) {
	return profile.Load(ctx, s.office)
}

// Missing lists the settings without which the pages may not be seen, in the order in which to ask.
func Missing(p profile.Profile) (missing []string) {
	for _, needed := range []struct {
		name string
		have bool
	}{
		{"legal-name", p.LegalName != ""}, {"form", p.Form != ""},
		{"number", p.Number != "" || p.Form == profile.OtherForm},
		{"street", p.Street != ""}, {"postcode", p.Postcode != ""}, {"town", p.Town != ""},
		{"country", p.Country != ""}, {"object", p.Object != ""}, {"mail", p.Mail != ""},
		{"publisher", p.Publisher != ""}, {"host", p.Host != ""}, {"base-url", p.BaseURL != ""},
	} {
		if !needed.have {
			missing = append(missing, needed.name)
		}
	}
	return missing
}

// Incomplete is behind a refusal to publish: the settings that are missing.
type Incomplete []string

// Error lists them.
func (i Incomplete) Error() string { return "missing: " + strings.Join(i, ", ") }

// Published says whether the public may see the pages.
func (s *Setup) Published(ctx context.Context) (bool, error) {
	p, err := s.Profile(ctx)
	return p.SiteLive && len(Missing(p)) == 0, err
}

// Publish opens the pages to the public. Without all that the law wants said it is refused with Incomplete.
func (s *Setup) Publish(ctx context.Context, by people.Actor) error {
	p, err := s.Profile(ctx)
	if err != nil {
		return err
	}
	if missing := Missing(p); len(missing) > 0 {
		return fault.Wrap(Incomplete(missing), fault.Conflict, "The pages cannot be published yet. Say first: %s.",
			strings.Join(missing, ", ")).In("setup.incomplete")
	}
	return s.write(ctx, by, map[string]string{"published": "true"})
}

// Unpublish closes the pages to the public.
func (s *Setup) Unpublish(ctx context.Context, by people.Actor) error {
	return s.write(ctx, by, map[string]string{"published": ""})
}

// Wrong is behind a refusal of settings: what is wrong, by the name of the setting.
type Wrong map[string]error

// Error lists them.
func (w Wrong) Error() string { return fmt.Sprint(map[string]error(w)) }

// Change changes settings on behalf of a member. All are checked, and none is changed when one is refused:
// the refusal is Wrong.
func (s *Setup) Change(ctx context.Context, by people.Actor, values map[string]string) error {
	wrong, checked := Wrong{}, map[string]string{}
	for name, value := range values {
		if name == "published" {
			return fault.New(fault.Invalid, "The pages are published by an act of its own.")
		}
		kept, err := profile.Check(name, value)
		if err != nil {
			wrong[name] = err
		}
		checked[name] = kept
	}
	if len(wrong) > 0 {
		return fault.Wrap(wrong, fault.Invalid, "Some settings cannot be taken: %v.", wrong)
	}
	return s.write(ctx, by, checked)
}

func (s *Setup) write(ctx context.Context, by people.Actor, values map[string]string) error {
	if err := people.Allowed(by, people.Settings); err != nil {
		return err
	}
	change := profile.Change{Member: by.Member, Mandate: by.Mandate, At: s.app.Now().Unix()}
	_, err := profile.Write(ctx, s.office, change, values)
	return err
}

// General opens the pot of gifts to the fund as a whole, unless there is one. It may be done again.
func (s *Setup) General(ctx context.Context, by people.Actor, slug, title string) error {
	p, err := s.Profile(ctx)
	if err != nil || p.Pot != "" {
		return err
	}
	open := &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: giving.Spendable}}
	request := app.Request{Key: "pot/" + slug, Command: open}
	if title != "" {
		request.Private = []app.Private{{Field: "title", Value: title}}
	}
	if _, err := s.app.Do(ctx, request); err != nil {
		return err
	}
	return s.Change(ctx, by, map[string]string{"general-pot": slug})
}

// Step is one step on the way to an open fund.
type Step struct {
	Key   string // of its words: the message step.<Key>
	Done  bool
	Right people.Right
	Href  string // where it is done, for those who may; empty for the command line
}

// Steps gives the way to an open fund, in order.
func (s *Setup) Steps(ctx context.Context) ([]Step, error) {
	p, err := s.Profile(ctx)
	if err != nil {
		return nil, err
	}
	members, err := s.people.Members(ctx)
	if err != nil {
		return nil, err
	}
	projects, err := s.office.Projects(ctx)
	if err != nil {
		return nil, err
	}
	signers, first := 0, false
	for _, m := range members {
		first = first || m.Ended == 0
		for _, role := range m.Roles {
			if m.Ended == 0 && (role.Name == people.Treasurer || role.Name == people.Approver) {
				signers++
				break
			}
		}
	}
	running := false
	for _, project := range projects {
		running = running || project.Status == office.Running
	}
	return []Step{
		{"founded", true, "", ""},
		{"first-member", first, "", ""},
		{"body", p.Collects(journal.DayOf(s.app.Now().In(s.app.Zone()))) == nil, people.Settings,
			"/desk/settings"},
		{"account", p.IBAN != "", people.Settings, "/desk/settings/account"},
		{"pot", p.Pot != "", people.Settings, "/desk/settings/pot"},
		{"second-signer", signers > 1, people.ManageMembers, "/desk/members"},
		{"mail", s.people.CanMail(), people.Settings, "/desk/settings/mail"},
		{"legal", len(Missing(p)) == 0, people.Settings, "/desk/settings/legal"},
		{"project", running, people.EditProjects, ""},
		{"published", p.SiteLive && len(Missing(p)) == 0, people.Settings, "/desk/settings/publish"},
	}, nil
}

// Queue gives the steps that are left, as things that wait from the founding on.
func (s *Setup) Queue(ctx context.Context) ([]queue.Item, error) {
	steps, err := s.Steps(ctx)
	if err != nil {
		return nil, err
	}
	var items []queue.Item
	for _, step := range steps {
		if !step.Done && step.Right != "" {
			items = append(items, queue.Item{Key: "step-" + step.Key, Right: step.Right, Href: step.Href})
		}
	}
	return items, nil
}

// MissingOf gives what a refusal to publish misses, nil for another error.
func MissingOf(err error) []string {
	var missing Incomplete
	if errors.As(err, &missing) {
		return missing
	}
	return nil
}

// Values gives every setting by its name.
func (s *Setup) Values(ctx context.Context) (map[string]string, error) { return s.office.Settings(ctx) }

// Changes gives the newest changes of settings, at most limit.
func (s *Setup) Changes(ctx context.Context, limit int) ([]office.SettingChange, error) {
	return s.office.SettingChanges(ctx, limit)
}
