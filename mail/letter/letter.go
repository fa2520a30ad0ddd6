// SPDX-License-Identifier: AGPL-3.0-or-later

// Package letter writes the letters of a fund: what happened, as typed data, becomes a subject, a plain text
// and an HTML text, in French and in English.
//
// A Letter is a value that an outbox can keep as JSON until it is sent. Each kind of letter is a type of Data
// that says its blocks in order (a paragraph, a figure, a link…), with words from fr.txt and en.txt; one
// writer turns the blocks into both texts. Links are paths: the fund's own address is put before them when
// the letter is rendered. Nothing here asks for the time, the net or a database.
//
// Its one invariant: both texts of a letter say the same, since they come from the same blocks; and a letter
// loads nothing from anywhere, so that nobody learns when it is read.
package letter

import (
	"bytes"
	"encoding/json"
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/mail"
)

// Letter is one letter to one person, before it is put in words. As JSON it is an object with id, at, to,
// lang, kind and data; it may hold a name and a secret link, so it is kept in private and forgotten once
// it is sent.
type Letter struct {
	ID   string // unique within the instance, such as "thanks/1204"
	At   time.Time
	To   mail.Address
	Lang locale.Lang
	Data Data
}

// stored is a Letter as JSON.
type stored struct {
	ID   string          `json:"id"`
	At   time.Time       `json:"at"`
	To   mail.Address    `json:"to"`
	Lang locale.Lang     `json:"lang"`
	Kind Kind            `json:"kind"`
	Data json.RawMessage `json:"data"`
}

// Kind gives the kind of the letter, empty when it has no data.
func (l Letter) Kind() Kind {
	if l.Data == nil {
		return ""
	}
	return l.Data.Kind()
}

// MarshalJSON gives the letter as UnmarshalJSON reads it. A letter without data is fault.Invalid.
func (l Letter) MarshalJSON() ([]byte, error) {
	if l.Data == nil {
		return nil, fault.New(fault.Invalid, "A letter has something to say.")
	}
	data, err := json.Marshal(l.Data)
	if err != nil {
		return nil, err
	}
	return json.Marshal(stored{l.ID, l.At, l.To, l.Lang, l.Kind(), data})
}

// UnmarshalJSON reads what MarshalJSON writes. A kind or a field that is not known is fault.Invalid: a
// letter is never sent with something missing.
func (l *Letter) UnmarshalJSON(text []byte) error {
	var s stored
	if err := strict(text, &s); err != nil {
		return err
	}
	data, err := s.Kind.read(s.Data)
	if err != nil {
		return err
	}
	*l = Letter{ID: s.ID, At: s.At, To: s.To, Lang: s.Lang, Data: data}
	return nil
}

// strict reads JSON into v and refuses fields that v does not have.
func strict(text []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return fault.Wrap(err, fault.Invalid, "This is not a letter that was kept here.")
	}
	return nil
}
