// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
	"ecot/id"
	"ecot/journal"
	"ecot/mail"
	"ecot/money"
	"ecot/office"
)

// Limits of what a project says of itself, in characters, and of how many needs it has.
const (
	maxTitle   = 80
	maxSummary = 240
	maxBody    = 8_000
	maxName    = 80
	maxSite    = 300
	maxDetail  = 240
	maxReason  = 2_000
	maxNeeds   = 8 // as in the journal
)

// Limits of how often something is proposed. Last looked at on 2026-11-22.
const (
	proposalsOfClient = 5   // an hour
	proposalsOfAll    = 200 // an hour
	hour              = 3_600
)

// Texts are what a project says of itself and how it wants to be funded.
type Texts struct {
	Title    string
	Summary  string // one sentence
	Body     string // plain text, paragraphs apart by an empty line
	Lang     string // of the texts: fr or en
	Site     string // address of its own site; may be empty
	Thanks   string // who signs its thanks; may be empty
	Outside  bool   // outside the legal body: it cannot collect here
	Earmarks bool   // gifts may be tied to one of its needs
	Bounties bool
	Needs    []Ask // at most 8, in the order in which they are to be met
}

// Ask is one need.
type Ask struct {
	Need   string // token, made of the title when it is empty
	Title  string
	Detail string
	Amount int64 // minor units of the fund's unit, a month; 0 when it is not said
}

// Proposal is a project that somebody proposes.
type Proposal struct {
	Texts
	Mail string // of whoever proposes it, to be told what becomes of it
}

// Problem is what is wrong with one part of what was sent.
type Problem struct {
	Field string // title, summary, body, lang, site, thanks, needs, mail
	Err   error
}

// Check gives what is wrong with the texts, nothing when they can be kept.
func (t *Texts) Check() (problems []Problem) {
	t.tidy()
	refuse := func(field, key string, most int) {
		f := fault.New(fault.Invalid, "The %s is missing or too long (%d characters).", field, most).
			In("projects."+key, "most", fmt.Sprint(most))
		problems = append(problems, Problem{field, f})
	}
	for _, part := range []struct {
		field, text string
		most        int
		needed      bool
	}{{"title", t.Title, maxTitle, true}, {"summary", t.Summary, maxSummary, true},
		{"body", t.Body, maxBody, true}, {"site", t.Site, maxSite, false}, {"thanks", t.Thanks, maxName,
			false}} {
		if part.needed && part.text == "" {
			refuse(part.field, "missing-"+part.field, part.most)
		} else if utf8.RuneCountInString(part.text) > part.most || !utf8.ValidString(part.text) {
			refuse(part.field, "too-long", part.most)
		}
	}
	if t.Lang != "fr" && t.Lang != "en" {
		problems = append(problems, Problem{"lang", fault.New(fault.Invalid,
			"The texts are in French or in English.").In("projects.lang")})
	}
	if site, err := url.Parse(t.Site); t.Site != "" && (err != nil || site.Host == "" || site.User != nil ||
		site.Scheme != "https" && site.Scheme != "http") {
		problems = append(problems, Problem{"site", fault.New(fault.Invalid,
			"The address of the site begins with https://.").In("projects.site")})
	}
	if err := checkNeeds(t.Needs); err != nil {
		problems = append(problems, Problem{"needs", err})
	}
	return problems
}

// tidy takes the space around texts away, and gives each need a token.
func (t *Texts) tidy() {
	for _, text := range []*string{&t.Title, &t.Summary, &t.Site, &t.Thanks} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	t.Body = strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	for i := range t.Needs {
		need := &t.Needs[i]
		need.Title, need.Detail = strings.TrimSpace(need.Title), strings.TrimSpace(need.Detail)
		if need.Need == "" {
			need.Need = Slug(need.Title)
		}
	}
}

func checkNeeds(needs []Ask) error {
	if len(needs) > maxNeeds {
		return fault.New(fault.Invalid, "A project has at most %d needs.", maxNeeds).
			In("projects.needs-many", "most", fmt.Sprint(maxNeeds))
	}
	met := map[string]bool{}
	for _, need := range needs {
		wrong := !journal.IsSlug(need.Need) || need.Title == "" ||
			utf8.RuneCountInString(need.Title) > maxTitle ||
			utf8.RuneCountInString(need.Detail) > maxDetail || need.Amount < 0 ||
			need.Amount > money.Max/maxNeeds
		if wrong || met[need.Need] {
			return fault.New(fault.Invalid, "A need has a name of its own, short, and an amount.").
				In("projects.needs-wrong", "need", need.Title)
		}
		met[need.Need] = true
	}
	return nil
}

// maxSlug is how long a slug is at most.
const maxSlug = 40

