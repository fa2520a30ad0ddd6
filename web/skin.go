// SPDX-License-Identifier: AGPL-3.0-or-later

package web

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

// loadSkins parses the templates once for each manner.
func loadSkins() (map[manner]*skin, error) {
	skins := make(map[manner]*skin)
	for _, lang := range locale.Langs() {
		tongue, err := locale.Load(lang)
		if err != nil {
			return nil, err
		}
		for _, explicit := range []bool{false, true} {
			m := manner{lang, explicit}
			parsed, err := template.New("").Funcs(functions(tongue, m)).ParseFS(templateFiles, "templates/*.html")
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "The templates cannot be read.")
			}
			skins[m] = &skin{tongue, parsed}
		}
	}
	return skins, nil
}

// functions are what templates may call: words and links, nothing that decides.
func functions(tongue locale.Tongue, m manner) template.FuncMap {
	return template.FuncMap{
		"t":      tongue.Text,
		"count":  tongue.Count,
		"number": tongue.Number,
		"lang":   func() string { return string(tongue.Lang) },
		"href":   m.href,
	}
}

// href gives an address of ours with the reader's language in it when they chose it by a link.
func (m manner) href(address string) string {
	if !m.explicit {
		return address
	}
	path, fragment, marked := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	path += separator + "lang=" + url.QueryEscape(string(m.lang))
	if marked {
		return path + "#" + fragment
	}
	return path
}
