// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// licenceLine opens every file of code.
const licenceLine = "// SPDX-License-Identifier: AGPL-3.0-or-later\n\n"

// checkLicenceLine wants every Go file that people write to open with its licence and a blank line.
func checkLicenceLine(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		for _, f := range p.written() {
			if !strings.HasPrefix(string(f.Source), licenceLine) {
				found = append(found, Breach{Package: p.Path, Subject: f.Path,
					Why: "the first line is " + strings.TrimSpace(licenceLine) + ", then a blank line"})
			}
		}
	}
	return found
}

// checkOwner wants every mark of unfinished work in code to name who owns it.
func checkOwner(t *Tree) []Breach {
	mark := regexp.MustCompile(`(?://|/\*|\*|#|--|<!--)\s*(?:TODO|FIXME|XXX|HACK)\b(\(\p{L}+\))?`)
	var found []Breach
	t.lines(func(f *File, number int, line string) {
		if path.Ext(f.Path) == ".md" {
			return
		}
		if m := mark.FindStringSubmatch(line); m != nil && m[1] == "" {
			found = append(found, Breach{Package: path.Dir(f.Path), Subject: fmt.Sprintf("%s:%d", f.Path, number),
				Why: "unfinished work names its owner, as in TODO" + "(name)"})
		}
	})
	return found
}

// checkMachinePath refuses paths of the machine that the house was built on: nothing here may
// depend on one person's folders.
func checkMachinePath(t *Tree) []Breach {
	dirs := strings.Join([]string{"/ro" + "ot\\b", "/home" + "/[a-z]", "/Users" + "/[A-Za-z]"}, "|")
	mention := regexp.MustCompile(`(?:^|[^\w.\-/])(?:` + dirs + `)`)
	var found []Breach
	t.lines(func(f *File, number int, line string) {
		if mention.MatchString(line) {
			found = append(found, Breach{Package: path.Dir(f.Path), Subject: fmt.Sprintf("%s:%d", f.Path, number),
				Why: "this names a folder of one machine"})
		}
	})
	return found
}

// lines calls visit with every line of every text file, numbered from 1.
func (t *Tree) lines(visit func(f *File, number int, line string)) {
	for _, f := range t.Texts {
		number := 0
		for line := range strings.Lines(string(f.Source)) {
			number++
			visit(f, number, line)
		}
	}
}
