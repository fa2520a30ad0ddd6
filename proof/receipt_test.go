// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ecot/fault"
	"ecot/proof"
)

// receipt gives a receipt for one leaf of a journal of size leaves, which it carries as its extra.
func receipt(t testing.TB, index, size int64, signers ...*proof.Signer) proof.Receipt {
	t.Helper()
	g := newGrove()
	for i := range size {
		g.add(leaf(i))
	}
	path, err := proof.Inclusion(t.Context(), index, size, g)
	if err != nil {
		t.Fatal(err)
	}
	c := proof.Checkpoint{Origin: origin, Size: size, Root: g.edge.Root()}
	return proof.Receipt{
		Extra: leaf(index), Index: index, Hashes: path,
		Checkpoint: signed(t, c, signers[0], signers[1:]...),
	}
}

// open reads a receipt and checks the leaf that it carries.
func open(text []byte, vkey string, witnesses ...string) error {
	r, err := proof.ParseReceipt(text)
	if err != nil {
		return err
	}
	_, err = r.Verify(r.Extra, vkey, witnesses...)
	return err
}

func TestReceiptComesBackAndProves(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	for _, size := range []int64{1, 2, 3, 255, 256, 257, 1000} {
		for _, index := range []int64{0, size / 2, size - 1} {
			r := receipt(t, index, size, log)
			text, err := r.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			again, err := proof.ParseReceipt(text)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if diff := cmp.Diff(r, again, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
			c, err := again.Verify(leaf(index), vkey)
			if err != nil || c.Size != size {
				t.Fatalf("leaf %d of %d: %v, %v", index, size, c, err)
			}
			if _, err := again.Verify(leaf(index+1), vkey); fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("another leaf at %d of %d: %v", index, size, err)
			}
		}
	}
}

func TestReceiptIsTheTextOfTheSpecification(t *testing.T) {
	h := proof.LeafHash(nil)
	r := proof.Receipt{
		Extra: []byte("leaf"), Index: 73894, Hashes: []proof.Hash{h}, Checkpoint: []byte("o\n1\nr\n\nsigs\n"),
	}
	want := "c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 73894\n" + h.String() + "\n\no\n1\nr\n\nsigs\n"
	if got, err := r.MarshalText(); err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	r.Extra, r.Hashes = nil, nil
	want = "c2sp.org/tlog-proof@v1\nindex 73894\n\no\n1\nr\n\nsigs\n"
	if got, err := r.MarshalText(); err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestEveryFlippedBitOfAReceiptIsRefused(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	w1, v1 := keyed(t, "w1.example/witness", "w1")
	for _, at := range [][2]int64{{0, 1}, {9, 20}, {256, 257}} {
		text, err := receipt(t, at[0], at[1], log, w1).MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		flipAll(t, text, func(bad []byte) error { return open(bad, vkey, v1) })
	}
}

func TestReceiptRefusesOtherSpellings(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	r := receipt(t, 5, 11, log)
	text, err := r.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	good, h0 := string(text), r.Hashes[0].String()+"\n"
	if err := open(text, vkey); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"nothing":               "",
		"no first line":         strings.TrimPrefix(good, "c2sp.org/tlog-proof@v1\n"),
		"another version":       strings.Replace(good, "@v1", "@v2", 1),
		"an empty extra":        "c2sp.org/tlog-proof@v1\nextra \n" + good[strings.Index(good, "index"):],
		"extra twice":           strings.Replace(good, "extra", "extra bGVhZg==\nextra", 1),
		"extra after index":     strings.Replace(good, h0, "extra bGVhZg==\n"+h0, 1),
		"no index":              strings.Replace(good, "index 5\n", "", 1),
		"index 05":              strings.Replace(good, "index 5", "index 05", 1),
		"index +5":              strings.Replace(good, "index 5", "index +5", 1),
		"index -5":              strings.Replace(good, "index 5", "index -5", 1),
		"index 6":               strings.Replace(good, "index 5", "index 6", 1),
		"index beyond":          strings.Replace(good, "index 5", "index 11", 1),
		"a huge index":          strings.Replace(good, "index 5", "index 9223372036854775808", 1),
		"a hash less":           strings.Replace(good, h0, "", 1),
		"a hash twice":          strings.Replace(good, h0, h0+h0, 1),
		"a short hash":          strings.Replace(good, h0, h0[4:], 1),
		"a hash in halves":      strings.Replace(good, h0, h0[:20]+"\n"+h0[20:], 1),
		"many hashes":           strings.Replace(good, h0, strings.Repeat(h0, 64), 1),
		"a CR":                  strings.Replace(good, "index 5", "index 5\r", 1),
		"two blank lines":       strings.Replace(good, "\n\n", "\n\n\n", 1),
		"no checkpoint":         good[:strings.Index(good, "\n\n")+2],
		"no blank line":         strings.Replace(good, "\n\n", "\n", 1),
		"something behind":      good + "\n",
		"a space in the extra":  strings.Replace(good, "extra ", "extra  ", 1),
		"a newline in the hash": strings.Replace(good, h0, h0[:43]+"\n=\n", 1),
		"far too long":          strings.Replace(good, "extra ", "extra "+strings.Repeat("AAAA", 1<<16), 1),
	} {
		if err := open([]byte(bad), vkey); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReceiptDoesNotWriteWhatItWouldNotRead(t *testing.T) {
	log, _ := keyed(t, origin, "log")
	good := receipt(t, 5, 11, log)
	for name, change := range map[string]func(*proof.Receipt){
		"index":         func(r *proof.Receipt) { r.Index = -1 },
		"path":          func(r *proof.Receipt) { r.Hashes = make([]proof.Hash, 64) },
		"no checkpoint": func(r *proof.Receipt) { r.Checkpoint = nil },
		"checkpoint":    func(r *proof.Receipt) { r.Checkpoint = make([]byte, 1<<14+1) },
		"extra":         func(r *proof.Receipt) { r.Extra = make([]byte, 1<<18) },
	} {
		r := good
		change(&r)
		if _, err := r.MarshalText(); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReceipt(f *testing.F) {
	log, vkey := keyed(f, origin, "log")
	for _, at := range [][2]int64{{0, 1}, {9, 20}} {
		r := receipt(f, at[0], at[1], log)
		text, err := r.MarshalText()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		r.Extra = nil
		if text, err = r.MarshalText(); err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := proof.ParseReceipt(text)
		if err != nil {
			return
		}
		if again, err := r.MarshalText(); err != nil || !bytes.Equal(again, text) {
			t.Errorf("%q comes back as %q, %v", text, again, err)
		}
		if _, err := r.Verify([]byte("a leaf never logged"), vkey); err == nil {
			t.Errorf("%q proves anything", text)
		}
	})
}

func BenchmarkVerifyReceipt(b *testing.B) {
	log, vkey := keyed(b, origin, "log")
	r := receipt(b, 700, 10_000, log)
	for b.Loop() {
		if _, err := r.Verify(leaf(700), vkey); err != nil {
			b.Fatal(err)
		}
	}
}
