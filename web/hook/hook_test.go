// SPDX-License-Identifier: AGPL-3.0-or-later

package hook_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/pay"
	"ecot/web/hook"
	"ecot/web/page"
)

// heard keeps the last message, and answers what a test says.
type heard struct {
	provider string
	body     []byte
	header   http.Header
	answer   error
}

func (h *heard) Notice(_ context.Context, provider string, body []byte, header http.Header) error {
	h.provider, h.body, h.header = provider, body, header
	return h.answer
}

func open(t *testing.T, h *heard) http.Handler {
	t.Helper()
	handler, err := page.New(page.Options{Name: "Fonds", Clock: clock.Fixed(time.Unix(1, 0)),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, hook.New(h))
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func send(handler http.Handler, method, address string, body []byte) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, address, bytes.NewReader(body))
	request.Header.Set("Stripe-Signature", "t=1,v1=00")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// A message is passed on as it came, byte for byte, and its answer tells the provider whether to send again.
func TestAMessageIsPassedOn(t *testing.T) {
	body := []byte("{ \"id\": \"evt_1\" }\n\xff")
	for _, c := range []struct {
		answer error
		status int
	}{
		{nil, http.StatusOK},
		{fault.New(fault.Invalid, "No signature."), http.StatusBadRequest},
		{fault.New(fault.Forbidden, "Not genuine."), http.StatusForbidden},
		{fault.New(fault.NotFound, "No such provider."), http.StatusNotFound},
		{fault.New(fault.Unavailable, "The disk is full."), http.StatusServiceUnavailable},
		{errors.New("a defect that names lea@example.org"), http.StatusInternalServerError},
	} {
		h := &heard{answer: c.answer}
		got := send(open(t, h), http.MethodPost, "/hooks/stripe", body)
		if got.Code != c.status || h.provider != "stripe" || !bytes.Equal(h.body, body) ||
			h.header.Get("Stripe-Signature") != "t=1,v1=00" {
			t.Errorf("%v: %d, heard %q of %q", c.answer, got.Code, h.body, h.provider)
		}
		if bytes.Contains(got.Body.Bytes(), []byte("lea@")) || got.Header().Get("Cache-Control") != page.CacheNever {
			t.Errorf("%v: answered %q, %v", c.answer, got.Body, got.Header())
		}
	}
}

// The largest message is heard whole, one byte more is heard as too long, and nothing beyond is read.
func TestLongMessages(t *testing.T) {
	for _, c := range []struct{ bytes, heard, status int }{
		{pay.MaxBody, pay.MaxBody, http.StatusOK},
		{pay.MaxBody + 1, pay.MaxBody + 1, http.StatusOK}, // whoever hears it refuses it
		{pay.MaxBody + 2, 0, http.StatusBadRequest},
		{8 << 20, 0, http.StatusBadRequest},
	} {
		h := &heard{}
		got := send(open(t, h), http.MethodPost, "/hooks/stripe", make([]byte, c.bytes))
		if got.Code != c.status || len(h.body) != c.heard {
			t.Errorf("%d bytes: %d, heard %d", c.bytes, got.Code, len(h.body))
		}
	}
}

func TestOtherMethodsAndPlaces(t *testing.T) {
	h := &heard{}
	for address, want := range map[string]int{"/hooks/stripe": http.StatusMethodNotAllowed, "/hooks": http.StatusNotFound,
		"/hooks/stripe/more": http.StatusNotFound} {
		if got := send(open(t, h), http.MethodGet, address, nil); got.Code != want || h.provider != "" {
			t.Errorf("GET %s: %d, want %d", address, got.Code, want)
		}
	}
	// A browser that another site sends here says so, and is turned away.
	request := httptest.NewRequest(http.MethodPost, "/hooks/stripe", nil)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	recorder := httptest.NewRecorder()
	open(t, h).ServeHTTP(recorder, request)
	if recorder.Code != http.StatusForbidden || h.provider != "" {
		t.Errorf("from another site: %d", recorder.Code)
	}
}
