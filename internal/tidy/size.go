// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
	"unicode/utf8"
)

// How long a thing may grow before it must be cut; the aims are lower, in CONTRIBUTING.md.
const (
	maxFunctionLines    = 70
	maxFileLines        = 500
	maxPackageLines     = 3000
	maxLineRunes        = 110
	maxParameters       = 5
	maxInterfaceMethods = 5

	// unbreakable is the length in runes from which a word may stand alone on a long line: an
	// address, a key, a signature.
	unbreakable = 60
)

// written gives the files of p that people write, tests included.
func (p *Package) written() []*File {
	var files []*File
	for _, f := range p.Files {
		if !f.Generated {
			files = append(files, f)
		}
	}
	return files
}

// checkFunctionLength wants functions that fit on a screen, tests included.
func checkFunctionLength(t *Tree) []Breach {
	var found []Breach
	t.functions(func(p *Package, d *ast.FuncDecl) {
		first := t.Positions.Position(d.Type.Pos()).Line
		last := t.Positions.Position(d.End()).Line
		if lines := last - first + 1; lines > maxFunctionLines {
			found = append(found, Breach{Package: p.Path, Subject: p.name(functionName(d)),
				Why: fmt.Sprintf("%d lines, at most %d: cut it where its story turns", lines, maxFunctionLines)})
		}
	})
	return found
}

// checkParameters wants few parameters: many of them are a struct that has no name yet.
func checkParameters(t *Tree) []Breach {
	var found []Breach
	t.functions(func(p *Package, d *ast.FuncDecl) {
		if n := d.Type.Params.NumFields(); n > maxParameters {
			found = append(found, Breach{Package: p.Path, Subject: p.name(functionName(d)),
				Why: fmt.Sprintf("%d parameters, at most %d: name what they are together", n, maxParameters)})
		}
	})
	return found
}

// functions calls visit with every function that people wrote.
func (t *Tree) functions(visit func(*Package, *ast.FuncDecl)) {
	for _, p := range t.Packages {
		for _, f := range p.written() {
			for _, declaration := range f.Syntax.Decls {
				if d, ok := declaration.(*ast.FuncDecl); ok {
					visit(p, d)
				}
			}
		}
	}
}

// functionName gives Name, or Type.Name for a method.
func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	return receiverName(d.Recv) + "." + d.Name.Name
}

// checkInterfaceSize wants small interfaces, an embedded one counting once.
func checkInterfaceSize(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		for _, f := range p.written() {
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > maxInterfaceMethods {
					found = append(found, Breach{Package: p.Path, Subject: p.name(spec.Name.Name),
						Why: fmt.Sprintf("%d methods, at most %d: an interface asks for what its user needs",
							i.Methods.NumFields(), maxInterfaceMethods)})
				}
				return true
			})
		}
	}
	return found
}

// checkFileLength wants files that can be read in one sitting; tests may be longer.
func checkFileLength(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		for _, f := range p.source() {
			if f.lines() > maxFileLines {
				found = append(found, Breach{Package: p.Path, Subject: f.Path,
					Why: fmt.Sprintf("%d lines, at most %d: find the second subject in it", f.lines(), maxFileLines)})
			}
		}
	}
	return found
}

// checkPackageLength wants packages that one head can hold; tests do not count.
func checkPackageLength(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		lines := 0
		for _, f := range p.source() {
			lines += f.lines()
		}
		if lines > maxPackageLines {
			found = append(found, Breach{Package: p.Path, Subject: p.Path,
				Why: fmt.Sprintf("%d lines, at most %d: find the second package in it", lines, maxPackageLines)})
		}
	}
	return found
}

// checkLineLength wants lines that fit beside a diff. A long word and the tag of a struct's field, which
// cannot be broken, may exceed them; so may tests, whose tables read better one case a line.
func checkLineLength(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		for _, f := range p.written() {
			if f.Test {
				continue
			}
			number := 0
			for line := range strings.Lines(string(f.Source)) {
				number++
				line = strings.TrimRight(line, "\n")
				if n := utf8.RuneCountInString(line); n > maxLineRunes && breakable(line) {
					found = append(found, Breach{Package: p.Path, Subject: fmt.Sprintf("%s:%d", f.Path, number),
						Why: fmt.Sprintf("%d runes, at most %d", n, maxLineRunes)})
				}
			}
		}
	}
	return found
}

// breakable says whether line could be cut: it neither holds a very long word nor ends in a field's tag.
func breakable(line string) bool {
	for word := range strings.FieldsSeq(line) {
		if utf8.RuneCountInString(word) >= unbreakable {
			return false
		}
	}
	return !fieldTag.MatchString(line)
}

// fieldTag is a field of a struct with its tag, on one line.
var fieldTag = regexp.MustCompile("^\\s*\\w+\\s+[\\w.*\\[\\]]+\\s+`\\w+:\".*\"`$")
