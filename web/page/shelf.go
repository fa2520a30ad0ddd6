// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"context"
	"net/http"
	"sync"
)

// Limits of what a shelf keeps.
const (
	shelfPages = 1_024
	shelfBytes = 32 << 20 // of bodies, compressed or not
)

// shelf keeps pages that were made from one state of what they show, for as long as it stands there: a
// page that many ask for is made once. It is safe for many goroutines.
type shelf struct {
	mu    sync.Mutex
	pages map[shelfKey]kept
	bytes int
}

// kept is a page and the state that it was made from.
type kept struct {
	Reply
	state shelfState
}

func (k kept) weight() int { return len(k.Body) + len(k.zipped) }

// shelfState is all that pages depend on besides their address and manner.
type shelfState struct {
	stand string // what the door says that it stands at, such as the size of the journal
	day   string // the civil day that pages say they are of
}

type shelfKey struct {
	address string
	manner  Manner
}

// Kept gives an action that makes a page only when the shelf does not have it. Stand names the state
// of all that the page is made from: when it changes, the page is made again. The page must depend on
// nothing else but its address, its language and the day.
func (k *Kit) Kept(stand func(context.Context) (string, error), act Action) Action {
	return func(r *http.Request) (Reply, error) {
		at, err := stand(r.Context())
		if err != nil {
			return Reply{}, err
		}
		state := shelfState{stand: at, day: k.Today()}
		key := shelfKey{address: r.URL.RequestURI(), manner: k.Manner(r)}
		if made, have := k.shelf.take(state, key); have {
			return made, nil
		}
		made, err := act(r)
		if err != nil || made.Status != http.StatusOK {
			return made, err
		}
		made.tag = entityTag(made.Body)
		if len(made.Body) >= smallest && compressible(made.ContentType) {
			made.zipped = k.zip(made.Body)
		}
		k.shelf.put(state, key, made)
		return made, nil
	}
}

// take gives a page that is kept for this state.
func (s *shelf) take(state shelfState, key shelfKey) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made, have := s.pages[key]
	return made.Reply, have && made.state == state
}

// put keeps a page instead of that of an earlier state; all go when there are too many.
func (s *shelf) put(state shelfState, key shelfKey, made Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := kept{made, state}
	s.bytes -= s.pages[key].weight()
	if delete(s.pages, key); s.pages == nil || len(s.pages) >= shelfPages || s.bytes+one.weight() > shelfBytes {
		s.pages, s.bytes = map[shelfKey]kept{}, 0
	}
	s.pages[key] = one
	s.bytes += one.weight()
}
