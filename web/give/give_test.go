// SPDX-License-Identifier: AGPL-3.0-or-later

package give_test

import (
	"context"
	"html"
	"image"
	"image/draw"
	"log/slog"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/pay/reference"
	"ecot/web/give"
	"ecot/web/page"
)

// site is a fund with its pages.
type site struct {
	t       testing.TB
	app     *app.App
	gifts   *gifts.Gifts
	clock   *giftstest.Clock
	letters *letters
	handler http.Handler
}

// letters keeps the letters that were asked for.
type letters struct{ all []gifts.Letter }

func (l *letters) Write(_ context.Context, _ *office.Tx, letter gifts.Letter) error {
	l.all = append(l.all, letter)
	return nil
}

// provider is a card provider that answers, or is away.
type provider struct{ away bool }

func (p *provider) Start(_ context.Context, promise office.Promise) (string, error) {
	if p.away {
		return "", fault.New(fault.Unavailable, "The provider is away.")
	}
	return "https://cards.example.org/pay/" + promise.ID, nil
}

func (p *provider) Return(context.Context, office.Promise) error { return nil }

func (p *provider) Revise(context.Context, office.Promise, regular.Change, int64) error { return nil }

// month is an appeal of Lanterne's.
type month struct{}

func (month) Appeal(_ context.Context, project string) (give.Appeal, bool, error) {
	return give.Appeal{Month: "2026-01", Need: 200_00, Level: 75_00, People: 7, Before: 20,
			Entries: "/pots/lanterne/entries?flow=in&month=2026-01&unit=EUR", Class: page.Proved, For: []give.Part{
				{Need: "astreinte", Amount: 120_00, Filled: 75_00}, {Need: "hebergement", Amount: 20_00}}},
		project == "lanterne", nil
}

// openSite serves a fund that says this of itself.
func openSite(t testing.TB, p profile.Profile, change ...func(*give.Door)) *site {
	t.Helper()
	a, clock := giftstest.Open(t, p)
	post, cards := &letters{}, &provider{}
	g := gifts.New(a, gifts.WithLetters(post), gifts.WithCards(cards))
	change = append([]func(*give.Door){give.WithCards(cards), give.WithAppeals(month{})}, change...)
	handler, err := page.New(page.Options{Name: a.Name(), BaseURL: "https://fund.example.org", Zone: a.Zone(),
		Clock: clock.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, give.New(g, change...))
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, a, g, clock, post, handler}
}

// get asks for a page.
func (s *site) get(address string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, address, nil))
	return recorder
}

// newPost makes the request that sends a form.
func newPost(address string, values url.Values) *http.Request {
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return request
}

func (s *site) do(request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder
}

// post sends a form.
func (s *site) post(address string, values url.Values) *httptest.ResponseRecorder {
	return s.do(newPost(address, values))
}

// hidden reads the hidden fields of a page, as a browser would send them again.
func hidden(body string) url.Values {
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).
		FindAllStringSubmatch(body, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return values
}

// wanted is a form that holds together.
func wanted(change ...string) url.Values {
	values := url.Values{"every": {gifts.Once}, "amount": {"other"}, "other": {"12"}, "means": {gifts.MeansTransfer},
		"kind": {gifts.Person}, "shown": {"name"}, "name": {"Léa Exemple"}, "mail": {"lea@example.org"}, "step": {"check"}}
	for i := 0; i < len(change); i += 2 {
		if values.Del(change[i]); change[i+1] != "" {
			values.Set(change[i], change[i+1])
		}
	}
	return values
}

func lang(address, lang string) string { return address + "?lang=" + lang }

// The thinnest path, in both languages: the form, the answers, the page on which it is paid.
func TestFromTheFormToTheTransfer(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	for _, tongue := range []string{"fr", "en"} {
		blank := s.get(lang("/give/lanterne", tongue))
		if blank.Code != http.StatusOK || blank.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%d, %q", blank.Code, blank.Header().Get("Cache-Control"))
		}
		values := wanted("form", hidden(blank.Body.String()).Get("form"))
		check := s.post(lang("/give/lanterne", tongue), values)
		want := map[string]string{"fr": "12,00 € − 0,00 € = 12,00 € pour Lanterne",
			"en": "€12.00 − €0.00 = €12.00 for Lanterne"}[tongue]
		if body := check.Body.String(); check.Code != http.StatusOK || !strings.Contains(body, want) {
			t.Fatalf("%s: %d, %s", tongue, check.Code, body)
		}
		confirmed := hidden(check.Body.String())
		confirmed.Set("step", "confirm")
		done := s.post(lang("/give/lanterne", tongue), confirmed)
		if done.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", done.Code, done.Body)
		}
		pay := s.get(done.Header().Get("Location"))
		for _, part := range []string{"FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "<svg", "RF"} {
			if pay.Code != http.StatusOK || !strings.Contains(pay.Body.String(), part) {
				t.Errorf("%s: the page lacks %q: %d", tongue, part, pay.Code)
			}
		}
		again := s.post(lang("/give/lanterne", tongue), confirmed)
		if again.Header().Get("Location") != done.Header().Get("Location") {
			t.Error("the same form sent twice made two promises")
		}
	}
}

