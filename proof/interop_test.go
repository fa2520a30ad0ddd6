// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"

	"ecot/proof"
)

// site writes a journal as files, the way a mirror serves it.
type site struct {
	t    *testing.T
	dir  string
	edge *proof.Edge
	last []byte // entries of the last, partial bundle
}

func (s *site) write(path string, data []byte) {
	s.t.Helper()
	full := filepath.Join(s.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) add(leaf []byte) {
	s.t.Helper()
	var err error
	if s.last, err = proof.AppendEntry(s.last, leaf); err != nil {
		s.t.Fatal(err)
	}
	for _, tile := range s.edge.Append(proof.LeafHash(leaf)) {
		s.write(proof.TilePath(tile.Level, tile.N, proof.TileWidth), tile.Data)
		if tile.Level == 0 {
			s.write(proof.EntriesPath(tile.N, proof.TileWidth), s.last)
			s.last = nil
		}
	}
}

// publish writes what is partial, and the checkpoint last.
func (s *site) publish(log *proof.Signer) {
	s.t.Helper()
	size := s.edge.Size()
	for level := range s.edge.Levels() {
		var data []byte
		partial := s.edge.Partial(level)
		for _, h := range partial {
			data = append(data, h[:]...)
		}
		if len(partial) > 0 {
			s.write(proof.TilePath(level, size>>(8*level)/256, len(partial)), data)
		}
	}
	if len(s.last) > 0 {
		s.write(proof.EntriesPath(size/256, int(size%256)), s.last)
	}
	c := proof.Checkpoint{Origin: log.Origin(), Size: size, Root: s.edge.Root()}
	s.write("checkpoint", signed(s.t, c, log))
}

// hashBundle gives the leaf hashes of an entry bundle, read by the other library.
func hashBundle(data []byte) ([][]byte, error) {
	var bundle api.EntryBundle
	if err := bundle.UnmarshalText(data); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, e := range bundle.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return hashes, nil
}

func TestTesseraChecksOurTiles(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	known, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{1, 255, 256, 257, 5000, 70_000} {
		s := &site{t: t, dir: t.TempDir(), edge: proof.NewEdge()}
		for i := range size {
			s.add(leaf(i))
		}
		s.publish(log)
		check := func() error {
			files := client.FileFetcher{Root: s.dir}
			return fsck.New(origin, known, files, hashBundle, fsck.Opts{N: 2}).Check(t.Context())
		}
		if err := check(); err != nil {
			t.Errorf("%d leaves: %v", size, err)
		}
		width := int(min(256, size))
		s.write(proof.TilePath(0, 0, width), make([]byte, width*proof.HashSize))
		if check() == nil {
			t.Errorf("%d leaves: a broken site passes", size)
		}
	}
}

func TestOtherLibraryReadsOurReceipts(t *testing.T) {
	log, _ := keyed(t, origin, "log")
	for _, index := range []int64{0, 299} {
		for _, extra := range [][]byte{nil, []byte("anything")} {
			r := receipt(t, index, 300, log)
			r.Extra = extra
			text, err := r.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			var theirs tlogproof.TLogProof
			if err := theirs.Unmarshal(text); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if theirs.Index != uint64(index) || len(theirs.Hashes) != len(r.Hashes) ||
				!bytes.Equal(theirs.Checkpoint, r.Checkpoint) || !bytes.Equal(theirs.ExtraData, extra) {
				t.Errorf("%q is read as %v", text, theirs)
			}
			if !bytes.Equal(theirs.Marshal(), text) {
				t.Errorf("%q is written as %q", text, theirs.Marshal())
			}
		}
	}
}
