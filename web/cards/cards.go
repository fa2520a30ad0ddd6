// SPDX-License-Identifier: AGPL-3.0-or-later

// Package cards shows the treasurer how it goes with the card provider: whether real money moves, what
// waits for a person, and gives money of a gift back.
//
// It holds no rule: it asks app/cards. Its one invariant: every address of it is behind the guard of the
// back office.
package cards

import (
	"context"
	"crypto/rand"
	"embed"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// Cards are what the pages ask; app/cards answers.
type Cards interface {
	Desk
	Refundable(ctx context.Context, index int64) (cards.Refundable, error)
	RefundGift(ctx context.Context, r cards.Refund) error
}

// Desk is what waits for a person.
type Desk interface {
	Standing(ctx context.Context) (cards.Standing, error)
	Cases(ctx context.Context) ([]cards.Case, error)
	Dismiss(ctx context.Context, provider, object, mandate string) error
	Adopt(ctx context.Context, a cards.Adoption) (int64, error)
}

// Options are what the pages need besides.
type Options struct {
	// Guard gives an action that only a member with a right of app/people reaches.
	Guard page.Guard
	// Mandate gives the mandate of whoever is signed in, behind the guard.
	Mandate func(ctx context.Context) string
	// Pots gives the slugs of the pots that a gift can be for.
	Pots func(ctx context.Context) ([]string, error)
	// Unit is that of the fund.
	Unit money.Unit
}

// door is the door of cards. It is immutable once its routes are laid.
type door struct {
	*page.Kit
	cards   Cards
	options Options
}

// New gives the door.
func New(c Cards, options Options) page.Door { return &door{cards: c, options: options} }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of the door.
func (d *door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav adds nothing to the public navigation.
func (d *door) Nav() []page.NavItem { return nil }

// Side adds the cards to the back office.
func (d *door) Side() []page.SideItem {
	return []page.SideItem{{NavItem: page.NavItem{Section: section, Address: place, Key: "cards.desk"},
		Right: readPrivate}}
}

// section is the navigation's name of these pages, place the address of the first.
const (
	section = "desk-cards"
	place   = "/desk/cards"
)

// The rights that the pages ask for, as app/people names them.
const (
	readPrivate = "read-private"
	reconcile   = "reconcile"
	refund      = "refund"
)

// Routes lists every address of the door.
func (d *door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	guard := d.options.Guard
	k.Form(mux, place, guard(readPrivate, d.show), guard(reconcile, d.settle))
	k.Form(mux, place+"/refund/{index}", guard(refund, d.refund), guard(refund, d.giveBack))
}

// deskPage is what waits for a person.
type deskPage struct {
	page.Frame
	Problems []page.Problem
	Done     string
	Mode     string
	Live     bool
	Last     string
	LastAt   locale.Moment
	Failing  int64
	Cases    []caseView
}

// caseView is one thing that waits.
type caseView struct {
	Provider string
	Object   string
	Title    string
	Detail   string
	Since    locale.Moment
	To       *page.Field // the pot to which it can be given, nil when it is no payment
}

// show shows it.
func (d *door) show(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showDesk(r, p, page.NewForm(p, nil))
}

func (d *door) showDesk(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	stands, err := d.cards.Standing(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	open, err := d.cards.Cases(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	made := deskPage{Frame: d.Frame(r, p, section, p.Words("cards.desk")), Problems: f.Problems(),
		Mode: p.Words("cards.test"), Live: stands.About.Live, Failing: stands.Failing, Last: p.Words("cards.never")}
	if stands.About.Live {
		made.Mode = p.Words("cards.live")
	}
	if !stands.Last.IsZero() {
		made.LastAt, made.Last = p.When(instant(stands.Last.Unix())), ""
	}
	if done := "cards.done." + r.URL.Query().Get("done"); p.Has(done) {
		made.Done = p.Words(done)
	}
	pots, err := d.options.Pots(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	for i, one := range open {
		v := caseView{Provider: one.Provider, Object: one.Object, Title: p.Words("cards.case." + one.Kind),
			Detail: one.Detail, Since: p.When(instant(one.Since))}
		if one.Kind == cards.Foreign || one.Kind == cards.Unknown {
			field := potField(f, "pot-"+strconv.Itoa(i), pots)
			v.To = &field
		}
		made.Cases = append(made.Cases, v)
	}
	return d.Private(r, p, "cards-desk", made)
}

// instant writes seconds as pages read them.
func instant(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }

// potField makes the field of the pot that a payment is given to.
func potField(f *page.Form, name string, pots []string) page.Field {
	options := make([]page.Option, len(pots))
	for i, slug := range pots {
		options[i] = page.Option{Value: slug, Label: slug}
	}
	return f.Field(name, "cards.pot", f.Options(name, options))
}

// settle settles a case: as the gift that it is, or as nothing of ours.
func (d *door) settle(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	provider, object, by := f.Value("provider"), f.Value("object"), d.options.Mandate(r.Context())
	done := "dismissed"
	switch f.Value("deed") {
	case "dismiss":
		err = d.cards.Dismiss(r.Context(), provider, object, by)
	case "adopt":
		done = "adopted"
		_, err = d.cards.Adopt(r.Context(), cards.Adoption{Provider: provider, Payment: object,
			To: gifts.Whole(chosen(f, r)), Mandate: by})
	default:
		err = fault.New(fault.Invalid, "Choose what to do.").In("cards.no-deed")
	}
	if err != nil {
		if err := f.RefuseFault("", err); err != nil {
			return page.Reply{}, err
		}
		return d.showDesk(r, p, f)
	}
	return d.SeeOther(r, place+"?done="+done), nil
}

// chosen gives the pot that a form says, whatever the place of its case on the page.
func chosen(f *page.Form, r *http.Request) string {
	for name := range r.PostForm {
		if strings.HasPrefix(name, "pot-") {
			return f.Value(name)
		}
	}
	return ""
}

// refundPage gives money of a gift back.
type refundPage struct {
	page.Frame
	Problems []page.Problem
	Index    string
	Paid     page.AmountView
	Left     page.AmountView
	Asked    []askedView
	Key      string
	Amount   page.Field
	Open     bool
}

// askedView is a refund that was asked for.
type askedView struct {
	Amount page.AmountView
	On     locale.Moment
	By     string
	State  string
}

// refund shows what can be given back.
func (d *door) refund(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showRefund(r, p, page.NewForm(p, nil))
}

func (d *door) showRefund(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	index, err := indexOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	back, err := d.cards.Refundable(r.Context(), index)
	if err != nil {
		return page.Reply{}, err
	}
	text := strconv.FormatInt(index, 10)
	made := refundPage{Frame: d.Frame(r, p, section, p.Words("cards.refund", "index", text)), Index: text,
		Problems: f.Problems(), Key: rand.Text(), Open: back.Left.Minor > 0,
		Paid: p.Figure(back.Paid.Minor, back.Paid.Unit, "/entries/"+text),
		Left: p.Figure(back.Left.Minor, back.Left.Unit, ""),
		Amount: f.Field("amount", "cards.refund-amount", page.As("text", "decimal", "off"), page.Narrow,
			page.Needed)}
	for _, one := range back.Asked {
		state := "done"
		switch {
		case one.Refused != "":
			state = "refused"
		case one.Refund == "":
			state = "asked"
		}
		made.Asked = append(made.Asked, askedView{p.Figure(one.Amount, d.options.Unit, ""),
			p.When(instant(one.Since)), one.Mandate, p.Words("cards.refund-" + state)})
	}
	return d.Private(r, p, "cards-refund", made)
}

// giveBack gives money back.
func (d *door) giveBack(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	index, err := indexOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	amount, err := money.ParseLocal(f.Value("amount"), string(p.Lang), d.options.Unit)
	if err == nil {
		err = d.cards.RefundGift(r.Context(), cards.Refund{Key: f.Value("key"), Index: index, Amount: amount.Minor,
			Mandate: d.options.Mandate(r.Context())})
	}
	if err != nil {
		if err := f.RefuseFault("amount", err); err != nil {
			return page.Reply{}, err
		}
		return d.showRefund(r, p, f)
	}
	return d.SeeOther(r, r.URL.Path), nil
}

// indexOf gives the entry that an address names.
func indexOf(r *http.Request) (int64, error) {
	index, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil || index < 1 {
		return 0, fault.New(fault.NotFound, "There is no such entry.")
	}
	return index, nil
}
