// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"testing"
	"time"

	"ecot/app/people"
	"ecot/fault"
)

// TestRunThanksSoon lets the post run by itself: a gift is thanked well within the minute, and it ends when told.
func TestRunThanksSoon(t *testing.T) {
	h := start(t, "")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.Run(ctx)
	}()
	h.give("lea@example.net", 12)
	h.server.Wait(t, 1, 20*time.Second)
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	h.arrived(1)
}

// A link goes at once or not at all, and is kept nowhere.
func TestLinksGoAtOnce(t *testing.T) {
	h := start(t, "")
	link := people.Letter{Name: "Odile", Mail: "odile@example.net", Lang: "en", Until: h.clock.now().Add(time.Hour),
		URL: "https://fund.example.org/sign-in/s3cret"}
	must(t, h.SendLink(t.Context(), link))
	link.Invitation, link.URL = true, "https://fund.example.org/sign-in/0ther"
	must(t, h.SendLink(t.Context(), link))
	h.arrived(2)
	h.want("")
	h.server.Down()
	if err := h.SendLink(t.Context(), link); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("to nobody: %v", err)
	}
	h.options.Sender = nil
	if err := h.SendLink(t.Context(), link); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("without a server: %v", err)
	}
	h.want("")
}
