// SPDX-License-Identifier: AGPL-3.0-or-later

package wall

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"ecot/app/trail"
	"ecot/fault"
	"ecot/office"
)

// maxWords bounds the words of a plaque, in characters.
const maxWords = 140

// Plaque is a few words attached to a page or a release.
type Plaque = office.Plaque

// Ask asks for a plaque: words, attached to an address of the fund or of one of its projects, by the giver
// of a gift that stands. It waits until somebody has read it.
func (w *Wall) Ask(ctx context.Context, handle string, p Plaque) (Plaque, error) {
	g, found, err := w.office.Given(ctx, p.Index)
	if err != nil {
		return p, err
	}
	if handle == "" || !found || g.Handle != handle || g.Withdrawn > 0 {
		return p, fault.New(fault.NotFound, "There is no such gift of yours.")
	}
	if n := utf8.RuneCountInString(p.Words); n == 0 || n > maxWords || strings.ContainsFunc(p.Words,
		unicode.IsControl) {
		return p, fault.New(fault.Invalid, "A plaque has one line of up to %d characters.",
			maxWords).In("plaque.words")
	}
	if err := w.ours(ctx, p.Target); err != nil {
		return p, err
	}
	if ok, err := w.stands(ctx, p.Index); err != nil || !ok {
		return p, cmp.Or(err, error(fault.New(fault.Conflict,
			"This gift was given back.").In("plaque.given-back")))
	}
	p = Plaque{ID: strings.ToLower(rand.Text()), Index: p.Index, Handle: handle, Target: p.Target,
		Words:  p.Words,
		Status: office.PlaqueWaiting, Since: w.app.Now().Unix()}
	return p, w.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPlaque(ctx, p) })
}

// ours refuses an address that is neither a page of the fund nor below the site of one of its projects.
func (w *Wall) ours(ctx context.Context, target string) error {
	at, err := url.Parse(target)
	if err == nil && len(target) <= 500 {
		if at.Scheme == "" && at.Host == "" && strings.HasPrefix(at.Path, "/") {
			return nil
		}
		projects, err := w.office.Projects(ctx)
		if err != nil {
			return err
		}
		for _, p := range projects {
			site, err := url.Parse(p.Site)
			if err == nil && site.Host != "" && p.Status == office.Running && at.User == nil &&
				at.Scheme == site.Scheme &&
				at.Host == site.Host && below(at.Path, site.Path) {
				return nil
			}
		}
	}
	return fault.New(fault.Invalid,
		"This is no address of the fund or of one of its projects.").In("plaque.target")
}

// below says whether a path is another one or below it. One that climbs is not.
func below(path, top string) bool {
	top = strings.TrimSuffix(top, "/")
	return !strings.Contains(path, "..") && (path == top || strings.HasPrefix(path, top+"/"))
}

func (w *Wall) stands(ctx context.Context, index int64) (stands bool, err error) {
	err = w.trail.Read(ctx, func(b *trail.Book) error {
		g, err := b.Gift(index)
		stands = err == nil && g.Stands() > 0
		return nil //nolint:nilerr // what is no gift does not stand
	})
	return stands, err
}

// Plaque gives a plaque that may be shown; one that may not, or no longer, is fault.NotFound.
func (w *Wall) Plaque(ctx context.Context, id string) (p Plaque, by string, err error) {
	none := fault.New(fault.NotFound, "There is no such plaque.")
	p, found, err := w.office.Plaque(ctx, id)
	if err != nil {
		return p, "", err
	}
	if !found || p.Status != office.PlaqueShown {
		return Plaque{}, "", none
	}
	g, found, err := w.office.Given(ctx, p.Index)
	if err != nil {
		return Plaque{}, "", err
	}
	stands, err := w.stands(ctx, p.Index)
	if err != nil || !found || g.Withdrawn > 0 || g.Hidden > 0 || !stands {
		return Plaque{}, "", cmp.Or(err, error(none))
	}
	return p, g.Shown, nil
}

// Plaques gives the plaques in a state, by id behind one, at most limit.
func (w *Wall) Plaques(ctx context.Context, status office.PlaqueStatus, after string, limit int) ([]Plaque,
	error) {
	return w.office.Plaques(ctx, status, after, limit)
}

// Decide shows a plaque or refuses it, with the reason.
func (w *Wall) Decide(ctx context.Context, id string, show bool, reason, mandate string) error {
	p, found, err := w.office.Plaque(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "There is no such plaque.")
	}
	if !show && strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "A refusal needs a reason.").In("plaque.no-reason")
	}
	p.Status, p.Reason, p.Mandate, p.Decided = office.PlaqueRefused, reason, mandate, w.app.Now().Unix()
	if show {
		p.Status, p.Reason = office.PlaqueShown, ""
	}
	return w.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPlaque(ctx, p) })
}
