// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"bytes"
	"encoding/json"
	"fmt"

	"ecot/fault"
	"ecot/money"
)

// Read reads a manifest. What the schema does not know is passed over.
func Read(file []byte) (Manifest, error) {
	w, err := decode(file)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Entity: Entity{w.Entity.Type, w.Entity.Role, w.Entity.Name, w.Entity.Mail, w.Entity.Phone,
		w.Entity.Description, Address(w.Entity.Web)}}
	for _, p := range w.Projects {
		m.Projects = append(m.Projects, Project{p.GUID, p.Name, p.Description, Address(p.Web),
			Address(p.Repository), some(p.Licences), some(p.Tags)})
	}
	for _, c := range w.Funding.Channels {
		m.Channels = append(m.Channels, Channel(c))
	}
	for i, p := range w.Funding.Plans {
		place := fmt.Sprintf("funding.plans[%d]", i)
		if p.Status != "active" && p.Status != "inactive" {
			return Manifest{}, refuse(place+".status", "%q is neither active nor inactive.", shorten(p.Status))
		}
		if p.Amount == "" {
			return Manifest{}, refuse(place+".amount", "It is missing.")
		}
		minor, err := parsed(place+".amount", p.Amount, p.Currency)
		if err != nil {
			return Manifest{}, err
		}
		m.Plans = append(m.Plans, Plan{p.GUID, p.Status == "active", p.Name, p.Description,
			money.Amount{Minor: minor, Unit: p.Currency}, p.Every, some(p.Channels)})
	}
	for i, y := range w.Funding.History {
		year, err := y.read(fmt.Sprintf("funding.history[%d]", i))
		if err != nil {
			return Manifest{}, err
		}
		m.History = append(m.History, year)
	}
	if err := m.Check(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// read reads one year.
func (w wireYear) read(place string) (Year, error) {
	y := Year{Year: w.Year, Unit: w.Currency, Description: w.Description}
	for _, figure := range []struct {
		name string
		from json.Number
		into **int64
	}{{".income", w.Income, &y.Income}, {".expenses", w.Expenses, &y.Expenses}, {".taxes", w.Taxes, &y.Taxes}} {
		minor, err := parsed(place+figure.name, figure.from, w.Currency)
		if err != nil {
			return Year{}, err
		}
		if figure.from != "" {
			*figure.into = &minor
		}
	}
	return y, nil
}

// Write gives a manifest as a file.
func Write(m Manifest) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	w := wireManifest{Schema: schema, Version: version, Funding: &wireFunding{Channels: []wireChannel{},
		Plans: []wirePlan{}}, Entity: &wireEntity{m.Entity.Type, m.Entity.Role, m.Entity.Name, m.Entity.Mail,
		m.Entity.Phone, m.Entity.Description, wireAddress(m.Entity.Web)}}
	for _, p := range m.Projects {
		w.Projects = append(w.Projects, wireProject{p.GUID, p.Name, p.Description, wireAddress(p.Web),
			wireAddress(p.Repository), list(p.Licences), list(p.Tags)})
	}
	for _, c := range m.Channels {
		w.Funding.Channels = append(w.Funding.Channels, wireChannel(c))
	}
	for _, p := range m.Plans {
		status := "inactive"
		if p.Active {
			status = "active"
		}
		w.Funding.Plans = append(w.Funding.Plans, wirePlan{p.GUID, status, p.Name, p.Description,
			plain(p.Amount.Minor, p.Amount.Unit), p.Amount.Unit, p.Every, list(p.Channels)})
	}
	for _, y := range m.History {
		one := wireYear{Year: y.Year, Currency: y.Unit, Description: y.Description}
		for into, minor := range map[*json.Number]*int64{&one.Income: y.Income, &one.Expenses: y.Expenses,
			&one.Taxes: y.Taxes} {
			if minor != nil {
				*into = plain(*minor, y.Unit)
			}
		}
		w.Funding.History = append(w.Funding.History, one)
	}
	return encode(w)
}

// encode writes a manifest for people to read, ending in a line end.
func encode(w wireManifest) ([]byte, error) {
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	if err := to.Encode(w); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The manifest cannot be written.")
	}
	if out.Len() > MaxBytes {
		return nil, fault.New(fault.Invalid, "The manifest is longer than %d KiB.", MaxBytes>>10)
	}
	return out.Bytes(), nil
}

// some gives texts, nil when there are none.
func some(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// list gives texts as an array that is there even when it is empty.
func list(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
