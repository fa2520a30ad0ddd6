// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/proof"
	"ecot/proof/bundle"
)

// example is the journal of three leaves that docs/formats works through.
func example(t *testing.T) bundle.Source {
	t.Helper()
	leaves := []string{"first", "second", "third"}
	s := bundle.Source{
		Signer: keyed(t, origin, "log"),
		Rules:  map[string][]byte{"example@1.md": []byte("Everybody gets the same.\n")},
		Leaves: func(_ context.Context, size int64, each func([]byte) error) error {
			for _, leaf := range leaves[:size] {
				if err := each([]byte(leaf)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	edge := proof.NewEdge()
	for i, leaf := range leaves {
		edge.Append(proof.LeafHash([]byte(leaf)))
		if i == 1 {
			s.History = [][]byte{sign(t, s.Signer, edge)}
		}
	}
	s.Checkpoint = sign(t, s.Signer, edge)
	return s
}

// exampleReceipt gives the receipt for the second leaf of the example.
func exampleReceipt(t *testing.T, s bundle.Source) []byte {
	t.Helper()
	r := proof.Receipt{
		Extra: []byte("second"), Index: 1, Checkpoint: s.Checkpoint,
		Hashes: []proof.Hash{proof.LeafHash([]byte("first")), proof.LeafHash([]byte("third"))},
	}
	if _, err := r.Verify(r.Extra, s.Signer.VKey()); err != nil {
		t.Fatal(err)
	}
	text, err := r.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestDocsShowWhatWeWrite wants the examples on the pages to be what the program writes.
func TestDocsShowWhatWeWrite(t *testing.T) {
	s := example(t)
	manifest, err := os.ReadFile(filepath.Join(written(t, s), "MANIFEST"))
	if err != nil {
		t.Fatal(err)
	}
	for page, texts := range map[string][]string{
		"checkpoint.md": {s.Signer.VKey(), string(s.Checkpoint), string(s.History[0])},
		"receipt.md":    {s.Signer.VKey(), string(exampleReceipt(t, s))},
		"bundle.md":     {s.Signer.VKey(), string(manifest)},
	} {
		shown, err := os.ReadFile(filepath.Join("..", "..", "docs", "formats", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if !strings.Contains(string(shown), "\n"+strings.TrimSuffix(text, "\n")+"\n") {
				t.Errorf("%s does not show\n%s", page, text)
			}
		}
	}
}
