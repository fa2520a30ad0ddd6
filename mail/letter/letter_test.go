// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"encoding/json"
	"flag"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/locale"
	"ecot/mail"
	"ecot/mail/mailtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// TestGolden keeps each letter as people read it; look at the difference before writing it again.
func TestGolden(t *testing.T) {
	everyLetter(t, func(t *testing.T, s sample, e mail.Envelope) {
		if s.variant != "full" {
			return
		}
		name := filepath.Join("testdata", string(s.data.Kind())+"."+string(e.Message.Lang))
		for file, got := range map[string]string{name + ".txt": e.Message.Text, name + ".html": e.Message.HTML} {
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got), write it again with -update:\n%s", file, diff)
			}
		}
	})
}

var (
	tags       = regexp.MustCompile(`<(/?)([a-z0-9!]+)([^>]*)>`)
	attributes = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	heads      = regexp.MustCompile(`(?s)^.*</style>`)
	verbatims  = regexp.MustCompile(`(?s)<pre>.*?</pre>`)
	anchors    = regexp.MustCompile(`<a href="([^"]*)">([^<]*)</a>`)
)

// TestNothingIsLoaded allows the few tags and attributes of a letter, none of which can load a thing, and
// links to the fund's own pages alone.
func TestNothingIsLoaded(t *testing.T) {
	allowed := map[string]string{
		"!doctype": "", "html": "lang", "head": "", "meta": "charset name content", "title": "", "style": "",
		"body": "", "main": "", "footer": "", "h1": "", "p": "", "a": "href", "dl": "", "div": "", "dt": "",
		"dd": "class", "pre": "", "blockquote": "", "strong": "", "br": "",
	}
	everyLetter(t, func(t *testing.T, _ sample, e mail.Envelope) {
		for _, tag := range tags.FindAllStringSubmatch(e.Message.HTML, -1) {
			names, known := allowed[tag[2]]
			if !known {
				t.Errorf("the tag %s", tag[0])
			}
			for _, attribute := range attributes.FindAllStringSubmatch(tag[3], -1) {
				if !slices.Contains(strings.Fields(names), attribute[1]) {
					t.Errorf("the attribute %s in %s", attribute[1], tag[0])
				}
				if attribute[1] == "href" && !strings.HasPrefix(attribute[2], fund().Base+"/") {
					t.Errorf("a link to %s", attribute[2])
				}
			}
		}
		lower := strings.ToLower(e.Message.HTML)
		for _, word := range []string{"url(", "@import", "http-equiv", "src=", "cid:", "expression(", "ping="} {
			if strings.Contains(lower, word) {
				t.Errorf("%s in the letter", word)
			}
		}
		if !strings.HasPrefix(e.Message.HTML, "<!doctype html>\n<html lang=\""+string(e.Message.Lang)+"\">") ||
			!strings.Contains(e.Message.HTML, `<meta name="color-scheme" content="light dark">`) {
			t.Error("no language, or no word on dark screens")
		}
		if rest := strings.ReplaceAll(e.Message.HTML, fund().Base+"/", ""); strings.Contains(rest, "://") {
			t.Error("an address that is not the fund's")
		}
	})
}

// said gives the letters, digits and signs of amounts of a text, one after the other.
func said(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("€\u2212…/+=%.", r) {
			return r
		}
		return -1
	}, text)
}

// TestBothTextsSayTheSame compares everything that can be read: words, amounts, links, in order.
func TestBothTextsSayTheSame(t *testing.T) {
	everyLetter(t, func(t *testing.T, _ sample, e mail.Envelope) { sayTheSame(t, e) })
}

func sayTheSame(t *testing.T, e mail.Envelope) {
	t.Helper()
	body := anchors.ReplaceAllString(heads.ReplaceAllString(e.Message.HTML, ""), "$2 $1")
	body = html.UnescapeString(tags.ReplaceAllString(body, " "))
	if diff := cmp.Diff(said(body), said(e.Message.Text)); diff != "" {
		t.Errorf("HTML and text differ (-HTML +text):\n%s", diff)
	}
}

