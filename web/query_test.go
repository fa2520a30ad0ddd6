// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"ecot/fault"
	"ecot/money"
)

func TestQueryReadsItsOwnAddress(t *testing.T) {
	for _, query := range []Query{
		{}, {Pot: "lanterne"}, {Account: "asset:bank", Flow: Out}, {Month: "2025-12", Class: Declared},
		{Pot: "a/b c", Until: "2025-01", Unit: money.Euro, Before: 12, Flow: In}, {Unit: "seat:room-2"},
	} {
		request := httptest.NewRequest(http.MethodGet, query.Address(), nil)
		if query.Pot != "" {
			request.SetPathValue("slug", query.Pot)
		}
		query.Limit = linesPerPage
		if got, err := ParseQuery(request); err != nil || got != query {
			t.Errorf("%+v has the address %s, which reads %+v, %v", query, query.Address(), got, err)
		}
	}
}

func TestQueryRefuses(t *testing.T) {
	for _, parameters := range []string{"month=2025", "month=2025-13", "until=x", "month=2025-01&until=2025-02",
		"flow=up", "evidence=sure", "unit=XXX", "before=-1", "before=x", "before=01", "before=1.5"} {
		request := httptest.NewRequest(http.MethodGet, "/entries?"+parameters, nil)
		if got, err := ParseQuery(request); err == nil || fault.CodeOf(err) == fault.Internal {
			t.Errorf("%s reads %+v, %v", parameters, got, err)
		}
	}
	request := httptest.NewRequest(http.MethodGet, "/pots/a/entries?account=asset:bank", nil)
	request.SetPathValue("slug", "a")
	if got, err := ParseQuery(request); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a pot and an account read %+v, %v", got, err)
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("month=2025-12&flow=in&before=3&evidence=proved&unit=EUR")
	f.Fuzz(func(t *testing.T, parameters string) {
		request := httptest.NewRequest(http.MethodGet, "/entries", nil)
		request.URL.RawQuery = parameters
		query, err := ParseQuery(request)
		if err != nil {
			return
		}
		again := httptest.NewRequest(http.MethodGet, query.Address(), nil)
		if got, err := ParseQuery(again); err != nil || got != query {
			t.Fatalf("%q reads %+v, whose address reads %+v, %v", parameters, query, got, err)
		}
	})
}
