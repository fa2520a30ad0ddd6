// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"errors"
	"net/http"

	"ecot/app/limit"
	"ecot/fault"
	"ecot/locale"
)

// refusalPage says what went wrong and what to do about it.
type refusalPage struct {
	Frame
	Code   int
	Status string
	What   string // what happened
	Next   string // what the reader can do
	Detail string // the fault's own sentence; empty for defects and for what What says

	DetailLang locale.Lang
}

// nowhere refuses an address that does not exist.
func (k *Kit) nowhere(*http.Request) (Reply, error) {
	return Reply{}, fault.New(fault.NotFound, "There is no page at this address.")
}

// foreign refuses a form that a page of another site sent.
func foreign(*http.Request) (Reply, error) {
	return Reply{}, fault.New(fault.Forbidden,
		"This form was sent from another site. Open the page here and send it again.").In("form.foreign")
}

// refusalPage makes the page of a refused request, in the reader's language.
func (k *Kit) refusalPage(r *http.Request, refused error) Reply {
	p := k.Pen(r)
	status := statusOf(refused)
	key := "refusal." + refusalKey(refused)
	page := refusalPage{
		Frame: k.Frame(r, p, "", p.Words(key+".title")), Code: status, Status: http.StatusText(status),
		What: p.Words(key + ".what"), Next: p.Words(key + ".next"),
	}
	if status == http.StatusBadRequest || status == http.StatusConflict || status == http.StatusForbidden {
		page.Detail, page.DetailLang = p.Fault(refused), detailLang(p, refused)
	}
	made, err := k.Render(r, p, "refusal", page)
	if err != nil {
		k.Options.Log.ErrorContext(r.Context(), "refusal page broken", "error", err)
		return refusalText(r, refused)
	}
	made.Status, made.Cache, made.Wait = status, CacheNever, waitOf(refused)
	return made
}

// detailLang gives the language in which a fault is told.
func detailLang(p *Pen, refused error) locale.Lang {
	var f *fault.Error
	if errors.As(refused, &f) && f.Key != "" {
		return p.Lang
	}
	return locale.English
}

// LanguageOf gives the language in which Fault tells what went wrong.
func LanguageOf(p *Pen, refused error) string { return string(detailLang(p, refused)) }

// refusalKey names the messages of a refusal.
func refusalKey(refused error) string {
	if errors.As(refused, new(wrongMethod)) {
		return "method"
	}
	if _, limited := limit.Wait(refused); limited {
		return "hasty"
	}
	switch code := fault.CodeOf(refused); code {
	case fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Unavailable:
		return string(code)
	}
	return string(fault.Internal)
}

// refusalText is a refusal for programs: one line.
func refusalText(_ *http.Request, refused error) Reply {
	return Reply{
		Status: statusOf(refused), ContentType: typeText, Cache: CacheNever, Language: string(locale.English),
		Body: []byte(fault.PublicOf(refused) + "\n"), Wait: waitOf(refused),
	}
}