func TestNothingIsLeftOpen(t *testing.T) {
	everyLetter(t, func(t *testing.T, _ sample, e mail.Envelope) {
		all := e.Message.Subject + e.Message.Text + heads.ReplaceAllString(e.Message.HTML, "")
		for _, hole := range []string{"{", "}", "<no value>", "%!", "undefined", "NaN", "ZgotmplZ", "nil", "  ",
			" \n", "\n\n\n", " ."} {
			if strings.Contains(strings.ReplaceAll(all, "\n-- \n", "\n"), hole) {
				t.Errorf("%q in the letter:\n%s", hole, e.Message.Text)
			}
		}
		if len(e.Message.HTML) > maxHTML || len(e.Message.Text) > maxHTML {
			t.Errorf("%d and %d bytes", len(e.Message.HTML), len(e.Message.Text))
		}
		if utf8.RuneCountInString(e.Message.Subject) > 78 {
			t.Errorf("a subject of %d characters: %s", utf8.RuneCountInString(e.Message.Subject), e.Message.Subject)
		}
		for l := range strings.Lines(e.Message.Text) {
			copied := strings.Contains(html.UnescapeString(
				strings.Join(verbatims.FindAllString(e.Message.HTML, -1), "\n")), strings.TrimSuffix(l, "\n"))
			if utf8.RuneCountInString(l) > width+1 && strings.Contains(l, " ") && !copied {
				t.Errorf("a line of %d characters: %s", utf8.RuneCountInString(l), l)
			}
		}
	})
}

func TestListsCanBeLeft(t *testing.T) {
	everyLetter(t, func(t *testing.T, s sample, e mail.Envelope) {
		if !s.data.Kind().List() {
			if e.Message.List != nil {
				t.Error("a letter about one's own gift is no list")
			}
			return
		}
		if e.Message.List == nil || !strings.Contains(e.Message.Text, e.Message.List.Unsubscribe) ||
			!strings.Contains(e.Message.HTML, `<a href="`+e.Message.List.Unsubscribe+`">`) {
			t.Errorf("no way out of the list: %+v", e.Message.List)
		}
	})
}

// TestOverTheWire composes each letter and reads it with another reader.
func TestOverTheWire(t *testing.T) {
	everyLetter(t, func(t *testing.T, s sample, e mail.Envelope) {
		raw, err := e.Compose()
		if err != nil {
			t.Fatal(err)
		}
		got := mailtest.Parse(raw)
		if got.Err != nil || got.Text != e.Message.Text || got.HTML != e.Message.HTML ||
			got.Subject != e.Message.Subject || len(got.Files) != len(e.Message.Attachments) {
			t.Errorf("it reads otherwise: %v", got.Err)
		}
		one := got.Header.Get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
		if one != s.data.Kind().List() {
			t.Errorf("one click: %v", one)
		}
		if limit := 20 << 10; len(raw) > limit {
			t.Errorf("%d bytes", len(raw))
		}
	})
}

func links(e mail.Envelope) []string {
	var targets []string
	for _, a := range anchors.FindAllStringSubmatch(e.Message.HTML, -1) {
		targets = append(targets, strings.TrimPrefix(a[1], fund().Base))
	}
	return targets
}

// TestThanksAsksForNothing: three links, to look and to manage; the proof is there to the byte.
func TestThanksAsksForNothing(t *testing.T) {
	for _, lang := range locale.Langs() {
		thanks := samples()[0].data.(Thanks)
		e, err := newWriter(t).Render(letterOf(thanks, lang))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{thanks.Follow, thanks.Certificate, thanks.Manage}, links(e)); diff != "" {
			t.Error(diff)
		}
		files := e.Message.Attachments
		if len(files) != 3 || files[1].Name != "checkpoint.txt" ||
			string(files[1].Content) != string(thanks.Proof.Point) || string(files[0].Content) != string(thanks.Proof.Text) || files[0].Name != "proof-1204.txt" {
			t.Errorf("attached: %+v", files)
		}
		for _, want := range []string{"Basile Factice\nLanterne", "proof-1204.txt", "11"} {
			if !strings.Contains(e.Message.Text, want) {
				t.Errorf("no %q in\n%s", want, e.Message.Text)
			}
		}
	}
}

