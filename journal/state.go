// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"bytes"
	"fmt"
)

// State is what a mechanism remembers of one stream or part. It is written with the same codec as
// a leaf, and its name carries its version: a state of another version must be rebuilt.
type State interface {
	Name() string
	Fields(c *Codec)
}

// StateKind describes one kind of state to a reader.
type StateKind struct {
	Name string
	New  func() State
}

// AppendState writes s behind dst.
func AppendState(dst []byte, s State) ([]byte, error) {
	c := Codec{out: append(append(dst, s.Name()...), '\n'), writing: true, line: 1, index: maxIndex}
	s.Fields(&c)
	if c.err != nil {
		return dst, fmt.Errorf("state %s: %w", s.Name(), c.err)
	}
	return c.out, nil
}

// maxIndex stands above every index: a state may refer to any entry.
const maxIndex = 1 << 53

// ParseState reads a state of one of the kinds given.
func ParseState(b []byte, kinds []StateKind) (State, error) {
	name, rest, _ := bytes.Cut(b, []byte{'\n'})
	for _, kind := range kinds {
		if kind.Name != string(name) {
			continue
		}
		s := kind.New()
		c := Codec{in: rest, line: 1, index: maxIndex}
		s.Fields(&c)
		c.finish()
		if c.err != nil {
			return nil, fmt.Errorf("state %s: %w", kind.Name, c.err)
		}
		return s, nil
	}
	return nil, &UnknownKindError{Name: printable(name)}
}
