// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"ecot/fault"
)

// maxCheckpoint is the longest checkpoint in bytes: room for some hundred witnesses.
const maxCheckpoint = 1 << 14

// Checkpoint says what a log is at one size (https://c2sp.org/tlog-checkpoint). Signed, it commits
// the log to its first Size leaves.
type Checkpoint struct {
	Origin string // the log's name for life
	Size   int64  // number of leaves
	Root   Hash   // root of the tree of these leaves
}

// Sign gives the checkpoint as a note signed with a signer key; see Signer for many of them.
func (c Checkpoint) Sign(skey string) ([]byte, error) {
	s, err := NewSigner(skey)
	if err != nil {
		return nil, err
	}
	return s.Checkpoint(c)
}

// OpenCheckpoint reads a signed checkpoint. It takes three body lines and no extension, the
// signature of vkey, whose name must be the origin, then those of the witnesses that signed, in
// the order given, and nothing else. All else is an invalid fault.
func OpenCheckpoint(text []byte, vkey string, witnesses ...string) (Checkpoint, error) {
	if len(text) > maxCheckpoint {
		return Checkpoint{}, fault.New(fault.Invalid, "A checkpoint is longer than %d bytes.", maxCheckpoint)
	}
	body, err := OpenNote(text, vkey, witnesses...)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := parseCheckpoint(body)
	if err != nil {
		return Checkpoint{}, err
	}
	if name, _, _ := bytes.Cut([]byte(vkey), []byte("+")); c.Origin != string(name) {
		return Checkpoint{}, fault.New(fault.Invalid, "A checkpoint of %s is signed by %s.", c.Origin, name)
	}
	return c, nil
}

func parseCheckpoint(body []byte) (Checkpoint, error) {
	bad := fault.New(fault.Invalid, "A checkpoint is not an origin, a size and a root on three lines.")
	lines := bytes.SplitAfter(body, []byte("\n"))
	if len(lines) != 4 || len(lines[3]) != 0 { // the last piece is after the last newline
		return Checkpoint{}, bad
	}
	size, err := strconv.ParseInt(string(cutNewline(lines[1])), 10, 64)
	if err != nil {
		return Checkpoint{}, bad
	}
	root, ok := parseHash(cutNewline(lines[2]))
	if !ok {
		return Checkpoint{}, bad
	}
	c := Checkpoint{Origin: string(cutNewline(lines[0])), Size: size, Root: root}
	if err := c.check(); err != nil {
		return Checkpoint{}, err
	}
	if !bytes.Equal(c.body(), body) {
		return Checkpoint{}, bad
	}
	return c, nil
}

func cutNewline(line []byte) []byte { return bytes.TrimSuffix(line, []byte("\n")) }

// parseHash reads what Hash.String writes and nothing else.
func parseHash(text []byte) (h Hash, ok bool) {
	raw, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil || len(raw) != HashSize {
		return Hash{}, false
	}
	h = Hash(raw)
	return h, h.String() == string(text)
}

func (c Checkpoint) check() error {
	if err := checkOrigin(c.Origin); err != nil {
		return err
	}
	if c.Size < 0 {
		return fault.New(fault.Invalid, "A tree cannot have %d leaves.", c.Size)
	}
	if c.Size == 0 && c.Root != EmptyRoot() {
		return fault.New(fault.Invalid, "An empty tree does not have that root.")
	}
	return nil
}

// body gives the three lines that are signed.
func (c Checkpoint) body() []byte {
	return []byte(c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n")
}
