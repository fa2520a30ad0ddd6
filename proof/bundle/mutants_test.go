// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"os"
	"strings"
)

// folderMutants differ from their MANIFEST.
var folderMutants = []spoilt{
	{"an extra file", `"b" is not in the MANIFEST`, puts("b", "x")},
	{"an extra hidden file", `".b" is not in the MANIFEST`, puts(".b", "x")},
	{"an extra entries file", `"entries/003" is not in the MANIFEST`, puts("entries/003", "x")},
	{"an extra partial file", `"entries/002.p/9" is not in the MANIFEST`, puts("entries/002.p/9", "x")},
	{"an extra rule", `"rules/z" is not in the MANIFEST`, puts("rules/z", "x")},
	{"a name with a newline", `"rules/b\nc" is not in the MANIFEST`, puts("rules/b\nc", "x")},
	{"a second MANIFEST", `"rules/MANIFEST" is not in the MANIFEST`, puts("rules/MANIFEST", "x")},
	{"an empty folder", `"blobs/" is not in the MANIFEST`,
		func(m *mutant) { m.ok(os.Mkdir(m.path("blobs"), 0o755)) }},
	{"an empty folder within", `"rules/b/" is not in`,
		func(m *mutant) { m.ok(os.Mkdir(m.path("rules/b"), 0o755)) }},
	{"no checkpoint", "checkpoint is missing", takes("checkpoint")},
	{"no earlier checkpoint", "checkpoints/300 is missing", takes("checkpoints/300")},
	{"no earlier checkpoints", "checkpoints/1 is missing", takes("checkpoints")},
	{"no first entries", "entries/000 is missing", takes("entries/000")},
	{"no last folder", "entries/002.p/8 is missing", takes("entries/002.p")},
	{"no last entries", "entries/002.p/8 is missing", takes("entries/002.p/8")},
	{"no last rule", "rules/equal@1.md is missing", takes("rules/equal@1.md")},
	{"no rules", "rules/a is missing", takes("rules")},
	{"no MANIFEST", "MANIFEST is missing", takes("MANIFEST")},
	{"nothing but a MANIFEST", "checkpoint is missing", func(m *mutant) {
		for _, name := range []string{"checkpoint", "checkpoints", "entries", "rules"} {
			m.remove(name)
		}
	}},
	{"a file for a folder", `"rules" is not in the MANIFEST`, func(m *mutant) {
		m.remove("rules")
		m.write("rules", []byte("x"))
	}},
	{"a folder for a file", "entries/000 is missing", func(m *mutant) {
		m.remove("entries/000")
		m.write("entries/000/a", []byte("x"))
	}},
	{"a folder for MANIFEST", "MANIFEST is not a plain file", func(m *mutant) {
		m.remove("MANIFEST")
		m.write("MANIFEST/a", nil)
	}},
	{"a file longer", "rules/a has 2 bytes; the MANIFEST says 1", puts("rules/a", "bb")},
	{"a file shorter", "rules/a has 0 bytes; the MANIFEST says 1", puts("rules/a", "")},
	{"another rule", "rules/a is not the file that the MANIFEST lists", puts("rules/a", "c")},
	{"a leaf flipped", "entries/001 is not the file that the MANIFEST lists",
		flips("entries/001", 100, false)},
	{"a last leaf flipped", "entries/002.p/8 is not the file that", flips("entries/002.p/8", 9, false)},
	{"entries swapped", "entries/000 has", func(m *mutant) {
		a, b := m.read("entries/000"), m.read("entries/001")
		m.write("entries/000", b)
		m.write("entries/001", a)
	}},
	{"too many files", "rules holds more than 4096 names", func(m *mutant) {
		for i := range 4096 {
			m.write("rules/a"+strings.Repeat("b", i%64)+string(rune('a'+i/64%26))+string(rune('a'+i/64/26)), nil)
		}
	}},
	{"a linked file", `"rules/a" is not a plain file`, links("rules/a")},
	{"a linked folder", `"rules" is not a plain file`, links("rules")},
	{"linked entries", `"entries/001" is not a plain file`, links("entries/001")},
	{"a linked checkpoint", `"checkpoint" is not a plain file`, links("checkpoint")},
	{"a linked MANIFEST", "MANIFEST is not a plain file", links("MANIFEST")},
	{"a dangling link", `"z" is not a plain file`,
		func(m *mutant) { m.ok(os.Symlink("nowhere", m.path("z"))) }},
	{"a loop", `"z" is not a plain file`, func(m *mutant) { m.ok(os.Symlink(".", m.path("z"))) }},
}

