// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"ecot/fault"
	"ecot/proof"
)

const origin = "fonds.example/journal"

// keyed gives the key that a name and a salt always give.
func keyed(t testing.TB, name, salt string) (*proof.Signer, string) {
	t.Helper()
	seed := sha256.Sum256([]byte(salt))
	skey, vkey, err := proof.NewKey(name, bytes.NewReader(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := proof.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	if s.VKey() != vkey || s.Origin() != name {
		t.Fatalf("the signer of %s says %s", vkey, s.VKey())
	}
	return s, vkey
}

// signed gives a checkpoint signed by the first signer and then the others.
func signed(t testing.TB, c proof.Checkpoint, log *proof.Signer, witnesses ...*proof.Signer) []byte {
	t.Helper()
	text, err := log.Checkpoint(c)
	if err != nil {
		t.Fatal(err)
	}
	body := text[:bytes.Index(text, []byte("\n\n"))+1]
	for _, w := range witnesses {
		own, err := w.Note(body)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, own[len(body)+1:]...)
	}
	return text
}

func someCheckpoint() proof.Checkpoint {
	return proof.Checkpoint{Origin: origin, Size: 109_482, Root: proof.LeafHash([]byte("root"))}
}

func TestCheckpointComesBack(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	w1, v1 := keyed(t, "w1.example/witness", "w1")
	w2, v2 := keyed(t, "w2.example/witness", "w2")
	empty := proof.Checkpoint{Origin: origin, Root: proof.EmptyRoot()}
	for _, c := range []proof.Checkpoint{someCheckpoint(), empty} {
		for _, by := range [][]*proof.Signer{nil, {w1}, {w2}, {w1, w2}} {
			text := signed(t, c, log, by...)
			got, err := proof.OpenCheckpoint(text, vkey, v1, v2)
			if err != nil || got != c {
				t.Errorf("%q gives %v, %v", text, got, err)
			}
			known, err := note.NewVerifier(vkey)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := note.Open(text, note.VerifierList(known)); err != nil {
				t.Errorf("x/mod refuses %q: %v", text, err)
			}
		}
	}
}

func TestCheckpointRefusesOtherSigners(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	other, _ := keyed(t, origin, "another key of the same name")
	w1, v1 := keyed(t, "w1.example/witness", "w1")
	w2, v2 := keyed(t, "w2.example/witness", "w2")
	c := someCheckpoint()
	text := signed(t, c, log, w1, w2)
	end := bytes.Index(text, []byte("\n\n")) + 2
	for name, bad := range map[string][]byte{
		"nobody":               text[:end],
		"another key":          signed(t, c, other),
		"a witness alone":      bytes.Replace(text, logLine(text), nil, 1),
		"the log second":       append(bytes.Replace(text, logLine(text), nil, 1), logLine(text)...),
		"the log twice":        signed(t, c, log, log),
		"witnesses swapped":    signed(t, c, log, w2, w1),
		"a witness twice":      signed(t, c, log, w1, w1, w2),
		"a stranger after":     signed(t, c, log, w1, w2, other),
		"a stranger between":   signed(t, c, log, other, w1),
		"the other body":       bytes.Replace(text, []byte("109482"), []byte("109483"), 1),
		"nothing":              nil,
		"a space at the end":   append(text[:len(text):len(text)], ' '),
		"no last newline":      text[:len(text)-1],
		"a blank line at end":  append(text[:len(text):len(text)], '\n'),
		"a CR":                 bytes.Replace(text, []byte("\n"), []byte("\r\n"), 1),
		"very long signatures": append(text[:len(text):len(text)], bytes.Repeat(logLine(text), 200)...),
	} {
		if got, err := proof.OpenCheckpoint(bad, vkey, v1, v2); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("signed by %s: %v, %v", name, got, err)
		}
	}
	if _, err := proof.OpenCheckpoint(text, vkey, v1); err == nil {
		t.Error("a witness that was not given may sign")
	}
	if _, err := proof.OpenCheckpoint(text, vkey, v1, v2, v1); err == nil {
		t.Error("the same witness is given twice")
	}
}

// logLine gives the first signature line of a note.
func logLine(text []byte) []byte {
	rest := text[bytes.Index(text, []byte("\n\n"))+2:]
	return rest[:bytes.IndexByte(rest, '\n')+1]
}

