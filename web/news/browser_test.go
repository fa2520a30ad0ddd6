// SPDX-License-Identifier: AGPL-3.0-or-later

package news_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser starts Chromium, or skips the test when there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("browser tests are left out of short runs")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("Chromium is not installed: the pages were not tried in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stopAllocator)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// Every page, in both languages and themes: axe finds nothing, and nothing scrolls sideways at 320 pixels.
func TestPagesInABrowser(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "browser", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed: run npm ci --ignore-scripts in web/browser")
	}
	ctx := browser(t)
	s := open(t)
	first := s.name(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Right", map[bool]string{true: "moderate", false: "edit-news"}[r.URL.Path == "/desk/wall"])
		s.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for _, address := range []string{"/news", "/news/2025-11", "/wall", fmt.Sprint("/follow/", first),
		"/follow/mine/of-nobody", "/desk/news", "/desk/news/2025-11", "/desk/wall", "/wall?order=x"} {
		for i, lang := range []string{"fr", "en"} {
			try(ctx, t, string(script), visit{server.URL + address, lang, []string{"light", "dark"}[i]})
		}
	}
}

// visit is an address in a language and a theme.
type visit struct{ address, lang, theme string }

// try opens a page and looks for what is wrong with it.
func try(ctx context.Context, t *testing.T, script string, v visit) {
	t.Helper()
	address, lang, theme := v.address, v.lang, v.theme
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	sign := "?"
	if len(address) > 8 && address[len(address)-2] == '=' {
		sign = "&"
	}
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(320, 900), chromedp.Navigate(address+sign+"lang="+lang)))
	beyond, err := chromedp.Run(ctx, chromedp.Evaluate[int](
		`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil || beyond > 0 {
		t.Errorf("%s in %s is %d pixels too wide, %v", address, lang, beyond, err)
	}
	_, err = chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](script))
	must(t, err)
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly:
		["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","RGAAv4"]}).then(
		r => r.violations.flatMap(v => v.nodes.slice(0, 3).map(n => v.id + ": " + n.target)))`, chromedp.EvalAwaitPromise))
	must(t, err)
	for _, violation := range found {
		t.Errorf("%s in %s, %s: %s", address, lang, theme, violation)
	}
}
