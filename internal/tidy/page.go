// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// licenceDigest is the SHA-256 of the GNU Affero General Public License, version 3, as the Free
// Software Foundation publishes it in plain text.
const licenceDigest = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"

// checkLicenceText wants LICENSE to be the official text, to the byte.
func checkLicenceText(t *Tree) []Breach {
	why := "the licence is the official text of the AGPL, version 3, to the byte"
	licence := t.text("LICENSE")
	if licence != nil {
		if digest := sha256.Sum256(licence.Source); hex.EncodeToString(digest[:]) == licenceDigest {
			return nil
		}
	}
	return []Breach{{Package: ".", Subject: "LICENSE", Why: why}}
}

// maxPageLines gives how long a page for builders may grow, or 0 when it has no limit.
func maxPageLines(page string) int {
	switch {
	case page == architecturePage:
		return 200
	case page == dependencyPage:
		return 60
	case path.Dir(page) == "docs/decisions":
		return 40
	}
	return 0
}

// checkPageLength wants the pages that everybody must read to stay short.
func checkPageLength(t *Tree) []Breach {
	var found []Breach
	for _, f := range t.Texts {
		if most := maxPageLines(f.Path); most > 0 && f.lines() > most {
			found = append(found, Breach{Package: path.Dir(f.Path), Subject: f.Path,
				Why: fmt.Sprintf("%d lines, at most %d: a page that must be read is short", f.lines(), most)})
		}
	}
	return found
}

// checkChangelog wants each fragment to say what changed for people, in both languages.
func checkChangelog(t *Tree) []Breach {
	head := regexp.MustCompile(`^(Added|Changed|Fixed|Removed|Security): \S.*\n\n`)
	var found []Breach
	for _, f := range t.Texts {
		if path.Dir(f.Path) != "changelog/unreleased" || path.Base(f.Path) == "TEMPLATE" {
			continue
		}
		text := string(f.Source)
		if !head.MatchString(text) || !strings.Contains(text, "\nEn français : ") {
			found = append(found, Breach{Package: "changelog", Subject: f.Path,
				Why: "a fragment has the shape of changelog/unreleased/TEMPLATE, in both languages"})
		}
	}
	return found
}
