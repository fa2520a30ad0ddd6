// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ecot/locale"
	"ecot/web/page/pagetest"
)

// printedText keeps what a program prints while it runs.
type printedText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printedText) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printedText) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// freePort gives an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// running runs the program beside the test until it says a text, and ends it with the test.
func running(t *testing.T, until string, args ...string) *printedText {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	said, ended := &printedText{}, make(chan int, 1)
	go func() { ended <- run(streams{ctx, strings.NewReader(""), said, t.Output()}, args) }()
	t.Cleanup(func() {
		stop()
		select {
		case status := <-ended:
			if status != 0 {
				t.Errorf("%s ended with %d", args[0], status)
			}
		case <-time.After(30 * time.Second):
			t.Errorf("%s does not end", args[0])
		}
	})
	for range 1200 {
		if strings.Contains(said.String(), until) {
			return said
		}
		select {
		case status := <-ended:
			ended <- status
			t.Fatalf("%s ended with %d: %s", args[0], status, said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not say %q: %s", args[0], until, said)
	return nil
}

// visitor looks at pages with a browser.
type visitor struct {
	t     *testing.T
	ctx   context.Context
	base  string
	lang  locale.Lang
	shots int
}

// visit opens a page and gives its text.
func (v *visitor) visit(path string) string {
	v.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = v.base + path
	}
	if err := pagetest.Show(v.ctx, pagetest.Look{Lang: v.lang, Width: 1280}, path); err != nil {
		v.t.Fatalf("%s: %v", path, err)
	}
	return v.text()
}

// text gives what the page's main part says, blanks made plain.
func (v *visitor) text() string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
	if err != nil {
		v.t.Fatal(err)
	}
	return plainBlanks(text)
}

func plainBlanks(text string) string {
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2011", "-").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// do runs a line of script on the page.
func (v *visitor) do(script string) {
	v.t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		v.t.Fatalf("%s: %v", script, err)
	}
}

// fill chooses or writes a field of a form.
func (v *visitor) fill(name, value string) {
	v.t.Helper()
	v.do(fmt.Sprintf(`(() => { const all = [...document.getElementsByName(%q)];
		const one = all.find(e => (e.type == "radio" || e.type == "checkbox") && e.value == %q);
		if (one) one.checked = true; else if (all.length) all[0].value = %q;
		else throw new Error("no field " + %q) })()`, name, value, value, name))
}

// press presses the button or the link whose words begin so, and gives the text of the page that comes.
func (v *visitor) press(words string) string {
	v.t.Helper()
	v.do(fmt.Sprintf(`(() => { window.before = true; const plain = s => s.replace(/\s+/g, " ").trim();
		const one = [...document.querySelectorAll("main button, main a")].find(e => plain(e.innerText).startsWith(%q));
		if (!one) throw new Error("nothing says " + %q + ": " + document.querySelector("main").innerText);
		one.click() })()`, words, words))
	for range 200 {
		arrived, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](
			`!window.before && document.readyState == "complete" && !!document.querySelector("main")`))
		if err == nil && arrived {
			return v.text()
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("pressing %q leads nowhere", words)
	return ""
}

// sees wants texts on the page, and takes its picture.
func (v *visitor) sees(step, text string, wanted ...string) {
	v.t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			v.t.Errorf("step %s: no %q in: %.1500s", step, want, text)
		}
	}
	dir := os.Getenv("ECOT_ARTEFACTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(90))
	if err == nil {
		err = os.MkdirAll(dir, 0o750)
	}
	if err == nil {
		v.shots++
		name := fmt.Sprintf("walk-%s-%02d-%s.png", v.lang, v.shots, step)
		err = os.WriteFile(filepath.Join(dir, name), picture, 0o600)
	}
	if err != nil {
		v.t.Error(err)
	}
}

// address gives where the browser is.
func (v *visitor) address() string {
	v.t.Helper()
	at, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`location.origin + location.pathname`))
	if err != nil {
		v.t.Fatal(err)
	}
	return at
}

// caller asks for pages without a browser, with cookies of its own.
type caller struct {
	t      *testing.T
	base   string
	client *http.Client
}

func newCaller(t *testing.T, base string) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t, base, &http.Client{Jar: jar, Timeout: time.Minute}}
}

// enter signs in by a link.
func (c *caller) enter(link string) {
	c.t.Helper()
	c.get(link)
	if status, body, _ := c.post(link, url.Values{}); status != http.StatusOK {
		c.t.Fatalf("signing in: %d %s", status, body)
	}
}

// get gives a page with its status.
func (c *caller) get(path string) (int, string) {
	c.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = c.base + path
	}
	answer, err := c.client.Get(path)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.read(answer)
}

func (c *caller) read(answer *http.Response) (int, string) {
	c.t.Helper()
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// post sends a form and gives the page it leads to, and its address.
func (c *caller) post(path string, form url.Values) (int, string, string) {
	c.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = c.base + path
	}
	return c.send(path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (c *caller) send(address, media string, body io.Reader) (int, string, string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, address, body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", media)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := c.client.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	at := answer.Request.URL.String()
	status, text := c.read(answer)
	return status, text, at
}

// words gives what a page says without its marks.
func words(page string) string {
	return plainBlanks(html.UnescapeString(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(page, " ")))
}

// signIn opens somebody's link in the browser.
func (v *visitor) signIn(link string) {
	v.t.Helper()
	v.visit(link)
	v.press(map[locale.Lang]string{locale.French: "Entrer", locale.English: "Come in"}[v.lang])
}

// twelve says 12 euros: among the amounts that the fund suggests, or freely where it suggests none.
func (v *visitor) twelve() {
	v.t.Helper()
	v.do(`(() => { const one = document.querySelector("[name=amount][value='1200']");
		if (one) one.checked = true; else document.querySelector("[name=other]").value = "12" })()`)
}

// give fills in the form of gifts up to the page that checks the answers.
func (v *visitor) give(project, means, mail string) string {
	v.t.Helper()
	v.visit("/give/" + project)
	for name, value := range map[string]string{"every": "once", "means": means, "shown": "alias",
		"alias": "Une passante", "name": "Zoé Passante", "mail": mail, "show-amount": "yes"} {
		v.fill(name, value)
	}
	v.twelve()
	return v.press(map[locale.Lang]string{locale.French: "Continuer", locale.English: "Continue"}[v.lang])
}
