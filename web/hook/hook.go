// SPDX-License-Identifier: AGPL-3.0-or-later

// Package hook takes the messages of programs elsewhere, such as a card provider's.
//
// It passes a message on as it came, body and headers, and says in one word whether it is kept. Its one
// invariant: it reads nothing of a message itself, and keeps a connection no longer than the limits of the
// server allow.
package hook

import (
	"context"
	"io"
	"io/fs"
	"net/http"

	"ecot/fault"
	"ecot/web/page"
)

// Notices takes the messages of a provider. Its errors are faults; nil says that the message is kept, and
// need not be sent again.
type Notices interface {
	Notice(ctx context.Context, provider string, body []byte, header http.Header) error
}

// door is the door of messages.
type door struct{ notices Notices }

// New gives the door through which the messages of providers come: POST /hooks/ and the provider's name.
func New(notices Notices) page.Door { return &door{notices} }

// Templates gives none: the door has no page.
func (d *door) Templates() fs.FS { return nil }

// Nav adds nothing to the navigation.
func (d *door) Nav() []page.NavItem { return nil }

// Routes lists the address of the door.
func (d *door) Routes(k *page.Kit, mux *http.ServeMux) { k.Hook(mux, "/hooks/{provider}", d.notice) }

// notice passes a message on.
func (d *door) notice(r *http.Request) (page.Reply, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return page.Reply{}, fault.Wrap(err, fault.Invalid, "The message is too long, or broke off.")
	}
	if err := d.notices.Notice(r.Context(), r.PathValue("provider"), body, r.Header); err != nil {
		return page.Reply{}, err
	}
	return page.Reply{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Cache: page.CacheNever,
		Body: []byte("kept\n")}, nil
}
