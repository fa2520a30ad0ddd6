// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"ecot/fault"
)

// What a message with a timed signature may be.
const (
	MaxBody       = 256 << 10       // bytes of a message
	Tolerance     = 5 * time.Minute // between the signature's instant and now, either way
	maxHeader     = 4096            // bytes of a signature header
	maxSignatures = 16              // of one header
)

// Sign makes the header of a timed signature over a message: "t=1767225600,v1=HEX", where HEX is
// HMAC-SHA256 of the seconds since 1970, a point and the body. It is the scheme of Stripe
// (docs.stripe.com/webhooks, "Verify webhook signatures manually").
func Sign(secret Secret, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(timedMAC(secret, t, body))
}

// CheckSignature says whether header signs body: one of its v1 signatures, of which there are
// several while a secret is being changed, must be right, and t within Tolerance of now, before or
// after. Other schemes (v0, v2…) count for nothing. A header that cannot be read and a body beyond
// MaxBody are fault.Invalid; a false signature and a stale one are fault.Forbidden.
func CheckSignature(secret Secret, header string, body []byte, now time.Time) error {
	if len(body) > MaxBody {
		return fault.New(fault.Invalid, "The message has more than %d bytes.", MaxBody)
	}
	if secret.Reveal() == "" {
		return fault.New(fault.Internal, "There is no secret to check messages with.")
	}
	t, signatures, err := parseSignature(header)
	if err != nil {
		return err
	}
	good := false
	want := timedMAC(secret, t, body)
	for _, signature := range signatures {
		if hmac.Equal(signature, want) {
			good = true
		}
	}
	if !good {
		return fault.New(fault.Forbidden, "The signature of the message is not that of the provider.")
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return errSignature()
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > Tolerance || age < -Tolerance {
		return fault.New(fault.Forbidden, "The message was signed too long ago, or in the future: check the clock.")
	}
	return nil
}

// parseSignature reads "t=SECONDS,v1=HEX,v1=HEX": exactly one t of 1 to 11 digits, at least one v1.
func parseSignature(header string) (t string, signatures [][]byte, err error) {
	if len(header) > maxHeader {
		return "", nil, errSignature()
	}
	for item := range strings.SplitSeq(header, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(item), "=")
		switch {
		case !found:
			return "", nil, errSignature()
		case name == "t":
			if t != "" || !digits(value) {
				return "", nil, errSignature()
			}
			t = value
		case name == "v1":
			signature, err := hex.DecodeString(value)
			if err != nil || len(signature) != sha256.Size || len(signatures) == maxSignatures {
				return "", nil, errSignature()
			}
			signatures = append(signatures, signature)
		}
	}
	if t == "" || len(signatures) == 0 {
		return "", nil, errSignature()
	}
	return t, signatures, nil
}

// errSignature says that a header is not in the form of a timed signature.
func errSignature() error {
	return fault.New(fault.Invalid, "The message has no signature that can be read.")
}

// digits says whether s is a whole number of seconds as a signature writes it.
func digits(s string) bool {
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	return s != "" && len(s) <= 11 && (s == "0" || s[0] != '0') && !strings.ContainsFunc(s, notDigit)
}

// timedMAC computes HMAC-SHA256 of t, a point and the body.
func timedMAC(secret Secret, t string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	// A hash never refuses what is written to it.
	_, _ = mac.Write([]byte(t + "."))
	_, _ = mac.Write(body)
	return mac.Sum(nil)
}
