// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/web/page"
)

// Types of what verifiers download (C2SP tlog-tiles and tlog-proof).
const (
	typeText  = "text/plain; charset=utf-8"
	typeBytes = "application/octet-stream"
)

// checkpoint serves the last published checkpoint.
func (s *site) checkpoint(r *http.Request) (page.Reply, error) {
	note, err := s.books.Checkpoint(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{
		Status: http.StatusOK, ContentType: typeText, Cache: page.CacheChecked, Body: note, Shared: true,
	}, nil
}

// tile serves a tile or an entry bundle; both never change.
func (s *site) tile(r *http.Request) (page.Reply, error) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if !isTilePath(path) {
		return page.Reply{}, fault.New(fault.NotFound, "There is no such tile.")
	}
	tile, err := s.books.Tile(r.Context(), path)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{
		Status: http.StatusOK, ContentType: typeBytes, Cache: page.CacheForever, Body: tile, Shared: true,
	}, nil
}

// proof serves the tlog-proof text of one entry.
func (s *site) proof(r *http.Request) (page.Reply, error) {
	index, err := ParseIndex(r.PathValue("index"))
	if err != nil {
		return page.Reply{}, err
	}
	proof, err := s.books.Proof(r.Context(), index)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{
		Status: http.StatusOK, ContentType: typeText, Cache: page.CacheChecked, Body: proof, Shared: true,
		Filename: proofName(index),
	}, nil
}

// proofName is the file name that an entry page tells its reader to verify.
func proofName(index int64) string { return fmt.Sprintf("entry-%d-proof.txt", index) }

// isTilePath checks the grammar of C2SP tlog-tiles: tile/<level>/<n>[.p/<width>], or "entries" for level.
func isTilePath(path string) bool {
	rest, found := strings.CutPrefix(path, "tile/")
	level, number, cut := strings.Cut(rest, "/")
	if !found || !cut || level != "entries" && !isSmallNumber(level, 0, 5) {
		return false
	}
	number, width, partial := strings.Cut(number, ".p/")
	if partial && !isSmallNumber(width, 1, 255) {
		return false
	}
	groups := strings.Split(number, "/")
	for i, group := range groups {
		if i < len(groups)-1 {
			if group, found = strings.CutPrefix(group, "x"); !found {
				return false
			}
		}
		if len(group) != 3 || strings.Trim(group, "0123456789") != "" {
			return false
		}
	}
	return len(groups) == 1 || len(groups) <= 6 && groups[0] != "x000"
}

// isSmallNumber tells whether text is a number from least to most, without leading zero.
func isSmallNumber(text string, least, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= most && strconv.Itoa(n) == text
}

// healthz says that the program runs.
func (s *site) healthz(*http.Request) (page.Reply, error) {
	return answerLine("ok\n"), nil
}

// readyz says that requests can be answered.
func (s *site) readyz(r *http.Request) (page.Reply, error) {
	if err := s.books.Ready(r.Context()); err != nil {
		return page.Reply{}, fault.Wrap(err, fault.Unavailable, "Not ready.")
	}
	return answerLine("ready\n"), nil
}

// answerLine is a line for a program that asks often.
func answerLine(line string) page.Reply {
	return page.Reply{Status: http.StatusOK, ContentType: typeText, Cache: page.CacheNever, Body: []byte(line)}
}