// TestStillYesWeighsNothing: three answers of one click each, side by side.
func TestStillYesWeighsNothing(t *testing.T) {
	for _, s := range samples() {
		still, ok := s.data.(StillYes)
		if !ok {
			continue
		}
		e, err := newWriter(t).Render(letterOf(still, locale.French))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{still.Keep, still.Change, still.Stop}, links(e)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestEveryMessageIsSaid finds each message of both languages in a letter, so that none is dead and every
// variant is tried; and both languages have the same messages with the same places.
func TestEveryMessageIsSaid(t *testing.T) {
	spoken := map[locale.Lang]string{}
	everyLetter(t, func(_ *testing.T, _ sample, e mail.Envelope) {
		spoken[e.Message.Lang] += strings.ReplaceAll(e.Message.Subject+" "+e.Message.Text, "\n", " ") + " "
	})
	place := regexp.MustCompile(`\{[a-z]+\}`)
	places := map[string][]string{}
	for lang, words := range map[locale.Lang]string{locale.French: french, locale.English: english} {
		for l := range strings.Lines(words) {
			key, text, ok := strings.Cut(strings.TrimSpace(l), " = ")
			if !ok || strings.HasPrefix(key, "#") {
				continue
			}
			for _, piece := range place.Split(text, -1) {
				if !strings.Contains(spoken[lang], strings.TrimSpace(piece)) {
					t.Errorf("%s: no letter says %s: %q", lang, key, piece)
				}
			}
			found := place.FindAllString(text, -1)
			slices.Sort(found)
			if other, seen := places[key]; seen {
				delete(places, key)
				if !slices.Equal(other, found) {
					t.Errorf("%s has other places in the two languages", key)
				}
			} else {
				places[key] = append([]string{}, found...)
			}
		}
	}
	for key := range places {
		t.Errorf("%s is in one language only", key)
	}
}

func TestEveryKindHasASample(t *testing.T) {
	for _, kind := range Kinds() {
		if !slices.ContainsFunc(samples(), func(s sample) bool { return s.variant == "full" && s.data.Kind() == kind }) {
			t.Errorf("%s has none", kind)
		}
	}
}

func TestJSONAndBack(t *testing.T) {
	for _, s := range samples() {
		l := letterOf(s.data, locale.English)
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var back Letter
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(l, back); diff != "" {
			t.Errorf("%s comes back otherwise:\n%s", s.data.Kind(), diff)
		}
	}
}

func TestRefusedJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"kind":"advert","data":{}}`, `{"kind":"erased"}`, `{"kind":"erased","data":{"On":1}}`,
		`{"kind":"erased","data":{"Off":"2026-01-02"}}`, `{"kind":"erased","data":{},"cc":"x"}`, `[]`,
	} {
		var l Letter
		if err := json.Unmarshal([]byte(text), &l); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := json.Marshal(Letter{}); err == nil {
		t.Error("a letter that says nothing is kept")
	}
}

// changed gives a copy of data with every text in it put through change, whatever it is for.
func changed(data Data, change func(path, old string) string) Data {
	v := reflect.New(reflect.TypeOf(data)).Elem()
	v.Set(reflect.ValueOf(data))
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString(change(path, v.String()))
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				return
			}
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return
			}
			fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(fresh, v)
			v.Set(fresh)
			for i := range v.Len() {
				walk(path, v.Index(i))
			}
		}
	}
	walk("", v)
	return v.Interface().(Data)
}

// TestHostileWords puts, into each text of each letter, what would break out of a line, a tag or a header.
// The letter is refused, or it says the words and nothing else.
func TestHostileWords(t *testing.T) {
	w := newWriter(t)
	tried, refused := 0, 0
	for _, evil := range []string{
		"x\r\nBcc: everybody@example.org", "</title><script>alert(1)</script>", `"><img src=http://evil.example/x>`,
		"{name} {{.Lang}} %s", "-- \nhttp://evil.example/", "\u202egnirts\u2066", "//evil.example/", "\x00\xff",
		"javascript:alert(1)", "/..//evil.example", strings.Repeat("a", 5000),
	} {
		for _, s := range samples() {
			var fields []string
			changed(s.data, func(path, old string) string { fields = append(fields, path); return old })
			for _, field := range fields {
				data := changed(s.data, func(path, old string) string {
					if path == field {
						return evil
					}
					return old
				})
				tried++
				e, err := w.Render(letterOf(data, locale.French))
				if err != nil {
					refused++
					if fault.CodeOf(err) != fault.Invalid && fault.CodeOf(err) != fault.Internal {
						t.Errorf("%s%s %q: %v", s.data.Kind(), field, evil, err)
					}
					continue
				}
				if _, err := e.Compose(); err != nil {
					t.Errorf("%s%s %q: %v", s.data.Kind(), field, evil, err)
				}
				sayTheSame(t, e)
				for _, target := range links(e) {
					if !strings.HasPrefix(target, "/") {
						t.Errorf("%s%s %q: a link to %s", s.data.Kind(), field, evil, target)
					}
				}
				if strings.Contains(e.Message.HTML, "<script") || strings.Contains(e.Message.HTML, "<img") {
					t.Errorf("%s%s %q: a tag came in", s.data.Kind(), field, evil)
				}
			}
		}
	}
	if tried < 1000 || refused == 0 || refused == tried {
		t.Errorf("%d tried, %d refused", tried, refused)
	}
}

