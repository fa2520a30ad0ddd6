// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ecot/money"
)

// page is docs/formats/leaf.md, the only thing that another reader is written from.
type page struct {
	text     string
	kinds    []string
	rows     map[string][]row // of a kind, in the page's order
	days     map[string]bool  // kinds whose leaf says the day alone
	examples [][]byte
}

// row is one key of a kind.
type row struct{ key, times, value string }

var (
	heading = regexp.MustCompile(`(?m)^### ([a-z-]+/v[0-9]+)$`)
	keyRow  = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([^|]+) \\| ([^|]+) \\| [^|]+ \\|$")
	word    = regexp.MustCompile("`([a-z-]+)`")
	example = regexp.MustCompile("(?s)```leaf\n(.*?)```")
	quoted  = regexp.MustCompile(`"([a-z-]+)"`)
)

func readPage(t *testing.T) *page {
	t.Helper()
	text, err := os.ReadFile("../docs/formats/leaf.md")
	if err != nil {
		t.Fatal(err)
	}
	p := &page{text: string(text), rows: map[string][]row{}, days: map[string]bool{}}
	places := heading.FindAllStringSubmatchIndex(p.text, -1)
	for i, at := range places {
		end := len(p.text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		name, section := p.text[at[2]:at[3]], p.text[at[0]:end]
		p.kinds = append(p.kinds, name)
		p.days[name] = strings.Contains(section, "`at` is a day.")
		for _, m := range keyRow.FindAllStringSubmatch(section, -1) {
			p.rows[name] = append(p.rows[name], row{m[1], m[2], m[3]})
		}
	}
	for _, m := range example.FindAllStringSubmatch(p.text, -1) {
		p.examples = append(p.examples, []byte(m[1]))
	}
	return p
}

// keys gives the keys of a leaf's fields, each once, in their order.
func keys(leaf []byte) (keys []string) {
	for _, line := range strings.Split(string(leaf), "\n")[2:] {
		key, _, _ := strings.Cut(line, " ")
		if key != "" && key != "post" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func kindOf(leaf []byte) string {
	kind, _, _ := bytes.Cut(leaf, []byte{'\n'})
	return string(kind)
}

// The page has every kind, and says truly which of them give the day alone.
func TestThePageHasEveryKind(t *testing.T) {
	p := readPage(t)
	for name, kind := range kinds() {
		if !slices.Contains(p.kinds, name) {
			t.Errorf("the page does not describe %s", name)
		} else if p.days[name] != kind.DayOnly {
			t.Errorf("the page says wrongly what the instant of %s is", name)
		}
	}
	if len(p.kinds) != len(kinds()) {
		t.Errorf("the page describes %d kinds, there are %d", len(p.kinds), len(kinds()))
	}
}

// The page has every key of every kind in its order. That the golden leaves have them all is
// TestGoldenLeavesShowEveryField.
func TestThePageHasEveryKeyInItsOrder(t *testing.T) {
	p := readPage(t)
	shown := map[string]bool{}
	for name, leaf := range goldens(t) {
		var listed []string
		for _, row := range p.rows[kindOf(leaf)] {
			if slices.Contains(keys(leaf), row.key) {
				listed = append(listed, row.key)
				shown[kindOf(leaf)+row.key] = true
			}
		}
		if !slices.Equal(listed, keys(leaf)) {
			t.Errorf("%s: the page has %v, the leaf %v", name, listed, keys(leaf))
		}
	}
	for kind, rows := range p.rows {
		for _, row := range rows {
			if !shown[kind+row.key] {
				t.Errorf("%s: the page has a key %q that no leaf has", kind, row.key)
			}
		}
	}
}

// How often a key may stand is as the page says: a leaf without its lines, and with one line more
// than allowed, is read or refused accordingly.
func TestThePageSaysHowOftenAKeyStands(t *testing.T) {
	p := readPage(t)
	for name, leaf := range goldens(t) {
		for _, row := range p.rows[kindOf(leaf)] {
			lines := regexp.MustCompile(`(?m)(^` + row.key + ` .*\n)+`)
			if !lines.Match(leaf) {
				continue
			}
			_, without := parse(lines.ReplaceAll(leaf, nil))
			_, more := parse(lines.ReplaceAll(leaf, []byte("$0$1")))
			if optional := strings.HasPrefix(row.times, "0"); (without == nil) != optional {
				t.Errorf("%s: the page says that %q stands %s times; without it: %v", name, row.key, row.times, without)
			}
			if more == nil {
				t.Errorf("%s: %q stands once more than the page says", name, row.key)
			}
			if !slices.Contains([]string{"1", "2", "0–1", "0–8", "1–8"}, row.times) {
				t.Errorf("%s: %q stands %q times", name, row.key, row.times)
			}
		}
	}
}

// The words of a key are those of the page: each is read, and no other word of the rules is.
func TestThePageHasEveryWord(t *testing.T) {
	p := readPage(t)
	words := rulesWords(t)
	for name, leaf := range goldens(t) {
		for _, row := range p.rows[kindOf(leaf)] {
			listed := word.FindAllStringSubmatch(row.value, -1)
			line := regexp.MustCompile(`(?m)^` + row.key + ` .*$`)
			if len(listed) < 2 && row.key != "closing" || !line.Match(leaf) {
				continue
			}
			var read, page []string
			for _, candidate := range words {
				if _, err := parse(line.ReplaceAll(leaf, []byte(row.key+" "+candidate))); err == nil {
					read = append(read, candidate)
				}
			}
			for _, m := range listed {
				page = append(page, m[1])
			}
			slices.Sort(page)
			if !slices.Equal(read, page) {
				t.Errorf("%s: %q may be %v, on the page %v", name, row.key, read, page)
			}
		}
	}
}

// rulesWords gives every word that the rules quote, sorted, each once.
func rulesWords(t *testing.T) (words []string) {
	t.Helper()
	files, err := filepath.Glob("../mechanism/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			words = append(words, m[1])
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// The examples of the page are the golden leaves, all of them.
func TestThePageShowsTheGoldenLeaves(t *testing.T) {
	p, frozen := readPage(t), goldens(t)
	for _, leaf := range p.examples {
		if _, err := parse(leaf); err != nil {
			t.Errorf("an example does not parse: %v\n%s", err, leaf)
		}
	}
	for name, leaf := range frozen {
		if !slices.ContainsFunc(p.examples, func(e []byte) bool { return bytes.Equal(e, leaf) }) {
			t.Errorf("the page does not show %s", name)
		}
	}
	if len(p.examples) != len(frozen) {
		t.Errorf("the page shows %d leaves, %d are frozen", len(p.examples), len(frozen))
	}
}

// The currencies of the page are those that the code knows.
func TestThePageHasEveryCurrency(t *testing.T) {
	_, rest, _ := strings.Cut(readPage(t).text, "### Units")
	section, _, _ := strings.Cut(rest, "### Commitments")
	listed := map[string]bool{"HUR": true}
	for _, code := range regexp.MustCompile(`\b[A-Z]{3}\b`).FindAllString(section, -1) {
		listed[code] = code != "ISO"
	}
	for n := range 26 * 26 * 26 {
		code := string([]byte{byte('A' + n/676), byte('A' + n/26%26), byte('A' + n%26)})
		if money.Unit(code).Valid() != listed[code] {
			t.Errorf("unit %s: known to the code %v, to the page %v", code, !listed[code], listed[code])
		}
	}
}
