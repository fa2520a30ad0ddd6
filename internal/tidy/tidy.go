// SPDX-License-Identifier: AGPL-3.0-or-later

// Package tidy holds the rules of the house about the repository itself: which floor may import
// which, what must be documented, how long a thing may grow, what may not be written at all.
//
// A rule looks at the tree of sources and names what breaks it, with the reason. An exemption is
// a line in exempt.go with its own reason, and one that is no longer needed is itself a breach.
// Its one invariant: every rule is shown to bite by a fixture in testdata.
package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Tree is what the rules look at: a module's packages, its text files and its go.mod.
type Tree struct {
	Positions *token.FileSet
	Packages  []*Package
	Texts     []*File             // every text file, Go or not
	Outside   map[string][]string // imports of each package outside the module, by import path
	Module    Module
}

// Package is one package of the module.
type Package struct {
	Path  string // relative to the module, "." for its root
	Name  string
	Files []*File
	Info  types.Info // what the names in its sources stand for; other packages are opaque
}

// File is one text file.
type File struct {
	Path      string // relative to the module, with slashes
	Source    []byte
	Syntax    *ast.File // nil when the file is not Go
	Test      bool      // a _test.go file
	Generated bool      // written by a program, by its first lines
}

// Breach is one place where one rule is broken.
type Breach struct {
	Rule    string // the rule's name
	Package string // the package's path, or the folder of a file that is not Go
	Subject string // what breaks it, as an exemption would name it
	Why     string // the reason, for whoever must mend it
}

// String gives the breach on one line: package, rule, subject and why.
func (b Breach) String() string {
	return fmt.Sprintf("%s: %s: %s: %s", b.Package, b.Rule, b.Subject, b.Why)
}

// Exemption lets one subject break one rule, for a reason.
type Exemption struct{ Rule, Subject, Reason string }

// rule is one rule of the house.
type rule struct {
	name  string
	check func(*Tree) []Breach
}

// rules gives the rules in the order in which their breaches are reported.
func rules() []rule {
	return []rule{
		{"floor", checkFloors},
		{"forbidden import", checkForbidden},
		{"pure", checkPure},
		{"clock", checkClock},
		{"package name", checkPackageName},
		{"package doc", checkPackageDoc},
		{"exported doc", checkExportedDoc},
		{"function length", checkFunctionLength},
		{"parameters", checkParameters},
		{"interface size", checkInterfaceSize},
		{"file length", checkFileLength},
		{"package length", checkPackageLength},
		{"line length", checkLineLength},
		{"init", checkInit},
		{"state", checkState},
		{"float", checkFloat},
		{"licence line", checkLicenceLine},
		{"owner", checkOwner},
		{"machine path", checkMachinePath},
		{"licence text", checkLicenceText},
		{"page length", checkPageLength},
		{"chapter", checkChapters},
		{"named file", checkNamedFiles},
		{"changelog", checkChangelog},
		{"replace", checkReplace},
		{"dependency", checkDependencies},
	}
}

// Check gives the breaches of every rule that exemptions do not cover, and one more for each
// exemption that covers nothing or gives no reason.
func Check(t *Tree, exemptions []Exemption) []Breach {
	var found []Breach
	used := make([]bool, len(exemptions))
	for _, r := range rules() {
		for _, b := range r.check(t) {
			b.Rule = r.name
			i := slices.IndexFunc(exemptions, func(e Exemption) bool {
				return e.Rule == b.Rule && e.Subject == b.Subject
			})
			if i < 0 {
				found = append(found, b)
				continue
			}
			used[i] = true
		}
	}
	for i, e := range exemptions {
		if !used[i] {
			found = append(found, Breach{"exemption", "internal/tidy", e.Rule + " " + e.Subject,
				"nothing needs this exemption any more: remove it"})
		}
		if len(strings.Fields(e.Reason)) < 3 {
			found = append(found, Breach{"exemption", "internal/tidy", e.Rule + " " + e.Subject,
				"an exemption gives its reason in words"})
		}
	}
	return found
}

// source gives the files of p that people write: no tests, nothing generated.
func (p *Package) source() []*File {
	var files []*File
	for _, f := range p.Files {
		if !f.Test && !f.Generated {
			files = append(files, f)
		}
	}
	return files
}

// lines counts the lines of f.
func (f *File) lines() int {
	return strings.Count(string(f.Source), "\n")
}

// name gives name as an exemption would write it: package path, dot, name.
func (p *Package) name(name string) string { return p.Path + "." + name }
