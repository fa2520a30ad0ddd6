// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"net/http"

	"ecot/fault"
	"ecot/locale"
)

// refusalPage says what went wrong and what to do about it.
type refusalPage struct {
	frame
	Code   int
	Status string
	What   string // what happened
	Next   string // what the reader can do
	Detail string // the fault's own sentence, in English; empty for defects and for what What says
}

// nowhere refuses an address that does not exist.
func (s *site) nowhere(*http.Request) (reply, error) {
	return reply{}, fault.New(fault.NotFound, "There is no page at this address.")
}

// refusalPage makes the page of a refused request, in the reader's language.
func (s *site) refusalPage(r *http.Request, refused error) reply {
	p := s.pen(r)
	status := statusOf(refused)
	key := "refusal." + refusalKey(refused)
	page := refusalPage{
		frame: s.frame(r, p, "", p.text(key+".title")), Code: status, Status: http.StatusText(status),
		What: p.text(key + ".what"), Next: p.text(key + ".next"),
	}
	if status == http.StatusBadRequest || status == http.StatusConflict || status == http.StatusForbidden {
		page.Detail = fault.PublicOf(refused)
	}
	made, err := s.render(r, p, "refusal", page)
	if err != nil {
		s.options.Log.ErrorContext(r.Context(), "refusal page broken", "error", err)
		return refusalText(r, refused)
	}
	made.status, made.cache = status, cacheNever
	return made
}

// refusalKey names the messages of a refusal.
func refusalKey(refused error) string {
	if errors.As(refused, new(wrongMethod)) {
		return "method"
	}
	switch code := fault.CodeOf(refused); code {
	case fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Unavailable:
		return string(code)
	}
	return string(fault.Internal)
}

// refusalText is a refusal for programs: one line.
func refusalText(_ *http.Request, refused error) reply {
	return reply{
		status: statusOf(refused), contentType: typeText, cache: cacheNever, language: string(locale.English),
		body: []byte(fault.PublicOf(refused) + "\n"),
	}
}
