// SPDX-License-Identifier: AGPL-3.0-or-later

package pay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/pay"
)

func at() time.Time { return time.Unix(1767225600, 0) }

func secret() pay.Secret { return pay.NewSecret("whsec_test") }

// TestSignatureBytes pins the scheme to a value computed with another program:
// printf '1767225600.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
func TestSignatureBytes(t *testing.T) {
	want := "t=1767225600,v1=45b40331de0325606dc5400202ade162460fbe48daf9401adfdcd0d7b4f35470"
	if got := pay.Sign(secret(), []byte(`{"id":"evt_1"}`), at()); got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
}

func TestCheckSignature(t *testing.T) {
	body := []byte(`{"id":"evt_1"}`)
	good := pay.Sign(secret(), body, at())
	_, v1, _ := strings.Cut(good, ",")
	other := strings.Replace(pay.Sign(pay.NewSecret("whsec_other"), body, at()), "t=1767225600,", "", 1)
	for _, c := range []struct {
		name, header string
		body         []byte
		now          time.Time
		want         fault.Code // empty when it is good
	}{
		{"good", good, body, at(), ""},
		{"five minutes later", good, body, at().Add(pay.Tolerance), ""},
		{"five minutes before", good, body, at().Add(-pay.Tolerance), ""},
		{"a second too late", good, body, at().Add(pay.Tolerance + time.Second), fault.Forbidden},
		{"a second too early", good, body, at().Add(-pay.Tolerance - time.Second), fault.Forbidden},
		{"two secrets, ours first", good + "," + other, body, at(), ""},
		{"two secrets, ours last", "t=1767225600," + other + "," + v1, body, at(), ""},
		{"its instant last", v1 + ",t=1767225600", body, at(), ""},
		{"with an old scheme beside", good + ",v0=00", body, at(), ""},
		{"with a new scheme beside", good + ",v2=zz", body, at(), ""},
		{"with blanks", strings.Replace(good, ",", ", ", 1), body, at(), ""},
		{"another secret", "t=1767225600," + other, body, at(), fault.Forbidden},
		{"another instant", strings.Replace(good, "1767225600", "1767225601", 1), body, at(), fault.Forbidden},
		{"another body", good, []byte(`{"id":"evt_2"}`), at(), fault.Forbidden},
		{"reordered body", good, []byte(`{ "id":"evt_1"}`), at(), fault.Forbidden},
		{"the old scheme alone", strings.Replace(good, "v1", "v0", 1), body, at(), fault.Invalid},
		{"nothing", "", body, at(), fault.Invalid},
		{"no instant", v1, body, at(), fault.Invalid},
		{"two instants", good + ",t=1767225600", body, at(), fault.Invalid},
		{"a negative instant", "t=-1," + v1, body, at(), fault.Invalid},
		{"an instant beyond time", "t=99999999999999999999," + v1, body, at(), fault.Invalid},
		{"a padded instant", "t=01767225600," + v1, body, at(), fault.Invalid},
		{"a short signature", "t=1767225600,v1=00", body, at(), fault.Invalid},
		{"no hexadecimal", "t=1767225600,v1=" + strings.Repeat("g", 64), body, at(), fault.Invalid},
		{"words", "hello", body, at(), fault.Invalid},
		{"too many", "t=1767225600" + strings.Repeat(","+other, 17), body, at(), fault.Invalid},
		{"too long", good + strings.Repeat(",v0=00", 1000), body, at(), fault.Invalid},
		{"a huge body", good, make([]byte, pay.MaxBody+1), at(), fault.Invalid},
	} {
		err := pay.CheckSignature(secret(), c.header, c.body, c.now)
		if c.want == "" && err != nil || c.want != "" && (err == nil || fault.CodeOf(err) != c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if err := pay.CheckSignature(pay.Secret{}, pay.Sign(pay.Secret{}, body, at()), body, at()); err == nil {
		t.Error("an empty secret signs")
	}
}

// TestLargestBody shows that a body of the very limit is still read.
func TestLargestBody(t *testing.T) {
	body := make([]byte, pay.MaxBody)
	if err := pay.CheckSignature(secret(), pay.Sign(secret(), body, at()), body, at()); err != nil {
		t.Error(err)
	}
}

// FuzzCheckSignature wants that no header but one with the right signature is believed.
func FuzzCheckSignature(f *testing.F) {
	body := []byte(`{"id":"evt_1"}`)
	good := pay.Sign(secret(), body, at())
	_, right, _ := strings.Cut(good, "v1=")
	for _, header := range []string{good, "", "t=1,v1=", "t=1767225600,v1=" + strings.Repeat("0", 64), "v1=,t=", ",,="} {
		f.Add(header, int64(0))
	}
	f.Fuzz(func(t *testing.T, header string, late int64) {
		now := at().Add(time.Duration(late%1000) * time.Second)
		err := pay.CheckSignature(secret(), header, body, now)
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Invalid && code != fault.Forbidden {
				t.Errorf("%q: %v", header, err)
			}
			return
		}
		if !strings.Contains(strings.ToLower(header), right) || !strings.Contains(header, "t=1767225600") {
			t.Errorf("believed %q", header)
		}
		if late%1000 > 300 || late%1000 < -300 {
			t.Errorf("believed after %d seconds", late%1000)
		}
	})
}

// TestSecretShowsNothing prints a secret in every way.
func TestSecretShowsNothing(t *testing.T) {
	s := secret()
	type holder struct {
		Key   pay.Secret
		Inner *pay.Secret
		own   pay.Secret
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{s, &s, holder{s, &s, s}, []pay.Secret{s}} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "whsec") || strings.Contains(text, "7768736563") {
				t.Errorf("%s of %T shows %s", verb, value, text)
			}
		}
	}
}