// serve lets a browser reach a site.
func serve(t *testing.T, s *site) string {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return server.URL
}

// What the page of a transfer shows in words, its code and its reference say as well.
func TestTheCodeSaysWhatThePageSays(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	p := s.announce(wish(func(w *gifts.Wish) { w.Amount = 1_234_56 }))
	body := s.get("/give/pay/" + p.ID).Body.String()
	payload := decode(t, body)
	want := strings.Join([]string{"BCD", "002", "1", "SCT", "AGRIFRPP", "Fonds de dotation Exemple",
		"FR7630006000011234567890189", "EUR1234.56", "CHAR", p.Reference}, "\n")
	if payload != want {
		t.Errorf("the code says\n%s\nwant\n%s", payload, want)
	}
	found := reference.Find("VIR SEPA DE NOUR " + p.Reference + " MERCI")
	if len(found) == 0 || string(found[0]) != p.Reference || !strings.Contains(body, found[0].Grouped()) {
		t.Errorf("%v is not %s", found, p.Reference)
	}
}

// decode reads the QR code that is drawn on a page: dark modules are strokes of one path.
func decode(t *testing.T, body string) string {
	t.Helper()
	drawing := regexp.MustCompile(`viewBox="0 0 (\d+) \d+".*?<path stroke[^>]* d="([^"]+)"`).FindStringSubmatch(body)
	if drawing == nil {
		t.Fatal("there is no code on the page")
	}
	side, err := strconv.Atoi(drawing[1])
	if err != nil {
		t.Fatal(err)
	}
	const scale = 4
	picture := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	x, y := 0.0, 0.0
	for _, move := range regexp.MustCompile(`([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?`).FindAllStringSubmatch(drawing[2], -1) {
		a, err := strconv.ParseFloat(move[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		b := 0.0
		if move[3] != "" {
			if b, err = strconv.ParseFloat(move[3], 64); err != nil {
				t.Fatal(err)
			}
		}
		switch move[1] {
		case "M":
			x, y = a, b
		case "m":
			x, y = x+a, y+b
		case "h":
			bar := image.Rect(int(x)*scale, int(y-.5)*scale, int(x+a)*scale, int(y+.5)*scale)
			draw.Draw(picture, bar, image.Black, image.Point{}, draw.Src)
			x += a
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read.GetText()
}

// Whatever is sent to the form, in either language, the answer is a page of ours: a refusal that names a
// field and keeps nothing, or the next step.
func TestAnyFormIsAnswered(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	r := rand.New(rand.NewSource(5))
	bits := []string{"", "1", "12,00", "12.00", "\u202e", "once", "month", "transfer", "card", "person", "company", "name",
		"alias", "lea@example.org", "half", "project", "astreinte", "yes", "check", "legal", "confirm", "use", "second",
		"732829320", "<script>", strings.Repeat("é", 400), "\xff\xfe"}
	names := []string{"form", "every", "amount", "other", "for", "need", "means", "kind", "shown", "name", "alias", "mail",
		"receipt", "step", "legal-name", "street", "number", "year-end", "use-people", "words"}
	for range 400 {
		values := wanted()
		for range r.Intn(6) {
			values.Set(names[r.Intn(len(names))], bits[r.Intn(len(bits))])
		}
		tongue := []string{"fr", "en"}[r.Intn(2)]
		answer := s.post(lang("/give/"+[]string{"lanterne", "passerelle"}[r.Intn(2)], tongue), values)
		body := answer.Body.String()
		switch answer.Code {
		case http.StatusOK, http.StatusSeeOther:
		case http.StatusUnprocessableEntity:
			if !strings.Contains(body, `class="problems"`) {
				t.Fatalf("%v: no summary of what is wrong", values)
			}
		default:
			t.Fatalf("%v: %d", values, answer.Code)
		}
		if strings.Contains(body, "<script>") {
			t.Fatalf("%v stands raw on the page", values)
		}
	}
}
