// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"ecot/fault"
)

// The limits of a receipt: a path is at most one hash a bit of an index, and the text holds a leaf
// of any length and what opens its commitments.
const (
	maxPath    = 63
	maxReceipt = 1 << 18
)

const receiptHeader = "c2sp.org/tlog-proof@v1\n"

// Receipt shows offline, for ever, that a leaf is in the journal (https://c2sp.org/tlog-proof).
type Receipt struct {
	Extra      []byte // what its holder keeps with it, usually the leaf; nothing vouches for it; may be empty
	Index      int64  // the leaf's place in the journal
	Hashes     []Hash // path from the leaf's sibling up to the root's child
	Checkpoint []byte // the signed checkpoint, word for word
}

// MarshalText gives the receipt as text. Fields that ParseReceipt would refuse are an invalid fault.
func (r Receipt) MarshalText() ([]byte, error) {
	if r.Index < 0 || len(r.Hashes) > maxPath || len(r.Checkpoint) == 0 || len(r.Checkpoint) > maxCheckpoint {
		return nil, badReceipt("index, path or checkpoint")
	}
	text := r.text()
	if len(text) > maxReceipt {
		return nil, badReceipt("length")
	}
	return text, nil
}

func (r Receipt) text() []byte {
	text := []byte(receiptHeader)
	if len(r.Extra) > 0 {
		text = append(text, "extra "...)
		text = append(base64.StdEncoding.AppendEncode(text, r.Extra), '\n')
	}
	text = append(text, "index "...)
	text = append(strconv.AppendInt(text, r.Index, 10), '\n')
	for _, h := range r.Hashes {
		text = append(base64.StdEncoding.AppendEncode(text, h[:]), '\n')
	}
	text = append(text, '\n')
	return append(text, r.Checkpoint...)
}

// ParseReceipt reads what MarshalText writes and nothing else; the rest is an invalid fault. It
// checks the form alone: only Verify tells whether the receipt is worth anything.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > maxReceipt {
		return Receipt{}, badReceipt("length")
	}
	proof, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	lines, ok2 := bytes.CutPrefix(append(proof[:len(proof):len(proof)], '\n'), []byte(receiptHeader))
	if !ok || !ok2 || len(checkpoint) == 0 {
		return Receipt{}, badReceipt("first line")
	}
	r := Receipt{Checkpoint: checkpoint}
	r.Extra, lines, ok = cutExtra(lines)
	if !ok {
		return Receipt{}, badReceipt("extra line")
	}
	r.Index, lines, ok = cutIndex(lines)
	if !ok {
		return Receipt{}, badReceipt("index line")
	}
	for len(lines) > 0 {
		line, rest, _ := bytes.Cut(lines, []byte("\n"))
		h, ok := parseHash(line)
		if !ok || len(r.Hashes) == maxPath {
			return Receipt{}, badReceipt("path")
		}
		r.Hashes, lines = append(r.Hashes, h), rest
	}
	if again, err := r.MarshalText(); err != nil || !bytes.Equal(again, text) {
		return Receipt{}, badReceipt("spelling")
	}
	return r, nil
}

// cutExtra reads the extra line when there is one; false when it is not base64.
func cutExtra(lines []byte) (extra, rest []byte, ok bool) {
	b64, found := bytes.CutPrefix(lines, []byte("extra "))
	if !found {
		return nil, lines, true
	}
	b64, rest, _ = bytes.Cut(b64, []byte("\n"))
	extra, err := base64.StdEncoding.AppendDecode(nil, b64)
	return extra, rest, err == nil
}

func cutIndex(lines []byte) (index int64, rest []byte, ok bool) {
	digits, found := bytes.CutPrefix(lines, []byte("index "))
	digits, rest, _ = bytes.Cut(digits, []byte("\n"))
	index, err := strconv.ParseInt(string(digits), 10, 64)
	return index, rest, found && err == nil
}

func badReceipt(part string) error {
	return fault.New(fault.Invalid, "This is not a receipt: its %s cannot be right.", part)
}

// Verify checks that the leaf is in the journal of vkey and gives the checkpoint that says so; see
// OpenCheckpoint for the witnesses. A receipt that does not show it is an invalid fault.
func (r Receipt) Verify(leaf []byte, vkey string, witnesses ...string) (Checkpoint, error) {
	c, err := OpenCheckpoint(r.Checkpoint, vkey, witnesses...)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := VerifyInclusion(LeafHash(leaf), r.Index, c.Size, r.Hashes, c.Root); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}
