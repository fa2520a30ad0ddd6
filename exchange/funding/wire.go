// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"ecot/fault"
	"ecot/money"
)

// schema is the version that Write keeps to; what it writes is valid for 1.0 as well.
const (
	schema  = "https://fundingjson.org/schema/v1.1.0.json"
	version = "v1.0.0"
)

// wireManifest is a manifest as JSON has it.
type wireManifest struct {
	Schema   string        `json:"$schema,omitempty"`
	Version  string        `json:"version,omitempty"`
	Entity   *wireEntity   `json:"entity"`
	Projects []wireProject `json:"projects,omitempty"`
	Funding  *wireFunding  `json:"funding"`
}

type wireEntity struct {
	Type        string      `json:"type"`
	Role        string      `json:"role"`
	Name        string      `json:"name"`
	Mail        string      `json:"email"`
	Phone       string      `json:"phone,omitempty"`
	Description string      `json:"description"`
	Web         wireAddress `json:"webpageUrl"`
}

type wireAddress struct {
	URL       string `json:"url"`
	WellKnown string `json:"wellKnown,omitempty"`
}

type wireProject struct {
	GUID        string      `json:"guid"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Web         wireAddress `json:"webpageUrl"`
	Repository  wireAddress `json:"repositoryUrl"`
	Licences    []string    `json:"licenses"`
	Tags        []string    `json:"tags"`
}

type wireFunding struct {
	Channels []wireChannel `json:"channels"`
	Plans    []wirePlan    `json:"plans"`
	History  []wireYear    `json:"history,omitempty"`
}

type wireChannel struct {
	GUID        string `json:"guid"`
	Type        string `json:"type"`
	Address     string `json:"address"`
	Description string `json:"description"`
}

type wirePlan struct {
	GUID        string      `json:"guid"`
	Status      string      `json:"status"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Amount      json.Number `json:"amount"`
	Currency    money.Unit  `json:"currency"`
	Every       string      `json:"frequency"`
	Channels    []string    `json:"channels"`
}

type wireYear struct {
	Year        int         `json:"year"`
	Income      json.Number `json:"income,omitempty"`
	Expenses    json.Number `json:"expenses,omitempty"`
	Taxes       json.Number `json:"taxes,omitempty"`
	Currency    money.Unit  `json:"currency"`
	Description string      `json:"description,omitempty"`
}

// decode reads the JSON of a manifest, having looked at its depth.
func decode(file []byte) (w wireManifest, err error) {
	if len(file) > MaxBytes {
		return w, fault.New(fault.Invalid, "The file is longer than %d KiB.", MaxBytes>>10)
	}
	if file = bytes.TrimPrefix(file, []byte("\uFEFF")); !utf8.Valid(file) {
		return w, fault.New(fault.Invalid, "This is not text in UTF-8.")
	}
	if err := shallow(file); err != nil {
		return w, err
	}
	if err := json.Unmarshal(file, &w); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return w, refuse(shorten(kind.Field), "A %s stands where it cannot.", kind.Value)
		}
		return w, fault.New(fault.Invalid, "This is not JSON as a manifest has it (%s).", shorten(err.Error()))
	}
	if w.Entity == nil || w.Funding == nil {
		return w, fault.New(fault.Invalid, "This is not a manifest of fundingjson.org: it says nothing under "+
			"“entity” or “funding”.")
	}
	return w, nil
}

// shallow refuses what is no JSON, has something behind it, or nests too deep.
func shallow(file []byte) error {
	in := json.NewDecoder(bytes.NewReader(file))
	depth := 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return fault.New(fault.Invalid, "byte %d: This is not JSON (%s).", in.InputOffset(), shorten(err.Error()))
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > maxDepth {
			return fault.New(fault.Invalid, "byte %d: More than %d arrays and objects are open at once.",
				in.InputOffset(), maxDepth)
		}
	}
}

// refuse makes a fault.Invalid that names a place in the manifest.
func refuse(place, format string, args ...any) error {
	return fault.New(fault.Invalid, "“%s”: "+format, append([]any{place}, args...)...)
}

// plain writes an amount as a number of JSON, without zeros that say nothing.
func plain(minor int64, unit money.Unit) json.Number {
	text := money.Amount{Minor: minor, Unit: unit}.String()
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return json.Number(text)
}

// parsed reads a number of JSON into minor units, 0 when there is none.
func parsed(place string, n json.Number, unit money.Unit) (int64, error) {
	if !unit.IsCurrency() {
		return 0, refuse(place, "%q is not a currency of ISO 4217 in use.", shorten(string(unit)))
	}
	if n == "" {
		return 0, nil
	}
	amount, err := money.Parse(string(n), unit)
	if err != nil {
		return 0, refuse(place, "%s", fault.PublicOf(err))
	}
	return amount.Minor, nil
}

// shorten keeps a piece of input short enough for a sentence.
func shorten(s string) string {
	const most = 80
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
