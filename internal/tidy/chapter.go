// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"regexp"
	"slices"
	"strings"
)

// architecturePage follows one gift through the code by file name.
const architecturePage = "ARCHITECTURE.md"

// chapterPages gives the pages that name every chapter: each top-level folder with Go code.
func chapterPages() []string { return []string{"README.md", "README.fr.md", architecturePage} }

// checkChapters wants whoever opens the house for the first time to find each of its chapters
// named, as `folder` or as a path that begins with it.
func checkChapters(t *Tree) []Breach {
	var found []Breach
	for _, name := range chapterPages() {
		page := t.text(name)
		if page == nil {
			found = append(found, Breach{Package: ".", Subject: name, Why: "the page is missing"})
			continue
		}
		for _, folder := range t.chapters() {
			text := string(page.Source)
			if !strings.Contains(text, "`"+folder+"`") && !strings.Contains(text, "`"+folder+"/") {
				found = append(found, Breach{Package: ".", Subject: name + " " + folder,
					Why: "the page names every top-level folder with Go code, and says what is in it"})
			}
		}
	}
	return found
}

// chapters gives the top-level folders with Go code, sorted.
func (t *Tree) chapters() []string {
	var folders []string
	for _, p := range t.Packages {
		folder, _, _ := strings.Cut(p.Path, "/")
		if folder != "." && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	return folders
}

// namedFile is a file's name in a page: between backticks, with the ending of a text that we write.
var namedFile = regexp.MustCompile("`([\\w./-]+\\.(?:go|sql|md|txt|html|css|py|pb|service|mod))`")

// checkNamedFiles wants every file that ARCHITECTURE.md names to be there, by its path from the root.
func checkNamedFiles(t *Tree) []Breach {
	page := t.text(architecturePage)
	if page == nil {
		return nil // checkChapters says so
	}
	var found []Breach
	for _, m := range namedFile.FindAllStringSubmatch(string(page.Source), -1) {
		if t.text(m[1]) == nil {
			found = append(found, Breach{Package: ".", Subject: architecturePage + " " + m[1],
				Why: "the page names a file that is not there"})
		}
	}
	return found
}
