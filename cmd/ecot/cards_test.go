// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	"ecot/pay/stripe/stripetest"
)

// keyFiles writes the keys of a test Stripe, and gives the flags that name them.
func keyFiles(t *testing.T, key string) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"key": key, "hook": stripetest.Webhook} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"--stripe-key-file", filepath.Join(dir, "key"), "--stripe-hook-file", filepath.Join(dir, "hook")}
}

func TestKeysOfCards(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	if _, errOut, status := fed(t, "", "init", "--data", data); status != 0 {
		t.Fatal(errOut)
	}
	serve := []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--base-url", "https://fonds.example.org"}
	test, live := keyFiles(t, stripetest.Key), keyFiles(t, "sk_live_1")
	open := keyFiles(t, "sk_live_1")
	if err := os.Chmod(open[1], 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a test key":        {append(serve, test...), "--stripe-test"},
		"no webhook":        {append(serve, live[:2]...), "--stripe-hook-file"},
		"no key":            {append(serve, live[2:]...), "--stripe-key-file"},
		"a key for all":     {append(serve, open...), "chmod 600"},
		"a file of nothing": {append(serve, "--stripe-key-file", data, "--stripe-hook-file", data), "plain file"},
		"no way back":       {append(serve[:5:5], live...), "--base-url"},
	} {
		if _, errOut, status := fed(t, "", c.args...); status != 1 || !strings.Contains(errOut, c.says) {
			t.Errorf("%s: %d %s", name, status, errOut)
		} else if strings.Contains(errOut, "sk_") {
			t.Errorf("%s: the key is shown: %s", name, errOut)
		}
	}
	out, errOut, status := fed(t, "", append([]string{"cards", "--data", data}, live...)...)
	if status != 0 || !strings.Contains(out, "stripe, live") || !strings.Contains(out, "Nothing waits") {
		t.Errorf("cards: %d %s%s", status, out, errOut)
	}
	out, _, _ = fed(t, "", append([]string{"cards", "--data", data}, test...)...)
	if !strings.Contains(out, "TEST") {
		t.Errorf("cards with a test key: %s", out)
	}
}

// pledged founds a fund in which somebody is about to give 12.00 by card.
func pledged(t *testing.T, data string) {
	t.Helper()
	if _, errOut, status := fed(t, "", "init", "--data", data); status != 0 {
		t.Fatal(errOut)
	}
	err := open(streams{ctx: t.Context()}, app.Place{Dir: data}, func(a *app.App) error {
		ctx, donor := t.Context(), office.Donor{Handle: "lea@example.org", Name: "Léa", Kind: "person", Lang: "fr"}
		_, err := a.Do(ctx, app.Request{Key: "pot", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "fonds",
			Purpose: giving.Spendable}}})
		if err != nil {
			return err
		}
		fund := profile.Profile{LegalName: "Fonds", Form: profile.Association, Pot: "fonds", SiteLive: true}
		if err := fund.Save(ctx, a.Office(), "treasurer", 1); err != nil {
			return err
		}
		purpose, err := gifts.New(a).Reference(ctx, donor.Handle, gifts.Whole("fonds"), "")
		if err != nil {
			return err
		}
		return a.Office().Do(ctx, func(tx *office.Tx) error {
			if err := tx.PutDonor(ctx, donor); err != nil {
				return err
			}
			return tx.PutPromise(ctx, office.Promise{ID: "promise", Reference: purpose.Reference, Handle: donor.Handle,
				Amount: 12_00, Every: "once", Means: "card", Status: office.Waiting})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestServeTakesCards runs the program against a Stripe with a memory: the page leads to it, its message comes
// over HTTP, and the gift is in the books.
func TestServeTakesCards(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	pledged(t, data)
	var address string
	deliver := func(ctx context.Context, body []byte, header http.Header) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/hooks/stripe", bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header = header
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusOK {
			return fmt.Errorf("answered %d", answer.StatusCode)
		}
		return nil
	}
	server := stripetest.Start(t, clock.System, standin.Config{Base: "https://checkout.stripe.example/pay",
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000)}, deliver)
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	args := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--base-url",
		"https://fonds.example.org", "--stripe-test", "--stripe-api", server.Address}, keyFiles(t, stripetest.Key)...)
	go func() { ended <- run(streams{ctx, strings.NewReader(""), in, t.Output()}, args) }()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(string(line[:n])), "/")
	session := regexp.MustCompile(`https://checkout\.stripe\.example/pay/([\w-]+)`).FindStringSubmatch(
		fetched(t, address+"/give/pay/promise"))
	if session == nil {
		t.Fatal("the page does not lead to the provider")
	}
	if _, err := server.World.Play(t.Context(), standin.Pay, session[1]); err != nil {
		t.Fatal(err)
	}
	if page := fetched(t, address+"/entries?lang=en"); !strings.Contains(page, "12.00") {
		t.Errorf("the gift is not among the entries:\n%s", page)
	}
	stop()
	select {
	case status := <-ended:
		if status != 0 {
			t.Errorf("serve ended with %d", status)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("serve does not end")
	}
	var printed printedCards
	text, _, _ := fed(t, "", "cards", "--json", "--data", data)
	if err := json.Unmarshal([]byte(text), &printed); err != nil || printed.Last == "" || printed.Failing != 0 ||
		len(printed.Cases) != 0 {
		t.Errorf("cards: %s, %v", text, err)
	}
}

// fetched gives the page at an address.
func fetched(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, answer.StatusCode, err)
	}
	return string(body)
}
