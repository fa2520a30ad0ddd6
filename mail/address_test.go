// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	netmail "net/mail"
	"strings"
	"testing"

	"ecot/fault"
)

func TestAddresses(t *testing.T) {
	long := strings.Repeat("a", 63)
	for typed, want := range map[string]Address{
		" lea@example.org\n":     "lea@example.org",
		"Lea.B+dons@Example.ORG": "Lea.B+dons@example.org",
		"o'neil@sub.example.org": "o'neil@sub.example.org",
		"lea@café.fr":            "lea@xn--caf-dma.fr",
		"lea@CAFÉ.fr":            "lea@xn--caf-dma.fr",
		"lea@bücher.example":     "lea@xn--bcher-kva.example",
		"lea@straße.example":     "lea@xn--strae-oqa.example",
		"lea@xn--caf-dma.fr":     "lea@xn--caf-dma.fr",
		long + "@example.org":    Address(long + "@example.org"),
		"a@" + long + ".org":     Address("a@" + long + ".org"),
		"a@1.fr":                 "a@1.fr",
	} {
		if got, err := ParseAddress(typed); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestRefusedAddresses(t *testing.T) {
	for _, typed := range []string{
		"", "@", "lea", "lea@", "@example.org", "lea@example", "lea@localhost", "a@b@example.org",
		"Léa <lea@example.org>", "<lea@example.org>", `"lea b"@example.org`, "lea(x)@example.org",
		"léa@example.org", "lea@example.org, bo@example.org", "lea @example.org", "lea@exa mple.org",
		".lea@example.org", "lea.@example.org", "le..a@example.org", "lea@.org", "lea@example..org",
		"lea@example.org.", "lea@-a.org", "lea@a-.org", "lea@[127.0.0.1]", "lea@127.0.0.1", "lea@under_score.org",
		"lea@пример.рф", "lea@cafe\u0301.fr", "lea\r\nBcc: x@example.org", "lea@example.org\r\nBcc: x",
		strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("a", 64) + ".org",
		"a@" + strings.Repeat("abcdefg.", 40) + "org", "lea@a\u202e.org", "lea@\xff.org",
	} {
		if got, err := ParseAddress(typed); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q is taken as %q, %v", typed, got, err)
		}
	}
}

// TestPunycode has samples of RFC 3492 §7.1 (without their marks of case) and of everyday domains.
func TestPunycode(t *testing.T) {
	for plain, want := range map[string]string{
		"他们为什么不说中文":                       "ihqwcrb4cv8a8dqg056pqjye",
		"почемужеонинеговорятпорусски":    "b1abfaaepdrnnbgefbadotcwatmq2g4l",
		"pročprostěnemluvíčesky":          "proprostnemluvesky-uyb24dma41a",
		"tạisaohọkhôngthểchỉnóitiếngviệt": "tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g",
		"français": "franais-xxa", "élève": "lve-6lad", "münchen": "mnchen-3ya",
	} {
		if got := punycode(plain); got != want {
			t.Errorf("%s is %s, want %s", plain, got, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("lea@example.org")
	f.Add("Lea.B+dons@CAFÉ.fr")
	f.Fuzz(func(t *testing.T, typed string) {
		a, err := ParseAddress(typed)
		if err != nil {
			return
		}
		again, err := ParseAddress(string(a))
		if err != nil || again != a {
			t.Fatalf("%q becomes %q, and that becomes %q, %v", typed, a, again, err)
		}
		read, err := netmail.ParseAddress(string(a))
		if err != nil || read.Address != string(a) || read.Name != "" {
			t.Fatalf("%q is read as %v, %v", a, read, err)
		}
	})
}