// manifestMutants have a MANIFEST that is signed by somebody else or spelt otherwise.
var manifestMutants = []spoilt{
	{"an unsigned MANIFEST", "MANIFEST is not signed",
		func(m *mutant) { m.write("MANIFEST", []byte(m.body())) }},
	{"a twin's MANIFEST", "MANIFEST is not signed", signedBy(origin, "twin")},
	{"a cousin's MANIFEST", "MANIFEST is not signed", signedBy("else.example/journal", "log")},
	{"an empty MANIFEST", "MANIFEST is not signed", puts("MANIFEST", "")},
	{"CR", "MANIFEST is not signed",
		manifest(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })},
	{"one CR", "MANIFEST is not signed",
		manifest(func(s string) string { return strings.Replace(s, "\n", "\r\n", 1) })},
	{"a tail", "MANIFEST is not signed", manifest(func(s string) string { return s + "\n" })},
	{"no end", "MANIFEST is not signed",
		manifest(func(s string) string { return strings.TrimSuffix(s, "\n") })},
	{"a byte order mark", "MANIFEST is not signed",
		manifest(func(s string) string { return "\ufeff" + s })},
	{"two signatures", "MANIFEST is not signed", manifest(func(s string) string {
		return s + s[strings.Index(s, "\n\n")+2:]
	})},
	{"a huge MANIFEST", "MANIFEST has 67108865 bytes",
		func(m *mutant) { m.ok(os.Truncate(m.path("MANIFEST"), 64<<20+1)) }},
	{"the checkpoint as MANIFEST", "MANIFEST does not begin",
		func(m *mutant) { m.write("MANIFEST", m.read("checkpoint")) }},
	{"another header", "MANIFEST does not begin", edits("ecot/bundle/v1\n", "ecot/bundle/v2\n")},
	{"no header", "MANIFEST does not begin", edits("ecot/bundle/v1\n", "")},
	{"another origin", "MANIFEST does not begin", edits("\n"+origin+"\n", "\nelse.example/journal\n")},
	{"no file listed", `"checkpoint" is not in the MANIFEST`,
		func(m *mutant) { m.sign("ecot/bundle/v1\n" + origin + "\n") }},
	{"a file not listed", `"rules/a" is not in the MANIFEST`, lines(func(string) string { return "" })},
	{"a file listed twice", `"rules/a" is listed twice`, lines(func(l string) string { return l + l })},
	{"rules out of order", `"rules/a" is listed twice or out of order`, func(m *mutant) {
		a, b := m.line("rules/a"), m.line("rules/equal@1.md")
		m.edit(a+b, b+a)
	}},
	{"entries out of order", `"entries/000" is listed twice or out of order`, func(m *mutant) {
		a, b := m.line("entries/000"), m.line("entries/001")
		m.edit(a+b, b+a)
	}},
	{"an upper-case sum", "is not a size, a SHA-256 and a path", lines(func(l string) string {
		return strings.ToUpper(l[:66]) + l[66:]
	})},
	{"a short sum", "is not a size,", lines(func(l string) string { return l[:4] + l[6:] })},
	{"a long sum", "is not a size,", lines(func(l string) string { return l[:4] + "00" + l[4:] })},
	{"a sum not hex", "is not a size,", lines(func(l string) string { return l[:4] + "g" + l[5:] })},
	{"a leading zero", "is not a size,", lines(func(l string) string { return "0" + l })},
	{"a plus", "is not a size,", lines(func(l string) string { return "+" + l })},
	{"a minus", "rules/a cannot have -1 bytes", lines(func(l string) string { return "-" + l })},
	{"a size beyond numbers", "is not a size,",
		lines(func(l string) string { return "9999999999999999999" + l })},
	{"a size in hex", "is not a size,", lines(func(l string) string { return "0x" + l })},
	{"two spaces", `" rules/a" is listed twice or out of order`,
		lines(func(l string) string { return strings.Replace(l, " r", "  r", 1) })},
	{"two spaces before", "is not a size,",
		lines(func(l string) string { return strings.Replace(l, " ", "  ", 1) })},
	{"a space before", "is not a size,", lines(func(l string) string { return " " + l })},
	{"a space behind", `"a " cannot name`,
		lines(func(l string) string { return strings.Replace(l, "\n", " \n", 1) })},
	{"a blank line", "is not a size,", lines(func(l string) string { return "\n" + l })},
	{"a word alone", "is not a size,", lines(func(l string) string { return "word\n" + l })},
	{"a rule too large", "rules/a cannot have 1048577 bytes",
		lines(func(l string) string { return "1048577" + l[1:] })},
	{"a rule of nothing", "rules/a cannot have 0 bytes",
		lines(func(l string) string { return "0" + l[1:] })},
}

