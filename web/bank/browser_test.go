// SPDX-License-Identifier: AGPL-3.0-or-later

package bank_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"ecot/web/page/pagetest"
)

// Every page of the bank, in both languages and themes, narrow and wide: axe finds nothing and nothing
// scrolls sideways.
func TestPagesHoldInABrowser(t *testing.T) {
	ctx := pagetest.Browser(t)
	s := openSite(t)
	empty := openSite(t)
	s.story()
	arrived := lineKey(s.shows("/desk/bank"))
	s.done("/desk/bank/lines/"+arrived, url.Values{"as": {"gift"}, "mail": {"marthe@example.org"}, "name": {"Marthe Brouillon"}, "pot": {"passerelle"}})
	s.done("/desk/bank/months/2025-11", nil)
	s.done(s.send(camt("N2", "2025-12-05", "2025-12-31", 160_00, entry{"2025-12-30", 35_00, "MME BROUILLON", marthe, "DON NOEL", ""},
		entry{"2025-12-31", -4_90, "", "", "FRAIS DE TENUE DE COMPTE", ""})), url.Values{"step": {"import"}})
	xml := s.send(camt("N3", "2026-01-01", "2026-01-31", 190_10, entry{"2026-01-05", 10_00, "SOMEBODY", "", "x", ""}))
	wrong := s.send("<a/>")
	csv := s.send("Date;Libellé;Montant\n05/11/2025;VIR DON;20,00\n")
	server, bare := httptest.NewServer(s.handler), httptest.NewServer(empty.handler)
	t.Cleanup(server.Close)
	t.Cleanup(bare.Close)
	waiting := lineKey(s.shows("/desk/bank"))
	var pages []pagetest.Page
	for name, path := range map[string]string{"bank": "/bank", "bank-month": "/bank/2025-11", "bank-desk": "/desk/bank?done=imported",
		"bank-line": "/desk/bank/lines/" + waiting, "bank-line-booked": "/desk/bank/lines/" + arrived, "bank-file": "/desk/bank/statements",
		"bank-preview": xml, "bank-preview-wrong": wrong, "bank-preview-csv": csv, "bank-close": "/desk/bank/months",
		"bank-closed": "/desk/bank/months/2025-11"} {
		pages = append(pages, pagetest.Page{Name: name, Address: server.URL + path})
	}
	pages = append(pages, pagetest.Page{Name: "bank-empty", Address: bare.URL + "/bank"},
		pagetest.Page{Name: "bank-desk-empty", Address: bare.URL + "/desk/bank"})
	pagetest.Try(t, ctx, pages)
}
