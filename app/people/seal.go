// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"time"

	"ecot/app"
	"ecot/fault"
	"ecot/id"
)

// Seals makes and opens signed links for people who have no account, such as donors. Nothing of them is
// stored: whoever holds the link has what it says. Only this instance's secret makes them.
type Seals struct{ key []byte }

// SealsOf gives the seals of an instance.
func SealsOf(a *app.App) Seals { return Seals{a.Subkey("people/seal")} }

// sealSum is the length of the code behind a sealed subject.
const sealSum = 32

// Seal signs a subject, such as the id of a regular gift, for one purpose, until an instant; for ever when
// that is zero. The subject can be read by whoever holds the link. The text is safe in an address.
func (s Seals) Seal(purpose, subject string, until time.Time) string {
	text := make([]byte, 8, 8+len(subject)+sealSum)
	if !until.IsZero() {
		binary.BigEndian.PutUint64(text, uint64(until.Unix()))
	}
	text = append(text, subject...)
	return base64.RawURLEncoding.EncodeToString(append(text, s.sum(purpose, text)...))
}

// Open gives the subject of a seal that was made for this purpose and is still good.
func (s Seals) Open(purpose, sealed string, now time.Time) (string, error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(text) < 8+sealSum {
		return "", fault.New(fault.Forbidden, "This link is damaged; copy it whole from your message.")
	}
	text, sum := text[:len(text)-sealSum], text[len(text)-sealSum:]
	if !hmac.Equal(sum, s.sum(purpose, text)) {
		return "", fault.New(fault.Forbidden, "This link is damaged; copy it whole from your message.")
	}
	until := int64(binary.BigEndian.Uint64(text))
	if until != 0 && now.Unix() >= until {
		return "", fault.New(fault.Forbidden, "This link is too old; ask for a new one.")
	}
	return string(text[8:]), nil
}

func (s Seals) sum(purpose string, text []byte) []byte {
	return id.Keyed(s.key, "ecot/seal/v1", purpose, string(text))
}