// pathMutants list, signed, what no bundle has.
var pathMutants = []spoilt{
	{"itself", `"MANIFEST" has no place`, adds("MANIFEST")},
	{"a path upwards", `"../rules/a" has no place`, adds("../rules/a")},
	{"a path up and down", `"../../a" cannot name`, adds("rules/../../a")},
	{"a rooted path", `"/etc/hostname" has no place`, adds("/etc/hostname")},
	{"a dotted path", `"./checkpoint" has no place`, adds("./checkpoint")},
	{"a private kind", `"vault/a" has no place`, adds("vault/a")},
	{"a hidden rule", `".a" cannot name`, renames("rules/a", "rules/.a")},
	{"a folder of rules", `"a/b" cannot name`, renames("rules/a", "rules/a/b")},
	{"a capital", `"A" cannot name`, renames("rules/a", "rules/A")},
	{"a space in a name", `"a b" cannot name`, renames("rules/a", "rules/a b")},
	{"a backslash", `"a\\b" cannot name`, renames("rules/a", `rules/a\b`)},
	{"an accent", `"aé" cannot name`, renames("rules/a", "rules/aé")},
	{"a long name", "cannot name a file of rules", renames("rules/a", "rules/a"+strings.Repeat("a", 128))},
	{"no name", `"" cannot name`,
		lines(func(l string) string { return strings.TrimSuffix(l, "a\n") + "\n" })},
	{"a checkpoint with a zero", `"checkpoints/01" is not the path`,
		renames("checkpoints/1", "checkpoints/01")},
	{"a checkpoint of none", `"checkpoints/0" is not the path`, renames("checkpoints/1", "checkpoints/0")},
	{"a checkpoint in words", `"checkpoints/x" is not the path`,
		renames("checkpoints/1", "checkpoints/x")},
	{"two digits", `"tile/entries/00" is not the path`, renames("entries/000", "entries/00")},
	{"four digits", `"tile/entries/0000" is not the path`, renames("entries/000", "entries/0000")},
	{"a tile", `"tile/entries/0/000" is not the path`, renames("entries/000", "entries/0/000")},
	{"a compressed file", `"tile/entries/000.gz" is not the path`,
		renames("entries/000", "entries/000.gz")},
}

