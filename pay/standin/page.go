// SPDX-License-Identifier: AGPL-3.0-or-later

package standin

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"

	"ecot/fault"
	"ecot/pay"
)

// pageText is the template of the payer's page.
//
//go:embed page.html
var pageText string

// view is what the page shows.
type view struct {
	words
	Lang, Purpose, Amount, Notice, Cancel string
}

// words are the page's own, in one language.
type words struct{ Title, Pay, Decline, Expire, Back, Refused, Monthly, Yearly string }

// wordsIn gives the words of a language.
func wordsIn(lang string) words {
	if lang == "fr" {
		return words{
			Title: "Paiement de démonstration", Pay: "Payer", Decline: "Faire refuser la carte",
			Expire: "Laisser la page expirer", Back: "Revenir sans payer",
			Refused: "La carte a été refusée. Aucun montant n’a été prélevé.",
			Monthly: "par mois", Yearly: "par an",
		}
	}
	return words{
		Title: "Demonstration payment", Pay: "Pay", Decline: "Have the card refused",
		Expire: "Let the page expire", Back: "Go back without paying",
		Refused: "The card was refused. Nothing was taken.",
		Monthly: "a month", Yearly: "a year",
	}
}

// Handler hosts the payer's page of each session, at the last part of the address: GET shows it,
// POST with deed=pay, decline or expire does it and sends the payer on. It is mounted at
// Config.Base.
func (p *Provider) Handler() (http.Handler, error) {
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The page of the demo's card provider cannot be read.")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		s, err := p.session(id)
		switch {
		case err != nil:
			http.Error(w, fault.PublicOf(err), http.StatusNotFound)
		case r.Method == http.MethodPost:
			p.submit(w, r, s)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			p.show(w, r, page, s)
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, "The page takes GET and POST.", http.StatusMethodNotAllowed)
		}
	}), nil
}

// show writes the page of an open session; one that is closed sends the payer on.
func (p *Provider) show(w http.ResponseWriter, r *http.Request, page *template.Template, s session) {
	switch s.Status {
	case pay.SessionOpen:
	case pay.SessionPaid:
		http.Redirect(w, r, s.order.Return, http.StatusSeeOther)
		return
	default:
		http.Redirect(w, r, s.order.Cancel, http.StatusSeeOther)
		return
	}
	v := view{words: wordsIn(s.order.Lang), Lang: s.order.Lang, Purpose: s.order.Purpose,
		Amount: s.Amount.Format(s.order.Lang), Cancel: s.order.Cancel}
	switch s.order.Every {
	case pay.Monthly:
		v.Amount += " " + v.Monthly
	case pay.Yearly:
		v.Amount += " " + v.Yearly
	}
	if r.URL.Query().Get("refused") != "" {
		v.Notice = v.Refused
	}
	var text bytes.Buffer
	if err := page.Execute(&text, v); err != nil {
		http.Error(w, fault.PublicOf(err), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	// The payer who went away mid-page gets nothing more.
	_, _ = text.WriteTo(w)
}

// submit does what the payer chose.
func (p *Provider) submit(w http.ResponseWriter, r *http.Request, s session) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	deed := Deed(r.PostFormValue("deed"))
	next := s.order.Return
	switch deed {
	case Pay:
	case Decline:
		next = s.URL + "?refused=1"
	case Expire:
		next = s.order.Cancel
	default:
		http.Error(w, "Choose what the card does.", http.StatusBadRequest)
		return
	}
	if _, err := p.Play(r.Context(), deed, s.ID); err != nil {
		http.Error(w, fault.PublicOf(err), http.StatusConflict)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
