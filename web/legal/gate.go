// SPDX-License-Identifier: AGPL-3.0-or-later

package legal

import (
	"net/http"
	"slices"
	"strings"

	"ecot/fault"
	"ecot/web/page"
)

// Gate lets the public see nothing but the legal pages, and members everything, while the fund is not open.
// The first page then says which steps are left.
func (d *Door) Gate(k *page.Kit, next http.Handler) http.Handler {
	closed := k.Handler(d.closed)
	unread := k.DataHandler(func(*http.Request) (page.Reply, error) {
		return page.Reply{}, fault.New(fault.Unavailable, "This fund is not open to the public yet.").
			In("legal.closed.title")
	})
	broken := func(err error) http.Handler {
		return k.Handler(func(*http.Request) (page.Reply, error) { return page.Reply{}, err })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.options.Open || isOpen(r.URL.Path) || k.IsHook(r) {
			next.ServeHTTP(w, r)
			return
		}
		live, err := d.options.Fund.Published(r.Context())
		if err == nil && !live && d.options.Inside != nil {
			live, err = d.options.Inside(r)
		}
		switch {
		case err != nil:
			broken(err).ServeHTTP(w, r)
		case live:
			next.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, "/api/"):
			unread.ServeHTTP(w, r)
		default:
			closed.ServeHTTP(w, r)
		}
	})
}

// isOpen says whether an address is open to all even while the fund is not: where members come in and
// work, where donors look after what they gave, the legal pages, what pages load, and the signs of life.
func isOpen(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains([]string{"desk", "sign-in", "sign-out", "assets", "legal", "privacy", "terms",
		"accessibility", "healthz", "readyz", "mine", "r", "unsubscribe"}, first)
}

// closedView is what the public sees while the fund is not open.
type closedView struct {
	page.Frame
	Steps []stepView // on the first page
}

// stepView is one step and its state.
type stepView struct {
	Words string
	State string
	Shape string
	Done  bool
}

// closed says that the fund is not open yet, and on the first page which steps are left.
func (d *Door) closed(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	frame := d.Frame(r, p, "closed", p.Words("legal.closed.title"))
	frame.Nav = nil
	view := closedView{Frame: frame}
	if r.URL.Path == "/" && d.options.Steps != nil {
		steps, err := d.options.Steps(r.Context())
		if err != nil {
			return page.Reply{}, err
		}
		for _, step := range steps {
			one := stepView{Words: p.Words("step." + step.Key), State: p.Words("legal.step.todo"), Shape: "○"}
			if step.Done {
				one.State, one.Shape, one.Done = p.Words("legal.step.done"), "●", true
			}
			view.Steps = append(view.Steps, one)
		}
	}
	made, err := d.Private(r, p, "legal-closed", view)
	made.Status = http.StatusServiceUnavailable
	return made, err
}
