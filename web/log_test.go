// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"strings"
	"testing"

	"ecot/web/page"
)

func TestVerifiersDownloads(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, c := range []struct{ address, contentType, cache, begins string }{
		{"/checkpoint", typeText, page.CacheChecked, "ecot.local/journal\n"},
		{"/entries/533/proof", typeText, page.CacheChecked, "c2sp.org/tlog-proof@v1\n"},
		{"/tile/0/000", typeBytes, page.CacheForever, "tile/0/000"},
		{"/tile/entries/000", typeBytes, page.CacheForever, "tile/entries/000"},
	} {
		answer := ask(handler, http.MethodGet, c.address)
		header := answer.Header()
		if answer.Code != http.StatusOK || header.Get("Content-Type") != c.contentType ||
			header.Get("Cache-Control") != c.cache || !strings.HasPrefix(answer.Body.String(), c.begins) {
			t.Errorf("%s: %d %v %q", c.address, answer.Code, header, answer.Body)
		}
		if header.Get("Access-Control-Allow-Origin") != "*" ||
			header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("%s cannot be read by a verifier on another host: %v", c.address, header)
		}
	}
	proof := ask(handler, http.MethodGet, "/entries/533/proof").Header().Get("Content-Disposition")
	page := ask(handler, http.MethodGet, "/entries/533").Body.String()
	if proof != `inline; filename="entry-533-proof.txt"` ||
		!strings.Contains(page, "--receipt entry-533-proof.txt") {
		t.Errorf("the proof is kept as %s, and its page names another file", proof)
	}
}

func TestWhatIsNotInTheLog(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/tile/0/001", "/tile/9/000", "/tile/", "/tile/0/../x",
		"/entries/99999/proof",
		"/entries/01/proof", "/entries/-1/proof", "/entries/x/proof", "/assets/style.css",
		"/entries/9223372036854775808"} {
		if answer := ask(handler, http.MethodGet, address); answer.Code != http.StatusNotFound &&
			answer.Code/100 != 3 {
			t.Errorf("%s: %d", address, answer.Code)
		}
	}
}

func TestTilePaths(t *testing.T) {
	for path, want := range map[string]bool{
		"tile/0/000": true, "tile/5/999": true, "tile/0/x001/234": true, "tile/0/x001/x234/067": true,
		"tile/0/000.p/1": true, "tile/0/x001/234.p/255": true, "tile/entries/x001/234.p/5": true,
		"tile/6/000": false, "tile/00/000": false, "tile/-1/000": false, "tile/0/0": false, "tile/0/0000": false,
		"tile/0/001/234": false, "tile/0/x001": false, "tile/0/x000/234": false, "tile/0/000.p/0": false,
		"tile/0/000.p/256": false, "tile/0/000.p/01": false, "tile/0/000.p": false, "tile/0/": false, "tile": false,
		"tile/entries/": false, "tile/data/000": false, "tile/0/00a": false, "tile/0/x00a/000": false,
		"tile/0/x001/x001/x001/x001/x001/x001/000": false, "/tile/0/000": false,
	} {
		if got := isTilePath(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func FuzzTilePath(f *testing.F) {
	f.Add("tile/0/x001/234.p/5")
	f.Add("tile/entries/000")
	f.Fuzz(func(t *testing.T, path string) {
		strange := strings.Trim(path, "abcdefghijklmnopqrstuvwxyz0123456789/.") != ""
		if isTilePath(path) && (strange || strings.Contains(path, "..")) {
			t.Fatalf("%q is taken for a tile", path)
		}
	})
}