func TestRefusedLetters(t *testing.T) {
	thanks := samples()[0].data.(Thanks)
	with := func(change func(*Thanks)) Data { c := thanks; change(&c); return c }
	for name, data := range map[string]Data{
		"sum":        with(func(c *Thanks) { c.For = []Share{{"Lanterne", euros(1199)}} }),
		"no purpose": with(func(c *Thanks) { c.For = nil }),
		"nameless":   with(func(c *Thanks) { c.For = []Share{{"", euros(1200)}} }),
		"unsigned":   with(func(c *Thanks) { c.Signer = Person{} }),
		"no proof":   with(func(c *Thanks) { c.Proof.Text = nil }),
		"fee":        with(func(c *Thanks) { c.Fee = euros(1201) }),
		"day":        with(func(c *Thanks) { c.Seen = "1/2/2026" }),
		"elsewhere":  with(func(c *Thanks) { c.Follow = "https://evil.example/" }),
		"no link":    with(func(c *Thanks) { c.Manage = "" }),
		"met":        NotReached{"", "L", "2026-01", 1, euros(5), euros(5), "/p", "/l"},
		"whole IBAN": PayeeChanged{"M", "", "FR7630006000011234567890189", "F", time.Unix(1, 0), "2026-01-09", "/d"},
		"no hour":    SignIn{"/s", time.Time{}},
		"rhythm":     RegularPaused{"", Regular{euros(1), "weekly", "L"}, "", "/m"},
		"cause":      InstalmentFailed{"", Regular{euros(1), Monthly, "L"}, "2026-01-05", "lazy", "", "/m"},
		"nothing":    nil,
	} {
		if _, err := newWriter(t).Render(letterOf2(data)); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// letterOf2 is letterOf for data that may be missing.
func letterOf2(data Data) Letter {
	l := letterOf(Erased{}, locale.French)
	l.Data = data
	return l
}

// TestLongNamesAreNoReasonToBeSilent: a subject is cut, the letter says the name whole.
func TestLongNamesAreNoReasonToBeSilent(t *testing.T) {
	name := strings.TrimSpace(strings.Repeat("Œuvre ", 50))
	e, err := newWriter(t).Render(letterOf(PayeeChanged{name, "", "4477", "Firmin Exemple",
		time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC), "2026-01-09", "/desk/payees/4"}, locale.French))
	if err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(e.Message.Subject); n > maxSubject || !strings.HasSuffix(e.Message.Subject, "e…") {
		t.Errorf("a subject of %d characters: %s", n, e.Message.Subject)
	}
	if !strings.Contains(e.Message.HTML, name) {
		t.Error("the letter does not say the name")
	}
}

func TestFundsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Fund){
		"no name": func(f *Fund) { f.Name = " " }, "no legal line": func(f *Fund) { f.Legal = "" },
		"no zone": func(f *Fund) { f.Zone = nil }, "slash": func(f *Fund) { f.Base += "/" },
		"no base": func(f *Fund) { f.Base = "" }, "ftp": func(f *Fund) { f.Base = "ftp://example.org" },
		"query": func(f *Fund) { f.Base += "?x=y" }, "user": func(f *Fund) { f.Base = "https://a@example.org" },
		"no sender": func(f *Fund) { f.From.Address = "" },
	} {
		f := fund()
		change(&f)
		if _, err := NewWriter(f); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples() {
		text, err := json.Marshal(letterOf(s.data, locale.French))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	w, err := NewWriter(fund())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var l Letter
		if json.Unmarshal(text, &l) != nil {
			return
		}
		again, err := json.Marshal(l)
		if err != nil {
			return // a date that JSON cannot write
		}
		var back Letter
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if e, err := w.Render(l); err == nil {
			if _, err := e.Compose(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
