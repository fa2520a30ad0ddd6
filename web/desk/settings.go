// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/setup"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// settingsPage is where settings are changed.
const settingsPage = "/desk/settings"

// group is some settings that are changed together, on one page.
type group struct {
	name  string
	names []string
}

// groups lists the settings as pages show them.
func groups() []group {
	return []group{
		{"body", []string{"legal-name", "form", "number", "object", "deductible"}},
		{"legal", []string{"street", "postcode", "town", "country", "mail", "publisher", "host", "base-url"}},
		{"account", []string{"iban", "bic", "reference-prefix"}},
		{"appeal", []string{"appeal-number", "appeal-from", "appeal-until"}},
		{"amounts", []string{"suggested", "least"}},
		{"fees", []string{"card-fixed", "card-basis"}},
	}
}

// shownChanges is how many changes of settings a page lists.
const shownChanges = 30

// settingsView is every setting and who changed it last.
type settingsView struct {
	page.Frame
	Groups  []groupView
	Live    bool
	Mail    bool
	Pot     string
	Changes []changeView
}

// groupView is a group of settings as they are.
type groupView struct {
	Title    string
	Href     string
	Settings []settingView
}

type settingView struct{ Label, Value string }

// changeView is one change of a setting.
type changeView struct {
	At   locale.Moment
	What string
	Was  string
	Now  string
	By   string
}

// settings shows every setting.
func (d *Door) settings(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	values, err := d.options.Setup.Values(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	view := settingsView{Frame: d.Frame(r, p, "desk-settings", p.Words("desk.settings.title")),
		Mail: d.people.CanMail(), Pot: values["general-pot"]}
	if view.Live, err = d.options.Setup.Published(r.Context()); err != nil {
		return page.Reply{}, err
	}
	for _, g := range groups() {
		one := groupView{p.Words("desk.settings." + g.name + ".title"), settingsPage + "/" + g.name, nil}
		for _, name := range g.names {
			one.Settings = append(one.Settings, settingView{p.Words("setting." + name + ".label"),
				d.told(p, name, values[name])})
		}
		view.Groups = append(view.Groups, one)
	}
	if view.Changes, err = d.changes(r, p); err != nil {
		return page.Reply{}, err
	}
	return d.Private(r, p, "desk-settings", view)
}

// changes writes the newest changes of settings.
func (d *Door) changes(r *http.Request, p *page.Pen) ([]changeView, error) {
	all, err := d.options.Setup.Changes(r.Context(), shownChanges)
	if err != nil {
		return nil, err
	}
	names, err := d.names(r, p)
	var views []changeView
	for _, c := range all {
		views = append(views, changeView{instant(p, c.At), p.Words("setting." + c.Name + ".label"),
			d.told(p, c.Name, c.Was), d.told(p, c.Name, c.Value), names(c.Member)})
	}
	return views, err
}

// names gives what members are called, by id.
func (d *Door) names(r *http.Request, p *page.Pen) (func(id string) string, error) {
	members, err := d.people.Members(r.Context())
	called := map[string]string{people.Operator().Member: p.Words("desk.operator")}
	for _, m := range members {
		called[m.ID] = m.Name
	}
	gone := p.Words("desk.gone")
	return func(id string) string {
		if name, known := called[id]; known {
			return name
		}
		return gone
	}, err
}

// told writes a setting as people read it.
func (d *Door) told(p *page.Pen, name, value string) string {
	if value == "" {
		return p.Words("desk.settings.unsaid")
	}
	switch name {
	case "form":
		return p.Words("setting.form.of-" + value)
	case "deductible", "published":
		return p.Words("setting.yes")
	case "appeal-from", "appeal-until":
		return p.When(value).Words
	case "card-basis":
		return d.typed(p, name, value) + "\u00a0%"
	case "suggested", "least", "card-fixed":
		var all []string
		for _, one := range strings.Fields(value) {
			minor, err := strconv.ParseInt(one, 10, 64)
			p.Note(err)
			all = append(all, p.Amount(money.Amount{Minor: minor, Unit: d.options.Unit}))
		}
		return strings.Join(all, " · ")
	}
	return value
}

// typed writes a setting as people type it.
func (d *Door) typed(p *page.Pen, name, value string) string {
	unit := d.options.Unit
	switch name {
	case "card-basis":
		unit = money.Euro // two decimals: hundredths of a per cent
	case "suggested", "least", "card-fixed":
	default:
		return value
	}
	var all []string
	for _, one := range strings.Fields(value) {
		minor, err := strconv.ParseInt(one, 10, 64)
		p.Note(err)
		all = append(all, money.Amount{Minor: minor, Unit: unit}.FormatBare(string(p.Lang)))
	}
	return strings.Join(all, " ; ")
}

// read brings what was typed into the form of a setting.
func (d *Door) read(p *page.Pen, name, typed string) (string, error) {
	unit := d.options.Unit
	switch name {
	case "card-basis":
		unit = money.Euro
	case "suggested", "least", "card-fixed":
	default:
		return typed, nil
	}
	var all []string
	for one := range strings.SplitSeq(typed, ";") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		amount, err := money.ParseLocal(one, string(p.Lang), unit)
		if err != nil || amount.Minor < 0 {
			return "", fault.Wrap(err, fault.Invalid, "%q is no amount.", one).
				In("profile.unreadable", "value", one)
		}
		all = append(all, strconv.FormatInt(amount.Minor, 10))
	}
	return strings.Join(all, " "), nil
}

