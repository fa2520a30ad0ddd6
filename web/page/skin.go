// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"embed"
	"html/template"
	"net/url"
	"strings"

	"ecot/fault"
	"ecot/locale"
)

//go:embed templates/*.html
var templateFiles embed.FS

// skin is the templates of one manner: they speak its language, and their links keep it.
type skin struct {
	tongue    locale.Tongue
	templates *template.Template
}

// loadSkins parses the templates of all doors once for each manner.
func loadSkins(doors []Door) (map[Manner]*skin, error) {
	skins := make(map[Manner]*skin)
	for _, lang := range locale.Langs() {
		tongue, err := locale.Load(lang)
		if err != nil {
			return nil, err
		}
		for _, explicit := range []bool{false, true} {
			m := Manner{lang, explicit}
			parsed, err := parse(doors, functions(tongue, m))
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "The templates cannot be read.")
			}
			skins[m] = &skin{tongue, parsed}
		}
	}
	return skins, nil
}

func parse(doors []Door, functions template.FuncMap) (*template.Template, error) {
	parsed, err := template.New("").Funcs(functions).ParseFS(templateFiles, "templates/*.html")
	for _, door := range doors {
		if err != nil {
			break
		}
		if files := door.Templates(); files != nil {
			parsed, err = parsed.ParseFS(files, "*.html")
		}
	}
	return parsed, err
}

// functions are what templates may call: words and links, nothing that decides.
func functions(tongue locale.Tongue, m Manner) template.FuncMap {
	return template.FuncMap{
		"t":       tongue.Text,
		"count":   tongue.Count,
		"number":  tongue.Number,
		"lang":    func() string { return string(tongue.Lang) },
		"href":    m.Href,
		"options": func(f Field, kind string) optionsView { return optionsView{f, kind} },
	}
}

// optionsView is the options of a field as inputs of one kind.
type optionsView struct {
	Field Field
	Kind  string // radio or checkbox
}

// Href gives an address of ours with the reader's language in it when they chose it by a link.
func (m Manner) Href(address string) string {
	if !m.Explicit {
		return address
	}
	path, fragment, marked := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	path += separator + "lang=" + url.QueryEscape(string(m.Lang))
	if marked {
		return path + "#" + fragment
	}
	return path
}
