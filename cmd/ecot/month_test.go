// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
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
)

// month is somebody who follows docs/first-month.md, in an empty folder.
type month struct {
	t       *testing.T
	browser *http.Client
	site    string // where ecot serve listens
	link    string // path that ecot invite printed
	ref     string // reference of the first gift
	said    string // by the last command
}

// shout is what a running command has printed.
type shout struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shout) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shout) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// The first month works as its page says: every command of it is run, and what the pages are said to do
// is done, up to a first gift that the bank has shown.
func TestFirstMonth(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "first-month.md"))
	if err != nil {
		t.Fatal(err)
	}
	if words := len(strings.Fields(string(text))); words > 1500 {
		t.Errorf("%d words are more than ten minutes of reading", words)
	}
	t.Chdir(t.TempDir())
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	m := &month{t: t, browser: &http.Client{Jar: jar}}
	before := map[string]func(){"## 5": m.statement}
	after := map[string]func(){"## 1": m.founded, "## 2": m.comeIn, "## 3": m.sayWho, "## 4": m.give, "## 5": m.booked,
		"## 6": m.look, "## 7": m.kept}
	for section := range strings.SplitSeq(string(text), "\n## ") {
		number := "## " + section[:1]
		if act := before[number]; act != nil {
			act()
		}
		for line := range strings.Lines(section) {
			if strings.HasPrefix(line, "ecot ") {
				m.run(strings.TrimSpace(line))
			}
		}
		if act := after[number]; act != nil {
			act()
			delete(after, number)
		}
	}
	if len(after) != 0 {
		t.Errorf("the page has lost %d of its parts", len(after))
	}
}

// run runs a command of the page.
func (m *month) run(line string) {
	m.t.Helper()
	var args []string
	for _, part := range regexp.MustCompile(`"([^"]*)"|\S+`).FindAllStringSubmatch(line, -1)[1:] {
		if part[1] != "" {
			part[0] = part[1]
		}
		args = append(args, part[0])
	}
	if args[0] == "serve" {
		m.serve()
		return
	}
	out, errOut, status := fed(m.t, "", args...)
	if want := map[string]int{"doctor": 1}[args[0]]; status != want {
		m.t.Fatalf("%s: %d\n%s%s", line, status, out, errOut)
	}
	m.said = out
	if args[0] == "invite" {
		m.link = regexp.MustCompile(`/sign-in/[\w-]{43}`).FindString(out)
	}
}

// serve starts the program on a port of its own, until the test ends.
func (m *month) serve() {
	m.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, ended := &shout{}, make(chan int)
	go func() {
		ended <- run(streams{ctx, strings.NewReader(""), out, out}, []string{"serve", "--listen", "127.0.0.1:0"})
	}()
	m.t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 {
			m.t.Errorf("serve ended with %d: %s", status, out)
		}
	})
	for range 500 {
		if m.site = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(out.String()); m.site != "" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	m.t.Fatalf("it does not serve: %s", out)
}

// ask opens an address, or sends a form there as a browser on our own pages does, and gives the page that
// it leads to.
func (m *month) ask(path string, form url.Values, status int) string {
	m.t.Helper()
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(m.t.Context(), method, m.site+path, body)
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := m.browser.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		m.t.Fatalf("%s %s: %d, %v\n%s", method, path, answer.StatusCode, err, page)
	}
	return string(page)
}

// want wants words in a text.
func (m *month) want(text string, all ...string) {
	m.t.Helper()
	for _, words := range all {
		if !strings.Contains(text, words) {
			m.t.Errorf("%q is not in\n%s", words, text)
		}
	}
}

func (m *month) founded() { m.want(m.said, "localhost/journal is founded", "ecot invite") }

func (m *month) comeIn() {
	m.want(m.ask("/", nil, http.StatusServiceUnavailable), "Not open yet", "Let a first member in", "done")
	m.ask("/give", nil, http.StatusServiceUnavailable)
	m.want(m.ask(m.link, url.Values{}, http.StatusOK), "What waits", "Say what the legal pages need", "Odile Maquette")
}

