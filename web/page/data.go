// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"bytes"
	"encoding/json"
	"net/http"

	"ecot/fault"
	"ecot/locale"
)

// TypeJSON is the type of an answer for programs, and TypeProblem that of a refusal (RFC 9457).
const (
	TypeJSON    = "application/json"
	TypeProblem = "application/problem+json"
)

// Refusal is a refused request as programs read it (RFC 9457), with the fault's code and its sentence in
// English and in the language that the request asks for.
type Refusal struct {
	Type      string      `json:"type" doc:"Always about:blank: the status and the code say what is wrong."`
	Title     string      `json:"title" doc:"The name of the status."`
	Status    int         `json:"status"`
	Detail    string      `json:"detail" doc:"What went wrong, a sentence in English."`
	Code      string      `json:"code" enum:"invalid,conflict,not_found,forbidden,unavailable,internal"`
	Localized string      `json:"localized" doc:"What went wrong, in the language that the request asks for."`
	Lang      locale.Lang `json:"lang" doc:"The language of localized." enum:"fr,en"`
}

// Data routes GET and HEAD of a path to an action that gives JSON, which pages of other sites may read;
// refusals are problems (RFC 9457).
func (k *Kit) Data(mux *http.ServeMux, path string, act Action) {
	mux.HandleFunc("GET "+path, k.answer(act, k.problem))
	mux.HandleFunc("OPTIONS "+path, func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Access-Control-Allow-Methods", "GET, HEAD")
		header.Set("Access-Control-Allow-Headers", "If-None-Match, Accept-Language")
		header.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		mux.HandleFunc(method+" "+path, k.answer(otherMethod, k.problem))
	}
}

// DataHandler gives an action as a handler of its own, whose refusals are problems.
func (k *Kit) DataHandler(act Action) http.Handler { return k.answer(act, k.problem) }

// JSON makes an answer of a value.
func JSON(value any) (Reply, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return Reply{}, fault.Wrap(err, fault.Internal, "This answer is broken.")
	}
	return Reply{Status: http.StatusOK, ContentType: TypeJSON, Cache: CacheChecked, Shared: true,
		Body: body.Bytes()}, nil
}

// problem makes the answer to a refused request for programs.
func (k *Kit) problem(r *http.Request, refused error) Reply {
	p, status := k.Pen(r), statusOf(refused)
	said := Refusal{Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: fault.PublicOf(refused), Code: string(fault.CodeOf(refused)), Lang: p.Lang}
	if said.Localized = p.Fault(refused); detailLang(p, refused) != p.Lang {
		said.Localized = p.Words("refusal." + refusalKey(refused) + ".what")
	}
	made, err := JSON(said)
	if err == nil {
		err = p.Err()
	}
	if err != nil {
		k.Options.Log.ErrorContext(r.Context(), "problem broken", "error", err)
		return refusalText(r, refused)
	}
	made.Status, made.ContentType, made.Cache, made.Wait = status, TypeProblem, CacheNever, waitOf(refused)
	return made
}
