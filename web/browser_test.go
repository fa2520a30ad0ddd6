// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ecot/fault"
	"ecot/locale"
)

// rules are the axe-core tags that every page must satisfy.
const rules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","RGAAv4"]`

// look is a way of showing a page.
type look struct {
	lang  locale.Lang
	dark  bool
	width int64
}

func (l look) String() string {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%s-%s-%d", l.lang, scheme, l.width)
}

func looks() (all []look) {
	for _, lang := range locale.Langs() {
		for _, dark := range []bool{false, true} {
			for _, width := range []int64{360, 1280} {
				all = append(all, look{lang, dark, width})
			}
		}
	}
	return all
}

// browser starts Chromium, or skips the test when there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("browser tests are left out of short runs")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Skip("Chromium is not installed: the pages were not tried in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stopAllocator)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// axe reads axe-core, or skips the test when it is not installed.
func axe(t *testing.T) string {
	t.Helper()
	for _, folder := range []string{"browser", ".."} {
		script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
		if err == nil {
			return string(script)
		}
	}
	t.Skip("axe-core is not installed: run npm ci --ignore-scripts in web/browser")
	return ""
}

// shops serves a full fund, an empty one, and one that fails, so that every page can be seen.
type shops struct{ full, empty, away, broken *httptest.Server }

func openShops(t *testing.T) shops {
	t.Helper()
	options := optionsForTest()
	serve := func(books *fakeBooks) *httptest.Server {
		server := httptest.NewServer(handlerFor(t, books, options))
		t.Cleanup(server.Close)
		return server
	}
	empty := &fakeBooks{}
	away, broken := newFakeBooks(), newFakeBooks()
	away.failing.Store(fault.New(fault.Unavailable, "The database is away."))
	broken.panics.Store(true)
	return shops{serve(newFakeBooks()), serve(empty), serve(away), serve(broken)}
}

// pages names every page, with a name for its picture.
func (s shops) pages() [][2]string {
	return [][2]string{
		{"home", s.full.URL + "/"},
		{"pots", s.full.URL + "/pots"},
		{"pot", s.full.URL + "/pots/lanterne"},
		{"entries", s.full.URL + "/entries"},
		{"entries-of-figure", s.full.URL + "/pots/lanterne/entries?flow=in&month=2025-12&unit=EUR"},
		{"entry", s.full.URL + "/entries/533"},
		{"entry-genesis", s.full.URL + "/entries/0"},
		{"proof", s.full.URL + "/about/proof"},
		{"accessibility", s.full.URL + "/accessibility"},
		{"design", s.full.URL + "/design"},
		{"not-found", s.full.URL + "/nowhere"},
		{"invalid", s.full.URL + "/entries?flow=sideways"},
		{"home-empty", s.empty.URL + "/"},
		{"pots-empty", s.empty.URL + "/pots"},
		{"entries-empty", s.empty.URL + "/entries"},
		{"unavailable", s.away.URL + "/"},
		{"internal", s.broken.URL + "/"},
	}
}

// show opens an address in a look.
func show(ctx context.Context, l look, address string) error {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 900),
		chromedp.Navigate(address+separator+"lang="+string(l.lang)))
}

// violations runs axe-core on the page that is open.
func violations(ctx context.Context, script string) ([]string, error) {
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: `+rules+`}).then(
		r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target + " " + n.failureSummary)))`,
		chromedp.EvalAwaitPromise))
}

func TestAxeFindsNothing(t *testing.T) {
	ctx, script := browser(t), axe(t)
	places := openShops(t)
	artefacts := artefactDir(t)
	for _, page := range places.pages() {
		for _, l := range looks() {
			t.Run(page[0]+"-"+l.String(), func(t *testing.T) {
				if err := show(ctx, l, page[1]); err != nil {
					t.Fatal(err)
				}
				found, err := violations(ctx, script)
				if err != nil {
					t.Fatal(err)
				}
				for _, violation := range found {
					t.Error(violation)
				}
				if artefacts != "" {
					photograph(ctx, t, filepath.Join(artefacts, page[0]+"-"+l.String()+".png"))
				}
			})
		}
	}
}

// A page that lacks a language and a name for its field must be found out, else the check is blind.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	ctx, script := browser(t), axe(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html><title>x</title><h1>x</h1><input>`)
	}))
	t.Cleanup(server.Close)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	found, err := violations(ctx, script)
	all := strings.Join(found, "\n")
	if err != nil || !strings.Contains(all, "label: ") || !strings.Contains(all, "html-has-lang: ") {
		t.Errorf("axe found %q, %v", all, err)
	}
}

