// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"ecot/fault"
)

// reply is a whole answer, made before a byte of it is sent.
type reply struct {
	status      int
	contentType string
	cache       string // Cache-Control
	body        []byte
	language    string // of the body; empty for what is in none
	shared      bool   // readable by pages of other hosts, such as a verifier's
	filename    string // under which to keep it; empty for what is not kept
	tag         string // of the body, and the body compressed, where they are known already
	zipped      []byte
}

// action answers a request, or refuses it with a fault.
type action func(r *http.Request) (reply, error)

// refuser makes the answer to a refused request.
type refuser func(r *http.Request, err error) reply

// How long an answer may be kept.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheChecked = "public, no-cache" // kept, but asked about each time
	cacheNever   = "no-store"
)

// smallest is the size in bytes below which compressing gains nothing.
const smallest = 600

// wrongMethod is a request by a method that the address does not answer.
type wrongMethod struct{ method string }

func (e wrongMethod) Error() string { return "method not allowed: " + e.method }

// otherMethod refuses what is neither GET nor HEAD.
func otherMethod(r *http.Request) (reply, error) {
	return reply{}, fault.Wrap(wrongMethod{r.Method}, fault.Invalid, "This address answers GET and HEAD only.")
}

// answer runs an action, turns its refusal or its panic into an answer, and sends it.
func (s *site) answer(act action, refuse refuser) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		made, err := guarded(act, r)
		if err != nil {
			if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
				s.options.Log.ErrorContext(r.Context(), "page refused", "path", r.URL.Path, "error", err)
			}
			made = refuse(r, err)
		}
		s.send(w, r, made)
	}
}

// guarded runs an action and gives its panic, a defect of ours, as an error.
func guarded(act action, r *http.Request) (made reply, err error) {
	defer func() {
		if defect := recover(); defect != nil {
			err = fault.Wrap(fmt.Errorf("panic: %v", defect), fault.Internal, "This page is broken.")
		}
	}()
	return act(r)
}

// statusOf maps a fault to its HTTP status; the only place that does.
func statusOf(err error) int {
	if errors.As(err, new(wrongMethod)) {
		return http.StatusMethodNotAllowed
	}
	switch fault.CodeOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// send writes an answer: its headers, a 304 when the reader has it already, else its body,
// compressed when the reader can read that.
func (s *site) send(w http.ResponseWriter, r *http.Request, made reply) {
	header := w.Header()
	header.Set("Content-Type", made.contentType)
	header.Set("Cache-Control", made.cache)
	if made.language != "" {
		header.Set("Content-Language", made.language)
		header.Add("Vary", "Accept-Language")
	}
	if made.shared {
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if made.filename != "" {
		header.Set("Content-Disposition", `inline; filename="`+made.filename+`"`)
	}
	if made.status == http.StatusMethodNotAllowed {
		header.Set("Allow", "GET, HEAD")
	}
	if made.status == http.StatusServiceUnavailable {
		header.Set("Retry-After", "30")
	}
	if made.status == http.StatusOK && made.cache != cacheNever {
		tag := made.tag
		if tag == "" {
			tag = entityTag(made.body)
		}
		header.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	s.sendBody(w, r, made)
}

func (s *site) sendBody(w http.ResponseWriter, r *http.Request, made reply) {
	body := made.body
	if len(body) >= smallest && compressible(made.contentType) {
		w.Header().Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			w.Header().Set("Content-Encoding", "gzip")
			if body = made.zipped; body == nil {
				body = s.zip(made.body)
			}
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(made.status)
	if _, err := w.Write(body); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		s.options.Log.DebugContext(r.Context(), "reader left", "path", r.URL.Path, "error", err)
	}
}

// zip compresses a body; a bytes.Buffer never refuses a write.
func (s *site) zip(body []byte) []byte {
	var out bytes.Buffer
	zip, pooled := s.zips.Get().(*gzip.Writer)
	if !pooled {
		zip = gzip.NewWriter(&out)
	}
	zip.Reset(&out)
	if _, err := zip.Write(body); err != nil {
		panic(err)
	}
	if err := zip.Close(); err != nil {
		panic(err)
	}
	s.zips.Put(zip)
	return out.Bytes()
}

// entityTag names a body by its digest; weak, since it is the same compressed or not (RFC 9110 §8.8.1).
func entityTag(body []byte) string {
	digest := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(digest[:12]) + `"`
}

func compressible(contentType string) bool {
	return strings.HasPrefix(contentType, "text/") || strings.HasPrefix(contentType, "image/svg")
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110 §12.5.3); a weight of zero is a no.
func acceptsGzip(header string) bool {
	for _, item := range strings.Split(header, ",") {
		coding, weight, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
