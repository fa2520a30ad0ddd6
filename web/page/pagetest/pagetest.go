// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pagetest looks at pages in a real browser, as their readers do: in both languages and both
// themes, narrow and wide, with and without scripts, by keyboard alone.
//
// Its one invariant: a look that cannot be had (no Chromium, no axe-core) skips the test and says so; it
// never passes unseen.
package pagetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ecot/locale"
)

// rules are the axe-core tags that every page must satisfy.
const rules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","RGAAv4"]`

// Look is a way of showing a page.
type Look struct {
	Lang  locale.Lang
	Dark  bool
	Width int64 // in CSS pixels
}

// String names the look, for pictures.
func (l Look) String() string {
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%s-%s-%d", l.Lang, scheme, l.Width)
}

// Looks gives every look in which a page must hold.
func Looks() (all []Look) {
	for _, lang := range locale.Langs() {
		for _, dark := range []bool{false, true} {
			for _, width := range []int64{360, 1280} {
				all = append(all, Look{lang, dark, width})
			}
		}
	}
	return all
}

// Browser starts Chromium, or skips the test when there is none.
func Browser(t *testing.T) context.Context {
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

// Axe reads axe-core, or skips the test when it is not installed.
func Axe(t *testing.T) string {
	t.Helper()
	const where = "node_modules/axe-core/axe.min.js"
	for dir := "."; len(dir) < 30; dir = filepath.Join("..", dir) {
		for _, folder := range []string{dir, filepath.Join(dir, "web", "browser")} {
			if script, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(where))); err == nil {
				return string(script)
			}
		}
	}
	t.Skip("axe-core is not installed: run npm ci --ignore-scripts in web/browser")
	return ""
}

// Show opens an address in a look.
func Show(ctx context.Context, l Look, address string) error {
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.EmulateViewport(l.Width, 900), chromedp.Navigate(In(l.Lang, address)))
}

// In gives an address in a language.
func In(lang locale.Lang, address string) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "lang=" + string(lang)
}

// Violations runs axe-core on the page that is open.
func Violations(ctx context.Context, axe string) ([]string, error) {
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](axe)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: `+rules+`}).then(
		r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target + " " + n.failureSummary)))`,
		chromedp.EvalAwaitPromise))
}

// Page is a page to look at, with a name for its picture.
type Page struct{ Name, Address string }

// Try wants of every page, in every look, that axe-core finds nothing, and in every language that it
// does not scroll sideways at 320 pixels (WCAG 1.4.10), nor at 360 with text spaced out (WCAG 1.4.12).
func Try(t *testing.T, ctx context.Context, pages []Page) {
	t.Helper()
	axe, pictures := Axe(t), artefacts(t)
	for _, page := range pages {
		for _, l := range Looks() {
			t.Run(page.Name+"-"+l.String(), func(t *testing.T) {
				if err := Show(ctx, l, page.Address); err != nil {
					t.Fatal(err)
				}
				found, err := Violations(ctx, axe)
				if err != nil {
					t.Fatal(err)
				}
				for _, violation := range found {
					t.Error(violation)
				}
				photograph(ctx, t, pictures, page.Name+"-"+l.String())
				if !l.Dark && l.Width == 360 {
					reflow(ctx, t)
				}
			})
		}
	}
}

// reflow narrows the page that is open, and spaces out its text.
func reflow(ctx context.Context, t *testing.T) {
	t.Helper()
	const spacedOut = `document.head.append(Object.assign(document.createElement("style"), {textContent:
		"* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"}));`
	const overflow = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	for _, c := range []struct {
		width  int64
		before string
	}{{320, ""}, {360, spacedOut}} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(c.width, 900)); err != nil {
			t.Fatal(err)
		}
		beyond, err := chromedp.Run(ctx, chromedp.Evaluate[int](c.before+overflow))
		if err != nil || beyond > 0 {
			t.Errorf("%d pixels too wide at %d, %v", beyond, c.width, err)
		}
	}
}

// artefacts makes the folder for pictures that ECOT_ARTEFACTS names; empty when it names none.
func artefacts(t *testing.T) string {
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

// photograph keeps a picture of the page that is open, where a folder is named.
func photograph(ctx context.Context, t *testing.T, dir, name string) {
	t.Helper()
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Scripts says whether pages may run scripts from now on; this package's own questions still can.
func Scripts(ctx context.Context, allowed bool) error {
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: !allowed})
	return err
}

// focus is the element that has the keyboard.
type focus struct {
	ID    string // or its name and value, or its text
	Seen  bool   // its outline can be seen, and it stands in the window
	Value string
}

// focused reads the element that has the keyboard.
const focused = `(e => { const s = getComputedStyle(e), b = e.getBoundingClientRect(); return {
	ID: e.id || (e.name ? e.name + "=" + e.value : e.textContent.trim().slice(0, 40)), Value: e.value || "",
	Seen: s.outlineStyle != "none" && parseFloat(s.outlineWidth) >= 2 && b.width > 0 && b.height > 0 &&
		b.bottom > 0 && b.top < innerHeight }})(document.activeElement)`

// maxStops bounds the stops of one page.
const maxStops = 120

// TabTo presses Tab until the element with an id, or with name=value, has the keyboard. Each stop on the
// way must be seen.
func TabTo(ctx context.Context, id string) error {
	for range maxStops {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			return err
		}
		here, err := chromedp.Run(ctx, chromedp.Evaluate[focus](focused))
		if err != nil {
			return err
		}
		if !here.Seen {
			return fmt.Errorf("the stop at %q cannot be seen", here.ID)
		}
		if here.ID == id {
			return nil
		}
	}
	return fmt.Errorf("no stop of the keyboard is %q", id)
}

// Loaded is a file that a page loaded.
type Loaded struct {
	Name string
	Size int // bytes transferred
}

// Weight gives what the page that is open loaded, itself included.
func Weight(ctx context.Context) ([]Loaded, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[[]Loaded](
		`[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(
			e => ({Name: e.name, Size: e.transferSize}))`))
}