func (m *month) sayWho() {
	m.want(m.ask("/desk/settings/publish", url.Values{}, http.StatusConflict), "Director of publication", "Host of the site")
	m.ask("/desk/settings/legal", url.Values{"street": {"1 rue de l’Essai"}, "postcode": {"75011"}, "town": {"Paris"},
		"country": {"FR"}, "mail": {"fonds@example.org"}, "publisher": {"Odile Maquette"}, "host": {"Nous, Paris, 0102030405"},
		"base-url": {"http://localhost:8080"}}, http.StatusOK)
	m.ask("/desk/settings/body", url.Values{"legal-name": {"Les Communs de Brindeval"}, "form": {"association"},
		"number": {"W751234567"}, "object": {"Soutenir des communs."}}, http.StatusOK)
	m.want(m.ask("/desk/settings/publish", url.Values{}, http.StatusOK), "The pages are open to the public")
	m.ask("/sign-out", url.Values{}, http.StatusOK)
	m.want(m.ask("/legal", nil, http.StatusOK), "W751234567", "Odile Maquette")
}

// hidden reads the hidden fields of a page, as a browser sends them again.
func hidden(page string) url.Values {
	values := url.Values{}
	all := regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(page, -1)
	for _, m := range all {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return values
}

func (m *month) give() {
	form := url.Values{"every": {"once"}, "amount": {"other"}, "other": {"12"}, "means": {"transfer"},
		"kind": {"person"}, "shown": {"name"}, "name": {"Léa Exemple"}, "mail": {"lea@example.org"}, "step": {"check"}}
	form.Set("form", hidden(m.ask("/give", nil, http.StatusOK)).Get("form"))
	confirmed := hidden(m.ask("/give", form, http.StatusOK))
	confirmed.Set("step", "confirm")
	page := m.ask("/give", confirmed, http.StatusOK)
	m.want(page, "FR76 3000 6000 0112 3456 7890 189", "<svg")
	m.ref = strings.ReplaceAll(regexp.MustCompile(`RF\d\d[ \w]{4,30}`).FindString(page), " ", "")
	if m.ref == "" {
		m.t.Fatalf("the page shows no reference:\n%s", page)
	}
}

// statement writes what the bank would offer: one transfer, with the reference.
func (m *month) statement() {
	today := time.Now().Format(time.DateOnly)
	camt := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>%[1]sT20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>1</Id><CreDtTm>%[1]sT20:00:00</CreDtTm>
<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%[1]s</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%[1]s</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%[1]s</Dt></BookgDt>
<AcctSvcrRef>E1</AcctSvcrRef><BkTxCd><Prtry><Cd>T</Cd></Prtry></BkTxCd><NtryDtls><TxDtls>
<Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>LEA EXEMPLE</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Strd><CdtrRefInf><Ref>%[2]s</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`, today, m.ref)
	if err := os.WriteFile("january.xml", []byte(camt), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

func (m *month) booked() {
	_, first, status := fed(m.t, "", "import", "statement", "january.xml")
	if status != 0 {
		m.t.Errorf("the same file again: %d %s", status, first)
	}
	entry := m.ask("/entries/2", nil, http.StatusOK)
	m.want(entry, "€12.00", "proved")
	if strings.Contains(entry, "Exemple") {
		m.t.Error("the public entry names the giver")
	}
	if _, errOut, status := fed(m.t, "", "prove", "3"); status == 0 {
		m.t.Errorf("there is a fourth entry: %s", errOut)
	}
}

func (m *month) look() {
	m.want(m.said, "V6 states", "came in: 12.00 EUR proved")
	m.want(m.ask("/bank", nil, http.StatusOK), "€12.00")
}

func (m *month) kept() {
	m.want(m.said, "is not reached over HTTPS", "ok    backup")
}
