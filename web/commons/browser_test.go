// SPDX-License-Identifier: AGPL-3.0-or-later

package commons_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// rules are those that experience asks for.
const rules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","RGAAv4"]`

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

// axe gives the script of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	for _, folder := range []string{"../browser", "../.."} {
		script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
		if err == nil {
			return string(script)
		}
	}
	t.Skip("axe-core is not installed: run npm ci --ignore-scripts in web/browser")
	return ""
}

// show opens a page in a language, a scheme and a width.
func show(ctx context.Context, address, lang, scheme string, width int64) error {
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address+"?lang="+lang))
}

// looks are the manners in which every page is tried.
func looks() (all [][2]string) {
	for _, lang := range []string{"fr", "en"} {
		for _, scheme := range []string{"light", "dark"} {
			all = append(all, [2]string{lang, scheme})
		}
	}
	return all
}

// In both languages and themes, narrow and wide, axe finds nothing, and at 320 pixels nothing overflows.
func TestPagesInABrowser(t *testing.T) {
	ctx, script := browser(t), axe(t)
	h := full(t)
	h.actor = editor()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	for _, address := range pages() {
		for _, look := range looks() {
			for _, width := range []int64{320, 1280} {
				must(t, show(ctx, server.URL+address, look[0], look[1], width))
				beyond, err := chromedp.Run(ctx, chromedp.Evaluate[int](
					`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
				if err != nil || beyond > 0 {
					t.Errorf("%s %v at %d: %d pixels too wide, %v", address, look, width, beyond, err)
				}
				_, err = chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](script))
				must(t, err)
				found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: `+rules+`}).then(
					r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target + " " + n.failureSummary)))`,
					chromedp.EvalAwaitPromise))
				if err != nil || len(found) > 0 {
					t.Errorf("%s %v at %d: %v, %v", address, look, width, found, err)
				}
			}
		}
	}
}

// With the keyboard alone everything that can be used is reached, in its order.
func TestKeyboard(t *testing.T) {
	ctx := browser(t)
	server := httptest.NewServer(full(t))
	t.Cleanup(server.Close)
	const name = `e.tagName + " " + (e.getAttribute("href") || e.id || e.textContent.trim().slice(0, 20))`
	for _, address := range []string{"/projects/lanterne", "/propose", "/projects/lanterne/box"} {
		must(t, show(ctx, server.URL+address, "fr", "light", 1280))
		stops, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(
			"a[href], summary, [tabindex='0'], input, textarea, button")].filter(
			e => (!e.closest("details:not([open])") || e.tagName == "SUMMARY") && (e.type != "radio" || e.checked)).map(e => `+
			name+`)`))
		must(t, err)
		for stop, want := range stops {
			must(t, chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)))
			here, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(e => `+name+`)(document.activeElement)`))
			if err != nil || here != want {
				t.Errorf("%s: stop %d is %s, want %s, %v", address, stop, here, want, err)
			}
		}
	}
}
