// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/locale"
	"ecot/office"
	"ecot/web/page"
)

// queueView is what waits.
type queueView struct {
	page.Frame
	Items []itemView
	Mine  string // how many of them wait for the reader, in words
	Last  string // what was done last; empty while something waits
	Href  string // of that entry
}

// itemView is one thing that waits.
type itemView struct {
	Words  string
	Detail string
	Amount string
	Since  *locale.Moment // nil for from the beginning
	Due    *locale.Moment
	Late   bool
	For    string // whom it waits for
	Mine   bool
	Href   string
}

// queue shows what waits, oldest first.
func (d *Door) queue(r *http.Request) (page.Reply, error) {
	who, p := people.From(r.Context()), d.Pen(r)
	items, err := queue.Gather(r.Context(), d.options.Queue...)
	if err != nil {
		return page.Reply{}, err
	}
	view := queueView{Frame: d.Frame(r, p, "desk", p.Words("desk.queue.title"))}
	mine := int64(0)
	for _, item := range items {
		if !who.May(people.ReadDesk) && people.AllowedIn(who, item.Right, item.Project) != nil {
			continue // somebody of one project sees what waits for them
		}
		one := d.item(p, who, item)
		if one.Mine {
			mine++
		}
		view.Items = append(view.Items, one)
	}
	view.Mine = p.Counted("desk.queue.mine", mine)
	if len(view.Items) == 0 && d.options.Done != nil {
		done, err := d.options.Done(r.Context())
		if err != nil {
			return page.Reply{}, err
		}
		view.Last = p.Words("desk.queue.last", "what", p.Label("kind", done.Kind),
			"when", instant(p, done.At).Words)
		view.Href = "/entries/" + strconv.FormatInt(done.Index, 10)
	}
	return d.Private(r, p, "desk-queue", view)
}

// item writes one thing that waits, for a reader.
func (d *Door) item(p *page.Pen, who people.Actor, item queue.Item) itemView {
	view := itemView{Words: p.Words("queue."+item.Key, item.Pairs...), Href: item.Href,
		For:  p.Words("desk.queue.for", "roles", strings.Join(rolesWith(p, item.Right), ", ")),
		Mine: people.AllowedIn(who, item.Right, item.Project) == nil}
	if who.May(people.ReadPrivate) {
		view.Detail = item.Detail
	}
	if item.Amount.Unit != "" {
		view.Amount = p.Amount(item.Amount)
	}
	if !item.Since.IsZero() {
		since := instant(p, item.Since.Unix())
		view.Since = &since
	}
	if !item.Due.IsZero() {
		due := p.When(item.Due.In(p.Zone).Format(time.DateOnly))
		view.Due, view.Late = &due, item.Due.Before(d.Options.Clock())
	}
	return view
}

// rolesWith names the roles that have a right, everybody's where there is none.
func rolesWith(p *page.Pen, right people.Right) (names []string) {
	for _, grant := range people.Grants() {
		if slices.Contains(grant.Rights, right) {
			names = append(names, p.Words("desk.role."+grant.Role))
		}
	}
	return names
}

// roleWords names a role, with its project where it has one.
func roleWords(p *page.Pen, role office.Role) string {
	if role.Project == "" {
		return p.Words("desk.role." + role.Name)
	}
	return p.Words("desk.role-in", "role", p.Words("desk.role."+role.Name), "project", role.Project)
}