func TestCheckpointRefusesOtherBodies(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	root := someCheckpoint().Root.String()
	zero := proof.Hash{}.String()
	for _, body := range []string{
		"", "\n", origin + "\n", origin + "\n7\n", origin + "\n7\n\n", "\n7\n" + root + "\n",
		origin + "\n7\n" + root + "\nextension\n", origin + "\n7\n" + root + "\n\n",
		"\n" + origin + "\n7\n" + root + "\n",
		origin + "\n07\n" + root + "\n", origin + "\n+7\n" + root + "\n", origin + "\n-7\n" + root + "\n",
		origin + "\n-0\n" + root + "\n", origin + "\n 7\n" + root + "\n", origin + "\n0\n" + root + "\n",
		origin + "\n9223372036854775808\n" + root + "\n", origin + "\n7\n" + root + " \n",
		origin + "\n7\n" + root[:43] + "\n", origin + "\n7\n" + zero[:42] + "B=\n",
		"else.example/journal\n7\n" + root + "\n", strings.ToUpper(origin) + "\n7\n" + root + "\n",
	} {
		text, err := log.Note([]byte(body))
		if err != nil {
			continue // not even a note
		}
		if got, err := proof.OpenCheckpoint(text, vkey); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q gives %v, %v", body, got, err)
		}
	}
}

func TestSignersRefuseWhatTheyCannotSign(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	good := someCheckpoint()
	for _, c := range []proof.Checkpoint{
		{}, {Origin: origin}, {Origin: origin, Size: -1, Root: good.Root},
		{Origin: "else", Size: 7, Root: good.Root},
	} {
		if _, err := log.Checkpoint(c); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, name := range []string{"", "A", "a b", "a+b", "a\nb", "é", strings.Repeat("a", 65)} {
		_, _, err := proof.NewKey(name, bytes.NewReader(make([]byte, 32)))
		if fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a key for %q: %v", name, err)
		}
	}
	_, _, err := proof.NewKey(origin, bytes.NewReader(make([]byte, 31)))
	if fault.CodeOf(err) != fault.Internal {
		t.Errorf("a key of 31 bytes: %v", err)
	}
	for _, skey := range []string{
		"", vkey, "PRIVATE+KEY+a", "PRIVATE+KEY+a+00000000+" + strings.Repeat("A", 44),
	} {
		if _, err := good.Sign(skey); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("signing with %q: %v", skey, err)
		}
	}
}

func TestEveryFlippedBitOfACheckpointIsRefused(t *testing.T) {
	log, vkey := keyed(t, origin, "log")
	w1, v1 := keyed(t, "w1.example/witness", "w1")
	text := signed(t, someCheckpoint(), log, w1)
	flipAll(t, text, func(bad []byte) error {
		_, err := proof.OpenCheckpoint(bad, vkey, v1)
		return err
	})
	flipAll(t, []byte(vkey), func(bad []byte) error {
		_, err := proof.OpenCheckpoint(text, string(bad), v1)
		return err
	})
}

// flipAll wants an invalid fault for each single bit flipped, and none for no bit.
func flipAll(t *testing.T, good []byte, open func(bad []byte) error) {
	t.Helper()
	if err := open(good); err != nil {
		t.Fatalf("as written: %v", err)
	}
	for bit := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		if err := open(bad); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("bit %d of byte %d: %v", bit%8, bit/8, err)
		}
	}
}

func TestSignerKeyFlipsAreRefused(t *testing.T) {
	seed := sha256.Sum256([]byte("log"))
	skey, _, err := proof.NewKey(origin, bytes.NewReader(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	flipAll(t, []byte(skey), func(bad []byte) error {
		_, err := proof.NewSigner(string(bad))
		if err != nil && strings.Contains(err.Error(), string(bad)) {
			t.Fatal("a refusal repeats the secret key")
		}
		return err
	})
}

func FuzzCheckpoint(f *testing.F) {
	log, vkey := keyed(f, origin, "log")
	w1, v1 := keyed(f, "w1.example/witness", "w1")
	f.Add(signed(f, someCheckpoint(), log))
	f.Add(signed(f, someCheckpoint(), log, w1))
	f.Add(signed(f, proof.Checkpoint{Origin: origin, Root: proof.EmptyRoot()}, log))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := proof.OpenCheckpoint(text, vkey, v1)
		if err != nil {
			return
		}
		if a, b := signed(t, c, log), signed(t, c, log, w1); !bytes.Equal(a, text) && !bytes.Equal(b, text) {
			t.Errorf("%q was never signed", text)
		}
	})
}

func BenchmarkSignCheckpoint(b *testing.B) {
	log, _ := keyed(b, origin, "log")
	for b.Loop() {
		if _, err := log.Checkpoint(someCheckpoint()); err != nil {
			b.Fatal(err)
		}
	}
}