// settingFormView is the form of a group.
type settingFormView struct {
	page.Frame
	Problems []page.Problem
	Lead     string
	Fields   []fieldView
	Action   string
}

// fieldView is a field and the template that shows it.
type fieldView struct {
	Kind  string // field, choices or boxes
	Field page.Field
}

// group gives the group that a request names.
func (d *Door) group(r *http.Request) (group, error) {
	at := slices.IndexFunc(groups(), func(g group) bool { return g.name == r.PathValue("group") })
	if at < 0 {
		return group{}, fault.New(fault.NotFound, "There are no such settings.")
	}
	return groups()[at], nil
}

// editSettings shows the form of a group.
func (d *Door) editSettings(r *http.Request) (page.Reply, error) {
	g, err := d.group(r)
	if err != nil {
		return page.Reply{}, err
	}
	values, err := d.options.Setup.Values(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p, form := d.Pen(r), map[string][]string{}
	for _, name := range g.names {
		form[name] = []string{d.typed(p, name, values[name])}
	}
	return d.showSettings(r, g, page.NewForm(p, form), http.StatusOK)
}

func (d *Door) showSettings(r *http.Request, g group, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	key := "desk.settings." + g.name
	view := settingFormView{Frame: d.Frame(r, p, "desk-settings", p.Words(key+".title")), Problems: f.Problems(),
		Lead: p.Words(key + ".lead"), Action: settingsPage + "/" + g.name}
	for _, name := range g.names {
		view.Fields = append(view.Fields, settingField(p, f, name))
	}
	made, err := d.Private(r, p, "desk-setting-form", view)
	made.Status = status
	return made, err
}

// settingField gives the field of a setting.
func settingField(p *page.Pen, f *page.Form, name string) fieldView {
	key := "setting." + name
	switch name {
	case "form":
		var forms []page.Option
		for _, form := range profile.Forms() {
			forms = append(forms, page.Option{Value: string(form), Label: p.Words(key + ".of-" + string(form))})
		}
		return fieldView{"choices", f.Field(name, key, f.Options(name, forms))}
	case "deductible":
		return fieldView{"boxes", f.Choices(name, key, "true")}
	case "appeal-from", "appeal-until":
		return fieldView{"field", f.Field(name, key, page.As("date", "", ""))}
	case "mail":
		return fieldView{"field", f.Field(name, key, page.As("email", "email", ""))}
	case "base-url":
		return fieldView{"field", f.Field(name, key, page.As("url", "url", ""))}
	case "object", "host":
		return fieldView{"field", f.Field(name, key, page.Rows(3))}
	case "least", "card-fixed", "card-basis":
		return fieldView{"field", f.Field(name, key, page.As("text", "decimal", ""), page.Narrow)}
	}
	return fieldView{"field", f.Field(name, key)}
}

// saveSettings changes the settings of a group.
func (d *Door) saveSettings(r *http.Request) (page.Reply, error) {
	g, err := d.group(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	values := map[string]string{}
	for _, name := range g.names {
		if values[name], err = d.read(p, name, f.Value(name)); err != nil {
			if err := f.RefuseFault(name, err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if from, until := values["appeal-from"], values["appeal-until"]; from > until && until != "" {
		f.Refuse("appeal-until", "desk.settings.appeal.order")
	}
	if f.Wrong() {
		return d.showSettings(r, g, f, http.StatusBadRequest)
	}
	err = d.options.Setup.Change(r.Context(), people.From(r.Context()), values)
	var wrong setup.Wrong
	if errors.As(err, &wrong) {
		for _, name := range g.names {
			if wrong[name] != nil {
				f.Refuse(name, "setting.wrong", "why", p.Fault(wrong[name]))
			}
		}
		return d.showSettings(r, g, f, http.StatusBadRequest)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, settingsPage), nil
}

// isSlug says whether a word can name a pot.
func isSlug(word string) bool { return journal.IsSlug(word) }
