// SPDX-License-Identifier: AGPL-3.0-or-later

// Package funding reads how a project says that it can be funded: a manifest as fundingjson.org defines
// it (funding.json, versions 1.0 and 1.1) and GitHub's FUNDING.yml. What it finds prefills a proposal,
// which a person then changes and sends. It also writes the manifest of a fund of ours, whose history
// comes from its ledger and not from memory.
//
// Its one invariant: a Manifest that Read gives, or Write takes, keeps to the schema of both versions
// and to the limits below, and Read of what Write gives is that manifest again. Amounts are minor
// units, never fractions of a binary number.
package funding

import "ecot/money"

// Limits of a file.
const (
	MaxBytes    = 256 << 10 // of a manifest
	maxDepth    = 16        // of arrays and objects within each other
	maxProjects = 30
	maxChannels = 10
	maxPlans    = 10
	maxHistory  = 50
)

// Manifest says who can be funded, for what, and how.
type Manifest struct {
	Entity   Entity
	Projects []Project
	Channels []Channel
	Plans    []Plan
	History  []Year
}

// Entity is who receives the money.
type Entity struct {
	Type        string // individual, group, organisation, other
	Role        string // owner, steward, maintainer, contributor, other
	Name        string
	Mail        string
	Phone       string
	Description string
	Web         Address
}

// Address is a page, and the proof that it belongs to the same people: a list on its own host.
type Address struct {
	URL       string
	WellKnown string // ends in /.well-known/funding-manifest-urls; may be empty
}

// Project is what is funded.
type Project struct {
	GUID        string // [a-z0-9-]
	Name        string
	Description string
	Web         Address
	Repository  Address
	Licences    []string // such as spdx:AGPL-3.0
	Tags        []string
}

// Channel is a way to pay.
type Channel struct {
	GUID        string
	Type        string // bank, payment-provider, cheque, cash, other
	Address     string
	Description string
}

// Plan is something to pay for.
type Plan struct {
	GUID        string
	Active      bool
	Name        string
	Description string
	Amount      money.Amount // 0 for any
	Every       string       // one-time, weekly, fortnightly, monthly, yearly, other
	Channels    []string     // GUIDs
}

// Year is what came in and went out in one year, in minor units; nil where it is not said.
type Year struct {
	Year        int
	Unit        money.Unit
	Income      *int64
	Expenses    *int64
	Taxes       *int64
	Description string
}

// Proposal is what a manifest says for one project, as a form takes it.
type Proposal struct {
	Name        string
	Description string
	Web         string
	Repository  string
	Licences    []string
	Tags        []string
	Contact     string // mail of the entity
	Entity      string // its name
	Needs       []Need // plans that are active; the manifest does not say of which project
	Links       []string
}

// Need is one plan, as a need.
type Need struct {
	Name        string
	Description string
	Amount      money.Amount // 0 for any
	Every       string
}

// Proposals gives a proposal for each project; for a manifest without projects, one for its entity.
func (m Manifest) Proposals() (all []Proposal) {
	base := Proposal{Contact: m.Entity.Mail, Entity: m.Entity.Name}
	for _, p := range m.Plans {
		if p.Active {
			base.Needs = append(base.Needs, Need{p.Name, p.Description, p.Amount, p.Every})
		}
	}
	for _, c := range m.Channels {
		if isURL(c.Address) {
			base.Links = append(base.Links, c.Address)
		}
	}
	for _, p := range m.Projects {
		one := base
		one.Name, one.Description, one.Web, one.Repository = p.Name, p.Description, p.Web.URL, p.Repository.URL
		one.Licences, one.Tags = p.Licences, p.Tags
		all = append(all, one)
	}
	if len(all) == 0 {
		base.Name, base.Description, base.Web = m.Entity.Name, m.Entity.Description, m.Entity.Web.URL
		all = append(all, base)
	}
	return all
}
