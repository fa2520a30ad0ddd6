// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"sync"
	"time"
)

// Limits of what a shelf keeps.
const (
	shelfPages = 1_024
	shelfBytes = 32 << 20 // of bodies, compressed or not
)

// shelf keeps pages that were made from one state of the journal, for as long as it stands there: a
// page that many ask for is made once. It is safe for many goroutines.
type shelf struct {
	mu    sync.Mutex
	state shelfState
	pages map[shelfKey]reply
	bytes int
}

// shelfState is all that pages depend on besides their address and manner.
type shelfState struct {
	size int64 // entries in the journal
	day  int64 // the civil day that pages say they are of
}

type shelfKey struct {
	address string
	manner  manner
}

// kept gives an action that makes a page only when the shelf does not have it.
func (s *site) kept(act action) action {
	return func(r *http.Request) (reply, error) {
		size, err := s.books.Size(r.Context())
		if err != nil {
			return reply{}, err
		}
		now := s.options.Clock().In(s.options.Zone)
		year, month, day := now.Date()
		state := shelfState{size: size, day: time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()}
		key := shelfKey{address: r.URL.RequestURI(), manner: s.manner(r)}
		if made, have := s.shelf.take(state, key); have {
			return made, nil
		}
		made, err := act(r)
		if err != nil || made.status != http.StatusOK {
			return made, err
		}
		made.tag = entityTag(made.body)
		if len(made.body) >= smallest && compressible(made.contentType) {
			made.zipped = s.zip(made.body)
		}
		s.shelf.put(state, key, made)
		return made, nil
	}
}

// take gives a page that is kept for this state.
func (s *shelf) take(state shelfState, key shelfKey) (reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != state {
		return reply{}, false
	}
	made, have := s.pages[key]
	return made, have
}

// put keeps a page; those of an earlier state go, and all go when there are too many.
func (s *shelf) put(state shelfState, key shelfKey, made reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	weight := len(made.body) + len(made.zipped)
	if s.state != state || len(s.pages) >= shelfPages || s.bytes+weight > shelfBytes || s.pages == nil {
		s.state, s.pages, s.bytes = state, map[shelfKey]reply{}, 0
	}
	s.pages[key] = made
	s.bytes += weight
}
