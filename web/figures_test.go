// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"strings"
	"testing"

	"ecot/money"

	"ecot/web/page"
)

// reader follows figures to the entries that they sum, reading pages as a person would.
type reader struct {
	t       *testing.T
	handler http.Handler
	lang    string
	sums    map[string]int64 // by address of a list
}

func newReader(t *testing.T, handler http.Handler, lang string) *reader {
	return &reader{t, handler, lang, map[string]int64{}}
}

// read turns a written amount into minor units of euros.
func (r *reader) read(text string) int64 {
	r.t.Helper()
	amount, err := money.ParseLocal(strings.TrimPrefix(strings.TrimSpace(text), "+"), r.lang, money.Euro)
	if err != nil {
		r.t.Fatalf("the page writes %q: %v", text, err)
	}
	return amount.Minor
}

// sum adds up the amounts of a list, on all its pages.
func (r *reader) sum(address string) int64 {
	r.t.Helper()
	if sum, known := r.sums[address]; known {
		return sum
	}
	var sum int64
	for next := address; next != ""; {
		page := open(r.t, r.handler, next, http.StatusOK)
		for _, table := range page.classed("lines") {
			for _, row := range table.all("tbody")[0].all("tr") {
				for _, amount := range row.all("td")[0].classed("n") {
					sum += r.read(amount.text)
				}
			}
		}
		next = ""
		for _, link := range page.all("a") {
			if link.attrs["rel"] == "next" {
				next = link.attrs["href"]
			}
		}
	}
	r.sums[address] = sum
	return sum
}

// Every figure leads to entries that sum to it, to the cent: the totals, each pot, each month, each class.
func TestEveryFigureIsTheSumOfItsEntries(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	checked := 0
	for lang, addresses := range map[string][]string{
		"fr": {"/", "/pots/lanterne"}, "en": {"/pots", "/pots/passerelle"},
	} {
		r := newReader(t, handler, lang)
		for _, address := range addresses {
			for _, figure := range open(t, handler, address+"?lang="+lang, http.StatusOK).classed("n") {
				href := figure.attrs["href"]
				if href == "" {
					continue
				}
				got, want := r.sum(href), r.read(figure.text)
				if strings.Contains(href, "flow=out") {
					got = -got
				}
				if strings.Contains(href, "evidence=") && !strings.Contains(href, "flow=") {
					t.Errorf("%s shows %q, in which what came in and what went out are mixed", address, figure.text)
				}
				if got != want {
					t.Errorf("%s shows %q, but the entries of %s sum to %d", address, figure.text, href, got)
				}
				checked++
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d figures were followed", checked)
	}
}

// The page of a list shows the same sums as its lines.
func TestListsAddUpTheirOwnLines(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	r := newReader(t, handler, "fr")
	for _, address := range []string{"/entries?lang=fr", "/pots/lanterne/entries?lang=fr&month=2025-12",
		"/pots/fonds/entries?flow=out&lang=fr"} {
		page := open(t, handler, address, http.StatusOK)
		var shown int64
		for i, amount := range page.classed("total")[0].classed("n") {
			if i == 1 || strings.Contains(address, "flow=out") {
				shown -= r.read(amount.text)
			} else {
				shown += r.read(amount.text)
			}
		}
		if listed := r.sum(address); listed != shown {
			t.Errorf("%s shows %d and lists %d", address, shown, listed)
		}
	}
}

// What the operator alone says is never shown as proved, and an amount of money never without its class.
func TestNoFigureWithoutEvidence(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/", "/pots", "/pots/lanterne", "/entries", "/entries?flow=in"} {
		page := open(t, handler, address, http.StatusOK)
		for _, row := range append(page.all("tbody"), page.all("tr")...) {
			head := row.parent.name == "thead" || row.parent.name == "tfoot" || row.parent.name == "tbody"
			if row.name == "tr" && head && row.parent.parent.attrs["class"] == "months" {
				continue // the class stands in the month's second row, seen by its tbody
			}
			zero := true
			for _, amount := range row.classed("n") {
				zero = zero && (amount.name == "th" || strings.Trim(amount.text, "0,. €\u00a0") == "")
			}
			if !zero && len(row.classed("tag")) == 0 && row.parent.name != "tfoot" {
				t.Errorf("%s: a row says %q without its evidence", address, row.words())
			}
		}
	}
}

func TestShapesTellClassesApartWithoutColour(t *testing.T) {
	seen := map[string]Class{}
	for _, class := range []Class{Proved, Attested, Declared, page.Unsorted} {
		if other, twice := seen[class.Shape()]; twice {
			t.Errorf("%s and %s have one shape", class, other)
		}
		seen[class.Shape()] = class
	}
}
