// SPDX-License-Identifier: AGPL-3.0-or-later

// Package locale speaks French and English: a catalogue of messages, the plural forms of both
// languages, dates in words, amounts as each writes them, and the choice of language that a reader's
// browser asks for.
//
// The catalogue is one embedded file per language, `key = text` a line, with `{name}` where a value
// goes. Its one invariant: both languages hold the same messages with the same places for values, so
// that no page is half translated; a test proves it.
package locale

import (
	"embed"
	"io/fs"
	"maps"
	"strings"

	"ecot/fault"
)

// Lang is a language that Écot speaks, as its ISO 639-1 code.
type Lang string

// The languages, the first one being French.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Langs lists the languages in the order in which a page offers them.
func Langs() []Lang { return []Lang{French, English} }

// ParseLang reads the code of a language that Écot speaks; ok is false for any other text.
func ParseLang(s string) (lang Lang, ok bool) {
	for _, known := range Langs() {
		if s == string(known) {
			return known, true
		}
	}
	return "", false
}

// Name gives the language's own name for itself.
func (l Lang) Name() string {
	if l == French {
		return "Français"
	}
	return "English"
}

// The messages lie in messages, one file an area and language, such as books.fr.txt.
//
//go:embed messages/*.txt
var files embed.FS

// Tongue is one language with its messages. It is immutable and safe for concurrent use.
type Tongue struct {
	Lang  Lang
	texts map[string]string
}

// Load reads the embedded messages of lang. An error is fault.Internal: the file is part of the
// program.
func Load(lang Lang) (Tongue, error) {
	names, err := fs.Glob(files, "messages/*."+string(lang)+".txt")
	if err != nil || len(names) == 0 {
		return Tongue{}, fault.Wrap(err, fault.Internal, "There are no messages in the language %q.", lang)
	}
	texts := make(map[string]string)
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err == nil {
			err = parseMessages(string(data), texts)
		}
		if err != nil {
			return Tongue{}, fault.Wrap(err, fault.Internal, "The messages of %s cannot be read.", name)
		}
	}
	return Tongue{Lang: lang, texts: texts}, nil
}

// With gives the tongue with further messages, written as in the embedded files: a package that speaks to
// people by other ways than pages keeps its words beside its code. A line that is no message, or whose key
// exists already, is fault.Internal.
func (t Tongue) With(messages string) (Tongue, error) {
	texts := maps.Clone(t.texts)
	if err := parseMessages(messages, texts); err != nil {
		return Tongue{}, err
	}
	return Tongue{Lang: t.Lang, texts: texts}, nil
}

// parseMessages adds lines `key = text` to texts; empty lines and those that begin with # are left out.
func parseMessages(data string, texts map[string]string) error {
	for number, line := range strings.Split(data, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, found := strings.Cut(line, " = ")
		if _, twice := texts[key]; !found || twice || key == "" || text == "" {
			return fault.New(fault.Internal, "Line %d of the messages is not a new `key = text`: %s",
				number+1, line)
		}
		texts[key] = text
	}
	return nil
}

// Text gives the message key with its values put in: pairs are name, value, name, value. A message
// that does not exist, or a place left without value, is fault.Internal.
func (t Tongue) Text(key string, pairs ...string) (string, error) {
	text, found := t.texts[key]
	if !found {
		return "", fault.New(fault.Internal, "There is no message %q in %s.", key, t.Lang)
	}
	return fill(key, text, pairs)
}

// Has tells whether the message key exists.
func (t Tongue) Has(key string) bool {
	_, found := t.texts[key]
	return found
}

// Label gives the message `prefix.token`, or the token itself when it has none: it names what a later
// version of the journal may bring without refusing it.
func (t Tongue) Label(prefix, token string) string {
	if text, found := t.texts[prefix+"."+token]; found {
		return text
	}
	return token
}

// fill puts the values in their places; every place must have one and every value its place.
func fill(key, text string, pairs []string) (string, error) {
	if len(pairs)%2 != 0 {
		return "", fault.New(fault.Internal, "The values of the message %q are not pairs.", key)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, "{"+pairs[i]+"}") {
			return "", fault.New(fault.Internal, "The message %q has no place {%s}.", key, pairs[i])
		}
	}
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String(), nil
		}
		name, after, _ := strings.Cut(rest, "}")
		value, found := valueOf(name, pairs)
		if !found {
			return "", fault.New(fault.Internal, "The message %q wants a value for {%s}.", key, name)
		}
		b.WriteString(value)
		text = after
	}
}

func valueOf(name string, pairs []string) (string, bool) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1], true
		}
	}
	return "", false
}
