// SPDX-License-Identifier: AGPL-3.0-or-later

package profile

import (
	"context"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"ecot/fault"
	"ecot/journal"
	"ecot/office"
	"ecot/pay/reference"
)

// Change is who changes settings, and when.
type Change struct {
	Member  string // id; operator for the command line
	Mandate string
	At      int64 // seconds
}

// Names lists every setting of the profile.
func Names() []string { return slices.Sorted(maps.Keys((&Profile{}).fields())) }

// Check brings a value into the form in which it is kept, or refuses it with fault.Invalid. An empty one
// takes the setting away.
func Check(name, value string) (string, error) {
	value = strings.TrimSpace(value)
	var p Profile
	into, known := p.fields()[name]
	if !known {
		return "", fault.New(fault.Invalid, "There is no setting %q.", name)
	}
	if value == "" {
		return "", nil
	}
	if len(value) > maxValue {
		return "", fault.New(fault.Invalid, "A setting has at most %d bytes.", maxValue).In("profile.too-long")
	}
	if err := read(into, value); err != nil {
		return "", fault.Wrap(err, fault.Invalid, "%q cannot be read.", value).
			In("profile.unreadable", "value", value)
	}
	return shaped(name, value)
}

// maxValue bounds a setting, in bytes.
const maxValue = 2_000

// shaped checks the values that have a shape of their own.
func shaped(name, value string) (string, error) {
	switch name {
	case "number":
		return ParseNumber(value)
	case "iban":
		iban, err := reference.ParseIBAN(value)
		if err != nil {
			return "", fault.Wrap(err, fault.Invalid, "%s", fault.PublicOf(err)).In("profile.wrong-iban")
		}
		return string(iban), nil
	case "bic":
		bic, err := reference.ParseBIC(value)
		if err != nil {
			return "", fault.Wrap(err, fault.Invalid, "%s", fault.PublicOf(err)).In("profile.wrong-bic")
		}
		return string(bic), nil
	case "form":
		if !slices.Contains(Forms(), Form(value)) {
			return "", fault.New(fault.Invalid, "%q is no legal form; there are %v.", value, Forms()).
				In("profile.unreadable", "value", value)
		}
	case "mail":
		if at, err := mail.ParseAddress(value); err != nil || at.Address != value {
			return "", fault.New(fault.Invalid, "%q is no mail address.", value).In("profile.wrong-mail")
		}
	case "base-url":
		return parseBaseURL(value)
	case "country":
		return parseCountry(value)
	case "general-pot", "reference-prefix":
		return parseWord(name, value)
	case "suggested":
		if len(strings.Fields(value)) != suggested {
			return "", fault.New(fault.Invalid, "Four amounts are suggested.").In("profile.four-amounts")
		}
	}
	return value, nil
}

// suggested is how many amounts the form suggests.
const suggested = 4

func parseBaseURL(value string) (string, error) {
	value = strings.TrimSuffix(value, "/")
	at, err := url.Parse(value)
	if err != nil || at.Host == "" || at.Path != "" || at.Scheme != "https" && at.Scheme != "http" {
		return "", fault.New(fault.Invalid, "%q is no address of a site; it looks like https://fonds.example.org.",
			value).In("profile.wrong-url")
	}
	return value, nil
}

func parseCountry(value string) (string, error) {
	value = strings.ToUpper(value)
	if len(value) != 2 || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", fault.New(fault.Invalid, "A country is two letters, such as FR.").In("profile.wrong-country")
	}
	return value, nil
}

func parseWord(name, value string) (string, error) {
	if name == "general-pot" && journal.IsSlug(value) {
		return value, nil
	}
	if name == "reference-prefix" {
		value = strings.ToUpper(value)
		if _, err := reference.NewSeries(make([]byte, 32), value); err == nil {
			return value, nil
		}
	}
	return "", fault.New(fault.Invalid, "%q cannot be read.", value).In("profile.unreadable", "value", value)
}

// Write makes settings, which Check has brought into their form; what is the same as before stays untouched.
// Every change is noted with who made it. It gives the names of those that changed, in order.
func Write(ctx context.Context, o *office.Office, by Change, values map[string]string) (changed []string,
	err error) {
	err = o.Do(ctx, func(tx *office.Tx) error {
		changed = nil
		have, err := o.Settings(ctx)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if values[name] == have[name] {
				continue
			}
			changed = append(changed, name)
			if err := tx.PutSetting(ctx, name, values[name], by.Mandate, by.At); err != nil {
				return err
			}
			if err := tx.NoteSetting(ctx, office.SettingChange{At: by.At, Name: name, Was: have[name],
				Value: values[name], Member: by.Member}); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}
