// SPDX-License-Identifier: AGPL-3.0-or-later

package page

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
	"time"

	"ecot/app/limit"
	"ecot/fault"
)

// Reply is a whole answer, made before a byte of it is sent.
type Reply struct {
	Status      int
	ContentType string
	Cache       string // Cache-Control
	Body        []byte
	Language    string // of the body; empty for what is in none
	Shared      bool   // readable by pages of other hosts, such as a verifier's
	Framed      bool   // may stand in a frame of any page
	Filename    string // under which to keep it; empty for what is not kept
	Download    bool   // whether it is kept rather than shown
	Location    string // where the reader is sent on to
	Wait        int    // seconds after which it is worth asking again; 0 for what does not say
	Cookies     []*http.Cookie
	tag         string // of the body, and the body compressed, where they are known already
	zipped      []byte
}

// Action answers a request, or refuses it with a fault.
type Action func(r *http.Request) (Reply, error)

// refuser makes the answer to a refused request.
type refuser func(r *http.Request, err error) Reply

// Types of what programs read.
const (
	typeText = "text/plain; charset=utf-8"
)

// How long an answer may be kept.
const (
	CacheForever = "public, max-age=31536000, immutable"
	CacheChecked = "public, no-cache" // kept, but asked about each time
	CacheNever   = "no-store"
)

// smallest is the size in bytes below which compressing gains nothing.
const smallest = 600

// wrongMethod is a request by a method that the address does not answer.
type wrongMethod struct{ method string }

func (e wrongMethod) Error() string { return "method not allowed: " + e.method }

// otherMethod refuses a method that the address does not answer.
func otherMethod(r *http.Request) (Reply, error) {
	return Reply{}, fault.Wrap(wrongMethod{r.Method}, fault.Invalid, "This address does not answer this method.")
}

// answer runs an Action, turns its refusal or its panic into an answer, and sends it.
func (k *Kit) answer(act Action, refuse refuser) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		made, err := guarded(act, r)
		if err != nil {
			k.note(r, err)
			made = refuse(r, err)
		}
		status := k.send(w, r, made)
		if k.Options.Observe != nil {
			k.Options.Observe(r.Pattern, status, time.Since(start))
		}
	}
}

// note writes what a reader can do nothing about to the log, by the pattern of the address: an address may
// hold a secret.
func (k *Kit) note(r *http.Request, err error) {
	if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
		k.Options.Log.ErrorContext(r.Context(), "page refused", "page", r.Pattern, "error", err)
	}
}

// Refuse makes the page of a refused request, for an action that shows it in a frame of its own.
func (k *Kit) Refuse(r *http.Request, refused error) Reply {
	k.note(r, refused)
	return k.refusalPage(r, refused)
}

// limited bounds the body of a request.
func limited(act Action, most int64) Action {
	return func(r *http.Request) (Reply, error) {
		r.Body = http.MaxBytesReader(nil, r.Body, most)
		return act(r)
	}
}

// guarded runs an Action and gives its panic, a defect of ours, as an error.
func guarded(act Action, r *http.Request) (made Reply, err error) {
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
	if _, limited := limit.Wait(err); limited {
		return http.StatusTooManyRequests
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
// compressed when the reader can read that. It gives the status.
func (k *Kit) send(w http.ResponseWriter, r *http.Request, made Reply) (status int) {
	header := w.Header()
	header.Set("Content-Type", made.ContentType)
	header.Set("Cache-Control", made.Cache)
	if made.Language != "" {
		header.Set("Content-Language", made.Language)
		header.Add("Vary", "Accept-Language")
	}
	if made.Shared {
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if made.Framed {
		header.Set("Content-Security-Policy", policy+"*")
		header.Del("X-Frame-Options")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if made.Filename != "" {
		disposition := "inline"
		if made.Download {
			disposition = "attachment"
		}
		header.Set("Content-Disposition", disposition+`; filename="`+made.Filename+`"`)
	}
	for _, cookie := range made.Cookies {
		http.SetCookie(w, cookie)
	}
	if made.Location != "" {
		header.Set("Location", made.Location)
	}
	if made.Status == http.StatusMethodNotAllowed {
		header.Set("Allow", "GET, HEAD")
	}
	if made.Status == http.StatusServiceUnavailable && made.Wait == 0 {
		made.Wait = 30
	}
	if made.Wait > 0 {
		header.Set("Retry-After", strconv.Itoa(made.Wait))
	}
	if made.Status == http.StatusOK && made.Cache != CacheNever {
		tag := made.tag
		if tag == "" {
			tag = entityTag(made.Body)
		}
		header.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
	}
	k.sendBody(w, r, made)
	return made.Status
}

func (k *Kit) sendBody(w http.ResponseWriter, r *http.Request, made Reply) {
	body := made.Body
	if len(body) >= smallest && compressible(made.ContentType) {
		w.Header().Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			w.Header().Set("Content-Encoding", "gzip")
			if body = made.zipped; body == nil {
				body = k.zip(made.Body)
			}
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(made.Status)
	if _, err := w.Write(body); err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		k.Options.Log.DebugContext(r.Context(), "reader left", "path", r.URL.Path, "error", err)
	}
}

// zip compresses a body; a bytes.Buffer never refuses a write.
func (k *Kit) zip(body []byte) []byte {
	var out bytes.Buffer
	zip, pooled := k.zips.Get().(*gzip.Writer)
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
	k.zips.Put(zip)
	return out.Bytes()
}

// entityTag names a body by its digest; weak, since it is the same compressed or not (RFC 9110 §8.8.1).
func entityTag(body []byte) string {
	digest := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(digest[:12]) + `"`
}

func compressible(contentType string) bool {
	return strings.HasPrefix(contentType, "text/") || strings.HasPrefix(contentType, "image/svg") ||
		contentType == TypeJSON || contentType == TypeProblem
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
