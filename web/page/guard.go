// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Guard gives an action that only a member with a right reaches; the right is one of app/people, or empty
// for whoever is signed in. The back office makes the guard that every door is given. Behind it
// people.From says who is there, and the frame shows the member and the links of the back office.
type Guard func(right string, act Action) Action

// SideItem is a link that a door adds to the back office, for those who have a right.
type SideItem struct {
	NavItem
	Right string // one of app/people; empty for all who are signed in
}

// Sider is a door with pages in the back office.
type Sider interface{ Side() []SideItem }

// Footer is a door with links at the foot of every page.
type Footer interface{ Foot() []NavItem }

// IsHook says whether a program elsewhere sends to this address, by Kit.Hook.
func (k *Kit) IsHook(r *http.Request) bool {
	for _, fixed := range k.hooks {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, fixed) {
			return true
		}
	}
	return false
}

// Gatekeeper is a door that may answer in the place of others, such as while the fund is not open yet.
type Gatekeeper interface {
	// Gate gives what stands before all pages.
	Gate(k *Kit, next http.Handler) http.Handler
}

// member is who is signed in, as the frame of a page shows it.
type member struct {
	name string
	may  func(right string) bool
}

type memberKey struct{}

// Signed gives the request as one of a member who is signed in: pages made from it show the name, and the
// links that the member may follow.
func Signed(r *http.Request, name string, may func(right string) bool) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), memberKey{}, member{name, may}))
}

// private adds what the pages of somebody who is signed in show besides.
func (k *Kit) private(r *http.Request, f *Frame) {
	m, signed := r.Context().Value(memberKey{}).(member)
	if !signed {
		return
	}
	f.Person = m.name
	for _, item := range k.side {
		if item.Right == "" || m.may(item.Right) {
			f.Side = append(f.Side, item.NavItem)
		}
	}
}

// Client gives the address that a request comes from, for limits: that of the connection, or the one that
// a proxy on this machine or in Options.Proxies says.
func (k *Kit) Client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := at.Addr().Unmap()
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && k.isProxy(client); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			return client
		}
		client = before.Unmap()
	}
	return client
}

// isProxy says whether what an address says of others is believed.
func (k *Kit) isProxy(address netip.Addr) bool {
	for _, prefix := range k.Options.Proxies {
		if prefix.Contains(address) {
			return true
		}
	}
	return address.IsLoopback()
}

// Handler gives an action as a handler of its own, whose refusals are pages.
func (k *Kit) Handler(act Action) http.Handler { return k.answer(act, k.refusalPage) }