// Slug makes a slug of a title, perhaps empty: a to z, 0 to 9 and hyphens.
func Slug(title string) string {
	var slug strings.Builder
	for _, r := range strings.ToLower(title) {
		text := plain(r)
		if text == "-" && (slug.Len() == 0 || strings.HasSuffix(slug.String(), "-")) {
			continue
		}
		slug.WriteString(text)
	}
	text := slug.String()
	return strings.Trim(text[:min(len(text), maxSlug)], "-")
}

// plain writes a letter of French as one of ASCII, and anything else as a hyphen.
func plain(r rune) string {
	const marked, bare = "àâäáãåçéèêëîïíìñôöóòõùûüúÿý", "aaaaaaceeeeiiiinooooouuuuyy"
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return string(r)
	}
	if r == 'œ' || r == 'æ' {
		return map[rune]string{'œ': "oe", 'æ': "ae"}[r]
	}
	at := 0
	for _, with := range marked {
		if with == r {
			return bare[at : at+1]
		}
		at++
	}
	if unicode.Is(unicode.Mn, r) {
		return ""
	}
	return "-"
}

// CheckProposal gives what is wrong with a proposal.
func (p *Projects) CheckProposal(w *Proposal) []Problem {
	problems := w.Check()
	address, err := mail.ParseAddress(strings.TrimSpace(w.Mail))
	if err != nil {
		return append(problems, Problem{"mail", fault.Wrap(err, fault.Invalid,
			"Write a mail address, to be told what becomes of the proposal.").In("projects.mail")})
	}
	w.Mail = strings.ToLower(string(address))
	return problems
}

// Propose keeps what somebody proposes, from a client that is known by any text, and gives its slug. A
// client that proposes too much is refused.
func (p *Projects) Propose(ctx context.Context, w Proposal, client string) (string, error) {
	if problems := p.CheckProposal(&w); len(problems) > 0 {
		return "", problems[0].Err
	}
	if err := p.count(ctx, client); err != nil {
		return "", err
	}
	slug, err := p.freeSlug(ctx, w.Title)
	if err != nil {
		return "", err
	}
	one := w.project(slug, p.app.Now().Unix())
	one.Status, one.Proposer = office.Proposed, w.Mail
	return slug, p.office.Do(ctx, func(tx *office.Tx) error {
		if err := keep(ctx, tx, one, w.Needs); err != nil {
			return err
		}
		return p.tell(ctx, tx, Notice{Received, one})
	})
}

// project gives the row of texts.
func (t *Texts) project(slug string, now int64) office.Project {
	return office.Project{Slug: slug, Title: t.Title, Summary: t.Summary, Body: t.Body, Lang: t.Lang,
		Site:    t.Site,
		Outside: t.Outside, Earmarks: t.Earmarks, Bounties: t.Bounties, Thanks: t.Thanks, Since: now,
		Changed: now}
}

// keep writes a project and its needs.
func keep(ctx context.Context, tx *office.Tx, one office.Project, needs []Ask) error {
	if err := tx.PutProject(ctx, one); err != nil {
		return err
	}
	for _, need := range needs {
		row := office.Need{Need: need.Need, Title: need.Title, Detail: need.Detail, Asked: need.Amount}
		if err := tx.PutNeed(ctx, one.Slug, row); err != nil {
			return err
		}
	}
	return nil
}

// tell hands a notice over, where letters are written at all.
func (p *Projects) tell(ctx context.Context, tx *office.Tx, n Notice) error {
	if p.letters == nil || n.Project.Proposer == "" {
		return nil
	}
	return p.letters.Write(ctx, tx, n)
}

// count counts a proposal, and refuses one too many of a client or of all.
func (p *Projects) count(ctx context.Context, client string) error {
	now := p.app.Now().Unix()
	slot := now - now%hour
	return p.office.Do(ctx, func(tx *office.Tx) error {
		for _, of := range []struct {
			who  string
			most int64
		}{{"client/" + client, proposalsOfClient}, {"all", proposalsOfAll}} {
			n, err := tx.CountAttempt(ctx, id.Keyed(p.key, "ecot/projects/propose", of.who), slot)
			if err != nil {
				return err
			}
			if n > of.most {
				return fault.New(fault.Unavailable,
					"Too much was proposed within the hour; try again later.").
					In("projects.too-many")
			}
		}
		return nil
	})
}

// freeSlug gives a slug for a title that names neither a project nor a pot yet.
func (p *Projects) freeSlug(ctx context.Context, title string) (string, error) {
	base := Slug(title)
	if base == "" {
		base = "project"
	}
	all, err := p.office.Projects(ctx)
	if err != nil {
		return "", err
	}
	pots, err := p.read.Pots(ctx)
	if err != nil {
		return "", err
	}
	var taken []string
	for _, one := range all {
		taken = append(taken, one.Slug)
	}
	for _, pot := range pots {
		taken = append(taken, pot.Slug)
	}
	slug := base
	for n := 2; slices.Contains(taken, slug); n++ {
		suffix := fmt.Sprintf("-%d", n)
		slug = strings.Trim(base[:min(len(base), maxSlug-len(suffix))], "-") + suffix
	}
	return slug, nil
}
