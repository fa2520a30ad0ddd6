// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// checkPackageName refuses the names that say nothing of what a package is for.
func checkPackageName(t *Tree) []Breach {
	empty := []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types",
		"base", "manager", "service", "services", "impl", "misc", "shared"}
	var found []Breach
	for _, p := range t.Packages {
		if slices.Contains(empty, strings.TrimSuffix(p.Name, "_test")) {
			found = append(found, Breach{Package: p.Path, Subject: p.Name,
				Why: "this name would fit any package: name it after the thing in its field"})
		}
	}
	return found
}

// checkPackageDoc wants one package comment that says what the package is for.
func checkPackageDoc(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		starts := "Package " + strings.TrimSuffix(p.Name, "_test") + " "
		if p.Name == "main" {
			starts = "Command "
		}
		var docs []string
		for _, f := range p.Files {
			if f.Syntax.Doc != nil {
				docs = append(docs, f.Syntax.Doc.Text())
			}
		}
		why := ""
		switch {
		case len(docs) == 0:
			why = "no file says what this package is for and what its one invariant is"
		case len(docs) > 1:
			why = "several files have a package comment: one place says what the package is for"
		case !strings.HasPrefix(docs[0], starts):
			why = "the package comment starts with " + strings.TrimSpace(starts)
		default:
			continue
		}
		found = append(found, Breach{Package: p.Path, Subject: p.Path, Why: why})
	}
	return found
}

// checkExportedDoc wants a sentence on every exported name of the packages that others may import.
func checkExportedDoc(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		for _, f := range p.source() {
			for _, declaration := range f.Syntax.Decls {
				var missing []missingDoc
				switch d := declaration.(type) {
				case *ast.FuncDecl:
					missing = functionDoc(d)
				case *ast.GenDecl:
					missing = groupDoc(d)
				}
				for _, m := range missing {
					found = append(found, Breach{Package: p.Path, Subject: p.name(m.name), Why: m.why})
				}
			}
		}
	}
	return found
}

// missingDoc is an exported name whose comment is not as it should be.
type missingDoc struct{ name, why string }

// functionDoc judges the comment of a function, or of a method of an exported type.
func functionDoc(d *ast.FuncDecl) []missingDoc {
	name := d.Name.Name
	if d.Recv != nil {
		receiver := receiverName(d.Recv)
		if !ast.IsExported(receiver) {
			return nil
		}
		name = receiver + "." + name
	}
	if why := judge(d.Doc, d.Name); why != "" {
		return []missingDoc{{name, why}}
	}
	return nil
}

// receiverName gives the name of the type that a method belongs to.
func receiverName(receivers *ast.FieldList) string {
	expr := receivers.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}

// groupDoc judges the comments of a const, type or var declaration. In a group of constants or
// variables, a sentence on the group or a remark beside the name is enough.
func groupDoc(d *ast.GenDecl) []missingDoc {
	var missing []missingDoc
	grouped := d.Lparen.IsValid()
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil && !grouped {
				doc = d.Doc
			}
			if why := judge(doc, s.Name); why != "" {
				missing = append(missing, missingDoc{s.Name.Name, why})
			}
		case *ast.ValueSpec:
			if grouped && (d.Doc != nil || s.Doc != nil || s.Comment != nil) {
				continue
			}
			if d.Tok != token.CONST && d.Tok != token.VAR {
				continue
			}
			for _, name := range s.Names {
				if why := judge(d.Doc, name); why != "" {
					missing = append(missing, missingDoc{name.Name, why})
				}
			}
		}
	}
	return missing
}

// judge says what is wrong with the comment of an exported name, or nothing.
func judge(doc *ast.CommentGroup, name *ast.Ident) string {
	if !name.IsExported() {
		return ""
	}
	if doc == nil {
		return "an exported name has a comment: a sentence that starts with it"
	}
	words := strings.Fields(doc.Text())
	if len(words) > 1 && slices.Contains([]string{"A", "An", "The"}, words[0]) {
		words = words[1:]
	}
	if len(words) < 2 || strings.TrimRight(words[0], ",:'s") != strings.TrimRight(name.Name, ",:'s") {
		return "the comment is a sentence that starts with the name"
	}
	paragraph, _, _ := strings.Cut(strings.TrimSpace(doc.Text()), "\n\n")
	if !strings.ContainsAny(paragraph[len(paragraph)-1:], ".:;?!)") {
		return "the comment is a whole sentence, with its full stop"
	}
	return ""
}