// On the narrowest screens, and at 400 % of zoom on common ones, no page scrolls sideways (WCAG 1.4.10);
// nor does it when readers space out letters, words and lines (WCAG 1.4.12).
func TestPagesReflow(t *testing.T) {
	ctx := browser(t)
	const spacedOut = `document.head.append(Object.assign(document.createElement("style"), {textContent:
		"* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"}))`
	const overflow = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	for _, page := range openShops(t).pages() {
		for _, lang := range locale.Langs() {
			if err := show(ctx, look{lang, false, 320}, page[1]); err != nil {
				t.Fatal(err)
			}
			beyond, err := chromedp.Run(ctx, chromedp.Evaluate[int](overflow))
			if err != nil || beyond > 0 {
				t.Errorf("%s in %s is %d pixels too wide at 320, %v", page[0], lang, beyond, err)
			}
			if err := show(ctx, look{lang, false, 360}, page[1]); err != nil {
				t.Fatal(err)
			}
			beyond, err = chromedp.Run(ctx, chromedp.Evaluate[int](spacedOut+"; "+overflow))
			if err != nil || beyond > 0 {
				t.Errorf("%s in %s is %d pixels too wide when spaced out, %v", page[0], lang, beyond, err)
			}
		}
	}
}

// By keyboard alone: the first stop is the skip link, every link and every scrolled region is a stop,
// and each stop is seen.
func TestKeyboardReachesEverything(t *testing.T) {
	ctx := browser(t)
	places := openShops(t)
	const name = `e.tagName + " " + (e.getAttribute("href") || e.textContent.trim().slice(0, 20))`
	const focused = `(e => { const s = getComputedStyle(e), b = e.getBoundingClientRect(); return {
		Name: ` + name + `,
		Seen: s.outlineStyle != "none" && parseFloat(s.outlineWidth) >= 2 && b.width > 0 && b.height > 0 &&
			b.bottom > 0 && b.top < innerHeight }})(document.activeElement)`
	for _, address := range []string{"/", "/pots/lanterne", "/entries/533", "/about/proof"} {
		if err := show(ctx, look{locale.French, false, 1280}, places.full.URL+address); err != nil {
			t.Fatal(err)
		}
		stops, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](
			`[...document.querySelectorAll("a[href], summary, [tabindex='0']")].filter(
				e => !e.closest("details:not([open])") || e.tagName == "SUMMARY").map(e => `+name+`)`))
		if err != nil {
			t.Fatal(err)
		}
		for stop, want := range stops {
			if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
				t.Fatal(err)
			}
			here, err := chromedp.Run(ctx, chromedp.Evaluate[struct {
				Name string
				Seen bool
			}](focused))
			if err != nil || !here.Seen || here.Name != want {
				t.Errorf("%s: stop %d is %s, seen %v; want %s, %v", address, stop, here.Name, here.Seen, want, err)
			}
			if stop == 0 && want != "A #content" {
				t.Errorf("%s: the first stop is %s", address, want)
			}
		}
		if len(stops) < 10 {
			t.Errorf("%s has %d stops only", address, len(stops))
		}
	}
}

// A browser loads from this host alone, and little.
func TestBrowserLoadsLittle(t *testing.T) {
	ctx := browser(t)
	places := openShops(t)
	if err := show(ctx, look{locale.French, true, 360}, places.full.URL+"/"); err != nil {
		t.Fatal(err)
	}
	loaded, err := chromedp.Run(ctx, chromedp.Evaluate[[]struct {
		Name string
		Size int
	}](`[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
		e => ({Name: e.name, Size: e.transferSize}))`))
	if err != nil {
		t.Fatal(err)
	}
	weight := 0
	for _, file := range loaded {
		weight += file.Size
		if !strings.HasPrefix(file.Name, places.full.URL) {
			t.Errorf("the page loads %s", file.Name)
		}
	}
	if weight > 30_000 || len(loaded) > 6 || len(loaded) < 3 {
		t.Errorf("the page loads %d bytes in %d requests: %v", weight, len(loaded), loaded)
	}
}

// photograph keeps a picture of the page that is open.
func photograph(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// artefactDir makes the folder for pictures that ECOT_ARTEFACTS names; empty when it names none.
func artefactDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ECOT_ARTEFACTS")
	if dir == "" {
		return ""
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	return dir
}
