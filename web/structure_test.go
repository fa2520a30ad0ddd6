// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// crawl opens every page that links lead to from the first one, in one language, and gives them by address.
func crawl(t *testing.T, handler http.Handler, lang string) map[string]*node {
	t.Helper()
	pages := map[string]*node{}
	waiting := []string{"/?lang=" + lang}
	for len(waiting) > 0 {
		address := waiting[0]
		waiting = waiting[1:]
		if pages[address] != nil {
			continue
		}
		pages[address] = open(t, handler, address, http.StatusOK)
		for _, link := range pageLinks(pages[address]) {
			if pages[link] == nil {
				waiting = append(waiting, link)
			}
		}
	}
	return pages
}

func TestEveryPageIsWellMade(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, lang := range []string{"fr", "en"} {
		pages := crawl(t, handler, lang)
		for _, address := range []string{"/design?lang=", "/nowhere?lang=", "/entries?flow=sideways&lang="} {
			answer := ask(handler, http.MethodGet, address+lang)
			page, err := parsePage(answer.Body.String())
			if err != nil {
				t.Fatal(err)
			}
			pages[address] = page
		}
		if len(pages) < 100 {
			t.Fatalf("the crawl found %d pages only", len(pages))
		}
		titles := map[string]string{}
		for address, page := range pages {
			checkHead(t, address, lang, page, titles)
			checkIDs(t, address, page)
			checkTables(t, address, page)
			checkDrawings(t, address, page)
			checkNothingInline(t, address, page)
		}
	}
}

func checkHead(t *testing.T, address, lang string, page *node, titles map[string]string) {
	t.Helper()
	title := page.all("title")[0].words()
	if other, twice := titles[title]; twice {
		t.Errorf("%s and %s have the same title %q", address, other, title)
	}
	titles[title] = address
	if !strings.HasSuffix(title, " – "+fundName) || page.all("html")[0].attrs["lang"] != lang {
		t.Errorf("%s: title %q, language %q", address, title, page.all("html")[0].attrs["lang"])
	}
	if headings := page.all("h1"); len(headings) != 1 || headings[0].words() == "" {
		t.Errorf("%s has %d first headings", address, len(headings))
	}
	level := 1
	for _, heading := range page.all("h1", "h2", "h3", "h4") {
		next := int(heading.name[1] - '0')
		if next > level+1 {
			t.Errorf("%s: %q skips a level of heading", address, heading.words())
		}
		level = next
	}
	first := page.all("a")[0]
	mains := page.all("main")
	if first.attrs["href"] != "#content" || len(mains) != 1 || mains[0].attrs["id"] != "content" {
		t.Errorf("%s does not begin with a link to its content", address)
	}
}

func checkIDs(t *testing.T, address string, page *node) {
	t.Helper()
	ids := map[string]bool{}
	page.walk(func(n *node) {
		if id := n.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("%s has the id %q twice", address, id)
			}
			ids[id] = true
		}
	})
	page.walk(func(n *node) {
		for _, id := range strings.Fields(n.attrs["aria-labelledby"]) {
			if !ids[id] {
				t.Errorf("%s: nothing has the id %q", address, id)
			}
		}
	})
}

func checkTables(t *testing.T, address string, page *node) {
	t.Helper()
	for _, table := range page.all("table") {
		if captions := table.all("caption"); len(captions) != 1 || captions[0].words() == "" {
			t.Errorf("%s has a table without caption", address)
		}
		for _, head := range table.all("th") {
			if !slices.Contains([]string{"col", "row", "rowgroup"}, head.attrs["scope"]) {
				t.Errorf("%s: the heading %q has no scope", address, head.words())
			}
		}
	}
}

// checkDrawings wants every drawing named, described, and followed by a table of the same months.
func checkDrawings(t *testing.T, address string, page *node) {
	t.Helper()
	for _, drawing := range page.all("svg") {
		titles, descs := drawing.all("title"), drawing.all("desc")
		if drawing.attrs["role"] != "img" || len(titles) != 1 || len(descs) != 1 ||
			drawing.attrs["aria-labelledby"] != titles[0].attrs["id"]+" "+descs[0].attrs["id"] {
			t.Errorf("%s has a drawing without role, title or description", address)
		}
		section := drawing.parent.parent
		months := 0
		for _, time := range section.all("time") {
			if time.parent.attrs["scope"] == "rowgroup" {
				months++
			}
		}
		if columns := len(drawing.classed("month")); columns == 0 || months < columns {
			t.Errorf("%s draws %d months and lists %d", address, columns, months)
		}
	}
}

func checkNothingInline(t *testing.T, address string, page *node) {
	t.Helper()
	page.walk(func(n *node) {
		for name, value := range n.attrs {
			outside := slices.Contains([]string{"src", "href"}, name) && n.attrs["hreflang"] == "" &&
				!strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "#")
			if name == "style" || strings.HasPrefix(name, "on") || outside {
				t.Errorf("%s: <%s %s=%q>", address, n.name, name, value)
			}
		}
		if slices.Contains([]string{"script", "style", "iframe", "object", "img", "form"}, n.name) {
			t.Errorf("%s has a <%s>", address, n.name)
		}
	})
}

// A first visit loads the page, its style, its font and its icon, and nothing else.
func TestPagesAreLight(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/", "/pots", "/pots/lanterne", "/entries", "/entries/533"} {
		answer := ask(handler, http.MethodGet, address, "Accept-Encoding", "gzip")
		weight, requests := answer.Body.Len(), 1
		zip, err := gzip.NewReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if _, err := body.ReadFrom(zip); err != nil {
			t.Fatal(err)
		}
		page, err := parsePage(body.String())
		if err != nil {
			t.Fatal(err)
		}
		loaded := map[string]bool{}
		for _, link := range page.all("link") {
			href := link.attrs["href"]
			if link.attrs["hreflang"] != "" || loaded[href] {
				continue
			}
			loaded[href] = true
			file := ask(handler, http.MethodGet, href, "Accept-Encoding", "gzip")
			if file.Code != http.StatusOK || file.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%s: %d, %q", href, file.Code, file.Header().Get("Cache-Control"))
			}
			if strings.HasSuffix(href, ".css") && file.Body.Len() > 8_000 {
				t.Errorf("the style weighs %d bytes", file.Body.Len())
			}
			weight, requests = weight+file.Body.Len(), requests+1
		}
		if weight > 30_000 || requests > 6 || requests < 4 {
			t.Errorf("%s weighs %d bytes in %d requests", address, weight, requests)
		}
		t.Logf("%s: %d bytes in %d requests", address, weight, requests)
	}
}
