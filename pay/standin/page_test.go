// SPDX-License-Identifier: AGPL-3.0-or-later

package standin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
)

// host gives a stand-in behind its own pages, and a client that follows no redirect.
func host(t *testing.T, sent *paytest.Sent) (*standin.Provider, *http.Client) {
	t.Helper()
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	c := config(sent)
	c.Base = web.URL + "/demo/card"
	p, err := standin.New(c)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := p.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/demo/card/", http.StripPrefix("/demo/card", pages))
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return p, client
}

func TestPage(t *testing.T) {
	sent := &paytest.Sent{}
	p, browser := host(t, sent)
	o := paytest.Order("k", 1200, pay.Monthly)
	o.Purpose = "Don à <Lanterne>"
	s, err := p.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, browser, s.URL, http.StatusOK)
	for _, want := range []string{"Démonstration : aucun paiement réel", "Demonstration: no real payment",
		"Don à &lt;Lanterne&gt;", "12,00\u00a0€ par mois", `<html lang="fr">`, `value="pay"`, o.Cancel} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	refused := post(t, browser, s.URL, "decline")
	if refused != s.URL+"?refused=1" {
		t.Errorf("a refused card leads to %s", refused)
	}
	if page := get(t, browser, refused, http.StatusOK); !strings.Contains(page, "La carte a été refusée") {
		t.Errorf("the page does not say that the card was refused:\n%s", page)
	}
	if to := post(t, browser, s.URL, "pay"); to != o.Return {
		t.Errorf("paying leads to %s", to)
	}
	if read, err := p.Session(t.Context(), s.ID); err != nil || read.Status != pay.SessionPaid {
		t.Errorf("after paying: %+v, %v", read, err)
	}
	if len(sent.All()) == 0 {
		t.Error("nothing was sent")
	}
	get(t, browser, s.URL, http.StatusSeeOther)
	if to := post(t, browser, s.URL, "pay"); to != "" {
		t.Errorf("paying twice leads to %s", to)
	}
	get(t, browser, s.URL+"0", http.StatusNotFound)
}

func TestPageExpires(t *testing.T) {
	p, browser := host(t, &paytest.Sent{})
	o := paytest.Order("k", 1200, pay.Once)
	o.Lang = "en"
	s, err := p.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if page := get(t, browser, s.URL, http.StatusOK); !strings.Contains(page, "€12.00</p>") {
		t.Errorf("the page:\n%s", page)
	}
	if to := post(t, browser, s.URL, "dance"); to != "" {
		t.Errorf("an unknown deed leads to %s", to)
	}
	if to := post(t, browser, s.URL, "expire"); to != o.Cancel {
		t.Errorf("expiring leads to %s", to)
	}
}

// TestLapse lets a session pass its time.
func TestLapse(t *testing.T) {
	sent, now := &paytest.Sent{}, &clock.Played{}
	c := config(sent)
	now.Set(c.Now())
	c.Now = now.Now
	p, err := standin.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), paytest.Order("k", 1200, pay.Once))
	if err != nil {
		t.Fatal(err)
	}
	now.Set(s.Expires)
	if _, err := p.Play(t.Context(), standin.Pay, s.ID); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("paying late: %v, want a conflict", err)
	}
	if read, err := p.Session(t.Context(), s.ID); err != nil || read.Status != pay.SessionExpired {
		t.Errorf("read late: %+v, %v", read, err)
	}
}

// TestReceiverDown keeps messages while their receiver refuses them, and sends each once, in order.
func TestReceiverDown(t *testing.T) {
	sent, down := &paytest.Sent{}, true
	c := config(sent)
	c.Deliver = func(ctx context.Context, body []byte, header http.Header) error {
		if down {
			return errors.New("away")
		}
		return sent.Deliver(ctx, body, header)
	}
	p, err := standin.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := &paytest.Bench{Provider: p, Now: c.Now, Sent: sent}
	s, err := p.Start(t.Context(), paytest.Order("k", 1200, pay.Once))
	if err != nil {
		t.Fatal(err)
	}
	payment, err := p.Play(t.Context(), standin.Pay, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Refund(t.Context(), pay.RefundOrder{Payment: payment, Amount: paytest.Euros(600), Key: "r"}); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(t.Context()); err == nil || len(sent.All()) != 0 {
		t.Errorf("while it is away: %v, %d sent", err, len(sent.All()))
	}
	down = false
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var kinds []pay.Kind
	for _, m := range sent.All() {
		e, err := b.Provider.Event(m.Body, m.Header, c.Now())
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Kind)
	}
	if len(kinds) != 2 || kinds[0] != pay.SessionDone || kinds[1] != pay.Refunded {
		t.Errorf("sent %v", kinds)
	}
}

// TestReceiverActs lets a receiver refund within the message that tells of the payment.
func TestReceiverActs(t *testing.T) {
	var p *standin.Provider
	var kinds []pay.Kind
	c := config(&paytest.Sent{})
	c.Deliver = func(ctx context.Context, body []byte, header http.Header) error {
		e, err := p.Event(body, header, c.Now())
		if err != nil {
			return err
		}
		kinds = append(kinds, e.Kind)
		if e.Kind != pay.SessionDone {
			return nil
		}
		s, err := p.Session(ctx, e.Object)
		if err != nil {
			return err
		}
		_, err = p.Refund(ctx, pay.RefundOrder{Payment: s.Payment, Amount: s.Amount, Key: "back"})
		return err
	}
	p, err := standin.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Start(t.Context(), paytest.Order("k", 1200, pay.Once))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := p.Play(context.Background(), standin.Pay, s.ID); done <- err }()
	select {
	case err := <-done:
		if err != nil || len(kinds) != 2 || kinds[1] != pay.Refunded {
			t.Errorf("%v, told %v", err, kinds)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the stand-in waits for itself")
	}
}

func get(t *testing.T, browser *http.Client, address string, status int) string {
	t.Helper()
	answer, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		t.Errorf("%s: %d, %v, want %d", address, answer.StatusCode, err, status)
	}
	return string(body)
}

// post chooses a deed and gives where it leads, nowhere when it is refused.
func post(t *testing.T, browser *http.Client, address, deed string) string {
	t.Helper()
	answer, err := browser.PostForm(address, url.Values{"deed": {deed}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.Header.Get("Location")
}
