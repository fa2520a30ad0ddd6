// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"bytes"
	"net/http"
	"net/url"
	"time"

	"ecot/fault"
	"ecot/locale"
)

// Frame is what stands around every page. A page's data embeds it.
type Frame struct {
	Fund      string
	FundLang  locale.Lang // in which the fund writes its own texts
	Heading   string      // the h1
	Title     string      // unique to the page: "Heading – Fund"
	Section   string      // which link of the navigation is the current one
	Nav       []NavItem   // of every page
	Side      []NavItem   // of a part of the site that has its own, such as the back office
	Foot      []NavItem   // of every page, below
	Person    string      // who is signed in; empty for a visitor
	Demo      bool
	Source    string // where the source is offered; may be empty
	Style     string
	Icon      string
	Font      string
	Script    string // for a page that can do more where scripts run; empty for one that is as good without
	Languages []LanguageLink
	Made      locale.Moment // the day on which the page was made, for a printed copy
}

// LanguageLink is the same page in one language.
type LanguageLink struct {
	Lang    locale.Lang
	Name    string
	Address string
	Full    string // with the instance's base URL; empty when that is not known
	Current bool
}

// Manner reads in which language, and why, a request is answered.
func (k *Kit) Manner(r *http.Request) Manner {
	if lang, known := locale.ParseLang(r.URL.Query().Get("lang")); known {
		return Manner{lang, true}
	}
	return Manner{locale.Negotiate(r.Header.Get("Accept-Language"), k.Options.DefaultLang), false}
}

// Pen gives what writes one page.
func (k *Kit) Pen(r *http.Request) *Pen {
	return &Pen{Tongue: k.skins[k.Manner(r)].tongue, Zone: k.Options.Zone}
}

// Today gives the civil day in the fund's zone, as 2026-01-02.
func (k *Kit) Today() string { return k.Options.Clock().In(k.Options.Zone).Format(time.DateOnly) }

// Frame fills the frame of a page under a heading.
func (k *Kit) Frame(r *http.Request, p *Pen, section, heading string) Frame {
	title := heading + " – " + k.Options.Name
	if heading == k.Options.Name {
		title = p.Words("home.title") + " – " + k.Options.Name
	}
	frame := Frame{
		Fund: k.Options.Name, FundLang: k.Options.DefaultLang, Heading: heading, Title: title, Section: section,
		Nav: k.nav, Foot: k.foot, Demo: k.Options.Demo, Source: k.Options.SourceURL,
		Style:     "/assets/" + addressOf(k.assets, stylesheet),
		Icon:      "/assets/" + addressOf(k.assets, icon),
		Font:      "/assets/" + addressOf(k.assets, titleFont),
		Languages: k.languages(r, p.Lang), Made: p.When(k.Today()),
	}
	k.private(r, &frame)
	return frame
}

// Scripted adds the script to the frame of a page that can do more where scripts run.
func (k *Kit) Scripted(f Frame) Frame {
	f.Script = "/assets/" + addressOf(k.assets, script)
	return f
}

// languages links the same page, with the same query, in each language.
func (k *Kit) languages(r *http.Request, current locale.Lang) []LanguageLink {
	var links []LanguageLink
	for _, lang := range locale.Langs() {
		query := r.URL.Query()
		query.Set("lang", string(lang))
		address := (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
		link := LanguageLink{Lang: lang, Name: lang.Name(), Address: address, Current: lang == current}
		if k.Options.BaseURL != "" {
			link.Full = k.Options.BaseURL + address
		}
		links = append(links, link)
	}
	return links
}

// Render makes a page of a template and its data; p carries whatever went wrong in its making.
func (k *Kit) Render(r *http.Request, p *Pen, name string, data any) (Reply, error) {
	if p.err != nil {
		return Reply{}, p.err
	}
	m := k.Manner(r)
	var body bytes.Buffer
	if err := k.skins[m].templates.ExecuteTemplate(&body, name, data); err != nil {
		return Reply{}, fault.Wrap(err, fault.Internal, "The page %q is broken.", name)
	}
	return Reply{
		Status: http.StatusOK, ContentType: "text/html; charset=utf-8", Cache: CacheChecked,
		Body: body.Bytes(), Language: string(m.Lang),
	}, nil
}

// Private is Render for a page that is for one reader alone: it is kept nowhere.
func (k *Kit) Private(r *http.Request, p *Pen, name string, data any) (Reply, error) {
	made, err := k.Render(r, p, name, data)
	made.Cache = CacheNever
	return made, err
}

// SeeOther sends the reader of a POST on to a page of ours, in the language that they chose.
func (k *Kit) SeeOther(r *http.Request, address string) Reply {
	return Reply{Status: http.StatusSeeOther, ContentType: typeText, Cache: CacheNever,
		Location: k.Manner(r).Href(address)}
}