// entriesMutants list, signed, entries that are not those of the checkpoint.
var entriesMutants = []spoilt{
	{"entries dropped", "lists 2 files of entries, but 520 leaves need 3", takesOff("entries/001")},
	{"entries added", "lists 4 files of entries", func(m *mutant) {
		m.insert("entries/002.p/8", "entries/003.p/1", []byte{0, 0})
	}},
	{"a last file as full", "lists entries/002 where entries/002.p/8 must be",
		renames("entries/002.p/8", "entries/002")},
	{"another width", "lists entries/002.p/7 where entries/002.p/8",
		renames("entries/002.p/8", "entries/002.p/7")},
	{"a partial file before", "lists entries/001.p/8 where entries/001 must be",
		renames("entries/001", "entries/001.p/8")},
	{"a gap", "lists entries/003.p/8 where entries/002.p/8",
		renames("entries/002.p/8", "entries/003.p/8")},
	{"a leaf less", "The entries from 512 on are 7, not 8",
		entries("entries/002.p/8", func(d []byte) []byte {
			return d[2+int(d[0])<<8+int(d[1]):]
		})},
	{"a leaf more", "The entries from 512 on are 9, not 8",
		entries("entries/002.p/8", func(d []byte) []byte {
			return append(d, 0, 0)
		})},
	{"257 leaves", "holds more than 256 leaves",
		entries("entries/001", func(d []byte) []byte { return append(d, 0, 0) })},
	{"half a length", "ends inside the length",
		entries("entries/002.p/8", func(d []byte) []byte { return append(d, 0) })},
	{"half a leaf", "ends inside leaf 7",
		entries("entries/002.p/8", func(d []byte) []byte { return d[:len(d)-1] })},
	{"a leaf changed", "first 520 leaves do not have the root", flips("entries/002.p/8", 100, true)},
	{"a leaf of March changed", "first 300 leaves do not have the root", flips("entries/000", 2000, true)},
	{"the first leaf changed", "first 1 leaves do not have the root", flips("entries/000", 5, true)},
	{"files swapped", "first 1 leaves do not have the root", func(m *mutant) {
		a, b := m.read("entries/000"), m.read("entries/001")
		m.replace("entries/000", b)
		m.replace("entries/001", a)
	}},
}

// checkpointMutants list, signed, checkpoints that the leaves do not lead to.
var checkpointMutants = []spoilt{
	{"no checkpoint listed", "checkpoint is missing or of an empty journal", takesOff("checkpoint")},
	{"an empty journal", "checkpoint is missing or of an empty journal", checkpoints("checkpoint", 0, 0)},
	{"an unsigned checkpoint", "checkpoint is not a checkpoint of this journal", func(m *mutant) {
		body, _, _ := strings.Cut(string(m.read("checkpoint")), "\n\n")
		m.replace("checkpoint", []byte(body+"\n"))
	}},
	{"a twin's checkpoint", "checkpoint is not a checkpoint of this journal", func(m *mutant) {
		twin := &mutant{t: m.t, log: keyed(m.t, origin, "twin")}
		m.replace("checkpoint", twin.checkpoint(520, 520))
	}},
	{"a checkpoint of files less", "lists 3 files of entries, but 512 leaves need 2",
		checkpoints("checkpoint", 512, 512)},
	{"a checkpoint of a leaf less", "lists entries/002.p/8 where entries/002.p/7",
		checkpoints("checkpoint", 519, 519)},
	{"a checkpoint of more", "lists 3 files of entries, but 769 leaves need 4",
		checkpoints("checkpoint", 769, 769)},
	{"another root", "first 520 leaves do not have the root", checkpoints("checkpoint", 520, 519)},
	{"another earlier root", "first 300 leaves do not have the root",
		checkpoints("checkpoints/300", 300, 299)},
	{"another earlier size", "checkpoints/300 is a checkpoint of 301",
		checkpoints("checkpoints/300", 301, 301)},
	{"a broken earlier one", "checkpoints/300 is not a checkpoint",
		func(m *mutant) { m.replace("checkpoints/300", []byte("x")) }},
	{"a later checkpoint", "checkpoints/521 is later", func(m *mutant) {
		m.insert("checkpoints/300", "checkpoints/521", m.checkpoint(521, 521))
	}},
}
