// SPDX-License-Identifier: AGPL-3.0-or-later

package give_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ecot/app/gifts/giftstest"
	"ecot/locale"
	"ecot/web/page/pagetest"
)

// Every page, in both languages and themes, narrow and wide.
func TestPagesInABrowser(t *testing.T) {
	ctx := pagetest.Browser(t)
	pagetest.Try(t, ctx, openStage(t).pages)
}

// A first visit to the form is light, and asks this host alone.
func TestTheFormIsLight(t *testing.T) {
	ctx := pagetest.Browser(t)
	st := openStage(t)
	if err := pagetest.Show(ctx, pagetest.Look{Lang: locale.French, Width: 360}, st.server.URL+"/give/lanterne"); err != nil {
		t.Fatal(err)
	}
	loaded, err := pagetest.Weight(ctx)
	if err != nil {
		t.Fatal(err)
	}
	weight, script := 0, 0
	for _, file := range loaded {
		weight += file.Size
		if strings.HasSuffix(file.Name, ".js") {
			script += file.Size
		}
		if !strings.HasPrefix(file.Name, st.server.URL) {
			t.Errorf("the form loads %s", file.Name)
		}
	}
	if weight > 30_000 || len(loaded) > 6 || len(loaded) < 3 || script > 10_000 || script == 0 {
		t.Errorf("the form loads %d bytes, %d of script, in %d requests: %v", weight, script, len(loaded), loaded)
	}
	t.Logf("%d bytes in %d requests, %d of script", weight, len(loaded), script)
}

// press is a key or a text for the field that the keyboard is to reach.
type press struct{ stop, keys string }

// walk goes from stop to stop by the keyboard alone.
func walk(ctx context.Context, presses ...press) error {
	for _, one := range presses {
		if err := pagetest.TabTo(ctx, one.stop); err != nil {
			return err
		}
		if err := chromedp.Do(ctx, chromedp.KeyEvent(one.keys)); err != nil {
			return fmt.Errorf("%s: %w", one.stop, err)
		}
	}
	return nil
}

// By the keyboard alone, with and without scripts, from the first stop of the form to the page on which
// the transfer is.
func TestGivingByKeyboard(t *testing.T) {
	ctx := pagetest.Browser(t)
	for _, scripts := range []bool{true, false} {
		if err := pagetest.Scripts(ctx, scripts); err != nil {
			t.Fatal(err)
		}
		s := openSite(t, giftstest.Profile())
		server := serve(t, s)
		if err := pagetest.Show(ctx, pagetest.Look{Lang: locale.English, Width: 1280}, server+"/give/lanterne"); err != nil {
			t.Fatal(err)
		}
		err := walk(ctx, press{"every-0", kb.ArrowDown}, press{"other", "12.00"},
			press{"means-0", " "}, press{"shown-0", " "}, press{"name", "Léa Exemple"},
			press{"mail", "lea@example.org"}, press{"step=check", kb.Enter})
		if err == nil {
			err = chromedp.Do(ctx, chromedp.WaitVisible(`button[value="confirm"]`))
		}
		if err == nil {
			err = walk(ctx, press{"step=confirm", kb.Enter})
		}
		if err == nil {
			err = chromedp.Do(ctx, chromedp.WaitVisible("dl.transfer"))
		}
		if err != nil {
			t.Fatalf("scripts %v: %v", scripts, err)
		}
		heading, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("h1").textContent`))
		if err != nil || heading != "€12.00 left to pay" {
			t.Errorf("scripts %v: %q, %v", scripts, heading, err)
		}
		checkCopies(ctx, t, scripts)
		promises, err := s.app.Office().Promises(t.Context(), "lea@example.org")
		if err != nil || len(promises) != 1 || promises[0].Every != "once" {
			t.Errorf("scripts %v: %+v, %v", scripts, promises, err)
		}
	}
}

// checkCopies wants the buttons that copy to be there where scripts run, and to be away where none do.
func checkCopies(ctx context.Context, t *testing.T, scripts bool) {
	t.Helper()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[int](
		`[...document.querySelectorAll("button[data-copy]")].filter(b => b.offsetParent).length`))
	want := map[bool]int{true: 5, false: 0}[scripts]
	if err != nil || shown != want {
		t.Errorf("scripts %v: %d buttons copy, want %d, %v", scripts, shown, want, err)
	}
}

// A form with mistakes comes back with its summary first, each problem linked to its field, and all that
// was written still there.
func TestMistakesAreTold(t *testing.T) {
	ctx := pagetest.Browser(t)
	s := openSite(t, giftstest.Profile())
	server := serve(t, s)
	if err := pagetest.Show(ctx, pagetest.Look{Lang: locale.French, Width: 360}, server+"/give/lanterne"); err != nil {
		t.Fatal(err)
	}
	err := walk(ctx, press{"other", "1.2,3"}, press{"name", "Léa"}, press{"step=check", kb.Enter})
	if err == nil {
		err = chromedp.Do(ctx, chromedp.WaitVisible(".problems"))
	}
	if err != nil {
		t.Fatal(err)
	}
	told, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".problems a")].map(a =>
		a.hash + (document.querySelector(a.hash) ? "" : " is nowhere"))`))
	if err != nil || strings.Join(told, " ") != "#other #every #means #shown" {
		t.Errorf("told: %v, %v", told, err)
	}
	kept, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`document.getElementById("other").value + " " + document.getElementById("name").value`))
	if err != nil || kept != "1.2,3 Léa" {
		t.Errorf("kept: %q, %v", kept, err)
	}
}
