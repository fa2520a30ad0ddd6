// SPDX-License-Identifier: AGPL-3.0-or-later

package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/news"
	"ecot/app/projects"
	"ecot/app/trail"
	"ecot/app/wall"
	"ecot/clock"
	"ecot/demo"
	"ecot/web"
	"ecot/web/api"
	"ecot/web/books"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site is the demo's fund with its interface.
type site struct {
	app     *app.App
	trail   *trail.Trail
	handler http.Handler
}

func open(t testing.TB) *site {
	t.Helper()
	var now clock.Played
	a, err := app.Open(t.Context(), demo.Place(t.TempDir(), "", now.Now))
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	_, err = demo.Play(t.Context(), a, &now, nil)
	must(t, err)
	for range 100 {
		if _, point, err := a.Latest(); err == nil && point.Size == demo.Size {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	s := &site{app: a, trail: trail.New(a)}
	door := api.New(api.Rooms{Books: books.New(a), Projects: projects.New(a, nil), News: news.New(a, s.trail),
		Wall: wall.New(a, s.trail), Bank: bank.New(a, bank.Options{}), Unit: a.Unit()})
	s.handler, err = web.New(books.New(a), web.Options{Name: "Commons", Clock: now.Now, Demo: true,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, door)
	must(t, err)
	return s
}

// ask asks and gives the answer; from names who asks, headers are name, value pairs.
func (s *site) ask(t testing.TB, method, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, address, nil)
	r.RemoteAddr = "127.0.0.1:1" // a proxy's, which says who asks
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

type object = map[string]any

func (s *site) get(t testing.TB, address string) object {
	t.Helper()
	w := s.ask(t, http.MethodGet, address)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %d %s %s", address, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	var answer object
	decoder := json.NewDecoder(w.Body)
	decoder.UseNumber()
	must(t, decoder.Decode(&answer))
	return answer
}

// check holds a value against a JSON Schema of the document, which it reads for itself: every property must
// be known, those required must be there, and the types, formats and enumerations hold.
func check(document object, schema object, value any, at string) error {
	if name, named := schema["$ref"].(string); named {
		return check(document, follow(document, name), value, at)
	}
	switch schema["type"] {
	case "object":
		return checkObject(document, schema, value, at)
	case "array":
		list, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no list: %v", at, value)
		}
		for i, one := range list {
			if err := check(document, schema["items"].(object), one, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	case "integer":
		number, ok := value.(json.Number)
		if _, err := number.Int64(); !ok || err != nil {
			return fmt.Errorf("%s is no whole number: %v", at, value)
		}
		return nil
	case "boolean":
		if _, ok := value.(bool); !ok {
			return fmt.Errorf("%s is neither true nor false: %v", at, value)
		}
		return nil
	case "string":
		return checkText(schema, value, at)
	}
	return fmt.Errorf("%s has a schema of no known type: %v", at, schema)
}

func follow(document object, name string) object {
	var at any = document
	for _, step := range strings.Split(strings.TrimPrefix(name, "#/"), "/") {
		at = at.(object)[step]
	}
	return at.(object)
}

func checkObject(document, schema object, value any, at string) error {
	fields, ok := value.(object)
	if !ok {
		return fmt.Errorf("%s is no object: %v", at, value)
	}
	properties := schema["properties"].(object)
	for _, name := range schema["required"].([]any) {
		if _, there := fields[name.(string)]; !there {
			return fmt.Errorf("%s lacks %s", at, name)
		}
	}
	for name, one := range fields {
		property, known := properties[name].(object)
		if !known {
			return fmt.Errorf("%s has %s, of which the document says nothing", at, name)
		}
		if err := check(document, property, one, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func checkText(schema object, value any, at string) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%s is no text: %v", at, value)
	}
	if among, limited := schema["enum"].([]any); limited && !slices.Contains(among, any(text)) {
		return fmt.Errorf("%s is %q, none of %v", at, text, among)
	}
	var err error
	switch schema["format"] {
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	case "uri-reference":
		if !strings.HasPrefix(text, "/") {
			err = fmt.Errorf("no address")
		}
	}
	if err != nil {
		return fmt.Errorf("%s is %q: %w", at, text, err)
	}
	return nil
}

// samples are values for the parameters of paths.
func samples() map[string][]string {
	return map[string][]string{"index": {"0", "3", "100"}, "slug": {"lanterne", "fonds"}}
}

func TestEveryOperationAnswersAsTheDocumentSays(t *testing.T) {
	s := open(t)
	document := s.get(t, api.Root+"/openapi.json")
	paths := document["paths"].(object)
	if len(paths) < 14 {
		t.Fatalf("the document describes %d addresses", len(paths))
	}
	for path, item := range paths {
		answer := item.(object)["get"].(object)["responses"].(object)["200"].(object)["content"].(object)
		schema := answer["application/json"].(object)["schema"].(object)
		addresses := []string{api.Root + path}
		if found := regexp.MustCompile(`\{(\w+)\}`).FindStringSubmatch(path); found != nil {
			addresses = nil
			for _, value := range samples()[found[1]] {
				addresses = append(addresses, api.Root+strings.Replace(path, found[0], value, 1))
			}
		}
		answered := 0
		for _, address := range addresses {
			w := s.ask(t, http.MethodGet, address)
			var value any
			decoder := json.NewDecoder(w.Body)
			decoder.UseNumber()
			must(t, decoder.Decode(&value))
			if w.Code == http.StatusOK {
				answered++
				if err := check(document, schema, value, path); err != nil {
					t.Error(err)
				}
			} else if err := check(document, follow(document, "#/components/schemas/Refusal"), value, path); err != nil {
				t.Errorf("refusal: %v", err)
			}
		}
		if answered == 0 && !strings.HasPrefix(path, "/projects/") { // the demo's pots have no words
			t.Errorf("%s never answered", path)
		}
	}
}

// TestTheDocumentIsOpenAPI asks another reader of the specification.
func TestTheDocumentIsOpenAPI(t *testing.T) {
	validator, err := exec.LookPath("openapi-spec-validator")
	if err != nil {
		t.Skip("openapi-spec-validator is not installed")
	}
	file := filepath.Join(t.TempDir(), "openapi.json")
	must(t, os.WriteFile(file, open(t).ask(t, http.MethodGet, api.Root+"/openapi.json").Body.Bytes(), 0o600))
	if said, err := exec.CommandContext(t.Context(), validator, file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}

// figures gives every figure in an answer.
func figures(value any) (all []object) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			all = append(all, figures(one)...)
		}
	case object:
		if value["evidence"] != nil && value["entries"] != nil {
			all = append(all, value)
		}
		for _, one := range value {
			all = append(all, figures(one)...)
		}
	}
	return all
}

func minor(t testing.TB, of any) int64 {
	t.Helper()
	n, err := of.(object)["minor"].(json.Number).Int64()
	must(t, err)
	return n
}

// TestFiguresAreTheEntriesThatTheyLink adds up again what every figure of the fund and of its pots sums.
func TestFiguresAreTheEntriesThatTheyLink(t *testing.T) {
	s := open(t)
	pots := s.get(t, api.Root+"/pots/lanterne")
	checked := 0
	for _, answer := range []object{s.get(t, api.Root+"/fund"), pots} {
		for _, f := range figures(answer) {
			total := minor(t, f["amount"])
			var parts int64
			for _, one := range f["evidence"].([]any) {
				parts += minor(t, one)
			}
			if parts != total {
				t.Errorf("parts of %v are %d", f, parts)
			}
			if address := f["entries"].(string); strings.Contains(address, "/pots/") && checked < 20 {
				checked++
				if sum := s.sum(t, address); sum != total && sum != -total {
					t.Errorf("%s sums to %d, not %d", address, sum, total)
				}
			}
		}
	}
	if checked < 10 {
		t.Fatalf("only %d figures were added up", checked)
	}
}

// sum adds up the moves of all pages of a list.
func (s *site) sum(t testing.TB, address string) (total int64) {
	t.Helper()
	for address != "" {
		separator := "?"
		if strings.Contains(address, "?") {
			separator = "&"
		}
		if !strings.Contains(address, "limit=") {
			address += separator + "limit=500"
		}
		page := s.get(t, address)
		for _, line := range page["entries"].([]any) {
			for _, move := range line.(object)["moves"].([]any) {
				total += minor(t, move.(object)["amount"])
			}
		}
		address, _ = page["next"].(string)
	}
	return total
}

func TestAListGoesOnWhereItEnded(t *testing.T) {
	s := open(t)
	want := demo.Size - 1
	for address := api.Root + "/entries?limit=500"; address != ""; {
		page := s.get(t, address)
		for _, line := range page["entries"].([]any) {
			index, err := line.(object)["index"].(json.Number).Int64()
			must(t, err)
			if index != int64(want) {
				t.Fatalf("entry %d where %d is next", index, want)
			}
			want--
		}
		address, _ = page["next"].(string)
	}
	if want != -1 {
		t.Fatalf("the list ends before entry %d", want)
	}
}

func TestRefusalsAreProblems(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		method, address, code string
		status                int
	}{
		{"GET", "/pots/nowhere", "not_found", 404}, {"GET", "/entries/01", "not_found", 404},
		{"GET", "/entries?flow=up", "invalid", 400}, {"GET", "/entries?limit=0", "invalid", 400},
		{"GET", "/entries?limit=501", "invalid", 400}, {"GET", "/wall?order=amount", "invalid", 400},
		{"GET", "/nothing", "not_found", 404}, {"POST", "/fund", "invalid", 405},
	} {
		w := s.ask(t, c.method, api.Root+c.address, "Accept-Language", "fr")
		var said struct {
			Type, Title, Detail, Code, Localized, Lang string
			Status                                     int
		}
		must(t, json.Unmarshal(w.Body.Bytes(), &said))
		if w.Code != c.status || said.Status != c.status || said.Code != c.code || said.Detail == "" ||
			said.Localized == "" || said.Localized == said.Detail || said.Lang != "fr" || said.Type != "about:blank" ||
			w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", c.method, c.address, w.Code, w.Body)
		}
	}
}

func TestAnswersAreKeptAndReadElsewhere(t *testing.T) {
	s := open(t)
	first := s.ask(t, "GET", api.Root+"/fund")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("headers %v", first.Header())
	}
	if again := s.ask(t, "GET", api.Root+"/fund", "If-None-Match", tag); again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	asked := s.ask(t, "OPTIONS", api.Root+"/fund", "Origin", "https://elsewhere.example.org",
		"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
	if asked.Code != 204 || !strings.Contains(asked.Header().Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("asked before: %d %v", asked.Code, asked.Header())
	}
}

func TestTheHastyWait(t *testing.T) {
	s, refused := open(t), 0
	for range api.Pace().Most + 20 {
		w := s.ask(t, "GET", api.Root+"/checkpoint", "X-Forwarded-For", "2001:db8::1")
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "" {
			refused++
		}
	}
	if refused == 0 || refused > 20 {
		t.Fatalf("%d were refused", refused)
	}
	for from, want := range map[string]int{"2001:db8::2": 429, "2001:db8:0:1::1": 200, "192.0.2.1": 200} {
		if w := s.ask(t, "GET", api.Root+"/checkpoint", "X-Forwarded-For", from); w.Code != want {
			t.Errorf("%s: %d, not %d", from, w.Code, want)
		}
	}
}

// TestWhoeverWithdrawsIsGone asks for the wall before and behind a withdrawal.
func TestWhoeverWithdrawsIsGone(t *testing.T) {
	s := open(t)
	list := s.get(t, api.Root+"/wall")["entries"].([]any)
	if len(list) == 0 {
		t.Fatal("nobody is on the wall")
	}
	one := list[0].(object)
	index, err := one["index"].(json.Number).Int64()
	must(t, err)
	must(t, wall.New(s.app, s.trail).Hide(t.Context(), index, true))
	for _, line := range s.get(t, api.Root+"/wall")["entries"].([]any) {
		if line.(object)["index"] == one["index"] {
			t.Errorf("%v is still there", line)
		}
	}
}
