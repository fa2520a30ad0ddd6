// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"net/http"
	"net/url"
	"time"

	"ecot/fault"
	"ecot/locale"
)

// frame is what stands around every page.
type frame struct {
	Fund      string
	FundLang  locale.Lang // in which the fund writes its own texts
	Heading   string      // the h1
	Title     string      // unique to the page: "Heading – Fund"
	Section   string      // which link of the navigation is the current one
	Demo      bool
	Source    string // where the source is offered; may be empty
	Style     string
	Icon      string
	Font      string
	Languages []languageLink
	Made      locale.Moment // the day on which the page was made, for a printed copy
}

// languageLink is the same page in one language.
type languageLink struct {
	Lang    locale.Lang
	Name    string
	Address string
	Full    string // with the instance's base URL; empty when that is not known
	Current bool
}

// manner reads in which language, and why, a request is answered.
func (s *site) manner(r *http.Request) manner {
	if lang, known := locale.ParseLang(r.URL.Query().Get("lang")); known {
		return manner{lang, true}
	}
	return manner{locale.Negotiate(r.Header.Get("Accept-Language"), s.options.DefaultLang), false}
}

// pen gives what writes one page.
func (s *site) pen(r *http.Request) *pen {
	skin := s.skins[s.manner(r)]
	return &pen{Tongue: skin.tongue, zone: s.options.Zone}
}

// frame fills the frame of a page under a heading.
func (s *site) frame(r *http.Request, p *pen, section, heading string) frame {
	today, err := p.Moment(s.options.Clock().In(s.options.Zone).Format(time.DateOnly), s.options.Zone)
	p.note(err)
	title := heading + " – " + s.options.Name
	if heading == s.options.Name {
		title = p.text("home.title") + " – " + s.options.Name
	}
	return frame{
		Fund: s.options.Name, FundLang: s.options.DefaultLang, Heading: heading, Title: title, Section: section,
		Demo: s.options.Demo, Source: s.options.SourceURL,
		Style:     "/assets/" + addressOf(s.assets, stylesheet),
		Icon:      "/assets/" + addressOf(s.assets, icon),
		Font:      "/assets/" + addressOf(s.assets, titleFont),
		Languages: s.languages(r, p.Lang), Made: today,
	}
}

// languages links the same page, with the same query, in each language.
func (s *site) languages(r *http.Request, current locale.Lang) []languageLink {
	var links []languageLink
	for _, lang := range locale.Langs() {
		query := r.URL.Query()
		query.Set("lang", string(lang))
		address := (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
		link := languageLink{Lang: lang, Name: lang.Name(), Address: address, Current: lang == current}
		if s.options.BaseURL != "" {
			link.Full = s.options.BaseURL + address
		}
		links = append(links, link)
	}
	return links
}

// render makes a page of a template and its data; p carries whatever went wrong in its making.
func (s *site) render(r *http.Request, p *pen, name string, data any) (reply, error) {
	if p.err != nil {
		return reply{}, p.err
	}
	m := s.manner(r)
	var body bytes.Buffer
	if err := s.skins[m].templates.ExecuteTemplate(&body, name, data); err != nil {
		return reply{}, fault.Wrap(err, fault.Internal, "The page %q is broken.", name)
	}
	return reply{
		status: http.StatusOK, contentType: "text/html; charset=utf-8", cache: cacheChecked,
		body: body.Bytes(), language: string(m.lang),
	}, nil
}
